"""SMTP servers in a thread of the test: one that hosts any aiosmtpd protocol, and a sink that records and can fail."""

import asyncio
import base64
import contextlib
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult

HOST = "127.0.0.1"


class SmtpThread:
    """Serves the protocols that `make_protocol` makes. `stop` cuts every connection; `start` listens on the same port again."""

    def __init__(self, make_protocol: Callable[[], SMTP], tls: ssl.SSLContext | None = None) -> None:
        self.port = 0
        self._make_protocol = make_protocol
        self._tls = tls  # TLS from the first octet
        self._open: set[SMTP] = set()
        self.connections = 0  # how many were ever opened
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        if self._loop is None:
            return
        self._run(self._silence())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def _run(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _protocol(self) -> SMTP:
        protocol = self._make_protocol()
        lost = protocol.connection_lost

        def connection_lost(error: Exception | None) -> None:
            self._open.discard(protocol)
            lost(error)

        protocol.connection_lost = connection_lost
        self._open.add(protocol)
        self.connections += 1
        return protocol

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._protocol, HOST, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _silence(self) -> None:
        self._server.close()
        for protocol in self._open.copy():
            if protocol.transport is not None:
                with contextlib.suppress(AttributeError):  # Python 3.11.2's TLS transport, when its peer has just gone
                    protocol.transport.abort()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)


@dataclass(frozen=True)
class Taken:
    """A mail that the sink took: its envelope, its octets, who was logged in, and when (monotonic seconds)."""

    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str = ""
    connection: int = 0
    at: float = field(default_factory=time.monotonic)

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


class Sink:
    """Takes every mail and keeps it in `taken`. Faults, each in force until it is taken back:

    - `refusals[recipient] = "550 5.1.1 unknown"`: the reply to RCPT
    - `at_mail`, `at_data`: a reply to MAIL and to the end of DATA instead of acceptance; the mail is not taken
    - `lose_reply`: the mail is taken, then the connection dies without a word (what happened is uncertain to the sender)
    - `delay_seconds`: before the end of DATA is answered
    """

    host = HOST

    def __init__(self, *, logins: dict[str, str] | None = None, certificate=None, tls: bool = False, bearer=None) -> None:
        """`logins` demands AUTH; `certificate` offers STARTTLS, or with `tls` speaks TLS at once.

        `bearer(token)` returns the address that an XOAUTH2 token stands for, or None.
        """
        self.taken: list[Taken] = []
        self.refusals: dict[str, str] = {}
        self.at_mail = self.at_data = ""
        self.lose_reply = False
        self.delay_seconds = 0.0
        self.logins, self.bearer = logins or {}, bearer
        context = None
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.certificate, certificate.key)
        self._starttls = None if tls else context
        self._thread = SmtpThread(self._protocol, context if tls else None)

    @property
    def port(self) -> int:
        return self._thread.port

    @property
    def connections(self) -> int:
        """How many were ever opened."""
        return self._thread.connections

    def start(self) -> "Sink":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Cut every connection and close the port; `start` opens the same one."""
        self._thread.stop()

    def wait(self, count: int, seconds: float = 10) -> list[Taken]:
        """All that was taken, once it is `count` or more."""
        deadline = time.monotonic() + seconds
        while len(self.taken) < count:
            assert time.monotonic() < deadline, f"{len(self.taken)} of {count} mails came in {seconds:g} s"
            time.sleep(0.005)
        return list(self.taken)

    def _protocol(self) -> SMTP:
        asked = bool(self.logins or self.bearer)
        return SMTP(
            self,
            hostname="sink.test",
            data_size_limit=64 * 1024 * 1024,
            enable_SMTPUTF8=True,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_require_tls=False,
            authenticator=self._authenticate if asked else None,
        )

    def _authenticate(self, server, session, envelope, mechanism, credentials) -> AuthResult:
        login, password = credentials.login.decode(), credentials.password.decode()
        known = login in self.logins and self.logins[login] == password
        return AuthResult(success=known, handled=False, auth_data=login if known else None)

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        """The mechanism of Gmail and Microsoft: `user=…^Aauth=Bearer …^A^A` in base64."""
        fields = dict(part.split("=", 1) for part in base64.b64decode(arguments[1]).decode().split("\x01") if "=" in part)
        token = fields.get("auth", "").removeprefix("Bearer ")
        address = self.bearer(token) if self.bearer else None
        known = address is not None and address == fields.get("user")
        return AuthResult(success=known, handled=False, auth_data=address if known else None)

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        if (self.logins or self.bearer) and not session.authenticated:
            return "530 5.7.0 log in first"
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if self.at_data:
            return self.at_data
        login = str(session.auth_data or "") if session.authenticated else ""
        mail_from = "" if envelope.mail_from == "<>" else envelope.mail_from  # aiosmtpd keeps the brackets of the null one
        self.taken.append(Taken(mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content), login, self._thread.connections))
        if self.lose_reply:
            server.transport.abort()
        return "250 2.0.0 taken"
