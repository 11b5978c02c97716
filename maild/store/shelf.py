"""Everything that bears on a batch, read in a few statements: each takes the keys of all its mails at once.

Tickets are locked until the end of the transaction (PostgreSQL; on SQLite the transaction has the file to itself), in the order of
their numbers, so that two nodes never wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, func, literal_column, select, union_all

from maild.desk import address
from maild.desk.case import FirstCopy, Needs, Shelf, ours_key
from maild.desk.ticket import Participant
from maild.store import schema as s
from maild.store import schema_books as b
from maild.store import schema_work as w
from maild.store.chunks import chunks, grouped
from maild.store.journal_links import links_of
from maild.store.proposals import proposals_named, proposals_of
from maild.store.rows import hold_from, stored_from, ticket_from
from maild.store.watch import hour_of

ACKS_LOOK_BACK = timedelta(days=1)
CHALLENGES_LOOK_BACK = timedelta(hours=1)
THREAD_TEXTS = 20  # the newest messages of a ticket come with their text
THREAD_MESSAGES = 200  # older ones are not read at all: a loop of thousands must not slow its desk down
RECENT_TICKETS = 8
WAITING_TICKETS = 301  # on one defect; one more than /fixed reaches
OWNED_TICKETS = 200
_FAVOUR = "'free:first-urgent'"  # as text, so that the index of those few entries is used
_RECENT_CLIENTS = 8  # a fixed width, so that one compiled statement serves every batch

THREAD_COLUMNS = tuple(column for column in s.message.c if column.name not in ("text", "arrival", "recorded_at"))


def read_shelf(connection: Connection, needs: Needs, now: datetime) -> tuple[Shelf, set[str]]:
    """The shelf for these needs, as of `now`, without the books' figures; and the clients whose figures belong on it.

    Those are the clients that are named, and those of the tickets, entries and addresses that the needs lead to.
    """
    shelf = Shelf()
    read = _Reader(connection)
    copies = select(s.arrival.c.id, s.arrival.c.fingerprint, s.arrival.c.message_id, s.arrival.c.tokened)
    for row in read(copies, s.arrival.c.fingerprint, needs.fingerprints):
        shelf.fingerprints[row.fingerprint] = FirstCopy(row.id, row.message_id or "", row.tokened)
    _holds_of_copies(read, shelf)
    for row in read(select(s.thread_key), s.thread_key.c.message_id, needs.message_ids):
        shelf.keys[row.message_id] = row.ticket
    for row in read(select(w.hold), w.hold.c.id, needs.holds):
        shelf.holds[row.id] = hold_from(row)
    named = (*links_of(connection, b.entry.c.id, needs.entries), *links_of(connection, b.entry.c.reverses, needs.entries))
    shelf.entries = {link.entry.id: link.entry for link in named}
    shelf.spent = {row.id for row in read(select(w.spent_token.c.id), w.spent_token.c.id, needs.tokens)}
    _letters(read, shelf, needs, now)
    shelf.proposals = {(each.kind, each.number): each for each in proposals_named(connection, needs.proposals)}
    _tickets(read, shelf, needs)
    shelf.proposals |= {(each.kind, each.number): each for each in proposals_of(connection, shelf.tickets)}
    _threads(read, shelf)
    _people(read, shelf, needs)
    _staff(read, shelf, needs, now)
    for client, period in needs.reports:
        named_report = (b.document.c.kind == "report", b.document.c.client == client, b.document.c.period == period)
        told = (
            select(b.document_entry.c.entry)
            .join(b.document, b.document.c.id == b.document_entry.c.document)
            .where(*named_report)
        )
        ids = sorted(connection.execute(told).scalars())
        shelf.reports[client, period] = [link.entry for link in links_of(connection, b.entry.c.id, ids)]
    clients = {*needs.clients, *shelf.remembered.values()}
    clients |= {ticket.client for ticket in shelf.tickets.values()} | {entry.client for entry in shelf.entries.values()}
    _clients(read, shelf, clients)
    return shelf, clients


class _Reader:
    """One SELECT for a list of keys, none at all for no keys."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __call__(self, query: Select[Any], column: ColumnElement[Any], keys: Collection[Any]) -> Iterator[Row[Any]]:
        for some in chunks(keys):
            yield from self.connection.execute(query.where(column.in_(some)))


