"""The words that all rooms share: what a mail is once it has been read, and what a letter is before it leaves.

Everything here is a frozen value. Instants are aware datetimes in UTC; message ids keep their angle brackets.
Nothing here knows a socket, a database or a clock.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from maild.lines import LineKind, Reading

ARCHIVE = "import"  # the mailbox that arrivals of an archive bear (`maild import`); a configured one cannot be called so
ADDR_SPEC = re.compile(
    r"""(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|"(?:[ !#-\[\]-~]|\\[ -~])*")@(?:[A-Za-z0-9._-]+|\[[A-Za-z0-9.:]+\])"""
)
NAME_LETTERS = 64
_LINK = re.compile(r"://|@|^www\.|^mailto:|[\w-]\.[a-z]{2,}(?:[/:?#,;.)]|$)")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox (RFC 5322, 3.4): the display name as a reader sees it and the addr-spec as it was written."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The form in which addresses are compared: ASCII letters lower-cased, nothing else folded."""
        return address_key(self.address)


def harmless_name(name: str) -> str:
    """A stranger's display name as our own letters may show it: one line of 64 letters without direction marks or links."""
    shown = "".join(letter for letter in name if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    return " ".join(word for word in shown.split() if not _LINK.search(word))[:NAME_LETTERS].rstrip()


def is_writable(address: str) -> bool:
    """Whether mail can be sent to an address: an ASCII local part (the domain may be any), nothing that a head cannot hold."""
    local, _, domain = address.rpartition("@")
    try:
        return len(address) <= 254 and bool(ADDR_SPEC.fullmatch(f"{local}@{domain.encode('idna').decode()}"))
    except UnicodeError:
        return False


def address_key(address: str) -> str:
    """Lower-case ASCII letters only, so that a confusable letter of another script never equals a known one."""
    return address.strip().translate(_ASCII_LOWER)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that a reader would save: its decoded octets and the name its sender gave (metadata only, never a path)."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        """Decoded octets."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Hex digest of the decoded octets."""
        return hashlib.sha256(self.content).hexdigest()


class OriginKind(StrEnum):
    """Who made the mail: a person, or which sort of machine."""

    PERSON = "person"
    AUTOMATIC = "automatic"  # out-of-office, newsletters, lists, calendar replies, receipts
    BOUNCE = "bounce"  # a delivery report (RFC 3464, or free text of an old MTA)
    REPORT = "report"  # abuse and feedback reports (RFC 5965)


@dataclass(frozen=True, slots=True)
class Origin:
    """Person or machine, with the names of the rules that say so; `answerable` is false where no automatic mail may follow."""

    kind: OriginKind = OriginKind.PERSON
    reasons: tuple[str, ...] = ()
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """One recipient of a delivery report (RFC 3464, 2.3)."""

    recipient: str
    status: str = ""  # "5.1.1"
    permanent: bool = True
    diagnostic: str = ""
    original_message_id: str = ""  # of the mail that bounced, where the report tells it


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that another mail carries: attached as one, or with its head written into the text. What it says proves nothing.

    `how` is "attached", "inline" (a head of labelled fields, or what stands under a line such as "Forwarded message"), or "quoted"
    (an attribution line, "On …, … wrote:"). Of an inline head nothing is known but what the program wrote there: `date` is as
    written, `sender.address` is '' where the head gives a name alone.
    """

    how: str
    sender: Address
    to: tuple[Address, ...] = ()
    subject: str = ""
    date: str = ""
    message_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a mail's HTML, sanitised: a line, or a whole list or table; its words as `desk.markup.canonical` has them."""

    html: str
    words: str = ""
    pictures: tuple[str, ...] = ()  # content ids of the mail's own pictures that it shows


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that could be read.

    `headers` holds every field in the order of the mail, topmost first, unfolded but not decoded; names keep their case.
    `senders` are the addresses of all From fields: identity needs exactly one field with exactly one address.
    """

    message_id: str = ""
    senders: tuple[Address, ...] = ()
    from_fields: int = 1
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""  # the whole body, as text
    is_html: bool = False  # whether `text` was made from HTML
    html: str = ""  # the HTML alternative as it came, decoded
    markup: tuple[Block, ...] = ()  # the same, sanitised, where it shows more than words do
    reading: Reading = field(default_factory=Reading)
    attachments: tuple[Attachment, ...] = ()
    origin: Origin = field(default_factory=Origin)
    bounces: tuple[DeliveryStatus, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()  # the mails it carries, the outermost and surest first
    sealed: str = ""  # "pgp" | "smime" where the body is encrypted or signed as a whole
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def sender(self) -> Address | None:
        """The first From address, or None."""
        return self.senders[0] if self.senders else None

    @property
    def shown_text(self) -> str:
        """The body as letters show it: without the lines of files that uuencode wrote into it, which are attachments besides."""
        if not any(line.kind is LineKind.FILE for line in self.reading.lines):
            return self.text
        return "\n".join(line.text for line in self.reading.lines if line.kind is not LineKind.FILE)

    def header_values(self, name: str) -> tuple[str, ...]:
        """All values of a field, topmost first; names compare case-insensitively."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def header(self, name: str) -> str:
        """The topmost value of a field, or ''."""
        return next(iter(self.header_values(name)), "")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that was refused or that killed its reader: why, and what the byte-level scan could still tell of it."""

    reason: str
    sender: str = ""
    subject: str = ""
    message_id: str = ""


@dataclass(frozen=True)
class Arrival:
    """A message as a door handed it in, before anybody read it.

    `mailbox` is the configured name ("lmtp" for the LMTP door, whose `uid` is None); `arrived_at` is the INTERNALDATE, or the
    moment of DATA. `envelope_from` is the reverse-path ("" is the null one, None is unknown: look at Return-Path).
    """

    mailbox: str
    uidvalidity: int
    uid: int | None
    arrived_at: datetime
    raw: bytes
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the raw octets."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Letter:
    """An outgoing mail, serialised once: `raw` never changes after it is queued (promise I6)."""

    message_id: str
    kind: str  # the value of Maild-Kind
    mail_from: str  # reverse-path, "" is the null one
    recipient: str  # exactly one a letter, because reply addresses differ by person
    raw: bytes
    ticket: int | None = None
    client: str = ""
    priority: int = 5  # smaller leaves first; acks are 0
