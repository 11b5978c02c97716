"""What the desk must know before it decides: named first (`Needs`), read for a whole batch at once, then looked up (`Shelf`).

The shelf is the batch's one mutable thing: each decision is laid upon it, so that the next mail of the same batch sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from maild.desk.decision import Decision, Stored
from maild.desk.hold import Hold
from maild.desk.proposal import Proposal, ProposalKind
from maild.desk.ticket import Participant, Ticket
from maild.ledger.balance import Balance, apply, effects
from maild.ledger.entry import Entry
from maild.message import address_key


@dataclass(frozen=True, slots=True)
class Needs:
    """Keys of everything that bears on some messages. `|` adds two up, so that a batch is read in few statements."""

    fingerprints: frozenset[str] = frozenset()
    message_ids: frozenset[str] = frozenset()  # cited or own: thread keys, and our own letters
    tickets: frozenset[int] = frozenset()  # named by token, subject or command
    addresses: frozenset[str] = frozenset()  # of senders: remembered client, acks sent in the last day
    clients: frozenset[str] = frozenset()  # balances, last three tickets
    holds: frozenset[int] = frozenset()
    entries: frozenset[int] = frozenset()
    reports: frozenset[tuple[str, str]] = frozenset()  # client and period: the entries that a report told of
    proposals: frozenset[tuple[str, int]] = frozenset()  # kind and number, named by a signed address
    tokens: frozenset[str] = frozenset()  # single-use ones
    staff_days: frozenset[tuple[str, date]] = frozenset()  # whose worked minutes of a day are asked
    staff: frozenset[str] = frozenset()  # who writes: the clients they have served
    staff_mails: frozenset[str] = frozenset()  # Message-IDs of mails in their names
    tallies: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()  # staff whose open tickets are asked
    references: frozenset[str] = frozenset()  # of defects and ideas: whose tickets wait on them
    letters: frozenset[tuple[int, str]] = frozenset()  # a signed address's ticket and the letter answered: perhaps undone

    def __or__(self, other: Needs) -> Needs:
        return Needs(*(getattr(self, f.name) | getattr(other, f.name) for f in fields(self)))


def all_needs(needs: Iterable[Needs]) -> Needs:
    """What a whole batch asks for."""
    each = list(needs)
    return Needs(*(frozenset().union(*(getattr(one, f.name) for one in each)) for f in fields(Needs)))


def ours_key(ticket: int, recipient: str) -> str:
    """Where `Shelf.ours` keeps our last letter on a ticket to an address."""
    return f"{ticket} {address_key(recipient)}"


@dataclass(frozen=True, slots=True)
class FirstCopy:
    """The arrival that a fingerprint belongs to; `tokened`: a copy of it bore its sender's token."""

    arrival: int
    message_id: str
    tokened: bool


