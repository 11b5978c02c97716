"""When a ticket speaks next, and to whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk import calendar
from maild.desk.case import Shelf
from maild.desk.clocks import Wait, answer_due, dues_for, read_answer_due, thresholds
from maild.desk.decision import NEW, Decision, Event, Outcome
from maild.desk.directory import WALK_IN, Calendar, Client, Desk, Directory, Promises, Routing, Staff
from maild.desk.escalation import listeners
from maild.desk.incoming import Rules
from maild.desk.keyring import Keyring
from maild.desk.ticket import State, Ticket
from maild.ledger.contract import Charge, Contract, Plan, Target

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = Calendar("office", "Europe/Kyiv", (((9 * 60, 18 * 60),),) * 5 + ((),) * 2)
PLAN = Plan(
    "plan", "", Charge.HOURLY, answer=Target(timedelta(hours=4), "office"), next_answer=Target(timedelta(hours=2), "always")
)
ACME = Client("acme", "Acme", timezone="Europe/Kyiv", contracts=(Contract("acme", PLAN, MONDAY.date() - DAY),))


def staff(name, roles="engineer", teams=""):
    return Staff(name, name.title(), (f"{name}@vendor.test",), frozenset(roles.split()), teams=tuple(teams.split()))


PEOPLE = (
    staff("olga", teams="printing"),
    staff("petr", teams="printing developers"),
    staff("dana", teams="developers"),
    staff("max", "manager"),
    staff("mia", "manager engineer", "printing"),
    staff("alla", "accountant"),
)


def rules(promises=None, people=PEOPLE, fallback=("dana",)):
    directory = Directory(
        "v",
        {"office": OFFICE, "always": calendar.ALWAYS},
        {"plan": PLAN},
        {person.id: person for person in people},
        {"acme": ACME, WALK_IN: Client(WALK_IN, "", timezone="Europe/Kyiv")},
        promises=promises or Promises(),
        routing=Routing(fallback=fallback),
    )
    return Rules(Desk("Vendor", "support@vendor.test", "en", "Europe/Kyiv"), directory, Keyring(()))


TICKET = Ticket(
    1,
    "Printer",
    "acme",
    "anna@acme.test",
    "Anna",
    "en",
    MONDAY,
    state=State.OPEN,
    answer_due_at=MONDAY + 4 * HOUR,
    awaiting_since=MONDAY,
    last_customer_at=MONDAY,
)
SOLVED = replace(TICKET, state=State.SOLVED, solved_at=MONDAY + HOUR, awaiting_since=None, answer_due_at=None)


def changed(before, after, outcome=Outcome.PROCESSED, given=None):
    """{moment: its instant} that a change of a ticket sets."""
    shelf = Shelf(tickets={before.number: before} if before else {})
    return {due.what: due.at for due in dues_for(Decision(outcome, tickets=(after,)), shelf, given or rules())}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, TICKET, {"answer": MONDAY + 2 * HOUR}),
        (None, replace(TICKET, number=NEW, state=State.NEW), {"answer": MONDAY + 2 * HOUR}),
        (TICKET, replace(TICKET, assignee="olga"), {}),
        (TICKET, replace(TICKET, last_customer_at=MONDAY + HOUR), {}),  # more words do not move the promise
        (TICKET, replace(TICKET, answer_due_at=MONDAY + 6 * HOUR), {"answer": MONDAY + 3 * HOUR}),
        (TICKET, replace(TICKET, awaiting_since=None, answer_due_at=None), {"answer": None}),
        (TICKET, replace(TICKET, state=State.WAITING), {"answer": None}),
        (TICKET, replace(TICKET, state=State.CLOSED), {"answer": None}),
        (TICKET, replace(TICKET, merged_into=7), {"answer": None}),
        (TICKET, SOLVED, {"answer": None, "confirm": MONDAY + HOUR + 3 * DAY}),
        (SOLVED, replace(SOLVED, rating=5), {}),
        (SOLVED, replace(SOLVED, solved_at=MONDAY + 2 * HOUR), {"confirm": MONDAY + 2 * HOUR + 3 * DAY}),
        (SOLVED, replace(SOLVED, state=State.CLOSED), {"confirm": None}),
        (SOLVED, replace(SOLVED, requester=""), {"confirm": None}),
        (None, replace(SOLVED, requester=""), {}),
    ],
)
def test_what_a_change_of_a_ticket_sets_and_takes_away(before, after, expected):
    assert changed(before, after) == expected


def test_a_clock_that_resumes_runs_from_the_word_that_resumed_it():
    paused = replace(TICKET, state=State.WAITING)
    word = MONDAY + 3 * DAY
    resumed = replace(TICKET, last_customer_at=word, answer_due_at=word + 2 * HOUR)
    assert changed(paused, resumed) == {"answer": word + HOUR}


def test_a_clock_that_starts_again_with_a_returned_answer_runs_from_that_news():
    news = MONDAY + 3 * DAY
    answered = replace(TICKET, awaiting_since=None, answer_due_at=None, last_answer_at=MONDAY + 2 * DAY)
    again = replace(answered, awaiting_since=MONDAY, answer_due_at=news + 4 * HOUR)
    bounced = Decision(tickets=(again,), events=(Event(TICKET.number, news, "bounced", "", "", ""),), returned=(TICKET.number,))
    (due,) = dues_for(bounced, Shelf(tickets={TICKET.number: answered}), rules())
    assert due.at == news + 2 * HOUR, "half of the time that was given again, not of all days since the question"


def test_a_new_ticket_in_quarantine_has_no_clock_and_an_old_one_keeps_its_own():
    assert changed(None, replace(TICKET, number=NEW), Outcome.QUARANTINED) == {}
    answered = replace(TICKET, awaiting_since=None, answer_due_at=None)
    assert changed(answered, TICKET, Outcome.QUARANTINED) == {"answer": MONDAY + 2 * HOUR}


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        (Promises(remind=()), None),
        (Promises(remind=(), close_after=14 * DAY), MONDAY + HOUR + 14 * DAY),
        (Promises(remind=(7 * DAY, 3 * DAY)), MONDAY + HOUR + 3 * DAY),
        (Promises(remind=(3 * DAY,), close_after=2 * DAY), MONDAY + HOUR + 2 * DAY),
    ],
)
def test_the_first_moment_of_a_solved_ticket_follows_the_policy(promises, expected):
    assert changed(TICKET, SOLVED, given=rules(promises))["confirm"] == expected


def test_percentages_are_measured_on_the_calendar_of_the_promise():
    friday = datetime(2026, 11, 27, 15, tzinfo=UTC)  # 17:00 in Kyiv: an hour of this week is left
    wait = Wait(friday, datetime(2026, 11, 30, 10, tzinfo=UTC), "office", "answer")
    assert [(t.percent, t.at) for t in thresholds(wait, (50, 75, 90), {"office": OFFICE})] == [
        (50, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (75, datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (90, datetime(2026, 11, 30, 9, 36, tzinfo=UTC)),
        (100, datetime(2026, 11, 30, 10, tzinfo=UTC)),
    ]


def test_a_calendar_that_was_taken_away_or_is_closed_all_the_time_counts_day_and_night():
    saturday = datetime(2026, 11, 28, 8, tzinfo=UTC)
    for name in ("office", "gone"):
        wait = Wait(saturday, saturday + 4 * HOUR, name, "answer")
        assert thresholds(wait, (50,), {"office": OFFICE})[0].at == saturday + 2 * HOUR


@given(
    since=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    minutes=st.integers(0, 60 * 24 * 14),
    percents=st.lists(st.integers(-5, 120), max_size=6),
    name=st.sampled_from(["office", "always", "gone"]),
)
def test_thresholds_rise_from_the_question_to_the_deadline_each_once(since, minutes, percents, name):
    wait = Wait(since, since + timedelta(minutes=minutes), name, "answer")
    found = thresholds(wait, percents, {"office": OFFICE})
    assert found[-1].percent == 100
    assert found[-1].at == wait.deadline
    assert all(a.percent < b.percent and a.at <= b.at for a, b in pairwise(found))
    assert all(since <= threshold.at <= wait.deadline for threshold in found)
    assert read_answer_due(answer_due(1, wait, found[0])) == (wait, found[0].percent)


@pytest.mark.parametrize(
    ("ticket", "percent", "expected"),
    [
        (replace(TICKET, assignee="olga"), 50, "olga"),
        (replace(TICKET, assignee="olga"), 75, "olga petr mia"),
        (replace(TICKET, assignee="petr"), 75, "olga petr mia dana"),  # both of his teams, each person once
        (replace(TICKET, assignee="olga", team="developers"), 75, "petr dana"),
        (replace(TICKET, assignee="olga"), 90, "max mia"),
        (replace(TICKET, assignee="olga"), 95, "max mia"),
        (replace(TICKET, assignee="olga"), 100, "olga petr mia max"),
        (replace(TICKET, team="developers"), 50, "petr dana"),
        (TICKET, 50, "dana"),
        (TICKET, 75, "dana"),
        (TICKET, 100, "dana max mia"),
        (replace(TICKET, assignee="alla"), 75, "dana"),  # nobody works with her: the fallback people
        (replace(TICKET, assignee="gone", team="gone"), 50, "dana"),
        (replace(TICKET, team="accountant"), 50, "alla"),
    ],
)
def test_who_is_called(ticket, percent, expected):
    promises = Promises(warn_percent=(50, 75, 90, 95))
    assert " ".join(person.id for person in listeners(ticket, percent, rules(promises))) == expected


def test_a_desk_without_managers_tells_the_team():
    people = tuple(person for person in PEOPLE if "manager" not in person.roles)
    found = listeners(replace(TICKET, assignee="olga"), 90, rules(people=people))
    assert [person.id for person in found] == ["olga", "petr"]


@pytest.mark.parametrize(("absent", "expected"), [(["max"], "mia"), (["max", "mia"], "max mia")])
def test_a_manager_who_is_away_is_called_only_where_all_are(absent, expected):
    found = listeners(replace(TICKET, assignee="olga"), 90, rules(), absent)
    assert " ".join(person.id for person in found) == expected
