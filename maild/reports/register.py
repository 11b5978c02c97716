"""The register of a month: every client with what was used, what is left, and net, tax and gross, as a spreadsheet and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maild.desk.decision import Document
from maild.desk.directory import Client
from maild.message import Attachment
from maild.reports import separated, spreadsheet
from maild.reports.act_periods import period_key
from maild.reports.document_words import Words
from maild.reports.paper_files import day_format, dialect
from maild.reports.paper_words import COLUMNS, account_heads, contract_name
from maild.reports.table import Cell, Column, Sort, Table, Total, added

_MINUTES = range(3, 11)  # columns of minutes
_MONEY = range(11, 14)


@dataclass(frozen=True, slots=True)
class Row:
    """One client's month."""

    client: str
    name: str
    act: str  # "3/2026", '' where none was made
    facts: Mapping[str, Any]


def row(client: Client, facts: Mapping[str, Any], document: Document | None) -> Row:
    """A client's row; the act is its newest, with its year."""
    return Row(client.id, client.name, f"{document.number}/{document.year}" if document else "", facts)


def register_table(days: tuple[date, date], rows: Sequence[Row], language: str) -> Table:
    """A line a client and contract with its minutes, and a line a client and currency with its money; sums below."""
    words = Words(language)
    columns = (
        Column(words("client-column"), width_letters=28),
        Column(words("act-no"), width_letters=10),
        Column(words("contract"), width_letters=28),
        Column(words("worked"), Sort.WHOLE, 12),
        Column(words("charged"), Sort.WHOLE, 12),
        *(Column(head, Sort.WHOLE, 12) for head in account_heads(words)),
        Column(words("net"), Sort.MONEY, 14),
        Column(words("tax-column"), Sort.MONEY, 12),
        Column(words("gross"), Sort.MONEY, 16),
        Column(words("currency"), width_letters=10),
    )
    cells = [line for each in rows for line in _lines(each)]
    currencies = sorted({str(line[14]) for line in cells if line[14]})
    sums = [Total(words("together"), {at: added(cells, at) for at in _MINUTES if at in {3, 4, 6, 7, 8, 9}})]
    for currency in currencies:
        money = {at: _money(cells, at, currency) for at in _MONEY}
        sums.append(Total(words("together"), {**money, 14: currency}))
    period = f"{words.short_day(days[0])} – {words.short_day(days[1])}"
    return Table(words("register"), columns, cells, sums, ((words("register"), period),))


def register_files(days: tuple[date, date], rows: Sequence[Row], made_at: datetime, language: str) -> tuple[Attachment, ...]:
    """XLSX and CSV; the same rows and instant give the same bytes."""
    table = register_table(days, rows, language)
    name = f"register-{period_key(*days)}"
    book = spreadsheet.workbook([table], made_at, day_format=day_format(Words(language).language))
    text = separated.separated(table, dialect(Words(language).language, {}))
    return (
        Attachment(f"{name}.xlsx", spreadsheet.CONTENT_TYPE, book),
        Attachment(f"{name}.csv", separated.CONTENT_TYPE, text),
    )


def _lines(each: Row) -> list[list[Cell]]:
    """The first line of a client holds its worked and charged minutes, so that columns add up."""
    facts = each.facts
    contracts = [[contract_name(c), *(c[column] for column in COLUMNS)] for c in facts["contracts"]] or [[""] + [None] * 6]
    money = [[*(Decimal(total[name]) for name in ("net", "tax", "gross")), total["currency"]] for total in facts["totals"]]
    lines: list[list[Cell]] = []
    for place in range(max(len(contracts), len(money))):
        own: list[Cell] = [facts["worked"], facts["charged"]] if place == 0 else [None, None]
        minutes: list[Cell] = contracts[place] if place < len(contracts) else [""] + [None] * 6
        sums: list[Cell] = money[place] if place < len(money) else [None, None, None, ""]
        lines.append([each.name, each.act, minutes[0], *own, *minutes[1:], *sums])
    return lines


def _money(cells: Sequence[Sequence[Cell]], at: int, currency: str) -> Decimal:
    found = (line[at] for line in cells if line[14] == currency)
    return sum((figure for figure in found if isinstance(figure, Decimal)), Decimal(0))
