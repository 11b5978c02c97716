"""From a configured mailbox to an authenticated IMAP session (RFC 3501): TLS, proof of who we are, folders by the server's own names.

Every fault becomes one of two: `MailboxLost` passes by itself (reconnect with back-off), `MailboxRefused` waits for the operator and says
what to mend.
"""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from maild import tls
from maild.ingest.imap_unread import unread
from maild.oauth import Grant, Hidden, TokenRefused, Tokens, TokenUnavailable, oauthbearer, xoauth2
from maild.scrub import scrubbed

PATIENCE = SocketTimeout(connect=10, read=30)  # seconds; the library's default is to wait for ever
PASSING = re.compile(
    r"throttl|too many|\[(?:unavailable|limit|inuse|serverbug)|try again|temporar|unavailable|back-?off|overloaded|bandwidth",
    re.I,
)
BACKOFF = re.compile(r"backoff time:\s*(\d+)\s*milliseconds", re.I)  # Exchange tells how long it wants to be left alone

logging.getLogger("imapclient").setLevel(logging.INFO)  # its DEBUG lines hold whole mails


class Account(Protocol):
    """A `[[mailbox]]` of the configuration. `security` is "tls", "starttls" or "plain"."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as in the contract's section 1
    @property
    def host(self) -> str: ...  # noqa: D102
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
    @property
    def folder(self) -> str: ...  # noqa: D102
    @property
    def filed(self) -> str: ...  # noqa: D102
    @property
    def quarantine(self) -> str: ...  # noqa: D102
    @property
    def idle(self) -> bool: ...  # noqa: D102
    @property
    def sent(self) -> str: ...  # noqa: D102


class MailboxTrouble(Exception):  # noqa: N818 - what is so, not that the program erred
    """A mailbox cannot be used now. `advice` says what to mend, "" where time mends it; `after_seconds` is the wait a server asked for."""

    def __init__(self, what: str, advice: str = "", after_seconds: float | None = None) -> None:
        super().__init__(what)
        self.advice = advice
        self.after_seconds = after_seconds


class MailboxLost(MailboxTrouble):
    """It passes by itself: reconnect, with back-off."""


class MailboxRefused(MailboxTrouble):
    """It lasts until somebody mends it."""


class NotMoved(MailboxRefused):
    """Only that recorded messages are put away is refused: they stay where they are, and all else goes on."""


@contextmanager
def speaking(doing: str) -> Iterator[None]:
    """Everything that can go wrong on the wire, as one family. A NO that nobody expected is a passing trouble."""
    try:
        yield
    except imaplib.IMAP4.readonly:
        raise MailboxRefused(
            f"{doing}: the folder is read-only", "give this user the right to write and delete there"
        ) from None
    except CapabilityError as error:
        raise MailboxRefused(f"{doing}: {error}", "use another `security`, or another server") from None
    except imaplib.IMAP4.error as error:
        raise lost(doing, error) from None
    except ssl.SSLCertVerificationError as error:
        raise MailboxRefused(
            f"{doing}: the certificate is not trusted: {error.verify_message}",
            "use the host name that the certificate is for, or add its authority to the system's",
        ) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise lost(doing, error) from None
    except ssl.SSLError as error:
        advice = 'is this a port for TLS? try security = "starttls" there, or port 993'
        raise MailboxRefused(f"{doing}: no TLS: {error.reason or error}", advice) from None
    except socket.gaierror as error:
        raise MailboxLost(f"{doing}: the name cannot be resolved: {error.strerror}", "look at `host` and at the DNS") from None
    except ConnectionRefusedError:
        raise MailboxLost(f"{doing}: nothing listens there", "look at `host` and `port`, and whether the server runs") from None
    except (OSError, EOFError, ValueError) as error:
        raise lost(doing, error) from None


def lost(doing: str, error: Exception) -> MailboxLost:
    """The passing trouble that an error tells of, with the wait that the server asks for."""
    text = str(error) or type(error).__name__
    wait = BACKOFF.search(text)
    return MailboxLost(f"{doing}: {text[:300]}", after_seconds=int(wait[1]) / 1000 if wait else None)


def of_the_connection(error: Exception) -> bool:
    """Whether a command failed with the connection, or because the server wants to be left alone, and not by a plain NO."""
    return isinstance(error, imaplib.IMAP4.abort) or bool(BACKOFF.search(str(error)))


def passing(error: Exception) -> bool:
    """Whether a refusal is about the server's load and not about us."""
    return isinstance(error, imaplib.IMAP4.abort) or bool(PASSING.search(str(error)))


