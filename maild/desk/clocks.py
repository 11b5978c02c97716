"""The clocks of a ticket: when somebody is warned that an answer is awaited, when the promise is broken, when the customer is asked again.

A clock is one stored moment for a ticket, the next at which something is to be said. What a decision changes about a ticket sets it,
moves it or takes it away (`dues_for`); whoever sweeps the moments says what has come and sets the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk import calendar, promise
from maild.desk.case import Shelf
from maild.desk.decision import NEW, Decision, Due, Outcome
from maild.desk.directory import WALK_IN, Calendar, Promises
from maild.desk.incoming import Rules
from maild.desk.ticket import State, Ticket

ANSWER = "answer"  # a moment's name: the next warning of an awaited answer, or its breach
ETA = "eta"  # likewise of a time that was promised by /eta
SOLUTION = "solution"  # likewise of the solution, where a plan names one
PROMISES = (ANSWER, ETA, SOLUTION)
CONFIRM = "confirm"  # a moment's name: the next reminder to say whether it is solved, or the closing
BREACH = 100  # percent of the time: the promise is broken
RUNNING = frozenset({State.NEW, State.OPEN})


@dataclass(frozen=True, slots=True)
class Wait:
    """An answer that is awaited, as it was promised: `calendar` is the one on which its time was counted.

    `clock` is "answer" for the first one, "next_answer" for those after. A plan that changes later changes none of it. `spent` is
    the time that had passed when a pause began: percentages are of the whole, and what was told before is not told again.
    """

    since: datetime
    deadline: datetime
    calendar: str
    clock: str
    spent: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Threshold:
    """An instant at which so much of the time has passed; 100 percent is the deadline itself."""

    percent: int
    at: datetime


def dues_for(decision: Decision, shelf: Shelf, rules: Rules) -> tuple[Due, ...]:
    """The moments that a decision sets, moves (same key) or takes away (`at` None); the shelf is as it was before the decision.

    A new ticket that waits in quarantine (too large, unreadable) has no clock: nobody can answer what nobody has read.
    """
    found: list[Due] = []
    for ticket in decision.tickets:
        if ticket.number == NEW and decision.outcome is Outcome.QUARANTINED:
            continue
        before = shelf.tickets.get(ticket.number)
        returned = _returned_at(decision, ticket.number)
        if (awaited := _awaited(ticket)) != (_awaited(before) if before else None):
            found.append(_answer_due(ticket, before, returned, rules) if awaited else Due(ANSWER, str(ticket.number), None))
        for what in (ETA, SOLUTION):
            if (promised := standing(ticket, what)) != (standing(before, what) if before else None):
                found.append(
                    _promised_due(ticket, before, what, returned, rules) if promised else Due(what, str(ticket.number), None)
                )
        if (asked := asked_at(ticket)) != (asked_at(before) if before else None):
            found.append(_confirm_due(ticket, asked, rules.directory.promises) if asked else _no_more(ticket))
    return tuple(found)


def is_awaiting(ticket: Ticket) -> bool:
    """Whether a customer waits for a person's answer now: pauses, solved and closed tickets aside."""
    return _awaited(ticket) is not None


def stands_in_front(ticket: Ticket) -> bool:
    """Whether a customer who has said "not yet" waits: such tickets come before all others of a queue."""
    return ticket.denied > 0 and is_awaiting(ticket)


def standing(ticket: Ticket, what: str) -> tuple[datetime, datetime] | None:
    """(since when, the deadline) of a promise that runs now; None while the ticket waits for the customer, or where it is over."""
    if what == ANSWER:
        return _awaited(ticket)
    since, deadline = (ticket.eta_given_at, ticket.eta_at) if what == ETA else (ticket.opened_at, ticket.solution_due_at)
    if ticket.state in RUNNING and ticket.merged_into is None and since and deadline:
        return since, deadline
    return None


def clock_of(ticket: Ticket) -> str:
    """Which promise a ticket that waits stands under: of the first answer, or of one after it."""
    return "answer" if ticket.last_answer_at is None and ticket.awaiting_since == ticket.opened_at else "next_answer"


def asked_at(ticket: Ticket) -> datetime | None:
    """Since when the customer's word is awaited, if it is: whether it is solved, or what we wait for."""
    if not ticket.requester or ticket.merged_into is not None:
        return None
    return {State.SOLVED: ticket.solved_at, State.WAITING: ticket.waiting_since}.get(ticket.state)


def thresholds(wait: Wait, percents: Iterable[int], calendars: Mapping[str, Calendar]) -> tuple[Threshold, ...]:
    """The instants of a wait at which somebody is told, in order; the last is its breach."""
    counted = calendars.get(wait.calendar, calendar.ALWAYS)
    left = calendar.between(counted, wait.since, wait.deadline)
    if left <= timedelta(0):  # the calendar was changed since: what is left is counted day and night
        counted, left = calendar.ALWAYS, max(wait.deadline - wait.since, timedelta(0))
    total = wait.spent + left
    warned = sorted({percent for percent in percents if 0 < percent < BREACH and total * percent / 100 >= wait.spent})
    return (
        *(Threshold(percent, calendar.add(counted, wait.since, total * percent / 100 - wait.spent)) for percent in warned),
        Threshold(BREACH, wait.deadline),
    )


