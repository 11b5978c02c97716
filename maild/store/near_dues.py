"""Moments beside one that has come: those that may be seen to with it, and one that is named."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from maild.store.dues import ClaimedDue
from maild.store.engine import Database
from maild.store.rows import pairs_from
from maild.store.schema_work import due


def near_dues(database: Database, what: Collection[str], until: datetime, limit: int) -> list[ClaimedDue]:
    """Moments of some kinds up to an instant, earliest first, as they stand: nothing is claimed.

    `Tx.finish_due` takes them as it takes claimed ones: where another node has claimed or moved one since, StaleDue undoes all.
    """
    free = due.c.lease_until.is_(None) | (due.c.owner == database.node)
    of_kind = func.coalesce(due.c.what, "").in_(
        tuple(what)
    )  # hidden from the planner: the few that have come are found by their instant
    query = select(due).where(due.c.at <= until, of_kind, free).order_by(due.c.at, due.c.which).limit(limit)
    with database.reading() as connection:
        return [ClaimedDue(r.what, r.which, r.at, pairs_from(r.facts), r.owner, r.fence) for r in connection.execute(query)]


def standing_at(database: Database, what: str, which: str) -> datetime | None:
    """The instant of one moment, if it stands."""
    with database.reading() as connection:
        at: datetime | None = connection.execute(
            select(due.c.at).where(due.c.what == what, due.c.which == which)
        ).scalar_one_or_none()
        return at
