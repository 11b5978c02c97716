"""What a plan should cost: average worked minutes a month times the cost of an hour, plus a margin, rounded up (the studio's rule)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.retainer import later_month, month_of

USUAL_MARGINS = (Decimal("0.30"), Decimal("0.65"), Decimal("1.00"))  # where none is named: the studio's span, and its middle


@dataclass(frozen=True, slots=True)
class Offer:
    """A monthly price: `exact` before rounding, `price` after it."""

    margin: Decimal
    exact: Money
    price: Money


@dataclass(frozen=True, slots=True)
class Advice:
    """Worked minutes of each month that counts, their average, what they cost, and what to ask for."""

    months: Mapping[str, int]  # "2026-11" -> worked minutes, months without any included
    average_minutes: Decimal
    cost: Money  # of an average month
    offers: tuple[Offer, ...]


def months_before(today: date, count: int) -> tuple[str, ...]:
    """The last whole months before a day, oldest first: the running one is not over."""
    return tuple(later_month(month_of(today), -back) for back in range(count, 0, -1))


def worked_by_month(entries: Iterable[Entry], months: Sequence[str]) -> dict[str, int]:
    """Worked minutes by the month of their work date, free ones included: they cost the desk as much. Reversals take off."""
    worked = dict.fromkeys(months, 0)
    for entry in entries:
        month = month_of(entry.work_date)
        if entry.is_time and month in worked:
            worked[month] += entry.worked_minutes
    return worked


def since_first_work(worked: Mapping[str, int]) -> dict[str, int]:
    """Without the months before any work: a client who came in spring had no winter."""
    first = next((month for month, minutes in sorted(worked.items()) if minutes), None)
    return {month: minutes for month, minutes in sorted(worked.items()) if first is not None and month >= first}


def advise(worked: Mapping[str, int], hour_cost: Money, margins: Sequence[Decimal], round_to: Decimal) -> Advice:
    """The advice of these months; the average is over all of them. `round_to`: prices are multiples of it, rounded up."""
    average = Decimal(sum(worked.values())) / len(worked) if worked else Decimal(0)
    cost = hour_cost.amount * average / 60
    offers = []
    for margin in margins:
        exact = cost * (1 + margin)
        steps = (exact / round_to).quantize(Decimal("1e-9")).to_integral_value(ROUND_CEILING)
        offers.append(Offer(margin, Money(exact, hour_cost.currency).rounded(), Money(steps * round_to, hour_cost.currency)))
    return Advice(dict(worked), average, Money(cost, hour_cost.currency).rounded(), tuple(offers))
