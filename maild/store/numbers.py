"""Numbers without gaps: counters that are rows of the transaction, and a decision whose NEW placeholders are filled in.

A decision may open one ticket and one hold; its new proposals are named by negative places, in the buttons of its letters too.
Its entries get consecutive ids; an entry may point at another of the same decision
by a negative place: -1 is the first new one, -2 the second, in `reverses`, `corrects` and a document's `entries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select, update

from maild.desk.decision import NEW, Decision, Document, Due, Event, Notice, Stored
from maild.desk.hold import Hold
from maild.desk.proposal import Proposal
from maild.desk.ticket import Ticket
from maild.ledger.entry import Entry
from maild.store.columns import storable
from maild.store.schema_work import counter

TICKET, ENTRY, HOLD = "ticket", "entry", "hold"
_STANDING = (ENTRY, HOLD, TICKET)  # exist from the first migration on; taken together, always in this order


@dataclass
class Counters:
    """The counters that a transaction has taken. Taken rows stay locked until its end, so a rollback gives the numbers back."""

    connection: Connection
    taken: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def next(self, name: str) -> int:
        """The next number of a counter."""
        if name not in self.taken:
            self._take(_STANDING if name in _STANDING else (name,))
        self.taken[name] += 1
        self.used.add(name)
        return self.taken[name]

    def _take(self, names: Sequence[str]) -> None:
        query = select(counter.c.name, counter.c.last).where(counter.c.name.in_(names)).order_by(counter.c.name)
        for row in self.connection.execute(query.with_for_update()):
            self.taken[row.name] = row.last
        for name in names:
            if name not in self.taken:  # two nodes at once: the unique key lets one in, the other judges again
                self.connection.execute(counter.insert().values(name=name, last=0))
                self.taken[name] = 0

    def write(self) -> None:
        """Keep what was used."""
        for name in sorted(self.used):
            self.connection.execute(update(counter).where(counter.c.name == name).values(last=self.taken[name]))
        self.used.clear()


@dataclass(frozen=True, slots=True)
class _Given:
    """The numbers that stand for NEW in one decision."""

    ticket: int
    hold: int
    document: int
    entries: tuple[int, ...]
    proposals: tuple[int, ...]

    def of_ticket(self, number: int | None) -> int | None:
        return self.ticket if number == NEW else number

    def of_entry(self, number: int | None) -> int | None:
        return self.entries[-number - 1] if number is not None and number < 0 else number

    def of_proposal(self, number: int) -> int:
        return self.proposals[-number - 1] if number < 0 else number


def numbered(decision: Decision, counters: Counters) -> Decision:
    """The decision with every NEW filled in. Raises ValueError where a placeholder has nothing to stand for, or two things."""
    new_tickets = sum(ticket.number == NEW for ticket in decision.tickets)
    new_holds = sum(hold.id == NEW for hold in decision.holds)
    if new_tickets > 1 or new_holds > 1:
        raise ValueError(f"a decision opens at most one ticket and one hold, not {new_tickets} and {new_holds}")
    documents = tuple(_numbered_document(document, counters) for document in decision.documents)
    given = _Given(
        counters.next(TICKET) if new_tickets else NEW,
        counters.next(HOLD) if new_holds else NEW,
        documents[0].signed_number if documents else NEW,
        tuple(counters.next(ENTRY) for _ in decision.entries),
        tuple(counters.next(each.kind.value) if each.number < 0 else each.number for each in decision.proposals),
    )
    filled = replace(
        decision,
        tickets=tuple(_ticket(ticket, given) for ticket in decision.tickets),
        joined=tuple((_known(given.of_ticket(number)), person) for number, person in decision.joined),
        stored=tuple(_stored(stored, given) for stored in decision.stored),
        keys=tuple((message_id, _known(given.of_ticket(number))) for message_id, number in decision.keys),
        events=tuple(_event(event, given) for event in decision.events),
        entries=tuple(_entry(entry, new_id, given) for entry, new_id in zip(decision.entries, given.entries, strict=True)),
        holds=tuple(_hold(hold, given) for hold in decision.holds),
        ideas=tuple(replace(idea, ticket=given.of_ticket(idea.ticket)) for idea in decision.ideas),
        dues=tuple(_due(due, given) for due in decision.dues),
        documents=tuple(_covering(document, given) for document in documents),
        proposals=tuple(_proposal(proposal, given) for proposal in decision.proposals),
        notices=tuple(_notice(notice, given) for notice in decision.notices),
    )
    return filled


def _known(number: int | None) -> int:
    if not number:
        raise ValueError("something refers to a new ticket, but the decision opens none")
    return number


def document_counter(kind: str, year: int) -> str:
    """The counter of documents of a kind and year."""
    return f"document:{kind}:{year}"


def _numbered_document(document: Document, counters: Counters) -> Document:
    year = document.year or document.day.year
    return replace(document, year=year, number=counters.next(document_counter(document.kind, year)))


def _covering(document: Document, given: _Given) -> Document:
    return replace(document, entries=tuple(_known(given.of_entry(entry)) for entry in document.entries))


def _ticket(ticket: Ticket, given: _Given) -> Ticket:
    linked, merged = given.of_ticket(ticket.linked_to), given.of_ticket(ticket.merged_into)
    return replace(ticket, number=_known(given.of_ticket(ticket.number)), linked_to=linked, merged_into=merged)


def _stored(stored: Stored, given: _Given) -> Stored:
    return replace(stored, ticket=_known(given.of_ticket(stored.ticket))) if stored.ticket == NEW else stored


def _event(event: Event, given: _Given) -> Event:
    return replace(event, ticket=_known(given.of_ticket(event.ticket))) if event.ticket == NEW else event


def _entry(entry: Entry, new_id: int, given: _Given) -> Entry:
    """Texts are made storable here, before they are hashed: what is read back must give the same digest."""
    return replace(
        entry,
        id=new_id,
        ticket=given.of_ticket(entry.ticket),
        reverses=given.of_entry(entry.reverses),
        corrects=given.of_entry(entry.corrects),
        item=storable(entry.item),
        rule=storable(entry.rule),
        note=storable(entry.note),
        note_internal=storable(entry.note_internal),
        reason=storable(entry.reason),
        source_message_id=storable(entry.source_message_id),
        facts=_storable_pairs(entry.facts),
    )


def _storable_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((storable(key), storable(value)) for key, value in pairs)


def _hold(hold: Hold, given: _Given) -> Hold:
    """A hold's version counts its recordings, as a ticket's does."""
    new_id = given.hold if hold.id == NEW else hold.id
    return replace(hold, id=new_id, ticket=given.of_ticket(hold.ticket), version=hold.version + 1)


def _proposal(proposal: Proposal, given: _Given) -> Proposal:
    """A proposal's version counts its recordings, as a ticket's does."""
    number = given.of_proposal(proposal.number)
    return replace(proposal, number=number, version=proposal.version + 1, text=storable(proposal.text))


def _due(due: Due, given: _Given) -> Due:
    if due.which != str(NEW):
        return due
    number = given.hold if due.what.startswith(HOLD) else given.ticket
    return replace(due, which=str(_known(number)))


def _notice(notice: Notice, given: _Given) -> Notice:
    """`subject_of` NEW is the hold if the decision makes one, else the document, else the ticket."""
    subject_of = notice.subject_of
    if subject_of == NEW:
        subject_of = given.hold or given.document or given.ticket or NEW
    ticket = _known(given.of_ticket(notice.ticket)) if notice.ticket == NEW else notice.ticket
    if not notice.buttons:
        return replace(notice, ticket=ticket, subject_of=subject_of)
    buttons = tuple(replace(button, number=given.of_proposal(button.number)) for button in notice.buttons)
    facts = {**notice.facts, "numbers": {button.name: button.number for button in buttons}}
    subject_of = given.of_proposal(subject_of) if subject_of is not None else None
    return replace(notice, ticket=ticket, subject_of=subject_of, buttons=buttons, facts=facts)
