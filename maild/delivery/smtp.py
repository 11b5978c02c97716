"""Connecting to the outgoing server: TLS that is verified, a login by password or token, and why not (RFC 5321, 3207, 4954)."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from typing import Protocol

from maild import tls
from maild.delivery.outcome import ServerAway
from maild.oauth import Grant, Hidden, TokenRefused, Tokens, TokenUnavailable, oauthbearer, xoauth2
from maild.scrub import scrubbed

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 60.0
REPLY_CHARACTERS_MAX = 400

Connection = smtplib.SMTP
Disconnected = smtplib.SMTPServerDisconnected
BROKEN = (smtplib.SMTPException, OSError)


class Account(Protocol):
    """`[smtp]` of the configuration. `security` is "tls", "starttls" or "plain"; no `user` means no login."""

    @property
    def host(self) -> str: ...  # noqa: D102 - as in the contract's section 1
    @property
    def port(self) -> int: ...  # noqa: D102
    @property
    def security(self) -> str: ...  # noqa: D102
    @property
    def user(self) -> str: ...  # noqa: D102
    @property
    def password(self) -> Hidden: ...  # noqa: D102
    @property
    def oauth(self) -> Grant | None: ...  # noqa: D102


class Away(Exception):  # noqa: N818 - what is so
    """No connection that could carry a letter; `outcome` says why."""

    def __init__(self, reply: str, advice: str = "") -> None:
        super().__init__(reply)
        self.outcome = ServerAway(reply, advice)


def reply_line(code: int, text: bytes) -> str:
    """A reply as one line that may be stored and shown."""
    words = " ".join(text.decode("utf-8", "replace").split())
    return re.sub(r"[\x00-\x1f\x7f]", "?", f"{code} {words}")[:REPLY_CHARACTERS_MAX]


def words_of(error: Exception) -> str:
    """An error's words, or its name where it has none."""
    return str(error)[:REPLY_CHARACTERS_MAX] or type(error).__name__


def open_connection(account: Account, tokens: Tokens | None, context: ssl.SSLContext | None = None) -> Connection:
    """Connect, encrypt with verified certificates, log in. Raises Away."""
    where = f"{account.host}:{account.port}"
    context = context or (tls.verified() if account.security != "plain" else None)
    try:
        if account.security == "tls":
            smtp: Connection = smtplib.SMTP_SSL(
                account.host, account.port, "localhost", timeout=CONNECT_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(account.host, account.port, "localhost", timeout=CONNECT_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise _away(f"connecting to {where}", error) from None
    try:
        assert smtp.sock is not None
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.sock.settimeout(COMMAND_SECONDS)
        smtp.local_hostname = _own_name(smtp.sock)
        smtp.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
        if account.user:
            _log_in(smtp, account, tokens)
    except (TokenRefused, TokenUnavailable) as error:
        smtp.close()
        raise Away(
            f"no token for {account.user}: {error}", "mend `oauth` in [smtp]" if isinstance(error, TokenRefused) else ""
        ) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        smtp.close()
        raise _away(f"talking to {where}", error) from None
    except BaseException:
        smtp.close()
        raise
    return smtp


def acknowledge_at_once(smtp: Connection) -> None:
    """A server that writes each pipelined reply apart may wait for our TCP to acknowledge the one before: 40 ms a letter otherwise."""
    if smtp.sock is not None and hasattr(socket, "TCP_QUICKACK"):
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _own_name(sock: socket.socket) -> str:
    """Our name for EHLO: the host's if it is qualified, else its address as a literal (RFC 5321, 4.1.4). Asks no DNS."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    address = sock.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _log_in(smtp: Connection, account: Account, tokens: Tokens | None) -> None:
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if tokens is None:
        password = account.password.reveal()
        try:
            if "PLAIN" in offered:
                _authenticate(smtp, "PLAIN", f"\0{account.user}\0{password}")
            else:
                smtp.login(account.user, password)
        except smtplib.SMTPAuthenticationError as error:
            raise _without(error, password) from None
        return
    mechanism, answer = (
        ("OAUTHBEARER", oauthbearer) if "XOAUTH2" not in offered and "OAUTHBEARER" in offered else ("XOAUTH2", xoauth2)
    )
    try:
        _authenticate(smtp, mechanism, answer(account.user, tokens.token()))
    except smtplib.SMTPAuthenticationError:  # a kept token may have been withdrawn early
        token = tokens.token(fresh=True)
        try:
            _authenticate(smtp, mechanism, answer(account.user, token))
        except smtplib.SMTPAuthenticationError as error:
            raise _without(error, token) from None


def _without(error: smtplib.SMTPAuthenticationError, secret: str) -> smtplib.SMTPAuthenticationError:
    """The same refusal, whatever of the secret the server repeats in it."""
    text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
    return smtplib.SMTPAuthenticationError(error.smtp_code, scrubbed(text, secret))


def _authenticate(smtp: Connection, mechanism: str, answer: str) -> None:
    """AUTH with an initial response (RFC 4954); a challenge after it is an error in JSON, and is answered by nothing."""
    code, text = smtp.docmd("AUTH", f"{mechanism} {base64.b64encode(answer.encode()).decode()}")
    if code == 334:
        code, text = smtp.docmd("")
    if code not in (235, 503):
        raise smtplib.SMTPAuthenticationError(code, text)


def _away(doing: str, error: Exception) -> Away:
    """Why there is no connection, and what to mend."""
    match error:
        case ssl.SSLCertVerificationError():
            advice = "use the host name that the certificate is for, or add its authority to the system's"
            return Away(f"{doing}: the certificate is not trusted: {error.verify_message}", advice)
        case ssl.SSLError():
            return Away(
                f"{doing}: no TLS: {error.reason or error}",
                'is this a port for TLS? try security = "starttls" there, or port 465',
            )
        case socket.gaierror():
            return Away(f"{doing}: the name cannot be resolved: {error.strerror}", "look at `host` in [smtp] and at the DNS")
        case ConnectionRefusedError():
            return Away(f"{doing}: nothing listens there", "look at `host` and `port` in [smtp], and whether the server runs")
        case smtplib.SMTPNotSupportedError():
            return Away(f"{doing}: {error}", "use another `security`, or leave `user` empty where the server wants no login")
        case smtplib.SMTPResponseException():
            text = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            wrong = isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500
            return Away(
                f"{doing}: {reply_line(error.smtp_code, text)}",
                "mend `user` and `password` (or `oauth`) in [smtp]" if wrong else "",
            )
    return Away(f"{doing}: {words_of(error)}")


class NotTaken(Exception):  # noqa: N818 - what happened
    """A server could not be reached, or would not take a mail; says why."""


def hand_in(place: str, helo: str, recipient: str, raw: bytes, timeout_seconds: float = 20.0) -> None:
    """Hand one mail to `[lmtp:]HOST[:PORT]` as an outsider would: no login, no TLS, the null reverse-path. Raises NotTaken."""
    is_lmtp, rest = place.startswith("lmtp:"), place.removeprefix("lmtp:")
    host, _, port = rest.rpartition(":") if rest.count(":") == 1 else (rest, "", "")
    dial = smtplib.LMTP if is_lmtp else smtplib.SMTP
    number = int(port) if port.isdigit() else 24 if is_lmtp else 25
    try:
        with dial(host, number, local_hostname=helo, timeout=timeout_seconds) as server:
            server.sendmail("", [recipient], raw)
    except (OSError, smtplib.SMTPException) as trouble:
        raise NotTaken(str(trouble)) from trouble
