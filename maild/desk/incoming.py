"""A mail at the desk's door: the message, and everything that can be told of it without memory."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from maild.desk.address import Token
from maild.desk.command import Parsed
from maild.desk.directory import Client, Desk, Directory, Staff
from maild.desk.keyring import Keyring
from maild.desk.purpose import Purpose
from maild.lines import Line
from maild.message import Forwarded, Message, OriginKind, address_key

SUBJECT_NUMBER = re.compile(r"\[#(\d{1,9})\]")
_REPLY_PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|antw|sv|vs|rif|res|enc|tr|odp|ynt|na|пер|отв|ответ|відп|відповідь|fw)(?:\[\d+\])?\s*[:：]|\[#\d{1,9}\])\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change from mail to mail: the desk, its directory, its keys."""

    desk: Desk
    directory: Directory
    keyring: Keyring


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail to be decided.

    `authenticated` says whether its From may be believed, None where nothing can tell (no trusted server is named). `token` is a
    signed address it came to that was made for its very sender; `foreign_owner` is the staff id whose address it came to instead.
    `lines` is the body with each line's kind, after comparison with the letter it answers; `unknown_quotes` are quoted lines
    that nobody sent to its author; `quotable` are the customer's words in that letter.
    """

    arrival: int
    message: Message
    arrived_at: datetime
    fingerprint: str
    delivered_to: tuple[str, ...] = ()
    authenticated: bool | None = None
    authentication: str = ""
    token: Token | None = None
    expired: Token | None = (
        None  # a genuine one of the sender's whose time is over: it says where a reply belongs, and proves nothing
    )
    foreign_owner: str = ""
    staff: Staff | None = None
    lines: tuple[Line, ...] = ()
    unknown_quotes: tuple[str, ...] = ()
    quotable: str = ""
    parsed: Parsed = field(default_factory=Parsed)
    answers: str = ""  # Message-ID of the letter of ours that it answers
    released: bool = False  # a held mail whose author has proven and cleared it
    forced: bool = False  # a person let it out of quarantine
    confirmed: bool = False  # its author has seen whom /fixed tells, and said /send
    plain: bool = False  # released by /send: unclear lines are text

    @property
    def sender_key(self) -> str:
        """The From address in its compared form, '' where there is none."""
        return self.message.sender.key if self.message.sender else ""

    @property
    def proven(self) -> bool:
        """For customers: a believed From. Where no server is trusted nothing can tell, and a token for this very address counts.

        A token alone finds its ticket and presses its button, and moves nothing else where mail can be authenticated (section 4).
        """
        if self.authenticated is None:
            return self.token is not None and self.token.person == self.sender_key
        return self.authenticated

    @property
    def is_person(self) -> bool:
        """Whether a human wrote it."""
        return self.message.origin.kind is OriginKind.PERSON

    @property
    def has_token(self) -> bool:
        """Whether the first proof of section 4 is there. The address that bounces come back to proves nobody."""
        return self.released or (self.token is not None and self.token.purpose is not Purpose.BOUNCE)

    @property
    def has_authentication(self) -> bool:
        """Whether the second proof is there. Where no server is trusted, tokens alone count."""
        if self.released or self.authenticated:
            return True
        return self.authenticated is None and self.has_token

    @property
    def both_proofs(self) -> bool:
        """Whether staff may act on a ticket or on money."""
        return self.has_token and self.has_authentication

    def token_for(self, *purposes: Purpose) -> int | None:
        """The number that a token of one of these purposes names."""
        return self.token.number if self.token and self.token.purpose in purposes else None


def base_subject(subject: str) -> str:
    """A subject without reply prefixes and [#N], in lower case: what is compared (RFC 5256, 2.1 in spirit)."""
    previous, current = None, subject
    while previous != current:
        previous, current = current, _REPLY_PREFIX.sub("", current)
    return " ".join(SUBJECT_NUMBER.sub(" ", current).lower().split())


def shown_subject(subject: str) -> str:
    """A subject as a ticket keeps it: without reply prefixes and [#N], blanks tidied."""
    previous, current = None, subject
    while previous != current:
        previous, current = current, _REPLY_PREFIX.sub("", current)
    return " ".join(SUBJECT_NUMBER.sub(" ", current).split())


def subject_numbers(subject: str) -> tuple[int, ...]:
    """Ticket numbers that a subject names, in order."""
    return tuple(int(number) for number in SUBJECT_NUMBER.findall(subject))


def fingerprint(message: Message) -> str:
    """What makes two copies the same mail: Message-ID, From, Date, Subject and body, trace headers aside. Hex, 64 characters."""
    digest = hashlib.sha256()
    for part in (
        message.message_id,
        ",".join(sender.key for sender in message.senders),
        message.date.isoformat() if message.date else message.header("Date"),
        message.subject,
        message.text,
        *(attachment.sha256 for attachment in message.attachments),
    ):
        data = part.encode("utf-8", "surrogateescape")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def own_id(mail: Incoming) -> str:
    """The mail's Message-ID, or one made from its content where it bears none, so that every row can name its source."""
    return mail.message.message_id or f"<{mail.fingerprint[:32]}@no-message-id.invalid>"


def client_of(mail: Incoming, rules: Rules, remembered: dict[str, str]) -> Client:
    """The client of the sender."""
    return rules.directory.client_at(mail.sender_key, remembered)


def carried(mail: Incoming, rules: Rules) -> Forwarded | None:
    """The customer's mail that a mail of the desk's people forwards: the first that names somebody outside, surest first."""
    outside = [
        each
        for each in mail.message.forwarded
        if each.sender.address
        and not is_desk_address(each.sender.address, rules.desk)
        and not rules.directory.staff_at(each.sender.address)
    ]
    return next((each for each in outside if each.how != "quoted"), next(iter(outside), None))


def is_desk_address(address: str, desk: Desk) -> bool:
    """Whether an address is the desk's own, with or without a detail behind the separator."""
    local, _, domain = address_key(address).rpartition("@")
    desk_local, _, desk_domain = address_key(desk.address).rpartition("@")
    return domain == desk_domain and (local == desk_local or local.startswith(desk_local + desk.separator))
