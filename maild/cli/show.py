"""Printing: JSON that is ASCII and stable for programs, tables for people. No stranger's escape sequence reaches the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

Row = Mapping[str, Any]
PIPE_COLUMNS = 100_000  # a pipe has no edge: nothing is cut or wrapped there


def print_json(value: Any) -> None:
    """One JSON value in ASCII."""
    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=1))


def print_json_rows(rows: Iterable[Row]) -> None:
    """A JSON list, a row a line, written as the rows come: a long ledger needs no memory."""
    between = "[\n"
    for row in rows:
        click.echo(between + json.dumps(row, ensure_ascii=True, allow_nan=False), nl=False)
        between = ",\n"
    click.echo("[]" if between == "[\n" else "\n]")


def clean(text: object, characters_max: int = 0) -> str:
    """A text on one line with nothing that a terminal would obey."""
    shown = "".join(c if c.isprintable() else " " if c in "\t\n\r" else "\N{REPLACEMENT CHARACTER}" for c in str(text)).strip()
    return shown[: characters_max - 1] + "…" if 0 < characters_max < len(shown) else shown


def clean_lines(text: str) -> Iterator[str]:
    """The lines of a text, each safe for a terminal."""
    return (clean_line(line) for line in text.splitlines())


def clean_line(line: str) -> str:
    """One line; its indentation stays."""
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line).rstrip()


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = (), empty: str = "") -> None:
    """A table for people; `right` names the columns of figures. `empty` is said where there is no row."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    body = [[clean("" if cell is None else cell) for cell in row] for row in rows]
    if not body:
        click.echo(empty or "Nothing.")
        return
    aligned = {*right}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, justify="right" if head in aligned else "left", overflow="fold")
    for row in body:
        table.add_row(*map(Text, row))
    wide = None if sys.stdout.isatty() else PIPE_COLUMNS
    console = Console(file=sys.stdout, width=wide, highlight=False, markup=False, emoji=False)
    console.print(table)


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """An instant by the desk's clock: 2026-11-23 18:04; nothing for None."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else ""


def hours(minutes: int) -> str:
    """Minutes as people read them: 570 (9:30)."""
    sign, count = ("-" if minutes < 0 else ""), abs(minutes)
    return f"{minutes} ({sign}{count // 60}:{count % 60:02})" if count >= 60 else str(minutes)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 entry", "2 entries"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
