"""What staff may write: each row of the contract's table as a small story."""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ALLA, ANNA, MAX, OLGA, PETR, kinds, one

from maild.desk.ticket import State

QUIET = "Quentin Quiet <quiet@vendor.test>"


def minutes(desk):
    return [(e.worked_minutes, e.charged_minutes) for e in desk.entries()]


def reply_address_of(desk, person):
    return one(desk.write(person, "/help\n"), "answer")


# --- time ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "worked"),
    [
        ("/time 25m x", 25),
        ("/time 1h30m x", 90),
        ("/time 1:30 x", 90),
        ("/time 0.5h x", 30),
        ("/time 90 x", 90),
        ("/время 1ч 20м x", 80),
        ("/время 1,5ч x", 90),
        ("/время 45 мин x", 45),
        ("/время полчаса x", 30),
        ("/час 1 год 20 хв x", 80),
        ("/TIME 25m x.", 25),
        ("/ time 25m x", 25),
        ("/time 14:05–14:30 x", 25),
    ],
)
def test_time_in_all_its_forms(desk, typed, worked):
    note = desk.request()
    desk.reply(OLGA, note, f"Hello\n\n{typed}\n")
    assert minutes(desk) == [(worked, worked)]


def test_what_stands_behind_two_slashes_is_for_staff(desk):
    note = desk.request()
    letters = desk.reply(OLGA, note, "Hello\n\n/time 25m checked the driver // she had unplugged it\n")
    (entry,) = desk.entries()
    assert entry.note == "checked the driver"
    assert "unplugged" not in "".join(x.everything for x in letters if x.kind == "relay")
    report = one(desk.pass_time(hours=14), "report")
    assert "checked the driver" in report.everything
    assert "unplugged" not in report.everything


