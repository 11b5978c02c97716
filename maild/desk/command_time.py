"""`/time #12 @yesterday 14:05-14:30 what // for staff`: the line that the whole desk lives on."""

from __future__ import annotations

import re
from datetime import date

from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_dates import looks_like_a_date, read_past_date
from maild.desk.command_durations import DAY_MINUTES, read_clock_range, read_duration
from maild.desk.command_kinds import Reason, Source, Time

_AT = re.compile(r"@\s?(?=\S)")
_TICKET = re.compile(r"(?:\[?#|№\s?)(\d{1,9})\]?(?=[\s.,;:!]|$)")
_FOR_STAFF = re.compile(r"(?:^|\s)//")
_LAST_DATE = re.compile(r"(?:^|\s)@\s?(\S+)$")


def read_time(arguments: Arguments, source: Source, today: date) -> Time:
    """Take a worklog. Raises BadValue: MISSING, UNREADABLE, ZERO, NEGATIVE, TOO_LONG, FUTURE."""
    minutes: int | None = None
    clock: tuple[int, int] | None = None
    work_date: date | None = None
    ticket: int | None = None
    while not arguments.done:
        at = re.match(_AT, arguments.peek())
        if at and work_date is None and (minutes is None or looks_like_a_date(arguments.peek()[at.end() :])):
            arguments.match(_AT)
            work_date = read_past_date(arguments, today)
        elif ticket is None and (found := arguments.match(_TICKET)):
            ticket = int(found[1])
        elif minutes is None:
            clock = read_clock_range(arguments)
            minutes = clock[1] - clock[0] if clock else read_duration(arguments, bare=True)
        else:
            break
    if minutes is None:
        raise BadValue(Reason.MISSING)
    if minutes > DAY_MINUTES:
        raise BadValue(Reason.TOO_LONG, f"{minutes} min")
    arguments.skip_loose()
    what, for_staff = _parted(arguments.rest())
    last = _LAST_DATE.search(what)
    if last and work_date is None and looks_like_a_date(last[1]):
        work_date = read_past_date(Arguments(last[1]), today)
        what = what[: last.start()]
    start, end = clock or (None, None)
    return Time(source, minutes, what.strip(), for_staff, work_date, ticket, start, end)


def _parted(text: str) -> tuple[str, str]:
    """What the client reads, and what stands behind `//` for staff alone."""
    found = _FOR_STAFF.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text, "")
