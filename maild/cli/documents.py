"""`maild report CLIENT DATE`: a daily report, shown from the very bytes that left."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened
from maild.cli.options import Day, now_option, reading

if TYPE_CHECKING:
    from maild.desk.decision import Document
    from maild.message import Letter


@click.command()
@click.argument("client")
@click.argument("day", type=Day(), metavar="DATE")
@now_option
@reading
def report(client: str, day: date, now: datetime | None, as_json: bool, config_path: Path) -> None:
    """Show the daily report that a client was sent for a day."""
    with opened(config_path) as desk:
        desk.known_client(client)
        document = desk.store.document("report", client, day.isoformat())
        if document is None:
            raise Wrong(_why_none(desk, client, day, now or datetime.now(UTC)))
        letters = desk.store.document_letters("report", client, day.isoformat())
        if as_json:
            show.print_json(_document_row(document, letters))
        else:
            _print_letters(document, letters)


def _why_none(desk: Opened, client: str, day: date, now: datetime) -> str:
    """Why there is no report: its instant has not come, or nothing happened."""
    from maild.reports.daily import due_on  # noqa: PLC0415

    known = desk.config.directory.clients.get(client)
    if known is None or not known.report_to:
        return f"{client} gets no daily report: `report = {{ to = [..] }}` in the directory would change that"
    due_at = due_on(known, day)
    if due_at > now:
        return f"the report of {day} for {client} is due at {show.moment(due_at, known.zone)} ({known.timezone})"
    return f"{client} got no report for {day}: there was no contact since the one before, or `maild run` has not made it yet"


def _document_row(document: Document, letters: list[Letter]) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "kind": document.kind,
        "client": document.client,
        "date": document.day.isoformat(),
        "year": document.year,
        "number": document.number,
        "cut_at": instant(document.cut_at),
        "entries": list(document.entries),
        **document.facts,
        "letters": [
            {"message_id": letter.message_id, "to": letter.recipient, "subject": subject, "text": text}
            for letter in letters
            for subject, text in [_words_of(letter)]
        ],
    }


def _print_letters(document: Document, letters: list[Letter]) -> None:
    click.echo(
        f"Report {document.number} of {document.year} to {', '.join(show.clean(letter.recipient) for letter in letters)}\n"
    )
    if letters:
        subject, text = _words_of(letters[0])
        click.echo(f"Subject: {show.clean(subject)}\n")
        click.echo("\n".join(show.clean_lines(text)))


def _words_of(letter: Letter) -> tuple[str, str]:
    """Subject and text of a letter as it left."""
    from email import message_from_bytes, policy  # noqa: PLC0415

    mail = message_from_bytes(letter.raw, policy=policy.default)  # our own bytes: nobody else's reach this
    body = mail.get_body(("plain",))
    text = str(body.get_content()).replace("\r\n", "\n") if body else ""
    return str(mail["Subject"] or ""), text
