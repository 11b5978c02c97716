"""The accountants' daily summary as it leaves: answers without time, holds by name, contracts that end soon."""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ANNA, DIRECTORY, OLGA, PETR, one
from attacks.fixtures import empty_database, make_desk

from maild.message import Arrival

__all__ = ["empty_database", "make_desk"]

ENDS = 'until = 2027-12-31, number = "M-17/26"'
LEAD = "1 answer without time"


@pytest.fixture
def desk(make_desk):
    made = make_desk()
    made.timetable.begin_day(made.now)
    return made


def evening(desk):
    """The summary of the day, at eight in the evening in Kyiv."""
    desk.now = desk.now.replace(hour=18, minute=0)
    return [letter for letter in desk.pass_time(minutes=1) if letter.kind == "summary"]


def test_an_answer_without_time_is_named_with_its_person(desk):
    desk.reply(OLGA, desk.request(), "Hello Anna,\n\nswitch the cable.")
    text = one(evening(desk), "summary", "alla@").text
    assert LEAD in text
    assert "- #1 Printer is silent (Olga Ivanova)" in text


@pytest.mark.parametrize("line", ["/time 5m", "/free courtesy\n/time 5m", "/charge relicense"])
def test_an_answer_with_time_is_not(desk, line):
    desk.reply(OLGA, desk.request(), f"Hello Anna,\n\nswitch the cable.\n\n{line}")
    assert desk.entries()
    assert "without time" not in one(evening(desk), "summary").text


def test_time_that_was_written_down_later_that_day_counts(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Hello Anna,\n\nswitch the cable.")
    desk.reply(OLGA, note, "/note\n/time 10m cable")
    assert "without time" not in one(evening(desk), "summary").text


def test_time_that_was_taken_back_is_none(desk):
    desk.reply(OLGA, desk.request(), "Hello Anna,\n\nswitch the cable.\n\n/time 5m cable")
    looked_up = one(desk.write("Alla <alla@vendor.test>", "/balance acme"), "answer")
    desk.reply("Alla <alla@vendor.test>", looked_up, "/undo 1 a mistake")
    assert sum(entry.worked_minutes for entry in desk.entries()) == 0
    assert LEAD in one(evening(desk), "summary").text


def test_a_colleagues_time_is_not_the_answerers(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Hello Anna,\n\nswitch the cable.\n\n/assign petr")
    desk.write(PETR, "/time #1 5m looked on")
    assert "(Olga Ivanova)" in one(evening(desk), "summary").text


def test_nobody_answered_is_no_answer_without_time(desk):
    desk.request()
    desk.reply(OLGA, desk.to("olga@vendor.test")[0], "/note\nI look at it.")
    assert evening(desk) == []


def test_each_answer_is_named_in_one_summary(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Hello Anna,\n\nswitch the cable.")
    desk.reply(OLGA, note, "And the printer.")
    assert one(evening(desk), "summary").text.count("#1 Printer is silent") == 1
    desk.now += timedelta(days=1)
    assert evening(desk) == []


def test_a_hold_is_told_by_the_name_of_its_author(desk):
    desk.reply(OLGA, desk.request(), "Hello Anna.\n\n/tmie 5m")
    assert "1: Olga Ivanova, #1, since" in one(evening(desk), "summary").text


@pytest.mark.parametrize(("until", "told"), [("2026-12-23", True), ("2026-12-24", False), ("2027-12-31", False)])
def test_a_contract_that_ends_within_thirty_days_is_told(make_desk, until, told):
    desk = make_desk(directory=DIRECTORY.replace(ENDS, ENDS.replace("2027-12-31", until)))
    desk.timetable.begin_day(desk.now)
    desk.write(ANNA, "Hello, it prints nothing.")
    desk.reply(OLGA, one(desk.letters, "notification"), "Switch it.\n\n/time 5m")
    assert ("Ends on" in one(evening(desk), "summary").text) is told


def test_a_late_acknowledgement_is_a_line(desk):
    """Handled 100 minutes after it arrived, where five were promised: 95 minutes late."""
    arrival = Arrival("support", 1, 900, desk.now, desk.mail(ANNA, "It prints nothing."))
    desk.now += timedelta(minutes=100)
    desk.pipeline.take([arrival], desk.now)
    desk.sent()
    text = one(evening(desk), "summary", "alla@").text
    assert "1 late acknowledgement" in text
    assert "- #1: +1 h 35 min" in text


def test_a_summary_looks_only_at_what_the_one_before_left(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Switch it.\n\n/time 5m")
    evening(desk)
    first = desk.store.last_document("summary", "")
    assert (first.facts["next_entry"], desk.store.document("summary", "", first.period).entries) == (2, (1,))
    desk.reply(OLGA, note, "And again.\n\n/time 7m")  # after the cut
    desk.now += timedelta(days=1)
    evening(desk)
    second = desk.store.last_document("summary", "")
    assert (second.facts["next_entry"], desk.store.document("summary", "", second.period).entries) == (3, (2,))


def test_what_was_booked_after_the_cut_of_a_late_summary_waits_for_the_next(desk):
    note = desk.request()
    desk.now = desk.now.replace(hour=19)  # the summary of six was not made yet
    desk.reply(OLGA, note, "Switch it.\n\n/time 5m")
    desk.pass_time(minutes=1)
    assert desk.store.uncovered("summary", desk.now) == ([1], 2)
    assert desk.store.uncovered("summary", desk.now - timedelta(hours=1)) == ([], 1)
