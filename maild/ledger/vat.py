"""Value added tax: which rate holds on a day, and what it makes of sums. Once a rate and document, half-even to the minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from maild.ledger.money import Money

Period = tuple[date, Decimal, bool]
"""From that day on: the share (0.2 is 20 %), and whether prices include it."""


@dataclass(frozen=True, slots=True)
class Taxed:
    """What was rendered at one rate in one currency; `rate` None: no tax. net + tax = gross, to the cent."""

    currency: str
    rate: Decimal | None
    included: bool
    net: Decimal
    tax: Decimal
    gross: Decimal


def rate_on(periods: Sequence[Period], day: date) -> tuple[Decimal, bool] | None:
    """(share, whether prices include it) on a day; None before the first period, and where there is none."""
    held = [period for period in sorted(periods) if period[0] <= day]
    return (held[-1][1], held[-1][2]) if held else None


def taxed(amounts: Iterable[tuple[date, Money]], periods: Sequence[Period]) -> tuple[Taxed, ...]:
    """Sums by currency and rate: the rate of an amount is that of the day on which its work was done.

    The tax is taken from the sum, not line by line, so that net, tax and gross agree whatever the lines are rounded to.
    """
    sums: dict[tuple[str, tuple[Decimal, bool] | None], Decimal] = {}
    for day, money in amounts:
        key = (money.currency, rate_on(periods, day))
        sums[key] = sums.get(key, Decimal(0)) + money.amount
    ordered = sorted(sums, key=lambda key: (key[0], key[1] is not None, key[1] or (Decimal(0), False)))
    return tuple(_taxed(currency, rate, sums[currency, rate]) for currency, rate in ordered)


def _taxed(currency: str, rate: tuple[Decimal, bool] | None, amount: Decimal) -> Taxed:
    if rate is None:
        return Taxed(currency, None, False, amount, Decimal(0), amount)
    share, included = rate
    whole = amount * share / (1 + share) if included else amount * share
    tax = Money(whole, currency).rounded().amount
    net, gross = (amount - tax, amount) if included else (amount, amount + tax)
    return Taxed(currency, share, included, net, tax, gross)


def totals(parts: Iterable[Taxed]) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Currency -> (net, tax, gross) over all rates."""
    found: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for part in parts:
        net, tax, gross = found.get(part.currency, (Decimal(0), Decimal(0), Decimal(0)))
        found[part.currency] = (net + part.net, tax + part.tax, gross + part.gross)
    return found
