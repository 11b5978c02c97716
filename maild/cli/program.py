"""The command line: parse, call, print. Commands import what they need when they run, so that `maild --help` costs nothing.

Exit codes: 0 done, 1 found something wrong, 2 misuse or a faulty configuration, 75 try again later (EX_TEMPFAIL).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from maild import __version__
from maild.cli import (
    act,
    archive,
    backup,
    books,
    check,
    directory,
    documents,
    explain,
    export,
    faq,
    keys,
    people,
    plans,
    reading,
    service,
    status,
    verify,
    waiting,
)
from maild.cli.options import config_option

SECTIONS: Mapping[str, tuple[click.Command, ...]] = {
    "The daemon": (service.run, service.once, check.check, status.status),
    "Tickets": (reading.tickets, reading.ticket, faq.faq),
    "Books": (books.time, books.balance, books.statement, documents.report, act.act, plans.plans, export.export, verify.verify),
    "Keeping the desk": (
        *(directory.directory, waiting.quarantine, waiting.outbox, keys.key, people.staff, archive.import_),
        *(backup.backup, backup.restore),
    ),
    "To try it": (explain.explain, service.demo, service.sandbox, service.bench),
}


class Sectioned(click.Group):
    """A group whose help tells its commands by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section with its commands in the order in which they are needed."""
        width = formatter.width - 6 - max(len(name) for name in self.commands)
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(str(each.name), each.get_short_help_str(width)) for each in commands])


@click.group(cls=Sectioned, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", prog_name="maild")
@config_option
@click.pass_context
def maild(ctx: click.Context, config_path: Path) -> None:
    """A help desk worked wholly by mail, with books of the time that was spent.

    Reading commands take --json for other programs and --config PATH (or MAILD_CONFIG) where the configuration
    is not config/maild.toml. Exit codes: 0 done, 1 found something wrong, 2 misuse, 75 try again later.
    """


for _section in SECTIONS.values():
    for _command in _section:
        maild.add_command(_command)
