"""Who watches a mailbox: one node at a time, until it gives the mailbox back or dies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from time import monotonic

from maild.store.faults import Unavailable
from maild.store.store import Store

LEASE_SECONDS = 30.0
RENEW_AFTER_SECONDS = LEASE_SECONDS / 4


class MailboxLease:
    """Of one mailbox; the machine's clock, for leases are compared among machines."""

    def __init__(self, store: Store, mailbox: str, clock: Callable[[], datetime]) -> None:
        self._store, self._name, self._clock = store, f"mailbox:{mailbox}", clock
        self._fence: int | None = None
        self._renew_at = 0.0  # on the steady clock

    def hold(self) -> bool:
        """Take it or keep it: another node that watches this mailbox has it until it dies. Raises Unavailable."""
        if self._fence is not None and monotonic() < self._renew_at:
            return True
        now = self._clock()
        if self._fence is not None and not self._store.renew_lease(self._name, self._fence, now, LEASE_SECONDS):
            self._fence = None
        if self._fence is None:
            self._fence = self._store.take_lease(self._name, now, LEASE_SECONDS)
        self._renew_at = monotonic() + RENEW_AFTER_SECONDS
        return self._fence is not None

    def give_back(self) -> None:
        """At the end of a watch."""
        if self._fence is not None:
            with suppress(Unavailable):  # it ends by itself soon
                self._store.give_back_lease(self._name, self._fence, self._clock())
