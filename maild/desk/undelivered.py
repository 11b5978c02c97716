"""A letter that the outgoing server refused for good, or that five days could not bring there: told to whoever has the ticket.

A server that takes a letter first and returns it later is another story: its report comes as mail (decide_machine.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk import notices, promise
from maild.desk.case import Shelf
from maild.desk.decision import Decision, Event, Kind
from maild.desk.directory import WALK_IN, Staff
from maild.desk.incoming import Rules
from maild.desk.routing import audience
from maild.desk.ticket import Act, State, Ticket, moved
from maild.message import address_key

SILENT = frozenset({Kind.BOUNCE_NOTICE, Kind.ALERT})  # their own failure is told by `maild outbox` and the metrics alone
_ENHANCED = re.compile(r"^(?P<code>[45]\d\d)[ -](?P<status>[245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that failed. `answers`: it bears a person's words to the customer; `reply` is the server's last one."""

    message_id: str
    kind: str
    recipient: str
    ticket: int | None
    client: str
    answers: bool
    reply: str


def decide_undelivered(letter: Undelivered, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Note it in its ticket and tell somebody who can be reached. An answer that nobody got was none: its clock runs again."""
    ticket = shelf.tickets.get(letter.ticket or 0)
    event = Event(ticket.number, now, "undelivered", letter.recipient, letter.reply, letter.message_id) if ticket else None
    events = (event,) if event else ()
    if letter.kind in SILENT:
        return Decision(events=events, reason="a notice failed")
    unreached = address_key(letter.recipient)
    requester = ticket is not None and address_key(ticket.requester) == unreached
    unanswered = bool(ticket and requester and letter.answers and ticket.awaiting_since is None)
    flagged = tuple(
        (ticket.number, replace(person, flagged=letter.reply[:200]))
        for person in (shelf.participants.get(ticket.number, {}).values() if ticket else ())
        if ticket and person.address == unreached
    )
    found = _ENHANCED.match(letter.reply)
    facts = {
        "recipient": letter.recipient,
        "status": found["status"] if found else "",
        "diagnostic": letter.reply,
        "permanent": True,
        "unanswered": requester and letter.answers,
        "letter_kind": letter.kind,
    }
    told = tuple(
        notices.to_staff(
            Kind.BOUNCE_NOTICE,
            person,
            rules,
            key=f"undelivered:{letter.message_id}:{person.id}",
            facts=facts,
            ticket=ticket.number if ticket else None,
            client=letter.client,
            subject=ticket.subject if ticket else "",
        )
        for person in _who_must_know(ticket, unreached, shelf, rules)
    )
    return Decision(
        tickets=(awaiting_again(ticket, rules, now, first=ticket.first_answer_at is None),) if ticket and unanswered else (),
        joined=flagged,
        events=events,
        notices=told,
        returned=(ticket.number,) if ticket and unanswered else (),
        reason="undelivered",
    )


def _who_must_know(ticket: Ticket | None, unreached: str, shelf: Shelf, rules: Rules) -> tuple[Staff, ...]:
    people = audience(ticket, rules.directory, shelf.unavailable) if ticket else ()
    reached = tuple(person for person in people if person.address.key != unreached)
    return reached or tuple(person for person in rules.directory.with_role("manager") if person.address.key != unreached)


def awaiting_again(ticket: Ticket, rules: Rules, now: datetime, *, first: bool) -> Ticket:
    """A ticket whose answer reached nobody: its clock starts again from the news, that of the first answer where it was the first.

    What we asked with it was not asked either: whether it is solved, or what we wait for.
    """
    client = rules.directory.clients.get(ticket.client) or rules.directory.clients[WALK_IN]
    calendars = rules.directory.calendars
    again = replace(
        ticket,
        state=moved(ticket.state, Act.ANSWER_RETURNED),
        solution_due_at=promise.solution_due_after_pause(ticket, client, now, calendars),
        solved_at=None if ticket.state is State.SOLVED else ticket.solved_at,
        waiting_since=None,
    )
    if first:
        due_at = promise.first_answer_due(client, now, calendars)
        return replace(again, awaiting_since=ticket.opened_at, answer_due_at=due_at, first_answer_at=None, last_answer_at=None)
    due_at = promise.next_answer_due(client, now, calendars)
    return replace(again, awaiting_since=ticket.last_customer_at or now, answer_due_at=due_at)
