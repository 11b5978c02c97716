"""The evening's lines to fill in: what an engineer answered without time, booked by one reply."""

from datetime import date, timedelta

import pytest
from attacks.desk_at_work import ANNA, FORGED, OLGA, one
from attacks.fixtures import desk, empty_database, make_desk

from maild.desk.timesheet import filled_in
from maild.lines import Line, LineKind

__all__ = ["desk", "empty_database", "make_desk"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("> #12 25 Printer is silent", "/time #12 @2026-11-23 25 Printer is silent"),
        ("#12 25m cable replaced", "/time #12 @2026-11-23 25m cable replaced"),
        (">> #7 1h30m", "/time #7 @2026-11-23 1h30m"),
        ("#7 14:05-14:30 by phone", "/time #7 @2026-11-23 14:05-14:30 by phone"),
        ("#12 _25_ Printer is silent", "/time #12 @2026-11-23 25  Printer is silent"),
        ("> #12 ___ Printer is silent", None),
        ("#12 - Printer is silent", None),
        ("#12 0 Printer is silent", None),
        ("> On Mon Olga wrote:", None),
    ],
)
def test_a_line_as_people_fill_it_in(text, made):
    lines = filled_in((Line(text, LineKind.QUOTED),), 261123)
    assert [line.text for line in lines] == ([made] if made else [])


def sheet(desk):
    desk.timetable.begin_day(desk.now)
    desk.reply(OLGA, desk.request(), "Hello Anna,\n\nswitch the cable.")
    other = one(desk.write(ANNA, "And the scanner?", subject="Scanner is slow"), "notification")
    desk.reply(OLGA, other, "It is slow by nature.")
    desk.now = desk.now.replace(hour=18, minute=0)
    return one(desk.pass_time(minutes=1), "agenda", "olga@")


def test_each_answer_without_time_has_its_line(desk):
    letter = sheet(desk)
    assert "#1 ___ Printer is silent\n#2 ___ Scanner is slow\n" in letter.text
    assert letter.subject == "Time for 2 answers of 23 Nov"


def test_the_reply_books_them_all_on_the_day_of_the_answers(desk):
    letter = sheet(desk)
    desk.now += timedelta(hours=12)
    filled = letter.text.replace("#1 ___", "#1 25").replace("#2 ___", "#2 1h")
    desk.reply(OLGA, letter, "Here you are.", quote=filled)
    assert [(e.ticket, e.worked_minutes, e.work_date, e.note) for e in desk.entries()] == [
        (1, 25, date(2026, 11, 23), "Printer is silent"),
        (2, 60, date(2026, 11, 23), "Scanner is slow"),
    ]
    assert one(desk.letters, "receipt")
    assert not [letter for letter in desk.to_customers() if "Here you are" in letter.text]


def test_a_second_reply_to_the_same_sheet_books_nothing_twice(desk):
    letter = sheet(desk)
    filled = letter.text.replace("#1 ___", "#1 25")
    desk.reply(OLGA, letter, "", quote=filled)
    held = one(desk.reply(OLGA, letter, "once more", quote=filled), "hold")
    assert "booked already" in held.text
    assert [(e.ticket, e.worked_minutes) for e in desk.entries()] == [(1, 25)]
    desk.reply(OLGA, letter, "", quote=letter.text.replace("#2 ___", "#2 10"))  # the other line is still open
    desk.reply(OLGA, held, "/time #1 @2026-11-23 5m and the cable")
    assert [(e.ticket, e.worked_minutes) for e in desk.entries()] == [(1, 25), (2, 10), (1, 5)]


def test_what_is_left_open_books_nothing(desk):
    letter = sheet(desk)
    desk.reply(OLGA, letter, "", quote=letter.text.replace("#2 ___", "#2 10"))
    assert [(e.ticket, e.worked_minutes) for e in desk.entries()] == [(2, 10)]


def test_a_number_that_cannot_be_read_holds_the_reply_and_its_correction_books_all(desk):
    letter = sheet(desk)
    filled = letter.text.replace("#1 ___", "#1 25x").replace("#2 ___", "#2 10")
    held = one(desk.reply(OLGA, letter, "", quote=filled), "hold")
    assert desk.entries() == []
    desk.reply(OLGA, held, "/time #1 @2026-11-23 25m Printer is silent")
    assert sorted((e.ticket, e.worked_minutes) for e in desk.entries()) == [(1, 25), (2, 10)]


def test_a_forged_reply_books_nothing(desk):
    letter = sheet(desk)
    told = desk.reply(OLGA, letter, "", quote=letter.text.replace("#2 ___", "#2 10"), proofs=FORGED)
    assert desk.entries() == []
    assert one(told, "challenge")


def test_an_answer_with_time_asks_for_nothing(desk):
    desk.timetable.begin_day(desk.now)
    desk.reply(OLGA, desk.request(), "Hello Anna,\n\nswitch the cable.\n\n/time 5m")
    desk.now = desk.now.replace(hour=18, minute=0)
    assert [letter for letter in desk.pass_time(minutes=1) if letter.kind == "agenda"] == []
