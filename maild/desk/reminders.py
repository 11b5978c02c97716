"""Reminders while a solved ticket waits for its customer's word, and the closing that was announced to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.clocks import CONFIRM, asked_at, confirm_due
from maild.desk.decision import Decision, Due, Event, Kind, Notice
from maild.desk.incoming import Rules
from maild.desk.purpose import RATINGS, Purpose
from maild.desk.ticket import Act, State, Ticket, moved
from maild.desk.unanswered import after_closing
from maild.message import Address, address_key

REMINDED = "reminded"  # a moment's name: the end of the day on which an address was reminded
AUTOMATIC_PER_ANSWER = 3  # mails to the customer (contract, section 2)
AUTOMATIC = frozenset({Kind.ACK, Kind.CONFIRM, Kind.REMINDER, Kind.REFUSAL})
DAY = timedelta(days=1)


def remind(due: Due, shelf: Shelf, rules: Rules, reminded_until: datetime | None, now: datetime) -> Decision:
    """What a moment of a solved or waiting ticket asks for: a reminder, another day, the closing, or nothing any more.

    `reminded_until`: the end of the day on which this requester was already reminded of another ticket.
    """
    ticket = shelf.tickets.get(int(due.which))
    facts = dict(due.facts)
    solved_at = datetime.fromisoformat(facts["solved"])
    if ticket is None or asked_at(ticket) != solved_at:
        return Decision(dues=(Due(CONFIRM, due.which, None),), reason="the customer's word has come")
    promises = rules.directory.promises
    solved = ticket.state is State.SOLVED
    closes_at = datetime.fromisoformat(facts["closes"]) if facts["closes"] and promises.close_after and solved else None
    if closes_at and closes_at <= now:
        return _closed(ticket, closes_at - solved_at, now)
    if reminded_until and reminded_until > now:
        return Decision(dues=(_another_day(due, closes_at, now),), reason="reminded of another ticket today")
    following = confirm_due(ticket.number, solved_at, closes_at, now, promises)
    if not _may_be_reminded(ticket, shelf):
        return Decision(dues=(following,), reason="no further reminder")
    today = Due(REMINDED, address_key(ticket.requester), _end_of_day(ticket, rules, now))
    event = Event(ticket.number, now, "reminded", "", ticket.requester)
    return Decision(
        events=(event,),
        dues=(following, today),
        notices=(_reminder(ticket, solved_at, closes_at, shelf, rules),),
        reason="reminded",
    )


def _closed(ticket: Ticket, silence: timedelta, now: datetime) -> Decision:
    """Closed by the policy that the customer was told of when we asked, and in each reminder."""
    proof = f"policy: silence {_span(silence)}"
    closed = replace(
        ticket,
        state=moved(ticket.state, Act.SILENCE),
        closed_at=now,
        closed_by=proof,
        awaiting_since=None,
        answer_due_at=None,
        unanswered=after_closing(ticket),
    )
    over = Due(CONFIRM, str(ticket.number), None)
    return Decision(tickets=(closed,), events=(Event(ticket.number, now, "closed", "", proof),), dues=(over,), reason=proof)


def _another_day(due: Due, closes_at: datetime | None, now: datetime) -> Due:
    """The same time on the next day that is still to come; the closing waits for no reminder."""
    assert due.at is not None
    at = due.at + DAY
    while at <= now:
        at += DAY
    return replace(due, at=min(at, closes_at) if closes_at else at)


def _may_be_reminded(ticket: Ticket, shelf: Shelf) -> bool:
    """Whether the requester can be written to, was acknowledged (a machine never is), and has not had enough automatic mail."""
    key = address_key(ticket.requester)
    person = shelf.participants.get(ticket.number, {}).get(key)
    had = [stored for stored in shelf.threads.get(ticket.number, ()) if address_key(stored.recipient) == key]
    acknowledged = ticket.acked_at is not None or any(stored.kind == Kind.ACK for stored in had)
    if not acknowledged or (person and person.flagged):
        return False
    answers = sum(stored.kind == Kind.RELAY and stored.author != "" for stored in had)
    return sum(stored.kind in AUTOMATIC for stored in had) < AUTOMATIC_PER_ANSWER * max(1, answers)


def _reminder(ticket: Ticket, solved_at: datetime, closes_at: datetime | None, shelf: Shelf, rules: Rules) -> Notice:
    address = Address(ticket.requester_name, ticket.requester)
    thread = notices.thread_for(address.key, ticket.number, shelf)
    staff = rules.directory.staff.get(ticket.assignee)
    solved = ticket.state is State.SOLVED
    return notices.to_customer(
        Kind.REMINDER,
        address,
        ticket,
        rules,
        key=f"reminder:{ticket.number}:{solved_at.isoformat()}:{len(thread)}",
        facts={
            "what": "solved" if solved else "waiting",
            "since": solved_at,
            "staff_name": staff.name if staff else "",
            "close_at": closes_at,
            "words_of_author": "",
        },
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
        asks=solved,
        links=(Purpose.YES, Purpose.NOT_YET, *RATINGS) if solved else (),
    )


def _end_of_day(ticket: Ticket, rules: Rules, now: datetime) -> datetime:
    """The next midnight where the client is."""
    client = rules.directory.clients.get(ticket.client)
    zone = ZoneInfo((client.timezone if client else "") or rules.desk.timezone)
    return datetime.combine(now.astimezone(zone).date() + DAY, time(), zone).astimezone(UTC)


def _span(span: timedelta) -> str:
    """A duration as the configuration writes it."""
    return f"{span.days}d" if span == timedelta(days=span.days) else f"{span // timedelta(minutes=1)}m"
