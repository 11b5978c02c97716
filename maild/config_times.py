"""How times are written in the configuration files: durations, times of day, working hours of a week, zones.

Each parser takes what TOML made of the value and returns the program's own; it raises `Refused` with what would be allowed.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.config_fault import Refused, nearest, text_of

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
DASHES = re.compile("[\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}\N{HYPHEN}]")

Spans = tuple[tuple[int, int], ...]  # (start, end) minutes of a local day


def duration(value: object) -> timedelta:
    """A span of time such as "90s", "5m", "24h", "3d" or "1h30m"; longer than nothing."""
    allowed = 'a whole number with s, m, h or d, such as "90s", "5m", "24h", "3d"'
    text = text_of(value, allowed).strip().lower()
    if not re.fullmatch(r"(\d{1,6}\s*[smhd]\s*)+", text):
        raise Refused("is not a duration", allowed)
    seconds = sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)\s*([smhd])", text))
    if not seconds:
        raise Refused("is no time at all", allowed)
    return timedelta(seconds=seconds)


def clock(value: object) -> int:
    """A time of day such as "19:00", as the minute of the day."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    text = text_of(value, 'a time of day such as "19:00"')
    minute = _minute(text.strip())
    if minute is None or minute == DAY_MINUTES:
        raise Refused("is not a time of day", '"00:00" to "23:59"')
    return minute


def weekday_clock(value: object) -> tuple[int, int]:
    """A moment of the week such as "mon 08:00": (0 for Monday, minute of the day)."""
    allowed = 'a weekday and a time, such as "mon 08:00"'
    day, _, at = text_of(value, allowed).strip().partition(" ")
    if day.lower() not in WEEKDAYS:
        raise Refused("does not begin with a weekday", allowed)
    return WEEKDAYS.index(day.lower()), clock(at)


def monthday_clock(value: object) -> tuple[int, int]:
    """A moment of the month such as "1 09:00": (day 1 to 28, minute of the day)."""
    allowed = 'a day from 1 to 28 and a time, such as "1 09:00"'
    day, _, at = text_of(value, allowed).strip().partition(" ")
    if not day.isascii() or not day.isdigit() or not 1 <= int(day) <= 28:
        raise Refused("does not begin with a day that every month has", allowed)
    return int(day), clock(at)


def week_hours(value: object) -> tuple[Spans, ...]:
    """Working hours by weekday, Monday first, from { mon-fri = "09:00-18:00", sat = "10:00-14:00" }.

    A key that names fewer days wins over one that names more: { mon-fri = …, fri = … } shortens Friday.
    """
    if not isinstance(value, dict):
        raise Refused("is not a table of weekdays", '{ mon-fri = "09:00-18:00", sat = "10:00-14:00" }')
    week: list[Spans] = [()] * 7
    named_by: dict[int, int] = {}
    for key, days, spans in sorted(
        ((key, _days(key), day_spans(text)) for key, text in value.items()), key=lambda row: -len(row[1])
    ):
        for day in days:
            if named_by.get(day) == len(days):
                raise Refused(f'names {WEEKDAYS[day]} twice ("{key}")', "each weekday once")
            named_by[day] = len(days)
            week[day] = spans
    if not any(week):
        raise Refused("has no working time at all", 'hours on one day at least, or the calendar "always"')
    return tuple(week)


def day_spans(value: object) -> Spans:
    """Working hours of a day: "09:00-18:00" or "09:00-13:00,14:00-18:00"; "24:00" is the end of the day, "" a day off."""
    allowed = '"09:00-18:00" or "09:00-13:00,14:00-18:00", until "24:00" at most'
    spans: list[tuple[int, int]] = []
    for piece in filter(None, (part.strip() for part in text_of(value, allowed).split(","))):
        start_text, _, end_text = DASHES.sub("-", piece).partition("-")
        start, end = _minute(start_text.strip()), _minute(end_text.strip())
        if start is None or end is None:
            raise Refused(f'"{piece}" is not a span of hours', allowed)
        end = end or DAY_MINUTES
        if start >= end:
            raise Refused(f'"{piece}" ends before it starts', f"{allowed}; what goes past midnight belongs to the next day")
        if spans and start < spans[-1][1]:
            raise Refused(f'"{piece}" begins before the span in front of it ends', allowed)
        spans.append((start, end))
    return tuple(spans)


def _days(key: str) -> list[int]:
    days: list[int] = []
    for piece in DASHES.sub("-", key).lower().split(","):
        first, dash, last = (part.strip() for part in piece.partition("-"))
        last = last if dash else first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            raise Refused(f'has "{key}", which names no weekdays', '"mon", "mon-fri", "mon,wed" out of ' + " ".join(WEEKDAYS))
        start = WEEKDAYS.index(first)
        days += [(start + step) % 7 for step in range((WEEKDAYS.index(last) - start) % 7 + 1)]
    return days


def _minute(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text, re.ASCII)
    if not match:
        return None
    minute = int(match[1]) * 60 + int(match[2])
    return minute if int(match[2]) < 60 and minute <= DAY_MINUTES else None


def zone(value: object) -> str:
    """The IANA name of a time zone."""
    allowed = 'an IANA name such as "Europe/Kyiv" or "UTC"'
    name = text_of(value, allowed)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(f"is no time zone{nearest(name, zoneinfo.available_timezones())}", allowed) from None
    return name


def day(value: object) -> date:
    """A calendar day, as TOML's own date or as text "2026-12-31"."""
    allowed = "a date such as 2026-12-31"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text_of(value, allowed))
    except ValueError:
        raise Refused("is not a date", allowed) from None
