"""Many rows into one table: what SQLAlchemy works out anew for each row of an executemany is worked out once a table here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from maild.store.chunks import chunks

_Bind = Callable[[Any], Any]


def insert_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that name the same columns, in their order. What they do not name has its default of the database."""
    for some in chunks(rows):
        statement, columns = _insert(table, connection.dialect, tuple(some[0]))
        connection.exec_driver_sql(statement, list(zip(*[_values(some, name, bind) for name, bind in columns], strict=True)))


def _values(rows: list[dict[str, Any]], name: str, bind: _Bind | None) -> Iterable[Any]:
    values = map(itemgetter(name), rows)
    return map(bind, values) if bind else values


@lru_cache(maxsize=256)
def _insert(table: Table, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, list[tuple[str, _Bind | None]]]:
    """The statement, by position as the driver writes it, and each column's way from Python's values to the database's."""
    prepare, mark = dialect.identifier_preparer, "?" if dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(prepare.quote(name) for name in names)
    statement = f"INSERT INTO {prepare.format_table(table)} ({columns}) VALUES ({', '.join([mark] * len(names))})"
    return statement, [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
