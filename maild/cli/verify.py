"""`maild verify`: every entry priced again, every sum added again, every document held against the books and made anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli import show
from maild.cli.opened import Opened, opened
from maild.cli.options import reading

if TYPE_CHECKING:
    from maild.cli.client_audit import Audited
    from maild.desk.directory import Desk, Directory
    from maild.ledger.audit import Discrepancy
    from maild.ledger.balance import Balance
    from maild.ledger.work import Terms
    from maild.store.store import Store

STILL_TRIES = 20  # to read heads, balances and tickets while nobody books
SHARED_FROM = 20_000  # entries: fewer are judged before a second process has started
MADE_AGAIN = 100  # acts typeset anew, at 10 to 90 ms each: of more, so many by chance, others each time


@click.command()
@reading
@click.option("--documents", is_flag=True, help=f"Typeset every act anew, not {MADE_AGAIN} of them by chance.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool, config_path: Path, documents: bool) -> None:
    """Audit the whole ledger and all documents; exit 1 and a list where anything does not agree.

    It may run beside the daemon: what is booked meanwhile is left for the next time. A large ledger is shared among processes,
    one a processor.
    """
    with opened(config_path) as desk:
        done = audited(desk, config_path, every_act=documents)
    found = done.found
    if as_json:
        rows = [{"kind": each.kind, "entry": each.entry or None, "text": each.text} for each in found]
        counts = {"entries": done.entries, "documents": done.documents, "acts": done.acts, "rendered_again": done.made_again}
        show.print_json({**counts, "discrepancies": rows})
    else:
        show_rows = ((each.kind, each.entry or "", each.text) for each in found)
        if found:
            show.print_table(("Kind", "Entry", "What"), show_rows, right=("Entry",))
        looked_at = f"{show.counted(done.entries, 'entry', 'entries')}, {show.counted(done.documents, 'document')}"
        if done.acts:
            some = done.made_again < done.acts
            by_chance = ", by chance; all of them: --documents" if some else ""
            looked_at += f" ({done.made_again} of {show.counted(done.acts, 'act')} made again{by_chance})"
        verdict = show.counted(len(found), "discrepancy", "discrepancies") if found else "all agrees"
        click.echo(f"{looked_at}: {verdict}.")
    ctx.exit(1 if found else 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the entries must lead to, all read while nobody booked."""

    heads: dict[str, tuple[int, str]]  # client -> (entries, hash of the last)
    balances: list[Balance]
    tickets: dict[int, tuple[int, int]]  # number -> minutes worked and charged, as kept


def snapshot(store: Store) -> Snapshot:
    """Read it; again where somebody booked meanwhile."""
    for _ in range(STILL_TRIES):
        heads = store.chain_heads()
        taken = Snapshot(heads, store.balances(), store.ticket_minutes())
        if store.chain_heads() == heads:
            break
    return taken


def audited(desk: Opened, config_path: Path, every_act: bool = True) -> Audited:
    """Audit a whole desk: clients in as many processes as there are processors, then what concerns them all."""
    from random import SystemRandom  # noqa: PLC0415  (most commands draw no lots)

    from maild.cli import document_audit  # noqa: PLC0415
    from maild.cli.client_audit import audit_clients  # noqa: PLC0415
    from maild.cli.shared_audit import in_processes, progress  # noqa: PLC0415
    from maild.ledger.chain import GENESIS  # noqa: PLC0415

    store = desk.store
    still = snapshot(store)
    counted = store.entries_by_client()
    papers = store.document_numbers()
    clients = still.heads.keys() | counted.keys() | {client for _, client, _, _ in papers}
    heads = {client: still.heads.get(client, (0, GENESIS)) for client in clients}
    acts = sorted((year, number) for kind, _, year, number in papers if kind == "act")
    again = None if every_act or len(acts) <= MADE_AGAIN else frozenset(SystemRandom().sample(acts, MADE_AGAIN))
    total = sum(count for count, _ in heads.values())
    processes = len(os.sched_getaffinity(0))
    with progress(total) as tick:
        if total < SHARED_FROM or processes < 2:
            done = audit_clients(store, terms_reader(store, desk.config.desk), heads, still.balances, tick, again)
        else:
            done = in_processes(processes, config_path, heads, still.balances, tick, again)
    done.found += _beyond(heads, counted, store.chain_heads())
    done.found += _tickets(still.tickets, done)
    done.found += document_audit.numbering(papers)
    done.acts = len(acts)
    return done


def _beyond(
    heads: dict[str, tuple[int, str]], counted: dict[str, int], now: dict[str, tuple[int, str]]
) -> Iterator[Discrepancy]:
    """Entries that no chain knows even now were slipped in."""
    from maild.ledger.audit import Discrepancy  # noqa: PLC0415

    for client, count in sorted(counted.items()):
        known = max(now.get(client, (0, ""))[0], heads[client][0])
        if count > known:
            yield Discrepancy("chain", 0, f"{client}: {count} entries, but its chain has {known}")


def _tickets(tickets: Mapping[int, tuple[int, int]], done: Audited) -> Iterator[Discrepancy]:
    """A ticket's minutes are the sums of its entries."""
    from maild.ledger.audit import Discrepancy  # noqa: PLC0415

    worked, charged = done.worked, done.charged
    for number, kept in tickets.items():
        added = (worked.pop(number, 0), charged.pop(number, 0))
        if kept != added:
            said = f"#{number}: kept as {kept[0]} worked, {kept[1]} charged; its entries give {added[0]} and {added[1]}"
            yield Discrepancy("ticket", 0, said)
    for number in sorted(number for number, minutes in worked.items() if minutes or charged[number]):
        yield Discrepancy("ticket", 0, f"entries name #{number}, which is not there")


def terms_reader(store: Store, desk: Desk) -> Callable[[str, str], Terms | None]:
    """(client, directory version) -> the terms that were kept with it; None where they are gone or cannot be read."""
    directories: dict[str, Directory | None] = {}

    def terms_of(client: str, version: str) -> Terms | None:
        if version not in directories:
            directories[version] = _directory(store, desk, version)
        directory = directories[version]
        return terms(directory, client) if directory else None

    return terms_of


def terms(directory: Directory, client: str) -> Terms | None:
    """What a client and the desk had agreed on by a directory."""
    from maild.desk.terms import terms_of  # noqa: PLC0415

    owner = directory.clients.get(client)
    return terms_of(owner, directory) if owner else None


def _directory(store: Store, desk: Desk, version: str) -> Directory | None:
    from maild.config import ConfigFaults, read_directory  # noqa: PLC0415

    text = store.directory_text(version)
    try:
        return read_directory(text, f"version {version[:12]}", desk) if text is not None else None
    except ConfigFaults as faults:
        click.echo(f"terms of version {version[:12]} cannot be read by this program: {faults}", err=True)
        return None
