"""The one builder of outgoing mail: headers, thread, reverse-path. Serialised once, read again and compared, then queued.

What may not leave raises: a control character in a header, an unsigned reply address, bytes that do not read as they were meant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape

from maild.delivery import mime
from maild.delivery.proofread import prove
from maild.delivery.render import Page, Renderer
from maild.delivery.wording import one_line
from maild.desk import address
from maild.desk.decision import Kind, Notice, Side, Stored
from maild.desk.directory import Desk
from maild.desk.keyring import Keyring
from maild.desk.purpose import Purpose
from maild.message import Attachment, Letter

BOUNCES = "bounce"  # the person for whom reverse-paths are signed: any mail server
_PRIORITY = {Kind.ACK: 0, Kind.RELAY: 1, Kind.CHALLENGE: 2, Kind.HOLD: 2, Kind.CONFIRM: 3}
_LATER = 6
_NULL_PATH = frozenset({Kind.ACK, Kind.REFUSAL, Kind.REMINDER})
_REPLIED = frozenset({Kind.ACK, Kind.RECEIPT, Kind.HOLD, Kind.ANSWER, Kind.REFUSAL})
_TO_CUSTOMER = frozenset(
    {Kind.ACK, Kind.RELAY, Kind.CONFIRM, Kind.REMINDER, Kind.QUOTE, Kind.OFFER, Kind.REPORT, Kind.ACT, Kind.REFUSAL}
)
_OF_STAFF = (Purpose.STAFF, Purpose.ACCOUNTANT)
_THREAD_IDS = 12  # of References: the first and the last ones, as RFC 5537, 3.4.4 allows a reader to trim
_NUMBER = re.compile(r"\s*\[#\d+\]\s*")
_NAME_LETTERS = 64
_SUBJECT_LETTERS = 250
_READABLE_ID = re.compile(r"<[!-;=?-~]{1,900}>")


class Composer:
    """Builds letters for one desk, with its keys and its templates."""

    def __init__(self, desk: Desk, keyring: Keyring, renderer: Renderer) -> None:
        self.desk = desk
        self.keyring = keyring
        self.renderer = renderer

    def compose(self, notice: Notice, now: datetime) -> tuple[Letter, Stored]:
        """A notice as the letter that leaves, and as the message that its ticket's thread keeps.

        Raises ProofFault, HeaderFault or TemplateFault; nothing is queued then.
        """
        number = notice.subject_of if notice.subject_of is not None else notice.ticket or 0
        token = address.token(self.keyring, notice.purpose or Purpose.CUSTOMER, number, notice.person, now)
        links = {purpose.value: self._signed(purpose, number, notice.person, now) for purpose in notice.links}
        links |= {f"ticket-{each}": self._signed(Purpose.STAFF, each, notice.person, now) for each in notice.writes_on}
        links |= {each.name: self._signed(each.purpose, each.number, notice.person, now) for each in notice.buttons}
        reply_to = self._reply_address(token) if notice.purpose else self.desk.address
        page = self.renderer.render(notice, {**links, "reply": reply_to})
        message_id = self._message_id(notice, token)
        subject = _numbered(page.subject, notice.ticket)
        sender = (self._display(notice), self.desk.address)
        recipient = (_tidy(notice.to.name), mime.addr_spec(notice.to.address))
        people = {"from": sender, "to": recipient, "reply-to": (self.desk.name, reply_to)}
        raw = self._head(notice, message_id, subject, people, now).encode("ascii") + _body(page, notice, message_id)
        prove(
            raw, people, {"subject": subject, "message-id": message_id, "maild-kind": notice.kind.value, "mime-version": "1.0"}
        )
        mail_from = "" if notice.kind in _NULL_PATH else self._signed(Purpose.BOUNCE, notice.ticket or 0, BOUNCES, now)
        letter = Letter(
            message_id,
            notice.kind.value,
            mail_from,
            recipient[1],
            raw,
            notice.ticket,
            notice.client,
            _PRIORITY.get(notice.kind, _LATER),
        )
        stored = Stored(
            message_id,
            Side.OUT if notice.kind in _TO_CUSTOMER and notice.purpose not in _OF_STAFF else Side.INTERNAL,
            notice.kind.value,
            self.desk.address,
            sender[0],
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
        return self._reply_address(address.token(self.keyring, purpose, number, person, now))

    def _reply_address(self, token: str) -> str:
        return address.reply_address(token, self.desk.address, self.desk.separator)

    def _message_id(self, notice: Notice, token: str) -> str:
        """Deterministic: the same notice gives the same id. It carries the token for clients that drop Reply-To.

        The serial is the notice's alone: what is written anew after a restore, on a ticket of another number, has the same one.
        """
        seed = f"{notice.kind}\0{notice.key}\0{notice.to.key}"
        serial = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:5], "big")
        return address.message_id(token, serial, self.desk.domain)

    def _display(self, notice: Notice) -> str:
        name = _tidy(notice.from_name)
        return f"{name} ({self.desk.name})" if name else self.desk.name

    def _head(self, notice: Notice, message_id: str, subject: str, people: Mapping[str, tuple[str, str]], now: datetime) -> str:
        fields = [
            mime.mailbox("From", *people["from"]),
            mime.mailbox("To", *people["to"]),
            mime.mailbox("Reply-To", *people["reply-to"]),
            mime.unstructured("Subject", subject),
            mime.token_field("Date", format_datetime(now)),
            mime.token_field("Message-ID", message_id),
        ]
        if notice.in_reply_to:
            thread = tuple(dict.fromkeys((*notice.thread, notice.in_reply_to)))
            kept = thread if len(thread) <= _THREAD_IDS else (thread[0], *thread[1 - _THREAD_IDS :])
            readable = [each for each in kept if _READABLE_ID.fullmatch(each)]
            if _READABLE_ID.fullmatch(notice.in_reply_to):
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


def _numbered(subject: str, ticket: int | None) -> str:
    """The subject with [#N] once: behind "Re:", so that clients sort it into its thread."""
    words = " ".join(_NUMBER.sub(" ", subject).split())
    words = words if len(words) <= _SUBJECT_LETTERS else f"{words[: _SUBJECT_LETTERS - 1]}…"
    if not ticket:
        return words
    if words.lower().startswith("re: "):
        return f"Re: [#{ticket}] {words[4:]}"
    if words[:3].isupper():  # NOT SENT … must stand first
        return f"{words} [#{ticket}]"
    return f"[#{ticket}] {words}"


def _tidy(name: str) -> str:
    """A display name as anybody may have typed it: one line, no direction marks, not too long."""
    return one_line(name)[:_NAME_LETTERS].rstrip()


def _body(page: Page, notice: Notice, message_id: str) -> bytes:
    """Text and HTML; pictures beside the HTML that shows them; files behind both."""
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    shown = [each for each in notice.attachments if notice.markup and _is_shown(each, page.html)]
    files = [each for each in notice.attachments if each not in shown]
    pictures = [
        Attachment(f"{cid.partition(chr(64))[0]}.png", "image/png", png, cid, inline=True) for cid, png in page.pictures
    ]
    html = mime.text_part("html", page.html)
    if pictures or shown:
        html = mime.multipart("related", f"=_r{seed}", (html, *map(mime.file_part, (*pictures, *shown))))
    words = mime.multipart("alternative", f"=_a{seed}", (mime.text_part("plain", page.text), html))
    if not files:
        return words
    return mime.multipart("mixed", f"=_m{seed}", (words, *map(mime.file_part, files)))


def _is_shown(attachment: Attachment, html: str) -> bool:
    """Whether an inline picture stands in its place in the HTML."""
    return attachment.inline and bool(attachment.content_id) and f'"cid:{escape(attachment.content_id.strip("<>"))}"' in html
