"""What can go wrong with memory, told apart by what the caller should do about it."""

from __future__ import annotations


class StoreFault(Exception):  # noqa: N818
    """Anything that memory refuses. Nothing of the transaction was kept."""


class Unavailable(StoreFault):
    """The database is gone, full, read-only or locked for too long. Nothing was changed: stop taking mail in and try again later."""


class Stale(StoreFault):
    """Somebody else changed what was judged, or took the work over: read again, judge again."""


class StaleTicket(Stale):
    """A ticket is not at the version it was judged at."""


class StaleBalance(Stale):
    """A client's books moved since their balance was read."""


class StaleHold(Stale):
    """A hold was settled by another mail in the meantime."""


class StaleProposal(Stale):
    """A quote or an offer was answered by another mail in the meantime."""


class StaleDue(Stale):
    """A due moment was moved, or another node has it now."""


class AlreadyJudged(Stale):
    """The arrival is no longer waiting: another node, or an earlier try, has recorded what became of it."""


class AlreadyBooked(StoreFault):
    """The same mail has caused the same booking before: a replay books nothing."""


class AlreadyMade(StoreFault):
    """A document of that kind, client and period exists."""


class AlreadyRunning(StoreFault):
    """Another `maild run` works on this SQLite file."""
