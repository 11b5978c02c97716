"""Where alembic finds the connection: always the one that `upgrade` was called with, in its transaction."""

from __future__ import annotations

from alembic import context

from maild.store import schema, schema_books, schema_work  # noqa: F401  (the tables that `alembic revision --autogenerate` compares with)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=schema.metadata, render_as_batch=True)
context.run_migrations()
