"""What documents of a period ask: entries of a client that none of a kind covers, entries since an instant, subjects of tickets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select

from maild.ledger.entry import Entry
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.journal_links import links_of
from maild.store.schema import ticket
from maild.store.schema_books import document_entry, entry


class ClientBooks(Database):
    """Reading for documents of a period; changes nothing."""

    def booked(self, client: str, since: datetime, before: datetime | None = None, uncovered_by: str = "") -> list[Entry]:
        """Entries of a client booked from an instant on, and before another; with a kind, those that no such document covers."""
        query = select(entry.c.id).where(entry.c.client == client, entry.c.booked_at >= since)
        if before is not None:
            query = query.where(entry.c.booked_at < before)
        if uncovered_by:
            covered = exists().where(document_entry.c.kind == uncovered_by, document_entry.c.entry == entry.c.id)
            query = query.where(~covered)
        with self.reading() as connection:
            ids = list(connection.execute(query.order_by(entry.c.id)).scalars())
            return [link.entry for link in links_of(connection, entry.c.id, ids)]

    def subjects(self, numbers: Collection[int]) -> dict[int, str]:
        """Ticket -> its subject."""
        with self.reading() as connection:
            return {
                row.number: row.subject
                for some in chunks(sorted(numbers))
                for row in connection.execute(select(ticket.c.number, ticket.c.subject).where(ticket.c.number.in_(some)))
            }
