"""From worked minutes to charged ones: factors first, then the minimum, then rounding, always up, once, at the declared scope.

With scope ticket-day each entry is charged what the total of its ticket and work date grows by: 5 min → 30, 10 more → 0,
20 more → 30 at step 30. What a day costs in the end therefore does not depend on the order in which its mails came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil

from maild.ledger.contract import Plan, Scope
from maild.ledger.entry import Entry, EntryKind
from maild.ledger.work import OfficeMinutes, Work


@dataclass(frozen=True, slots=True)
class Rule:
    """Scope, step and minimum of a plan, as they are kept with each entry that they priced."""

    scope: Scope
    step_minutes: int
    minimum_minutes: int

    @classmethod
    def of(cls, plan: Plan) -> Rule:
        """The rule of a plan."""
        return cls(plan.rounding_scope, max(plan.rounding_step_minutes, 1), plan.minimum_minutes)

    def charge(self, weighted_minutes: Decimal) -> int:
        """Minutes charged for so many minutes after factors; 0 for none."""
        if weighted_minutes <= 0:
            return 0
        minutes = max(ceil(weighted_minutes), self.minimum_minutes)
        return -(-minutes // self.step_minutes) * self.step_minutes


@lru_cache(maxsize=1024)
def _rule(scope: str, step: str, minimum: str) -> Rule:
    return Rule(Scope(scope), int(step), int(minimum))


def kept_rule(entry: Entry) -> Rule:
    """The rule that priced an entry (one that has the fact `weighted`)."""
    facts = dict(entry.facts)
    return _rule(facts["scope"], facts["step"], facts["minimum"])


@dataclass(frozen=True, slots=True)
class Weighing:
    """Worked minutes after factors (`minutes`), how many lay outside office hours, and the names of the factors that counted."""

    minutes: Decimal
    outside_minutes: int = 0
    factors: tuple[str, ...] = ()

    @property
    def whole_minutes(self) -> int:
        """`minutes`, rounded up to a whole one."""
        return ceil(self.minutes)


def outside_minutes(work: Work, plan: Plan, office_minutes: OfficeMinutes) -> int:
    """Worked minutes outside the working hours of the answer's calendar. Only a clock range has hours; a duration has none."""
    if work.clock is None or plan.after_hours == 1:
        return 0
    return min(max(work.worked_minutes - office_minutes(plan.answer.calendar, *work.clock), 0), work.worked_minutes)


def weigh(work: Work, plan: Plan, outside: int) -> Weighing:
    """Apply the urgent and after-hours factors, minute by minute; where both apply, the larger."""
    urgent = plan.urgent if work.urgent else Decimal(1)
    late = max(plan.after_hours, urgent) if work.urgent else plan.after_hours
    minutes = (work.worked_minutes - outside) * urgent + outside * late
    factors = ("urgent",) if urgent != 1 else ()
    if outside and late != urgent:
        factors = ("after-hours", *factors)
    return Weighing(minutes, outside, factors)


def weighted(entry: Entry) -> Decimal:
    """What an entry adds to its ticket-day; negative for a reversal, 0 for what no rule of time priced."""
    if entry.kind is EntryKind.TIME:
        return Decimal(entry.fact("weighted") or 0)
    return -Decimal(entry.fact("weighted") or 0) if entry.kind is EntryKind.REVERSAL else Decimal(0)


def ticket_day(entries: Iterable[Entry], ticket: int | None, day: date, contract: str) -> tuple[Entry, ...]:
    """The entries that one ticket-day's total is made of: time charged by ticket-day, its reversals, and roundings."""
    return tuple(
        entry
        for entry in entries
        if (entry.ticket, entry.work_date, entry.contract) == (ticket, day, contract)
        and entry.fact("scope") == Scope.TICKET_DAY
    )


def total_weighted(group: Iterable[Entry]) -> Decimal:
    """The minutes of a ticket-day after factors, before minimum and rounding."""
    return sum((weighted(entry) for entry in group), Decimal(0))
