"""Who is acknowledged, with which words, and what holds an ack back (contract, [limits] and section 2)."""

from datetime import timedelta

import pytest
from desk.customers import ANNA, BORIS, CUSTOMER, MALLORY, NOW, Room, ack_of, machine, mail, ticket

from maild.desk.decision import Kind
from maild.message import Address, Attachment

HOUR = timedelta(hours=1)

ACKS = [
    ("a contact", {}, True),
    ("a contact who is not believed", {"authenticated": False}, True),
    ("a stranger", {"sender": MALLORY}, True),
    ("nobody", {"senders": ()}, False),
    ("a machine", {"origin": machine("auto-submitted")}, False),
    ("a null reverse-path", {"origin": machine("null-reverse-path")}, False),
    ("spam", {"origin": machine("marked-as-spam")}, False),
]


@pytest.mark.parametrize(("what", "given", "acked"), ACKS, ids=[row[0] for row in ACKS])
def test_a_new_request_is_acknowledged_once_to_its_requester(what, given, acked):
    decision = Room().judge(mail(**given, cc=(Address("", BORIS),)))
    assert [n.to.key for n in decision.notices if n.kind is Kind.ACK] == ([given.get("sender", ANNA)] if acked else [])
    assert decision.tickets[0].number == 1
    assert any(n.kind is Kind.NOTIFICATION for n in decision.notices)


SECRETS = [
    ("a stranger", {"sender": MALLORY}),
    ("an unproven stranger", {"sender": MALLORY, "authenticated": False}),
    ("an unproven contact", {"authenticated": False}),
    ("a contact where nothing can tell", {"authenticated": None}),
]


@pytest.mark.parametrize(("what", "given"), SECRETS, ids=[row[0] for row in SECRETS])
def test_an_ack_echoes_nothing_of_a_mail_that_may_be_anybodys(what, given):
    files = (Attachment("http_evil_test.txt", "text/plain", b"x"),)
    ack = ack_of(Room().judge(mail(**given, subject="http://evil.test", text="http://evil.test", attachments=files)))
    assert "evil" not in f"{ack.facts} {ack.subject} {ack.to.name}"
    assert (ack.facts["manager_name"], ack.facts["terms"], ack.thread) == ("", "", ())


def test_a_proven_contact_is_told_the_manager_the_files_and_the_terms():
    files = (Attachment("log.txt", "text/plain", b"x"), Attachment("logo.png", "image/png", b"x", "cid", inline=True))
    ack = ack_of(Room().judge(mail(attachments=files)))
    assert (ack.facts["manager_name"], ack.facts["attachments"], ack.facts["terms"]) == (
        "Olga Ivanova",
        ["log.txt"],
        "By the minute",
    )
    assert ack.facts["due"] == NOW + HOUR + timedelta(days=1)
    assert not any("balance" in name for name in ack.facts)


CAPS = [
    ("a proven contact", {}, 30, HOUR),
    ("an unproven contact", {"authenticated": False}, 5, HOUR),
    ("a believed stranger", {"sender": MALLORY}, 5, HOUR),
    ("a stranger", {"sender": MALLORY, "authenticated": False}, 1, timedelta(days=1)),
]


@pytest.mark.parametrize(("what", "given", "limit", "span"), CAPS, ids=[row[0] for row in CAPS])
def test_caps_hold_acks_back_until_they_lift(what, given, limit, span):
    room = Room()
    first = NOW + HOUR
    for number in range(limit):
        assert ack_of(room.judge(mail(**given, arrived_at=first + timedelta(seconds=number))))
    for number in range(3):
        held = room.judge(mail(**given, arrived_at=first + timedelta(minutes=1, seconds=number)))
        assert not any(notice.kind is Kind.ACK for notice in held.notices)
        assert [(due.what, due.which, due.at) for due in held.dues] == [("cap", given.get("sender", ANNA), first + span)]
    assert ack_of(room.judge(mail(**given, arrived_at=first + span)))


def test_a_forgers_flood_leaves_the_real_contact_their_acks():
    room = Room()
    for _ in range(8):
        room.judge(mail(authenticated=False))
    assert ack_of(room.judge(mail()))


FAST = [
    ("an ack", "ack", 9, False),
    ("an ack, at leisure", "ack", 11, True),
    ("a report", "report", 10, False),
    ("a refusal", "refusal", 1, False),
    ("a reminder", "reminder", 1, False),
    ("a person's answer", "relay", 1, True),
]


@pytest.mark.parametrize(("what", "kind", "seconds", "acked"), FAST, ids=[row[0] for row in FAST])
def test_nobody_answers_an_automatic_letter_within_ten_seconds(what, kind, seconds, acked):
    room = Room().put(ticket(1, requester=MALLORY, client="walk-in"), people=(MALLORY,))
    room.sent(MALLORY, kind, NOW)
    quick = mail(MALLORY, purpose=CUSTOMER, subject="We have got your mail", arrived_at=NOW + timedelta(seconds=seconds))
    decision = room.judge(quick)
    assert any(notice.kind is Kind.ACK for notice in decision.notices) is acked
    assert decision.tickets[0].linked_to == 1
