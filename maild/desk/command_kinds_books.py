"""Commands that look things up, move minutes, or concern the desk itself rather than one ticket (see command_kinds)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from maild.desk.command_kinds import Command
from maild.ledger.money import Money

_ROW_DIGITS = 18  # what every database holds as a number


def row_number(named: str) -> int:
    """The number of an entry or a hold as it was written, 0 for what can be none."""
    digits = named.strip("#").lstrip("Ee")
    return int(digits) if digits.isdecimal() and len(digits) <= _ROW_DIGITS else 0


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """What follows goes to the customer, in a mail that is internal otherwise."""

    word: ClassVar[str] = "answer"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Show(Command):
    """A ticket, whole; None: the mail's own."""

    word: ClassVar[str] = "show"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Find(Command):
    """Tickets with these words."""

    word: ClassVar[str] = "find"
    words: str


@dataclass(frozen=True, slots=True)
class List(Command):
    """Tickets: `mine`, `overdue`, `unanswered` or a client's; empty: all open ones."""

    word: ClassVar[str] = "list"
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceOf(Command):
    """A client's balance; empty: of the ticket's client."""

    word: ClassVar[str] = "balance"
    client: str = ""


@dataclass(frozen=True, slots=True)
class Help(Command):
    """What may be typed."""

    word: ClassVar[str] = "help"


@dataclass(frozen=True, slots=True)
class Topup(Command):
    """Minutes that a client bought."""

    word: ClassVar[str] = "topup"
    client: str
    minutes: int
    ref: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Adjust(Command):
    """Minutes added to a client's balance, or taken from it (negative)."""

    word: ClassVar[str] = "adjust"
    client: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """A reversing entry."""

    word: ClassVar[str] = "undo"
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement(Command):
    """A client's statement by return of mail; of "all" clients: the register."""

    word: ClassVar[str] = "statement"
    client: str
    period: Period


@dataclass(frozen=True, slots=True)
class Act(Command):
    """A client's act by return of mail; of "all" clients: those of the period that are made, or can be."""

    word: ClassVar[str] = "act"
    client: str
    period: Period
    corrected: bool = False  # a new one in place of the one that was made


@dataclass(frozen=True, slots=True)
class CcAdd(Command):
    """One more participant."""

    word: ClassVar[str] = "cc"
    address: str


@dataclass(frozen=True, slots=True)
class Away(Command):
    """The author is absent up to and including that day; None: back again."""

    word: ClassVar[str] = "away"
    until: date | None


@dataclass(frozen=True, slots=True)
class Faq(Command):
    """A standard answer, inserted."""

    word: ClassVar[str] = "faq"
    name: str


@dataclass(frozen=True, slots=True)
class Idea(Command):
    """A product idea."""

    word: ClassVar[str] = "idea"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Freeze(Command):
    """Stop a person's mail until the operator lifts it."""

    word: ClassVar[str] = "freeze"
    person: str


@dataclass(frozen=True, slots=True)
class Page(Command):
    """The manager's page now; None: of the week so far."""

    word: ClassVar[str] = "page"
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Send(Command):
    """Send a held mail as plain text."""

    word: ClassVar[str] = "send"


@dataclass(frozen=True, slots=True)
class Drop(Command):
    """Forget a held or quarantined mail; empty: the one that is answered."""

    word: ClassVar[str] = "drop"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Release(Command):
    """Let a held or quarantined mail go on; empty: the one that is answered."""

    word: ClassVar[str] = "release"
    id: str = ""
