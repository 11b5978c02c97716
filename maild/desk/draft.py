"""What a staff mail does, while its commands are being worked through one by one: discarded whole where one of them cannot be done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from maild.desk import notices, promise
from maild.desk.case import Shelf
from maild.desk.command_kinds import Eta, Fixed, New
from maild.desk.decision import Absence, Due, Event, Idea, Notice, Stored
from maild.desk.directory import Client, Staff
from maild.desk.hold import Frozen, Hold, Release
from maild.desk.incoming import Incoming, Rules, carried, own_id
from maild.desk.proposal import Proposal
from maild.desk.staff_writing import Writing
from maild.desk.terms import terms_of
from maild.desk.ticket import Act, Participant, State, Ticket, moved
from maild.ledger.balance import Balance, apply, effects
from maild.ledger.entry import Entry
from maild.ledger.work import History, Terms
from maild.message import Address, Attachment


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a mail is held: a reason code, the lines to mend (none: the command's own), values for the letter."""

    reason: str
    lines: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Draft:
    """One staff mail at work. `words` are what the customer will read, commands taken out."""

    mail: Incoming
    staff: Staff
    ticket: Ticket | None
    words: Writing
    shelf: Shelf
    rules: Rules
    now: datetime
    internal: bool = False
    asks: bool = False
    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    joined: list[tuple[int, Participant]] = field(default_factory=list)
    remembered: list[tuple[str, str]] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    extra: list[Notice] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)  # for the receipt: {"what": key, "value": text}
    other_tickets: dict[int, Ticket] = field(default_factory=dict)
    more: list[Stored] = field(default_factory=list)  # messages that a new ticket begins with
    keys: list[tuple[str, int]] = field(default_factory=list)
    promised: tuple[datetime, str] | None = None  # what /eta says: a time, and words
    settled: list[Hold] = field(default_factory=list)
    release: Release | None = None
    frozen: list[Frozen] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    ideas: list[Idea] = field(default_factory=list)

    @property
    def relays(self) -> bool:
        """Whether words go to the customer."""
        files = self.ticket and any(not each.inline for each in self.files)  # a logo alone says nothing
        given = self.mail.parsed.commands
        if any(isinstance(each, Fixed) for each in given):  # its words go to everybody who waits, and only so
            return False
        promises = any(isinstance(each, Eta) for each in given)
        return bool(self.text or files or promises) and not self.internal

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What goes along with the words. Files beside a `/new` are for staff unless words go out, those of a forward always."""
        opens = any(isinstance(each, New) for each in self.mail.parsed.commands)
        kept = opens and (not self.text or carried(self.mail, self.rules) is not None)
        return () if kept else self.mail.message.attachments

    @property
    def text(self) -> str:
        """What is said."""
        return self.words.text

    @cached_property
    def client(self) -> Client | None:
        """The ticket's client."""
        return self.client_of(self.ticket) if self.ticket else None

    def client_of(self, ticket: Ticket) -> Client:
        """A ticket's client as the directory knows it now; one that was removed is treated as a stranger."""
        clients = self.rules.directory.clients
        return clients.get(ticket.client) or clients["walk-in"]

    @property
    def recipients(self) -> tuple[Address, ...]:
        """The only addresses that a relay goes to."""
        return notices.people_of(self.ticket, self.shelf) if self.ticket else ()

    def stand_on(self, ticket: Ticket, thread: list[Stored], people: dict[str, Participant]) -> None:
        """Go on with another ticket: a new one, or the one that this mail's own is joined to."""
        self.ticket = ticket
        self.__dict__.pop("client", None)
        self.shelf = replace(
            self.shelf,
            threads={**self.shelf.threads, ticket.number: thread},
            participants={**self.shelf.participants, ticket.number: people},
        )

    def move(self, act: Act) -> None:
        """Move the ticket by the table."""
        assert self.ticket is not None
        self.ticket = replace(self.ticket, state=moved(self.ticket.state, act))

    def find_ticket(self, number: int) -> Ticket | None:
        """A ticket that a command names, or the one that it was merged into, as this mail leaves it so far."""
        ticket = self.shelf.tickets.get(number)
        while ticket is not None and ticket.merged_into is not None:
            ticket = self.shelf.tickets.get(ticket.merged_into)
        if ticket is not None and self.ticket is not None and ticket.number == self.ticket.number:
            return self.ticket
        return self.other_tickets.get(ticket.number, ticket) if ticket else None

    def touch(self, ticket: Ticket) -> None:
        """An act of staff on a ticket, this mail's own or another: it opens a new one."""
        if self.ticket is not None and ticket.number == self.ticket.number:
            self.move(Act.STAFF_ACTED)
        elif (state := moved(ticket.state, Act.STAFF_ACTED)) is not ticket.state:
            self.other_tickets[ticket.number] = replace(ticket, state=state)

    def solve(self) -> None:
        """Staff say it is solved: the customer will be asked."""
        assert self.ticket is not None
        self.move(Act.STAFF_SOLVED)
        if self.ticket.state is State.SOLVED:
            if self.ticket.eta_at:
                kept = self.now <= self.ticket.eta_at
                self.note_event("promise kept" if kept else "promise late", f"eta: {self.ticket.eta_at.isoformat()}")
            self.ticket = replace(self.ticket, solved_at=self.now, waiting_since=None, eta_at=None, eta_given_at=None)
            self.asks = True

    def note_event(self, what: str, detail: str = "", ticket: int | None = None) -> None:
        """Write into the ticket's history who did what, and by which mail."""
        number = ticket or (self.ticket.number if self.ticket else None)
        if number is not None:  # NEW stands for the ticket that this mail opens
            self.events.append(Event(number, self.now, what, self.staff.id, detail, own_id(self.mail)))

    def changed(self, what: str, value: str = "") -> None:
        """Tell it in the receipt."""
        self.changes.append({"what": what, "value": value})

    def local_date(self, client: Client) -> date:
        """The mail's date in the client's zone: the default work date."""
        return self.mail.arrived_at.astimezone(client.zone).date()

    def terms(self, client: Client) -> Terms:
        """What the client and the desk have agreed on."""
        return terms_of(client, self.rules.directory)

    def history(self, client: Client, ticket: int | None) -> History:
        """What is booked already, this mail's own entries included."""
        booked = self.shelf.ticket_entries.get(ticket, []) if ticket else []
        past = History(
            accounts=self.shelf.accounts.get(client.id, {}),
            ticket=tuple(booked),
            urgent_favour=self.shelf.urgent_favours.get(client.id),
        )
        return past.after(entry for entry in self.entries if entry.client == client.id)

    def book(self, entries: tuple[Entry, ...]) -> None:
        """Take entries into the draft. Places stand for the numbers that they will get (store/numbers.py): -1, -2 …"""
        for entry in entries:
            self.entries.append(replace(entry, id=-len(self.entries) - 1))

    def balances_after(self) -> list[Balance]:
        """The balance of each contract that this mail moves, once it is recorded."""
        after: dict[tuple[str, str], Balance] = {}
        for entry in self.entries:
            for contract in effects(entry):
                key = (entry.client, contract)
                after[key] = apply(after.get(key) or self.shelf.balances.get(key) or Balance(*key), entry)
        return list(after.values())

    def answered(self) -> None:
        """A person's answer leaves: nothing is awaited any more, and the first engineer who answers takes the ticket."""
        assert self.ticket is not None
        self.move(Act.STAFF_ACTED)
        has_it = self.ticket.assignee if self.ticket.assignee not in self.shelf.unavailable else ""
        assignee = has_it or (self.staff.id if "engineer" in self.staff.roles else self.ticket.assignee)
        self.ticket = replace(self.ticket, assignee=assignee, awaiting_since=None, answer_due_at=None)

    def later(self, duration: timedelta) -> datetime:
        """An instant so much later on the clock that never stops."""
        return promise.add(duration, promise.ALWAYS, self.now, {})
