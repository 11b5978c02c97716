"""The one builder of outgoing mail: headers, thread, reverse-path. Serialised once, read again and compared, then queued.

What may not leave raises: a control character in a header, an unsigned reply address, bytes that do not read as they were meant.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses

from maild.delivery import mime
from maild.delivery.render import Page, Renderer
from maild.desk import address
from maild.desk.decision import Kind, Notice, Side, Stored
from maild.desk.directory import Desk
from maild.desk.keyring import Keyring
from maild.desk.purpose import Purpose
from maild.message import Address, Attachment, Letter

BOUNCES = "bounce"  # the person for whom reverse-paths are signed: any mail server
_PRIORITY = {Kind.ACK: 0, Kind.RELAY: 1, Kind.CHALLENGE: 2, Kind.HOLD: 2, Kind.CONFIRM: 3}
_LATER = 6
_NULL_PATH = frozenset({Kind.ACK, Kind.REFUSAL, Kind.REMINDER})
_REPLIED = frozenset({Kind.ACK, Kind.RECEIPT, Kind.HOLD, Kind.ANSWER, Kind.REFUSAL})
_TO_CUSTOMER = frozenset(
    {Kind.ACK, Kind.RELAY, Kind.CONFIRM, Kind.REMINDER, Kind.QUOTE, Kind.OFFER, Kind.REPORT, Kind.ACT, Kind.REFUSAL}
)
_THREAD_IDS = 12  # of References: the first and the last ones, as RFC 5537, 3.4.4 allows a reader to trim
_NUMBER = re.compile(r"\s*\[#\d+\]\s*")
_NAME_LETTERS = 64


class ComposeFault(RuntimeError):  # noqa: N818 - a fault, as everywhere in this house
    """The bytes do not say what was meant: they are not queued."""


class Composer:
    """Builds letters for one desk, with its keys and its templates."""

    def __init__(self, desk: Desk, keyring: Keyring, renderer: Renderer) -> None:
        self.desk = desk
        self.keyring = keyring
        self.renderer = renderer

    def compose(self, notice: Notice, now: datetime) -> tuple[Letter, Stored]:
        """A notice as the letter that leaves, and as the message that its ticket's thread keeps.

        Raises ComposeFault, mime.HeaderFault or TemplateFault; nothing is queued then.
        """
        number = notice.subject_of if notice.subject_of is not None else notice.ticket or 0
        links = {purpose.value: self._signed(purpose, number, notice.person, now) for purpose in notice.links}
        reply_to = self._signed(notice.purpose, number, notice.person, now) if notice.purpose else self.desk.address
        if notice.purpose:
            links["reply"] = reply_to
        page = self.renderer.render(notice, links)
        message_id = self._message_id(notice, number, now)
        subject = _numbered(page.subject, notice.ticket)
        head = self._head(notice, message_id, subject, reply_to, now)
        raw = head.encode("ascii") + _body(page, notice, message_id)
        mail_from = "" if notice.kind in _NULL_PATH else self._signed(Purpose.BOUNCE, notice.ticket or 0, BOUNCES, now)
        self._compare(raw, notice, message_id, subject, reply_to)
        letter = Letter(
            message_id,
            notice.kind.value,
            mail_from,
            mime.checked("recipient", notice.to.address),
            raw,
            notice.ticket,
            notice.client,
            _PRIORITY.get(notice.kind, _LATER),
        )
        stored = Stored(
            message_id,
            Side.OUT if notice.kind in _TO_CUSTOMER else Side.INTERNAL,
            notice.kind.value,
            self.desk.address,
            self._display(notice),
            (notice.to.address,),
            now,
            subject,
            page.text,
            ticket=notice.ticket,
            client=notice.client,
            author=notice.author,
            recipient=notice.to.address,
            attachments=notice.attachments,
        )
        return letter, stored

    def _signed(self, purpose: Purpose, number: int, person: str, now: datetime) -> str:
        text = address.token(self.keyring, purpose, number, person, now)
        return address.reply_address(text, self.desk.address, self.desk.separator)

    def _message_id(self, notice: Notice, number: int, now: datetime) -> str:
        """Deterministic: the same notice gives the same id. It carries the token for clients that drop Reply-To."""
        serial = int.from_bytes(
            hashlib.sha256(f"{notice.kind}\0{notice.key}\0{notice.to.key}\0{number}".encode()).digest()[:5], "big"
        )
        purpose = notice.purpose or Purpose.CUSTOMER
        token = address.token(self.keyring, purpose, number, notice.person, now)
        return address.message_id(token, serial, self.desk.domain)

    def _display(self, notice: Notice) -> str:
        name = " ".join(re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", " ", notice.from_name).split())[:_NAME_LETTERS]
        return f"{name} ({self.desk.name})" if name else self.desk.name

    def _head(self, notice: Notice, message_id: str, subject: str, reply_to: str, now: datetime) -> str:
        fields = [
            mime.addresses("From", (Address(self._display(notice), self.desk.address),)),
            mime.addresses("To", (Address(_tidy(notice.to.name), notice.to.address),)),
            mime.addresses("Reply-To", (Address(self.desk.name, reply_to),)),
            mime.unstructured("Subject", subject),
            mime.token_field("Date", format_datetime(now)),
            mime.token_field("Message-ID", message_id),
        ]
        if notice.in_reply_to:
            thread = tuple(dict.fromkeys((*notice.thread, notice.in_reply_to)))
            kept = thread if len(thread) <= _THREAD_IDS else (thread[0], *thread[1 - _THREAD_IDS :])
            readable = [each for each in kept if re.fullmatch(r"<[!-~]{1,900}>", each)]
            if re.fullmatch(r"<[!-~]{1,900}>", notice.in_reply_to):
                fields.append(mime.ids("In-Reply-To", (notice.in_reply_to,)))
            if readable:
                fields.append(mime.ids("References", readable))
        fields.append(mime.token_field("Maild-Kind", notice.kind.value))
        if notice.ticket is not None:
            fields.append(mime.token_field("Maild-Ticket", str(notice.ticket)))
        if notice.client:
            fields.append(mime.token_field("Maild-Client", notice.client))
        if notice.asks:
            fields.append(mime.token_field("Maild-Asks", "confirm"))
        if notice.kind is not Kind.RELAY:  # a relay is a person's words
            said = "auto-replied" if notice.kind in _REPLIED else "auto-generated"
            fields += [mime.token_field("Auto-Submitted", said), mime.token_field("X-Auto-Response-Suppress", "All")]
        return "".join([*fields, "MIME-Version: 1.0\r\n"])

    def _compare(self, raw: bytes, notice: Notice, message_id: str, subject: str, reply_to: str) -> None:
        """Read the bytes as a stranger would and hold them against what was meant."""
        read = BytesHeaderParser().parsebytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        once = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Maild-Kind", "MIME-Version", "Content-Type")
        meant = {"From": self.desk.address, "To": notice.to.address, "Reply-To": reply_to}
        for name in once:
            if len(read.get_all(name, [])) != 1:
                raise ComposeFault(f"{name} stands {len(read.get_all(name, []))} times")
        for name, wanted in meant.items():
            found = [spec for _, spec in getaddresses([str(read[name])])]
            if found != [wanted]:
                raise ComposeFault(f"{name} reads as {found}")
        if str(read["Message-ID"]) != message_id or str(read["Maild-Kind"]) != notice.kind.value:
            raise ComposeFault("Message-ID or Maild-Kind reads otherwise than written")
        if subject.isascii() and re.sub(r"\r\n ", " ", str(read["Subject"])) != subject and "=?" not in subject:
            raise ComposeFault("Subject reads otherwise than written")


def _numbered(subject: str, ticket: int | None) -> str:
    """The subject with [#N] once: behind "Re:", so that clients sort it into its thread."""
    words = " ".join(_NUMBER.sub(" ", subject).split())
    if not ticket:
        return words
    if words.lower().startswith("re: "):
        return f"Re: [#{ticket}] {words[4:]}"
    if words[:3].isupper():  # NOT SENT … must stand first
        return f"{words} [#{ticket}]"
    return f"[#{ticket}] {words}"


def _tidy(name: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", " ", name).split())[:_NAME_LETTERS]


def _body(page: Page, notice: Notice, message_id: str) -> bytes:
    """Text and HTML; pictures beside the HTML that shows them; files behind both."""
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    html = mime.text_part("html", page.html)
    if page.pictures:
        images = (mime.file_part(Attachment(f"{cid}.png", "image/png", png, cid, inline=True)) for cid, png in page.pictures)
        html = mime.multipart("related", f"=_r{seed}", (html, *images))
    words = mime.multipart("alternative", f"=_a{seed}", (mime.text_part("plain", page.text), html))
    if not notice.attachments:
        return words
    return mime.multipart("mixed", f"=_m{seed}", (words, *(mime.file_part(each) for each in notice.attachments)))
