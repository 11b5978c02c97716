"""The tables brought to this program's version: made at once in an empty database, by alembic's steps in an older one.

What the steps make, one after the other, and what is made here are the same to the letter; a test holds them against each other.
Walking the steps costs a start 0.4 s, alembic's own import included, which an empty desk need not wait for.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, text

from maild.store import schema, schema_books, schema_work  # noqa: F401  (all tables, before anything is made)
from maild.store.migrations.guards import COUNTERS, guards

VERSION_TABLE = """CREATE TABLE IF NOT EXISTS alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""


def bring_up(connection: Connection) -> None:
    """Make or mend the tables inside the caller's transaction. A second node that starts at the same moment waits, then finds it done.

    Raises StoreFault where another version of maild made them.
    """
    connection.execute(text(VERSION_TABLE))
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if version is None:
        found(connection)
    elif version != schema.HEAD:
        from maild.store.migrations import upgrade  # noqa: PLC0415  (imports alembic)

        upgrade(connection)


def found(connection: Connection) -> None:
    """Make everything that an empty database lacks, and stamp it as the newest migration would."""
    schema.metadata.create_all(connection, checkfirst=False)
    for statement in guards(connection.dialect.name):
        connection.execute(text(statement))
    connection.execute(insert(schema_work.counter), [{"name": name, "last": 0} for name in COUNTERS])
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": schema.HEAD})
