"""Working time, compared with a clerk who counts every minute by the clock on the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.desk.calendar import ALWAYS, add, between, hours_on, is_working_day
from maild.desk.directory import Calendar

NINE_TO_SIX = ((540, 1080),)
OFFICE = Calendar("office", "Europe/Kyiv", (NINE_TO_SIX,) * 5 + (((600, 840),), ()))
MINUTE = timedelta(minutes=1)
ZONES = [
    "UTC",
    "Europe/Kyiv",
    "Europe/Moscow",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Atlantic/Azores",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Caracas",
    "America/Havana",
    "America/Scoresbysund",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Yangon",
    "Asia/Pyongyang",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
]


def at(text: str, zone: str = "Europe/Kyiv") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


COUNTRIES = {name: holidays.country_holidays(name, years=range(2005, 2028)) for name in ("UA", "RU", "DE", "US")}


def clerks_hours(calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    """The hours of a day by the rules as they are written down, not as they are programmed."""
    week = calendar.hours[day.weekday()]
    some = week or next(hours for hours in calendar.hours if hours) if any(calendar.hours) else ()
    country = COUNTRIES.get(calendar.holidays)
    if day in calendar.days_off:
        return ()
    if day in calendar.workdays:
        return some
    if country is not None and not week:
        return some if day in country.weekend_workdays else ()
    return () if country is not None and day in country else week


def counted(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Look at the wall clock once a minute."""
    zone = ZoneInfo(calendar.timezone)
    minutes = 0
    instant = start
    hours: dict[date, tuple[tuple[int, int], ...]] = {}
    while instant < end:
        local = instant.astimezone(zone)
        minute, today = local.hour * 60 + local.minute, local.date()
        if today not in hours:
            hours[today] = clerks_hours(calendar, today)
        minutes += any(opens <= minute < closes for opens, closes in hours[today])
        instant += MINUTE
    return minutes * MINUTE


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T09:00", 8, "2026-11-23T17:00"),
        ("2026-11-23T09:00", 9, "2026-11-23T18:00"),  # the close of the day, not the next morning
        ("2026-11-23T09:00", 10, "2026-11-24T10:00"),
        ("2026-11-23T03:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T20:00", 4, "2026-11-24T13:00"),
        ("2026-11-27T17:00", 2, "2026-11-28T11:00"),  # Friday evening into the short Saturday
        ("2026-11-28T13:30", 1, "2026-11-30T09:30"),
        ("2026-11-29T12:00", 0, "2026-11-29T12:00"),
        ("2026-03-28T13:00", 2, "2026-03-30T10:00"),  # clocks went forward on Sunday
        ("2026-10-24T13:00", 2, "2026-10-26T10:00"),
    ],
)
def test_a_deadline_is_where_a_person_would_put_it(start, hours, due):
    assert add(OFFICE, at(start), timedelta(hours=hours)) == at(due)


def test_a_very_long_time_is_a_matter_of_weeks():
    year = Calendar("year", "UTC", (NINE_TO_SIX,) * 5 + ((), ()))
    assert add(year, at("2026-01-05T09:00", "UTC"), timedelta(hours=9 * 5 * 104)) == at("2027-12-31T18:00", "UTC")


def test_breaks_are_not_worked():
    lunch = Calendar("lunch", "Europe/Kyiv", (((540, 780), (840, 1080)),) * 7)
    assert add(lunch, at("2026-11-23T12:30"), timedelta(hours=1)) == at("2026-11-23T14:30")
    assert between(lunch, at("2026-11-23T09:00"), at("2026-11-23T18:00")) == timedelta(hours=8)


def test_midnight_ends_join_two_days():
    night = Calendar("night", "Europe/Kyiv", (((0, 360), (1320, 1440)),) * 7)
    assert add(night, at("2026-11-23T23:00"), timedelta(hours=3)) == at("2026-11-24T02:00")


def test_a_night_shift_is_an_hour_shorter_or_longer_when_clocks_change():
    night = Calendar("night", "Europe/Kyiv", (((0, 360),),) * 7)
    spring, autumn = at("2026-03-29T00:00"), at("2026-10-25T00:00")
    assert between(night, spring, spring + timedelta(hours=12)) == timedelta(hours=5)
    assert between(night, autumn, autumn + timedelta(hours=12)) == timedelta(hours=7)


def test_always_is_plain_arithmetic():
    start = at("2026-10-24T23:30")
    assert add(ALWAYS, start, timedelta(hours=24)) == start.astimezone(UTC) + timedelta(hours=24)
    assert between(ALWAYS, start, start.astimezone(UTC) + timedelta(days=3)) == timedelta(days=3)


@pytest.mark.thorough
def test_holidays_days_off_and_extra_workdays():
    spain = Calendar("es", "Europe/Madrid", (NINE_TO_SIX,) * 5 + ((), ()), holidays="ES")
    assert not is_working_day(spain, date(2026, 12, 25))
    own = Calendar(
        "own",
        "Europe/Madrid",
        (NINE_TO_SIX,) * 5 + ((), ()),
        holidays="ES",
        days_off=frozenset({date(2026, 12, 31), date(2026, 12, 26)}),
        workdays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27)}),
    )
    assert hours_on(own, date(2026, 12, 25)) == NINE_TO_SIX, "worked although a holiday"
    assert hours_on(own, date(2026, 12, 27)) == NINE_TO_SIX, "a Sunday with a Monday's hours"
    assert not is_working_day(own, date(2026, 12, 31)) and not is_working_day(own, date(2026, 12, 26))


