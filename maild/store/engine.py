"""The database behind the tables, and the few things in which SQLite and PostgreSQL differ.

Two engines: `durable` waits for the disk at each commit; `quick` does not (docs/architecture.md, "Why not otherwise"). On SQLite
all writers of a process queue in one fair line, so that no thread starves and BEGIN IMMEDIATE seldom has to wait.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from maild.store.faults import AlreadyBooked, AlreadyMade, Stale, StoreFault, Unavailable

BUSY_MILLISECONDS = 30_000
CHECKPOINT_PAGES = 8000  # 32 MB: the pages that every commit touches are copied into the database an eighth as often
TURN_SECONDS = 0.01  # between two tries to turn a new file to WAL
POOL_CONNECTIONS = 16
_AGAIN = {"40001", "40P01"}  # serialisation failure, deadlock: PostgreSQL chose us to give way
_TROUBLED = (
    "08",
    "25006",
    "53",
    "57",
    "58",
    "XX",
)  # no connection, a standby, no room, shutting down, its system, its own fault
_COLLISIONS: tuple[tuple[tuple[str, ...], type[StoreFault], str], ...] = (
    (("entry_cause", "reverses"), AlreadyBooked, "this mail has caused this booking before"),
    (("document.kind", "uq_document"), AlreadyMade, "a document of that kind, client and period exists"),
)


class Line:
    """A lock whose waiters are served in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Database:
    """Connections to one database, opened at first use. `node` names this process in leases and claims."""

    def __init__(self, url: str, node: str) -> None:
        self.url: URL = make_url(url)
        self.node = node
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engines: dict[bool, Engine] = {}
        self._opening = threading.Lock()
        self._line = Line()

    @contextmanager
    def writing(self, durable: bool = True) -> Iterator[Connection]:
        """One write transaction, committed at the end. Raises StoreFault and its kinds; SQLAlchemy's errors stay inside."""
        with translated():
            if not self.is_sqlite:
                with self._engine(durable).begin() as connection:
                    yield connection
                return
            with self._line, self._engine(durable).connect().execution_options(writes=True) as connection, connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view, which keeps no writer waiting."""
        with translated(), self._engine(True).connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def insert(self, table: Table) -> Any:
        """INSERT that knows ON CONFLICT, in this database's dialect."""
        if self.is_sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (it loads four drivers' sides, which a start on SQLite does not have to pay)

        return postgresql.insert(table)

    def new_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Ids for rows that are about to be inserted, so that one executemany writes them. Gaps are allowed, order is kept."""
        if self.is_sqlite:  # a writer has the file to itself
            last = connection.execute(select(func.max(table.c.id))).scalar_one() or 0
            return list(range(last + 1, last + 1 + count))
        drawn = select(func.nextval(f"{table.name}_id_seq")).select_from(func.generate_series(1, count))
        return list(connection.execute(drawn).scalars())

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._opening:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def _engine(self, durable: bool) -> Engine:
        with self._opening:
            if durable not in self._engines:
                self._engines[durable] = self._sqlite(durable) if self.is_sqlite else self._postgresql(durable)
            return self._engines[durable]

    def _sqlite(self, durable: bool) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            _make_folder(Path(self.url.database).parent)
        engine = create_engine(self.url, pool_size=POOL_CONNECTIONS, max_overflow=POOL_CONNECTIONS)
        event.listen(engine, "connect", _sqlite_pragmas("FULL" if durable else "NORMAL"))
        event.listen(engine, "begin", _sqlite_begin)
        return engine

    def _postgresql(self, durable: bool) -> Engine:
        options = "-c timezone=UTC" if durable else "-c timezone=UTC -c synchronous_commit=off"
        return create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            pool_size=POOL_CONNECTIONS,
            max_overflow=POOL_CONNECTIONS,
            connect_args={"options": options, "connect_timeout": 10},
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(str(error)) from error


def _sqlite_pragmas(synchronous: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: see _sqlite_begin
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # REPLACE fires the triggers that guard the journal
            "cache_size=-16000",
            "temp_store=MEMORY",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()
        connection.create_function("casefold", 1, lambda text: text.casefold() if text else text, deterministic=True)

    return on_connect


def _write_ahead(cursor: Any) -> None:
    """Turn the file to WAL, with patience of our own.

    In a file that is still in another mode, SQLite says "locked" at once and heeds no busy_timeout where several connections want
    the turn together (https://sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    Raises sqlite3.OperationalError where it stays locked for BUSY_MILLISECONDS.
    """
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY} or time.monotonic() > until:
                raise
            time.sleep(TURN_SECONDS)


def _sqlite_begin(connection: Connection) -> None:
    """A deferred BEGIN that writes later loses to another writer (SQLITE_BUSY at once): writers say so from the start."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into the store's, by what the caller should do about them."""
    try:
        yield
    except IntegrityError as error:
        text = str(error.orig)
        for signs, fault, words in _COLLISIONS:
            if any(sign in text for sign in signs):
                raise fault(words) from error
        if _sqlstate(error) not in ("", "23505") or ("UNIQUE" not in text and not _sqlstate(error)):
            raise StoreFault(text) from error
        raise Stale(f"another writer was first: {text}") from error
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        if isinstance(error, DBAPIError) and _sqlstate(error) in _AGAIN:
            raise Stale(str(error.orig)) from error
        raise Unavailable(str(getattr(error, "orig", error))) from error
    except DBAPIError as error:
        if type(error) is DatabaseError or _sqlstate(error).startswith(_TROUBLED):  # SQLite: the file is damaged
            raise Unavailable(str(error.orig)) from error
        raise StoreFault(str(error.orig)) from error


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
