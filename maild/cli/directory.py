"""`maild directory plan|apply|export`: what a changed clients.toml would change, and the terms as they were applied."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened
from maild.cli.options import config_option, reading

if TYPE_CHECKING:
    from maild.config_diff import Change
    from maild.desk.directory import Directory

MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.group()
@config_option
def directory(config_path: Path) -> None:
    """Compare, apply and export the terms of clients.toml."""


@directory.command()
@reading
def plan(as_json: bool, config_path: Path) -> None:
    """Show what the file would change against the terms that were applied last."""
    with opened(config_path) as desk:
        version, changes = _changes(desk)
        if as_json:
            to = desk.config.directory.version
            show.print_json({"from": version, "to": to, "changes": [change.as_json() for change in changes]})
        else:
            _print_changes(version, changes)


@directory.command()
@reading
def apply(as_json: bool, config_path: Path) -> None:
    """Keep the file's terms as those in force. `maild run` does so at its start and on SIGHUP, and works by them then."""
    with opened(config_path, writes=True) as desk:
        version, changes = _changes(desk)
        config = desk.config
        desk.store.remember_directory(config.directory.version, config.directory_text, datetime.now(UTC))
        if as_json:
            to = config.directory.version
            show.print_json({"from": version, "to": to, "applied": True, "changes": [change.as_json() for change in changes]})
            return
        _print_changes(version, changes)
        click.echo(f"Applied as version {config.directory.version[:12]}. A running daemon takes it up on SIGHUP.")


@directory.command("export")
@click.option("--version", "wanted", metavar="DIGEST", help="An earlier version, by the beginning of its digest.")
@reading
def export_(wanted: str | None, as_json: bool, config_path: Path) -> None:
    """Print the terms as they were applied: the file's own text."""
    from maild.ledger.rows import instant  # noqa: PLC0415

    with opened(config_path) as desk:
        versions = [(v, at) for v, at in desk.store.directory_versions() if v.startswith(wanted or "")]
        if not versions:
            raise Wrong(
                f"no terms of version {wanted} were applied" if wanted else "no terms were applied yet: `maild directory apply`"
            )
        version, at = versions[-1]
        text = desk.store.directory_text(version) or ""
        if as_json:
            show.print_json({"version": version, "at": instant(at), "text": text})
        else:
            click.echo(text, nl=False)


def _changes(desk: Opened) -> tuple[str | None, tuple[Change, ...]]:
    """The version that was applied last (None: none was), and what the file changes in it."""
    from maild.config_diff import diff  # noqa: PLC0415

    versions = desk.store.directory_versions()
    version = versions[-1][0] if versions else None
    if version == desk.config.directory.version:
        return version, ()
    return version, diff(_read(desk, version) if version else None, desk.config.directory)


def _read(desk: Opened, version: str) -> Directory | None:
    """The terms of a version; None, said aloud, where this program cannot read them any more."""
    from maild.config import ConfigFaults, read_directory  # noqa: PLC0415

    try:
        return read_directory(desk.store.directory_text(version) or "", f"version {version[:12]}", desk.config.desk)
    except ConfigFaults as faults:
        click.echo(f"The terms applied last cannot be read any more, so all is shown as new: {faults}", err=True)
        return None


def _print_changes(version: str | None, changes: tuple[Change, ...]) -> None:
    if version is None:
        click.echo("No terms were applied yet; all of the file is new.")
    for change in changes:
        click.echo(f"{MARKS[change.change]} {show.clean(change)}")
    if not changes:
        click.echo("Nothing changes.")
