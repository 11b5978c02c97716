"""The clocks of /eta and of the solution: set, paused, resumed, over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from desk.customers import NOW, rules, ticket

from maild.desk import promise
from maild.desk.case import Shelf
from maild.desk.clocks import ETA, dues_for
from maild.desk.decision import Decision
from maild.desk.ticket import State

PROMISED = NOW + timedelta(hours=10)


@pytest.mark.parametrize(
    ("what", "before", "after", "expected"),
    [
        ("given", {}, {"eta_at": PROMISED, "eta_given_at": NOW}, NOW + timedelta(hours=5)),
        (
            "given anew",
            {"eta_at": NOW, "eta_given_at": NOW},
            {"eta_at": PROMISED, "eta_given_at": NOW},
            NOW + timedelta(hours=5),
        ),
        ("paused", {"eta_at": PROMISED, "eta_given_at": NOW}, {"state": State.WAITING}, None),
        (
            "over",
            {"eta_at": PROMISED, "eta_given_at": NOW},
            {"state": State.SOLVED, "eta_at": None, "eta_given_at": None},
            None,
        ),
        (
            "resumed: what passed in the pause is not told again",
            {"state": State.WAITING, "eta_at": PROMISED, "eta_given_at": NOW},
            {"state": State.OPEN, "last_customer_at": NOW + timedelta(hours=6)},
            NOW + timedelta(hours=7.5),
        ),
        (
            "it came while we waited",
            {"state": State.WAITING, "eta_at": PROMISED, "eta_given_at": NOW},
            {"state": State.OPEN, "last_customer_at": NOW + timedelta(hours=11)},
            None,
        ),
    ],
)
def test_a_promised_time_has_its_own_clock(what, before, after, expected):
    old = replace(ticket(1, awaiting_since=None, answer_due_at=None), state=State.OPEN)
    old = replace(old, **before)
    shelf = Shelf(tickets={1: old})
    dues = dues_for(Decision(tickets=(replace(old, **after),)), shelf, rules())
    assert [due.at for due in dues if due.what == ETA] == [expected]


def test_the_solution_is_due_after_a_pause_by_what_was_left():
    client = rules().directory.clients["acme"]
    waiting = ticket(1, state=State.WAITING, waiting_since=NOW + timedelta(hours=2), solution_due_at=NOW + timedelta(hours=8))
    resumed = promise.solution_due_after_pause(waiting, client, NOW + timedelta(hours=20), rules().directory.calendars)
    assert resumed == NOW + timedelta(hours=26)
