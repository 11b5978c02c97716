"""Plans and contracts: the terms, and those terms for one client from one date to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from maild.ledger.money import Money


class Charge(StrEnum):
    """How a plan turns minutes into debt."""

    PREPAID = "prepaid"
    RETAINER = "retainer"
    HOURLY = "hourly"
    INCLUDED = "included"


class Scope(StrEnum):
    """What rounding and minimum apply to."""

    ENTRY = "entry"
    TICKET_DAY = "ticket-day"


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: so much time, measured on a named calendar ("always" is 24x7)."""

    within: timedelta
    calendar: str = "always"


@dataclass(frozen=True, slots=True)
class Item:
    """A price-list item: fixed minutes, and how a client avoids the charge."""

    name: str
    minutes: int
    title: str
    waived: str = ""


@dataclass(frozen=True, slots=True)
class Included:
    """A retainer's minutes a calendar month; unused ones live on for `rollover_months`."""

    minutes: int
    rollover_months: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Terms that a client can buy. Durations are timedeltas, minutes are integers, factors multiply worked minutes."""

    name: str
    title: str
    charge: Charge
    price: str = ""
    covers: frozenset[str] | None = None  # causes it pays for; None is all
    ack: timedelta = timedelta(minutes=5)
    answer: Target = Target(timedelta(hours=24))
    next_answer: Target | None = None  # None: the same as `answer`
    solution: Target | None = None
    rounding_step_minutes: int = 1
    rounding_scope: Scope = Scope.ENTRY
    minimum_minutes: int = 0
    overdraft_minutes: int = 0
    rate: Money | None = None  # an hour
    fee: Money | None = None  # a month, of a retainer
    included: Included | None = None
    after_hours: Decimal = Decimal(1)
    urgent: Decimal = Decimal(1)
    warranty_days: int = 0
    warranty_covers: frozenset[str] = frozenset({"defect"})
    items: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """A plan for one client, in force on work dates from `starts` to `ends`, both included (`ends` None: until further notice)."""

    client: str
    plan: Plan
    starts: date
    ends: date | None = None
    number: str = ""
    signed: date | None = None
    handover: date | None = None

    @property
    def id(self) -> str:
        """How the books and `balance --json` name it: its number, else plan and first day."""
        return self.number or f"{self.plan.name}-{self.starts.isoformat()}"

    def in_force(self, day: date) -> bool:
        """Whether it covers work done on that day of the client's."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def contracts_in_force(contracts: tuple[Contract, ...], day: date) -> tuple[Contract, ...]:
    """Those in force on a work date, in the order in which they are drawn from."""
    return tuple(contract for contract in contracts if contract.in_force(day))
