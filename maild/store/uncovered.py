"""What reports ask: entries that no document of a kind has covered, entries by number, tickets whose ack was held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, literal_column, select

from maild.desk.ticket import Ticket
from maild.ledger.entry import Entry
from maild.store.engine import Database
from maild.store.journal import links_of
from maild.store.rows import ticket_from
from maild.store.schema import ticket
from maild.store.schema_books import document_entry, entry
from maild.store.schema_work import letter


class Uncovered(Database):
    """Reading for documents; changes nothing."""

    def uncovered(self, kind: str, until: datetime) -> list[int]:
        """Entries booked up to an instant that no document of that kind covers, of all clients, in booking order."""
        covered = exists().where(document_entry.c.kind == kind, document_entry.c.entry == entry.c.id)
        query = select(entry.c.id).where(entry.c.booked_at <= until, ~covered).order_by(entry.c.id)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def entries_by_id(self, ids: Sequence[int]) -> list[Entry]:
        """Entries by number."""
        with self.reading() as connection:
            return [link.entry for link in links_of(connection, entry.c.id, ids)]

    def entries_after(self, client: str, instant: datetime) -> Iterator[Entry]:
        """What was booked for a client after an instant."""
        query = select(entry.c.id).where(entry.c.client == client, entry.c.booked_at > instant)
        with self.reading() as connection:
            ids = list(connection.execute(query).scalars())
            yield from [link.entry for link in links_of(connection, entry.c.id, ids)]

    def tickets_without_ack(self, requester_key: str) -> list[Ticket]:
        """Tickets of an address that were never acknowledged and have no ack on its way, oldest first."""
        on_its_way = exists().where(letter.c.ticket == ticket.c.number, letter.c.kind == literal_column("'ack'"))
        active = ticket.c.state != literal_column("'closed'")
        waits = and_(active, func.lower(ticket.c.requester) == requester_key, ticket.c.acked_at.is_(None), ~on_its_way)
        with self.reading() as connection:
            return [ticket_from(row) for row in connection.execute(select(ticket).where(waits).order_by(ticket.c.number))]
