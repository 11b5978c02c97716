"""`maild check`: everything that would keep the desk from working, all at once, each with what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from maild.cli import check_staff, show
from maild.cli.finding import Finding, Level
from maild.cli.options import reading

MARKS = {Level.OK: "  ok  ", Level.WARNING: " mind ", Level.FAULT: " MEND "}


@click.group(invoke_without_command=True)
@click.option("--offline", is_flag=True, help="Look at the files alone.")
@click.option("--no-mail", is_flag=True, help="Do not write to support+check@ to see whether it comes.")
@click.option(
    "--probe-mx", metavar="HOST", help="Send a forged Authentication-Results through [lmtp:]HOST[:PORT], as outsiders would."
)
@reading
@click.pass_context
def check(ctx: click.Context, offline: bool, no_mail: bool, probe_mx: str | None, as_json: bool, config_path: Path) -> None:
    """Look at the configuration, templates, database, IMAP, SMTP, and mail to itself; exit 1 where something must be mended.

    `check staff` asks each person of the desk for one word and shows which proofs their answers bear.
    """
    if ctx.invoked_subcommand:
        return
    found: list[Finding] = []
    for each in findings(config_path, offline=offline, mail=not no_mail, probe_mx=probe_mx):
        found.append(each)
        if not as_json:
            _print(each)
    faults = sum(each.level is Level.FAULT for each in found)
    if as_json:
        show.print_json({"findings": [each.as_json() for each in found], "faults": faults})
    else:
        click.echo(f"\n{faults} to mend." if faults else "\nNothing to mend.")
    ctx.exit(1 if faults else 0)


check.add_command(check_staff.staff)


def findings(config_path: Path, *, offline: bool, mail: bool, probe_mx: str | None = None) -> Iterator[Finding]:
    """Everything there is to find, as it is found. Mail to itself is the last: it needs all the rest."""
    from maild.cli import check_files, check_mail, check_servers  # noqa: PLC0415

    usable, found = check_files.read(config_path)
    faults = 0
    for each in chain(found, check_files.look(usable, offline), () if offline else check_servers.visit(usable)):
        faults += each.level is Level.FAULT
        yield each
    if mail and not offline and not faults and usable.config and usable.config.mailboxes:
        yield from check_mail.mail_itself(usable.config)
    if probe_mx and not offline and usable.config and usable.config.mailboxes:
        from maild.cli import check_mx  # noqa: PLC0415

        yield from check_mx.probe(usable.config, probe_mx)


def _print(each: Finding) -> None:
    click.secho(f"[{MARKS[each.level]}]", fg={Level.FAULT: "red", Level.WARNING: "yellow"}.get(each.level, "green"), nl=False)
    click.echo(f" {show.clean(each.what)}")
    if each.advice:
        click.echo(f"         {show.clean(each.advice)}")
