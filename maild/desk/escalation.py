"""Warnings before a promise breaks, and the word that it broke: who is told, in one letter a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.clocks import BREACH, Threshold, Wait, answer_due, read_answer_due, standing, thresholds
from maild.desk.decision import Decision, Due, Event, Kind, Notice
from maild.desk.directory import Directory, Staff
from maild.desk.incoming import Rules
from maild.desk.routing import audience
from maild.desk.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Call:
    """A threshold of a ticket that has come, or will within minutes, and whom it calls."""

    ticket: Ticket
    wait: Wait
    percent: int
    people: tuple[Staff, ...]
    due: Due  # the ticket's moment, and
    following: Due  # the one that takes its place

    @property
    def kind(self) -> Kind:
        """A warning, or the word that it is too late."""
        return Kind.BREACH if self.percent >= BREACH else Kind.WARNING


def sweep(dues: Sequence[Due], shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Say what has come, one letter a person and kind, and set the next moments.

    Of several thresholds that a ticket has passed since (the machine was off) only the most urgent speaks. `dues` may reach a
    little ahead of `now`: a warning that would follow to the same person within minutes stands in the same letter.
    The decision's moments are those that were seen to; all others stay as they are.
    """
    over: list[Due] = []
    come: list[Call] = []
    ahead: list[Call] = []
    for due in dues:
        assert due.at is not None
        ticket = shelf.tickets.get(int(due.which))
        wait, percent = read_answer_due(due)
        found = standing(ticket, due.what) if ticket else None
        if ticket is None or found is None or found[1] != wait.deadline:
            over.append(Due(due.what, due.which, None))
        elif due.at <= now:
            come += _come(ticket, wait, percent, due, rules, now, over, shelf.unavailable)
        else:
            ahead += _come(ticket, wait, percent, due, rules, due.at, over, shelf.unavailable)
    come += _beside(come, ahead)
    told = _most_urgent(come)
    return Decision(
        events=tuple(_event(call, now) for call in told),
        dues=(*over, *(call.following for call in come)),
        notices=tuple(_letters(told, shelf, rules)),
        reason="promises",
    )


def _beside(come: Sequence[Call], ahead: Sequence[Call]) -> list[Call]:
    """Warnings that would follow within minutes to somebody who is warned now; and to whoever is warned now because of those."""
    called = {person.id for call in come if call.kind is Kind.WARNING for person in call.people}
    coming = [call for call in ahead if call.kind is Kind.WARNING]
    beside: list[Call] = []
    while near := [call for call in coming if called & {person.id for person in call.people}]:
        beside += near
        called |= {person.id for call in near for person in call.people}
        coming = [call for call in coming if call not in near]
    return beside


def _most_urgent(calls: Sequence[Call]) -> list[Call]:
    """Of what a ticket's clocks have to say at once a warning gives way to a broken promise, and to one that is nearer its end."""
    worst: dict[int, int] = {}
    for call in calls:
        worst[call.ticket.number] = max(worst.get(call.ticket.number, 0), call.percent)
    return [call for call in calls if call.percent == worst[call.ticket.number]]


