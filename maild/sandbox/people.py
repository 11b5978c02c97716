"""The people of the little mail world: each writes, reads, presses Reply and presses buttons as with an ordinary client."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses, make_msgid
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from imapclient import IMAPClient, SocketTimeout

from maild.sandbox.accounts import ACCOUNTS_BY_ADDRESS, VENDOR_DOMAIN
from maild.sandbox.received import Mail, address_of

WAIT_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.05
_TIMEOUT = SocketTimeout(connect=10, read=30)
_WROTE = {"en": "On {date}, {author} wrote:", "ru": "{date}, {author} пишет:", "uk": "{date}, {author} пише:"}
_REPLY_MARKS = re.compile(r"^(?:(?:re|aw|sv|отв)\s*:\s*)+", re.IGNORECASE)


class Host(Protocol):
    """Where people's mail lives: `MailWorld`, or anything else that speaks IMAP and SMTP on plain loopback ports."""

    host: str
    imap_port: int
    smtp_port: int
    password: str


class NothingCameError(AssertionError):
    """A mail that was waited for did not come in time; the text tells what the inbox holds instead."""


class Person:
    """Somebody with a mailbox. One person is one thread: their IMAP connection is kept and not shared."""

    def __init__(
        self, world: Host, address: str, *, name: str | None = None, language: str | None = None, submits: bool | None = None
    ) -> None:
        """Name and language are those of the world's account where it has one.

        `submits`: log in to send, as one does at one's own provider (default for the vendor's own people); else the mail
        comes from outside, as customers' mail does.
        """
        known = ACCOUNTS_BY_ADDRESS.get(address)
        self.world = world
        self.address = address
        self.name = name if name is not None else known.name if known else ""
        self.language = language or (known.language if known else "en")
        self.submits = submits if submits is not None else address.endswith(f"@{VENDOR_DOMAIN}")
        self._imap: IMAPClient | None = None
        self._read: dict[int, Mail] = {}
        self._uidvalidity = 0

    def __repr__(self) -> str:
        return f"<Person {self.address}>"

    # -- writing ---------------------------------------------------------------------------------------------------------

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        *,
        html: str = "",
        attachments: Iterable[tuple[str, str, bytes]] = (),
        cc: str = "",
        headers: Mapping[str, str] | None = None,
        author: str = "",
        reverse_path: str | None = None,
    ) -> str:
        """Write a mail; its Message-ID. Attachments are (file name, content type, octets).

        `author` forges another From address, `reverse_path` another envelope sender ('' is the null one).
        """
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((self.name if not author else "", author or self.address))
        mail["To"] = to
        if cc:
            mail["Cc"] = cc
        mail["Subject"] = subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for filename, content_type, octets in attachments:
            main, _, sub = content_type.partition("/")
            mail.add_attachment(octets, maintype=main, subtype=sub, filename=filename)
        self.submit([address for _, address in getaddresses([to, cc]) if address], mail.as_bytes(), reverse_path)
        return str(mail["Message-ID"])

    def submit(self, recipients: list[str], raw: bytes, reverse_path: str | None = None) -> None:
        """Hand finished octets to the server; smtplib's errors tell what it refused."""
        with smtplib.SMTP(self.world.host, self.world.smtp_port, timeout=30) as server:
            server.ehlo()
            if self.submits:
                server.login(self.address, self.world.password)
            server.sendmail(self.address if reverse_path is None else reverse_path, recipients, raw)

    def reply(
        self,
        mail: Mail,
        text: str,
        quote: bool = True,
        *,
        attachments: Iterable[tuple[str, str, bytes]] = (),
        cc: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Press Reply: to Reply-To or From, `Re:` once, the thread's ids, the original quoted below; its Message-ID."""
        below = f"\n\n{self._attribution(mail)}\n\n{_quoted(mail.text)}\n" if quote else "\n"
        ids = {"In-Reply-To": mail["Message-ID"], "References": f"{mail['References']} {mail['Message-ID']}".strip()}
        return self.send(
            mail["Reply-To"] or mail["From"],
            f"Re: {_REPLY_MARKS.sub('', mail.subject)}",
            text + below,
            attachments=attachments,
            cc=cc,
            headers={**{name: value for name, value in ids.items() if value}, **(headers or {})},
        )

    def press(self, button: str, comment: str = "") -> str:
        """Click a `mailto:` button and send what the client opens: the link's subject and body, with `comment` above."""
        query = parse_qs(urlsplit(button).query) if button.lower().startswith("mailto:") else {}
        body = "\n".join(part for part in (comment, *query.get("body", [])) if part)
        return self.send(address_of(button), " ".join(query.get("subject", [])), body)

    def _attribution(self, mail: Mail) -> str:
        date = f"{mail.message['Date'].datetime:%d.%m.%Y %H:%M}" if mail["Date"] else ""
        return _WROTE[self.language].format(date=date, author=mail["From"])

    # -- reading ---------------------------------------------------------------------------------------------------------

    def inbox(self) -> list[Mail]:
        """Everything in the INBOX, oldest first; what was read before is not fetched again."""
        imap = self._connected()
        state = imap.select_folder("INBOX", readonly=True)
        if state[b"UIDVALIDITY"] != self._uidvalidity:
            self._read, self._uidvalidity = {}, state[b"UIDVALIDITY"]
        here = imap.search()
        unread = [uid for uid in here if uid not in self._read]
        if unread:
            for uid, data in imap.fetch(unread, ["BODY.PEEK[]", "INTERNALDATE"]).items():
                self._read[uid] = Mail(data[b"BODY[]"], uid, data[b"INTERNALDATE"])
        return [self._read[uid] for uid in sorted(here)]

    def wait_for(
        self, kind: str | None = None, count: int = 1, seconds: float = WAIT_SECONDS, ticket: int | None = None
    ) -> Mail:
        """The `count`-th mail of this kind (`asks`: that asks whether it is solved; None: any); NothingCameError after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            mails = self.inbox()
            fitting = [mail for mail in mails if _fits(mail, kind, ticket)]
            if len(fitting) >= count:
                return fitting[count - 1]
            if time.monotonic() > deadline:
                wanted = f"{kind or 'mail'} number {count}" + (f" of ticket {ticket}" if ticket else "")
                raise NothingCameError(f"no {wanted} reached {self.address} within {seconds:g} s; the inbox holds {mails}")
            time.sleep(LOOK_AGAIN_SECONDS)

    def close(self) -> None:
        """Log out; reading again connects again."""
        imap, self._imap = self._imap, None
        if imap is not None:
            imap.logout()

    def _connected(self) -> IMAPClient:
        if self._imap is None:
            imap = IMAPClient(self.world.host, self.world.imap_port, ssl=False, timeout=_TIMEOUT)
            imap.normalise_times = False
            imap._imap.debug = 0  # imapclient formats every body for a log that nobody reads
            imap.socket().setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # it writes a command in pieces; each would wait 40 ms
            imap.login(self.address, self.world.password)
            self._imap = imap
        return self._imap


def _fits(mail: Mail, kind: str | None, ticket: int | None) -> bool:
    right_kind = kind is None or mail.kind == kind or (kind == "asks" and mail["Maild-Asks"] == "confirm")
    return right_kind and (ticket is None or mail.ticket == ticket)


def _quoted(text: str) -> str:
    """Each line behind one more `>`; no space between two of them (RFC 3676, 4.5)."""
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.rstrip("\n").splitlines())
