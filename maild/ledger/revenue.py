"""Money in double entry: which money accounts an entry moves. Derived from its amount, so that it can never disagree with it.

    billed:CLIENT              what the client was asked for (positive: a debit)
    advance:CLIENT:CONTRACT    bought in advance and not used up yet (negative: owed in work)
    income:CLIENT:CONTRACT     earned (negative: a credit)

Time on a prepaid contract moves its value from advance to income; hourly time, fees, quoted work and whatever went over are
billed as they are earned. A pack sold at its own price leaves on `advance` what it was cheaper or dearer than the rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from maild.ledger import account
from maild.ledger.contract import Charge
from maild.ledger.cost import Part, parts_of
from maild.ledger.entry import Entry, EntryKind
from maild.ledger.money import Money


@dataclass(frozen=True, slots=True)
class MoneyPosting:
    """One line in money: a signed amount on an account. An entry's lines sum to zero."""

    account: str
    amount: Money


def money_postings(entry: Entry) -> tuple[MoneyPosting, ...]:
    """The money lines of an entry; none where nothing is due."""
    if not entry.amount:
        return ()
    owner = f"{entry.client}:{entry.contract}"
    billed, advance, income = f"billed:{entry.client}", f"advance:{owner}", f"income:{owner}"
    if _sells_in_advance(entry):
        moved = {billed: entry.amount, advance: -entry.amount}
    elif parts := parts_of(entry):
        return tuple(_by_parts(entry, parts))
    elif entry.rule.startswith(Charge.PREPAID.value):
        over = over_amount(entry)
        moved = {billed: over, advance: entry.amount - over, income: -entry.amount}
    else:
        moved = {billed: entry.amount, income: -entry.amount}
    return tuple(MoneyPosting(name, Money(amount, entry.currency)) for name, amount in moved.items() if amount)


def _by_parts(entry: Entry, parts: tuple[Part, ...]) -> Iterator[MoneyPosting]:
    """Each contract's part is its own income: out of its advance where it was prepaid, billed where not, and where it went over."""
    prepaid = {o.contract for p in entry.postings if (o := account.client_account(p.account)) and o.kind == Charge.PREPAID}
    over = over_amount(entry)
    for part in parts:
        owner = f"{entry.client}:{part.contract}"
        above = over if part.contract == entry.contract else Decimal(0)
        in_advance = part.amount - above if part.contract in prepaid else Decimal(0)
        moved = {
            f"billed:{entry.client}": part.amount - in_advance,
            f"advance:{owner}": in_advance,
            f"income:{owner}": -part.amount,
        }
        yield from (MoneyPosting(name, Money(amount, entry.currency)) for name, amount in moved.items() if amount)


def over_amount(entry: Entry) -> Decimal:
    """What the minutes beyond the contract cost, part of the entry's amount; negative in a reversal."""
    if entry.rate is None or not entry.over_minutes:
        return Decimal(0)
    return Money(entry.rate, entry.currency).for_minutes(entry.over_minutes).amount


def _sells_in_advance(entry: Entry) -> bool:
    return entry.kind is EntryKind.TOPUP or (entry.kind is EntryKind.REVERSAL and entry.rule == "topup")
