"""Which ticket a mail belongs to: evidence, strongest first, and membership (contract, section 2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from desk.customers import ANNA, BORIS, CLOSED, CUSTOMER, GLEB, MALLORY, NOT_YET, NOW, YES, Room, mail, received, rules, ticket

from maild.desk.incoming import client_of
from maild.desk.purpose import Purpose
from maild.desk.threading import Evidence, conversation_key, find_ticket
from maild.desk.ticket import State
from maild.message import Message

FIRST = ("<first@acme.test>",)
GLEBS = {"client": "globex", "requester": GLEB}


def found(incoming, room):
    client = client_of(incoming, rules(), room.shelf.remembered)
    evidence = find_ticket(incoming, client, room.shelf, incoming.arrived_at - rules().directory.promises.reopen)
    return {
        name: value.number if name == "ticket" else value for name in Evidence.__slots__ if (value := getattr(evidence, name))
    }


CLUES = [
    ("a signed address", {"purpose": CUSTOMER}, {"ticket": 1, "how": "token"}),
    ("a known id", {"in_reply_to": FIRST}, {"ticket": 1, "how": "message id"}),
    ("a known id far back", {"references": (*FIRST, "<x@y>", "<z@y>")}, {"ticket": 1, "how": "message id"}),
    ("the number", {"subject": "Re: [#1] Export"}, {"ticket": 1, "how": "subject"}),
    ("the number among words", {"subject": "AW: Fwd: [#1] [#77]"}, {"ticket": 1, "how": "subject"}),
    ("the id before the number", {"in_reply_to": FIRST, "subject": "[#2] x"}, {"ticket": 1, "how": "message id"}),
    ("the address before the id", {"purpose": CUSTOMER, "number": 2, "in_reply_to": FIRST}, {"ticket": 2, "how": "token"}),
    (
        "In-Reply-To before References",
        {"in_reply_to": FIRST, "references": ("<second@acme.test>",)},
        {"ticket": 1, "how": "message id"},
    ),
    ("the newest reference", {"references": (*FIRST, "<second@acme.test>")}, {"ticket": 2, "how": "message id"}),
    ("nothing", {}, {}),
    ("the same subject alone", {"subject": "Re: Export fails"}, {}),
    ("a number that is none of ours", {"subject": "[#99] x"}, {}),
    ("a number without our form", {"subject": "#1 Export"}, {}),
    ("an unknown id", {"in_reply_to": ("<nobody@acme.test>",)}, {}),
    ("the return path's token", {"purpose": Purpose.BOUNCE}, {}),
    ("a report's token, whose number is a day", {"purpose": Purpose.REPORT}, {}),
]


@pytest.mark.parametrize(("what", "given", "expected"), CLUES, ids=[row[0] for row in CLUES])
def test_clues_of_the_requester(what, given, expected):
    room = Room().put(ticket(1), ticket(2), ids=("<first@acme.test>", "<second@acme.test>"))
    assert found(mail(**given), room) == expected


THREAD_INDEX = "AQHZ2h1u5PZKf0aXH0KqzN5n8VZ0Xg=="  # 22 octets: a conversation's first mail


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (THREAD_INDEX, "thread-index:0101d9da1d6ee4f64a7f46971f42aaccde67f156745e"),
        ("AQHZ2h1u5PZKf0aXH0KqzN5n8VZ0XgAFFoFA", "thread-index:0101d9da1d6ee4f64a7f46971f42aaccde67f156745e"),  # a reply
        ("AQHZ2h1u5PZKf0aXH0KqzN5n\r\n 8VZ0Xg==", "thread-index:0101d9da1d6ee4f64a7f46971f42aaccde67f156745e"),
        ("", ""),
        ("AQHZ", ""),
        ("no base64 at all! Привет", ""),
        ("A", ""),
    ],
)
def test_outlooks_mark_of_a_conversation(value, key):
    assert conversation_key(Message(headers=(("thread-index", value),))) == key


@pytest.mark.parametrize("sender", [ANNA, MALLORY])
def test_a_conversation_is_a_hint_for_staff_and_no_proof(sender):
    room = Room().put(ticket(1))
    headers = (("Thread-Index", THREAD_INDEX),)
    room.shelf.keys[conversation_key(Message(headers=headers))] = 1
    assert found(mail(sender, headers=headers), room) == {"resembles": 1}


WHO = [
    ("the requester", ANNA, True),
    ("the requester in capitals", "Anna@ACME.test", True),
    ("a participant of elsewhere", "carl@advice.test", True),
    ("a colleague", BORIS, True),
    ("an unknown colleague", "new@acme.test", True),
    ("another client", GLEB, False),
    ("a stranger", MALLORY, False),
    ("a confusable address", "аnna@acme.test.evil.test", False),
    ("a subdomain", "anna@mail.acme.test", False),
]


@pytest.mark.parametrize("clue", [{"in_reply_to": FIRST}, {"subject": "Re: [#1] Export fails"}], ids=["id", "number"])
@pytest.mark.parametrize(("what", "sender", "joins"), WHO, ids=[row[0] for row in WHO])
def test_ids_and_numbers_need_membership(what, sender, joins, clue):
    room = Room().put(ticket(1), people=(ANNA, "carl@advice.test"))
    evidence = found(mail(sender, **clue), room)
    assert evidence.get("ticket") == (1 if joins else None)
    assert evidence.get("resembles") == (None if joins else 1)


def test_strangers_share_no_client_with_each_other():
    room = Room().put(ticket(1, client="walk-in", requester="a@gmail.example"), people=("a@gmail.example",))
    assert found(mail("b@gmail.example", subject="[#1] x"), room) == {"resembles": 1}
    assert found(mail("a@gmail.example", subject="[#1] x"), room)["ticket"] == 1


AGES = [
    ("closed a day ago", timedelta(days=1), {"ticket": 1, "how": "token"}),
    ("closed 30 days ago", timedelta(days=30), {"ticket": 1, "how": "token"}),
    ("closed longer ago", timedelta(days=30, seconds=1), {"linked": 1, "resembles": 1}),
]


@pytest.mark.parametrize(("what", "age", "expected"), AGES, ids=[row[0] for row in AGES])
def test_a_closed_ticket_reopens_for_thirty_days(what, age, expected):
    room = Room().put(ticket(1, **CLOSED))
    assert found(mail(purpose=CUSTOMER, arrived_at=NOW + age), room) == expected
    assert found(mail(purpose=NOT_YET, arrived_at=NOW + age), room) == expected


@pytest.mark.parametrize("purpose", [YES, Purpose.RATING_1, Purpose.RATING_5])
def test_yes_and_ratings_reopen_nothing_and_open_nothing(purpose):
    room = Room().put(ticket(1, **CLOSED))
    assert found(mail(purpose=purpose, arrived_at=NOW + timedelta(days=40)), room) == {"ticket": 1, "how": "token"}


NEW_QUESTIONS = [
    ("another subject", {"subject": "A second licence"}, True),
    ("the same subject", {"subject": "Re: export  FAILS"}, False),
    ("no subject", {"subject": ""}, False),
    ("only the number", {"subject": "[#1]"}, False),
    ("another subject with the number", {"subject": "[#1] A second licence"}, False),
    ("another subject that cites something", {"subject": "A second licence", "in_reply_to": ("<x@y>",)}, False),
    ("another subject with references", {"subject": "A second licence", "references": ("<x@y>",)}, False),
]


@pytest.mark.parametrize(("what", "given", "is_new"), NEW_QUESTIONS, ids=[row[0] for row in NEW_QUESTIONS])
def test_a_new_question_to_an_old_address_is_a_ticket_of_its_own(what, given, is_new):
    evidence = found(mail(purpose=CUSTOMER, **given), Room().put(ticket(1)))
    assert evidence == ({"linked": 1, "resembles": 1} if is_new else {"ticket": 1, "how": "token"})


@pytest.mark.parametrize("clue", [{"purpose": CUSTOMER}, {"in_reply_to": FIRST}, {"subject": "[#1] x"}])
def test_a_merged_ticket_leads_to_the_one_that_holds_it(clue):
    room = Room().put(ticket(1, merged_into=2), ticket(2, merged_into=3), ticket(3))
    assert found(mail(**{"subject": "Export fails", **clue}), room)["ticket"] == 3


def test_tickets_merged_in_a_circle_lead_nowhere():
    room = Room().put(ticket(1, merged_into=2), ticket(2, merged_into=1))
    assert found(mail(subject="[#1] x"), room) == {}


def test_a_letter_of_ours_that_somebody_forwarded_names_its_ticket_to_a_colleague():
    room = Room().put(ticket(1))
    letter = room.sent(ANNA, "relay", NOW)
    assert found(mail(BORIS, subject="Fwd: no number", in_reply_to=(letter.message_id,)), room)["ticket"] == 1
    assert found(mail(MALLORY, subject="Fwd: no number", in_reply_to=(letter.message_id,)), room) == {"resembles": 1}


def test_a_mail_whose_reply_came_first_joins_that_reply():
    room = Room().put(ticket(1, requester=BORIS))
    room.shelf.keys["<cited@acme.test>"] = 1
    assert found(mail(message_id="<cited@acme.test>"), room)["ticket"] == 1
    assert found(mail(MALLORY, message_id="<cited@acme.test>"), room) == {"resembles": 1}


def test_another_message_under_an_id_that_is_in_the_thread_is_another_message():
    room = Room().put(ticket(1))
    assert found(mail(message_id="<first@acme.test>", subject="Import fails"), room) == {}


KEYS = [
    ("a believed contact", {}, {"<cited@x>": 1, "<older@x>": 1}),
    ("a colleague", {"sender": BORIS}, {"<cited@x>": 1, "<older@x>": 1}),
    ("an unproven contact", {"authenticated": False}, {}),
    ("where nothing can tell", {"authenticated": None}, {}),
    ("a stranger", {"sender": MALLORY}, {}),
]


@pytest.mark.parametrize(("what", "given", "keys"), KEYS, ids=[row[0] for row in KEYS])
def test_cited_ids_become_keys_for_believed_people_of_a_client_only(what, given, keys):
    room = Room()
    incoming = mail(**given, in_reply_to=("<cited@x>",), references=("<older@x>", "<cited@x>"))
    room.judge(incoming)
    assert room.shelf.keys == {incoming.message.message_id: 1, **keys}


def test_an_id_belongs_to_the_first_ticket_that_held_it():
    room = Room().put(ticket(1, **GLEBS), people=(GLEB,))
    room.judge(mail(in_reply_to=FIRST))
    assert room.shelf.keys["<first@acme.test>"] == 1


def test_a_reopened_ticket_is_open():
    room = Room().put(ticket(1, **CLOSED))
    decision = room.judge(mail(purpose=CUSTOMER))
    assert decision.tickets[0].state is State.OPEN
    assert replace(decision.tickets[0], closed_at=None) == decision.tickets[0]


def test_a_thread_holds_what_its_reader_wrote_or_was_sent():
    from maild.desk.correspondence import thread_for

    room = Room().put(ticket(1))
    to_anna, to_boris = room.sent(ANNA, "ack", NOW), room.sent(BORIS, "relay", NOW)
    forged = replace(received("<forged@acme.test>", ANNA, 1), proven=False)
    room.shelf.threads[1].append(forged)
    assert thread_for("Anna@acme.test", 1, room.shelf) == ("<first@acme.test>", to_anna.message_id)
    assert thread_for(BORIS, 1, room.shelf) == (to_boris.message_id,)
