"""Moments that may be seen to together with one that has come: this node's own, and those that nobody has claimed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from maild.store.dues import ClaimedDue
from maild.store.engine import Database
from maild.store.rows import pairs_from
from maild.store.schema_work import due


def near_dues(database: Database, what: str, until: datetime, limit: int) -> list[ClaimedDue]:
    """Moments of a kind up to an instant, earliest first, as they stand: nothing is claimed.

    `Tx.finish_due` takes them as it takes claimed ones: where another node has claimed or moved one since, StaleDue undoes all.
    """
    free = due.c.lease_until.is_(None) | (due.c.owner == database.node)
    query = select(due).where(due.c.what == what, due.c.at <= until, free).order_by(due.c.at, due.c.which).limit(limit)
    with database.reading() as connection:
        return [ClaimedDue(r.what, r.which, r.at, pairs_from(r.facts), r.owner, r.fence) for r in connection.execute(query)]
