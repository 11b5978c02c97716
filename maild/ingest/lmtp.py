"""The LMTP door (RFC 2033): the mail server hands a message over, and hears 250 only once it has been kept.

Every other answer is one that leaves the message with the sender: 451 and 452 to try again, 552 where it is too large.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from maild.message import Arrival

MAILBOX = "lmtp"  # the name of this door in every Arrival
KEEPERS = 4  # messages being kept at the same time
RECIPIENTS_MAX = 1000
PATIENCE_SECONDS = 300.0  # for the next command
DRAIN_SECONDS = 5.0  # for messages in hand when the door closes

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's INFO lines name people, its DEBUG lines hold their mail
log = structlog.get_logger(__name__)


class TryLater(Exception):  # noqa: N818 - what is so
    """Raised by `keep` when nothing can be kept now: the database is gone, the disk is full."""


class LmtpDoor:
    """Listens on host and port (0 picks a free one) in a thread of its own.

    `keep` is called in worker threads, once a message, and returns after the commit. Raises OSError from `start` where the port is taken.
    """

    def __init__(
        self,
        host: str,
        port: int,
        keep: Callable[[Arrival], None],
        max_bytes: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.host, self.port = host, port
        self._keep, self._max_bytes, self._clock = keep, max_bytes, clock
        self._loop = asyncio.new_event_loop()
        self._workers = ThreadPoolExecutor(KEEPERS, thread_name_prefix="lmtp-keep")
        self._thread = threading.Thread(target=self._loop.run_forever, name="lmtp", daemon=True)
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()

    def start(self) -> None:
        """Open the door."""
        listener = socket.create_server((self.host, self.port), family=socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        self.port = listener.getsockname()[1]
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(listener), self._loop).result()

    async def _listen(self, listener: socket.socket) -> None:
        self._server = await self._loop.create_server(self._session, sock=listener)

    def _session(self) -> _Session:
        session = _Session(self, self._max_bytes, self._loop)
        self._sessions.add(session)
        return session

    def stop(self) -> None:
        """Close the door: nobody new comes in, messages in hand are kept and answered, then all connections end."""
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._workers.shutdown(wait=False)

    async def _drain(self) -> None:
        if self._server is not None:
            self._server.close()
        ends = self._loop.time() + DRAIN_SECONDS
        while self._loop.time() < ends and any(session.keeping for session in self._sessions):
            await asyncio.sleep(0.02)
        for session in list(self._sessions):
            session.hang_up()
        await asyncio.sleep(0)  # lets the connections close

    def forget(self, session: _Session) -> None:
        """A connection has ended."""
        self._sessions.discard(session)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the reverse-path; "<>" is the null one."""
        if not _storable(address):
            return "553 5.1.7 The sender's address is not UTF-8"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient: whom a mail is for is judged later, with everything else."""
        if not _storable(address):
            return "553 5.1.3 The recipient's address is not UTF-8"
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd finds it by this name
        """Keep the message. What stands here is said once for each recipient."""
        arrival = Arrival(
            mailbox=MAILBOX,
            uidvalidity=0,
            uid=None,
            arrived_at=self._clock(),
            raw=bytes(envelope.original_content or b""),
            envelope_from="" if envelope.mail_from == "<>" else envelope.mail_from,
            envelope_to=tuple(envelope.rcpt_tos),
        )
        server.keeping = True
        try:
            await self._loop.run_in_executor(self._workers, self._keep, arrival)
        except TryLater:
            log.warning("lmtp: cannot keep now, the sender tries again", octets=len(arrival.raw))
            return "452 4.3.1 Cannot keep it now, try again later"
        finally:
            server.keeping = False
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong stays the sender's to try again; the error's text may quote the mail and goes nowhere."""
        log.error("lmtp: a session failed", error=type(error).__name__)
        return "451 4.3.0 Not now, try again later"


class _Session(LMTP):
    """One connection."""

    def __init__(self, door: LmtpDoor, max_bytes: int, loop: asyncio.AbstractEventLoop) -> None:
        # The stock limit of 1001 octets a line would bounce mail that other servers let through.
        self.line_length_limit = max_bytes + 2
        self._door = door
        self._owed = 0
        self.keeping = False
        super().__init__(
            door,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            ident="maild LMTP",
            hostname=socket.gethostname(),
            timeout=PATIENCE_SECONDS,
            loop=loop,
        )

    async def push(self, status: Any) -> None:
        """After DATA's go-ahead the outcome is said once for each accepted recipient (RFC 2033, 4.2), whoever of us says it."""
        times, self._owed = self._owed or 1, 0
        if str(status).startswith("354") and self.envelope is not None:
            self._owed = len(self.envelope.rcpt_tos)
        if str(status).startswith("500 Line too long"):
            status = "552 5.3.4 Message too large"  # a line can only be that long in a message that is
        for _ in range(times):
            await super().push(status)

    def connection_lost(self, error: Exception | None) -> None:
        """The peer is gone, or we hung up."""
        self._door.forget(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """End the connection from our side."""
        if self.transport is not None:
            self.transport.close()


def _storable(address: str) -> bool:
    """Whether an address can be written as UTF-8."""
    return not any("\ud800" <= c <= "\udfff" for c in address)
