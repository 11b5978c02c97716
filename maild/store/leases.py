"""Leases by name: who watches a mailbox, who runs a sweep. A node that slept past its lease is told so by its fence."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from maild.store.ended import LEASE_MOST, ended
from maild.store.engine import Database
from maild.store.schema_work import lease


class Leases(Database):
    """One holder at a time for each name, until an instant of the machine's clock."""

    def take_lease(self, name: str, now: datetime, seconds: float) -> int | None:
        """Take a lease that is free, has ended, or is this node's own (a restart). Returns its fence, None if another holds it."""
        with self.reading() as connection:  # the usual answer on a busy desk: another node has it
            held = connection.execute(select(lease).where(lease.c.name == name)).first()
        if held is not None and held.owner != self.node and now < held.until <= now + LEASE_MOST:
            return None
        until = now + timedelta(seconds=seconds)
        upsert = self.insert(lease).values(name=name, owner=self.node, until=until, fence=1)
        free = ended(lease.c.until, now) | (lease.c.owner == self.node)
        taken = {"owner": self.node, "until": until, "fence": lease.c.fence + 1}
        upsert = upsert.on_conflict_do_update(index_elements=["name"], set_=taken, where=free).returning(lease.c.fence)
        with self.writing(durable=False) as connection:
            return connection.execute(upsert).scalar_one_or_none()

    def renew_lease(self, name: str, fence: int, now: datetime, seconds: float) -> bool:
        """Hold on to a lease. False: it was taken over, stop at once."""
        mine = (lease.c.name == name) & (lease.c.owner == self.node) & (lease.c.fence == fence)
        with self.writing(durable=False) as connection:
            return connection.execute(update(lease).where(mine).values(until=now + timedelta(seconds=seconds))).rowcount == 1

    def give_back_lease(self, name: str, fence: int, now: datetime) -> None:
        """End a lease early, so that another node need not wait for it. The row stays: its fence must never repeat."""
        mine = (lease.c.name == name) & (lease.c.owner == self.node) & (lease.c.fence == fence)
        with self.writing(durable=False) as connection:
            connection.execute(update(lease).where(mine).values(until=now))
