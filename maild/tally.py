"""What the daemon counts of itself while it runs: plain numbers, which `metrics.py` shows to Prometheus."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta

from maild.store.outbox import ClaimedLetter

LATENCY_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)


class Waits:
    """How long something took: counts by the first limit that was not passed, the last where all were."""

    def __init__(self) -> None:
        self.counts = [0] * (len(LATENCY_SECONDS) + 1)
        self.seconds = 0.0

    def add(self, waited: timedelta) -> None:
        """One more; a clock that was set back counts as nothing."""
        seconds = max(0.0, waited.total_seconds())
        self.counts[bisect_left(LATENCY_SECONDS, seconds)] += 1
        self.seconds += seconds


class Tally:
    """Letters that left, by kind, and how long acks took, in the outbox and since the mail's arrival. Threads may share it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.letters: Counter[str] = Counter()
        self.ack_queue = Waits()
        self.ack_latency = Waits()

    def sent(self, claimed: ClaimedLetter, at: datetime) -> None:
        """Count a letter that was taken."""
        with self._guard:
            self.letters[claimed.letter.kind] += 1
            if claimed.letter.kind == "ack" and claimed.queued_at is not None:
                self.ack_queue.add(at - claimed.queued_at)

    def acked(self, waited: timedelta) -> None:
        """Count a ticket's acknowledgement: from the arrival of its mail at the server to the ack's acceptance."""
        with self._guard:
            self.ack_latency.add(waited)
