"""Each person's agenda of a working day: what waits for them, and what was done in their name. Pure: facts in, a letter out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk.calendar import is_working_day
from maild.desk.clocks import is_awaiting, stands_in_front
from maild.desk.decision import Decision, Kind
from maild.desk.directory import Directory, Staff
from maild.desk.hold import Hold
from maild.desk.incoming import Rules
from maild.desk.notices import to_staff
from maild.desk.promise import ALWAYS
from maild.desk.routing import audience
from maild.desk.ticket import State, Ticket

WAITING_LONG = timedelta(days=3)
SHOWN = 25  # rows of a part; the rest is counted
WEEKEND = 5
AHEAD_DAYS = 400  # a calendar that is closed for so long has no working day


@dataclass(frozen=True, slots=True)
class Done:
    """A mail that a person sent to the desk, and what it did: names of events, minutes that it booked."""

    at: datetime
    kind: str  # answer | note | commands
    ticket: int | None
    subject: str
    what: tuple[str, ...]
    worked: int
    charged: int


@dataclass(frozen=True, slots=True)
class Morning:
    """What memory knows of a person's work. `since`: the agenda before, from which on what was done in their name is told."""

    since: datetime
    held: Sequence[Hold]
    mine: Sequence[Ticket]  # not closed, theirs
    seen_to: Sequence[Ticket]  # not closed, that they are told of meanwhile: nobody's, and those of colleagues who are away
    again: Sequence[Ticket]  # unanswered again: theirs and those that they see to, closed ones included
    back: Sequence[Ticket]  # put off until today, or until a day since the agenda before
    done: Sequence[Done]  # mails in their name


def due_after(rules: Rules, instant: datetime) -> datetime:
    """The next working day's morning after a moment, by the desk's own clock."""
    local = instant.astimezone(rules.desk.zone).date()
    for offset in range(AHEAD_DAYS):
        day = local + timedelta(days=offset)
        at = due_on(rules, day)
        if at > instant and is_worked(rules.directory, day):
            return at
    return due_on(rules, local + timedelta(days=1))


def due_on(rules: Rules, day: date) -> datetime:
    """When the agenda of a day is due."""
    minute = rules.directory.promises.agenda_minute
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=rules.desk.zone).astimezone(UTC)


def is_worked(directory: Directory, day: date) -> bool:
    """Whether anybody works on a day: by any calendar of the directory; without one, from Monday to Friday."""
    calendars = [each for each in directory.calendars.values() if each.name != ALWAYS]
    return any(is_working_day(each, day) for each in calendars) if calendars else day.weekday() < WEEKEND


def agenda(person: Staff, due_at: datetime, morning: Morning, rules: Rules) -> Decision:
    """One letter, and none where it would be empty."""
    zone = rules.desk.zone
    day = due_at.astimezone(zone).date()
    tomorrow = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    all_of_them = (*morning.mine, *morning.seen_to)
    due = [t for t in all_of_them if is_awaiting(t) and t.answer_due_at and t.answer_due_at < tomorrow]
    due += [t for t in all_of_them if t not in due and t.eta_at and t.state in (State.NEW, State.OPEN) and t.eta_at < tomorrow]
    due += [t for t in all_of_them if t not in due and stands_in_front(t)]
    named = {ticket.number for ticket in (*due, *morning.again, *morning.back)}
    quiet = [t for t in morning.mine if t.number not in named and not (t.later_at and t.later_at >= tomorrow)]
    waiting = [t for t in quiet if t.state is State.WAITING and due_at - _waits_since(t) > WAITING_LONG]
    answered = [t for t in quiet if t.state is State.OPEN and not is_awaiting(t) and t.last_answer_at]
    parts: dict[str, list[dict[str, Any]]] = {
        "held": [
            {"id": held.id, "ticket": held.ticket, "reason": held.reason, "held_at": held.held_at} for held in morning.held
        ],
        "due": [
            _row(t, person, rules, _due_of(t, tomorrow))
            for t in sorted(due, key=lambda t: (not stands_in_front(t), _due_of(t, tomorrow)))
        ],
        "again": [_row(t, person, rules, t.last_customer_at) for t in morning.again],
        "waiting": [_row(t, person, rules, _waits_since(t)) for t in sorted(waiting, key=_waits_since)],
        "back": [_row(t, person, rules, t.later_at) for t in morning.back],
        "answered": [_row(t, person, rules, t.last_answer_at) for t in answered],
        "done": [_done(each) for each in morning.done],
    }
    if not any(parts.values()):
        return Decision(reason="nothing waits")
    asked = tuple(row["number"] for row in parts["answered"][:SHOWN])
    facts = {
        "day": day,
        "since": morning.since,
        "now": due_at,
        "more": {name: max(0, len(rows) - SHOWN) for name, rows in parts.items()},
        **{name: rows[:SHOWN] for name, rows in parts.items()},
    }
    key = f"agenda:{day.isoformat()}:{person.id}"
    letter = to_staff(Kind.AGENDA, person, rules, key=key, facts=facts, subject_of=0, writes_on=asked)
    return Decision(notices=(letter,), reason="agenda")


def _due_of(ticket: Ticket, otherwise: datetime) -> datetime:
    promised = [at for at in (ticket.answer_due_at if is_awaiting(ticket) else None, ticket.eta_at) if at]
    return min(promised, default=otherwise)


def _waits_since(ticket: Ticket) -> datetime:
    known = (ticket.waiting_since, ticket.last_answer_at, ticket.last_customer_at, ticket.opened_at)
    return next(at for at in known if at)


def _row(ticket: Ticket, person: Staff, rules: Rules, at: datetime | None) -> dict[str, Any]:
    away = rules.directory.staff.get(ticket.assignee) if ticket.assignee != person.id else None
    client = rules.directory.clients.get(ticket.client)
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "client": client.name if client else ticket.client,
        "at": at,
        "state": ticket.state.value,
        "nobodys": not ticket.assignee,
        "away": away.name if away else "",
        "again": ticket.unanswered,
        "denied": stands_in_front(ticket),
    }


def _done(each: Done) -> dict[str, Any]:
    return {
        "at": each.at,
        "ticket": each.ticket,
        "subject": each.subject,
        "what": [what for what in dict.fromkeys(each.what) if what != "time"] or [each.kind],  # its minutes say so
        "worked": each.worked,
        "charged": each.charged,
    }


def told_of(tickets: Iterable[Ticket], person: Staff, directory: Directory, absent: Collection[str]) -> list[Ticket]:
    """Of the tickets that nobody has, those whose customers' words this person gets."""
    return [ticket for ticket in tickets if any(each.id == person.id for each in audience(ticket, directory, absent))]
