"""Whose question was answered with something else, or not at all."""

from dataclasses import replace

import pytest
from desk.customers import CLOSED, CUSTOMER, SOLVED, Room, mail, ticket

from maild.desk.purpose import RATINGS, Purpose
from maild.desk.ticket import State
from maild.desk.unanswered import after_closing, says_missed

ASKS_AGAIN = "Did you get my mail?"
MISSED = "Hello,\n\nthis is not what I asked. I meant the scanner."
ANSWERED, YES = "answered", Purpose.YES  # what happens on the desk's side: a person's answer leaves
ONE, TWO, THREE, FIVE = (next(p for p, stars in RATINGS.items() if stars == wanted) for wanted in (1, 2, 3, 5))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), False),
        ((ANSWERED,), False),
        ((ANSWERED, ASKS_AGAIN), False),  # a next question after an answer
        ((ASKS_AGAIN,), True),
        (("Thank you!",), False),
        ((ASKS_AGAIN, ANSWERED), True),  # not accepted yet
        ((ASKS_AGAIN, ANSWERED, "Thank you!"), True),
        ((ASKS_AGAIN, ANSWERED, YES), False),
        ((ASKS_AGAIN, ANSWERED, FIVE), False),
        ((ANSWERED, MISSED), True),
        ((ANSWERED, MISSED, ANSWERED), True),
        ((ANSWERED, MISSED, ANSWERED, YES), False),
        ((ANSWERED, MISSED, ANSWERED, YES, ASKS_AGAIN), False),  # reopened: a new question
        ((ANSWERED, ONE), True),
        ((ANSWERED, TWO), True),
        ((ANSWERED, THREE), False),
        ((ANSWERED, YES, ONE), True),
        ((ANSWERED, YES, ONE, FIVE), False),
        ((ANSWERED, TWO, ANSWERED, YES), False),
        ((ANSWERED, "And which driver?\n\n> this is not what I asked"), False),  # what is quoted was counted when it was said
    ],
)
def test_a_ticket_is_unanswered_again_until_an_answer_is_accepted(steps, expected):
    room = Room().put(ticket(1, state=State.OPEN))
    for step in steps:
        if step == ANSWERED:
            room.shelf.tickets[1] = replace(room.shelf.tickets[1], awaiting_since=None, answer_due_at=None)
        elif isinstance(step, Purpose):
            room.judge(mail(text="", subject="", purpose=step))
        else:
            room.judge(mail(text=step, purpose=CUSTOMER))
    assert room.shelf.tickets[1].unanswered is expected


def test_an_unproven_mail_asks_nothing_in_the_customers_name():
    room = Room().put(ticket(1, state=State.OPEN))
    room.judge(mail(text=ASKS_AGAIN, purpose=CUSTOMER, authenticated=False))
    assert not room.shelf.tickets[1].unanswered


def test_not_yet_may_say_that_something_else_was_answered():
    room = Room().put(ticket(1, **SOLVED))
    room.judge(mail(text=MISSED, purpose=Purpose.NOT_YET))
    assert room.shelf.tickets[1].unanswered


@pytest.mark.parametrize(("rating", "expected"), [(None, False), (4, False), (1, True)])
def test_what_is_closed_without_a_yes_is_seen_only_for_its_rating(rating, expected):
    assert (
        after_closing(ticket(1, unanswered=True, rating=rating, **{k: v for k, v in CLOSED.items() if k != "rating"}))
        is expected
    )


@pytest.mark.parametrize(
    "words",
    [
        "This is not what I asked.",
        "That isn't what we asked for",
        "That isn’t my question.",
        "Sorry, but this was not what I meant",
        "You did not answer my question!",
        "you didn't really answer the question",
        "I asked about something else.",
        "My question was not answered.",
        "Not what\nI asked.",
        "Это не то, о чём я спрашивал",
        "это не то что я спрашивала.",
        "Я спрашивал не об этом",
        "Я спросила совсем о другом!",
        "Это не ответ на мой вопрос",
        "Вы так и не ответили.",
        "Вопрос был о другом",
        "мой вопрос остался без ответа",
        "Це не те, про що я питав",
        "Я питала не про це",
        "ми запитували про інше",
        "Це не відповідь на моє запитання",
        "ви не відповіли",
        "Питання було про інше",
    ],
)
def test_words_that_say_so(words):
    assert says_missed(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "What I asked for works now.",
        "This is what I asked, thank you.",
        "Nobody asked me.",
        "I have not asked yet.",
        "Is it not what you wanted?",
        "Это то, о чём я спрашивал",
        "Я спрашивал о принтере",
        "Они нам не ответили",
        "Питання вирішено",
        "Я питав про драйвер",
    ],
)
def test_words_that_do_not(words):
    assert not says_missed(words)


def test_a_hostile_text_is_judged_in_linear_time():
    assert not says_missed("is not at all " * 100_000 + "я спрашива" * 100_000)