def test_a_workday_where_mondays_are_free_has_the_hours_of_the_first_working_day():
    shop = Calendar("shop", "Europe/Kyiv", ((), *(((600, 1140),),) * 5, ()), workdays=frozenset({date(2026, 11, 23)}))
    assert hours_on(shop, date(2026, 11, 23)) == ((600, 1140),)


def test_russias_moved_days_are_worked():
    moscow = Calendar("ru", "Europe/Moscow", (NINE_TO_SIX,) * 5 + ((), ()), holidays="RU")
    assert hours_on(moscow, date(2024, 4, 27)) == NINE_TO_SIX  # a Saturday worked for Monday 29 April
    assert not is_working_day(moscow, date(2024, 4, 29))
    assert not is_working_day(moscow, date(2024, 4, 20))


def test_an_unknown_country_is_an_error():
    with pytest.raises(LookupError, match="XX"):
        is_working_day(Calendar("x", "UTC", (NINE_TO_SIX,) * 7, holidays="XX"), date(2026, 1, 1))


def test_what_cannot_be_computed_is_an_error():
    with pytest.raises(ValueError, match="forwards"):
        add(OFFICE, at("2026-11-23T09:00"), -MINUTE)
    with pytest.raises(ValueError, match="no working time"):
        add(Calendar("none", "Europe/Kyiv", ((),) * 7), at("2026-11-23T09:00"), MINUTE)
    with pytest.raises(ValueError, match="names no zone"):
        add(OFFICE, datetime(2026, 11, 23, 9), MINUTE)


def test_between_runs_backwards_too():
    morning, noon = at("2026-11-23T10:00"), at("2026-11-23T12:00")
    assert between(OFFICE, noon, morning) == -between(OFFICE, morning, noon) == timedelta(hours=-2)


windows = (
    st.lists(st.integers(0, 1440), max_size=4, unique=True)
    .map(sorted)
    .map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))
)
calendars = st.builds(
    lambda zone, hours, off, extra, country: Calendar("any", zone, tuple(hours), country, frozenset(off), frozenset(extra)),
    st.sampled_from(ZONES),
    st.lists(windows, min_size=7, max_size=7) | st.just((NINE_TO_SIX,) * 5 + ((), ())) | st.just(ALWAYS.hours),
    st.sets(st.dates(date(2006, 1, 1), date(2026, 12, 31)), max_size=3),
    st.sets(st.dates(date(2006, 1, 1), date(2026, 12, 31)), max_size=3),
    st.sampled_from(["", "", *COUNTRIES]),
)
minutes = st.datetimes(datetime(2006, 1, 1), datetime(2026, 12, 1)).map(
    lambda instant: instant.replace(second=0, microsecond=0, tzinfo=UTC)
)


@st.composite
def clock_changes(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant shortly before one of its clock changes."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(minutes)
    for _ in range(366):
        if day.astimezone(ZoneInfo(zone)).utcoffset() != (day + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset():
            break
        day += timedelta(days=1)
    return zone, day


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(calendars, minutes, st.integers(0, 5000))
def test_between_equals_the_clerk(calendar, start, length):
    end = start + length * MINUTE
    assert between(calendar, start, end) == counted(calendar, start, end)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(clock_changes(), st.lists(windows, min_size=7, max_size=7), st.integers(0, 4000))
def test_between_equals_the_clerk_where_clocks_change(change, hours, length):
    zone, start = change
    calendar = Calendar("any", zone, tuple(hours))
    end = start + length * MINUTE
    assert between(calendar, start, end) == counted(calendar, start, end)


NEW_YEARS = [datetime(year, month, day, tzinfo=UTC) for year in range(2007, 2027) for month, day in ((1, 1), (4, 27), (12, 28))]


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(calendars, st.sampled_from(NEW_YEARS), st.integers(-2000, 2000), st.integers(1000, 12_000))
def test_between_equals_the_clerk_around_holidays_and_own_days(calendar, near, shift, length):
    start = near + shift * MINUTE
    own = replace(
        calendar,
        days_off=calendar.days_off | {near.date() + timedelta(days=3)},
        workdays=calendar.workdays | {near.date(), near.date() + timedelta(days=1)},
    )
    end = start + length * MINUTE
    assert between(own, start, end) == counted(own, start, end)


@pytest.mark.thorough
@settings(max_examples=100, deadline=None)
@given(calendars.filter(lambda calendar: any(calendar.hours)), minutes, st.integers(1, 4000))
def test_add_is_the_first_instant_at_which_the_time_has_passed(calendar, start, length):
    duration = length * MINUTE
    due = add(calendar, start, duration)
    assert between(calendar, start, due) == duration
    assert between(calendar, start, due - timedelta(microseconds=1)) < duration


def test_a_deadline_costs_microseconds():
    start = at("2026-11-23T14:00")
    kyiv = Calendar("ua", "Europe/Kyiv", OFFICE.hours, holidays="UA")
    add(kyiv, start, timedelta(hours=8))
    began = perf_counter()
    for _ in range(200):
        add(kyiv, start, timedelta(hours=8))
    assert (perf_counter() - began) / 200 < 0.001  # typically 20 µs; the margin is for a loaded machine
