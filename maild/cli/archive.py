"""`maild import`: bring an archive of mail in."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from maild.cli import show
from maild.cli.opened import Faulty, TryAgain, faults_text
from maild.cli.options import config_option, json_option

ROWS = ("processed", "known", "quarantined", "waiting")


@click.command("import")
@click.argument("kind", type=click.Choice(["mbox", "maildir"]))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@json_option
@config_option
@click.pass_context
def import_(ctx: click.Context, kind: str, paths: tuple[Path, ...], as_json: bool, config_path: Path) -> None:
    """Bring old mail in as closed tickets: nothing is sent, nothing is booked. May be run again.

    The mails are put into threads, oldest first, and kept as they came. A mail that is here already, from an earlier run or from a
    mailbox, is left alone.
    """
    from maild.config import ConfigFaults, SecretUnavailable  # noqa: PLC0415
    from maild.ingest.archive_files import NoArchiveError  # noqa: PLC0415
    from maild.store.faults import Unavailable  # noqa: PLC0415

    try:
        counted = _bring_in(kind, paths, config_path)
    except NoArchiveError as fault:
        raise click.UsageError(str(fault)) from None
    except ConfigFaults as faults:
        raise Faulty(faults_text(faults.faults)) from None
    except SecretUnavailable as fault:
        raise Faulty(str(fault)) from None
    except Unavailable as fault:
        raise TryAgain(f"the database is out of reach: {fault}. What was taken in stays; run it again.") from None
    told = {name: counted[name] for name in ROWS}
    if as_json:
        show.print_json(told)
        return
    click.echo(
        f"{told['processed']} mails taken in, {told['known']} were here already, {told['quarantined']} could not be read"
        + (f", {told['waiting']} wait for `maild run`" if told["waiting"] else "")
        + "."
    )
    if told["quarantined"]:
        click.echo("`maild quarantine list` names what could not be read.")


def _bring_in(kind: str, paths: tuple[Path, ...], config_path: Path) -> Counter[str]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    from maild import archive, logs  # noqa: PLC0415
    from maild.ingest.archive_files import maildir_places, mbox_places  # noqa: PLC0415
    from maild.service import Service  # noqa: PLC0415

    logs.configure()
    find = mbox_places if kind == "mbox" else maildir_places
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Looking over", total=None)
        places = []
        for path in paths:
            for place in find(path):
                places.append(place)
                bar.update(task, completed=len(places))
        service = Service(config_path)
        try:
            bar.update(task, description="Taking in", total=len(places), completed=0)
            counted = archive.bring_in(places, service.pipeline, service.clock(), lambda n: bar.advance(task, n))
        finally:
            service.close()
    counted["waiting"] = counted.pop("kept", 0)
    return counted
