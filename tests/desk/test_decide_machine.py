"""Mail that no person wrote: filed where it belongs, never answered, and nothing of it is lost."""

from dataclasses import replace

import pytest
from desk.customers import ANNA, BORIS, CUSTOMER, MALLORY, NOW, Room, machine, mail, rules, ticket, told

from maild.desk.case import Shelf
from maild.desk.decide_machine import decide_oversized, decide_unreadable
from maild.desk.decision import Kind, Outcome
from maild.desk.purpose import Purpose
from maild.desk.ticket import State
from maild.message import Address, DeliveryStatus, OriginKind, Unreadable

ANSWERED = {"state": State.OPEN, "awaiting_since": None, "answer_due_at": None}
FAILED = (DeliveryStatus(ANNA, "5.1.1", True, "550 no such user"),)
DELAYED = (DeliveryStatus(ANNA, "4.2.2", False, "452 mailbox full"),)
REPORT = machine("delivery-report", kind=OriginKind.BOUNCE)

MACHINES = [
    ("an auto-reply to nothing", {"headers": (("AUTO-Submitted", "Auto-Replied; x"),)}, "auto-submitted", False),
    ("an out-of-office", {}, "autoresponder", False),
    ("a read receipt", {}, "read-receipt", False),
    ("a calendar answer", {}, "calendar-answer", False),
    ("a null reverse-path that answers", {"in_reply_to": ("<x@y>",)}, "null-reverse-path", False),
    ("a form with a null reverse-path", {}, "null-reverse-path", True),
    ("a newsletter", {}, "mailing-list", True),
    ("a monitor", {"headers": (("Auto-Submitted", "auto-generated"),)}, "auto-submitted", True),
]


@pytest.mark.parametrize(("what", "given", "reason", "opens"), MACHINES, ids=[row[0] for row in MACHINES])
def test_machines_are_never_acknowledged(what, given, reason, opens):
    decision = Room().judge(mail(**given, origin=machine(reason)))
    assert bool(decision.tickets) is opens
    assert told(decision) == (["notification olga@vendor.test"] if opens else [])
    assert len(decision.stored) == 1


FILED = [
    ("by its address", {"purpose": CUSTOMER}, ANNA, 1),
    ("by an id", {"in_reply_to": ("<first@acme.test>",)}, ANNA, 1),
    ("by a colleague", {"subject": "Re: [#1] x"}, BORIS, 1),
    ("by a stranger who knows the id", {"in_reply_to": ("<first@acme.test>",)}, MALLORY, None),
    ("by a stranger who knows the number", {"subject": "Re: [#1] x"}, MALLORY, None),
]


@pytest.mark.parametrize(("what", "given", "sender", "number"), FILED, ids=[row[0] for row in FILED])
def test_an_automatic_reply_is_filed_with_its_senders_ticket(what, given, sender, number):
    room = Room().put(ticket(1))
    decision = room.judge(mail(sender, **given, origin=machine("autoresponder")))
    assert (decision.stored[0].ticket, decision.tickets, decision.notices) == (number, (), ())
    assert not decision.stored[0].contact


def test_a_permanent_bounce_of_an_answer_starts_its_clock_again():
    room = Room().put(ticket(1, **ANSWERED))
    bounce = mail("mailer-daemon@acme.test", purpose=Purpose.BOUNCE, origin=REPORT, bounces=FAILED)
    decision = room.judge(bounce)
    assert told(decision) == ["bounce-notice olga@vendor.test"]
    assert decision.tickets[0].awaiting_since == NOW
    assert decision.tickets[0].answer_due_at > NOW
    assert room.shelf.participants[1][ANNA].flagged == "5.1.1 550 no such user"


def test_staff_see_whose_mail_comes_back_until_they_write_again():
    room = Room().put(ticket(1), people=(ANNA, BORIS))
    room.judge(mail("mailer-daemon@acme.test", purpose=Purpose.BOUNCE, origin=REPORT, bounces=FAILED))
    from_boris = room.judge(mail(BORIS, text="Anna is ill.", subject="[#1] x"))
    assert next(n for n in from_boris.notices if n.kind is Kind.NOTIFICATION).facts["unreached"] == [
        f"{ANNA} (5.1.1 550 no such user)"
    ]
    room.judge(mail(ANNA, text="I am back.", purpose=CUSTOMER))
    assert room.shelf.participants[1][ANNA].flagged == ""


