"""`maild verify`: every entry priced again, every sum added again, every report that was sent held against the books."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli import show
from maild.cli.opened import Opened, opened
from maild.cli.options import reading

if TYPE_CHECKING:
    from maild.desk.directory import Desk, Directory
    from maild.desk.ticket import Ticket
    from maild.ledger.audit import Discrepancy
    from maild.ledger.balance import Balance
    from maild.ledger.chain import Link
    from maild.ledger.entry import Entry
    from maild.ledger.work import Terms
    from maild.store.store import Store

STILL_TRIES = 20  # to read heads, balances and tickets while nobody books


@click.command()
@reading
@click.pass_context
def verify(ctx: click.Context, as_json: bool, config_path: Path) -> None:
    """Audit the whole ledger and all documents; exit 1 and a list where anything does not agree.

    It may run beside the daemon: what is booked meanwhile is left for the next time.
    """
    with opened(config_path) as desk:
        ledger = _Ledger(desk)
        found = list(ledger.discrepancies())
    if as_json:
        rows = [{"kind": each.kind, "entry": each.entry or None, "text": each.text} for each in found]
        show.print_json({"entries": ledger.count, "documents": ledger.documents, "discrepancies": rows})
    else:
        show_rows = ((each.kind, each.entry or "", each.text) for each in found)
        if found:
            show.print_table(("Kind", "Entry", "What"), show_rows, right=("Entry",))
        looked_at = f"{show.counted(ledger.count, 'entry', 'entries')}, {show.counted(ledger.documents, 'document')}"
        verdict = show.counted(len(found), "discrepancy", "discrepancies") if found else "all agrees"
        click.echo(f"{looked_at}: {verdict}.")
    ctx.exit(1 if found else 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the entries must lead to, all read while nobody booked."""

    heads: dict[str, tuple[int, str]]  # client -> (entries, hash of the last)
    balances: list[Balance]
    tickets: list[Ticket]


def snapshot(store: Store) -> Snapshot:
    """Read it; again where somebody booked meanwhile."""
    for _ in range(STILL_TRIES):
        heads = store.chain_heads()
        taken = Snapshot(heads, store.balances(), store.tickets())
        if store.chain_heads() == heads:
            break
    return taken


@dataclass
class _Ledger:
    """One audit of one desk."""

    desk: Opened
    count: int = 0
    documents: int = 0
    seen: Counter[str] = field(default_factory=Counter)  # entries of each client
    worked: Counter[int] = field(default_factory=Counter)  # minutes by ticket
    charged: Counter[int] = field(default_factory=Counter)
    unreadable: str = ""  # why the entries could not be read to their end

    def discrepancies(self) -> Iterator[Discrepancy]:
        """Everything that is wrong: the entries first, then their sums, then documents."""
        from maild.cli import document_audit  # noqa: PLC0415
        from maild.ledger.audit import Discrepancy, audit  # noqa: PLC0415

        store = self.desk.store
        still = snapshot(store)
        total = sum(count for count, _ in still.heads.values())
        by_id = _by_id(store)
        links = _with_progress(self._until(still, store.links()), total)
        heads = {client: last for client, (_, last) in still.heads.items()}
        terms_of = terms_reader(store, self.desk.config.desk)
        yield from audit(links, terms_of=terms_of, entry_by_id=by_id, heads=heads, balances=still.balances)
        if self.unreadable:
            yield Discrepancy("unreadable", 0, f"{self.unreadable}; what comes after it was not audited")
        yield from self._beyond(still, store.chain_heads())
        yield from self._tickets(still.tickets)
        documents = [d for each in store.documents() if (d := store.document(each.kind, each.client, each.period))]
        self.documents = len(documents)
        yield from document_audit.audit(documents, self._covered)

    def _until(self, still: Snapshot, links: Iterable[Link]) -> Iterator[Link]:
        """The entries up to the heads of the snapshot; later ones are counted only."""
        try:
            for each in links:
                entry = each.entry
                self.seen[entry.client] += 1
                if self.seen[entry.client] > still.heads.get(entry.client, (0, ""))[0]:
                    continue
                self.count += 1
                if entry.ticket:
                    self.worked[entry.ticket] += entry.worked_minutes
                    self.charged[entry.ticket] += entry.charged_minutes
                yield each
        except ValueError as damaged:  # a row that is no entry at all
            self.unreadable = str(damaged)

    def _covered(self, numbers: Sequence[int]) -> list[Entry]:
        """The entries that a document covers; none where one of them cannot be read."""
        try:
            return self.desk.store.entries_by_id(numbers)
        except ValueError:
            return []

    def _beyond(self, still: Snapshot, heads: dict[str, tuple[int, str]]) -> Iterator[Discrepancy]:
        """Entries that no chain knows even now were slipped in."""
        from maild.ledger.audit import Discrepancy  # noqa: PLC0415

        for client, count in sorted(self.seen.items()):
            known = max(heads.get(client, (0, ""))[0], still.heads.get(client, (0, ""))[0])
            if count > known:
                yield Discrepancy("chain", 0, f"{client}: {count} entries, but its chain has {known}")

    def _tickets(self, tickets: Iterable[Ticket]) -> Iterator[Discrepancy]:
        """A ticket's minutes are the sums of its entries."""
        from maild.ledger.audit import Discrepancy  # noqa: PLC0415

        for ticket in tickets:
            kept = (ticket.worked_minutes, ticket.charged_minutes)
            added = (self.worked.pop(ticket.number, 0), self.charged.pop(ticket.number, 0))
            if kept != added:
                said = (
                    f"#{ticket.number}: kept as {kept[0]} worked, {kept[1]} charged; its entries give {added[0]} and {added[1]}"
                )
                yield Discrepancy("ticket", 0, said)
        for number in sorted(number for number, minutes in self.worked.items() if minutes or self.charged[number]):
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


def _by_id(store: Store) -> Callable[[int], Entry | None]:
    def find(number: int) -> Entry | None:
        try:
            return next(iter(store.entries_by_id([number])), None)
        except ValueError:  # as good as gone
            return None

    return find


def _with_progress(links: Iterator[Link], total: int) -> Iterator[Link]:
    """The same, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from links
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import track  # noqa: PLC0415

    yield from track(links, "Entries", total=total, console=Console(stderr=True), transient=True)
