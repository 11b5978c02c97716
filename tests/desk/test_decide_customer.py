"""What a customer's mail changes and who is told: states, clocks, proofs, participants (contract, sections 2 and 4)."""

from datetime import timedelta

import pytest
from desk.customers import (
    ANNA,
    BORIS,
    CLOSED,
    CUSTOMER,
    GLEB,
    MALLORY,
    NOW,
    SOLVED,
    Room,
    ack_of,
    machine,
    mail,
    ticket,
    told,
)

from maild.desk.decision import Kind
from maild.desk.purpose import Purpose
from maild.desk.ticket import State
from maild.message import Address, Attachment

WAITING = {"state": State.WAITING, "awaiting_since": None, "answer_due_at": None}
ANSWERED = {"state": State.OPEN, "awaiting_since": None, "answer_due_at": None}
HOUR = timedelta(hours=1)

MOVES = [
    ("new", {}, "More.", State.NEW),
    ("open and answered", ANSWERED, "More.", State.OPEN),
    ("waiting", WAITING, "Here it is.", State.OPEN),
    ("waiting, thanked", WAITING, "Thanks!", State.WAITING),
    ("solved", SOLVED, "Still broken.", State.OPEN),
    ("solved, thanked", SOLVED, "Спасибо, Ольга!", State.SOLVED),
    ("solved, thanked and complained", SOLVED, "Thanks. Still broken", State.OPEN),
    ("closed", CLOSED, "Again.", State.OPEN),
    ("closed, thanked", CLOSED, "Дякую!", State.CLOSED),
]


@pytest.mark.parametrize(("what", "before", "text", "after"), MOVES, ids=[row[0] for row in MOVES])
def test_a_customers_word_moves_the_ticket(what, before, text, after):
    room = Room().put(ticket(1, **before))
    room.judge(mail(text=text, purpose=CUSTOMER))
    assert room.shelf.tickets[1].state is after


@pytest.mark.parametrize("before", [{}, ANSWERED, WAITING, SOLVED, CLOSED])
@pytest.mark.parametrize(
    "proof", [{"authenticated": False}, {"authenticated": False, "purpose": CUSTOMER}, {"authenticated": None}]
)
def test_an_unproven_word_moves_nothing_and_goes_to_staff_alone(before, proof):
    room = Room().put(ticket(1, **before), people=(ANNA, BORIS))
    decision = room.judge(mail(subject="[#1] Export fails", cc=(Address("", "new@acme.test"),), **proof))
    assert (decision.tickets, decision.joined) == ((), ())
    assert told(decision) == ["notification olga@vendor.test"]
    assert decision.notices[0].facts["unproven"]
    assert decision.stored[0].ticket == 1


def test_where_nothing_can_tell_a_token_counts():
    room = Room().put(ticket(1, **SOLVED))
    room.judge(mail(purpose=CUSTOMER, authenticated=None))
    assert room.shelf.tickets[1].state is State.OPEN


def test_the_first_unanswered_message_keeps_its_deadline():
    room = Room().put(ticket(1))
    before = room.shelf.tickets[1]
    after = room.judge(mail(purpose=CUSTOMER)).tickets[0]
    assert (after.awaiting_since, after.answer_due_at) == (before.awaiting_since, before.answer_due_at)
    assert after.last_customer_at == NOW + HOUR


def test_a_further_message_after_an_answer_starts_the_next_clock_on_its_own_calendar():
    room = Room().put(ticket(1, **ANSWERED))
    arrived_at = NOW.replace(hour=15, minute=30)  # 17:30 in Kyiv, half an hour before the office closes
    after = room.judge(mail(purpose=CUSTOMER, arrived_at=arrived_at)).tickets[0]
    assert after.awaiting_since == arrived_at
    assert after.answer_due_at == NOW.replace(day=10, hour=14, minute=30)


def test_thanks_start_no_clock_and_are_no_request_however_late():
    room = Room().put(ticket(1, **CLOSED))
    decision = room.judge(mail(text="Thank you!", purpose=CUSTOMER, arrived_at=NOW + timedelta(days=60)))
    assert decision.tickets == ()
    assert decision.stored[0].ticket == 1
    assert room.last_ticket == 1


def test_thanks_with_a_file_are_more_than_thanks():
    room = Room().put(ticket(1, **SOLVED))
    room.judge(mail(text="Thanks!", purpose=CUSTOMER, attachments=(Attachment("log.txt", "text/plain", b"x"),)))
    assert room.shelf.tickets[1].state is State.OPEN


def test_people_of_the_same_client_join_and_all_others_are_listed():
    named = (Address("", BORIS), Address("", GLEB), Address("", "olga@vendor.test"), Address("", "support+x@vendor.test"))
    decision = Room().judge(mail(to=(Address("", "support@vendor.test"), named[0]), cc=named[1:]))
    assert sorted(person.address for _, person in decision.joined) == [ANNA, BORIS]
    note = next(notice for notice in decision.notices if notice.kind is Kind.NOTIFICATION)
    assert note.facts["unlisted"] == [GLEB]


