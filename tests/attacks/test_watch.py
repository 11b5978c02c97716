"""Proven mail that is odd, people whose mail is stopped, and the same mail twice with and without its proof."""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ALLA, ANNA, AUTHENTICATED, FORGED, MAX, OLGA, PETR, kinds, one

EVIL = "Eve <eve@evil.test>"


# --- whose mail is stopped -------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(desk):
    """Olga's mail is stopped by the manager; she holds letters from before."""
    desk.note = desk.request()
    letters = desk.write(MAX, "/freeze olga\n", subject="Stop")
    assert kinds(letters) == [("alert", "petr@vendor.test"), ("receipt", "max@vendor.test")]
    desk.letters.clear()
    return desk


@pytest.mark.parametrize("text", ["Pay to account 666.", "/time 25m x", "/note hm", "Hello.\n/solved"])
def test_nothing_of_a_stopped_person_is_obeyed(frozen, text):
    letters = frozen.reply(OLGA, frozen.note, text)
    assert kinds(letters) == [("alert", "max@vendor.test")]
    assert frozen.reply(OLGA, frozen.note, f"{text} again") == []
    assert frozen.entries() == []
    assert frozen.to_customers() == []
    assert [hold.reason for hold in frozen.holds()] == ["frozen", "frozen"]


def test_a_stopped_person_looks_nothing_up_and_is_asked_nothing(frozen):
    for text in ("/list\n", "/balance acme\n", "/help\n", "/time #1 5m x\n"):
        frozen.write(OLGA, text)
        frozen.write(OLGA, text, proofs=FORGED)
    assert frozen.to("olga@vendor.test") == []


def test_customers_reach_others_meanwhile(frozen):
    letters = frozen.write(ANNA, "Still nothing!\n", subject="Re: [#1] Printer is silent")
    assert kinds(letters) == [("notification", "petr@vendor.test")]
    relay = one(frozen.reply(PETR, one(letters, "notification"), "I am on it."), "relay")
    assert relay.recipient == "anna@acme.test"


def test_the_operator_lifts_it(frozen):
    assert frozen.store.frozen_staff()[0][0].staff == "olga"
    assert frozen.store.thaw("olga")
    assert not frozen.store.thaw("olga")
    assert one(frozen.reply(OLGA, frozen.note, "Switch the cable."), "relay")


@pytest.mark.parametrize(("sender", "proofs", "kind"), [(OLGA, AUTHENTICATED, "hold"), (MAX, FORGED, "challenge")])
def test_only_a_proven_manager_stops_anybody(desk, sender, proofs, kind):
    assert [letter.kind for letter in desk.write(sender, "/freeze petr\n", proofs=proofs)] == [kind]
    assert desk.store.frozen_staff() == []


def test_other_managers_hear_of_it(make_desk):
    from attacks.desk_at_work import DIRECTORY

    second = '[staff.maria]\nname = "Maria"\naddress = "maria@vendor.test"\nroles = ["manager"]\n'
    desk = make_desk(directory=DIRECTORY.replace("[client.acme]", second + "[client.acme]"))
    letters = desk.write(MAX, "/freeze olga\n")
    colleague = ("alert", "petr@vendor.test")  # whose the tickets are to see to
    assert kinds(letters) == [("alert", "maria@vendor.test"), colleague, ("receipt", "max@vendor.test")]


# --- proven, and odd -------------------------------------------------------------------------------------------------------------


def test_a_first_act_that_closes_is_told_to_the_manager(desk):
    note = desk.request()
    handed = one(desk.reply(OLGA, note, "/note look\n/assign petr"), "notification", "petr")
    desk.reply(OLGA, note, "/take")
    letters = desk.reply(PETR, handed, "Solved by magic.\n/solved")
    alert = one(letters, "alert", "max")
    assert "Petr Petrov" in alert.text
    assert "Acme Books" in alert.text
    assert one(letters, "relay")  # it was proven: it is done


