"""`maild act CLIENT PERIOD`: an act as figures and files, from the very bytes that are kept where it was made; and a statement as files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened
from maild.cli.options import Period, now_option, reading

if TYPE_CHECKING:
    from maild.desk.decision import Document
    from maild.message import Attachment


@click.command()
@click.argument("client")
@click.argument("period", type=Period(), metavar="PERIOD")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where the files are written; absent: here.")
@now_option
@reading
def act(
    client: str, period: tuple[date, date], out: Path | None, now: datetime | None, as_json: bool, config_path: Path
) -> None:
    """Write an act's files (PDF, XLSX, CSV) and print its figures.

    PERIOD is 2026-11 or 2026-Q4. An act that was made is written from the bytes that are kept; before that it is a draft
    without a number, and nothing is changed. With --json files are written only where --out says so.
    """
    from maild.desk.incoming import Rules  # noqa: PLC0415
    from maild.desk.keyring import Keyring  # noqa: PLC0415
    from maild.monthly import newest_act  # noqa: PLC0415
    from maild.paperwork import act_of, draft_files  # noqa: PLC0415
    from maild.reports.act_periods import period_key  # noqa: PLC0415
    from maild.reports.figures_of_period import FiguresError  # noqa: PLC0415

    with opened(config_path) as desk:
        owner = desk.client(client)
        made = newest_act(desk.store, client, period)
        if made is not None:
            facts, files = made.facts, made.files
        else:
            rules = Rules(desk.config.desk, desk.config.directory, Keyring(()))
            try:
                prepared = act_of(desk.store, owner, period, rules, now)
            except FiguresError as broken:
                raise Wrong(f"the books do not agree: {broken}. `maild verify` says more.") from None
            facts, files = prepared.facts, draft_files(owner, period, prepared)
        folder = out or (None if as_json else Path())
        written = write(files, folder) if folder is not None else []
        if as_json:
            show.print_json(_row(desk, made, facts, files, period_key(*period)))
        else:
            _print(made, facts, written)


def statement_papers(desk: Opened, client: str, days: tuple[date, date], until: datetime | None) -> tuple[Attachment, ...]:
    """A statement's files. Raises Wrong where the books do not agree."""
    from maild.desk.incoming import Rules  # noqa: PLC0415
    from maild.desk.keyring import Keyring  # noqa: PLC0415
    from maild.paperwork import statement_files, statement_for  # noqa: PLC0415
    from maild.reports.figures_of_period import FiguresError  # noqa: PLC0415

    owner = desk.client(client)
    try:
        prepared = statement_for(desk.store, owner, days, Rules(desk.config.desk, desk.config.directory, Keyring(())), until)
    except FiguresError as broken:
        raise Wrong(f"the books do not agree: {broken}. `maild verify` says more.") from None
    return statement_files(owner, days, prepared)


def write(files: tuple[Attachment, ...], folder: Path) -> list[Path]:
    """Write files into a folder, which is made where it is missing; returns their places."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [folder / each.filename for each in files]
    for place, each in zip(places, files, strict=True):
        place.write_bytes(each.content)
    return places


def _row(desk: Opened, made: Document | None, facts: Any, files: tuple[Attachment, ...], period: str) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    marks = desk.store.document_marks("act", made.year, made.number) if made else {}
    return {
        "kind": "act",
        "period": period,
        "number": made.number if made else None,
        "year": made.year if made else None,
        "date": made.day.isoformat() if made else None,
        "draft": made is None,
        **{f"{what}_at": instant(marks[what][0]) if what in marks else None for what in ("sent", "accepted", "objected")},
        **{key: value for key, value in facts.items() if key != "csv"},
        "files": [{"filename": f.filename, "content_type": f.content_type, "size": f.size, "sha256": f.sha256} for f in files],
    }


def _print(made: Document | None, facts: Any, written: list[Path]) -> None:
    from maild.reports.document_words import Words  # noqa: PLC0415
    from maild.reports.paper_words import COLUMNS, contract_name, got, line_words, sum_lines  # noqa: PLC0415

    words = Words("en")
    named = f"Act {made.number} of {made.year}, {made.day}" if made else "Draft of an act, without a number"
    click.echo(f"{named}: {show.clean(facts['client']['name'])}, {facts['from']} to {facts['to']}\n")
    rows = []
    for row in facts["lines"]:
        said, about = line_words(row, words)
        amount = words.money(row["amount"], row["currency"]) if row["rendered"] and row["currency"] else ""
        what = show.clean(f"{said} ({', '.join(about)})", 90)
        rows.append((row["section"], row["work_date"], row["ticket"], row["worked"], row["charged"], amount, what))
    heads = ("Section", "Date", "#", "Worked", "Charged", "Amount", "What")
    show.print_table(heads, rows, right=("#", "Worked", "Charged", "Amount"), empty="Nothing was booked.")
    click.echo(f"\nworked {show.hours(facts['worked'])} min, charged {show.hours(facts['charged'])} min")
    for label, amount, currency, _ in sum_lines(facts, words):
        click.echo(f"{label}: {amount} {currency}")
    click.echo()
    accounts = ((contract_name(each), *(each[column] for column in COLUMNS)) for each in facts["contracts"])
    show.print_table(("Contract", *(column.title() for column in COLUMNS)), accounts, right=[c.title() for c in COLUMNS])
    click.echo("\n" + " ".join(got(facts, words)))
    for place in written:
        click.echo(f"written: {place}")
