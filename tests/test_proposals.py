"""Quotes and offers: whoever may approve agrees by mail, and only then is time on it charged, never above it."""

import pytest
from attacks.desk_at_work import ANNA, DIRECTORY, FORGED, OLGA, kinds, one
from attacks.fixtures import empty_database, make_desk

__all__ = ["empty_database", "make_desk"]

BOSS = "The Boss <boss@acme.test>"
CONTRACT = '{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }'
GOODWILL = """
[goodwill]
minutes = 15
rate = "70.00 USD"
offer = ["minutes", "half-hours"]
[faq.password]
words = ["password"]
title = "Resetting a password"
url = "https://vendor.test/faq/password"
[faq.printer]
words = ["printer"]
title = "When a printer is silent"
url = "https://vendor.test/faq/printer"
"""


@pytest.fixture
def desk(make_desk):
    made = make_desk(directory=DIRECTORY + GOODWILL)
    made.timetable.begin_day(made.now)
    return made


@pytest.fixture
def bare_desk(make_desk):
    """Acme has no contract in force."""
    return make_desk(directory=DIRECTORY.replace(f"contracts = [{CONTRACT}]", "contracts = []") + GOODWILL)


def answer(desk, lines):
    note = next((letter for letter in desk.letters if letter.kind == "notification"), None) or desk.request()
    return desk.reply(OLGA, note, lines)


def press(desk, letter, number=0, text="", who=BOSS, **more):
    return desk.answer(who, letter, text, to=letter.buttons[number], **more)


def quoted(desk):
    return one(answer(desk, "/quote 3h move the database"), "quote", "boss@")


def charged(desk):
    return [(e.contract, e.rule, e.charged_minutes, str(e.amount)) for e in desk.entries()]


def test_a_quote_goes_to_whoever_may_approve_with_two_buttons(desk):
    letter = quoted(desk)
    assert letter.subject == "[#1] Quote 1: 3 h"
    assert "at most 180 min (3 h)" in letter.text
    assert "60.00 USD an hour, at most 180.00 USD" in letter.text
    assert "move the database" in letter.text
    assert len(letter.buttons) == 2
    assert [e for e in kinds(desk.letters) if e[0] == "quote"] == [("quote", "boss@acme.test")]


@pytest.mark.parametrize("line", ["/смета 2ч перенос базы", "/кошторис 2год перенесення бази"])
def test_in_the_words_of_other_languages(desk, line):
    assert one(answer(desk, line), "quote").subject == "[#1] Quote 1: 2 h"


def test_before_the_yes_time_is_held_and_free_words_are_not(desk):
    quoted(desk)
    assert "has not agreed" in one(answer(desk, "/time 1h dump"), "hold").text
    answer(desk, "/free courtesy\n/time 10m looked")
    assert charged(desk) == [("M-17/26", "free:courtesy", 0, "0")]


def test_after_the_yes_it_is_charged_on_the_quote_and_never_above(desk):
    told = press(desk, quoted(desk))
    assert kinds(told) == [("alert", "alla@vendor.test"), ("alert", "max@vendor.test"), ("alert", "olga@vendor.test")]
    assert "Acme Books agrees to quote 1." in told[0].text
    answer(desk, "/time 2h dump")
    assert "left 60" in one(answer(desk, "/time 90m restore"), "hold").text
    answer(desk, "/time 1h restore")
    assert charged(desk) == [("quote-1", "quote", 120, "120.00"), ("quote-1", "quote", 60, "60.00")]
    assert desk.closing() == 0
    second = one(answer(desk, "/quote 1h clean up"), "quote")
    assert second.subject == "[#1] Quote 2: 1 h"
    assert "has not agreed" in one(answer(desk, "/time 30m clean up"), "hold").text
    press(desk, second)
    answer(desk, "/time 30m clean up")
    assert charged(desk)[2:] == [("quote-2", "quote", 30, "30.00")]


def test_the_evenings_report_names_the_quote(desk):
    press(desk, quoted(desk))
    answer(desk, "/time 2h dump")
    text = one(desk.pass_time(hours=9), "report").text
    assert "quote 1" in text
    assert "Quote 1: 120 of 180 min used." in text
    assert "quote-1" not in text


def test_a_no_leaves_the_contract_to_pay(desk):
    told = press(desk, quoted(desk), 1)
    assert kinds(told) == [("alert", "olga@vendor.test")]
    answer(desk, "/time 20m talked it over")
    assert charged(desk) == [("M-17/26", "prepaid", 20, "20.00")]


