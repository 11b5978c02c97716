"""A corrected line may name what the wrong one did not: another ticket, a client, an entry. All of it is looked up."""

import pytest
from attacks.desk_at_work import ALLA, OLGA, kinds, one


@pytest.mark.parametrize(
    ("wrong", "right", "worked"),
    [("/tiem #1 20m y", "/time #1 20m y", [100, 20]), ("/tiem #9 20m y", "/time #1 20m y", [100, 20])],
)
def test_a_corrected_timesheet_is_booked(desk, wrong, right, worked):
    note = desk.request()
    desk.reply(OLGA, note, "/time 100m x")
    held = one(desk.write(OLGA, f"{wrong}\n"), "hold")
    assert kinds(desk.reply(OLGA, held, right)) == [("receipt", "olga@vendor.test")]
    assert [entry.worked_minutes for entry in desk.entries()] == worked


def test_a_corrected_topup_tells_the_true_balance(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 100m x")
    address = one(desk.write(ALLA, "/help\n"), "answer")
    held = one(desk.answer(ALLA, address, "/tpoup acme 10h invoice 7"), "hold")
    receipt = one(desk.reply(ALLA, held, "/topup acme 10h invoice 7"), "receipt")
    assert "500 min" in receipt.text
    assert desk.closing() == 500


def test_the_24_hours_of_a_day_hold_for_a_corrected_line_too(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 100m x")
    held = one(desk.reply(OLGA, note, "/tiem 23h y"), "hold")
    assert kinds(desk.reply(OLGA, held, "/time 23h y")) == [("hold", "olga@vendor.test")]


def test_a_corrected_lookup_and_a_corrected_undo(desk):
    note = desk.request()
    desk.reply(OLGA, note, "/time 100m x")
    held = one(desk.write(OLGA, "/shwo 1\n"), "hold")
    assert kinds(desk.reply(OLGA, held, "/show 1")) == [("answer", "olga@vendor.test")]
    address = one(desk.write(ALLA, "/help\n"), "answer")
    held = one(desk.answer(ALLA, address, "/udno 1 wrong"), "hold")
    assert kinds(desk.reply(ALLA, held, "/undo 1 wrong")) == [("receipt", "alla@vendor.test")]
    assert desk.closing() == 0
