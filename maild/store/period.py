"""What the manager's page asks of a period: promises that ended, tickets that were opened, what customers said, minutes. By index alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from maild.desk.ticket import State, Ticket
from maild.store.engine import Database
from maild.store.kept import RETURNED
from maild.store.outbox import UNSENT
from maild.store.rows import ticket_from
from maild.store.schema import event, message, promise, ticket
from maild.store.schema_books import entry, entry_cause
from maild.store.schema_work import letter

WORK = ("time", "item", "reversal", "rounding")  # kinds of entries that hold somebody's time


class Promised(NamedTuple):
    """A promise of an answer that is over; `answered_at` is None while its answer has not left, and where there was none."""

    ticket: int
    client: str
    staff: str
    clock: str
    since: datetime
    deadline: datetime
    ended_at: datetime
    how: str
    answered_at: datetime | None


class Opened(NamedTuple):
    """A ticket as its opening is counted."""

    number: int
    client: str
    assignee: str
    cause: str
    opened_at: datetime
    acked_at: datetime | None


class Said(NamedTuple):
    """A ticket was reopened, or rated (`detail` is the rating)."""

    ticket: int
    client: str
    assignee: str
    what: str
    detail: str


class Minutes(NamedTuple):
    """Minutes booked, summed up: `entry_class` as the books have it."""

    client: str
    staff: str
    entry_class: str
    worked: int
    charged: int


class Done(NamedTuple):
    """A mail that a person sent to the desk, and what it did: names of events, minutes that it booked."""

    at: datetime
    kind: str  # answer | note | commands
    ticket: int | None
    subject: str
    what: tuple[str, ...]
    worked: int
    charged: int


class Period(Database):
    """Reading for figures; changes nothing. Periods are [start, end)."""

    def promises_ended(self, start: datetime, end: datetime) -> list[Promised]:
        """Promises whose wait ended in the period, oldest first; an answer that came back counts as none."""
        columns = [promise.c[name] for name in Promised._fields]
        within = and_(promise.c.ended_at >= start, promise.c.ended_at < end, promise.c.how != RETURNED)
        with self.reading() as connection:
            rows = connection.execute(select(*columns).where(within).order_by(promise.c.ended_at, promise.c.id))
            return [Promised(*row) for row in rows]

    def promises_of(self, number: int) -> list[Promised]:
        """All promises of a ticket that are over, oldest first; those whose answer came back included."""
        columns = [promise.c[name] for name in Promised._fields]
        with self.reading() as connection:
            rows = connection.execute(select(*columns).where(promise.c.ticket == number).order_by(promise.c.id))
            return [Promised(*row) for row in rows]

    def opened(self, start: datetime, end: datetime) -> list[Opened]:
        """Tickets that were opened in the period."""
        columns = [ticket.c[name] for name in Opened._fields]
        within = and_(ticket.c.opened_at >= start, ticket.c.opened_at < end)
        with self.reading() as connection:
            return [Opened(*row) for row in connection.execute(select(*columns).where(within).order_by(ticket.c.opened_at))]

    def said(self, start: datetime, end: datetime) -> list[Said]:
        """Reopenings and ratings of the period, oldest first."""
        told = event.c.what.in_([literal_column("'reopened'"), literal_column("'rated'")])
        columns = (ticket.c.number, ticket.c.client, ticket.c.assignee, event.c.what, event.c.detail)
        query = select(*columns).join(ticket, ticket.c.number == event.c.ticket)
        within = and_(told, event.c.at >= start, event.c.at < end)
        with self.reading() as connection:
            return [Said(*row) for row in connection.execute(query.where(within).order_by(event.c.at, event.c.id))]

    def minutes(self, start: datetime, end: datetime) -> list[Minutes]:
        """What was booked in the period, by client, person and class."""
        key = (entry.c.client, entry.c.staff, entry.c.entry_class)
        query = select(*key, func.sum(entry.c.worked_minutes), func.sum(entry.c.charged_minutes)).group_by(*key).order_by(*key)
        within = and_(entry.c.booked_at >= start, entry.c.booked_at < end, entry.c.kind.in_(WORK))
        with self.reading() as connection:
            return [Minutes(*row[:3], int(row[3]), int(row[4])) for row in connection.execute(query.where(within))]

    def awaiting(self, limit: int) -> list[Ticket]:
        """Tickets whose customers wait for an answer, the most overdue first."""
        running = ticket.c.state.in_([State.NEW.value, State.OPEN.value])
        query = select(ticket).where(ticket.c.awaiting_since.is_not(None), running).order_by(ticket.c.answer_due_at)
        return self._tickets(query.limit(limit))

    def overdue(self, now: datetime) -> dict[str, int]:
        """How many promises are broken and still awaited, by clock. Of tickets that are not closed alone."""
        running = ticket.c.state.in_([literal_column("'new'"), literal_column("'open'")])
        names = ("opened_at", "awaiting_since", "last_answer_at", "answer_due_at", "eta_at", "solution_due_at")
        late = or_(
            and_(ticket.c.awaiting_since.is_not(None), ticket.c.answer_due_at <= now),
            ticket.c.eta_at <= now,
            ticket.c.solution_due_at <= now,
        )
        found: Counter[str] = Counter()
        with self.reading() as connection:
            for row in connection.execute(select(*(ticket.c[name] for name in names)).where(running, late)):
                if row.awaiting_since and row.answer_due_at <= now:
                    is_first = row.last_answer_at is None and row.awaiting_since == row.opened_at
                    found["answer" if is_first else "next_answer"] += 1
                found["eta"] += bool(row.eta_at and row.eta_at <= now)
                found["solution"] += bool(row.solution_due_at and row.solution_due_at <= now)
        return dict(found)

    def acks_waiting(self) -> set[int]:
        """Tickets whose acknowledgement has not left."""
        with self.reading() as connection:
            query = select(letter.c.ticket).where(
                UNSENT, letter.c.kind == literal_column("'ack'"), letter.c.ticket.is_not(None)
            )
            return set(connection.execute(query).scalars())

    def unconfirmed(self, limit: int) -> list[Ticket]:
        """Solved tickets whose customers have not said so, oldest first."""
        query = select(ticket).where(ticket.c.state == literal_column("'solved'")).order_by(ticket.c.number)
        return self._tickets(query.limit(limit))

    def unanswered_again(self, limit: int) -> list[Ticket]:
        """Tickets whose customers had to ask again, or were told something else, and have accepted no answer since."""
        return self._tickets(select(ticket).where(literal_column("ticket.unanswered")).order_by(ticket.c.number).limit(limit))

    def held_by(self, staff: str, states: Iterable[State]) -> list[Ticket]:
        """The tickets that a person has ("" for those that nobody has) in some states."""
        mine: ColumnElement[bool] = and_(ticket.c.assignee == staff, ticket.c.state.in_([state.value for state in states]))
        return self._tickets(select(ticket).where(mine).order_by(ticket.c.number))

    def later_for(self, staff: str, until: datetime) -> list[Ticket]:
        """Tickets that a person put off (`/later`) until an instant that has come by then."""
        mine = and_(ticket.c.later_by == staff, ticket.c.later_at.is_not(None), ticket.c.later_at < until)
        return self._tickets(select(ticket).where(mine).order_by(ticket.c.later_at, ticket.c.number))

    def done_by(self, staff: str, after: datetime, until: datetime) -> list[Done]:
        """What was done by mail in a person's name within (after, until], oldest first: answers, notes, commands."""
        columns = (message.c.message_id, message.c.at, message.c.kind, message.c.ticket, ticket.c.subject, message.c.subject)
        did = message.c.kind.in_([literal_column(f"'{kind}'") for kind in ("answer", "note", "commands")])
        mine = and_(message.c.author == staff, message.c.author != literal_column("''"), did)
        within = and_(mine, message.c.recorded_at > after, message.c.recorded_at <= until)
        query = select(*columns).join(ticket, ticket.c.number == message.c.ticket, isouter=True).where(within)
        booked = select(func.sum(entry.c.worked_minutes), func.sum(entry.c.charged_minutes)).select_from(entry_cause)
        booked = booked.join(entry, entry.c.id == entry_cause.c.entry)
        with self.reading() as connection:
            found: list[Done] = []
            for row in connection.execute(query.order_by(message.c.recorded_at, message.c.id)).all():
                told = select(event.c.what).where(event.c.ticket == row[3], event.c.message_id == row[0], event.c.who == staff)
                what = tuple(connection.execute(told.order_by(event.c.id)).scalars()) if row[3] else ()
                minutes = connection.execute(booked.where(entry_cause.c.source_message_id == row[0])).one()
                found.append(Done(row[1], row[2], row[3], row[4] or row[5], what, int(minutes[0] or 0), int(minutes[1] or 0)))
            return found

    def _tickets(self, query: object) -> list[Ticket]:
        with self.reading() as connection:
            return [ticket_from(row) for row in connection.execute(query)]  # type: ignore[call-overload]
