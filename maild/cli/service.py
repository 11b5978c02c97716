"""`maild run`, `once`, `demo`, `sandbox`, `bench`: what works, or plays at working."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from maild.cli.opened import Faulty, TryAgain, faults_text
from maild.cli.options import config_option, now_option


@click.command()
@config_option
@click.pass_context
def run(ctx: click.Context, config_path: Path) -> None:
    """Watch the mailboxes, keep the promises, send the mail. Stops on SIGTERM, reads its files again on SIGHUP."""
    gc.disable()  # until the daemon is ready: nothing that a start makes is garbage
    with _no_rich_logs():
        from maild import daemon  # noqa: PLC0415

    ctx.exit(_exit_code(lambda: daemon.run(config_path)))


@click.command()
@now_option
@config_option
@click.pass_context
def once(ctx: click.Context, now: datetime | None, config_path: Path) -> None:
    """Handle all mail that is there, do all that is due, deliver the outbox, and exit: 75 where a server was out of reach."""
    with _no_rich_logs():
        from maild import once as round_  # noqa: PLC0415

    ctx.exit(_exit_code(lambda: round_.once(config_path, now)))


@click.command()
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Play a day of two clients in a little mail world on this machine, and show what each person sees."""
    from maild.sandbox import demo as played  # noqa: PLC0415

    ctx.exit(played.play())


@click.command()
@click.pass_context
def sandbox(ctx: click.Context) -> None:
    """Keep a whole little mail world running on this machine, to try it with your own mail client."""
    from maild.sandbox import serve  # noqa: PLC0415

    ctx.exit(serve.serve())


@click.command()
@click.option("--messages", default=5000, show_default=True, help="Mails of the backlog.")
@click.option("--quiet", default=100, show_default=True, help="Mails sent one by one on the quiet desk afterwards.")
@click.option(
    "--bare", default=1500, show_default=True, help="Mails of the bare loop that the backlog is compared with; 0 for none."
)
@click.option("--tickets", default=0, help="Tickets that the database holds already, five messages each, such as 1000000.")
@click.option("--steady", default=0, metavar="SECONDS", help="Then 20 mails a second for so long, such as 600.")
@click.option(
    "--entries", default=0, help="Instead: a ledger of so many entries, such as 1000000; its audit, reports and statements."
)
@click.option("--clients", default=1000, show_default=True, help="Clients of that ledger.")
@click.option("--stored", default=0, help="Then statements once more among so many entries, such as 3000000.")
@click.option("--database", default="", help="Another, empty database's URL; SQLite in a scratch folder where none is given.")
@click.option("--embedded", is_flag=True, help="The embedded IMAP server, even where Debian's Dovecot is installed.")
@click.option(
    "--nodes", default=1, show_default=True, help="Daemons beside one another, on the PostgreSQL that --database names."
)
@click.option(
    "--peers", default="", metavar="PYTHON", help="A Python with Roundup and django-helpdesk: the same mails through theirs."
)
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
@click.pass_context
def bench(
    ctx: click.Context,
    messages: int,
    quiet: int,
    bare: int,
    tickets: int,
    steady: int,
    entries: int,
    clients: int,
    stored: int,
    database: str,
    embedded: bool,
    nodes: int,
    peers: str,
    as_json: bool,
) -> None:
    """Measure on this machine how fast mail becomes tickets and acknowledgements leave, or what a large ledger costs."""
    if nodes > 1 and not database.startswith("postgresql"):
        raise click.UsageError("several nodes need --database postgresql+psycopg://…: SQLite serves one.")
    if entries:
        from maild.bench import ledger  # noqa: PLC0415

        ctx.exit(ledger.bench(entries, clients, stored, database, as_json))
    from maild.bench import measure  # noqa: PLC0415

    plan = measure.Plan(messages, quiet, bare, (tickets, 5 * tickets), steady, database, embedded, peers, nodes=nodes)
    ctx.exit(measure.bench(plan, as_json))


@contextmanager
def _no_rich_logs() -> Iterator[None]:
    """Structlog loads rich where it finds it, a sixth of the daemon's start, for coloured tracebacks that our logs never hold."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # "not installed", as the import system has it
    try:
        yield
    finally:
        del sys.modules["rich"]


def _exit_code(work: Callable[[], int]) -> int:
    """What work returns; a faulty configuration, keys or database in the operator's words."""
    from maild.config import ConfigFaults, SecretUnavailable  # noqa: PLC0415
    from maild.store.faults import Unavailable  # noqa: PLC0415

    try:
        return work()
    except ConfigFaults as faults:
        raise Faulty(faults_text(faults.faults)) from None
    except SecretUnavailable as fault:
        raise Faulty(str(fault)) from None
    except Unavailable as fault:
        raise TryAgain(f"the database is out of reach: {fault}. `maild check` says more.") from None
