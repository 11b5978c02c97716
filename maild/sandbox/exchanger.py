"""The world's MX: takes what is submitted by SMTP, stamps it as a careful MX would, and hands it to each recipient's mailbox.

The stamp says what the receiving side knows of the sender (RFC 8601): a submitter who logged in is named by `auth=pass`; else
the mail is `dmarc=pass` when its From and its reverse-path are of one domain that the world serves (as SPF would align it;
the null reverse-path counts as aligned), and `dmarc=fail` when somebody else uses such a domain.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from maild.sandbox.accounts import mailbox_of

AUTHSERV_ID = "mx.vendor.test"
MESSAGE_BYTES_MAX = 64 * 1024 * 1024

Deliver = Callable[[str, bytes], Awaitable[None]]  # mailbox address, the mail as it is to be stored

_FIELD = re.compile(rb"[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")


def verdict(raw: bytes, reverse_path: str, login: str, domains: frozenset[str]) -> str:
    """The results of an Authentication-Results field: what this MX believes about the mail's author."""
    if login:
        return f"auth=pass smtp.auth={login}"
    fields = BytesHeaderParser(policy=compat32).parsebytes(raw)
    author_domain = parseaddr(str(fields.get("From", "")))[1].rpartition("@")[2].lower()
    if author_domain not in domains:
        return f"dmarc=none header.from={author_domain or 'unknown'}"
    aligned = not reverse_path or reverse_path.rpartition("@")[2].lower() == author_domain
    return f"dmarc={'pass' if aligned else 'fail'} header.from={author_domain}"


def without_forged_results(raw: bytes) -> bytes:
    """Drop Authentication-Results fields that claim to be ours, which an MX has to do before it adds its own (RFC 8601, 5)."""
    kept, at = [], 0
    while (field := _FIELD.match(raw, at)) and field[0].strip():
        name, _, value = field[0].partition(b":")
        ours = value.split(b";")[0].strip().lower() == AUTHSERV_ID.encode()
        if not (name.strip().lower() == b"authentication-results" and ours):
            kept.append(field[0])
        at = field.end()
    return b"".join(kept) + raw[at:]


def stamped(raw: bytes, *, reverse_path: str, recipient: str, results: str, helo: str, at: datetime) -> bytes:
    """The mail as the mailbox gets it: trace fields on top (RFC 5321, 4.4), the rest as it came."""
    trace = (
        f"Return-Path: <{reverse_path}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Authentication-Results: {AUTHSERV_ID}; {results}\r\n"
        f"Received: from {helo} by {AUTHSERV_ID} with ESMTP; {format_datetime(at)}\r\n"
    )
    return trace.encode("utf-8", "surrogateescape") + raw


class Exchanger:
    """The handler of an SMTP server: `deliver` stores a mail in a mailbox, `mailboxes` are the addresses that exist."""

    def __init__(self, mailboxes: frozenset[str], password: str, deliver: Deliver) -> None:
        self.mailboxes = mailboxes
        self.domains = frozenset(address.rpartition("@")[2] for address in mailboxes)
        self.password = password
        self.deliver = deliver

    def server(self) -> SMTP:
        """One SMTP session's protocol, for `loop.create_server`."""
        return _Server(
            self,
            hostname=AUTHSERV_ID,
            ident="maild sandbox",
            data_size_limit=MESSAGE_BYTES_MAX,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self.authenticate,
        )

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: LoginPassword
    ) -> AuthResult:
        """Everybody logs in with their address and the world's password (RFC 4954)."""
        login = credentials.login.decode("utf-8", "replace").lower()
        known = login in self.mailboxes and credentials.password == self.password.encode()
        return AuthResult(success=known, handled=False, auth_data=login if known else None)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse mailboxes that the world does not have, so that a bounce can be had."""
        if mailbox_of(address) not in self.mailboxes:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Stamp and deliver one copy for each recipient; 250 only after all of them are stored."""
        raw = without_forged_results(cast(bytes, envelope.content))
        reverse_path = (
            "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)
        )  # aiosmtpd keeps the null one's brackets
        login = str(session.auth_data) if session.authenticated else ""
        results = verdict(raw, reverse_path, login, self.domains)
        for recipient in envelope.rcpt_tos:
            mail = stamped(
                raw,
                reverse_path=reverse_path,
                recipient=recipient,
                results=results,
                helo=session.host_name or "unknown",
                at=datetime.now(UTC),
            )
            await self.deliver(mailbox_of(recipient), mail)
        return "250 2.0.0 delivered"


class _Server(SMTP):
    """Real clients write lines longer than RFC 5321 allows; a mailbox that refused them would teach nobody anything."""

    line_length_limit = 1024 * 1024
