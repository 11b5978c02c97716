"""A copy of everything that memory holds, in a form of its own that both databases can be filled from.

The file is gzip of lines of JSON: a head, then each table's name and columns followed by its rows as lists, at the end the number of
rows and the SHA-256 of all lines before. It is one consistent view, taken while others write. Leases are left out: whoever restores
holds none.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from sqlalchemy import Connection, Table, func, select, text

from maild.desk.proposal import ProposalKind
from maild.store import schema as s
from maild.store import schema_books as b
from maild.store import schema_work as w
from maild.store.bulk import insert_rows
from maild.store.engine import Database
from maild.store.faults import StoreFault
from maild.store.numbers import HOLD, TICKET

FORMAT = "maild-backup-1"
ROWS_AT_ONCE = 500
_IN_ADDRESSES = (TICKET, HOLD, *(kind.value for kind in ProposalKind))  # what signed addresses name by number, papers aside
_OWNED = ("owner", "lease_until")
_FULL = (s.arrival, s.ticket, b.entry, w.letter, b.document)  # a database that holds none of these has never worked


class Unrestorable(StoreFault):
    """The file is no whole backup of this version, or the database is in use already."""


def tables() -> list[Table]:
    """Everything that is kept, parents first."""
    return [table for table in s.metadata.sorted_tables if table is not w.lease]


def write_backup(database: Database, file: IO[bytes], head: dict[str, Any]) -> int:
    """Write all rows; returns how many. `head` is kept as it is. Raises StoreFault, OSError."""
    digest, rows = hashlib.sha256(), 0
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed, database.reading() as connection:

        def line(value: Any) -> None:
            octets = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_packed).encode() + b"\n"
            digest.update(octets)
            packed.write(octets)

        line({"format": FORMAT, "schema": s.HEAD, **head})
        for table in tables():
            columns = [column for column in table.c if column.name not in _OWNED]
            line({"table": table.name, "columns": [column.name for column in columns]})
            query = select(*columns).order_by(*table.primary_key.columns)
            for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
                line(list(row))
                rows += 1
        packed.write(json.dumps(_end(rows, digest.hexdigest())).encode() + b"\n")
    return rows


def read_head(file: IO[bytes]) -> dict[str, Any]:
    """The head of a file that was read to its end and found whole. Raises Unrestorable."""
    digest, rows, last, head = hashlib.sha256(), 0, b"", None
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            for octets in packed:
                if last:
                    digest.update(last)
                    head = head or json.loads(last)
                    rows += last.startswith(b"[")
                last = octets
        end = json.loads(last)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Unrestorable(f"not a whole backup: {error}") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Unrestorable("not a backup of maild's")
    if end != _end(rows, digest.hexdigest()):
        raise Unrestorable("the backup is damaged: its digest does not agree")
    if head["schema"] != s.HEAD:
        raise Unrestorable(f"made by another version of maild (tables {head['schema']}, here {s.HEAD})")
    return head


def fill(database: Database, file: IO[bytes], reclaim: tuple[str, ...], skipped: int) -> int:
    """Fill an empty, migrated database from a file that `read_head` found whole; all at once or not at all.

    `reclaim` names the mailboxes whose folders of done mail must be looked through afterwards (maild/reclaim.py). `skipped` numbers are
    not given out again: who was written to after the backup holds signed addresses with them, and an answer to one of these would go to
    whatever else had its number. Entries and papers are numbered without gaps. Raises Unrestorable.
    """
    rows = 0
    with gzip.GzipFile(fileobj=file, mode="rb") as packed, database.writing() as connection:
        for table in _FULL:
            if connection.execute(select(table).limit(1)).first() is not None:
                raise Unrestorable(f"the database is in use (it has rows of {table.name}): restore into an empty one")
        for table in reversed(s.metadata.sorted_tables):
            if table is not b.posting:  # guarded by a trigger, and empty like the entries
                connection.execute(table.delete())
        for table, some in _lots(packed):
            insert_rows(connection, table, some)
            rows += len(some)
        _go_on_numbering(database, connection)
        if skipped:
            _skip(connection, skipped)
        for name in reclaim:
            connection.execute(w.counter.insert().values(name=f"reclaim:{name}", last=1))
    return rows


def _lots(packed: Iterable[bytes]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Rows by hundreds, each lot of one table."""
    table, names, lot = None, list[str](), list[dict[str, Any]]()
    for octets in packed:
        value = json.loads(octets, object_hook=_unpacked)
        if lot and table is not None and (isinstance(value, dict) or len(lot) == ROWS_AT_ONCE):
            yield table, lot
            lot = []
        match value:
            case {"table": str(name), "columns": list(columns)}:
                table, names = s.metadata.tables[name], columns
            case list(row):
                lot.append(dict(zip(names, row, strict=True)))


def _end(rows: int, digest: str) -> dict[str, Any]:
    return {"end": rows, "sha256": digest}


def _go_on_numbering(database: Database, connection: Connection) -> None:
    """PostgreSQL's sequences go on after the highest number that was restored."""
    if database.is_sqlite:
        return
    for table in tables():
        if "id" in table.c and table.c.id.autoincrement is not False:
            last = connection.execute(select(func.max(table.c.id))).scalar_one()
            if last is not None:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {int(last)})"))


def _skip(connection: Connection, numbers: int) -> None:
    lasts = {row.name: row.last for row in connection.execute(select(w.counter).where(w.counter.c.name.in_(_IN_ADDRESSES)))}
    connection.execute(w.counter.delete().where(w.counter.c.name.in_(_IN_ADDRESSES)))
    insert_rows(connection, w.counter, [{"name": name, "last": lasts.get(name, 0) + numbers} for name in _IN_ADDRESSES])


def _packed(value: Any) -> dict[str, str]:
    match value:
        case bytes() | memoryview():
            return {"b": base64.b64encode(value).decode()}
        case datetime():
            return {"t": value.astimezone(UTC).isoformat()}
        case date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
    raise TypeError(f"a column of {type(value).__name__}")


def _unpacked(value: dict[str, Any]) -> Any:
    match value:
        case {"b": str(octets)} if len(value) == 1:
            return base64.b64decode(octets)
        case {"t": str(instant)} if len(value) == 1:
            return datetime.fromisoformat(instant)
        case {"d": str(day)} if len(value) == 1:
            return date.fromisoformat(day)
        case {"n": str(amount)} if len(value) == 1:
            return Decimal(amount)
    return value
