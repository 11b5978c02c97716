"""What reports ask: entries that no document of a kind has covered, entries by number, answers without time, tickets without ack."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, literal_column, or_, select

from maild.desk.ticket import Ticket
from maild.ledger.entry import Entry
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.journal_links import links_of
from maild.store.rows import ticket_from
from maild.store.schema import message, ticket
from maild.store.schema_books import document_entry, entry
from maild.store.schema_work import letter


class Answered(NamedTuple):
    """A person's answer that went to a customer."""

    ticket: int
    client: str
    staff: str
    at: datetime
    subject: str  # of the ticket


class Uncovered(Database):
    """Reading for documents; changes nothing."""

    def uncovered(self, kind: str, until: datetime, first: int = 0) -> tuple[list[int], int]:
        """Entries from number `first` on that no document of that kind covers and that were booked up to an instant.

        Also returns the number to begin with next time: all entries before it are covered, so that nothing reads them again.
        """
        covered = exists().where(document_entry.c.kind == kind, document_entry.c.entry == entry.c.id)
        query = select(entry.c.id, entry.c.booked_at).where(entry.c.id >= first, ~covered).order_by(entry.c.id)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        ids = [row.id for row in rows if row.booked_at <= until]
        later = [row.id for row in rows if row.booked_at > until]
        return ids, later[0] if later else ids[-1] + 1 if ids else first

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

    def answers(self, clients: Collection[str], after: datetime, until: datetime) -> list[Answered]:
        """What staff answered within (after, until], oldest first."""
        said = and_(literal_column("message.contact"), message.c.at > after, message.c.at <= until, message.c.author != "")
        columns = (message.c.ticket, message.c.client, message.c.author, message.c.at, ticket.c.subject)
        query = select(*columns).join(ticket, ticket.c.number == message.c.ticket)
        with self.reading() as connection:
            found = [
                Answered(*row)
                for some in chunks(sorted(clients))
                for row in connection.execute(query.where(message.c.client.in_(some), said))
            ]
        return sorted(found, key=lambda each: (each.at, each.ticket))

    def proven_tickets(self, tickets: Collection[int]) -> frozenset[int]:
        """Which of these hold a word that counts as contact or was proven: a person's answer, or a mail that its sender wrote."""
        theirs = and_(literal_column("message.side") == literal_column("'in'"), literal_column("message.proven"))
        said = or_(literal_column("message.contact"), theirs)
        query = select(message.c.ticket).distinct()
        with self.reading() as connection:
            return frozenset(
                number
                for some in chunks(sorted(tickets))
                for number in connection.execute(query.where(message.c.ticket.in_(some), said)).scalars()
            )

    def logged_days(self, tickets: Collection[int]) -> set[tuple[int, str, date]]:
        """(ticket, staff, work date) where some time stands, reversals taken off."""
        columns = (entry.c.ticket, entry.c.staff, entry.c.work_date)
        worked = func.sum(entry.c.worked_minutes) + func.sum(entry.c.charged_minutes)
        with self.reading() as connection:
            return {
                (row.ticket, row.staff, row.work_date)
                for some in chunks(sorted(tickets))
                for row in connection.execute(
                    select(*columns).where(entry.c.ticket.in_(some)).group_by(*columns).having(worked > 0)
                )
            }

    def tickets_without_ack(self, requester_key: str) -> list[Ticket]:
        """Tickets of an address that were never acknowledged and have no ack on its way, oldest first."""
        on_its_way = exists().where(letter.c.ticket == ticket.c.number, letter.c.kind == literal_column("'ack'"))
        active = ticket.c.state != literal_column("'closed'")
        waits = and_(active, func.lower(ticket.c.requester) == requester_key, ticket.c.acked_at.is_(None), ~on_its_way)
        with self.reading() as connection:
            return [ticket_from(row) for row in connection.execute(select(ticket).where(waits).order_by(ticket.c.number))]
