"""What is said to one mailbox while its mails are judged: one thread, one command after another.

The server reads out the next messages and moves the last ones while this machine decides; the connection still hears one command at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Batch = TypeVar("Batch")


class Errands:
    """Given by one thread. Nobody else may use the connection until `done` or `drop` has returned."""

    def __init__(self, runs: Executor | None = None) -> None:
        self._runs = runs or ThreadPoolExecutor(1, "errands")
        self._owed: list[Future[None]] = []

    def ahead(self, batches: Generator[Batch, None, None]) -> Generator[Batch, None, None]:
        """The same batches, each fetched while the caller is busy with the one before. Raises what fetching raises."""
        coming = self._runs.submit(next, batches, None)
        try:
            while (batch := coming.result()) is not None:
                coming = self._runs.submit(next, batches, None)
                yield batch
        finally:
            wait([coming])  # a generator that runs cannot be closed
            batches.close()

    def give(self, errand: Callable[[], None]) -> None:
        """Do this after what was asked for before. Raises what an errand before it has raised, and then this one is not done."""
        self.done()
        self._owed.append(self._runs.submit(errand))

    def done(self) -> None:
        """Wait for what was given. Raises what it has raised."""
        while self._owed:
            self._owed.pop().result()

    def drop(self) -> None:
        """Wait for what has begun, forget the rest. Raises nothing: the connection is given up."""
        for each in self._owed:
            each.cancel()
        wait(self._owed)
        self._owed.clear()

    def close(self) -> None:
        """End the thread."""
        self._runs.shutdown(cancel_futures=True)
