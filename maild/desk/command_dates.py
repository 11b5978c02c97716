"""Days and periods as people write them: `2026-11-20`, `25.11`, `@yesterday`, `пятница`, `2026-11`, `2026-Q4`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_kinds import Reason
from maild.desk.command_kinds_books import Period
from maild.desk.command_words import folded
from maild.desk.damerau import nearest

YEARS = range(1990, 2100)  # what a desk can speak of; beyond it arithmetic with zones ends
LAST_YEAR_DAYS_MAX = 92  # in January, 25.11 is last November; in November it is this year's, even where it is still to come
_END = r"(?=[\s,;:!]|\.?(?:\s|$)|$)"
_ISO = re.compile(rf"(\d{{4}})[-./](\d{{1,2}})[-./](\d{{1,2}}){_END}")
_DAY_MONTH_YEAR = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})(?:\.(\d{{4}}|\d{{2}})?)?{_END}")
_NAMED_MONTH = re.compile(rf"(\d{{1,2}})\.?\s?([^\W\d_]{{3,12}})\.?(?:\s(\d{{4}}))?{_END}")
_IN_DAYS = re.compile(
    rf"(?:\+|in\s|через\s|за\s)?(\d{{1,3}})\s?(?:days?|d|дней|дня|день|д|днів|дні|дн)\.?{_END}", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?\.?")
_MONTH = re.compile(rf"(\d{{4}})[-./](\d{{1,2}}){_END}|(\d{{1,2}})[-./](\d{{4}}){_END}")
_QUARTER = re.compile(rf"(\d{{4}})[-./ ]?[qк]([1-4]){_END}", re.IGNORECASE)
_YEAR = re.compile(rf"(\d{{4}}){_END}")

_DAYS = {
    "today": 0, "сегодня": 0, "сьогодні": 0,
    "yesterday": -1, "вчера": -1, "вчора": -1, "учора": -1,
    "позавчера": -2, "позавчора": -2,
    "tomorrow": 1, "завтра": 1,
    "послезавтра": 2, "післязавтра": 2,
}  # fmt: skip
_WEEKDAYS = (
    ("mon", "monday", "пн", "понедельник", "понеділок"),
    ("tue", "tuesday", "вт", "вторник", "вівторок"),
    ("wed", "wednesday", "ср", "среда", "среду", "середа", "середу"),
    ("thu", "thursday", "чт", "четверг", "четвер"),
    ("fri", "friday", "пт", "пятница", "пятницу", "п'ятниця", "п'ятницю"),
    ("sat", "saturday", "сб", "суббота", "субботу", "субота", "суботу"),
    ("sun", "sunday", "вс", "воскресенье", "нд", "неділя", "неділю"),
)
_WEEKDAY = {folded(name): number for number, names in enumerate(_WEEKDAYS) for name in names}
_NAMES = (*_DAYS, *(name for name in _WEEKDAY if len(name) > 3))
_MONTHS = (
    ("jan", "янв", "січ"), ("feb", "фев", "лют"), ("mar", "мар", "бер"), ("apr", "апр", "кві"),
    ("may", "мая", "май", "тра"), ("jun", "июн", "чер"), ("jul", "июл", "лип"), ("aug", "авг", "сер"),
    ("sep", "сен", "вер"), ("oct", "окт", "жов"), ("nov", "ноя", "лис"), ("dec", "дек", "гру"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}


def read_past_date(arguments: Arguments, today: date) -> date:
    """Take the day of work done. Raises BadValue: MISSING, UNREADABLE, FUTURE."""
    said = arguments.peek()
    day = _read(arguments, today, _nearest_past)
    if day > today:
        raise BadValue(Reason.FUTURE, said)
    return day


def read_future_date(arguments: Arguments, today: date) -> date:
    """Take a day to come, today included. Raises BadValue: MISSING, UNREADABLE, PAST."""
    said = arguments.peek()
    day = _read(arguments, today, _nearest_future)
    if day < today:
        raise BadValue(Reason.PAST, said)
    return day


def read_period(arguments: Arguments) -> Period:
    """Take a month, a quarter or a year. Raises BadValue: MISSING, UNREADABLE."""
    if arguments.done:
        raise BadValue(Reason.MISSING)
    said = arguments.peek()
    if found := arguments.match(_QUARTER):
        return _months(int(found[1]), int(found[2]) * 3 - 2, 3, said)
    if found := arguments.match(_MONTH):
        return _months(int(found[1] or found[4]), int(found[2] or found[3]), 1, said)
    if found := arguments.match(_YEAR):
        return _months(int(found[1]), 1, 12, said)
    raise BadValue(Reason.UNREADABLE, said)


def looks_like_a_date(text: str) -> bool:
    """Whether these words begin with a day, or with a slip of the pen that meant one."""
    found = _WORD.match(text)
    return text[:1].isdigit() or (found is not None and nearest(folded(found[0]), _NAMES) is not None)


Year = Callable[[int, int, date], date]
"""Completes a day and month without a year, as seen from today."""


def _read(arguments: Arguments, today: date, complete: Year) -> date:
    if arguments.done:
        raise BadValue(Reason.MISSING)
    said = arguments.peek()
    day = _written(arguments, today, complete)
    if day.year not in YEARS:
        raise BadValue(Reason.UNREADABLE, said)
    return day


def _written(arguments: Arguments, today: date, complete: Year) -> date:
    said = arguments.peek()
    try:
        if found := arguments.match(_ISO):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := arguments.match(_DAY_MONTH_YEAR):
            return _day(int(found[1]), int(found[2]), found[3], today, complete)
        if complete is _nearest_future and (found := arguments.match(_IN_DAYS)):
            return today + timedelta(days=int(found[1]))
        if found := _named_month(arguments):
            return _day(int(found[1]), _MONTH_OF[folded(found[2])[:3]], found[3], today, complete)
        if found := arguments.match(_WORD):
            return _named_day(folded(found[0]).rstrip("."), today, 1 if complete is _nearest_future else -1)
    except (ValueError, KeyError, OverflowError):
        raise BadValue(Reason.UNREADABLE, said) from None
    raise BadValue(Reason.UNREADABLE, said)


def _named_month(arguments: Arguments) -> re.Match[str] | None:
    found = _NAMED_MONTH.match(arguments.peek())
    return arguments.match(_NAMED_MONTH) if found and folded(found[2])[:3] in _MONTH_OF else None


def _named_day(name: str, today: date, way: int) -> date:
    if name in _DAYS:
        return today + timedelta(days=_DAYS[name])
    apart = (_WEEKDAY[name] - today.weekday()) * way % 7
    return today + timedelta(days=way * (apart or (7 if way > 0 else 0)))


def _day(day: int, month: int, year: str | None, today: date, complete: Year) -> date:
    if not year:
        return complete(day, month, today)
    return date(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _nearest_past(day: int, month: int, today: date) -> date:
    this_year = date(today.year, month, day)
    if this_year > today and (today - this_year.replace(year=today.year - 1)).days <= LAST_YEAR_DAYS_MAX:
        return this_year.replace(year=today.year - 1)
    return this_year


def _nearest_future(day: int, month: int, today: date) -> date:
    this_year = date(today.year, month, day)
    if this_year < today and (this_year.replace(year=today.year + 1) - today).days <= 366 - LAST_YEAR_DAYS_MAX:
        return this_year.replace(year=today.year + 1)
    return this_year


def _months(year: int, month: int, count: int, said: str) -> Period:
    if year not in YEARS:
        raise BadValue(Reason.UNREADABLE, said)
    try:
        first = date(year, month, 1)
        after = date(year + (month + count > 12), (month + count - 1) % 12 + 1, 1)
    except ValueError:
        raise BadValue(Reason.UNREADABLE, said) from None
    return Period(first, after - timedelta(days=1))
