"""Entries: balanced bookings in integer minutes, corrected only by adding.

45 minutes worked, step 30, 30 left in the retainer (signs: see `account.py`):
`staff:olga −45 · rounding:acme −15 · acme:R-1:retainer:2026-11 +30 · acme:R-1:over +30` = 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from maild.ledger import account


class EntryKind(StrEnum):
    """What made an entry."""

    TIME = "time"  # a worklog
    ITEM = "item"  # a price-list item
    TOPUP = "topup"  # minutes bought
    ADJUST = "adjust"  # /adjust by an accountant
    REVERSAL = "reversal"  # the exact negative of another entry
    ROUNDING = "rounding"  # brings a ticket-day right after a reversal
    FEE = "fee"  # a retainer's fee
    GRANT = "grant"  # a retainer's minutes of a month
    EXPIRY = "expiry"  # minutes that lapsed


class EntryClass(StrEnum):
    """How a worklog counts for the client."""

    CHARGED = "charged"
    FREE = "free"
    OVER = "over"  # below the overdraft, or beyond a retainer's minutes
    ROUNDING = "rounding"
    PLAIN = ""  # top-ups, adjustments, grants: no time of anybody's


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: signed integer minutes on an account such as `staff:olga`, `rounding:acme`, `acme:M-17/26:prepaid`."""

    account: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced booking: the minutes of its postings sum to zero.

    `id` is 0 until it is booked. `worked_minutes` and `charged_minutes` are both kept; a reversal's are the negatives of its
    entry's. `work_date` is a day of the client's zone, `booked_at` an instant in UTC. `note` and `note_internal` stand beside the
    chained row, which holds only their salted digest. `rule` names what priced it ("prepaid", "prepaid+minimum", "free:presale").
    """

    client: str
    contract: str
    kind: EntryKind
    work_date: date
    booked_at: datetime
    postings: tuple[Posting, ...]
    id: int = 0
    ticket: int | None = None
    staff: str = ""  # whose time
    author: str = ""  # who booked it
    entry_class: EntryClass = EntryClass.PLAIN
    reason: str = ""  # why free, why adjusted, why reversed
    rule: str = ""
    worked_minutes: int = 0
    charged_minutes: int = 0
    rate: Decimal | None = None
    amount: Decimal = Decimal(0)
    currency: str = ""
    item: str = ""
    note: str = ""
    note_internal: str = ""
    source_message_id: str = ""
    reverses: int | None = None
    corrects: int | None = None  # the entry that a rounding row brings right
    directory_version: str = ""  # of the terms in force when it was booked
    facts: tuple[tuple[str, str], ...] = field(
        default=()
    )  # what the rule saw: factors, ticket-day total before, balance before

    def __post_init__(self) -> None:
        if sum(posting.minutes for posting in self.postings):
            raise ValueError(f"entry does not balance: {self.postings}")

    def fact(self, name: str) -> str:
        """What the rule saw under that name, or ''."""
        for key, value in self.facts:
            if key == name:
                return value
        return ""

    @property
    def over_minutes(self) -> int:
        """Charged minutes beyond what the contract allows; negative in a reversal."""
        found = ((account.client_account(posting.account), posting.minutes) for posting in self.postings)
        return sum(minutes for owner, minutes in found if owner is not None and owner.kind == account.OVER)

    @property
    def is_time(self) -> bool:
        """Whether it is a row of `maild time`: work, items, their reversals and roundings, but no top-up, grant or fee."""
        return self.entry_class is not EntryClass.PLAIN


@dataclass(frozen=True, slots=True)
class StoredEntry(Entry):
    """An entry as it was read back from a database, which somebody may have damaged: the audit judges it, not its constructor."""

    def __post_init__(self) -> None:
        pass


def reverse(entry: Entry, *, author: str, booked_at: datetime, reason: str, source_message_id: str) -> Entry:
    """The exact negative of an entry, for the same ticket, work date and contract; its facts stay, to be read with the sign."""
    return replace(
        entry,
        id=0,
        kind=EntryKind.REVERSAL,
        booked_at=booked_at,
        author=author,
        reason=reason,
        postings=tuple(Posting(posting.account, -posting.minutes) for posting in entry.postings),
        worked_minutes=-entry.worked_minutes,
        charged_minutes=-entry.charged_minutes,
        amount=-entry.amount if entry.amount else entry.amount,
        source_message_id=source_message_id,
        reverses=entry.id,
        corrects=None,
    )


def live(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those that still stand: neither reversals nor reversed, in their order."""
    known = tuple(entries)
    gone = {entry.reverses for entry in known if entry.reverses is not None}
    return tuple(entry for entry in known if entry.reverses is None and entry.id not in gone)
