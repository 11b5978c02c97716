"""What people may write for an instant, a day, a period."""

from datetime import UTC, date, datetime

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.cli.options import Day, Instant, Period, read_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31)),
        ("2026-11", (2026, 11, 1), (2026, 11, 30)),
        ("2026-12", (2026, 12, 1), (2026, 12, 31)),
        ("2028-02", (2028, 2, 1), (2028, 2, 29)),
        ("2026-11-22", (2026, 11, 22), (2026, 11, 22)),
        ("2026-11-01..2026-11-15", (2026, 11, 1), (2026, 11, 15)),
        ("2025-12-31..2026-01-01", (2025, 12, 31), (2026, 1, 1)),
    ],
)
def test_a_period_is_its_first_and_last_day(text, first, last):
    assert read_period(text) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-00",
        "2026-13",
        "2026-11-31",
        "2026-1",
        "november",
        "2026-11-01..",
        "..2026-11-01",
        "2026..2027",
        "0000",
        "9999",
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(click.BadParameter, match="is no period such as"):
        Period().convert(text, None, None)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(click.BadParameter, match="ends before it begins"):
        Period().convert("2026-11-15..2026-11-01", None, None)


@given(st.dates(date(1, 1, 1), date(9998, 12, 31)))
def test_every_day_lies_in_its_month_and_its_year(day):
    for text in (f"{day:%Y}".rjust(4, "0"), f"{day.year:04}-{day.month:02}"):
        first, last = read_period(text)
        assert first <= day <= last
    assert read_period(f"{day.year:04}-{day.month:02}-{day.day:02}") == (day, day)


@pytest.mark.parametrize(
    "text", ["2026-11-23T20:00:00+00:00", "2026-11-23T20:00:00Z", "2026-11-23T22:00+02:00", "20261123T200000Z"]
)
def test_an_instant_is_taken_to_utc(text):
    read = Instant().convert(text, None, None)
    assert (read, read.tzinfo) == (datetime(2026, 11, 23, 20, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-23T20:00", "names no zone"),
        ("2026-11-23", "names no zone"),
        ("evening", "is no instant"),
        ("", "is no instant"),
    ],
)
def test_an_instant_that_could_be_any_is_refused(text, why):
    with pytest.raises(click.BadParameter, match=why):
        Instant().convert(text, None, None)


@pytest.mark.parametrize("text", ["2026-02-30", "22.11.2026", "2026-11", "20261122", "2026-11-22T00:00"])
def test_a_day_is_written_in_one_way(text):
    with pytest.raises(click.BadParameter, match="is no date"):
        Day().convert(text, None, None)