def _tickets(read: _Reader, shelf: Shelf, needs: Needs) -> None:
    """Tickets that are named, that keys, holds, entries and cited letters of ours lead to, and those they were merged into."""
    led = {*needs.tickets, *shelf.keys.values()}
    led |= {letter.ticket for letter in shelf.ours.values() if letter.ticket}
    led |= {hold.ticket for hold in shelf.holds.values() if hold.ticket}
    led |= {entry.ticket for entry in shelf.entries.values() if entry.ticket}
    led |= {proposal.ticket for proposal in shelf.proposals.values()}
    waiting = select(s.ticket.c.waits_on, s.ticket.c.number).where(s.ticket.c.waits_on != literal_column("''"))
    for row in read(waiting.order_by(s.ticket.c.number.desc()).limit(WAITING_TICKETS), s.ticket.c.waits_on, needs.references):
        shelf.waiting_on.setdefault(row.waits_on, []).append(row.number)
        led.add(row.number)
    _led_to(read, shelf, led)
    if undone := {(number, cited) for number, cited in needs.letters if number not in shelf.tickets}:
        _led_to(read, shelf, _written_anew(read, shelf, undone) - set(shelf.tickets))
    for row in read(select(s.ticket).with_for_update(), s.ticket.c.merged_into, sorted(shelf.tickets)):
        shelf.tickets.setdefault(row.number, ticket_from(row))  # what was joined to them, with its part of the thread
    numbers = sorted(shelf.tickets)
    for row in read(select(s.participant), s.participant.c.ticket, numbers):
        person = Participant(row.address, row.name, row.joined_at, row.flagged)
        shelf.participants.setdefault(row.ticket, {})[row.address] = person
    for link in links_of(read.connection, b.entry.c.ticket, numbers):
        shelf.entries[link.entry.id] = link.entry
        shelf.ticket_entries.setdefault(cast(int, link.entry.ticket), []).append(link.entry)


def _led_to(read: _Reader, shelf: Shelf, numbers: set[int]) -> None:
    """Tickets by number, and those that they were merged into."""
    query = select(s.ticket).order_by(s.ticket.c.number).with_for_update()
    asked: set[int] = set()
    while numbers:
        for row in read(query, s.ticket.c.number, sorted(numbers)):
            shelf.tickets[row.number] = ticket_from(row)
        asked |= numbers
        numbers = {ticket.merged_into for ticket in shelf.tickets.values() if ticket.merged_into} - asked


def _written_anew(read: _Reader, shelf: Shelf, undone: Collection[tuple[int, str]]) -> set[int]:
    """Letters that memory has lost by a restore: no other ticket was given their numbers, and their like was written on a later one.

    They are shelved as they were sent: with the number that they bore. Returns the later tickets.
    """
    later: set[int] = set()
    message = s.message.c
    letters = select(*THREAD_COLUMNS, message.text).where(message.recipient != "").order_by(message.id).limit(1)
    for number, cited in undone:
        if (tail := address.behind_token(cited)) and cited not in shelf.ours:
            anew = letters.where(message.ticket > number, message.message_id.endswith(tail, autoescape=True))
            rows: Sequence[Any] = read.connection.execute(anew).all()
            for letter in map(stored_from, rows):
                later.add(cast(int, letter.ticket))
                shelf.ours[cited] = replace(letter, text=re.sub(rf"#{letter.ticket}\b", f"#{number}", letter.text))
    return later


def _threads(read: _Reader, shelf: Shelf) -> None:
    newest = func.row_number().over(partition_by=s.message.c.ticket, order_by=s.message.c.id.desc()).label("newest")
    for some in chunks(sorted(shelf.tickets)):
        places = select(s.message.c.id, newest).where(s.message.c.ticket.in_(some)).subquery()
        text = case((places.c.newest <= THREAD_TEXTS, s.message.c.text), else_=literal_column("''")).label("text")
        query = select(*THREAD_COLUMNS, text).join(places, places.c.id == s.message.c.id)
        rows: Sequence[Any] = read.connection.execute(
            query.where(places.c.newest <= THREAD_MESSAGES).order_by(s.message.c.id)
        ).all()
        for row in rows:
            stored = stored_from(row)
            for number in _homes(shelf, row.ticket):
                shelf.threads.setdefault(number, []).append(stored)
                if stored.recipient:
                    shelf.ours[ours_key(number, stored.recipient)] = stored


def _homes(shelf: Shelf, number: int) -> tuple[int, ...]:
    """The ticket of a message, and the one that it was joined to."""
    into = shelf.tickets[number].merged_into
    return (number,) if into is None else (number, into)


