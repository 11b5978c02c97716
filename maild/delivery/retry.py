"""When to try again. Pure: the caller brings the clock and the dice.

A letter is tried often at first, for most troubles last minutes, and given up after five days (RFC 5321, 4.5.4.1). A server that
is away is waited for as a whole, with short steps, because every letter waits with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

STEPS_MINUTES = (1, 2, 5, 10, 20, 40, 60, 120, 240)  # then every four hours
GIVE_UP_AFTER = timedelta(days=5)
ATTEMPTS_LEAST = 12  # however late it is: the clock may have jumped, or the desk was switched off for a week
ATTEMPTS_MOST = 60  # however early: it may have been queued by a clock that ran ahead
SPREAD = 0.2  # of a step, so that letters deferred together do not come back together
SERVER_FIRST_SECONDS = 1.0
SERVER_MAX_SECONDS = 60.0


def next_attempt(attempts: int, first_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """When a letter that was deferred for the `attempts`-th time (1, 2, …) is due again; None: it is given up.

    `first_at` is the first attempt, `jitter` a number from 0 to below 1. The last try is made when the five days end.
    """
    last_at = first_at + GIVE_UP_AFTER
    step = timedelta(minutes=STEPS_MINUTES[min(max(attempts, 1), len(STEPS_MINUTES)) - 1])
    again_at = now + step * (1 + SPREAD * jitter)
    if attempts < ATTEMPTS_LEAST:
        return again_at
    return None if now >= last_at or attempts >= ATTEMPTS_MOST else min(again_at, last_at)


def server_backoff(failures: int, jitter: float = 0.0) -> timedelta:
    """How long to leave a server alone after `failures` failures in a row: 1 s, 2 s, 4 s … 60 s, and up to a fifth more."""
    seconds = min(SERVER_FIRST_SECONDS * 2.0 ** min(max(failures, 1) - 1, 10), SERVER_MAX_SECONDS)
    return timedelta(seconds=seconds * (1 + SPREAD * jitter))
