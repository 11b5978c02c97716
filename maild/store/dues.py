"""Moments to come back to: computed once, stored, swept by whoever is awake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, select, update

from maild.desk.decision import Due
from maild.store.chunks import chunks, grouped
from maild.store.ended import ended
from maild.store.engine import Database
from maild.store.faults import StaleDue
from maild.store.rows import pairs_from, pairs_json
from maild.store.schema_work import due


@dataclass(frozen=True, slots=True)
class ClaimedDue:
    """A moment that has passed and that this node sees to, until its lease ends."""

    what: str
    which: str
    at: datetime
    facts: tuple[tuple[str, str], ...]
    owner: str
    fence: int


class Dues(Database):
    """The clock of promises, reports and holds."""

    def claim_dues(
        self, now: datetime, limit: int, lease_seconds: float, leased_at: datetime | None = None
    ) -> list[ClaimedDue]:
        """Take moments up to `now` that nobody else sees to, earliest first. `leased_at`: the machine's clock, where it differs."""
        clock = leased_at or now
        passed = (due.c.at <= now) & ended(due.c.lease_until, clock)
        with self.reading() as connection:
            if connection.execute(select(due.c.what).where(passed).limit(1)).first() is None:
                return []
        with self.writing(durable=False) as connection:
            query = select(due).where(passed).order_by(due.c.at, due.c.what, due.c.which).limit(limit)
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            lease = {"owner": self.node, "lease_until": clock + timedelta(seconds=lease_seconds), "fence": due.c.fence + 1}
            for what, names in grouped((row.what, row.which) for row in rows).items():
                for some in chunks(names):
                    connection.execute(update(due).where(due.c.what == what, due.c.which.in_(some)).values(lease))
        return [ClaimedDue(r.what, r.which, r.at, pairs_from(r.facts), self.node, r.fence + 1) for r in rows]

    def set_dues(self, dues: Sequence[Due]) -> None:
        """Set or take away moments outside any decision: when the directory changes."""
        with self.writing() as connection:
            write_dues(self, connection, dues)

    def dues(self, what: str | None = None) -> list[Due]:
        """All moments to come, earliest first."""
        query = select(due).order_by(due.c.at)
        with self.reading() as connection:
            rows = connection.execute(query if what is None else query.where(due.c.what == what))
            return [Due(row.what, row.which, row.at, pairs_from(row.facts)) for row in rows]

    def next_due_at(self) -> datetime | None:
        """When the earliest moment is, if there is one."""
        with self.reading() as connection:
            earliest: datetime | None = connection.execute(select(func.min(due.c.at))).scalar_one()
            return earliest


def finish_dues(connection: Connection, finished: Iterable[ClaimedDue]) -> None:
    """Take away moments that were seen to. Raises StaleDue where one was moved, or taken over, since it was claimed."""
    for each in sorted(finished, key=lambda claimed: (claimed.what, claimed.which)):
        same = and_(due.c.what == each.what, due.c.which == each.which, due.c.at == each.at)
        mine = and_(due.c.owner == each.owner, due.c.fence == each.fence)
        if connection.execute(delete(due).where(same, mine)).rowcount != 1:
            raise StaleDue(f"{each.what} {each.which} at {each.at} is no longer ours")


def write_dues(database: Database, connection: Connection, dues: Iterable[Due]) -> None:
    """Set moments, or take them away (`at` None). A moment that is set anew is nobody's, whoever had claimed it."""
    last = {(each.what, each.which): each for each in dues}
    rows = [last[key] for key in sorted(last)]
    setting = [
        {
            "what": d.what,
            "which": d.which,
            "at": d.at,
            "facts": pairs_json(d.facts),
            "owner": None,
            "lease_until": None,
            "fence": 0,
        }
        for d in rows
        if d.at is not None
    ]
    if setting:
        upsert = database.insert(due)
        anew = {name: upsert.excluded[name] for name in ("at", "facts", "owner", "lease_until")} | {"fence": due.c.fence + 1}
        connection.execute(upsert.on_conflict_do_update(index_elements=["what", "which"], set_=anew), setting)
    for what, names in grouped((d.what, d.which) for d in rows if d.at is None).items():
        for some in chunks(names):
            connection.execute(delete(due).where(due.c.what == what, due.c.which.in_(some)))
