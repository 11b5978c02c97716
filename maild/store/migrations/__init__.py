"""The history of the tables. `maild.store.Store.migrate` runs what is missing; `schema.HEAD` names the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from maild.store.faults import StoreFault

_VERSION_TABLE = """CREATE TABLE IF NOT EXISTS alembic_version
    (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"""


def upgrade(connection: Connection) -> None:
    """Run all that is missing, inside the caller's transaction. A second node that starts at the same moment waits, then finds it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_VERSION_TABLE))
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreFault(f"the tables were made by another version of maild: {error}") from error
