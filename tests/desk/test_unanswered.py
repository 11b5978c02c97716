"""Whose question was answered with something else, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.decision import Side, Stored
from maild.desk.ticket import State, Ticket
from maild.desk.unanswered import is_unanswered_again, says_missed

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
TICKET = Ticket(1, "Printer", "acme", "anna@acme.test", "Anna", "en", MONDAY, state=State.OPEN)
CLOSED = Ticket(1, "Printer", "acme", "anna@acme.test", "Anna", "en", MONDAY, state=State.CLOSED)

ASKS = ("in", "mail", "The printer prints nothing.")
ASKS_AGAIN = ("in", "mail", "Did you get my mail?")
THANKS = ("in", "mail", "Thank you!")
MISSED = ("in", "mail", "Hello,\n\nthis is not what I asked. I meant the scanner.")
ANSWER = ("out", "relay", "Switch the cable.")
ACK = ("out", "ack", "Your request has number 1.")
NOTE = ("internal", "note", "It is the cable.")
COPY = ("out", "relay", "I have the same.")  # a colleague's words: nobody of the desk wrote them
MACHINE = ("in", "automatic", "I am out of office.")
YES = ("in", "button:yes", "")


def rated(stars):
    return ("in", f"button:rating-{stars}", "")


def said(*steps):
    return [
        Stored(
            f"<{place}@test>",
            Side(side),
            kind,
            "anna@acme.test" if side == "in" else "support@vendor.test",
            "",
            (),
            MONDAY + timedelta(hours=place),
            "Printer",
            text,
            ticket=1,
            author="olga" if (side, kind, text) in (ANSWER, NOTE) else "",
        )
        for place, (side, kind, text) in enumerate(steps)
    ]


@pytest.mark.parametrize(
    ("steps", "ticket", "expected"),
    [
        ((), TICKET, False),
        ((ASKS,), TICKET, False),
        ((ASKS, ACK), TICKET, False),
        ((ASKS, ANSWER), TICKET, False),
        ((ASKS, ANSWER, ASKS_AGAIN), TICKET, False),  # a next question after an answer
        ((ASKS, ASKS_AGAIN), TICKET, True),
        ((ASKS, ACK, ASKS_AGAIN), TICKET, True),  # an ack is no answer
        ((ASKS, NOTE, ASKS_AGAIN), TICKET, True),  # a note is none either
        ((ASKS, COPY, ASKS_AGAIN), TICKET, True),  # nor a colleague's word
        ((ASKS, MACHINE), TICKET, False),
        ((ASKS, THANKS), TICKET, False),
        ((ASKS, ASKS_AGAIN, ANSWER), TICKET, True),  # not accepted yet
        ((ASKS, ASKS_AGAIN, ANSWER, THANKS), TICKET, True),
        ((ASKS, ASKS_AGAIN, ANSWER, YES), CLOSED, False),
        ((ASKS, ASKS_AGAIN, ANSWER, rated(5)), TICKET, False),
        ((ASKS, ANSWER, MISSED), TICKET, True),
        ((ASKS, ANSWER, MISSED, ANSWER), TICKET, True),
        ((ASKS, ANSWER, MISSED, ANSWER, YES), CLOSED, False),
        ((ASKS, ANSWER, MISSED, ANSWER, YES, ASKS_AGAIN), TICKET, False),  # reopened: a new question
        ((ASKS, ANSWER, rated(1)), TICKET, True),
        ((ASKS, ANSWER, rated(2)), TICKET, True),
        ((ASKS, ANSWER, rated(3)), TICKET, False),
        ((ASKS, ANSWER, YES, rated(1)), CLOSED, True),
        ((ASKS, ANSWER, YES, rated(1), rated(4)), CLOSED, False),
        ((ASKS, ANSWER, rated(2), ANSWER, YES), CLOSED, False),
        ((ASKS, ASKS_AGAIN), CLOSED, False),  # closed as a duplicate
    ],
)
def test_a_ticket_is_unanswered_again_until_an_answer_is_accepted(steps, ticket, expected):
    assert is_unanswered_again(said(*steps), ticket) is expected


def test_an_unproven_mail_asks_nothing_in_the_customers_name():
    first, second = said(ASKS, ASKS_AGAIN)
    forged = Stored(**{name: getattr(second, name) for name in Stored.__slots__} | {"proven": False})
    assert not is_unanswered_again([first, forged], TICKET)


def test_words_that_are_only_quoted_are_not_said_again():
    quoting = ("in", "mail", "And which driver?\n\n> this is not what I asked")
    assert not is_unanswered_again(said(ASKS, ANSWER, quoting), TICKET)


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
