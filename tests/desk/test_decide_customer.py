"""What a customer's mail changes and who is told: states, clocks, proofs, acks, participants (contract, sections 2 and 4)."""

from datetime import timedelta

import pytest
from desk.customers import ANNA, BORIS, CLOSED, CUSTOMER, GLEB, MALLORY, NOW, SOLVED, Room, machine, mail, rules, ticket, told
from hypothesis import given, settings
from hypothesis import strategies as some

from maild.desk.decision import Kind, Outcome
from maild.desk.purpose import Purpose
from maild.desk.ticket import State
from maild.message import Address, Attachment, address_key

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


def ack_of(decision):
    return next(notice for notice in decision.notices if notice.kind is Kind.ACK)


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


def test_an_expired_click_opens_nothing_but_words_beside_it_do():
    room = Room()
    assert room.judge(mail(text="", subject="", token_expired=True)).tickets == ()
    assert room.judge(mail(text="It broke again.", subject="", token_expired=True)).tickets != ()


def test_mail_by_a_machine_on_a_ticket_is_shown_and_moves_nothing():
    room = Room().put(ticket(1, **SOLVED))
    decision = room.judge(mail(purpose=CUSTOMER, origin=machine("mailing-list")))
    assert (decision.tickets, told(decision)) == ((), ["notification olga@vendor.test"])


TEXTS = some.sampled_from(["It broke.", "Thanks!", "yes", "нет", "", "дякую", "> quoted\nNo"])
MAILS = some.builds(
    dict,
    sender=some.sampled_from([ANNA, BORIS, GLEB, MALLORY, "new@acme.test"]),
    text=TEXTS,
    subject=some.sampled_from(["", "Export fails", "Re: [#1] Export fails", "[#2]", "Another thing"]),
    cites=some.one_of(some.none(), some.integers(0, 30)),
    authenticated=some.sampled_from([True, False, None]),
    token=some.one_of(some.none(), some.sampled_from([CUSTOMER, Purpose.YES, Purpose.NOT_YET, Purpose.RATING_2])),
    cc=some.lists(some.sampled_from([ANNA, BORIS, GLEB, "carl@advice.test"]), max_size=2),
    machine=some.booleans(),
    again=some.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(some.lists(MAILS, max_size=12))
def test_whatever_customers_write(mails):
    """No two tickets of one mail, no second ack, no letter to an address that its ticket does not know."""
    room, seen, acked = Room(), [], set()
    for place, given_mail in enumerate(mails):
        incoming = built(given_mail, place, room, seen)
        for copy in [incoming] * (1 + given_mail["again"]):
            before = room.last_ticket
            decision = room.judge(copy)
            assert room.last_ticket - before == (
                1 if any(t.version == 0 and t.number > before for t in decision.tickets) else 0
            )
            if copy.fingerprint in {one.fingerprint for one in seen}:
                assert (decision.outcome, decision.notices) == (Outcome.DUPLICATE, ())
            for notice in decision.notices:
                check_notice(notice, room, acked)
            seen.append(copy)
    files = [stored.message_id for thread in room.shelf.threads.values() for stored in thread]
    assert len(files) == len(set(files))


def built(given_mail, place, room, seen):
    sender = given_mail["sender"]
    cites = (seen[given_mail["cites"] % len(seen)].message.message_id,) if seen and given_mail["cites"] is not None else ()
    mine = [n for n, t in room.shelf.tickets.items() if address_key(t.requester) == sender]
    return mail(
        sender,
        given_mail["text"],
        subject=given_mail["subject"],
        in_reply_to=cites,
        authenticated=given_mail["authenticated"],
        purpose=given_mail["token"] if mine else None,
        number=mine[0] if mine else 1,
        cc=tuple(Address("", each) for each in given_mail["cc"]),
        arrived_at=NOW + timedelta(minutes=place),
        **({"origin": machine("auto-submitted")} if given_mail["machine"] else {}),
    )


def check_notice(notice, room, acked):
    if rules().directory.staff_at(notice.to.address):
        return
    people = {*room.shelf.participants[notice.ticket], address_key(room.shelf.tickets[notice.ticket].requester)}
    assert notice.to.key in people
    assert notice.kind in (Kind.ACK, Kind.RELAY)
    if notice.kind is Kind.ACK:
        assert notice.ticket not in acked
        acked.add(notice.ticket)