def listeners(ticket: Ticket, percent: int, rules: Rules, absent: Collection[str] = ()) -> tuple[Staff, ...]:
    """The first warning calls the assignee, the second the team, later ones the managers; a breach all three. Each person once.

    What nobody has by the second warning calls the fallback people too. Who is away or stopped is called by nothing, unless all are.
    """
    directory = rules.directory
    first, team = audience(ticket, directory, absent), _team(ticket, directory)
    if ticket.assignee not in directory.staff or ticket.assignee in absent:
        fallback = (directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
        team = _each((*team, *fallback))
    team = tuple(person for person in team if person.id not in absent) or first
    managers = directory.with_role("manager")
    managers = tuple(person for person in managers if person.id not in absent) or managers or team
    if percent >= BREACH:
        return _each((*first, *team, *managers))
    place = sum(earlier < percent for earlier in set(directory.promises.warn_percent))
    return _each((first, team, managers)[min(place, 2)])


def _come(
    ticket: Ticket,
    wait: Wait,
    percent: int,
    due: Due,
    rules: Rules,
    now: datetime,
    over: list[Due],
    absent: Collection[str],
) -> list[Call]:
    """The most urgent threshold that has passed, if one has: percentages may have been configured anew since the moment was set."""
    left = [
        t for t in thresholds(wait, rules.directory.promises.warn_percent, rules.directory.calendars) if t.percent >= percent
    ]
    passed: list[Threshold] = [threshold for threshold in left if threshold.at <= now]
    following = left[len(passed)] if len(passed) < len(left) else None
    next_due = answer_due(ticket.number, wait, following) if following else Due(due.what, due.which, None)
    if not passed:
        over.append(next_due)
        return []
    spoken = passed[-1].percent
    return [Call(ticket, wait, spoken, listeners(ticket, spoken, rules, absent), due, next_due)]


def _team(ticket: Ticket, directory: Directory) -> tuple[Staff, ...]:
    """The ticket's team, else the assignee's teams, else the fallback people."""
    if ticket.team and (people := directory.team(ticket.team) or directory.with_role(ticket.team)):
        return people
    assignee = directory.staff.get(ticket.assignee)
    colleagues = tuple(person for name in assignee.teams for person in directory.team(name)) if assignee else ()
    fallback = tuple(directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
    return _each(colleagues) or fallback or audience(ticket, directory)


def _each(people: Iterable[Staff]) -> tuple[Staff, ...]:
    return tuple({person.id: person for person in people}.values())


def _letters(calls: Iterable[Call], shelf: Shelf, rules: Rules) -> Iterable[Notice]:
    told: dict[tuple[Kind, str], list[Call]] = {}
    for call in sorted(calls, key=lambda call: (call.wait.deadline, call.ticket.number)):
        for person in call.people:
            told.setdefault((call.kind, person.id), []).append(call)
    for (kind, name), some in told.items():
        yield _letter(kind, rules.directory.staff[name], some, shelf, rules)


def _letter(kind: Kind, person: Staff, calls: list[Call], shelf: Shelf, rules: Rules) -> Notice:
    """One person's letter; it is answered as a notification of its first ticket would be."""
    ticket = calls[0].ticket
    thread = notices.thread_for(person.address.key, ticket.number, shelf)
    said = ",".join(f"{call.ticket.number}:{call.wait.deadline.isoformat()}:{call.percent}" for call in calls)
    return notices.to_staff(
        kind,
        person,
        rules,
        key=f"{kind}:{said}:{person.id}",
        facts={"tickets": [_shown(call, rules) for call in calls], "answers": answers_customers(person, ticket)},
        ticket=ticket.number,
        client=ticket.client,
        subject=ticket.subject,
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
    )


def answers_customers(person: Staff, ticket: Ticket) -> bool:
    """Whether a plain reply to a warning goes to the customer: of an engineer, or of whoever has the ticket. A manager's is a note."""
    return "engineer" in person.roles or ticket.assignee == person.id


def _shown(call: Call, rules: Rules) -> dict[str, Any]:
    client = rules.directory.clients.get(call.ticket.client)
    assignee = rules.directory.staff.get(call.ticket.assignee)
    return {
        "number": call.ticket.number,
        "subject": call.ticket.subject,
        "client": client.name if client else call.ticket.client,
        "clock": call.wait.clock,
        "due": call.wait.deadline,
        "percent": call.percent,
        "assignee": assignee.name if assignee else "",
    }


def _event(call: Call, now: datetime) -> Event:
    what = "promise broken" if call.kind is Kind.BREACH else "warned"
    people = ", ".join(person.id for person in call.people)
    return Event(call.ticket.number, now, what, "", f"{call.wait.clock}: {call.percent} % of the time, told to {people}")
