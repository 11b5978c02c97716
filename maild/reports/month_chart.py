"""The picture of a client's month so far: charged and free minutes of each day, for the daily report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from maild.ledger.entry import Entry, EntryClass
from maild.reports.chart import Chart, Drawn, Series, draw
from maild.reports.document_words import Words


def month_so_far(entries: Iterable[Entry], day: date, language: str) -> Drawn | None:
    """Minutes by work date, from the first of the month to `day`, what was taken back taken off; None where there are none."""
    charged, free = [0] * day.day, [0] * day.day
    for entry in entries:
        if entry.is_time and (entry.work_date.year, entry.work_date.month) == (day.year, day.month) and entry.work_date <= day:
            at = entry.work_date.day - 1
            charged[at] += entry.charged_minutes
            free[at] += entry.worked_minutes if entry.entry_class is EntryClass.FREE else 0
    if not any(charged) and not any(free):
        return None
    words = Words(language)
    series = [Series(words("chart-charged"), charged)]
    if any(free):
        series.append(Series(words("chart-free"), free))
    title = words("chart-month", words.month(day))
    labels = [str(number) for number in range(1, day.day + 1)]
    return draw(Chart("bars", title[:1].upper() + title[1:], words("chart-unit"), labels, series, words.language), "month")
