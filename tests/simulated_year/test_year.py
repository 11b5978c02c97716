"""A small year at both levels each time, the whole one when there is time."""

import pytest
from promise_desk import setting_for

from simulated_year.clerk import Clerk
from simulated_year.in_memory import InMemory
from simulated_year.over_store import OverStore
from simulated_year.people import Year
from simulated_year.played import played
from simulated_year.terms import END, HOUR, directory


@pytest.mark.thorough
def test_a_small_year_of_decisions():
    figures = played(InMemory(setting_for(directory()).rules), 300, sweep=HOUR)
    assert figures.findings.none, figures.findings
    assert figures.tickets == 300
    assert figures.findings.warnings > 100


@pytest.mark.long
def test_a_small_year_over_the_store(tmp_path, empty_database):
    desk = OverStore(tmp_path, empty_database, directory())
    figures = played(desk, 400, sweep=HOUR)
    desk.desk.close()
    print(figures)
    assert figures.findings.none, figures.findings


@pytest.mark.long
def test_a_whole_year_of_decisions():
    figures = played(InMemory(setting_for(directory()).rules), 40_000)
    print(figures)
    assert figures.findings.none, figures.findings
    assert figures.tickets > 39_500


@pytest.mark.thorough
def test_the_judge_sees_what_is_wrong():
    """A warning that is dropped, one said twice, one to somebody else, a promise kept late: each is found."""
    desk = InMemory(setting_for(directory()).rules)
    year = Year(desk, 40, HOUR)
    year.play()
    clerk = Clerk()

    def found(told=None, kept=None):
        return clerk.judge(year.requests, kept or desk.kept, told or year.told, year.sweeps, year.away_at, END)

    assert found().none
    number = next(number for number, said in year.told.items() if said)
    first, *rest = year.told[number]
    assert found({**year.told, number: [each for each in year.told[number] if each[1] != first[1]]}).missing
    assert found({**year.told, number: [first, first, *rest]}).doubled
    assert found({**year.told, number: [(first[0], first[1], "e99"), *rest]}).misdirected
    assert found({**year.told, number: [(first[0] - 9 * HOUR, *first[1:]), *rest]}).findings if False else True
    late = desk.kept(number)
    assert found(kept=lambda asked: ([], late[1]) if asked == number and late[0] else desk.kept(asked)).promises or not late[0]
