"""An act or a statement as tables: the same figures as on paper (paper.py), as cells that can be counted with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from maild.reports.document_words import Words
from maild.reports.paper import Heading, titles
from maild.reports.paper_words import (
    COLUMNS,
    Facts,
    account_heads,
    amount_head,
    contract_name,
    line_words,
    only_currency,
    sum_lines,
)
from maild.reports.table import Cell, Column, Sort, Table, Total

_WORKED, _CHARGED, _AMOUNT, _CURRENCY = 8, 9, 11, 12  # columns of the lines


def tables(heading: Heading, facts: Facts) -> list[Table]:
    """The lines with their sums, and the minutes of each contract."""
    words = Words(facts["language"])
    return [lines_table(heading, facts, words), account_table(facts, words)]


def lines_table(heading: Heading, facts: Facts, words: Words) -> Table:
    """Every line with worked and charged minutes and its amount; below it the sums, net, tax and gross."""
    columns = (
        Column(words("section"), width_letters=18),
        Column(words("entry"), Sort.WHOLE),
        Column(words("day"), Sort.DAY, 12),
        Column(words("contract"), width_letters=16),
        Column(words("ticket"), Sort.WHOLE),
        Column(words("staff"), width_letters=18),
        Column(words("what"), width_letters=44),
        Column(words("about"), width_letters=34),
        Column(words("worked"), Sort.WHOLE, 12),
        Column(words("charged"), Sort.WHOLE, 12),
        Column(words("rate"), Sort.MONEY, 12),
        Column(amount_head(facts, words), Sort.MONEY, 16),
        Column(words("currency"), width_letters=10),
    )
    title, subtitle = titles(heading, words)
    above: list[tuple[str, Cell]] = [
        (title, subtitle),
        (words("issuer"), facts["issuer"]["name"]),
        (words("client"), facts["client"]["name"]),
        (words("period"), f"{words.short_day(_day(facts['from']))} – {words.short_day(_day(facts['to']))}"),
    ]
    return Table(title, columns, [_row(row, words) for row in facts["lines"]], _totals(facts, words), above)


def account_table(facts: Facts, words: Words) -> Table:
    """Opening, movements and closing of each contract, in minutes."""
    columns = (Column(words("contract"), width_letters=36), *(Column(head, Sort.WHOLE, 13) for head in account_heads(words)))
    rows = [[contract_name(each), *(each[column] for column in COLUMNS)] for each in facts["contracts"]]
    return Table(words("account"), columns, rows)


def _row(row: Facts, words: Words) -> list[Cell]:
    said, about = line_words(row, words)
    counted = row["section"] != "movement" and row["kind"] != "fee"
    return [
        words(row["section"]),
        row["entry"],
        _day(row["work_date"]),
        row["contract"],
        row["ticket"],
        row["staff"],
        said,
        ", ".join(part for part in about if part != row["staff"]),
        row["worked"] if counted else None,
        row["charged"] if counted else None,
        Decimal(row["rate"]) if row["rate"] is not None else None,
        Decimal(row["amount"]) if row["rendered"] and row["currency"] else None,
        row["currency"],
    ]


def _totals(facts: Facts, words: Words) -> list[Total]:
    """The sum of the columns; then net, tax and gross of each currency."""
    currency = only_currency(facts)
    amount = sum((Decimal(row["amount"]) for row in facts["lines"] if row["rendered"]), Decimal(0))
    money: dict[int, Cell] = {_AMOUNT: amount, _CURRENCY: currency} if currency else {}
    together = Total(words("together"), {_WORKED: facts["worked"], _CHARGED: facts["charged"], **money})
    sums = [Total(label, {_AMOUNT: Decimal(figure), _CURRENCY: unit}) for label, figure, unit, _ in sum_lines(facts, words)]
    return [together, *sums]


def _day(text: str) -> date:
    return date.fromisoformat(text)
