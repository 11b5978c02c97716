"""One clock for all nodes: the database's, where they share one; the machine's else.

Leases and deadlines of several machines must not depend on whose clock runs ahead. Between two looks at the database time goes on by
the machine's steady clock, so that a step of its wall clock is never seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic


class SharedClock:
    """Called, it tells the instant in UTC. `look` asks the database again; None from there means: the machine's clock counts."""

    def __init__(
        self, machine: Callable[[], datetime], shared: Callable[[], datetime | None], steady: Callable[[], float] = monotonic
    ) -> None:
        self._machine = machine
        self._shared = shared
        self._steady = steady
        self._seen: tuple[datetime, float] | None = None
        self._guard = threading.Lock()

    def __call__(self) -> datetime:
        """Now."""
        seen = self._seen
        if seen is None:
            return self._machine()
        at, steady = seen
        return at + timedelta(seconds=self._steady() - steady)

    def look(self) -> None:
        """Set it by the database's. Raises Unavailable."""
        with self._guard:
            asked = self._steady()
            told = self._shared()
            self._seen = None if told is None else (told, (asked + self._steady()) / 2)
