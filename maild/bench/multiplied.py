"""A ledger multiplied by the database itself: every client's entries again under other names, their chains left as they were.

Good for reading, which is what is measured; `maild verify` would object.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table

from maild.store import schema_books as b
from maild.store.store import Store


def multiply(store: Store, entries: int, wanted: int) -> int:
    """Copy all entries with their postings, notes and days until there are `wanted` at least; return how many there are."""
    copies = -(-wanted // entries)
    with store.reading() as connection:
        step = connection.exec_driver_sql("SELECT max(id) FROM entry").scalar_one()
    for copy in range(1, copies):
        with store.writing(durable=False) as connection:
            shift = {"id": f"id + {copy * step}", "client": f"client || '-{copy}'", "reverses": f"reverses + {copy * step}"}
            _copy(connection, b.entry, shift, f"id <= {step}")
            for table in (b.posting, b.entry_note):
                _copy(connection, table, {"entry": f"entry + {copy * step}"}, f"entry <= {step}")
            _copy(connection, b.balance_day, {"client": f"client || '-{copy}'"}, "client NOT LIKE '%-%'")
            _copy(connection, b.balance, {"client": f"client || '-{copy}'"}, "client NOT LIKE '%-%'")
    with store.writing(durable=False) as connection:
        connection.exec_driver_sql("ANALYZE")
    return copies * entries


def _copy(connection: Connection, table: Table, changed: dict[str, str], where: str) -> None:
    columns = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    percent = "%%" if connection.dialect.name == "postgresql" else "%"
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} WHERE {where}".replace("%", percent)
    )
