"""A mail that is unclear does nothing until its author mends it: by the corrected line, /send or /drop; nobody else can."""

import pytest
from attacks.desk_at_work import ALLA, FORGED, MAX, OLGA, PETR, kinds, one

from maild.desk.hold import HoldState

WRONG = "Hello Anna,\n\nswitch the cable.\n\n/tmie 25m checked the driver\n"


def held_mail(desk, text=WRONG, sender=OLGA):
    note = desk.request()
    letters = desk.reply(sender, note, text)
    assert kinds(letters) == [("hold", "olga@vendor.test")]
    assert desk.entries() == [] and not [x for x in desk.to_customers() if x.kind == "relay"]
    return letters[0]


def relays(letters):
    return [letter for letter in letters if letter.kind == "relay"]


@pytest.mark.parametrize(
    "line",
    [
        "/tmie 25m checked",  # a near miss
        "/time soon checked",  # a value that cannot be read
        "/time 25h checked",  # more than a day has
        "/time 25m @2027-01-01 checked",  # a day to come
        "/topup acme 10h invoice 1",  # not an engineer's to give
        "/close because",  # a manager's
        "/assign nobody",
        "/team nobody",
        "/cause nonsense",
        "/client nobody",
        "/solved /wait",  # two states
        "/time #99 25m on a ticket that is none",
        "/undo 1 mine",
    ],
)
def test_one_wrong_line_holds_the_whole_mail(desk, line):
    held = held_mail(desk, f"Hello Anna,\n\nswitch the cable.\n\n/time 5m fine\n{line}\n")
    assert held.subject.startswith("NOT SENT")
    assert line in held.text
    assert desk.ticket().state == "new"


def test_the_corrected_line_alone_sends_the_mail_with_it_in_place(desk):
    held = held_mail(desk)
    letters = desk.reply(OLGA, held, "/time 25m checked the driver")
    assert kinds(letters) == [("receipt", "olga@vendor.test"), ("relay", "anna@acme.test")]
    assert "/t" not in one(letters, "relay").text.split("On Mon")[0]
    assert "switch the cable" in one(letters, "relay").text
    assert [(e.worked_minutes, e.note) for e in desk.entries()] == [(25, "checked the driver")]
    assert desk.holds()[0].state is HoldState.RELEASED
    assert desk.reply(OLGA, held, "/time 25m checked the driver") == []  # once
    assert len(desk.entries()) == 1


def test_a_correction_bears_a_signature_like_any_mail(desk):
    held = held_mail(desk)
    letters = desk.reply(OLGA, held, "/time 25m checked\n\nBest regards,\nOlga Ivanova\nEngineer, +380 44 123 45 67")
    assert len(relays(letters)) == 1


def test_a_correction_that_is_wrong_again_is_told_and_can_be_mended_from_either_letter(desk):
    held = held_mail(desk)
    again = one(desk.reply(OLGA, held, "/tiem 25m checked the driver"), "hold")
    assert again.subject.startswith("NOT SENT")
    assert desk.entries() == []
    assert len(desk.holds()) == 1
    letters = desk.reply(OLGA, again, "/time 25m checked the driver")
    assert "switch the cable" in one(letters, "relay").text
    assert len(desk.entries()) == 1


def test_words_beside_the_corrected_line_are_not_lost_but_held(desk):
    held = held_mail(desk)
    letters = desk.reply(OLGA, held, "/time 25m checked\n\nAnd Anna, restart the program too.")
    assert kinds(letters) == [("hold", "olga@vendor.test")]


def test_several_wrong_lines_take_as_many_corrected_ones(desk):
    held = held_mail(desk, "Hello Anna,\n\nswitch it.\n\n/tmie 25m checked\nAnd then:\n/tiem 5m wrote\n")
    assert "Further lines" in held.text
    once = desk.reply(OLGA, held, "/time 25m checked")
    assert kinds(once) == [("hold", "olga@vendor.test")]
    letters = desk.reply(OLGA, held, "/time 25m checked\n/time 5m wrote")
    assert [e.worked_minutes for e in desk.entries()] == [25, 5]
    assert "And then:" in one(letters, "relay").text


def test_send_takes_the_line_as_words_and_obeys_the_others(desk):
    held = held_mail(desk, "Hello Anna,\n\ntype this:\n/tmie 25m\n/time 5m explained\n")
    letters = desk.reply(OLGA, held, "/send")
    assert "/tmie 25m" in one(letters, "relay").text
    assert [e.worked_minutes for e in desk.entries()] == [5]


