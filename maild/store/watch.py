"""What is watched so that nobody acts for another: whose mail is stopped, who has served whom, how often things happen in an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from maild.desk.decision import Decision
from maild.desk.hold import Frozen
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.faults import AlreadyJudged
from maild.store.schema import arrival
from maild.store.schema_work import absence, frozen, served, tally

TALLIES_KEPT = timedelta(days=2)


def hour_of(instant: datetime) -> datetime:
    """The hour that an instant is counted in."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def write_watch(database: Database, connection: Connection, decisions: Sequence[Decision], now: datetime) -> None:
    """Keep what decisions say of people and of counts."""
    stopped = [
        {"staff": each.staff, "by": each.by, "frozen_at": now, "message_id": each.message_id}
        for d in decisions
        for each in d.frozen
    ]
    if stopped:
        connection.execute(database.insert(frozen).on_conflict_do_nothing(index_elements=["staff"]), stopped)
    pairs = sorted({pair for d in decisions for pair in d.served})
    if pairs:
        insert = database.insert(served).on_conflict_do_nothing(index_elements=["staff", "client"])
        connection.execute(insert, [{"staff": staff, "client": client} for staff, client in pairs])
    counted = Counter(name for d in decisions for name in d.tallies)
    if counted:
        upsert = database.insert(tally)
        more = {"times": tally.c.times + upsert.excluded.times}
        rows = [{"name": name, "hour": hour_of(now), "times": counted[name]} for name in sorted(counted)]
        connection.execute(upsert.on_conflict_do_update(index_elements=["name", "hour"], set_=more), rows)


def supersede(connection: Connection, arrival_ids: Sequence[int]) -> None:
    """An earlier copy without a token has found its proof in a later one: no third copy does so again."""
    for some in chunks(arrival_ids):
        first = update(arrival).where(arrival.c.id.in_(some), ~arrival.c.tokened).values(tokened=True)
        if connection.execute(first).rowcount != len(some):
            raise AlreadyJudged(f"of the copies {some} another node has taken one")


class Watch(Database):
    """What the operator sees and undoes."""

    def frozen_staff(self) -> list[tuple[Frozen, datetime]]:
        """Whose mail is stopped, and since when."""
        with self.reading() as connection:
            rows = connection.execute(select(frozen).order_by(frozen.c.frozen_at))
            return [(Frozen(row.staff, row.by, row.message_id), row.frozen_at) for row in rows]

    def unavailable_staff(self, now: datetime) -> frozenset[str]:
        """Who is away, and whose mail is stopped."""
        away = select(absence.c.staff).where(absence.c.until > now)
        with self.reading() as connection:
            return frozenset((*connection.execute(away).scalars(), *connection.execute(select(frozen.c.staff)).scalars()))

    def thaw(self, staff: str) -> bool:
        """Let a person's mail count again. False where it was not stopped."""
        with self.writing() as connection:
            return connection.execute(delete(frozen).where(frozen.c.staff == staff)).rowcount == 1

    def tallies(self, names: Sequence[str], now: datetime) -> dict[str, int]:
        """How often these have happened in this hour."""
        counted = select(tally.c.name, tally.c.times).where(tally.c.name.in_(names), tally.c.hour == hour_of(now))
        with self.reading() as connection:
            return {row.name: row.times for row in connection.execute(counted)}

    def sweep_tallies(self, now: datetime) -> None:
        """Forget counts of hours long past."""
        with self.writing(durable=False) as connection:
            connection.execute(delete(tally).where(tally.c.hour < now - TALLIES_KEPT))
