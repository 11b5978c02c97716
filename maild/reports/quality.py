"""Figures of a period for the manager: how soon and how well customers were answered, by whom, at what cost, and about what. Pure.

A promise counts where its wait ended: kept if the answer left by its deadline; broken if it left later, or if the wait ended after the
deadline without any. One that ended before its deadline without an answer (the customer said so, staff closed it) counts as neither.
Durations are elapsed minutes, day and night. The median of an even number of values is the mean of the middle two; the 90th percentile
is the smallest value that nine of ten do not exceed (nearest rank).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from maild.desk.ended import ANSWERED

MINUTE = timedelta(minutes=1)
FREE = "free"


class PromisedRow(Protocol):
    """A promise that is over (store/period.py)."""

    @property
    def client(self) -> str:
        """Whose."""

    @property
    def staff(self) -> str:
        """Who answered, else had it."""

    @property
    def clock(self) -> str:
        """Of the first answer, or of a later one."""

    @property
    def since(self) -> datetime:
        """The customer's word."""

    @property
    def deadline(self) -> datetime:
        """What was promised."""

    @property
    def ended_at(self) -> datetime:
        """When the wait was over."""

    @property
    def how(self) -> str:
        """Answered, or what ended it."""

    @property
    def answered_at(self) -> datetime | None:
        """When the answer had left."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What memory holds of a period [start, end): rows of store/period.py."""

    start: datetime
    end: datetime
    promised: Sequence[PromisedRow]
    opened: Sequence[Any]
    said: Sequence[Any]
    minutes: Sequence[Any]
    causes_before: Mapping[str, int]  # cause -> tickets of the period before, which was as long


@dataclass(slots=True)
class Row:
    """One person's, one client's, or everybody's."""

    kept: int = 0
    broken: int = 0
    firsts: list[int] = field(default_factory=list)  # minutes to first answers
    reopened: int = 0
    ratings: dict[int, int] = field(default_factory=dict)  # ticket -> the last rating
    worked: int = 0
    charged: int = 0
    free: int = 0
    opened: int = 0

    @property
    def promises(self) -> int:
        """Kept and broken ones."""
        return self.kept + self.broken

    @property
    def percent_kept(self) -> int | None:
        """Whole percent, rounded down: 100 only where none was broken."""
        return 100 * self.kept // self.promises if self.promises else None

    @property
    def rating(self) -> Decimal | None:
        """The mean, to one digit."""
        given = list(self.ratings.values())
        return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP) if given else None

    def facts(self) -> dict[str, Any]:
        """As a letter's values."""
        return {
            "promises": self.promises,
            "kept": self.kept,
            "broken": self.broken,
            "percent_kept": self.percent_kept,
            "firsts": len(self.firsts),
            "median": median(self.firsts),
            "ninetieth": percentile(self.firsts, 90),
            "reopened": self.reopened,
            "ratings": len(self.ratings),
            "rating": str(self.rating) if self.rating is not None else "",
            "worked": self.worked,
            "charged": self.charged,
            "free": self.free,
            "opened": self.opened,
        }


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of a period."""

    total: Row
    staff: Mapping[str, Row]
    clients: Mapping[str, Row]
    causes: Mapping[str, tuple[int, int]]  # cause -> tickets, and how many in the period before
    days: Mapping[date, tuple[int, int]]  # local day -> kept, broken
    ack_seconds: Sequence[float]
    acks_in_time: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return self.total == Row()


def quality(counted: Counted, ack_target: Callable[[str, datetime], timedelta], zone: ZoneInfo) -> Quality:
    """Count. `ack_target` tells what a client was promised for the acknowledgement of a mail at an instant."""
    total, staff, clients = Row(), dict[str, Row](), dict[str, Row]()
    days: dict[date, tuple[int, int]] = {}

    def rows(person: str, client: str) -> tuple[Row, ...]:
        return total, staff.setdefault(person, Row()), clients.setdefault(client, Row())

    for each in counted.promised:
        verdict = _verdict(each)
        if verdict is None:
            continue
        kept, broken = days.get(day := each.ended_at.astimezone(zone).date(), (0, 0))
        days[day] = (kept + verdict, broken + (not verdict))
        for row in rows(each.staff, each.client):
            row.kept += verdict
            row.broken += not verdict
            if each.clock == "answer" and each.answered_at:
                row.firsts.append((each.answered_at - each.since) // MINUTE)
    for said in counted.said:
        for row in rows(said.assignee, said.client):
            if said.what == "rated":
                row.ratings[said.ticket] = int(said.detail)
            else:
                row.reopened += 1
    for booked in counted.minutes:
        for row in rows(booked.staff, booked.client):
            row.worked += booked.worked
            row.charged += booked.charged
            row.free += booked.worked if booked.entry_class == FREE else 0
    for ticket in counted.opened:
        total.opened += 1
        clients.setdefault(ticket.client, Row()).opened += 1
    acks = [(each.acked_at - each.opened_at, each) for each in counted.opened if each.acked_at]
    return Quality(
        total,
        {name: row for name, row in staff.items() if row != Row()},
        clients,
        _causes(counted),
        days,
        sorted(waited.total_seconds() for waited, _ in acks),
        sum(waited <= ack_target(each.client, each.opened_at) for waited, each in acks),
    )


def median(values: Iterable[int]) -> int | None:
    """The middle value, rounded down to whole units; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


def percentile(values: Iterable[float], percent: int) -> Any:
    """The nearest rank: the smallest value that so many percent do not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def _verdict(each: PromisedRow) -> bool | None:
    """Kept or broken; None where it is neither, or is not known yet."""
    if each.how == ANSWERED:
        return each.answered_at <= each.deadline if each.answered_at else None
    return False if each.ended_at > each.deadline else None


def _causes(counted: Counted) -> dict[str, tuple[int, int]]:
    now = Counter(ticket.cause for ticket in counted.opened)
    names = sorted({*now, *counted.causes_before}, key=lambda cause: (-now[cause], cause))
    return {name: (now[name], counted.causes_before.get(name, 0)) for name in names}
