"""Yes, not yet, ratings: by button or typed, twice, late, by the wrong person, with words beside them."""

from datetime import timedelta

import pytest
from desk.customers import ANNA, BORIS, CLOSED, CUSTOMER, NOT_YET, NOW, SOLVED, YES, Room, machine, mail, ticket, told

from maild.desk.purpose import Purpose
from maild.desk.ticket import State

OPEN = {"state": State.OPEN}
WAITING = {"state": State.WAITING, "awaiting_since": None, "answer_due_at": None}
RATING = Purpose.RATING_2
STAFF = "notification olga@vendor.test"

PRESSED = [
    ("yes on solved", SOLVED, YES, "", State.CLOSED, []),
    ("yes on solved, thanks beside it", SOLVED, YES, "Yes, thank you!", State.CLOSED, []),
    ("yes on solved with words", SOLVED, YES, "It took three days, though.", State.CLOSED, [STAFF]),
    ("yes on what was opened again since", OPEN, YES, "", State.CLOSED, []),
    ("yes while we wait for them", WAITING, YES, "", State.CLOSED, []),
    ("yes on closed", CLOSED, YES, "", State.CLOSED, []),
    ("yes on closed with words", CLOSED, YES, "One more thing.", State.CLOSED, [STAFF]),
    ("not yet on solved", SOLVED, NOT_YET, "", State.OPEN, [STAFF]),
    ("not yet on solved with words", SOLVED, NOT_YET, "The other one is silent.", State.OPEN, [STAFF]),
    ("not yet on closed", CLOSED, NOT_YET, "", State.OPEN, [STAFF]),
    ("not yet twice", OPEN, NOT_YET, "", State.OPEN, []),
    ("not yet with words on open", OPEN, NOT_YET, "The other one is silent.", State.OPEN, [STAFF]),
    ("a rating", SOLVED, RATING, "", State.SOLVED, []),
    ("a rating with words", SOLVED, RATING, "Three days are too long.", State.SOLVED, [STAFF]),
    ("a rating on closed", CLOSED, RATING, "", State.CLOSED, []),
    ("a rating on open", OPEN, RATING, "", State.OPEN, []),
]


@pytest.mark.parametrize(("what", "before", "purpose", "text", "after", "expected"), PRESSED, ids=[row[0] for row in PRESSED])
def test_a_button(what, before, purpose, text, after, expected):
    room = Room().put(ticket(1, **before))
    decision = room.judge(mail(text=text, subject="", purpose=purpose, authenticated=False))
    assert (room.shelf.tickets[1].state, told(decision)) == (after, expected)
    assert decision.stored[0].ticket == 1


TYPED = [
    ("yes", State.CLOSED),
    ("Да, спасибо!", State.CLOSED),
    ("решено", State.CLOSED),
    ("Так", State.CLOSED),
    ("вирішено", State.CLOSED),
    ("No", State.OPEN),
    ("Нет", State.OPEN),
    ("не решено", State.OPEN),
    ("ні.", State.OPEN),
    ("Thanks!", State.SOLVED),
    ("ok, thanks", State.SOLVED),
    ("Yes, but the other one is silent", State.OPEN),
]


@pytest.mark.parametrize(("text", "after"), TYPED)
def test_a_typed_word_counts_as_the_button(text, after):
    room = Room().put(ticket(1, **SOLVED))
    room.judge(mail(text=text, purpose=CUSTOMER))
    assert room.shelf.tickets[1].state is after
    assert bool(room.shelf.tickets[1].denied) == (text in ("No", "Нет", "не решено", "ні."))


@pytest.mark.parametrize("before", [{}, OPEN, WAITING])
def test_a_typed_yes_to_no_question_is_a_word(before):
    room = Room().put(ticket(1, **before))
    room.judge(mail(text="yes", purpose=CUSTOMER))
    assert room.shelf.tickets[1].state is not State.CLOSED


NOT_THEIRS = [
    ("a colleague's typed yes", {"sender": BORIS, "text": "yes", "purpose": CUSTOMER}),
    ("a yes without a token", {"text": "yes", "subject": "Re: [#1] Export fails"}),
    ("a machine behind the button", {"purpose": YES, "origin": machine("autoresponder")}),
]


@pytest.mark.parametrize(("what", "given"), NOT_THEIRS, ids=[row[0] for row in NOT_THEIRS])
def test_nothing_but_the_asked_persons_own_word_closes(what, given):
    room = Room().put(ticket(1, **SOLVED), people=(ANNA, BORIS))
    room.judge(mail(**given))
    assert room.shelf.tickets[1].state is not State.CLOSED


def test_closing_names_its_proof_and_stops_every_clock():
    room = Room().put(ticket(1, **OPEN))
    click = mail(text="", purpose=YES)
    closed = room.judge(click).tickets[0]
    assert (closed.closed_by, closed.closed_at) == (click.message.message_id, click.arrived_at)
    assert (closed.awaiting_since, closed.answer_due_at) == (None, None)


def test_not_yet_starts_the_clock_and_the_second_one_tells_the_manager():
    room = Room().put(ticket(1, **SOLVED))
    first = room.judge(mail(text="", purpose=NOT_YET))
    assert (first.tickets[0].awaiting_since, first.tickets[0].denied) == (NOW + timedelta(hours=1), 1)
    again = Room().put(ticket(1, **SOLVED, denied=1)).judge(mail(text="", purpose=NOT_YET))
    assert told(again) == ["alert max@vendor.test", STAFF]


def test_a_click_is_no_contact_but_words_are():
    room = Room().put(ticket(1, **SOLVED))
    assert not room.judge(mail(text="", purpose=YES)).stored[0].contact
    assert room.judge(mail(text="Invoice us for the rest.", purpose=YES)).stored[0].contact


def test_the_last_rating_counts():
    room = Room().put(ticket(1, **SOLVED))
    for purpose in (Purpose.RATING_5, Purpose.RATING_2):
        room.judge(mail(text="", purpose=purpose))
    assert room.shelf.tickets[1].rating == 2
