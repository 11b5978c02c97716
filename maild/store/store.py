"""The store: every door to memory under one name, and the one transaction that judges."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, inspect, select, text, update

from maild.store import schema, schema_work
from maild.store.arrivals import Arrivals
from maild.store.balance_days import BalanceDays
from maild.store.client_books import ClientBooks
from maild.store.dues import Dues
from maild.store.ended import ended
from maild.store.faults import AlreadyRunning, Stale
from maild.store.founding import bring_up
from maild.store.journal import Journal
from maild.store.leases import Leases
from maild.store.nodes import Nodes
from maild.store.outbox import Outbox
from maild.store.papers import Papers
from maild.store.period import Period
from maild.store.proposals import Proposals
from maild.store.reading import Reading
from maild.store.record import Tx
from maild.store.sightings import Sightings
from maild.store.staff_words import StaffWords
from maild.store.uncovered import Uncovered
from maild.store.watch import Watch


class Store(
    Arrivals,
    Sightings,
    Outbox,
    Dues,
    Leases,
    Nodes,
    Journal,
    BalanceDays,
    Papers,
    Period,
    ClientBooks,
    Proposals,
    Reading,
    StaffWords,
    Uncovered,
    Watch,
):
    """Memory at a URL (`sqlite:///PATH`, `postgresql+psycopg://…`), as one node sees it. Opens at first use; threads may share it.

    `node` must be unique among running processes; the same name after a restart takes its own leases back at once.
    """

    def migrate(self) -> None:
        """Bring the tables to this program's version. Costs one query where they are; alembic is imported only for older ones."""
        while self.version() != schema.HEAD:
            with suppress(Stale), self.writing() as connection:  # another node makes the very first table at this moment
                bring_up(connection)

    def version(self) -> str | None:
        """The version of the tables that are there; None in an empty database."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """One transaction of judging, flushed and committed to disk at the end, undone by any exception."""
        with self.writing() as connection:
            tx = Tx(self, connection)
            yield tx
            tx.flush()

    @contextmanager
    def hold_exclusive(self) -> Iterator[None]:
        """Be the only `maild run` on a SQLite file; PostgreSQL is shared. Raises AlreadyRunning."""
        if not self.is_sqlite or not self.url.database or self.url.database == ":memory:":
            yield
            return
        place = Path(self.url.database + ".lock")
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(f"another maild run works on {self.url.database}") from None
            yield

    def release_all(self, now: datetime) -> None:
        """Give back every lease of every process that is gone: at the start of the only `maild run` that can live (SQLite).

        A `maild once` that works beside it keeps what it holds.
        """
        lease = schema_work.lease
        with self.writing(durable=False) as connection:
            beside = select(lease.c.owner).where(lease.c.name.startswith("node:once:"), ~ended(lease.c.until, now))
            spared = [self.node, *connection.execute(beside).scalars()]
            for table in (schema.arrival, schema_work.letter, schema_work.due):
                held = update(table).where(table.c.owner.not_in(spared))
                connection.execute(held.values(owner=None, lease_until=None))
            connection.execute(delete(lease).where(lease.c.owner.not_in(spared)))

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises Unavailable."""
        with self.reading() as connection:
            connection.execute(select(1))