def _letters(read: _Reader, shelf: Shelf, needs: Needs, now: datetime) -> None:
    """Our own mail: letters that are cited, acks of the last day, challenges of the last hour."""
    ours = select(*THREAD_COLUMNS, s.message.c.text).where(s.message.c.recipient != "")
    for row in read(ours, s.message.c.message_id, needs.message_ids):
        shelf.ours[row.message_id] = stored_from(row)
    acks = select(w.letter.c.recipient_key, w.letter.c.queued_at).order_by(w.letter.c.id)
    acks = acks.where(w.letter.c.kind == literal_column("'ack'"), w.letter.c.queued_at > now - ACKS_LOOK_BACK)
    for row in read(acks, w.letter.c.recipient_key, needs.addresses):
        shelf.acks.setdefault(row.recipient_key, []).append(row.queued_at)
    challenges = select(w.letter.c.person, w.letter.c.queued_at).where(w.letter.c.kind == literal_column("'challenge'"))
    for person, queued_at in read.connection.execute(challenges.where(w.letter.c.queued_at > now - CHALLENGES_LOOK_BACK)):
        shelf.challenges.setdefault(person, []).append(queued_at)


def _holds_of_copies(read: _Reader, shelf: Shelf) -> None:
    """Holds in which the first copies of repeated mails wait: another copy may bring the proof."""
    waiting = select(w.hold).where(w.hold.c.state == literal_column("'open'"))
    for row in read(waiting, w.hold.c.arrival, {copy.arrival for copy in shelf.fingerprints.values() if not copy.tokened}):
        shelf.holds[row.id] = hold_from(row)


def _staff(read: _Reader, shelf: Shelf, needs: Needs, now: datetime) -> None:
    """Of those who write in the name of staff: whose mail is stopped, whom they know, what they have sent."""
    away = select(w.absence).where(w.absence.c.until > now)
    shelf.absent = {row.staff: row.until for row in read.connection.execute(away)}
    shelf.frozen = set(read.connection.execute(select(w.frozen.c.staff)).scalars())
    for row in read(select(w.served), w.served.c.staff, needs.staff):
        shelf.served.add((row.staff, row.client))
    written = select(s.message.c.message_id).where(s.message.c.author != "", s.message.c.recipient == "")
    for row in read(written, s.message.c.message_id, needs.staff_mails):
        shelf.authored.add(row.message_id)
    tallies = select(w.tally.c.name, w.tally.c.times).where(w.tally.c.hour == hour_of(now))
    for row in read(tallies, w.tally.c.name, needs.tallies):
        shelf.tallies[row.name] = row.times


def _people(read: _Reader, shelf: Shelf, needs: Needs) -> None:
    for row in read(select(w.remembered), w.remembered.c.address, needs.addresses):
        shelf.remembered[row.address] = row.client
    for row in read.connection.execute(select(w.workload)):
        shelf.open_count[row.staff] = row.open
    for staff in sorted(needs.owners):
        theirs = (s.ticket.c.assignee == staff) & s.ticket.c.state.in_(("new", "open", "waiting"))
        rows = read.connection.execute(select(s.ticket).where(theirs).order_by(s.ticket.c.number).limit(OWNED_TICKETS))
        shelf.owned[staff] = [ticket_from(row) for row in rows]
    day = (b.entry.c.staff, b.entry.c.work_date)
    worked = select(*day, func.sum(b.entry.c.worked_minutes).label("minutes")).group_by(*day)
    for staff, days in grouped(needs.staff_days).items():
        for row in read(worked.where(b.entry.c.staff == staff), b.entry.c.work_date, days):
            shelf.worked[(row.staff, row.work_date)] = int(row.minutes)


def _clients(read: _Reader, shelf: Shelf, clients: set[str]) -> None:
    for row in read(select(w.due.c.which, w.due.c.at).where(w.due.c.what == "report"), w.due.c.which, clients):
        shelf.report_due[row.which] = row.at
    favours = select(b.entry.c.client, b.entry.c.ticket).order_by(b.entry.c.id).where(b.entry.c.rule == literal_column(_FAVOUR))
    for row in read(favours.where(b.entry.c.kind == "time", b.entry.c.ticket.is_not(None)), b.entry.c.client, clients):
        shelf.urgent_favours.setdefault(row.client, row.ticket)
    for some in chunks(sorted(clients), _RECENT_CLIENTS):
        names = {f"client_{place}": some[place] if place < len(some) else "" for place in range(_RECENT_CLIENTS)}
        for row in read.connection.execute(_RECENT, names):
            shelf.recent.setdefault(row.client, []).append(ticket_from(row))


def _recent() -> Any:
    """The last tickets of a fixed number of clients, newest first: LIMIT for each, so that a client of a million costs the same."""
    parts = []
    for place in range(_RECENT_CLIENTS):
        last = select(s.ticket).where(s.ticket.c.client == bindparam(f"client_{place}"))
        parts.append(select(last.order_by(s.ticket.c.number.desc()).limit(RECENT_TICKETS).subquery()))
    return union_all(*parts)


_RECENT = _recent()
