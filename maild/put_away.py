"""Recorded mail leaves the queue: what was quarantined goes aside, all else to where done mail lies. It is never in anybody's way.

A folder that takes nothing (its quota, its rights, the server's own trouble with it) leaves its mail in the queue, where memory knows it;
it is tried again with back-off, and the status says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

import structlog

from maild.delivery.retry import server_backoff
from maild.ingest.imap import Mailbox
from maild.ingest.imap_session import MailboxRefused, NotMoved
from maild.store.arrivals import ArrivalState
from maild.store.store import Store

log = structlog.get_logger("mailbox")


class PutAway:
    """Of one mailbox. `tell` is given the trouble in words, '' when it is over."""

    def __init__(self, store: Store, tell: Callable[[str], None]) -> None:
        self._store, self._tell = store, tell
        self._trouble: NotMoved | None = None
        self._failures = 0
        self._again_at = 0.0  # on the steady clock

    def __call__(self, mailbox: Mailbox, states: Mapping[int, ArrivalState], arrival_ids: Sequence[int]) -> None:
        """Put these UIDs away by what became of them. Raises what ends the connection."""
        if not states or monotonic() < self._again_at:
            return
        try:
            self._move(mailbox, states, arrival_ids)
        except NotMoved as trouble:
            self._failures += 1
            pause = server_backoff(self._failures).total_seconds()
            self._trouble, self._again_at = trouble, monotonic() + pause
            self._tell(f"{trouble} ({trouble.advice})")
            log.warning(
                "recorded mail stays in the queue",
                mailbox=mailbox.account.name,
                trouble=str(trouble),
                again_in_seconds=round(pause, 1),
            )
        else:
            if self._trouble:
                self._trouble, self._failures = None, 0
                self._tell("")

    def complain(self) -> None:
        """Raise MailboxRefused where mail could not be put away: for a single round, after which nobody tries again."""
        if self._trouble:
            raise MailboxRefused(str(self._trouble), self._trouble.advice)

    def _move(self, mailbox: Mailbox, states: Mapping[int, ArrivalState], arrival_ids: Sequence[int]) -> None:
        account = mailbox.account
        aside = [uid for uid, state in states.items() if state == ArrivalState.QUARANTINED]
        done = [uid for uid, state in states.items() if state in (ArrivalState.PROCESSED, ArrivalState.DUPLICATE)]
        if aside:
            mailbox.move(aside, account.quarantine)
        if done:
            mailbox.move(done, account.filed)
        if arrival_ids and (aside or done):
            self._store.mark_filed(arrival_ids)
