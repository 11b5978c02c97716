"""/merge joins two tickets: threads, people, and what is awaited. Minutes stay on the ticket that they were booked on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import command_kinds as t
from maild.desk.decision import Event
from maild.desk.draft import Draft, Trouble
from maild.desk.incoming import own_id
from maild.desk.ticket import Act, Participant, State, Ticket, moved
from maild.message import address_key


def merge(draft: Draft, given: t.Merge, ticket: Ticket) -> Trouble | None:
    """Join this mail's ticket to the one that is named; later mail goes there."""
    into = draft.find_ticket(given.ticket)
    if into is None:
        return Trouble("no-such-ticket", facts={"number": given.ticket})
    if into.number == ticket.number:
        return Trouble("merge-itself", facts={"number": given.ticket})
    if into.client != ticket.client:
        clients = draft.rules.directory.clients
        names = {"client": clients[ticket.client].name, "other": clients[into.client].name} if into.client in clients else {}
        return Trouble("merge-other-client", facts=names)
    joined = _joined(into, ticket)
    draft.other_tickets[ticket.number] = replace(
        ticket,
        state=moved(ticket.state, Act.STAFF_CLOSED),
        closed_at=draft.now,
        closed_by=f"merged into #{into.number} by {draft.staff.id}",
        merged_into=into.number,
        awaiting_since=None,
        answer_due_at=None,
        waiting_since=None,
        eta_at=None,
        unanswered=False,
    )
    for earlier in draft.shelf.tickets.values():  # whatever was joined to it before goes along, so that one step leads there
        if earlier.merged_into == ticket.number:
            draft.other_tickets[earlier.number] = replace(earlier, merged_into=into.number)
    _stand_on_both(draft, joined, ticket)
    draft.events.append(Event(ticket.number, draft.now, "merged", draft.staff.id, f"into #{into.number}", own_id(draft.mail)))
    draft.note_event("merged", f"#{ticket.number} joined")
    draft.changed("merged", f"#{ticket.number}")
    return None


def _joined(into: Ticket, ticket: Ticket) -> Ticket:
    """What holds for both: the earliest that is awaited, the strictest that is promised."""
    awaits = ticket.awaiting_since is not None and ticket.state in (State.NEW, State.OPEN)
    ended = into.state in (State.SOLVED, State.CLOSED)
    return replace(
        into,
        state=State.OPEN if awaits and into.state is not State.NEW else into.state,
        solved_at=None if awaits and ended else into.solved_at,
        closed_at=None if awaits and ended else into.closed_at,
        closed_by="" if awaits and ended else into.closed_by,
        waiting_since=None if awaits else into.waiting_since,
        awaiting_since=_first(into.awaiting_since, ticket.awaiting_since if awaits else None),
        answer_due_at=_first(into.answer_due_at, ticket.answer_due_at if awaits else None),
        last_customer_at=_last(into.last_customer_at, ticket.last_customer_at),
        unanswered=into.unanswered or ticket.unanswered,
        eta_at=into.eta_at or ticket.eta_at,
        eta_given_at=into.eta_given_at or ticket.eta_given_at,
        waits_on=into.waits_on or ticket.waits_on,
        cause=into.cause or ticket.cause,
        vendor_defect=into.vendor_defect or ticket.vendor_defect,
    )


def _stand_on_both(draft: Draft, into: Ticket, ticket: Ticket) -> None:
    threads, people = draft.shelf.threads, draft.shelf.participants
    joining = {
        key: replace(person, joined_at=draft.now)
        for key, person in people.get(ticket.number, {}).items()
        if key not in people.get(into.number, {}) and key != address_key(into.requester)
    }
    if ticket.requester and address_key(ticket.requester) not in {**people.get(into.number, {}), **joining}:
        key = address_key(ticket.requester)
        if key != address_key(into.requester):
            joining[key] = Participant(key, ticket.requester_name, draft.now)
    both = sorted((*threads.get(into.number, []), *threads.get(ticket.number, [])), key=lambda said: said.at)
    draft.stand_on(into, both, {**people.get(into.number, {}), **joining})
    draft.joined += [(into.number, person) for person in joining.values()]


def _first(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _last(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each is not None), default=None)