@pytest.mark.parametrize(
    "line", ["/topup acme 10h invoice 1", "/adjust acme 60m kindness", "/close I am tired of it", "/assign nobody"]
)
def test_send_never_gives_a_command_that_was_refused(desk, line):
    held = held_mail(desk, f"Hello Anna,\n\nswitch it.\n{line}\n")
    letters = desk.reply(OLGA, held, "/send")
    assert line in one(letters, "relay").text
    assert desk.entries() == []
    assert desk.ticket().state == "open"


def test_drop_forgets_it(desk):
    held = held_mail(desk)
    assert desk.reply(OLGA, held, "/drop") == []
    assert desk.holds()[0].state is HoldState.DROPPED
    assert desk.reply(OLGA, held, "/send") == []


def test_nobody_else_mends_it(desk):
    held = held_mail(desk)
    for person in (PETR, MAX, ALLA):
        letters = desk.reply(person, held, "/send")
        assert not relays(letters)
        assert "alert" in {x.kind for x in letters if x.recipient == "olga@vendor.test"}
    assert desk.holds()[0].state is HoldState.OPEN


def test_a_forged_mending_does_nothing(desk):
    held = held_mail(desk)
    letters = desk.reply(OLGA, held, "/send", proofs=FORGED)
    assert kinds(letters) == [("challenge", "olga@vendor.test")]
    assert desk.holds()[0].state is HoldState.OPEN


def test_it_is_repeated_after_15_minutes_and_the_team_is_told(desk):
    held = held_mail(desk)
    assert desk.pass_time(minutes=10) == []
    letters = desk.pass_time(minutes=6)
    assert kinds(letters) == [("alert", "petr@vendor.test"), ("hold", "olga@vendor.test")]
    again = one(letters, "hold")
    assert "checked the driver" in again.text
    assert desk.pass_time(minutes=30) == []
    assert relays(desk.reply(OLGA, again, "/time 25m checked the driver"))
    assert relays(desk.reply(OLGA, held, "/time 25m checked the driver")) == []


def test_a_mended_mail_is_not_repeated(desk):
    held = held_mail(desk)
    desk.reply(OLGA, held, "/drop")
    assert desk.pass_time(hours=1) == []


@pytest.mark.thorough
def test_release_and_drop_by_number(desk):
    held_mail(desk)
    summary_reply = one(desk.write(MAX, "/help\n"), "answer")
    refused = desk.reply(PETR, one(desk.write(PETR, "/help\n"), "answer"), "/release 1")
    assert kinds(refused) == [("hold", "petr@vendor.test")]
    letters = desk.reply(MAX, summary_reply, "/release 1")
    assert "/tmie 25m" in one(letters, "relay").text
    assert one(letters, "relay").mail["From"].startswith('"Olga Ivanova')
    assert kinds(desk.reply(MAX, summary_reply, "/drop 1")) == [("hold", "max@vendor.test")]


def test_a_manager_cannot_release_what_its_author_has_not_proven(desk):
    note = desk.request()
    one(desk.reply(OLGA, note, "Hello Anna, pay to account 666", proofs=FORGED), "challenge")
    answer = one(desk.write(MAX, "/help\n"), "answer")
    assert kinds(desk.reply(MAX, answer, "/release 1")) == [("hold", "max@vendor.test")]
    assert not relays(desk.letters)


def test_an_answer_against_an_older_state_is_held_once(desk):
    note = desk.request()
    copy = one(desk.reply(OLGA, note, "/assign petr"), "notification", "petr")
    desk.reply(PETR, copy, "Switch the cable.")
    held = one(desk.reply(OLGA, note, "Reinstall the driver."), "hold")
    assert "Switch the cable." in held.text
    letters = desk.reply(OLGA, held, "/send")
    assert "Reinstall the driver." in one(letters, "relay").text


def test_waiting_in_a_mail_without_words_is_held(desk):
    held = held_mail(desk, "/wait\n")
    desk.reply(OLGA, held, "/send")
    assert desk.ticket().state == "waiting"


def test_send_means_nothing_elsewhere(desk):
    note = desk.request()
    assert kinds(desk.reply(OLGA, note, "Hello\n/send")) == [("hold", "olga@vendor.test")]


@pytest.mark.parametrize("text", ["/etc/hosts has it", "see /var/log/maild.log", "/usr is full", "and/or", "/ 5", "/home/anna"])
def test_a_path_is_words(desk, text):
    note = desk.request()
    assert text in one(desk.reply(OLGA, note, f"Hello,\n\n{text}\n"), "relay").text


def test_see_below_without_the_answers_says_what_it_says_and_an_empty_mail_is_held(desk):
    note = desk.request()
    assert kinds(desk.reply(OLGA, note, "")) == [("hold", "olga@vendor.test")]
