"""Plans, work and histories in a few words, for tests that state postings as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Included, Plan, Scope
from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.work import History, Refused, Terms, Work

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)

PREPAID = Plan(
    "minutes", "By the minute", Charge.PREPAID, minimum_minutes=1, overdraft_minutes=60, rate=Money.parse("60.00 USD")
)
HALF_HOURS = Plan(
    *("half-hours", "By the half hour", Charge.HOURLY),
    rounding_step_minutes=30,
    rounding_scope=Scope.TICKET_DAY,
    minimum_minutes=30,
    rate=Money.parse("40.00 EUR"),
)
RETAINER = Plan(
    *("extended", "Extended", Charge.RETAINER),
    included=Included(300),
    fee=Money.parse("250.00 EUR"),
    rate=Money.parse("55.00 EUR"),
    after_hours=Decimal("1.5"),
    urgent=Decimal(2),
)


def contract(plan: Plan, **other: object) -> Contract:
    return Contract("acme", plan, date(2026, 11, 1), number=other.pop("number", "C"), **other)  # type: ignore[arg-type]


def terms(*plans: Plan, **other: object) -> Terms:
    return Terms(tuple(contract(plan, number="CDE"[i]) for i, plan in enumerate(plans)), **other)  # type: ignore[arg-type]


def work(minutes: int, **other: object) -> Work:
    return Work("acme", "olga", DAY, NOON, minutes, ticket=7, **other)  # type: ignore[arg-type]


def shown(entry: Entry) -> str:
    return " · ".join(f"{posting.account} {posting.minutes:+d}" for posting in entry.postings)


def left(**accounts: int) -> History:
    """A history in which holdings have so many minutes left: left(C_prepaid=30)."""
    return History({f"acme:{name.replace('_', ':').replace('2026:', '2026-')}": -minutes for name, minutes in accounts.items()})


def priced(*args: object) -> Entry:
    entries = price(*args)  # type: ignore[arg-type]
    assert not isinstance(entries, Refused), entries
    return entries[-1]


def refused(*args: object) -> Refused:
    result = price(*args)  # type: ignore[arg-type]
    assert isinstance(result, Refused), result
    return result