def test_nothing_is_told_of_whoever_has_the_ticket_or_knows_the_client(desk):
    note = desk.request()
    assert not [x for x in desk.reply(OLGA, note, "Switch it.\n/solved") if x.kind == "alert"]
    second = desk.request(subject="Again", text="again\n")
    assert not [x for x in desk.reply(OLGA, second, "Once more.\n/solved") if x.kind == "alert"]


@pytest.mark.thorough
def test_very_many_relays_within_an_hour_are_told_once(desk):
    note = desk.request()
    told = []
    for number in range(63):
        desk.now -= timedelta(seconds=45)
        told += [x.recipient for x in desk.reply(OLGA, note, f"Answer {number}.") if x.kind == "alert"]
    assert told == ["max@vendor.test"]


# --- the same mail twice ---------------------------------------------------------------------------------------------------------


def test_another_mail_under_the_same_id_needs_its_authors_word(desk):
    """A signed mail whose unsigned parts were altered on its way reads differently: its commands are not given twice."""
    note = desk.request()
    raw = desk.mail(OLGA, "Restart it.\n/time 5m x\n", note.reply_to, "Re: [#1] x")
    desk.raw(raw)
    letters = desk.raw(raw.replace(b"Restart it.", b"Restart it=2E"))
    assert kinds(letters) == [("challenge", "olga@vendor.test")]
    assert len(desk.entries()) == 1


def without_token(desk, note, text):
    return desk.mail(OLGA, text, "support@vendor.test", "Re: [#1] Printer is silent")


def delivered_to(raw, address):
    return raw.replace(b"Delivered-To: support@vendor.test", f"Delivered-To: {address}".encode())


def test_the_copy_with_the_token_wins_whichever_came_first(desk):
    note = desk.request()
    plain = without_token(desk, note, "Restart it.\n/time 5m x\n")
    token = delivered_to(plain, note.reply_to)
    assert kinds(desk.raw(plain)) == [("challenge", "olga@vendor.test")]
    assert kinds(desk.raw(token)) == [("receipt", "olga@vendor.test"), ("relay", "anna@acme.test")]
    for copy in (plain, token, token.replace(b"Delivered-To", b"X-Trace: 1\r\nDelivered-To")):
        assert desk.raw(copy) == []
    assert len(desk.entries()) == 1
    assert [hold.state for hold in desk.holds()] == ["dropped"]


def test_a_challenge_answered_for_the_first_copy_is_the_end_of_it(desk):
    note = desk.request()
    plain = without_token(desk, note, "Restart it.\n/time 5m x\n")
    challenge = one(desk.raw(plain), "challenge")
    assert one(desk.reply(OLGA, challenge, "yes"), "relay")
    assert desk.raw(delivered_to(plain, note.reply_to)) == []
    assert len(desk.entries()) == 1


def test_a_customers_second_copy_brings_its_ticket_home(desk):
    desk.request()
    ack = one([x for x in desk.letters if x.kind == "ack"], "ack")
    plain = desk.mail(ANNA, "It is silent again.\n", "support@vendor.test", "Something else")
    token = delivered_to(plain, ack.reply_to).replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <x@y.test>\r\n\r\n", 1)
    desk.raw(plain)
    assert len(desk.tickets()) == 2
    desk.raw(token)
    assert desk.ticket(2).merged_into == 1
    assert "It is silent again." in [item.stored.text.strip() for item in desk.store.ticket(1).thread]
    assert desk.raw(token.replace(b"Delivered-To", b"X-Trace: 1\r\nDelivered-To")) == []


def test_somebody_elses_copy_wins_nothing(desk):
    note = desk.request()
    desk.write(ALLA, "/help\n")
    raw = desk.mail(EVIL, "Hello\n", "support@vendor.test", "Hi")
    desk.raw(raw)
    desk.letters.clear()
    desk.raw(delivered_to(raw, note.reply_to))
    assert [x.kind for x in desk.letters] == []
