"""A client doubts a line of a report: the accountants get a ticket with the entries in question attached."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date

from maild.desk.case import Shelf
from maild.desk.directory import Directory
from maild.desk.incoming import Incoming
from maild.desk.purpose import Purpose
from maild.ledger.entry import Entry
from maild.ledger.rows import decimal
from maild.message import Attachment

COLUMNS = (
    "entry",
    "ticket",
    "work_date",
    "staff",
    "worked",
    "charged",
    "class",
    "rule",
    "reason",
    "amount",
    "currency",
    "what",
)
_NAMED = re.compile(r"(?:entry|entries|запис[а-яі]*|№|#)\s*(\d{1,9})", re.IGNORECASE)


def report_named(mail: Incoming, directory: Directory) -> tuple[str, str] | None:
    """(client, period) of the report whose button a mail came to, None for any other mail."""
    number = mail.token_for(Purpose.DISPUTE)
    if number is None:
        return None
    client = directory.reader_at(mail.sender_key) or directory.client_at(mail.sender_key)
    try:
        day = date(2000 + number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return None
    return client.id, day.isoformat()


def attachment(mail: Incoming, shelf: Shelf, directory: Directory) -> Attachment | None:
    """The entries that the mail names by number, else all that its report told of, as a table for any program."""
    report = report_named(mail, directory)
    if report is None:
        return None
    told = shelf.reports.get(report, [])
    said = {int(number) for number in _NAMED.findall(f"{mail.message.subject}\n{mail.message.reading.reply_text}")}
    doubted = [entry for entry in told if entry.id in said] or told
    if not doubted:
        return None
    content = _table(doubted)
    name = f"entries-{report[1]}.csv" if len(doubted) > 1 else f"entry-{doubted[0].id}.csv"
    return Attachment(name, "text/csv", content)


def subject(mail: Incoming, directory: Directory) -> str:
    """What a ticket is called that a bare press of the button opens; '' for any other mail."""
    report = report_named(mail, directory)
    return f"Report {report[1]}: ?" if report else ""


def _table(entries: Iterable[Entry]) -> bytes:
    made = io.StringIO(newline="")
    rows = csv.writer(made)
    rows.writerow(COLUMNS)
    for e in entries:
        minutes = (e.worked_minutes, e.charged_minutes)
        words = (e.entry_class.value, e.rule, e.reason, decimal(e.amount, e.currency), e.currency, e.note)
        rows.writerow((e.id, e.ticket or "", e.work_date.isoformat(), e.staff, *minutes, *(_harmless(word) for word in words)))
    return made.getvalue().encode("utf-8-sig")


def _harmless(word: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\t", "\r") else word
