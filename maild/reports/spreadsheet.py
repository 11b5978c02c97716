"""XlsxWriter's keeper: tables as a workbook (ECMA-376). Numbers are numbers, dates are dates, and no text is ever a formula or a link.

The same tables give the same bytes: what a workbook holds of time is the instant that the caller names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from maild.reports.table import Cell, Column, Sort, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (8, 60)  # letters of the narrowest and the broadest column
_FORMATS = {Sort.WHOLE: "#,##0", Sort.MONEY: "#,##0.00", Sort.DAY: "yyyy-mm-dd"}
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")  # letters that no sheet may be called by
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")  # what XML 1.0 cannot hold


def workbook(tables: Sequence[Table], made_at: datetime, *, author: str = "", day_format: str = "yyyy-mm-dd") -> bytes:
    """A workbook of one sheet a table, dated `made_at`; `day_format` as spreadsheets write it ("dd.mm.yyyy")."""
    from xlsxwriter import Workbook  # noqa: PLC0415  (60 ms that most commands do not have)

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    created = made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": tables[0].title if tables else "", "author": author, "created": created})
    writer = _Writer(book, day_format)
    for table in tables:
        writer.sheet(table)
    book.close()
    return out.getvalue()


class _Writer:
    """Writes sheets into one workbook, with its few formats."""

    def __init__(self, book: Any, day_format: str) -> None:
        self.book = book
        self.titles: set[str] = set()
        self.day_format = day_format
        formats = {**_FORMATS, Sort.DAY: day_format}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.plain = {sort: book.add_format({"valign": "top", **_looks(sort, formats)}) for sort in Sort}
        self.bold = {sort: book.add_format({"bold": True, "top": 1, **_looks(sort, formats)}) for sort in Sort}
        self.name = book.add_format({"bold": True})

    def sheet(self, table: Table) -> None:
        """One table, its head frozen, fit to the width of a page."""
        sheet = self.book.add_worksheet(self._title(table.title))
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _width(column, at, table))
        row = 0
        for name, value in table.above:
            sheet.write_string(row, 0, _clean(name), self.name)
            _write(sheet, row, 1, value, dict.fromkeys(Sort) | {Sort.DAY: self.plain[Sort.DAY]})
            row += 1
        row += bool(table.above)
        for at, column in enumerate(table.columns):
            sheet.write_string(row, at, _clean(column.head), self.head)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
        for cells in table.rows:
            row += 1
            for at, cell in enumerate(cells):
                _write(sheet, row, at, cell, self.plain, table.columns[at])
        for below, cells in enumerate(table.total_rows):
            row += 1
            for at, cell in enumerate(cells):
                _write(sheet, row, at, cell, self.plain if below else self.bold, table.columns[at])
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)

    def _title(self, title: str) -> str:
        """A name that no other sheet has, of at most 31 letters."""
        base = _NO_TITLE.sub(" ", _clean(title)).strip(" '")[:31] or "Sheet"
        name, number = base, 1
        while name.casefold() in self.titles:
            number += 1
            name = f"{base[:27]} {number}"
        self.titles.add(name.casefold())
        return name


def _looks(sort: Sort, formats: dict[Sort, str]) -> dict[str, Any]:
    if sort is Sort.TEXT:
        return {"text_wrap": True}
    return {"num_format": formats[sort], **({"align": "left"} if sort is Sort.DAY else {})}


def _write(sheet: Any, row: int, at: int, cell: Cell, formats: dict[Sort, Any], column: Column | None = None) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, at, None, formats[column.sort if column else Sort.TEXT])
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, formats[Sort.DAY])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, at, float(cell), formats[Sort.MONEY])
    elif isinstance(cell, int):
        sheet.write_number(row, at, cell, formats[Sort.WHOLE])
    else:
        sheet.write_string(row, at, _clean(cell), formats[Sort.TEXT])


def _width(column: Column, at: int, table: Table) -> int:
    if column.width_letters:
        return column.width_letters
    cells = [*(row[at] for row in (*table.rows, *table.total_rows)), *(name for name, _ in table.above if at == 0)]
    longest = max((len(_shown(cell)) for cell in (column.head, *cells)), default=0)
    return min(max(longest + 2, WIDTHS[0]), WIDTHS[1])


def _shown(cell: Cell) -> str:
    if isinstance(cell, date):
        return "2026-11-30"
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else "" if cell is None else str(cell)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)[:32_000]  # a cell holds 32,767 letters
