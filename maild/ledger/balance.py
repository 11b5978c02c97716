"""Balances: what a client holds by a contract, in minutes, folded entry by entry so that it is read and never re-added.

closing = opening + bought − used + corrected − expired, always. `used` counts time and items and never falls; `corrected` is
signed and holds every reversal, adjustment and rounding row, whatever they correct; `bought` counts top-ups and a retainer's
monthly minutes. Time that went `over`, was quoted or is free is no part of it.

Hourly contracts and support periods buy nothing in advance: their closing is minus what was used (and not taken back), the
running total of the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from maild.ledger import account
from maild.ledger.entry import Entry, EntryKind

COLUMN = {  # where an entry counts
    EntryKind.TIME: "used",
    EntryKind.ITEM: "used",
    EntryKind.TOPUP: "bought",
    EntryKind.GRANT: "bought",
    EntryKind.EXPIRY: "expired",
    EntryKind.REVERSAL: "corrected",
    EntryKind.ADJUST: "corrected",
    EntryKind.ROUNDING: "corrected",
    EntryKind.FEE: "corrected",  # posts no minutes
}
FALLS = frozenset({"used", "expired"})  # columns that count minutes going out


@dataclass(frozen=True, slots=True)
class Balance:
    """A contract's minutes as of an instant (None: before its first entry). `closing` follows from the columns."""

    client: str
    contract: str
    as_of: datetime | None = None
    opening: int = 0
    bought: int = 0
    used: int = 0
    corrected: int = 0
    expired: int = 0

    @property
    def closing(self) -> int:
        """What is left; negative when overdrawn."""
        return self.opening + self.bought - self.used + self.corrected - self.expired

    def carried(self) -> Balance:
        """The same closing as the opening of a new period."""
        return Balance(self.client, self.contract, self.as_of, opening=self.closing)


def effects(entry: Entry) -> dict[str, int]:
    """Contract id -> minutes by which an entry changes what is left of it, for each contract whose holding it touches."""
    changes: dict[str, int] = {}
    for posting in entry.postings:
        owner = account.client_account(posting.account)
        if owner is not None and owner.is_holding:
            changes[owner.contract] = changes.get(owner.contract, 0) - posting.minutes
    return changes


def movements(entry: Entry) -> dict[str, tuple[str, int]]:
    """Contract id -> the column that an entry counts in, and by how much."""
    column = COLUMN[entry.kind]
    return {contract: (column, -change if column in FALLS else change) for contract, change in effects(entry).items()}


def apply(balance: Balance, entry: Entry) -> Balance:
    """The balance once an entry is booked; unchanged by what touches none of its holdings."""
    return fold(balance, (entry,))


def fold(balance: Balance, entries: Iterable[Entry]) -> Balance:
    """The balance once all these are booked, from scratch."""
    columns = {name: getattr(balance, name) for name in dict.fromkeys(COLUMN.values())}
    as_of = balance.as_of
    for entry in entries:
        change = effects(entry).get(balance.contract) if entry.client == balance.client else None
        if change is not None:
            column = COLUMN[entry.kind]
            columns[column] += -change if column in FALLS else change
            as_of = entry.booked_at if as_of is None else max(as_of, entry.booked_at)
    return replace(balance, as_of=as_of, **columns)


def left_by_accounts(client: str, contract: str, accounts: Mapping[str, int]) -> int:
    """What is left by the accounts alone, to hold against `closing`: minus the sum over the contract's holdings."""
    owners = ((account.client_account(name), minutes) for name, minutes in accounts.items())
    return -sum(m for owner, m in owners if owner and owner.is_holding and (owner.client, owner.contract) == (client, contract))
