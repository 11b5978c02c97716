"""The button of a report: a ticket for the accountants, with the entries in question attached."""

import pytest
from attacks.desk_at_work import DIRECTORY, OLGA, kinds, one
from attacks.fixtures import empty_database, make_desk

__all__ = ["empty_database", "make_desk"]

BOSS = "boss@acme.test"


@pytest.fixture
def desk(make_desk):
    return make_desk()


def report(desk):
    desk.reply(OLGA, desk.request(), "Hello Anna,\n\nswitch the cable.\n\n/time 25m cable\n/time 40m =SUM(A1)")
    return one(desk.pass_time(hours=10), "report")


def attached(letter):
    return {part.get_filename(): part.get_content() for part in letter.mail.iter_attachments()}


@pytest.mark.parametrize(
    ("words", "name", "rows"),
    [
        ("", "entries-2026-11-23.csv", 2),
        ("Entry 2 is wrong, nobody called us.", "entry-2.csv", 1),
        ("No!", "entries-2026-11-23.csv", 2),
    ],
)
def test_a_press_opens_a_ticket_for_the_accountants_with_the_entries(desk, words, name, rows):
    letter = report(desk)
    told = desk.answer(BOSS, letter, words, to=letter.buttons[0])
    assert kinds(told) == [("ack", BOSS), ("notification", "alla@vendor.test")]
    assert desk.ticket(2).team == "accountant"
    files = attached(one(told, "notification"))
    assert list(files) == [name]
    lines = files[name].strip().splitlines()
    assert len(lines) == rows + 1
    assert ",2,1," not in lines[0]
    assert "2,1,2026-11-23,olga,40,40,charged,prepaid,,40.00,USD,'=SUM(A1)" in files[name]


def test_a_reader_whose_address_no_client_claims_speaks_of_that_client(make_desk):
    desk = make_desk(directory=DIRECTORY.replace(BOSS, "owner@elsewhere.test"))
    letter = report(desk)
    told = desk.answer("owner@elsewhere.test", letter, "", to=letter.buttons[0])
    assert list(attached(one(told, "notification", "alla@"))) == ["entries-2026-11-23.csv"]
    assert desk.ticket(2).client == "acme"


def test_an_ordinary_reply_to_a_report_is_a_question_without_entries(desk):
    told = desk.reply(BOSS, report(desk), "What is this?")
    assert attached(one(told, "notification", "alla@")) == {}
