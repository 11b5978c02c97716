"""Public holidays of a country, and the weekend days that it works instead: the keeper of the package `holidays`.

The package takes a tenth of a second to import, so it is imported when a calendar first has holidays.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import holidays


@lru_cache(maxsize=8192)
def is_holiday(country: str, day: date) -> bool:
    """Whether a public holiday falls on that day. `country` is an ISO 3166 code; raises LookupError for an unknown one."""
    return day in _of(country)


@lru_cache(maxsize=8192)
def is_moved_workday(country: str, day: date) -> bool:
    """Whether the country works on that weekend day in place of another one (Russia's moved days)."""
    days = _of(country)
    days.get(day)  # asking fills the year in
    return day in days.weekend_workdays


@lru_cache(maxsize=64)
def _of(country: str) -> holidays.HolidayBase:
    import holidays  # noqa: PLC0415 - see above

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        raise LookupError(f'the holidays of "{country}" are not known') from None
