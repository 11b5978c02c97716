"""What the daemon counts of itself while it runs: plain numbers, which `metrics.py` shows to Prometheus."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from datetime import datetime

from maild.store.outbox import ClaimedLetter

LATENCY_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)


class Tally:
    """Letters that left, by kind, and how long acks waited in the outbox. Threads may share it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.letters: Counter[str] = Counter()
        self.ack_counts = [0] * (len(LATENCY_SECONDS) + 1)  # by the first limit that was not passed; the last: all were
        self.ack_seconds = 0.0

    def sent(self, claimed: ClaimedLetter, at: datetime) -> None:
        """Count a letter that was taken."""
        with self._guard:
            self.letters[claimed.letter.kind] += 1
            if claimed.letter.kind == "ack" and claimed.queued_at is not None:
                waited = max(0.0, (at - claimed.queued_at).total_seconds())
                self.ack_counts[bisect_left(LATENCY_SECONDS, waited)] += 1
                self.ack_seconds += waited