def open_session(
    account: Account, tokens: Tokens | None, context: ssl.SSLContext | None = None, patience: SocketTimeout = PATIENCE
) -> IMAPClient:
    """Connect, encrypt and authenticate. Raises MailboxLost, MailboxRefused."""
    if account.security != "plain":
        context = context or tls.verified()
    with speaking(f"connecting to {account.host}:{account.port}"):
        client = IMAPClient(account.host, account.port, ssl=account.security == "tls", ssl_context=context, timeout=patience)
    try:
        client._imap.debug = 0  # it is 5, and each body would be formatted for a log that nobody reads
        client.normalise_times = False
        if (
            client._imap.state != "NONAUTH"
        ):  # whoever sits between could greet so to have STARTTLS and the login left out (RFC 3501, 7.1.4)
            raise MailboxRefused("the server says that we are logged in already (PREAUTH)", "connect to its ordinary IMAP port")
        if account.security == "starttls":
            _encrypt(client, context or tls.verified())
        if tokens:
            _show_token(client, account, tokens)
        else:
            _log_in(client, account)
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client


def _encrypt(client: IMAPClient, context: ssl.SSLContext) -> None:
    """STARTTLS (RFC 3501, 6.2.1). Nothing that came in the clear is believed afterwards."""
    with speaking("STARTTLS"):
        client.starttls(_AfterTheClear(client, context))
    client._imap.untagged_responses.clear()


class _AfterTheClear:
    """A context that begins TLS only where nothing follows the server's go-ahead: imaplib asks for capabilities as soon as it stands."""

    def __init__(self, client: IMAPClient, context: ssl.SSLContext) -> None:
        self._client, self._context = client, context

    def wrap_socket(self, plain: socket.socket, **words: Any) -> ssl.SSLSocket:
        if unread(self._client._imap):
            raise MailboxRefused("something was slipped in before TLS began", 'somebody sits on the line: use security = "tls"')
        return self._context.wrap_socket(plain, **words)


def _log_in(client: IMAPClient, account: Account) -> None:
    password = account.password.reveal()
    plain_ascii = all(" " <= c <= "~" for c in account.user + password)
    with speaking("logging in"):
        offered = client.capabilities()
        attempt: Callable[[str, str], object] = client.login
        if b"LOGINDISABLED" in offered or not plain_ascii:
            if b"AUTH=PLAIN" not in offered:
                raise MailboxRefused(
                    "the server takes no password here", 'use security = "tls" or "starttls", or auth = "oauth2"'
                )
            attempt = client.plain_login
        try:
            attempt(account.user, password)
        except LoginError as error:
            raise _login_trouble(error, account, "`user` and `password`", password) from None


def _show_token(client: IMAPClient, account: Account, tokens: Tokens) -> None:
    with speaking("logging in"):
        offered = client.capabilities()
    bearer = b"AUTH=XOAUTH2" not in offered and b"AUTH=OAUTHBEARER" in offered
    mechanism, answer, farewell = ("OAUTHBEARER", oauthbearer, "\x01") if bearer else ("XOAUTH2", xoauth2, "")
    for fresh in (False, True):  # a kept token may have been withdrawn early
        try:
            token = tokens.token(fresh=fresh)
            answers = [answer(account.user, token)]
        except TokenRefused as error:
            raise MailboxRefused(f"no token for {account.user}: {error}", "mend `oauth`") from None
        except TokenUnavailable as error:
            raise MailboxLost(f"no token for {account.user}: {error}") from None
        with speaking("logging in"):
            try:
                # The second challenge is the error in JSON, and is answered by nothing (RFC 7628, 3.2.3).
                client.sasl_login(mechanism, lambda _, left=answers: left.pop() if left else farewell)
                return
            except LoginError as error:
                refusal = _login_trouble(error, account, "`user` and `oauth`", token)
        if isinstance(refusal, MailboxLost):
            break
    raise refusal


def _login_trouble(error: LoginError, account: Account, keys: str, secret: str) -> MailboxTrouble:
    """A login that failed: a wrong password, or a server that has no time for us. Some servers repeat what they were told."""
    said = scrubbed(str(error), secret)
    if passing(error) or isinstance(error.__context__, imaplib.IMAP4.abort):
        return lost("logging in", LoginError(said))
    return MailboxRefused(f"{account.host} refuses {account.user}: {said[:200]}", f"mend {keys} of the mailbox {account.name}")
