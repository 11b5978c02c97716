"""Letters that a server has put off, each until a time of its own: worth a try as soon as it takes letters again. Pure.

A full disk or a filter that is down refuses everybody for an hour, and what was refused often waits hours then (retry.py). A letter that
the server minds for itself must not be tried with each one that passes: it is brought forward a few times in all.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from maild.delivery.outcome import Deferred, Delivered, Outcome, ServerAway

RESTED = timedelta(seconds=20)  # since it was put off: what passes at once is no news
BROUGHT_FORWARD_MOST = 3  # times a letter


class PutOff:
    """What one connection has seen of a server."""

    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}
        self._times: Counter[int] = Counter()

    def mark(self, letter_id: int, outcome: Outcome, now: datetime) -> list[int]:
        """Remember what became of a letter; returns the ids of those that should be tried at once."""
        if isinstance(outcome, ServerAway):  # waited for as a whole already
            return []
        self._since.pop(letter_id, None)
        if isinstance(outcome, Deferred) and not outcome.of_recipient:
            self._since[letter_id] = now
        if not isinstance(outcome, Delivered):
            return []
        del self._times[letter_id]
        rested = [each for each, since in self._since.items() if now - since >= RESTED]
        for each in rested:
            del self._since[each]
        again = [each for each in rested if self._times[each] < BROUGHT_FORWARD_MOST]
        self._times.update(again)
        return again
