"""Tables as CSV (RFC 4180): comma or semicolon, with or without a byte order mark, decimal point or comma.

A cell of text that a spreadsheet would compute (it begins with = + - @ TAB or CR) gets an apostrophe in front.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from maild.reports.table import Cell, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute instead of show
CONTENT_TYPE = "text/csv"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. `day_pattern` as strftime has it."""

    separator: str = ","
    mark: bool = False  # a byte order mark in front: some spreadsheets know UTF-8 by nothing else
    decimal: str = "."
    day_pattern: str = "%Y-%m-%d"


PLAIN = Dialect()
LOCAL = Dialect(";", True, ",", "%d.%m.%Y")  # what spreadsheets of ru and uk read without asking
BY_LANGUAGE = {"en": PLAIN, "ru": LOCAL, "uk": LOCAL}


def separated(table: Table, dialect: Dialect) -> bytes:
    """Head, rows and totals; what stands above the head belongs to the letter, not to the data."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=dialect.separator, lineterminator="\r\n")
    writer.writerow([column.head for column in table.columns])
    rows: list[Sequence[Cell]] = [*table.rows, *table.total_rows]
    writer.writerows([[_written(cell, dialect) for cell in row] for row in rows])
    return (("\ufeff" if dialect.mark else "") + out.getvalue()).encode("utf-8", "replace")


def shielded(text: str) -> str:
    """A text as a spreadsheet may have it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(cell: Cell, dialect: Dialect) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime(dialect.day_pattern)
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", dialect.decimal)
    return str(cell) if isinstance(cell, int) else shielded(cell)
