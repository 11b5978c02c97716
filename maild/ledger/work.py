"""What is priced, on which terms, and against what history: the arguments and the refusal of `billing.price`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from maild.ledger.contract import Contract, contracts_in_force
from maild.ledger.entry import Entry, EntryClass, EntryKind
from maild.ledger.money import Money

WALK_IN = "walk-in"  # the built-in client of senders whom nobody claims: before a purchase, free

OfficeMinutes = Callable[[str, datetime, datetime], int]
"""(calendar's name, start, end) -> minutes between two instants that lie within its working hours."""


def always_open(calendar: str, start: datetime, end: datetime) -> int:
    """The calendar that never closes."""
    return int((end - start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Quote:
    """Work beside the contract as the customer was offered it: `minutes` is its ceiling (None: none), `agreed` their yes."""

    number: int
    minutes: int | None
    agreed: bool
    rate: Money | None = None  # an hour; None: the rate of the contract in force, else of goodwill

    @property
    def id(self) -> str:
        """Where the books file it, in place of a contract."""
        return f"quote-{self.number}"


@dataclass(frozen=True, slots=True)
class Work:
    """One worklog, or `count` price-list items where `item` is named.

    `work_date` is a day of the client's zone and decides which contract is in force. `clock` is the range the engineer wrote
    (instants), None for a plain duration. `free` is the word of /free. `vendor_defect` tells that the ticket stands under /bug.
    `opened_on` is the client's local day on which the ticket came in: a warranty counts from the report, not from the repair.
    """

    client: str
    staff: str
    work_date: date
    booked_at: datetime
    worked_minutes: int = 0
    ticket: int | None = None
    author: str = ""  # '': the same as `staff`
    clock: tuple[datetime, datetime] | None = None
    urgent: bool = False
    free: str = ""
    cause: str = ""
    vendor_defect: bool = False
    opened_on: date | None = None
    quote: Quote | None = None
    item: str = ""
    count: int = 1
    note: str = ""
    note_internal: str = ""
    source_message_id: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client and the desk have agreed on: contracts in the order in which they are drawn from, and what holds without one."""

    contracts: tuple[Contract, ...] = ()
    goodwill_minutes: int = 0  # a ticket
    goodwill_rate: Money | None = None
    first_urgent_free: bool = False
    free_words: frozenset[str] = frozenset({"presale", "courtesy"})
    office_minutes: OfficeMinutes = always_open
    zone: tzinfo = UTC  # the client's: months begin at its midnights
    directory_version: str = ""

    def in_force(self, day: date) -> tuple[Contract, ...]:
        """Contracts in force on a work date, in the order in which they are drawn from."""
        return contracts_in_force(self.contracts, day)


@dataclass(frozen=True, slots=True)
class History:
    """What is booked already, as far as it bears on a price.

    `accounts` maps each account of the client (and `expired:…`) to the sum of its postings; an account that was ever posted to
    is there, also when its sum is 0. `ticket` holds every entry of the ticket, all days. `urgent_favour` is the ticket that had
    the client's one free urgent favour. `books_from` is the day the books begin: no month before it is granted or charged.
    """

    accounts: Mapping[str, int] = field(default_factory=dict)
    ticket: tuple[Entry, ...] = ()
    urgent_favour: int | None = None
    books_from: date | None = None

    def after(self, entries: Iterable[Entry]) -> History:
        """The history once these are booked too: for the next line of the same mail."""
        added = tuple(entries)
        accounts = dict(self.accounts)
        for entry in added:
            for posting in entry.postings:
                accounts[posting.account] = accounts.get(posting.account, 0) + posting.minutes
        favours = [e.ticket for e in added if e.kind is EntryKind.TIME and e.rule == "free:first-urgent"]
        favour = self.urgent_favour if self.urgent_favour is not None else next(iter(favours), None)
        timed = tuple(e for e in added if e.entry_class is not EntryClass.PLAIN)
        return replace(self, accounts=accounts, ticket=(*self.ticket, *timed), urgent_favour=favour)


class Reason(StrEnum):
    """Why nothing is booked; the value is what a hold says."""

    NO_CONTRACT = "no contract"
    NOT_COVERED = "not covered"
    UNKNOWN_FREE = "unknown free word"
    UNKNOWN_ITEM = "unknown item"
    QUOTE_PENDING = "quote not agreed"
    QUOTE_EXCEEDED = "quote exceeded"
    ALREADY_REVERSED = "already reversed"
    NOT_REVERSIBLE = "not reversible"
    MORE_THAN_LEFT = "more than is left"
    NOTHING_CHARGED = "nothing to waive"
    NO_ACCOUNT = "no account"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was booked: the reason and the facts that the hold prints."""

    reason: Reason
    facts: tuple[tuple[str, str], ...] = ()