@dataclass
class Shelf:
    """What was read for a batch, and what its decisions have changed so far.

    `keys` maps Message-IDs to tickets; tickets that keys or holds or entries lead to are loaded too, with their participants,
    their thread (oldest first, without attachments' contents, texts of the last 20 messages) and their entries.
    `ours` are our own letters that are cited, by Message-ID, and the last one to each (ticket, recipient) under that pair.
    `authored` are Message-IDs under which staff have written before. `tallies` count this hour.
    `acks` are instants of the acks sent to an address within a day before now.
    """

    fingerprints: dict[str, FirstCopy] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    participants: dict[int, dict[str, Participant]] = field(default_factory=dict)
    threads: dict[int, list[Stored]] = field(default_factory=dict)
    ours: dict[str, Stored] = field(default_factory=dict)
    remembered: dict[str, str] = field(default_factory=dict)
    acks: dict[str, list[datetime]] = field(default_factory=dict)
    challenges: dict[str, list[datetime]] = field(default_factory=dict)  # staff id -> instants within the last hour
    recent: dict[str, list[Ticket]] = field(default_factory=dict)  # client -> its last tickets, newest first, at most four
    open_count: dict[str, int] = field(default_factory=dict)  # staff id -> open tickets they have
    holds: dict[int, Hold] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    ticket_entries: dict[int, list[Entry]] = field(default_factory=dict)
    reports: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)  # (client, period) -> what the report told of
    proposals: dict[tuple[str, int], Proposal] = field(default_factory=dict)  # those that are named, and all of the tickets
    balances: dict[tuple[str, str], Balance] = field(default_factory=dict)  # (client, contract)
    accounts: dict[str, dict[str, int]] = field(default_factory=dict)  # client -> account -> sum of its postings, in minutes
    urgent_favours: dict[str, int] = field(default_factory=dict)  # client -> the ticket that had its one free urgent favour
    spent: set[str] = field(default_factory=set)
    worked: dict[tuple[str, date], int] = field(default_factory=dict)  # minutes a person wrote down for a day
    report_due: dict[str, datetime] = field(default_factory=dict)  # client -> when its next report is due, if one is
    frozen: set[str] = field(default_factory=set)  # staff ids
    absent: dict[str, datetime] = field(default_factory=dict)  # staff id -> until when they are away
    owned: dict[str, list[Ticket]] = field(default_factory=dict)  # staff id -> open tickets they have, at most 200
    waiting_on: dict[str, list[int]] = field(default_factory=dict)  # reference -> numbers of the tickets that wait on it
    served: set[tuple[str, str]] = field(default_factory=set)  # (staff, client)
    authored: set[str] = field(default_factory=set)
    tallies: dict[str, int] = field(default_factory=dict)

    @property
    def unavailable(self) -> frozenset[str]:
        """Staff who are told nothing while others can be: those who are away, and those whose mail is stopped."""
        return frozenset((*self.absent, *self.frozen))

    def quotes(self, ticket: int) -> list[Proposal]:
        """The quotes of a ticket, oldest first."""
        found = (each for each in self.proposals.values() if each.ticket == ticket and each.kind is ProposalKind.QUOTE)
        return sorted(found, key=lambda each: each.number)

    def lay(self, decision: Decision) -> None:
        """Let the rest of the batch see a decision whose numbers have been given."""
        for ticket in decision.tickets:
            if ticket.number not in self.tickets and ticket.assignee:
                self.open_count[ticket.assignee] = self.open_count.get(ticket.assignee, 0) + 1
            self.tickets[ticket.number] = ticket
            recent = self.recent.setdefault(ticket.client, [])
            if all(known.number != ticket.number for known in recent):
                recent.insert(0, ticket)
        for number, participant in decision.joined:
            self.participants.setdefault(number, {})[participant.address] = participant
        for stored in decision.stored:
            if stored.ticket is not None:
                self.threads.setdefault(stored.ticket, []).append(stored)
        for message_id, number in decision.keys:
            self.keys.setdefault(message_id, number)
        for entry in decision.entries:
            self.entries[entry.id] = entry
            accounts = self.accounts.setdefault(entry.client, {})
            for posting in entry.postings:
                accounts[posting.account] = accounts.get(posting.account, 0) + posting.minutes
            for key in effects(entry):
                balance = self.balances.get((entry.client, key)) or Balance(entry.client, key)
                self.balances[entry.client, key] = apply(balance, entry)
            if entry.ticket is not None:
                self.ticket_entries.setdefault(entry.ticket, []).append(entry)
            if entry.staff:
                day = (entry.staff, entry.work_date)
                self.worked[day] = self.worked.get(day, 0) + entry.worked_minutes
        for proposal in decision.proposals:
            self.proposals[proposal.kind, proposal.number] = proposal
        for hold in decision.holds:
            self.holds[hold.id] = hold
        self.spent.update(decision.spent)
        self.frozen.update(each.staff for each in decision.frozen)
        said = {each.staff: each.until for each in decision.absences}
        self.absent = {staff: until for staff, until in {**self.absent, **said}.items() if until is not None}
        self.served.update(decision.served)
        for name in decision.tallies:
            self.tallies[name] = self.tallies.get(name, 0) + 1
        self.remembered.update(decision.remembered)
