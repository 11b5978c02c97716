"""What staff may order by mail, as values: one frozen class for each command, and what is said about lines that are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Source:
    """Where a command stood: the line as typed and its index among the lines that were parsed."""

    line: str
    line_no: int


class Reason(StrEnum):
    """Why a line holds its mail. Templates turn the code into a sentence of the reader's language."""

    NEAR_MISS = "near-miss"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    SURPLUS = "surplus"  # words behind a command that takes none
    ZERO = "zero"
    NEGATIVE = "negative"
    TOO_LONG = "too-long"  # beyond 24 h in a day
    FUTURE = "future"
    PAST = "past"
    CONFLICT = "conflict"  # two states for one ticket
    UNKNOWN_CLIENT = "unknown-client"
    UNKNOWN_PERSON = "unknown-person"
    UNKNOWN_TEAM = "unknown-team"
    UNKNOWN_CAUSE = "unknown-cause"
    UNKNOWN_FREE = "unknown-free"
    UNKNOWN_ITEM = "unknown-item"
    UNKNOWN_PLAN = "unknown-plan"
    UNKNOWN_FAQ = "unknown-faq"
    NOT_YOURS = "not-yours"  # the sender's roles do not allow it


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that holds its mail: its index, as typed, why, the words at fault, and what to type instead."""

    line_no: int
    line: str
    reason: Reason
    subject: str
    advice: str


@dataclass(frozen=True, slots=True)
class Command:
    """What all commands share. `word` is the English word of the class, the same for every language."""

    source: Source
    word: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Time(Command):
    """Work that was done. Clock minutes count from midnight of `work_date` in the client's zone; past 1440 is the next day."""

    word: ClassVar[str] = "time"
    minutes: int
    what: str = ""  # printed in the client's report
    for_staff: str = ""  # after //: never printed
    work_date: date | None = None  # None: the day of the mail in the client's zone
    ticket: int | None = None  # None: the mail's own ticket
    from_minute: int | None = None
    until_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Solved(Command):
    """The ticket is solved; the customer is asked."""

    word: ClassVar[str] = "solved"
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Wait(Command):
    """The ticket waits for the customer."""

    word: ClassVar[str] = "wait"


@dataclass(frozen=True, slots=True)
class Later(Command):
    """Back in the author's agenda on that day; stops no clock."""

    word: ClassVar[str] = "later"
    on: date


@dataclass(frozen=True, slots=True)
class Close(Command):
    """Close without the customer's word."""

    word: ClassVar[str] = "close"
    reason: str


@dataclass(frozen=True, slots=True)
class Note(Command):
    """The whole mail is internal."""

    word: ClassVar[str] = "note"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Take(Command):
    """The author takes the ticket."""

    word: ClassVar[str] = "take"


@dataclass(frozen=True, slots=True)
class Assign(Command):
    """Somebody gets the ticket."""

    word: ClassVar[str] = "assign"
    person: str


@dataclass(frozen=True, slots=True)
class Team(Command):
    """A team gets the ticket."""

    word: ClassVar[str] = "team"
    name: str


@dataclass(frozen=True, slots=True)
class Cause(Command):
    """What it came from."""

    word: ClassVar[str] = "cause"
    name: str


@dataclass(frozen=True, slots=True)
class Bug(Command):
    """The vendor's own defect: all time of the ticket becomes free."""

    word: ClassVar[str] = "bug"
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Fixed(Command):
    """A defect is mended in a build."""

    word: ClassVar[str] = "fixed"
    ref: str
    build: str


@dataclass(frozen=True, slots=True)
class Free(Command):
    """The mail's time is free, for a reason that the directory names."""

    word: ClassVar[str] = "free"
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Urgent(Command):
    """The mail's time is urgent work."""

    word: ClassVar[str] = "urgent"


@dataclass(frozen=True, slots=True)
class ChargeItem(Command):
    """A price-list item, so many times."""

    word: ClassVar[str] = "charge"
    item: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Waive(Command):
    """A price-list item is not charged."""

    word: ClassVar[str] = "waive"
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quote(Command):
    """Work outside the contract, for the client's yes."""

    word: ClassVar[str] = "quote"
    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Offer(Command):
    """Plans to choose from; none named: those of the directory."""

    word: ClassVar[str] = "offer"
    plans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eta(Command):
    """A promised time: a day and a minute of it in the client's zone."""

    word: ClassVar[str] = "eta"
    on: date
    minute: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Merge(Command):
    """Join with another ticket."""

    word: ClassVar[str] = "merge"
    ticket: int


@dataclass(frozen=True, slots=True)
class Split(Command):
    """Make this mail a ticket of its own."""

    word: ClassVar[str] = "split"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SetClient(Command):
    """Whose ticket it is; the address is remembered unless `once`."""

    word: ClassVar[str] = "client"
    client: str
    once: bool = False


@dataclass(frozen=True, slots=True)
class New(Command):
    """A ticket for a phone call or a forwarded mail, for a client or an address; neither: for whoever was forwarded."""

    word: ClassVar[str] = "new"
    client: str = ""
    address: str = ""
