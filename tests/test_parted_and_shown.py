"""What is parted from a ticket, what is said behind /answer, and what a look at a ticket by mail shows."""

from datetime import timedelta

import pytest
from promise_desk import ANNA, MAX, OLGA, PromiseDesk, at, one

pytestmark = pytest.mark.thorough
ASKED = at("23 08:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path, empty_database):
    made = PromiseDesk(tmp_path, empty_database)
    yield made
    made.close()


def test_a_question_parted_from_a_defect_is_charged_and_has_its_own_promise(desk):
    first = one(desk.write(ASKED, ANNA, "It crashes."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, first, "Known.\n/time 20m looked\n/bug D-1"), "relay")
    again = one(desk.reply(ASKED + 2 * HOUR, ANNA, relay, "And how do I print labels?"), "notification")
    left = desk.reply(ASKED + 3 * HOUR, OLGA, again, "Press Ctrl-P.\n/split Labels\n/time 6m labels")
    assert one(left, "ack", "anna").ticket == 2
    assert one(left, "relay", "anna").ticket == 2
    old, new = desk.ticket(1), desk.ticket(2)
    assert (old.awaiting_since, old.worked_minutes, old.charged_minutes, old.cause) == (None, 20, 0, "defect")
    assert (new.subject, new.linked_to, new.worked_minutes, new.charged_minutes, new.cause) == ("Labels", 1, 6, 6, "")
    assert (new.opened_at, new.first_answer_at) == (ASKED + 2 * HOUR, ASKED + 3 * HOUR)


def test_what_stands_above_answer_is_for_colleagues(desk):
    first = one(desk.write(ASKED, ANNA, "How?"), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, first, "She asks often.\n/answer\nDear Anna,\n\nso."), "relay", "anna")
    assert "Dear Anna," in relay.text
    assert "asks often" not in relay.mail.as_string()


def test_a_look_at_a_ticket_shows_what_people_wrote_once(desk):
    first = one(desk.write(ASKED, ANNA, "Error 42."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, first, "Reinstall it."), "relay")
    again = one(desk.reply(ASKED + 2 * HOUR, ANNA, relay, "The same."), "notification")
    desk.reply(ASKED + 3 * HOUR, OLGA, again, "Her disk is fine.\n/note")
    shown = one(desk.write(ASKED + 4 * HOUR, f"Max <{MAX}>", "/show 1", "look"), "answer").text
    assert "anna@acme.test · 2026-11-23 10:00 → 2026-11-24 11:00 (Europe/Kyiv)" in shown
    words = ["Error 42.", "Reinstall it.", "The same.", "Her disk is fine."]
    assert [shown.count(each) for each in words] == [1] * 4
    assert "2026-11-23 13:00 Olga Ivanova (note)" in shown
    assert "nothing below goes to the customer" not in shown


def test_a_ticket_that_is_not_solved_yet_stands_in_front(desk):
    desk.timetable.begin_day(ASKED)
    desk.write(ASKED, ANNA, "How do I scan?", "Scanner")
    asked = one(desk.write(ASKED + HOUR, ANNA, "It prints nothing."), "notification")
    relay = one(desk.reply(ASKED + 2 * HOUR, OLGA, asked, "Switch the cable.\n/solved"), "relay")
    desk.write(ASKED + 3 * HOUR, ANNA, "", "", relay.buttons[1])
    listed = one(desk.write(ASKED + 3 * HOUR, f"Olga <{OLGA}>", "/list mine", "look"), "answer").text
    assert listed.index("#2") < listed.index("#1")
    agenda = next(each.text for each in desk.sweep(at("24 06:00")) if each["Subject"].startswith("Agenda") and each.to == OLGA)
    assert agenda.index("#2 Printer") < agenda.index("#1 Scanner")
    assert "NOT SOLVED, they say" in " ".join(agenda.split())
