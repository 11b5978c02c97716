"""What the reading commands ask: tickets and their threads, quarantine, outbox, contact, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal_column, or_, select

from maild.desk.decision import Event, Stored
from maild.desk.hold import Hold
from maild.desk.ticket import Participant, Ticket
from maild.desk.undelivered import Undelivered
from maild.message import ARCHIVE
from maild.store import schema as s
from maild.store import schema_books as b
from maild.store import schema_work as w
from maild.store.arrivals import WAITING, kept_from, with_raw
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.outbox import UNSENT
from maild.store.queries import AttachmentFacts, Contact, Counts, Filter, OutboxItem, Quarantined, ThreadItem, TicketView
from maild.store.rows import hold_from, stored_from, ticket_from


class Reading(Database):
    """Reading; changes nothing."""

    def tickets(self, which: Filter | None = None) -> list[Ticket]:
        """Tickets by number."""
        which = which or Filter()
        query = select(s.ticket).where(*_conditions(which)).order_by(s.ticket.c.number)
        with self.reading() as connection:
            return [ticket_from(row) for row in connection.execute(query.limit(which.limit))]

    def ticket_minutes(self) -> dict[int, tuple[int, int]]:
        """Ticket -> minutes worked and charged, as they are kept with it."""
        kept = s.ticket.c
        with self.reading() as connection:
            rows = connection.execute(
                select(kept.number, kept.worked_minutes, kept.charged_minutes).order_by(kept.number)
            ).all()
        return {number: (worked, charged) for number, worked, charged in rows}

    def ticket(self, number: int) -> TicketView | None:
        """One ticket with participants, thread and events, oldest first."""
        with self.reading() as connection:
            row = connection.execute(select(s.ticket).where(s.ticket.c.number == number)).first()
            if row is None:
                return None
            joined = connection.execute(select(s.ticket.c.number).where(s.ticket.c.merged_into == number)).scalars().all()
            people = select(s.participant).where(s.participant.c.ticket == number).order_by(s.participant.c.joined_at)
            events = select(s.event).where(s.event.c.ticket == number).order_by(s.event.c.id)
            return TicketView(
                ticket_from(row),
                tuple(Participant(p.address, p.name, p.joined_at, p.flagged) for p in connection.execute(people)),
                tuple(_thread(connection, select(s.message).where(s.message.c.ticket.in_((number, *joined))))),
                tuple(Event(e.ticket, e.at, e.what, e.who, e.detail, e.message_id) for e in connection.execute(events)),
            )

    def messages_of(self, arrival_id: int) -> list[ThreadItem]:
        """The messages that an arrival was stored as."""
        with self.reading() as connection:
            return _thread(connection, select(s.message).where(s.message.c.arrival == arrival_id))

    def raw(self, arrival_id: int) -> bytes | None:
        """The octets of an arrival."""
        with self.reading() as connection:
            row = connection.execute(with_raw([arrival_id])).first()
            return kept_from(row, fresh=False).arrival.raw if row else None

    def quarantined(self) -> list[Quarantined]:
        """What was set aside, oldest first."""
        query = select(s.arrival, s.raw.c.size).join(s.raw, s.raw.c.id == s.arrival.c.raw).order_by(s.arrival.c.id)
        with self.reading() as connection:
            rows = connection.execute(query.where(s.arrival.c.state == literal_column("'quarantined'")))
            return [Quarantined(r.id, r.mailbox, r.arrived_at, r.reason, r.size, r.message_id) for r in rows]

    def outbox(self) -> list[OutboxItem]:
        """Letters that wait or failed, in the order in which they would leave; those that failed last."""
        names = tuple(OutboxItem.__dataclass_fields__)
        query = select(*(w.letter.c[name] for name in names))
        failed = w.letter.c.state == literal_column("'failed'")
        with self.reading() as connection:
            waiting = connection.execute(query.where(UNSENT).order_by(w.letter.c.priority, w.letter.c.id)).all()
            lost = connection.execute(query.where(failed).order_by(w.letter.c.id)).all()
        return [OutboxItem(*row) for row in (*waiting, *lost)]

    def failed_letter(self, letter_id: int) -> Undelivered | None:
        """A letter that failed, as far as somebody must be told of it; None where it is sent again."""
        failed = (w.letter.c.id == letter_id, w.letter.c.state == literal_column("'failed'"))
        names = ("message_id", "kind", "recipient", "ticket", "client", "answers", "reply")
        with self.reading() as connection:
            row = connection.execute(select(*(w.letter.c[name] for name in names)).where(*failed)).first()
            return Undelivered(*row) if row else None

    def open_holds(self, staff: str | None = None) -> list[Hold]:
        """Mails of staff that wait, oldest first."""
        query = select(w.hold).where(w.hold.c.state == literal_column("'open'")).order_by(w.hold.c.id)
        with self.reading() as connection:
            return [hold_from(r) for r in connection.execute(query if staff is None else query.where(w.hold.c.staff == staff))]

    def hold(self, number: int) -> Hold | None:
        """One hold, whatever its state."""
        with self.reading() as connection:
            row = connection.execute(select(w.hold).where(w.hold.c.id == number)).first()
            return hold_from(row) if row else None

    def newest_by_author(self, kind: str) -> dict[str, Stored]:
        """Staff id -> the last message of a kind that belongs to no ticket, such as answers to `check staff`."""
        filed = and_(s.message.c.ticket.is_(None), s.message.c.kind == kind)
        newest = select(func.max(s.message.c.id)).where(filed).group_by(s.message.c.author)
        with self.reading() as connection:
            rows = connection.execute(select(s.message).where(s.message.c.id.in_(newest)))
            return {row.author: stored_from(row) for row in rows}

    def remembered(self) -> dict[str, str]:
        """Address key -> client, as learnt by `/client`."""
        with self.reading() as connection:
            return {row.address: row.client for row in connection.execute(select(w.remembered))}

    def counts(self) -> Counts:
        """Rows that wait, by state; none of these counts what is finished."""
        letters = select(w.letter.c.state, func.count()).group_by(w.letter.c.state)
        failed = select(func.count()).select_from(w.letter).where(w.letter.c.state == literal_column("'failed'"))
        tickets = select(s.ticket.c.state, func.count()).where(s.ticket.c.state != literal_column("'closed'"))
        quarantined = s.arrival.c.state == literal_column("'quarantined'")
        with self.reading() as connection:
            by_state = {row[0]: row[1] for row in connection.execute(letters.where(UNSENT))}
            by_state["failed"] = connection.execute(failed).scalar_one()
            return Counts(
                connection.execute(select(func.count()).select_from(s.arrival).where(WAITING)).scalar_one(),
                connection.execute(select(func.count()).select_from(s.arrival).where(quarantined)).scalar_one(),
                by_state,
                {row[0]: row[1] for row in connection.execute(tickets.group_by(s.ticket.c.state))},
                connection.execute(select(func.count()).where(w.hold.c.state == literal_column("'open'"))).scalar_one(),
            )

    def oldest_unacked_at(self) -> datetime | None:
        """Since when somebody has been waiting for an ack: the oldest arrival not judged, or ticket whose ack has not left."""
        acks = select(func.min(s.ticket.c.opened_at)).join(w.letter, w.letter.c.ticket == s.ticket.c.number)
        waiting = select(func.min(s.arrival.c.arrived_at)).where(WAITING, s.arrival.c.mailbox != ARCHIVE)
        with self.reading() as connection:
            found = (
                connection.execute(acks.where(UNSENT, w.letter.c.kind == literal_column("'ack'"))).scalar_one(),
                connection.execute(waiting).scalar_one(),
            )
        return min((instant for instant in found if instant is not None), default=None)

    def contact(
        self, client: str, after: datetime | None, until: datetime, made_at: datetime | None = None, first: int = 0
    ) -> Contact:
        """What a report that covers (after, until] is made for: messages that count as contact, and entries no report covered.

        A message that was written before the last report's cut but recorded after it was made (`made_at`) counts too. All of the
        client's entries before the place `first` of its chain are covered and not read again.
        """
        written = s.message.c.at > after if after is not None else literal_column("1") == literal_column("1")
        if made_at is not None:
            written = or_(written, s.message.c.recorded_at > made_at)
        messages = and_(s.message.c.client == client, literal_column("message.contact"), s.message.c.at <= until, written)
        covered = select(b.document_entry.c.entry).where(
            b.document_entry.c.kind == "report", b.document_entry.c.entry == b.entry.c.id
        )
        booked = and_(b.entry.c.client == client, b.entry.c.seq >= first, ~covered.exists())
        columns = (b.entry.c.id, b.entry.c.seq, b.entry.c.booked_at)
        with self.reading() as connection:
            found = _thread(connection, select(s.message).where(messages))
            rows = connection.execute(select(*columns).where(booked).order_by(b.entry.c.seq)).all()
        later = [row.seq for row in rows if row.booked_at > until]
        through = rows[-1].seq + 1 if rows else first
        return Contact(found, [row.id for row in rows if row.booked_at <= until], later[0] if later else through)

    def find(self, words: Sequence[str], limit: int = 20) -> list[Ticket]:
        """Tickets whose subject, requester or messages hold every word, any case, newest first. Reads until it has found enough."""
        conditions = []
        for word in words:
            pattern = f"%{_escaped(word.casefold())}%"
            inside = select(s.message.c.id).where(
                s.message.c.ticket == s.ticket.c.number, self._folded(s.message.c.text, pattern)
            )
            named = (s.ticket.c.subject, s.ticket.c.requester, s.ticket.c.requester_name, s.ticket.c.client)
            conditions.append(or_(*(self._folded(column, pattern) for column in named), inside.exists()))
        query = select(s.ticket).where(*conditions).order_by(s.ticket.c.number.desc()).limit(limit)
        with self.reading() as connection:
            return [ticket_from(row) for row in connection.execute(query)]

    def _folded(self, column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
        folded = func.casefold(column) if self.is_sqlite else func.lower(column)
        return folded.like(pattern, escape="\\")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _conditions(which: Filter) -> list[ColumnElement[bool]]:
    columns = s.ticket.c
    compared: tuple[tuple[Callable[[Any], ColumnElement[bool]], Any], ...] = (
        (columns.client.__eq__, which.client),
        (columns.assignee.__eq__, which.assignee),
        (columns.state.in_, [state.value for state in which.states] or None),
        (columns.answer_due_at.__lt__, which.overdue_at),
        (columns.opened_at.__ge__, which.opened_from),
        (columns.opened_at.__lt__, which.opened_before),
    )
    conditions = [compare(value) for compare, value in compared if value is not None]
    if which.overdue_at is not None:
        conditions.append(columns.awaiting_since.is_not(None))
    if which.unanswered:
        conditions.append(or_(columns.awaiting_since.is_not(None), columns.unanswered))
    if which.again:
        conditions.append(columns.unanswered)
    return conditions


def _thread(connection: Connection, query: Select[Any]) -> list[ThreadItem]:
    rows: Sequence[Row[Any]] = connection.execute(query.order_by(s.message.c.id)).all()
    parts: dict[int, list[AttachmentFacts]] = {}
    for some in chunks([row.id for row in rows]):
        attached = select(s.attachment).where(s.attachment.c.message.in_(some))
        for part in connection.execute(attached.order_by(s.attachment.c.message, s.attachment.c.position)):
            facts = AttachmentFacts(part.filename, part.content_type, part.size, part.sha256, part.content_id, part.inline)
            parts.setdefault(part.message, []).append(facts)
    return [ThreadItem(row.id, stored_from(row), row.arrival, tuple(parts.get(row.id, ()))) for row in rows]
