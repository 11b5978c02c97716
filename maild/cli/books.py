"""`maild time`, `balance`, `statement`, `report`: the books, as the client could check them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli import show
from maild.cli.opened import Opened, opened
from maild.cli.options import Day, Period, now_option, reading

if TYPE_CHECKING:
    from maild.ledger.entry import Entry
    from maild.ledger.statement import Statement


@click.command()
@click.option("--client", help="Only this client's.")
@click.option("--from", "first", type=Day(), metavar="DATE", help="Work dates from this day.")
@click.option("--to", "last", type=Day(), metavar="DATE", help="Work dates up to this day, included.")
@reading
def time(client: str | None, first: date | None, last: date | None, as_json: bool, config_path: Path) -> None:
    """List work and price-list items, with reversals: the sums over all rows are the truth."""
    from maild.ledger.rows import time_row  # noqa: PLC0415

    with opened(config_path) as desk:
        entries = time_entries(desk, client, first, last)
        if as_json:
            show.print_json_rows(map(time_row, entries))
        else:
            _print_time(entries)


def time_entries(desk: Opened, client: str | None, first: date | None, last: date | None) -> Iterator[Entry]:
    """Entries that are rows of `time`, by number, one at a time. Misuse where the days are the wrong way round."""
    if first and last and last < first:
        raise click.UsageError(f"--to {last} comes before --from {first}")
    entries = desk.store.entries(desk.known_client(client), first, last)
    return (entry for entry in entries if entry.is_time)


def _print_time(entries: Iterator[Entry]) -> None:
    from maild.ledger.rows import decimal  # noqa: PLC0415

    heads = ("Entry", "Date", "Client", "#", "Who", "Worked", "Charged", "Class", "Amount", "What")
    worked = charged = 0
    rows = []
    for e in entries:
        worked, charged = worked + e.worked_minutes, charged + e.charged_minutes
        what = f"reverses {e.reverses}: {e.reason}" if e.reverses else e.note or e.item or e.reason
        amount = f"{decimal(e.amount, e.currency)} {e.currency}" if e.currency else ""
        named = (e.id, e.work_date, e.client, e.ticket, e.staff)
        rows.append((*named, e.worked_minutes, e.charged_minutes, e.entry_class.value, amount, show.clean(what, 60)))
    show.print_table(heads, rows, right=("Entry", "#", "Worked", "Charged", "Amount"), empty="No time was booked.")
    if rows:
        click.echo(f"\nworked {show.hours(worked)} min, charged {show.hours(charged)} min in {len(rows)} rows")


@click.command()
@click.option("--client", help="Only this client's.")
@now_option
@reading
def balance(client: str | None, now: datetime | None, as_json: bool, config_path: Path) -> None:
    """Show what is left of each contract, in minutes."""
    from maild.ledger.rows import balance_row  # noqa: PLC0415
    from maild.reports.figures import balances_of  # noqa: PLC0415

    with opened(config_path) as desk:
        if client is not None:
            desk.client(client)
        found = balances_of(desk.store, desk.config.directory, client, now)
        clock = datetime.now(UTC)
        if as_json:
            show.print_json_rows(balance_row(b, now or max(clock, b.as_of or clock)) for b in found)
            return
        heads = ("Client", "Contract", "Opening", "Bought", "Used", "Corrected", "Expired", "Left")
        rows = (
            (b.client, b.contract, b.opening, b.bought, b.used, b.corrected, b.expired, show.hours(b.closing)) for b in found
        )
        show.print_table(heads, rows, right=heads[2:], empty="No contracts.")


@click.command()
@click.argument("client")
@click.argument("period", type=Period(), metavar="PERIOD")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write it as PDF, XLSX and CSV into that folder, too."
)
@now_option
@reading
def statement(
    client: str, period: tuple[date, date], out: Path | None, now: datetime | None, as_json: bool, config_path: Path
) -> None:
    """Show opening, movements and closing of a client's contracts.

    PERIOD is 2026, 2026-11, 2026-11-22 or 2026-11-01..2026-11-15, in days of the client's own zone.
    """
    from maild.cli.act import statement_papers, write  # noqa: PLC0415
    from maild.ledger.rows import statement_row  # noqa: PLC0415

    with opened(config_path) as desk:
        found = list(statements(desk, client, period, now))
        written = write(statement_papers(desk, client, period, now), out) if out is not None else []
        if as_json:
            show.print_json([statement_row(each) for each in found])
            return
        for each in found:
            _print_statement(each, desk.client(client).zone)
        if not found:
            click.echo(f"{client} has no contract, and nothing was booked.")
        for place in written:
            click.echo(f"written: {place}")


def statements(desk: Opened, client: str, days: tuple[date, date], until: datetime | None) -> Iterator[Statement]:
    """The statement of each contract of a client; `until` leaves out what was booked after that instant."""
    from maild.reports.figures import statement_of  # noqa: PLC0415

    return statement_of(desk.store, desk.client(client), *days, until)


def _print_statement(of: Statement, zone: tzinfo) -> None:
    click.echo(f"{of.client} · {of.contract} · {of.first_day} to {of.last_day}\n")
    heads = ("Entry", "Booked", "Work date", "#", "Who", "Minutes", "Left", "What")
    rows: list[tuple[object, ...]] = [("", "", "", "", "", "", of.opening, "opening")]
    for line in of.lines:
        e = line.entry
        said = [e.note or e.item or e.reason or e.kind.value]
        said += [f"late, for {line.late_for}"] if line.late_for else []
        said += [f"correction of entry {line.correction_of}"] if line.correction_of else []
        what = show.clean("; ".join(said), 70)
        booked_on = e.booked_at.astimezone(zone).date()
        rows.append((e.id, booked_on, e.work_date, e.ticket, e.staff or e.author, line.minutes, line.left, what))
    show.print_table(heads, rows, right=("Entry", "#", "Minutes", "Left"))
    sums = f"{of.opening} + {of.bought} bought - {of.used} used {of.corrected:+} corrected - {of.expired} expired"
    click.echo(f"\n{sums} = {show.hours(of.closing)} min\n")
