"""One table, a spreadsheet and a CSV: numbers are numbers, dates are dates, and no text is ever a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from maild.reports.separated import LOCAL, PLAIN, Dialect, separated
from maild.reports.spreadsheet import workbook
from maild.reports.table import Column, Sort, Table, Total, added

AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
COLUMNS = (
    Column("What"),
    Column("Day", Sort.DAY),
    Column("Minutes", Sort.WHOLE),
    Column("Amount", Sort.MONEY),
)
ROWS = (
    ("feed set to “gap”", date(2026, 11, 23), 25, Decimal("25.00")),
    ("=1+1", date(2026, 11, 24), -25, Decimal("-1234.56")),
    ("http://vendor.test/", None, 0, Decimal("0.10")),
)
TABLE = Table(
    "Act 3: work",
    COLUMNS,
    ROWS,
    [Total("Total", {2: added(ROWS, 2), 3: sum(row[3] for row in ROWS)})],
    (("Client", "=Acme"), ("Period", date(2026, 11, 1))),
)


def sheet_of(octets):
    return load_workbook(io.BytesIO(octets)).worksheets[0]


def test_cells_keep_their_kind():
    sheet = sheet_of(workbook([TABLE], AT))
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("Client", "=Acme")
    assert rows[1][:2] == ("Period", datetime(2026, 11, 1))
    assert rows[3] == ("What", "Day", "Minutes", "Amount")
    assert rows[4] == ("feed set to “gap”", datetime(2026, 11, 23), 25, 25)
    assert rows[5] == ("=1+1", datetime(2026, 11, 24), -25, -1234.56)
    assert rows[6] == ("http://vendor.test/", None, 0, 0.1)
    assert rows[7] == ("Total", None, 0, -1209.46)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet["A6"].hyperlink is None and not sheet._hyperlinks
    assert sheet.freeze_panes == "A5"
    assert sheet["B5"].number_format == "yyyy-mm-dd"
    assert sheet["D5"].number_format == "#,##0.00"
    assert sheet.column_dimensions["A"].width > 15


def test_the_same_tables_give_the_same_bytes():
    assert workbook([TABLE], AT) == workbook([TABLE], AT)


def test_sheets_whose_names_are_forbidden_long_or_taken():
    titles = load_workbook(
        io.BytesIO(workbook([Table(t, COLUMNS, ()) for t in ("a/b[c]:*?", "x" * 40, "X" * 31, "'", "")], AT))
    ).sheetnames
    assert titles == ["a b c", "x" * 31, "X" * 27 + " 2", "Sheet", "Sheet 2"]


def test_a_csv_that_spreadsheets_of_ru_and_uk_read():
    octets = separated(TABLE, LOCAL)
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.decode("utf-8-sig").split("\r\n") == [
        "What;Day;Minutes;Amount",
        "feed set to “gap”;23.11.2026;25;25,00",
        "'=1+1;24.11.2026;-25;-1234,56",
        "http://vendor.test/;;0;0,10",
        "Total;;0;-1209,46",
        "",
    ]


def test_a_plain_csv():
    assert separated(TABLE, PLAIN).decode().split("\r\n")[2] == "'=1+1,2026-11-24,-25,-1234.56"
    assert (
        separated(TABLE, Dialect(",", True, ",")).decode("utf-8-sig").split("\r\n")[1]
        == 'feed set to “gap”,2026-11-23,25,"25,00"'
    )


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_text_is_computed(text):
    table = Table("t", (Column("what"),), ((text,),))
    read = list(csv.reader(io.StringIO(separated(table, PLAIN).decode(), newline="")))
    assert read[1] == [f"'{text}"]


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(-(10**9), 10**9), st.decimals(-(10**7), 10**7, places=2, allow_nan=False))
def test_what_is_written_is_read_again(text, minutes, amount):
    table = Table("t", (Column("a"), Column("b", Sort.WHOLE), Column("c", Sort.MONEY)), ((text, minutes, amount),))
    cells = next(sheet_of(workbook([table], AT)).iter_rows(min_row=2, values_only=True))
    assert cells[1] == minutes
    assert Decimal(str(cells[2])).quantize(Decimal("0.01")) == amount
    read = list(csv.reader(io.StringIO(separated(table, LOCAL).decode("utf-8-sig"), newline=""), delimiter=";"))[1]
    assert (int(read[1]), Decimal(read[2].replace(",", "."))) == (minutes, amount)
    assert read[0].removeprefix("'") == text.encode("utf-8", "replace").decode().removeprefix("'")
