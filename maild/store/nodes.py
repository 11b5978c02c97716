"""Signs of life: each process says that it lives; what one held that has fallen silent is given back to the others.

Leases of work may therefore be long enough for the slowest server, and a dead node's work still waits only seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update

from maild.store.ended import ended
from maild.store.engine import Database
from maild.store.schema import arrival
from maild.store.schema_work import due, lease, letter

BEAT_SECONDS = 3.0
SILENT_SECONDS = 15.0  # after so long without a sign a node counts as dead; one that only slept finds its fences raised
_PREFIX = "node:"


class Nodes(Database):
    """Who lives. Instants are by the clock that the nodes share (maild/clock.py)."""

    def shared_now(self) -> datetime | None:
        """The database's clock, which all nodes go by; None on SQLite, which has one machine."""
        if self.is_sqlite:
            return None
        with self.reading() as connection:
            told: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return told.astimezone(UTC)

    def beat(self, now: datetime) -> None:
        """Say that this node lives."""
        row = {"name": _PREFIX + self.node, "owner": self.node, "until": now + timedelta(seconds=SILENT_SECONDS), "fence": 1}
        upsert = self.insert(lease).values(row)
        with self.writing(durable=False) as connection:
            connection.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"until": row["until"]}))

    def reap(self, now: datetime) -> list[str]:
        """Give back what silent nodes hold: arrivals, letters, moments, mailboxes. Returns their names."""
        silent = (lease.c.name.startswith(_PREFIX, autoescape=True)) & ended(lease.c.until, now)
        with self.reading() as connection:
            if connection.execute(select(lease.c.owner).where(silent).limit(1)).first() is None:
                return []
        with self.writing(durable=False) as connection:
            query = select(lease.c.owner).where(silent).with_for_update(skip_locked=True)
            dead = [owner for owner in connection.execute(query).scalars() if owner != self.node]
            for table in (arrival, letter, due):
                held = update(table).where(table.c.owner.in_(dead))
                connection.execute(held.values(owner=None, lease_until=None))
            others = lease.c.owner.in_(dead) & ~lease.c.name.startswith(_PREFIX, autoescape=True)
            connection.execute(update(lease).where(others).values(until=now))
            connection.execute(delete(lease).where(lease.c.name.in_([_PREFIX + owner for owner in dead])))
            return dead

    def farewell(self) -> None:
        """A clean stop: nobody needs to wait for this node's silence."""
        with self.writing(durable=False) as connection:
            connection.execute(delete(lease).where(lease.c.name == _PREFIX + self.node))
