"""`maild export`: the books for other programs, on standard output."""

from __future__ import annotations

import csv
import sys
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from maild.cli import show
from maild.cli.books import time_entries
from maild.cli.opened import opened
from maild.cli.options import Day, config_option

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute instead of show
FIGURES = frozenset({"rate", "amount"})  # texts that are numbers: a minus in front is theirs
COLUMNS = (
    *("entry", "ticket", "client", "contract", "staff", "author", "kind", "work_date", "booked_at", "worked_minutes"),
    *("charged_minutes", "over_minutes", "class", "reason", "rule", "rate", "amount", "currency", "item", "note"),
    *("source_message_id", "reverses", "corrects"),
)


@click.command()
@click.argument("form", type=click.Choice(["csv", "json"]))
@click.option("--client", help="Only this client's.")
@click.option("--from", "first", type=Day(), metavar="DATE", help="Work dates from this day.")
@click.option("--to", "last", type=Day(), metavar="DATE", help="Work dates up to this day, included.")
@config_option
def export(form: str, client: str | None, first: date | None, last: date | None, config_path: Path) -> None:
    """Write the rows of `maild time` as CSV (RFC 4180, UTF-8) or JSON."""
    from maild.ledger.rows import time_row  # noqa: PLC0415

    with opened(config_path) as desk:
        rows = map(time_row, time_entries(desk, client, first, last))
        if form == "json":
            show.print_json_rows(rows)
            return
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        table = csv.DictWriter(sys.stdout, COLUMNS)
        table.writeheader()
        for row in rows:
            table.writerow({name: cell(name, row[name]) for name in COLUMNS})


def cell(column: str, value: Any) -> Any:
    """A value as a spreadsheet may have it: text that it would take for a formula gets an apostrophe in front."""
    if column not in FIGURES and isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
