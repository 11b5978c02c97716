"""Very much mail, and attachments that run: what strangers may cost, and what goes on in either direction."""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ANNA, FORGED, OLGA, SERVICE, kinds, one

LIMITS = """
[limits]
acks_per_domain_per_hour = 5
acks_to_strangers_per_hour = 8
tickets_per_stranger_per_hour = 10
"""
EXE = ("setup.exe", "application/octet-stream", b"MZ\x90")


@pytest.fixture
def small(make_desk, monkeypatch):
    """A desk that bears little."""

    def made(limits=LIMITS):
        monkeypatch.setattr("attacks.desk_at_work.SERVICE", SERVICE + limits)
        return make_desk()

    return made


def bomb(desk, mails, sender="Eve <eve@evil.test>", **more):
    return [letter for n in range(mails) for letter in desk.write(sender, f"Buy {n}!\n", subject=f"Offer {n}", **more)]


@pytest.mark.thorough
@pytest.mark.parametrize(("sender", "more"), [("Eve <eve@evil.test>", {}), (ANNA, {"proofs": FORGED})])
def test_one_stranger_opens_so_many_tickets_and_the_managers_hear_of_it_once(small, sender, more):
    desk = small()
    letters = bomb(desk, 30, sender, **more)
    assert len(desk.tickets()) == 10
    assert [x.recipient for x in letters if x.kind == "alert"] == ["max@vendor.test"]
    assert desk.store.counts().quarantined == 20
    assert len([x for x in letters if x.kind == "ack"]) <= 5


def test_a_bomb_is_one_line_of_the_summary(small):
    desk = small()
    desk.timetable.begin_day(desk.now)
    bomb(desk, 30)
    desk.now = desk.now.replace(hour=18, minute=0)
    summary = one(desk.pass_time(minutes=1), "summary")
    assert [line for line in summary.text.splitlines() if line.startswith("In quarantine")] == [
        "In quarantine: 20 mails. To look: maild quarantine list"
    ]
    assert "evil.test" not in summary.everything and "Offer" not in summary.everything


def test_a_bomb_delays_nobody_elses_ack(small):
    desk = small()
    bomb(desk, 30)
    letters = desk.write("Carl <carl@partner.test>", "May I ask?\n")
    assert kinds(letters) == [("ack", "carl@partner.test"), ("notification", "olga@vendor.test")]
    assert one(desk.write(ANNA, "It is silent.\n"), "ack")


@pytest.mark.thorough
def test_very_many_forged_words_on_a_ticket_are_filed_and_soon_mailed_to_nobody(small):
    desk = small()
    desk.request()
    letters = [
        letter
        for n in range(55)
        for letter in desk.write(f"a{n}@acme.test", f"Forged {n}\n", subject="[#1] Printer is silent", proofs=FORGED)
    ]
    assert len([x for x in letters if x.kind == "notification"]) == 50
    assert [(x.kind, x.recipient) for x in letters if x.kind != "notification"] == [("alert", "max@vendor.test")]
    assert len(desk.store.ticket(1).thread) == 3 + 55 + 50
    assert one(desk.write(ANNA, "These are my words.\n", subject="[#1] Printer is silent"), "notification")


@pytest.mark.thorough
def test_very_many_forged_reports_are_filed_and_soon_mailed_to_nobody(small):
    desk = small()
    desk.request()
    cited = next(x for x in desk.letters if x.kind == "ack").mail["Message-ID"]
    letters = [letter for n in range(55) for letter in desk.raw(forged_report(n, cited))]
    assert len([x for x in letters if x.kind == "bounce-notice"]) == 50
    assert [(x.kind, x.recipient) for x in letters if x.kind != "bounce-notice"] == [("alert", "max@vendor.test")]
    assert desk.ticket().answer_due_at


