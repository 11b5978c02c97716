"""One transaction of judging: what a batch needs is read, decisions are numbered, and all they change is written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from maild.desk.case import Needs, Shelf
from maild.desk.decision import Decision, Stored
from maild.desk.ticket import Ticket
from maild.message import Letter, Message
from maild.store.bulk import insert_rows
from maild.store.dues import ClaimedDue
from maild.store.engine import Database
from maild.store.faults import StaleTicket
from maild.store.journal import Bookings
from maild.store.numbers import Counters, numbered
from maild.store.rows import TICKET_FIELDS, ticket_from, ticket_row
from maild.store.schema import ticket as ticket_table
from maild.store.shelf import read_shelf
from maild.store.workload import write_workload
from maild.store.written import Composing, Written


@dataclass(slots=True)
class _Change:
    """What a transaction does to one ticket: from the value that was read (None: it is new) to the one that holds now."""

    before: Ticket | None
    after: Ticket
    letters: int = 0  # stored since `after` was numbered


class Tx:
    """An open transaction. Made by `Store.begin`, which commits it; a StoreFault anywhere undoes all of it."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.shelf = Shelf()
        self._database = database
        self._connection = connection
        self._now: datetime | None = None
        self._counters = Counters(connection)
        self._bookings = Bookings(connection)
        self._changes: dict[int, _Change] = {}
        self._read: dict[int, Ticket] = {}  # tickets as they stand in the database, locked
        self._written = Written()

    @property
    def now(self) -> datetime:
        """The desk's clock for this transaction, as given to `load`."""
        if self._now is None:
            raise ValueError("load() tells a transaction its time: call it first, with empty needs if there are none")
        return self._now

    def load(self, needs: Needs, now: datetime) -> Shelf:
        """Read everything that these needs name (see `Shelf`), after writing what was recorded so far."""
        if self._now is not None:
            self.flush()
        self._now = now
        self.shelf, clients = read_shelf(self._connection, needs, now)
        self.shelf.balances = self._bookings.read(clients)
        self.shelf.accounts = self._bookings.accounts(clients)
        self._read.update(self.shelf.tickets)
        return self.shelf

    def number(self, decision: Decision) -> Decision:
        """Give NEW its numbers, and each ticket its next version and the sums of what the decision books and stores.

        Raises StaleTicket where a ticket was judged at another version than the one that holds, ValueError as `numbered` does.
        """
        filled = numbered(decision, self._counters)
        tickets = {ticket.number: ticket for ticket in filled.tickets}
        for number in sorted(_counted(filled) - set(tickets)):
            tickets[number] = self._known(number)
        return replace(filled, tickets=tuple(self._next(ticket, filled) for ticket in tickets.values()))

    def record(
        self,
        arrival_id: int | None,
        message: Message | None,
        fingerprint: str,
        decision: Decision,
        letters: Sequence[tuple[Letter, Stored]] = (),
        *,
        composed: Composing | None = None,
        released: bool = False,
        tokened: bool = False,
    ) -> None:
        """Take in a numbered decision about an arrival (None: a moment that came due), with its letters as they will leave.

        `composed`: instead of `letters`, one for each of the decision's notices, which are asked for when they are written.
        `released`: the arrival was judged before and waited in a hold; what became of it stays as it is. `tokened`: it bore its
        sender's token.
        """
        for ticket in decision.tickets:
            self._change(ticket)
        tickets = [notice.ticket for notice in decision.notices] if composed else [stored.ticket for _, stored in letters]
        for number in tickets:
            if number is not None:
                change = self._changes.get(number) or self._change(self._known(number))
                change.letters += 1
        self._bookings.add(decision.entries, fingerprint)
        judged = arrival_id is not None and not released
        self._written.add(arrival_id, message, fingerprint, decision, composed or (lambda: letters), judged, tokened)

    def finish_due(self, claimed: ClaimedDue) -> None:
        """A due moment has been seen to: it goes, unless the decision sets it anew. Raises StaleDue at the end if it moved."""
        self._written.finished.append(claimed)

    def flush(self) -> None:
        """Write everything that was recorded so far; `Store.begin` does so before it commits."""
        self._write_tickets()
        if self._written.decisions or self._written.finished:
            self._written.write(self._database, self._connection, self.now)
        self._bookings.write(self._database)
        self._counters.write()

    def _current(self, number: int) -> Ticket | None:
        """The ticket as this transaction has it, if it has it."""
        change = self._changes.get(number)
        if change is None:
            return self._read.get(number)
        if change.letters:
            change.after = replace(change.after, messages=change.after.messages + change.letters)
            change.letters = 0
        return change.after

    def _known(self, number: int) -> Ticket:
        """The ticket, read and locked now if it was not loaded."""
        if (found := self._current(number)) is None:
            row = self._connection.execute(
                select(ticket_table).where(ticket_table.c.number == number).with_for_update()
            ).first()
            if row is None:
                raise StaleTicket(f"there is no ticket {number}")
            found = self._read[number] = ticket_from(row)
        return found

    def _next(self, ticket: Ticket, decision: Decision) -> Ticket:
        standing = self._known(ticket.number) if ticket.version else self._current(ticket.number)
        if (standing.version if standing else 0) != ticket.version:
            raise StaleTicket(
                f"ticket {ticket.number} was judged at version {ticket.version} of {standing and standing.version}"
            )
        stored = sum(each.ticket == ticket.number for each in decision.stored)
        booked = [entry for entry in decision.entries if entry.ticket == ticket.number]
        return replace(
            ticket,
            version=ticket.version + 1,
            messages=(standing.messages if standing else 0) + stored,
            worked_minutes=(standing.worked_minutes if standing else 0) + sum(entry.worked_minutes for entry in booked),
            charged_minutes=(standing.charged_minutes if standing else 0) + sum(entry.charged_minutes for entry in booked),
        )

    def _change(self, ticket: Ticket) -> _Change:
        change = self._changes.setdefault(ticket.number, _Change(self._read.get(ticket.number), ticket))
        change.after = ticket
        return change

    def _write_tickets(self) -> None:
        for number in self._changes:
            self._current(number)
        changed = [change for _, change in sorted(self._changes.items()) if change.before is not None]
        new = (ticket_row(change.after) for change in self._changes.values() if change.before is None)
        insert_rows(self._connection, ticket_table, new)
        if changed:
            rows = [_update_row(change.after, change.before.version) for change in changed if change.before]
            if self._connection.execute(_UPDATE, rows).rowcount != len(rows):
                raise StaleTicket("another node has changed a ticket of this batch")
        write_workload(self._database, self._connection, ((c.before, c.after) for c in self._changes.values()))
        self._read.update({number: change.after for number, change in self._changes.items()})
        self._changes.clear()


def _counted(decision: Decision) -> set[int]:
    """Tickets whose sums the decision moves."""
    return {stored.ticket for stored in decision.stored if stored.ticket} | {
        entry.ticket for entry in decision.entries if entry.ticket
    }


_DECIDED = tuple(name for name in TICKET_FIELDS if name not in ("number", "acked_at", "first_answer_at", "last_answer_at"))
_UPDATE = (
    update(ticket_table)
    .where(ticket_table.c.number == bindparam("of_number"), ticket_table.c.version == bindparam("of_version"))
    .values({name: bindparam(name) for name in _DECIDED})
)


def _update_row(ticket: Ticket, version: int) -> dict[str, Any]:
    """All but the instants that the settling of letters stamps, which may have moved since the ticket was read."""
    row = ticket_row(ticket)
    return {name: row[name] for name in _DECIDED} | {"of_number": ticket.number, "of_version": version}
