"""A process's sign of life, in a thread of its own: no slow report and no slow server may make a living node look dead."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

from maild.clock import SharedClock
from maild.store.faults import StoreFault
from maild.store.nodes import BEAT_SECONDS
from maild.store.store import Store

log = structlog.get_logger("node")


class Heart:
    """Beats until it is stopped; takes over from nodes that have fallen silent and calls `took_over`."""

    def __init__(self, store: Store, clock: SharedClock, took_over: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._clock = clock
        self._took_over = took_over
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Heart:
        self._beat()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """A clean stop: nobody needs to wait for this node's silence."""
        self._stop.set()
        self._thread.join(BEAT_SECONDS)
        with suppress(StoreFault):  # its silence will tell the others too
            self._store.farewell()

    def _run(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            self._beat()

    def _beat(self) -> None:
        try:
            self._clock.look()
            self._store.beat(self._clock())
            for dead in self._store.reap(self._clock()):
                log.warning("node fell silent: its work is taken over", node=dead)
                self._took_over()
        except StoreFault as trouble:
            log.warning("no sign of life could be given", trouble=str(trouble))
        except Exception:
            log.exception("the heart stumbled")
