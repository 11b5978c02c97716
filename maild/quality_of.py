"""A period as the manager's page looks at it: read from memory by index, then counted."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from maild.desk.incoming import Rules
from maild.desk.promise import ack_target
from maild.reports import manager
from maild.reports.quality import Counted, quality
from maild.store.store import Store


def look(store: Store, first: date, last: date, rules: Rules, now: datetime) -> manager.Look:
    """The figures of local days, both included, and the tickets that stand out at this moment."""
    start, end = manager.bounds(first, last, rules)
    before, _ = manager.bounds(first - (last - first) - timedelta(days=1), first, rules)
    counted = Counted(
        start,
        end,
        store.promises_ended(start, end),
        store.opened(start, end),
        store.said(start, end),
        store.minutes(start, end),
        Counter(each.cause for each in store.opened(before, start)),
    )
    figures = quality(counted, lambda client, at: ack_target(rules.directory, client, at), rules.desk.zone)
    return manager.Look(
        first,
        last,
        figures,
        store.awaiting(manager.LISTED + 1),
        store.unanswered_again(manager.LISTED + 1),
        store.unconfirmed(manager.LISTED + 1),
        now,
    )