def answer_due(number: int, wait: Wait, threshold: Threshold) -> Due:
    """The moment of a wait's next threshold, with all that is needed to go on from it."""
    facts = {
        "since": wait.since.isoformat(),
        "deadline": wait.deadline.isoformat(),
        "calendar": wait.calendar,
        "clock": wait.clock,
        "percent": str(threshold.percent),
    }
    if wait.spent:
        facts["spent"] = str(wait.spent // timedelta(microseconds=1))
    what = wait.clock if wait.clock in (ETA, SOLUTION) else ANSWER
    return Due(what, str(number), threshold.at, tuple(facts.items()))


def read_answer_due(due: Due) -> tuple[Wait, int]:
    """The wait that a moment speaks of, and the percentage that is its next. Raises KeyError or ValueError for another's facts."""
    facts = dict(due.facts)
    wait = Wait(
        datetime.fromisoformat(facts["since"]),
        datetime.fromisoformat(facts["deadline"]),
        facts["calendar"],
        facts["clock"],
        timedelta(microseconds=int(facts.get("spent", 0))),
    )
    return wait, int(facts["percent"])


def confirm_due(number: int, solved_at: datetime, closes_at: datetime | None, after: datetime, promises: Promises) -> Due:
    """The first reminder or the closing after an instant; no moment where nothing is left to say.

    `closes_at` is what the customer was told when we asked: a policy that comes later binds only those who were told of it.
    """
    reminders = (solved_at + span for span in promises.remind)
    coming = sorted(at for at in reminders if at > after and (closes_at is None or at < closes_at))
    at = coming[0] if coming else closes_at
    return Due(
        CONFIRM, str(number), at, (("solved", solved_at.isoformat()), ("closes", closes_at.isoformat() if closes_at else ""))
    )


def _awaited(ticket: Ticket) -> tuple[datetime, datetime] | None:
    if ticket.state in RUNNING and ticket.awaiting_since and ticket.answer_due_at and ticket.merged_into is None:
        return ticket.awaiting_since, ticket.answer_due_at
    return None


def _returned_at(decision: Decision, number: int) -> datetime | None:
    """When it became known that a ticket's answer had come back, if this is what a decision says."""
    return next((event.at for event in decision.events if event.ticket == number and number in decision.returned), None)


def _answer_due(ticket: Ticket, before: Ticket | None, returned_at: datetime | None, rules: Rules) -> Due:
    """The first threshold. A clock that starts anew runs from what started it, not from the days of a pause.

    That is the customer's word, or the news that the answer came back: its percentages are of the time that is given again.
    """
    assert ticket.awaiting_since and ticket.answer_due_at
    resumed = before is not None and not is_awaiting(before)
    word = ticket.last_customer_at if resumed and ticket.last_customer_at else ticket.awaiting_since
    since = returned_at or word
    directory = rules.directory
    plan = promise.plan_of(directory.clients.get(ticket.client) or directory.clients[WALK_IN], since)
    clock = clock_of(ticket)
    target = plan.answer if clock == "answer" else plan.next_answer or plan.answer
    wait = Wait(since, ticket.answer_due_at, target.calendar, clock)
    first = thresholds(wait, directory.promises.warn_percent, directory.calendars)[0]
    return answer_due(ticket.number, wait, first)


def _promised_due(ticket: Ticket, before: Ticket | None, what: str, returned_at: datetime | None, rules: Rules) -> Due:
    """The next threshold of a promised time. After a pause those that passed before it are not told again.

    A time that came while we waited for the customer was not broken by us: its clock is over.
    """
    found = standing(ticket, what)
    assert found is not None
    since, deadline = found
    directory = rules.directory
    goes_on = returned_at or ticket.last_customer_at
    resumed = before is not None and before.state not in RUNNING and goes_on is not None
    if what == SOLUTION:
        target = promise.plan_of(directory.clients.get(ticket.client) or directory.clients[WALK_IN], ticket.opened_at).solution
        named = target.calendar if target else promise.ALWAYS
    else:
        named = promise.ALWAYS
    after = goes_on if resumed and goes_on else since
    if what == SOLUTION and resumed and target:
        counted = directory.calendars.get(named, calendar.ALWAYS)
        spent = max(target.within - calendar.between(counted, after, deadline), timedelta(0))
        wait = Wait(after, deadline, named, what, spent)
    else:
        wait = Wait(since, deadline, named, what)
    steps = thresholds(wait, directory.promises.warn_percent, directory.calendars)
    if resumed and deadline <= after:
        return Due(what, str(ticket.number), None)
    return answer_due(ticket.number, wait, next((step for step in steps if step.at > after), steps[-1]))


def _confirm_due(ticket: Ticket, solved_at: datetime, promises: Promises) -> Due:
    closes = promises.close_after is not None and ticket.state is State.SOLVED  # nobody is told that waiting closes
    closes_at = solved_at + promises.close_after if promises.close_after and closes else None
    return confirm_due(ticket.number, solved_at, closes_at, solved_at, promises)


def _no_more(ticket: Ticket) -> Due:
    return Due(CONFIRM, str(ticket.number), None)
