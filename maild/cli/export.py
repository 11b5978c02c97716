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
from maild.cli.opened import Opened, opened
from maild.cli.options import Day, config_option

SCHEMA = Path(__file__).with_name("export_schema.json")
FIGURES = frozenset({"rate", "amount"})  # texts that are numbers: a minus in front is theirs
COLUMNS = (
    *("entry", "ticket", "client", "contract", "staff", "author", "kind", "work_date", "booked_at", "worked_minutes"),
    *("charged_minutes", "over_minutes", "class", "reason", "rule", "rate", "amount", "currency", "item", "note"),
    *("source_message_id", "reverses", "corrects"),
)


@click.command()
@click.argument("form", type=click.Choice(["beancount", "csv", "json", "person", "schema"]))
@click.argument("address", required=False)
@click.option("--client", help="Only this client's.")
@click.option("--from", "first", type=Day(), metavar="DATE", help="Work dates from this day.")
@click.option("--to", "last", type=Day(), metavar="DATE", help="Work dates up to this day, included.")
@config_option
def export(
    form: str, address: str | None, client: str | None, first: date | None, last: date | None, config_path: Path
) -> None:
    """Write the books for other programs, or what is held about somebody.

    csv (RFC 4180, UTF-8) and json are the rows of `maild time`; beancount is the whole double entry, minutes and money, with
    every account's kept sum as a balance: `bean-check` audits it. `schema` is the JSON Schema of the rows; docs/books.md tells the
    columns, too. `person ADDRESS` writes all that is held about a person, as JSON.
    """
    from maild.ledger.rows import time_row  # noqa: PLC0415

    if (form == "person") != (address is not None):
        raise click.UsageError("an ADDRESS belongs to `maild export person`, and to nothing else")
    if form == "schema":
        click.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)
        return
    with opened(config_path) as desk:
        if address is not None:
            from maild.cli.export_person import person  # noqa: PLC0415

            show.print_json(person(desk, address))
            return
        if form == "beancount":
            _beancount(desk, client, first, last)
            return
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


def _beancount(desk: Opened, client: str | None, first: date | None, last: date | None) -> None:
    """All entries of a client, or of everybody; kept sums only where no days are left out."""
    from maild.reports.beancount import ledger  # noqa: PLC0415

    entries = desk.store.entries(desk.known_client(client), first, last)
    sums = desk.store.account_sums(client) if first is None and last is None else None
    for line in ledger(entries, sums, desk.config.desk.name):
        click.echo(line)


def cell(column: str, value: Any) -> Any:
    """A value as a spreadsheet may have it: text that it would take for a formula gets an apostrophe in front."""
    from maild.reports.separated import shielded  # noqa: PLC0415

    return shielded(value) if column not in FIGURES and isinstance(value, str) else value
