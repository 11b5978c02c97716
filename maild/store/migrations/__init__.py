"""The history of the tables. `maild.store.Store.migrate` runs what is missing; `schema.HEAD` names the newest."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from maild.store.faults import StoreFault


def upgrade(connection: Connection) -> None:
    """Run all that is missing, inside the caller's transaction, which holds the version's row. Raises StoreFault.

    Alembic is imported here, because `guards` is asked for by starts that need none of it.
    """
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreFault(f"the tables were made by another version of maild: {error}") from error
