"""Which days an act covers, and when it is made: by month or by quarter, at the desk's own hour after their end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from maild.desk.directory import Client, Desk, Promises
from maild.ledger.statement import month_days

MONTHLY, QUARTERLY = "monthly", "quarterly"
Days = tuple[date, date]


def period_key(first: date, last: date) -> str:
    """How a period is named: "2026-11", "2026-Q4", "2026", else its days."""
    for key, days in ((f"{first:%Y-%m}", month_days(first.year, first.month)), (quarter_key(first), quarter_days(first))):
        if (first, last) == days:
            return key
    whole_year = (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    return f"{first.year}" if whole_year else f"{first}..{last}"


def quarter_key(day: date) -> str:
    """The quarter of a day: "2026-Q4"."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_days(day: date) -> Days:
    """The first and the last day of a day's quarter."""
    month = (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1), month_days(day.year, month + 2)[1]


def due_days(client: Client, month: Days) -> Days | None:
    """The days that an act of a client covers once this month is over; None where none is due then."""
    if client.act_every == MONTHLY:
        return month
    quarter = quarter_days(month[0])
    return quarter if client.act_every == QUARTERLY and quarter[1] == month[1] else None


def is_documented_by(client: Client, days: Days) -> bool:
    """Whether these days are one of the periods for which this client's acts are made; a month where none are made by themselves."""
    if client.act_every == QUARTERLY:
        return days == quarter_days(days[0])
    return days == month_days(days[0].year, days[0].month)


def documented_with(client: Client, days: Days) -> Days:
    """The period of the act that tells of these days, too: the quarter of a month where acts are made by the quarter."""
    quarter = quarter_days(days[0])
    return quarter if client.act_every == QUARTERLY and days[1] <= quarter[1] else days


def month_before(at: datetime, desk: Desk) -> Days:
    """The month that an act's moment documents: the one before the desk's own day."""
    day = at.astimezone(desk.zone).date().replace(day=1) - timedelta(days=1)
    return month_days(day.year, day.month)


def due_after(promises: Promises, desk: Desk, instant: datetime) -> datetime:
    """The next moment for acts after an instant, by the desk's clock; a day that the month lacks is its last."""
    local = instant.astimezone(desk.zone).date()
    for offset in range(3):
        index = local.year * 12 + local.month - 1 + offset
        first, last = month_days(index // 12, index % 12 + 1)
        at = _at(min(first.replace(day=1) + timedelta(days=promises.act_day - 1), last), promises.act_minute, desk)
        if at > instant:
            return at
    raise AssertionError("a month has a moment for acts")


def draft_before(promises: Promises, desk: Desk, at: datetime) -> datetime:
    """The evening before the acts are made, when the summary goes."""
    return _at(at.astimezone(desk.zone).date() - timedelta(days=1), promises.summary_minute, desk)


def _at(day: date, minute: int, desk: Desk) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=desk.zone).astimezone(UTC)