QUIET = [
    ("a delay", {"purpose": Purpose.BOUNCE, "bounces": DELAYED}, []),
    (
        "a failure without the signed path",
        {"in_reply_to": ("<first@acme.test>",), "bounces": FAILED},
        ["bounce-notice olga@vendor.test"],
    ),
    (
        "of a colleague's copy",
        {"purpose": Purpose.BOUNCE, "bounces": (DeliveryStatus(BORIS, "5.1.1"),)},
        ["bounce-notice olga@vendor.test"],
    ),
    ("of no ticket", {"bounces": FAILED}, []),
]


@pytest.mark.parametrize(("what", "given", "expected"), QUIET, ids=[row[0] for row in QUIET])
def test_bounces_that_move_no_clock(what, given, expected):
    room = Room().put(ticket(1, **ANSWERED))
    decision = room.judge(mail("mailer-daemon@acme.test", subject="Undelivered", origin=REPORT, **given))
    assert (decision.tickets, told(decision)) == ((), expected)
    assert len(decision.stored) == 1


def test_a_bounce_of_the_engineers_own_copy_is_told_to_the_manager():
    room = Room().put(ticket(1))
    failed = (DeliveryStatus("OLGA@vendor.test", "5.2.2"),)
    bounce = mail("mailer-daemon@vendor.test", purpose=Purpose.BOUNCE, origin=REPORT, bounces=failed)
    assert told(room.judge(bounce)) == ["bounce-notice max@vendor.test"]


@pytest.mark.parametrize("sender", ["support@vendor.test", "Support+x@VENDOR.test"])
def test_our_own_address_is_filed_and_never_answered(sender):
    decision = Room().put(ticket(1)).judge(mail(sender, subject="[#1] x"))
    assert (decision.tickets, decision.notices) == ((), ())
    assert decision.stored[0].kind == "own"


def test_an_unreadable_mail_makes_a_minimal_ticket_and_tells_staff():
    unreadable = Unreadable("nesting deeper than 20", MALLORY, "Hello")
    decision = decide_unreadable(unreadable, "0" * 32, NOW, rules(), Shelf())
    assert decision.outcome is Outcome.QUARANTINED
    assert told(decision) == ["alert olga@vendor.test"]
    assert (decision.tickets[0].requester, decision.stored[0].proven) == (MALLORY, False)


def oversized(**given):
    return decide_oversized(mail(**given), 31_000_000, Room().put(ticket(1)).shelf, rules(), NOW)


def test_a_mail_too_large_is_told_to_sender_and_staff_in_one_letter_each():
    decision = oversized(subject="Ten films")
    assert decision.outcome is Outcome.QUARANTINED
    assert told(decision) == ["notification olga@vendor.test", f"refusal {ANNA}"]
    refusal = next(notice for notice in decision.notices if notice.kind is Kind.REFUSAL)
    assert refusal.facts["limit_bytes"] == 25_000_000


def test_on_its_own_ticket_a_mail_too_large_is_told_there():
    decision = oversized(purpose=CUSTOMER)
    assert {notice.ticket for notice in decision.notices} == {1}
    assert told(decision) == ["notification olga@vendor.test", f"refusal {ANNA}"]


def test_an_unproven_sender_of_a_mail_too_large_gets_an_ack_and_no_refusal():
    assert told(oversized(sender=MALLORY, authenticated=False)) == [f"ack {MALLORY}", "notification olga@vendor.test"]


@pytest.mark.parametrize("origin", [REPORT, machine("autoresponder")])
def test_machines_are_told_nothing_about_sizes(origin):
    decision = oversized(origin=origin, subject="x", to=(Address("", "support@vendor.test"),))
    assert (decision.outcome, decision.tickets, decision.notices) == (Outcome.QUARANTINED, (), ())


def test_the_same_mail_again_is_a_duplicate_whatever_brought_it():
    room, first = Room(), mail()
    room.judge(first)
    again = replace(first, arrival=99, delivered_to=("sales@vendor.test",))
    assert room.judge(again).outcome is Outcome.DUPLICATE
