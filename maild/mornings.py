"""The letters that people of the desk live by: each one's agenda on working days, the manager's page of a week, a month's ideas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from maild.desk.case import Needs
from maild.desk.decision import Decision, Due
from maild.desk.directory import Staff
from maild.desk.incoming import Rules
from maild.desk.ticket import State, Ticket
from maild.quality_of import look
from maild.reports import agenda, ideas, manager
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.queries import Filter
from maild.store.store import Store

Judge = Callable[[Store, Setting, ClaimedDue, datetime], None]
AGENDA = "agenda"  # a moment's name: a person's next agenda
WEEK = "manager"  # a moment's name: the next manager's page
IDEAS = "ideas"  # a moment's name: the next list of ideas and praise
SINCE = "since"  # a fact of it: the agenda before
TOLD_DAYS = timedelta(days=7)  # what was done longer ago is told no more
RUNNING = (State.NEW, State.OPEN)
ACTIVE = (*RUNNING, State.WAITING, State.SOLVED)


def first_moments(rules: Rules, standing: Iterable[Due], now: datetime) -> tuple[Due, ...]:
    """An agenda for whoever has none to come yet, and the manager's page."""
    known = {(due.what, due.which) for due in standing}
    at = agenda.due_after(rules, now)
    wanted = [Due(AGENDA, name, at, ((SINCE, now.isoformat()),)) for name in rules.directory.staff]
    wanted.append(Due(WEEK, "desk", manager.due_after(rules, now)))
    wanted.append(Due(IDEAS, "desk", ideas.due_after(rules, now), ((SINCE, now.isoformat()),)))
    return tuple(due for due in wanted if (due.what, due.which) not in known)


def write_agenda(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """One person's agenda. After days without power only the newest is written; none for a day that nobody works.

    None for a person who is away or whose mail is stopped: what was done in their name meanwhile stands in the first one after.
    """
    rules = setting.rules
    person = rules.directory.staff.get(moment.which)
    decision = Decision(reason="left the desk")
    if person is not None:
        since = max(datetime.fromisoformat(dict(moment.facts)[SINCE]), now - TOLD_DAYS)
        due_at = _newest(moment.at, rules, now)
        unavailable = store.unavailable_staff(now)
        if person.id not in unavailable and agenda.is_worked(rules.directory, due_at.astimezone(rules.desk.zone).date()):
            decision = agenda.agenda(person, due_at, _morning(store, person, rules, since, due_at, unavailable), rules)
            since = due_at
        following = Due(AGENDA, person.id, agenda.due_after(rules, now), ((SINCE, since.isoformat()),))
        decision = Decision(notices=decision.notices, dues=(following,), reason=decision.reason)
    _record(store, setting, decision, moment, now)


def _newest(due_at: datetime, rules: Rules, now: datetime) -> datetime:
    """The last morning that has come by now."""
    today = now.astimezone(rules.desk.zone).date()
    return next((at for back in (0, 1) if due_at < (at := agenda.due_on(rules, today - timedelta(days=back))) <= now), due_at)


def _morning(
    store: Store, person: Staff, rules: Rules, since: datetime, due_at: datetime, unavailable: Collection[str]
) -> agenda.Morning:
    mine = store.held_by(person.id, ACTIVE)
    again = store.tickets(Filter(assignee=person.id, again=True))
    seen_to: list[Ticket] = []
    for name in ("", *sorted(set(unavailable) - {person.id})):  # nobody's, and those of who is away or stopped
        seen_to += agenda.told_of(store.held_by(name, RUNNING), person, rules.directory, unavailable)
        again += agenda.told_of(store.tickets(Filter(assignee=name, again=True)), person, rules.directory, unavailable)
    first = _midnight_after(since, rules)
    back = [t for t in store.later_for(person.id, _midnight_after(due_at, rules)) if t.later_at and t.later_at >= first]
    return agenda.Morning(
        since,
        store.open_holds(person.id),
        mine,
        seen_to,
        again,
        [ticket for ticket in back if ticket.state is not State.CLOSED],
        [agenda.Done(*each) for each in store.done_by(person.id, since, due_at)],
    )


def _midnight_after(instant: datetime, rules: Rules) -> datetime:
    """The end of an instant's day, where the desk is."""
    day = instant.astimezone(rules.desk.zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=rules.desk.zone)


def write_page(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """The manager's page of the last seven days. After weeks without power only the newest is written."""
    rules = setting.rules
    due_at = moment.at
    while (later := manager.due_after(rules, due_at)) <= now:
        due_at = later
    first, last = manager.week_before(due_at, rules)
    decision = manager.page(look(store, first, last, rules, now), rules)
    following = Due(WEEK, "desk", manager.due_after(rules, now))
    _record(store, setting, replace(decision, dues=(following,)), moment, now)


def write_ideas(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """What was noted since the list before. After months without power one list tells of all."""
    rules = setting.rules
    due_at = moment.at
    while (later := ideas.due_after(rules, due_at)) <= now:
        due_at = later
    since = datetime.fromisoformat(dict(moment.facts)[SINCE])
    decision = ideas.monthly(store.ideas(since, due_at), since, due_at, rules)
    following = Due(IDEAS, "desk", ideas.due_after(rules, due_at), ((SINCE, due_at.isoformat()),))
    _record(store, setting, replace(decision, dues=(following,)), moment, now)


def _record(store: Store, setting: Setting, decision: Decision, moment: ClaimedDue, now: datetime) -> None:
    with store.begin() as tx:
        tx.load(Needs(), now)
        numbered = tx.number(decision)
        tx.record(None, None, "", numbered, [setting.composer.compose(notice, now) for notice in numbered.notices])
        tx.finish_due(moment)


MOMENTS: dict[str, Judge] = {AGENDA: write_agenda, WEEK: write_page, IDEAS: write_ideas}
