"""What charged minutes cost: each minute at the rate of the contract that pays for it.

A prepaid or hourly contract sells its minutes by the hour, also below zero. A retainer's fee and a support period have paid for
theirs: only what goes over costs. Where several contracts pay for one entry, each one's part is priced by itself, half-even to
the cent, and kept as a fact of the entry (`paid:CONTRACT`, "30 30.00": minutes and amount); the amount is the sum of the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from maild.ledger import account
from maild.ledger.charge import NOTHING
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Entry, Posting
from maild.ledger.money import Money

PAID = "paid:"  # a fact's name, before the contract's id
_FREE_OF_CHARGE = frozenset({Charge.RETAINER.value, Charge.INCLUDED.value})  # kinds of holdings that were paid otherwise


@dataclass(frozen=True, slots=True)
class Part:
    """What one contract pays of an entry: minutes of its accounts, and what they cost."""

    contract: str
    minutes: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """An entry's hourly rate (that of the part which costs anything), its amount, and its parts where there are several."""

    rate: Money | None
    amount: Money
    parts: tuple[Part, ...] = ()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The parts as an entry keeps them."""
        return tuple((PAID + part.contract, f"{part.minutes} {part.amount}") for part in self.parts)


def sold_minutes(postings: Iterable[Posting]) -> int:
    """Minutes of these postings that cost anything: those on a client's accounts, save a retainer's or a support period's."""
    owners = ((account.client_account(posting.account), posting.minutes) for posting in postings)
    return sum(minutes for owner, minutes in owners if owner is not None and owner.kind not in _FREE_OF_CHARGE)


def at_rate(rate: Money | None, minutes: int) -> Money:
    """So many minutes at an hourly rate; without a rate: 0 and no currency."""
    return rate.for_minutes(minutes) if rate is not None else NOTHING


def cost(postings: Sequence[Posting], paying: Sequence[Contract]) -> Cost:
    """What postings cost that contracts pay, the one that sets the price first.

    Each part is priced at its own contract's rate; an entry has one currency, so a part that would cost in another one than the
    first which costs anything is priced at that one's rate.
    """
    if len(paying) == 1:
        rate = paying[0].plan.rate
        return Cost(rate, at_rate(rate, sold_minutes(postings)))
    rates = {contract.id: contract.plan.rate for contract in paying}
    lines: dict[str, list[Posting]] = {}
    for posting in postings:
        owner = account.client_account(posting.account)
        if owner is not None:
            lines.setdefault(owner.contract, []).append(posting)
    sold = {contract: sold_minutes(part) for contract, part in lines.items()}
    rate = next((rates[name] for name, minutes in sold.items() if minutes and rates[name]), paying[0].plan.rate)
    if len(lines) < 2:
        return Cost(rate, at_rate(rate, sum(sold.values())))
    parts = []
    for name, part in lines.items():
        own = rates[name]
        used = rate if own is not None and rate is not None and own.currency != rate.currency else own
        parts.append(Part(name, sum(posting.minutes for posting in part), at_rate(used, sold[name]).amount))
    amount = sum((part.amount for part in parts), Decimal(0))
    return Cost(rate, Money(amount, rate.currency) if rate is not None else NOTHING, tuple(parts))


def parts_of(entry: Entry) -> tuple[Part, ...]:
    """The parts that an entry keeps, negative in a reversal; none where one contract pays."""
    sign = -1 if entry.reverses is not None else 1
    found = []
    for name, value in entry.facts:
        if name.startswith(PAID):
            minutes, amount = value.split(" ")
            found.append(Part(name[len(PAID) :], sign * int(minutes), sign * Decimal(amount)))
    return tuple(found)
