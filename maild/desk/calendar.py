"""Working time: add it to an instant, measure it between two.

An instant is working time when the clock on the calendar's wall shows a working hour of a working day. Hours that a clock change
skips do not exist, hours that it repeats count twice: a shift that has nine hours on paper has ten on such a day. Everything is
computed in UTC, stretch by stretch of constant offset, and is exact to the microsecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.directory import Calendar
from maild.desk.holidays_of import is_holiday, is_moved_workday

ALWAYS = Calendar("always", "UTC", (((0, 24 * 60),),) * 7)
"""The built-in calendar: 24 hours, 7 days."""

IDLE_DAYS_MAX = 400
"""A calendar without a working minute for so many days has none, and nothing can be promised on it."""

_STRETCH = timedelta(days=7)  # no zone changes its clocks twice within a week
_DAY = timedelta(days=1)
_NEVER = timedelta(0)
_WHOLE_WEEK = ALWAYS.hours


def add(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The first instant at which so much working time has passed since `start`; `start` itself for none.

    Eight hours that end with the working day end at its close, not at the next morning. Raises ValueError for a negative duration,
    for an instant without a zone and for a calendar that has no working time.
    """
    if duration < _NEVER:
        raise ValueError(f"working time is added forwards, not by {duration}")
    if _is_always(calendar) or not duration:
        return _utc(start) + duration
    left, begin = duration, _naive(start)
    while True:
        seen, left_before = begin + timedelta(days=IDLE_DAYS_MAX), left
        for opens, closes in _open_hours(calendar, begin, seen):
            if closes - opens >= left:
                return (opens + left).replace(tzinfo=UTC)
            left -= closes - opens
        if left == left_before:
            raise ValueError(f'the calendar "{calendar.name}" has no working time for {IDLE_DAYS_MAX} days')
        begin = seen


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from one instant to another; negative where `end` comes first. Raises ValueError for instants without a zone."""
    if _utc(end) < _utc(start):
        return -between(calendar, end, start)
    if _is_always(calendar):
        return _utc(end) - _utc(start)
    worked = _NEVER
    for opens, closes in _open_hours(calendar, _naive(start), _naive(end)):
        worked += closes - opens
    return worked


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether any hour of that local day is worked."""
    return bool(hours_on(calendar, day))


def hours_on(calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    """The hours of a local day, as minutes from midnight. Days off come before extra workdays, and those before holidays."""
    if day in calendar.days_off:
        return ()
    usual = calendar.hours[day.weekday()]
    country = calendar.holidays
    if day in calendar.workdays or (country and not usual and is_moved_workday(country, day)):
        return usual or next(filter(None, calendar.hours), ())  # those of the week's first working day
    return () if country and usual and is_holiday(country, day) else usual


def _open_hours(calendar: Calendar, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches between two instants, in order; all of it naive UTC."""
    for start, stop, offset in _stretches(ZoneInfo(calendar.timezone), begin, end):
        day = (start + offset).date()
        last = (stop + offset).date()
        while day <= last:
            midnight = datetime(day.year, day.month, day.day) - offset
            for opens, closes in hours_on(calendar, day):
                from_instant = max(midnight + timedelta(minutes=opens), start)
                to_instant = min(midnight + timedelta(minutes=closes), stop)
                if from_instant < to_instant:
                    yield from_instant, to_instant
            day += _DAY


def _stretches(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut time into pieces of at most a week in which the zone's offset is the same."""
    offset = _offset(zone, begin)
    while begin < end:
        stop = min(begin + _STRETCH, end)
        next_offset = _offset(zone, stop)
        if next_offset != offset:
            change = _change(zone, begin, stop, offset)
            yield begin, change, offset
            begin, offset = change, next_offset
        yield begin, stop, offset
        begin = stop


def _change(zone: ZoneInfo, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """The instant at which the zone leaves an offset, found by halving to the microsecond."""
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) / 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    """The zone's offset at a naive UTC instant."""
    offset = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert offset is not None  # every ZoneInfo has one
    return offset


def _is_always(calendar: Calendar) -> bool:
    return calendar.hours == _WHOLE_WEEK and not calendar.holidays and not calendar.days_off


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} names no zone")
    return instant.astimezone(UTC)


def _naive(instant: datetime) -> datetime:
    return _utc(instant).replace(tzinfo=None)
