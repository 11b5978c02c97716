"""A large audit in several processes: clients are dealt out by how many entries they have; progress and findings come back by pipe."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import cast

from maild.cli.client_audit import Again, Audited, Head, audit_clients
from maild.cli.opened import Wrong, opened
from maild.ledger.balance import Balance

Tick = Callable[[int], None]


@contextmanager
def progress(total: int) -> Iterator[Tick]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda entries: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Entries", total=total)
        yield lambda entries: bar.advance(task, entries)


def dealt(heads: Mapping[str, Head], hands: int) -> list[dict[str, Head]]:
    """Clients in so many hands of about as many entries each, the largest first."""
    found: list[dict[str, Head]] = [{} for _ in range(hands)]
    sizes = [0] * hands
    for client, head in sorted(heads.items(), key=lambda item: (-item[1][0], item[0])):
        least = sizes.index(min(sizes))
        found[least][client] = head
        sizes[least] += head[0] + 1
    return found


def in_processes(
    processes: int, config_path: Path, heads: Mapping[str, Head], balances: Sequence[Balance], tick: Tick, again: Again
) -> Audited:
    """Audit clients in processes of their own. Raises Wrong where one of them ended without an answer."""
    context = multiprocessing.get_context("spawn")  # an open database is not to be shared by a fork
    waiting: dict[Connection, multiprocessing.process.BaseProcess] = {}
    for hand in dealt(heads, processes):
        ours, theirs = context.Pipe(duplex=False)
        kept = [balance for balance in balances if balance.client in hand]
        worker = context.Process(target=_audit, args=(config_path, hand, kept, again, theirs), daemon=True)
        worker.start()
        theirs.close()
        waiting[ours] = worker
    done = Audited()
    while waiting:
        for pipe in cast(list[Connection], wait(list(waiting))):
            try:
                told = pipe.recv()
            except EOFError:
                raise Wrong("a part of the audit ended before it was done: run it again") from None
            if isinstance(told, int):
                tick(told)
                continue
            done.join(told)
            waiting.pop(pipe).join()
    return done


def _audit(config_path: Path, heads: dict[str, Head], balances: list[Balance], again: Again, pipe: Connection) -> None:
    """One process's part."""
    from maild.cli.verify import terms_reader  # noqa: PLC0415

    gc.freeze()
    gc.disable()  # entries come and go by the thousand, and none of them is in a circle
    with opened(config_path) as desk:
        pipe.send(audit_clients(desk.store, terms_reader(desk.store, desk.config.desk), heads, balances, pipe.send, again))
    pipe.close()
