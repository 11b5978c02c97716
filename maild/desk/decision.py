"""What was decided, as data: everything that one arrival, or one due moment, changes. Recorded in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from maild.desk.hold import Frozen, Hold, Release
from maild.desk.proposal import Proposal
from maild.desk.purpose import Purpose
from maild.desk.ticket import Participant, Ticket
from maild.ledger.entry import Entry
from maild.message import Address, Attachment, Block

NEW = 0  # stands for the number of a ticket, a hold or an entry that has none yet


class Kind(StrEnum):
    """Values of Maild-Kind (contract, section 2)."""

    ACK = "ack"
    RELAY = "relay"
    NOTIFICATION = "notification"
    RECEIPT = "receipt"
    HOLD = "hold"
    CONFIRM = "confirm"
    REMINDER = "reminder"
    WARNING = "warning"
    BREACH = "breach"
    REPORT = "report"
    SUMMARY = "summary"
    ACT = "act"
    MANAGER = "manager"
    AGENDA = "agenda"
    QUOTE = "quote"
    OFFER = "offer"
    CHALLENGE = "challenge"
    ANSWER = "answer"
    BOUNCE_NOTICE = "bounce-notice"
    REFUSAL = "refusal"
    ALERT = "alert"


class Side(StrEnum):
    """Whose words a stored message holds."""

    IN = "in"  # from a customer
    OUT = "out"  # to a customer
    INTERNAL = "internal"  # from or to staff


class Outcome(StrEnum):
    """What became of an arrival."""

    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Button:
    """A signed address of a letter that is about a proposal: `name` is how the template calls it, `number` the proposal's."""

    name: str
    purpose: Purpose
    number: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to one person, before it has words. `facts` are the template's values; customers' text only ever as values.

    `key` seeds the deterministic Message-ID: the same decision about the same mail gives the same id. `purpose` and `subject_of`
    (a hold's or document's number, else the ticket's) go into the signed Reply-To; `person` is who it is signed for: a staff id, or a
    customer's address key. `thread` are ids that this very recipient has seen, oldest first.
    """

    kind: Kind
    to: Address
    person: str
    language: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    ticket: int | None = None
    client: str = ""
    subject: str = ""  # of the ticket, without [#N]
    purpose: Purpose | None = None
    subject_of: int | None = None  # None: the ticket's number
    links: tuple[Purpose, ...] = ()  # signed addresses that the words offer as buttons
    writes_on: tuple[int, ...] = ()  # tickets with a signed address of this person's each, as `ticket-N` among the links
    buttons: tuple[Button, ...] = ()  # the same, each with a number of its own; the facts get them as `numbers`, by name
    in_reply_to: str = ""
    thread: tuple[str, ...] = ()
    from_name: str = ""  # in front of the desk's name
    author: str = ""  # of a relay: the staff id of whoever wrote it; "" where a customer did, or nobody
    attachments: tuple[Attachment, ...] = ()
    markup: tuple[Block, ...] = ()  # of the mail whose words these are: shown in their place where it says exactly them
    asks: bool = False  # Maild-Asks: confirm


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the ledger of mail keeps it. `ref` is the arrival's (in) or the letter's (out) Message-ID."""

    message_id: str
    side: Side
    kind: str  # "mail", "note", "bounce", "automatic", or the Maild-Kind of our own
    from_address: str
    from_name: str
    to: tuple[str, ...]
    at: datetime
    subject: str
    text: str
    ticket: int | None = None
    client: str = ""
    author: str = ""  # staff id, or ""
    proven: bool = True
    contact: bool = False  # counts as contact for the daily report: a customer's message or a person's answer
    recipient: str = ""  # ours: the one it went to
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket, for `ticket N --json`."""

    ticket: int
    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody of the desk is away until an instant; None: they are back."""

    staff: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea for the product, or praise with words: for those who make it. `ref` is what /fixed names it by."""

    at: datetime
    kind: str  # "idea" | "praise"
    staff: str  # who wrote it down, "" where the customer did
    client: str
    ticket: int | None
    text: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A moment to come back to: stored, indexed, swept. One row for each (what, which); None takes it away."""

    what: str  # "report", "summary", "hold", "promise", "cap" …
    which: str  # the client, the hold's or ticket's number …
    at: datetime | None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Something numbered and kept as sent: a daily report, an act. Unique by (kind, client, period)."""

    kind: str
    client: str
    period: str  # "2026-11-22", "2026-11"
    cut_at: datetime
    day: date
    facts: Mapping[str, Any]  # the figures, as JSON
    entries: tuple[int, ...] = ()  # what it covers
    year: int = 0
    number: int = NEW  # without gaps within (kind, year); given at recording
    files: tuple[Attachment, ...] = ()  # as they are sent, and sent again

    @property
    def signed_number(self) -> int:
        """How signed addresses name it: its year and number in one, 2600003."""
        return (self.year - 2000) * 100_000 + self.number


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a numbered document: `sent` to the client, `accepted`, `objected`; the first time counts."""

    kind: str
    year: int
    number: int
    what: str
    at: datetime
    who: str  # a staff id, or an address


@dataclass(frozen=True, slots=True)
class Ended:
    """A promise of an answer that is over, and how: `answered`, or the state that ended the wait without one.

    When the answer reached the customer is stamped by the settling of its letter. `staff` answered, else had the ticket.
    """

    ticket: int
    client: str
    staff: str
    clock: str  # "answer", "next_answer"
    since: datetime
    deadline: datetime
    ended_at: datetime
    how: str  # answered | waiting | solved | closed | merged


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one arrival or one due moment changes. Tickets are their new values; NEW numbers are given at recording."""

    outcome: Outcome = Outcome.PROCESSED
    reason: str = ""
    tickets: tuple[Ticket, ...] = ()
    joined: tuple[tuple[int, Participant], ...] = ()
    stored: tuple[Stored, ...] = ()
    keys: tuple[tuple[str, int], ...] = ()  # message id -> ticket, where still free
    events: tuple[Event, ...] = ()
    entries: tuple[Entry, ...] = ()
    holds: tuple[Hold, ...] = ()
    spent: tuple[str, ...] = ()  # ids of single-use tokens
    remembered: tuple[tuple[str, str], ...] = ()  # address key -> client
    dues: tuple[Due, ...] = ()
    documents: tuple[Document, ...] = ()
    ended: tuple[Ended, ...] = ()
    returned: tuple[int, ...] = ()  # tickets whose last answer came back: its promise was not kept by it
    marks: tuple[Mark, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    notices: tuple[Notice, ...] = ()
    release: Release | None = None
    frozen: tuple[Frozen, ...] = ()
    absences: tuple[Absence, ...] = ()
    ideas: tuple[Idea, ...] = ()
    served: tuple[tuple[str, str], ...] = ()  # (staff, client) that are new to each other
    tallies: tuple[str, ...] = ()  # what happened once more in this hour
    supersedes: int | None = None  # the arrival of an earlier copy without a token, which this one stands for
