"""Entries as rows lead back to them: joined with their notes, their postings fetched beside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from maild.ledger.chain import Link
from maild.ledger.entry import Posting
from maild.store.chunks import chunks
from maild.store.rows import link_from
from maild.store.schema_books import entry, entry_note, posting

LINKED: Select[Any] = select(
    entry, entry_note.c.note, entry_note.c.note_internal, entry_note.c.reason.label("reason_text"), entry_note.c.salt
).outerjoin(entry_note, entry_note.c.entry == entry.c.id)


def links_of(connection: Connection, column: ColumnElement[Any], keys: Collection[Any]) -> Iterator[Link]:
    """Entries whose column is one of these keys, by number."""
    for some in chunks(keys):
        yield from linked(connection, connection.execute(LINKED.where(column.in_(some)).order_by(entry.c.id)).all())


def chain_links(connection: Connection, client: str, after: int, limit: int) -> list[tuple[int, Link]]:
    """(place, entry) of the next entries of a client's chain behind a place, read by that index."""
    named = (entry.c.client == client, entry.c.seq > after)
    rows = connection.execute(LINKED.where(*named).order_by(entry.c.seq).limit(limit)).all()
    if not rows:
        return []
    within = (entry.c.client == client, entry.c.seq > after, entry.c.seq <= rows[-1].seq)
    lines = select(posting).join(entry, entry.c.id == posting.c.entry).where(*within).order_by(posting.c.entry, posting.c.line)
    postings: dict[int, list[Posting]] = {}
    for number, _, name, minutes in connection.execute(lines).all():
        postings.setdefault(number, []).append(Posting(name, minutes))
    return [(row.seq, link_from(row, postings.get(row.id, ()))) for row in rows]


def linked(connection: Connection, rows: Collection[Row[Any]]) -> Iterator[Link]:
    """Rows of LINKED as entries, in their order."""
    postings: dict[int, list[Posting]] = {}
    for some in chunks([row.id for row in rows]):
        wanted = select(posting).where(posting.c.entry.in_(some)).order_by(posting.c.entry, posting.c.line)
        for line in connection.execute(wanted):
            postings.setdefault(line.entry, []).append(Posting(line.account, line.minutes))
    for row in rows:
        yield link_from(row, postings.get(row.id, ()))
