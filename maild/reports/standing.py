"""How a client stands: the first line of a report when there is something to say. Figures in, codes out; templates have the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from maild.desk.directory import Client
from maild.ledger.contract import Charge, Contract
from maild.ledger.retainer import month_minutes, month_of

DAYS_BEFORE = (30, 7)
PACE_DAYS, PACE_DAYS_MIN = 30, 7  # the time over which the pace is taken
SOON_DAYS = 14  # with less than this left at that pace, the report says so
USED_PERCENTS = (80, 95)


def ending(client: Client, day: date, within: int) -> Contract | None:
    """The contract that ends within so many days, and that no other takes over from."""
    for contract in client.contracts_on(day):
        ends = contract.ends
        if ends and ends - day <= timedelta(days=within) and not client.contracts_on(ends + timedelta(days=1)):
            return contract
    return None


def allowance(contract: Contract, bought: int, day: date) -> int:
    """The minutes that use is measured by: all that was ever bought, or those of a retainer's month, part of one by days."""
    return month_minutes(contract, month_of(day)) if contract.plan.charge is Charge.RETAINER else bought


def percent_used(had: int, left: int) -> int | None:
    """How much is gone of the minutes that a client had; None where there were none."""
    return max(100 * (had - left) // had, 0) if had > 0 else None


def first_line(
    accounts: Sequence[Contract],
    left: int | None,
    used_lately: int,
    days_lately: int,
    ends: Contract | None,
    payer: Contract | None = None,
) -> dict[str, Any] | None:
    """What stands first in a report, if anything: nothing left; about so many days left; support ends.

    `left` are the minutes on `accounts` together (None: no account); `used_lately` were used of them within the last
    `days_lately` days, which count as a week at least: one busy day is no pace. `payer` is who pays once nothing is left.
    """
    if left is not None and left <= 0 and accounts:
        rate = (payer or accounts[0]).plan.rate
        return {"code": "nothing-left", "charge": accounts[0].plan.charge.value, "rate": str(rate) if rate else ""}
    if left is not None and used_lately > 0:
        days = left * max(days_lately, PACE_DAYS_MIN) // used_lately
        if days <= SOON_DAYS:
            return {"code": "days-left", "days": max(days, 1)}
    if ends and ends.ends:
        return {"code": "ends", "date": ends.ends, "title": ends.plan.title}
    return None


def crossed(before: int | None, after: int | None) -> int | None:
    """The highest threshold of use that was passed between two states; None for none."""
    if after is None:
        return None
    return max((each for each in USED_PERCENTS if (before or 0) < each <= after), default=None)