def forged_report(number, cited):
    lines = (
        "Return-Path: <>",
        f"From: MAILER-DAEMON@evil{number}.test",
        "To: support@vendor.test",
        f"Subject: Undelivered {number}",
        f"Message-ID: <{number}@evil.test>",
        f"In-Reply-To: {cited}",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.evil.test",
        "",
        "Final-Recipient: rfc822; anna@acme.test",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_a_person_is_told_a_few_times_that_others_write_to_their_address(small):
    desk = small()
    to = desk.request().reply_to
    letters = [letter for n in range(9) for letter in desk.write(f"eve@evil{n}.test", "Hi\n", to=to, subject=f"{n}")]
    assert [x.recipient for x in letters if x.kind == "alert"] == ["olga@vendor.test"] * 5


def test_a_clients_machine_gone_wild_is_set_aside_like_a_strangers(small):
    desk = small()
    letters = bomb(desk, 15, "Monitor <robot@acme.test>", headers="Auto-Submitted: auto-generated")
    assert (len(desk.tickets()), desk.store.counts().quarantined) == (10, 5)
    assert kinds(letters).count(("alert", "max@vendor.test")) == 1


def test_very_many_unreadable_mails_open_a_few_tickets_and_all_are_kept(small):
    desk = small()
    for n in range(15):
        desk.raw(b"From: eve@evil.test\r\nSubject: %d\r\n" % n + b"X: y\r\n" * 600 + b"\r\nhello\r\n")
    assert (len(desk.tickets()), desk.store.counts().quarantined) == (10, 15)


def test_a_clients_proven_contact_is_not_set_aside_as_long_as_a_person_could_write(small):
    desk = small()
    letters = bomb(desk, 30, ANNA)
    assert len(desk.tickets()) == len([x for x in letters if x.kind == "ack"]) == 30
    assert not [x for x in letters if x.kind == "alert"]


@pytest.mark.thorough
def test_a_proven_contacts_robot_that_says_nothing_of_itself_is_told_of_and_then_set_aside(small):
    desk = small()
    letters = bomb(desk, 45, ANNA)
    alerts = [x for x in letters if x.kind == "alert"]
    assert [x.recipient for x in alerts] == ["max@vendor.test"] * 2
    assert "whom we know" in alerts[0].text and "quarantine list" in alerts[1].text
    assert (len(desk.tickets()), desk.store.counts().quarantined) == (40, 5)
    assert len([x for x in letters if x.kind == "ack"]) == 30
    desk.now += timedelta(hours=2)
    assert kinds(bomb(desk, 1, ANNA)) == [("ack", "anna@acme.test"), ("notification", "olga@vendor.test")]


def test_whoever_forges_a_contact_does_not_have_them_set_aside(small):
    desk = small()
    bomb(desk, 30, ANNA, proofs=FORGED)
    for number in range(3):
        letters = desk.write(ANNA, f"It is silent, really {number}.\n", subject=f"Silent {number}")
        assert ("notification", "olga@vendor.test") in kinds(letters)
    assert desk.store.counts().quarantined == 20


def test_a_contact_who_is_set_aside_can_still_write_on_their_tickets(small):
    desk = small()
    first = one(desk.write(ANNA, "It is silent.\n", subject="First"), "ack")
    bomb(desk, 45, ANNA)
    assert one(desk.answer(ANNA, first, "And it blinks.\n"), "notification")


def test_a_machine_that_answers_each_ack_with_a_new_subject_gets_two(desk):
    """It says nothing of itself in its head, and waits long enough to be a person."""
    letters = desk.write(ANNA, "Hello\n", subject="Hello")
    for n in range(5):
        acks = [x for x in desk.letters if x.kind == "ack"]
        letters += desk.write(ANNA, f"I am away, {n}\n", subject=f"Away {n}", to=acks[-1].reply_to)
    assert len([x for x in letters if x.kind == "ack"]) == 2
    assert len([x for x in letters if x.kind == "notification"]) == 6


def test_whoever_writes_to_an_old_address_out_of_the_address_book_is_acknowledged_each_time(desk):
    first = one(desk.write(ANNA, "Hello\n", subject="Hello"), "ack")
    for n in range(4):
        assert one(desk.write(ANNA, f"Another question, {n}\n", subject=f"Question {n}", to=first.reply_to), "ack")


def test_what_the_flood_took_can_be_let_out(small):
    desk = small()
    bomb(desk, 11)
    (aside,) = desk.store.quarantined()
    desk.store.release_quarantined(aside.arrival_id)
    desk.pipeline.take_waiting(10, desk.now)
    assert len(desk.tickets()) == 11


@pytest.mark.thorough
def test_a_wave_of_senders_of_one_domain_and_of_many_is_acknowledged_slowly(small):
    desk = small()
    acks = []
    for n in range(7):
        acks += [x for x in bomb(desk, 1, f"v{n}@victim.test") if x.kind == "ack"]
    assert len(acks) == 5
    for n in range(7):
        acks += [x for x in bomb(desk, 1, f"v@victim{n}.test") if x.kind == "ack"]
    assert len(acks) == 8
    assert one(desk.write(ANNA, "It is silent.\n"), "ack")  # a client's own people are not held back
    desk.now = desk.now.replace(minute=0) + timedelta(hours=1, minutes=1)
    later = [x for x in desk.pass_time(minutes=1) if x.kind == "ack"]
    assert len(later) == 6  # those who were held back, by number
    desk.now += timedelta(hours=1)
    assert [x for x in desk.pass_time(minutes=1) if x.kind == "ack"] == []


# --- programs --------------------------------------------------------------------------------------------------------------------


def names(letter):
    return [part.get_filename() for part in letter.mail.iter_attachments()]


def test_programs_are_told_of_in_both_directions(desk):
    note = one(desk.write(ANNA, "See the file.\n", files=[EXE]), "notification")
    assert names(note) == ["setup.exe"]
    assert "runs when it is opened: setup.exe" in note.text
    letters = desk.reply(OLGA, note, "Run this.\n/time 5m x", files=[EXE])
    assert names(one(letters, "relay")) == ["setup.exe"]
    assert "A program was sent along." in one(letters, "receipt").text


def test_programs_are_kept_back_in_both_directions(small):
    desk = small('\n[limits]\nprograms = "hold"\n')
    note = one(desk.write(ANNA, "See the file.\n", files=[EXE, ("a.txt", "text/plain", b"a")]), "notification")
    assert names(note) == ["a.txt"]
    assert "Kept back, because it runs when it is opened: setup.exe" in note.text
    hold = one(desk.reply(OLGA, note, "Run this.", files=[EXE]), "hold")
    assert "setup.exe" in hold.text
    assert names(one(desk.reply(OLGA, hold, "/send"), "relay")) == ["setup.exe"]


def test_programs_pass_where_the_desk_wants_it(small):
    desk = small('\n[limits]\nprograms = "pass"\n')
    note = one(desk.write(ANNA, "See the file.\n", files=[EXE]), "notification")
    assert names(note) == ["setup.exe"]
    assert "runs when" not in note.text
