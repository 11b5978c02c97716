"""What memory knows of the messages that a mailbox shows: by UID, by instant and size, by octets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from maild.store.arrivals import ArrivalState
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.schema import arrival, raw
from maild.store.schema_work import counter


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known of a UID: the newest arrival that bore it."""

    arrival_id: int
    state: ArrivalState
    filed: bool
    arrived_at: datetime
    size: int  # octets


class Sightings(Database):
    """Asked before a message is read, and after a restore."""

    def known_sightings(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Sighting]:
        """What is known of these UIDs; those that are absent have never been kept."""
        known: dict[int, Sighting] = {}
        columns = (arrival.c.id, arrival.c.uid, arrival.c.state, arrival.c.filed, arrival.c.arrived_at, raw.c.size)
        query = select(*columns).join(raw, raw.c.id == arrival.c.raw)
        with self.reading() as connection:
            for some in chunks(uids):
                place = (arrival.c.mailbox == mailbox, arrival.c.uidvalidity == uidvalidity, arrival.c.uid.in_(some))
                for row in connection.execute(query.where(*place).order_by(arrival.c.id)):
                    known[row.uid] = Sighting(row.id, ArrivalState(row.state), row.filed, row.arrived_at, row.size)
        return known

    def wants_reclaim(self, mailbox: str) -> bool:
        """Whether a restore asked that this mailbox's folders of done mail be looked through."""
        with self.reading() as connection:
            asked = select(counter.c.last).where(counter.c.name == f"reclaim:{mailbox}")
            return connection.execute(asked).first() is not None

    def reclaimed(self, mailbox: str) -> None:
        """That was done."""
        with self.writing() as connection:
            connection.execute(delete(counter).where(counter.c.name == f"reclaim:{mailbox}"))

    def known_sizes(self, mailbox: str) -> set[tuple[datetime, int]]:
        """(instant to the second, octets) of every message that was kept of a mailbox."""
        query = (
            select(arrival.c.arrived_at, raw.c.size).join(raw, raw.c.id == arrival.c.raw).where(arrival.c.mailbox == mailbox)
        )
        with self.reading() as connection:
            return {(row.arrived_at.replace(microsecond=0), row.size) for row in connection.execute(query)}

    def known_raws(self, digests: Sequence[str]) -> set[str]:
        """Which of these SHA-256 are of octets that were kept."""
        known: set[str] = set()
        with self.reading() as connection:
            for some in chunks(digests):
                known.update(connection.execute(select(raw.c.sha256).where(raw.c.sha256.in_(some))).scalars())
        return known

    def kept_instants(self) -> list[datetime]:
        """When each arrival was kept, in the order in which they came: what a bench compares the first and the last by."""
        with self.reading() as connection:
            return list(connection.execute(select(arrival.c.kept_at).order_by(arrival.c.id)).scalars())
