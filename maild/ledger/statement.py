"""A statement: opening, movements and closing of one contract for a period, line by line.

Periods are cut by the booking instant, at midnights of the client's zone, never by the work date: what was once reported stays
as it was, each closing is the next opening, and late work stands in the period in which it was booked, named as late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from maild.ledger.balance import Balance, apply, effects
from maild.ledger.entry import Entry


class StatementError(ArithmeticError):
    """A statement does not add up: it must not be sent."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on a statement: `minutes` by which it changed what is left, and what was `left` after it.

    `late_for` is its work date where that day was already reported; `correction_of` the entry that it reverses, brings right or
    books anew.
    """

    entry: Entry
    minutes: int
    left: int
    late_for: date | None = None
    correction_of: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One contract from `first_day` to `last_day`, both included, in minutes."""

    client: str
    contract: str
    first_day: date
    last_day: date
    opening: int
    bought: int
    used: int
    corrected: int
    expired: int
    closing: int
    lines: tuple[Line, ...]


def period(first_day: date, last_day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The instants (UTC) between which bookings belong to these local days: from the first, before the second."""
    after = last_day + timedelta(days=1)
    return datetime.combine(first_day, time(), zone).astimezone(UTC), datetime.combine(after, time(), zone).astimezone(UTC)


def month_days(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def corrected_by(entry: Entry) -> int | None:
    """The number of the entry that this one reverses, brings right, or books anew as free; None where it corrects none."""
    return entry.reverses or entry.corrects or int(entry.fact("corrects") or 0) or None


def lines(balance: Balance, entries: Iterable[Entry], reported_through: date | None) -> tuple[Balance, tuple[Line, ...]]:
    """Entries in booking order as lines of a contract, and the balance after them. Entries of other contracts are left out.

    Work of a day up to `reported_through` (the last day that a report or statement was made for) is late.
    """
    made: list[Line] = []
    for entry in entries:
        change = effects(entry).get(balance.contract)
        if entry.client != balance.client or (change is None and entry.contract != balance.contract):
            continue
        balance = apply(balance, entry)
        correction_of = corrected_by(entry)
        late = correction_of is None and entry.is_time and reported_through is not None and entry.work_date <= reported_through
        made.append(Line(entry, change or 0, balance.closing, entry.work_date if late else None, correction_of))
    return balance, tuple(made)


def statement(opening: Balance, first_day: date, last_day: date, entries: Iterable[Entry]) -> Statement:
    """The statement of `opening`'s contract for a period.

    `opening` is the balance before the period; `entries` are those booked within it (`period`), in booking order. Raises
    StatementError where the columns, the lines and the postings disagree.
    """
    start = opening.carried()
    end, made = lines(start, entries, reported_through=first_day - timedelta(days=1))
    by_lines = start.closing + sum(line.minutes for line in made)
    by_columns = end.opening + end.bought - end.used + end.corrected - end.expired
    if by_lines != by_columns:
        raise StatementError(f"{opening.client} {opening.contract} {first_day}: lines give {by_lines}, columns {by_columns}")
    return Statement(
        client=opening.client,
        contract=opening.contract,
        first_day=first_day,
        last_day=last_day,
        opening=end.opening,
        bought=end.bought,
        used=end.used,
        corrected=end.corrected,
        expired=end.expired,
        closing=end.closing,
        lines=made,
    )