def test_without_words_the_report_prints_the_subject(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 25m")
    assert [e.note for e in desk.entries()] == ["Printer is silent"]


def test_the_work_date_is_the_day_of_arrival_in_the_clients_zone(desk):
    note = desk.request("Hello", sender="Gleb <gleb@globex.test>", subject="A question")
    desk.now = desk.now.replace(hour=3)  # the evening before in New York
    desk.now += timedelta(days=1)
    desk.reply(OLGA, note, "/time 25m x")
    assert [str(e.work_date) for e in desk.entries()] == ["2026-11-23"]


def test_dates_in_a_mail(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 5m @yesterday x\n/time 6m @2026-11-20 x\n/time 7m @21.11 x")
    assert [(e.worked_minutes, str(e.work_date)) for e in desk.entries()] == [
        (5, "2026-11-22"),
        (6, "2026-11-20"),
        (7, "2026-11-21"),
    ]


def test_a_timesheet_of_many_tickets_needs_no_token(desk):
    desk.request()
    desk.request(subject="Second")
    letters = desk.write(OLGA, "/time #1 25m driver\n/time #2 5m wrote\n/time #1 10m more\n")
    assert kinds(letters) == [("receipt", "olga@vendor.test")]
    assert [(e.ticket, e.worked_minutes) for e in desk.entries()] == [(1, 25), (2, 5), (1, 10)]
    assert [desk.ticket(n).state for n in (1, 2)] == [State.OPEN, State.OPEN]


def test_a_day_has_24_hours_however_many_mails_tell_of_it(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 14h x")
    assert kinds(desk.reply(OLGA, note, "/time 11h y")) == [("hold", "olga@vendor.test")]
    assert minutes(desk) == [(840, 840)]


def test_beyond_12_hours_of_a_day_or_3_days_ago_a_new_mail_is_challenged(desk):
    desk.request()
    assert kinds(desk.write(OLGA, "/time #1 8h x\n"))[0][0] == "receipt"
    assert kinds(desk.write(OLGA, "/time #1 5h x\n")) == [("challenge", "olga@vendor.test")]
    assert kinds(desk.write(OLGA, "/time #1 5m @2026-11-19 x\n")) == [("challenge", "olga@vendor.test")]
    assert kinds(desk.write(OLGA, "/time #1 5m @2026-11-20 x\n"))[0][0] == "receipt"
    assert kinds(desk.write(OLGA, "/time #1 8h @2026-11-20 x\n/time #1 8h @2026-11-21 x\n"))[0][0] == "receipt"


# --- states ----------------------------------------------------------------------------------------------------------------------


def test_the_first_engineer_who_answers_takes_it(desk):
    note = one(desk.write("Vera <vera@stranger.test>", "The program crashes.", subject="crash"), "notification")
    assert note.recipient == "petr@vendor.test"
    desk.reply(PETR, note, "Which version?")
    assert (desk.ticket().assignee, desk.ticket().state) == ("petr", State.OPEN)


@pytest.mark.parametrize("text", ["/note\nshe called", "/time 5m x", "/cause defect", "/take"])
def test_the_first_act_of_staff_opens_a_new_ticket(desk, text):
    note = desk.request()
    desk.reply(OLGA, note, text)
    assert desk.ticket().state is State.OPEN


def test_looking_something_up_changes_nothing(desk):
    note = desk.request()
    before = desk.ticket()
    letters = desk.reply(OLGA, note, "/show\n/balance\n")
    assert kinds(letters) == [("answer", "olga@vendor.test")] * 2
    after = desk.ticket()
    assert (after.state, after.assignee, after.answer_due_at) == (State.NEW, before.assignee, before.answer_due_at)


def test_solved_rides_on_the_answer(desk):
    note = desk.request()
    relay = one(desk.reply(OLGA, note, "Switch the cable.\n/solved settings"), "relay")
    assert relay.mail["Maild-Asks"] == "confirm"
    assert (desk.ticket().state, desk.ticket().cause) == (State.SOLVED, "settings")
    assert desk.write(ANNA, "", to=relay.buttons[0], subject="") is not None
    assert desk.ticket().state is State.CLOSED


def test_solved_alone_asks_in_a_mail_of_its_own(desk):
    note = desk.request()
    confirm = one(desk.reply(OLGA, note, "/решено"), "confirm")
    assert confirm.mail["Maild-Asks"] == "confirm"


def test_wait_with_words(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Which version?\n/wait")
    assert desk.ticket().state is State.WAITING


def test_a_note_goes_to_nobody_outside(desk):
    note = desk.request()
    letters = desk.reply(OLGA, note, "/note\nShe has not paid.\n/assign petr")
    assert {x.recipient for x in letters} <= {"olga@vendor.test", "petr@vendor.test"}
    assert "She has not paid." in one(letters, "notification", "petr").text
    assert "She has not paid." not in "".join(x.everything for x in desk.to_customers())


def test_assign_hands_over_with_what_was_said(desk):
    note = desk.request()
    copy = one(desk.reply(OLGA, note, "/assign Petr"), "notification", "petr")
    assert "prints nothing since the morning" in copy.text
    relay = one(desk.reply(PETR, copy, "Switch the cable."), "relay")
    assert "prints nothing" in relay.text
    assert desk.ticket().assignee == "petr"


def test_team_escalates(desk):
    note = desk.request()
    letters = desk.reply(OLGA, note, "/team developers")
    assert [x.recipient for x in letters if x.kind == "notification"] == ["petr@vendor.test"]
    assert (desk.ticket().team, desk.ticket().assignee) == ("developers", "")


def test_only_a_manager_closes_but_anybody_closes_spam(desk):
    note = desk.request()
    assert kinds(desk.reply(OLGA, note, "/close they went away")) == [("hold", "olga@vendor.test")]
    desk.reply(OLGA, note, "/close spam")
    assert desk.ticket().state is State.CLOSED
    second = desk.request(subject="Second")
    copy = one(desk.reply(OLGA, second, "/assign max"), "notification", "max")
    desk.reply(MAX, copy, "/close they went away")
    assert desk.ticket(2).state is State.CLOSED


def test_client_remembers_the_address(desk):
    note = one(desk.write("Vera <vera@stranger.test>", "Hello"), "notification")
    desk.reply(OLGA, note, "/client acme")
    assert desk.ticket().client == "acme"
    desk.write("Vera <vera@stranger.test>", "Again", subject="Another")
    assert desk.ticket(2).client == "acme"


def test_client_once_does_not(desk):
    note = one(desk.write("Vera <vera@stranger.test>", "Hello"), "notification")
    desk.reply(OLGA, note, "/client acme once")
    desk.write("Vera <vera@stranger.test>", "Again", subject="Another")
    assert (desk.ticket(1).client, desk.ticket(2).client) == ("acme", "walk-in")


def test_time_in_the_same_mail_is_priced_by_the_client_that_it_sets(desk):
    note = one(desk.write("Vera <vera@stranger.test>", "Hello"), "notification")
    desk.reply(OLGA, note, "/time 20m x\n/client acme")
    assert [(e.client, e.charged_minutes) for e in desk.entries()] == [("acme", 20)]


# --- receipts --------------------------------------------------------------------------------------------------------------------


def test_a_receipt_says_what_went_where_and_what_was_booked(desk):
    note = desk.request()
    receipt = one(desk.reply(OLGA, note, "Switch the cable.\n/time 25m checked the driver"), "receipt")
    for words in ("Sent to Anna", "25 min", "checked the driver", "Acme Books", "-25 min"):
        assert words in receipt.text.replace("\n", " ")


def test_who_wants_only_problems_gets_no_receipt(desk):
    note = desk.request()
    copy = one(desk.reply(OLGA, note, "/assign quiet"), "notification", "quiet")
    assert kinds(desk.reply(QUIET, copy, "Hello\n/time 5m x")) == [("relay", "anna@acme.test")]
    assert kinds(desk.reply(QUIET, copy, "Hello\n/tmie 5m x")) == [("hold", "quiet@vendor.test")]


# --- books -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "bought"),
    [("/topup acme 10h invoice 7", 600), ("/topup Acme 10ч invoice 7", 600), ("/topup acme 1:30 500.00 USD invoice 7", 90)],
)
def test_a_topup_with_both_proofs_is_booked_at_once(desk, typed, bought):
    letters = desk.reply(ALLA, reply_address_of(desk, ALLA), typed)
    assert kinds(letters) == [("receipt", "alla@vendor.test")]
    assert desk.closing() == bought


def test_a_topup_in_a_new_mail_waits_for_a_yes(desk):
    challenge = one(desk.write(ALLA, "/topup acme 10h invoice 2026-113\n"), "challenge")
    assert desk.closing() == 0
    assert "/topup acme 10h" in challenge.text
    letters = desk.reply(ALLA, challenge, "yes")
    assert kinds(letters) == [("receipt", "alla@vendor.test")]
    assert desk.closing() == 600
    assert desk.reply(ALLA, challenge, "yes") == []
    assert desk.closing() == 600


def test_adjust_and_undo(desk):
    address = reply_address_of(desk, ALLA)
    desk.reply(ALLA, address, "/topup acme 10h invoice 7")
    desk.reply(ALLA, address, "/adjust acme -15m a kindness was too much")
    assert desk.closing() == 585
    desk.reply(ALLA, address, "/undo 2 mistaken")
    assert desk.closing() == 600
    assert kinds(desk.reply(ALLA, address, "/undo 99 nothing")) == [("hold", "alla@vendor.test")]


def test_undo_brings_the_ticket_day_right(desk):
    note = desk.request("Hello", sender="Gleb <gleb@globex.test>", subject="A question")
    for typed in ("/time 5m a", "/time 10m b", "/time 20m c"):
        desk.reply(OLGA, note, typed)
    assert minutes(desk) == [(5, 30), (10, 0), (20, 30)]
    desk.reply(ALLA, reply_address_of(desk, ALLA), "/undo 1 mistaken")
    assert sum(charged for _, charged in minutes(desk)) == 30  # 30 minutes worked at step 30
    assert sum(worked for worked, _ in minutes(desk)) == 30


@pytest.mark.parametrize(
    "typed",
    ["/balance acme", "/show 1", "/find printer", "/list", "/list mine", "/list acme", "/help", "/помощь", "/остаток acme"],
)
def test_lookups_go_to_the_registered_address(desk, typed):
    desk.request()
    letters = desk.write("Olga <OLGA.PRIVATE@home.test>", typed)
    assert kinds(letters) == [("answer", "olga@vendor.test")]


def test_a_statement_is_for_accountants(desk):
    assert kinds(desk.write(ALLA, "/statement acme 2026-11")) == [("answer", "alla@vendor.test")]
    assert kinds(desk.write(OLGA, "/statement acme 2026-11")) == [("hold", "olga@vendor.test")]


def test_show_holds_what_was_said(desk):
    note = desk.request()
    desk.reply(OLGA, note, "Switch the cable.")
    answer = one(desk.write(OLGA, "/show 1\n"), "answer")
    assert "prints nothing" in answer.text
    assert "Switch the cable." in answer.text
    assert kinds(desk.write(OLGA, "/show 99\n")) == [("hold", "olga@vendor.test")]


# --- on no ticket ----------------------------------------------------------------------------------------------------------------


def test_a_mail_on_no_ticket_and_without_a_command_is_held_with_a_guess(desk):
    assert kinds(desk.write(OLGA, "Hello there")) == [("hold", "olga@vendor.test")]
    assert desk.tickets() == []


def test_an_answer_without_a_token_waits_for_a_yes(desk):
    desk.request()
    challenge = one(desk.write(OLGA, "Switch the cable.", subject="Re: [#1] Printer is silent"), "challenge")
    relay = one(desk.reply(OLGA, challenge, "да"), "relay")
    assert "Switch the cable." in relay.text


def test_a_person_who_left_the_directory_is_a_stranger(desk):
    note = desk.request()
    copy = one(desk.reply(OLGA, note, "/assign petr"), "notification", "petr")
    kept = [part for part in desk.directory.split("[staff.") if not part.startswith("petr")]
    desk.configure("[staff.".join(kept).replace('"Quentin Quiet"', '"Quentin Quiet"\nteams = ["developers"]'))
    letters = desk.reply(PETR, copy, "Hello Anna\n/time 25m x\n")
    assert not [x for x in letters if x.kind == "relay"]
    assert desk.entries() == []