def test_only_the_requester_brings_people_along():
    room = Room().put(ticket(1), people=(ANNA, BORIS))
    decision = room.judge(mail(BORIS, purpose=CUSTOMER, cc=(Address("", "new@acme.test"),)))
    assert decision.joined == ()
    assert "new@acme.test" in decision.notices[0].facts["unlisted"]


def test_a_colleague_who_writes_takes_part_from_then_on():
    room = Room().put(ticket(1))
    assert [person.address for _, person in room.judge(mail(BORIS, subject="[#1]")).joined] == [BORIS]


def test_a_copy_goes_to_those_whom_the_mail_did_not_reach_and_holds_fresh_words_only():
    room = Room().put(ticket(1), people=(ANNA, BORIS, "carl@advice.test"))
    decision = room.judge(mail(purpose=CUSTOMER, text="Mine is olga@vendor.test's.", cc=(Address("", BORIS.upper()),)))
    relays = [notice for notice in decision.notices if notice.kind is Kind.RELAY]
    assert [notice.to.address for notice in relays] == ["carl@advice.test"]
    assert relays[0].facts["words_of_author"] == "Mine is support@vendor.test's."
    assert relays[0].author == ""  # it answers nothing


LANGUAGES = [
    ("a contact's own", "halyna@globex.test", "The printer", "uk"),
    ("the client's", GLEB, "The printer", "ru"),
    ("a stranger's letter", MALLORY, "Принтер не друкує її чеків", "uk"),
    ("a stranger's letter in Russian", MALLORY, "Принтер не печатает эти чеки", "ru"),
    ("a stranger's letter in English", MALLORY, "The printer is silent", "en"),
]


@pytest.mark.parametrize(("what", "sender", "text", "language"), LANGUAGES, ids=[row[0] for row in LANGUAGES])
def test_the_language_of_answers(what, sender, text, language):
    decision = Room().judge(mail(sender, subject="", text=text))
    assert ack_of(decision).language == language


def test_a_question_about_a_report_goes_to_the_accountants():
    decision = Room().judge(mail("boss@acme.test", purpose=Purpose.REPORT, number=261109, subject="Re: Report"))
    assert "notification alla@vendor.test" in told(decision)
    assert "notification olga@vendor.test" not in told(decision)


LONG_CLOSED = {**SOLVED, "state": State.CLOSED, "closed_at": NOW - timedelta(days=40), "closed_by": "<yes@acme.test>"}
EXPIRED = [  # an expired button is an ordinary reply (contract, section 3)
    ("a click", SOLVED, Purpose.YES, "", 1, State.SOLVED),
    ("words beside it", SOLVED, Purpose.YES, "It broke again.", 1, State.OPEN),
    ("a rating with words", SOLVED, Purpose.RATING_1, "Three days are too long.", 1, State.OPEN),
    ("a typed yes", SOLVED, Purpose.YES, "Yes", 1, State.CLOSED),
    ("a typed no", SOLVED, Purpose.NOT_YET, "нет", 1, State.OPEN),
    ("words long after", LONG_CLOSED, Purpose.YES, "It broke again.", 2, State.NEW),
    ("an old address, the same subject", SOLVED, CUSTOMER, "It broke again.", 1, State.OPEN),
]


@pytest.mark.parametrize(("what", "before", "purpose", "text", "number", "state"), EXPIRED, ids=[row[0] for row in EXPIRED])
def test_an_expired_button_is_an_ordinary_reply(what, before, purpose, text, number, state):
    room = Room().put(ticket(1, **before))
    subject = "Re: [#1] Export fails" if purpose is CUSTOMER else ""
    decision = room.judge(mail(text=text, subject=subject, expired=purpose))
    assert decision.stored[0].ticket == number
    assert room.shelf.tickets[number].state is state


@pytest.mark.parametrize(("text", "stands"), [("", []), ("It broke again.", [State.NEW])])
def test_a_button_of_a_ticket_that_a_restore_has_undone_opens_one_only_for_words(text, stands):
    room = Room()
    room.judge(mail(text=text, subject="", purpose=Purpose.YES, number=7))
    assert [each.state for each in room.shelf.tickets.values()] == stands


def test_an_expired_button_of_a_forged_sender_moves_nothing():
    room = Room().put(ticket(1, **SOLVED))
    room.judge(mail(text="Yes", subject="", expired=Purpose.YES, authenticated=False))
    assert room.shelf.tickets[1].state is State.SOLVED


def test_mail_by_a_machine_on_a_ticket_is_shown_and_moves_nothing():
    room = Room().put(ticket(1, **SOLVED))
    decision = room.judge(mail(purpose=CUSTOMER, origin=machine("mailing-list")))
    assert (decision.tickets, told(decision)) == ((), ["notification olga@vendor.test"])