def test_nobody_else_can_agree(desk):
    letter = quoted(desk)
    press(desk, letter, who=ANNA)
    desk.write("Mallory <m@evil.test>", "yes", to=letter.buttons[0])
    assert "has not agreed" in one(answer(desk, "/time 1h dump"), "hold").text


def test_a_yes_without_authentication_asks_for_a_second_mail(desk):
    letter = quoted(desk)
    told = press(desk, letter, proofs=FORGED)
    assert kinds(told) == [("quote", "boss@acme.test")]
    assert "confirm once more" in told[0].text
    assert one(answer(desk, "/time 1h dump"), "hold")
    press(desk, told[0], proofs=FORGED)
    answer(desk, "/time 1h dump")
    assert charged(desk) == [("quote-1", "quote", 60, "60.00")]


@pytest.mark.parametrize(("words", "agrees"), [("Yes", True), ("согласовано", True), ("I agree.", True), ("no", False)])
def test_a_plain_yes_or_no_in_words(desk, words, agrees):
    told = desk.reply(BOSS, quoted(desk), words)
    assert ("agrees to" in told[0].text) is agrees


def test_other_words_reach_the_engineer_on_the_ticket(desk):
    told = desk.reply(BOSS, quoted(desk), "Why so long?")
    assert "Why so long?" in one(told, "notification", "olga@").text
    assert one(answer(desk, "/time 1h dump"), "hold")


def test_the_same_yes_again_changes_nothing(desk):
    letter = quoted(desk)
    press(desk, letter)
    assert press(desk, letter, text="yes") == []


def test_two_of_one_batch_are_one_answer(desk):
    letter = quoted(desk)
    press(desk, letter)
    assert kinds(press(desk, letter, 1)) == [("alert", "olga@vendor.test")]
    answer(desk, "/time 1h dump")
    assert charged(desk) == [("quote-1", "quote", 60, "60.00")]


def test_a_client_without_anybody_to_approve(make_desk):
    desk = make_desk(directory=DIRECTORY.replace('report = { at = "19:00", to = ["boss@acme.test"] }', "approve = []"))
    assert "Nobody of that client may agree to pay." in one(answer(desk, "/quote 3h move the database"), "hold").text


def test_an_offer_shows_plans_prices_and_self_help_and_a_yes_changes_no_contract(bare_desk):
    letter = one(answer(bare_desk, "/offer"), "offer", "boss@")
    assert letter.subject == "[#1] Plans for Acme Books"
    for words in ("By the minute", "60.00 USD an hour", "By the half hour", "40.00 EUR an hour", "every kind of question"):
        assert words in letter.text
    assert "When a printer is silent: https://vendor.test/faq/printer" in letter.text
    assert "https://vendor.test/faq/password" not in letter.text
    assert len(letter.buttons) == 3
    told = press(bare_desk, letter, 1)
    assert kinds(told) == [("alert", "alla@vendor.test"), ("alert", "max@vendor.test"), ("alert", "olga@vendor.test")]
    assert "agrees to the plan By the half hour" in told[0].text
    assert one(answer(bare_desk, "/time 30m"), "hold").text.startswith("Held, no contract: /offer, /quote or /free.")


def test_one_off_help_is_booked_at_the_goodwill_rate_after_the_yes(bare_desk):
    letter = one(answer(bare_desk, "/offer minutes"), "offer")
    answer(bare_desk, "/time 10m first look")
    assert charged(bare_desk) == [("", "free:goodwill", 0, "0")]
    assert one(answer(bare_desk, "/time 30m"), "hold").text.startswith("Held, no contract")
    press(bare_desk, letter, 1)
    answer(bare_desk, "/time 30m")
    assert charged(bare_desk)[1:] == [("quote-1", "quote", 30, "35.00")]


def test_an_offer_to_somebody_who_walked_in(desk):
    note = one(desk.write("Sam <sam@passing.test>", "What does your support cost?", subject="Prices"), "notification")
    letter = one(desk.reply(OLGA, note, "Hello Sam,\n\nhere are our plans.\n\n/offer minutes"), "offer", "sam@")
    told = press(desk, letter, who="Sam <sam@passing.test>")
    assert {letter.recipient for letter in told} >= {"alla@vendor.test", "max@vendor.test"}


def test_an_unknown_plan_is_held(desk):
    assert "is no plan" in one(answer(desk, "/offer platinum"), "hold").text
