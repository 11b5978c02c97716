"""The minutes between two instants that lie within a named calendar's hours: what the after-hours factor is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from maild.desk.calendar import between
from maild.desk.directory import Calendar
from maild.ledger.work import OfficeMinutes, always_open


def office_minutes(calendars: Mapping[str, Calendar]) -> OfficeMinutes:
    """Bind the directory's calendars; a name that none of them has is the calendar that never closes."""

    def within(name: str, start: datetime, end: datetime) -> int:
        if name not in calendars:
            return always_open(name, start, end)
        return int(between(calendars[name], start, end) / timedelta(minutes=1))

    return within
