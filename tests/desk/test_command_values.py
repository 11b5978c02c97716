"""Durations, clock ranges, days, periods and money: columns of what people type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maild.desk.command import parse
from maild.desk.command_kinds import (
    Assign,
    Bug,
    ChargeItem,
    Close,
    Command,
    Eta,
    Fixed,
    Free,
    Later,
    Merge,
    New,
    Offer,
    Quote,
    Reason,
    SetClient,
    Split,
    Time,
    Waive,
)
from maild.desk.command_kinds_books import (
    Act,
    Adjust,
    Away,
    BalanceOf,
    CcAdd,
    Drop,
    Find,
    List,
    Page,
    Period,
    Release,
    Show,
    Statement,
    Topup,
    Undo,
)

TODAY = date(2026, 11, 22)  # a Sunday


def one(line: str, kind: type[Command] = Time) -> Command:
    parsed = parse(line, TODAY)
    assert parsed.refusals == (), parsed.refusals
    (command,) = parsed.commands
    assert type(command) is kind
    return command


def refused(line: str) -> Reason:
    parsed = parse(line, TODAY)
    (refusal,) = parsed.refusals
    assert parsed.commands == ()
    return refusal.reason


DURATIONS = [
    ("25m", 25, ""),
    ("25m cable", 25, "cable"),
    ("25 m", 25, ""),
    ("25min cable", 25, "cable"),
    ("25 minutes: cable", 25, "cable"),
    ("25m, cable", 25, "cable"),
    ("25m - cable", 25, "cable"),
    ("25m — cable", 25, "cable"),
    ("25m.", 25, ""),
    ("90", 90, ""),
    ("90 printers", 90, "printers"),
    ("90, printers", 90, "printers"),
    ("1h30m", 90, ""),
    ("1h 30m", 90, ""),
    ("1h, 30m cable", 90, "cable"),
    ("1h + 30m", 90, ""),
    ("1ч. 20м.", 80, ""),
    ("25m;cable", 25, "cable"),
    ("1h30", 90, ""),
    ("1h30 cable", 90, "cable"),
    ("1 h 30 min cable", 90, "cable"),
    ("1 hour 30 minutes", 90, ""),
    ("1 hour and 5 minutes", 65, ""),
    ("2 hrs", 120, ""),
    ("1:30", 90, ""),
    ("0:05 cable", 5, "cable"),
    ("1:30h cable", 90, "cable"),
    ("0.5h", 30, ""),
    (".5h", 30, ""),
    ("0,25 h", 15, ""),
    ("0.33h", 20, ""),
    ("1,5ч", 90, ""),
    ("1.5 ч. кабель", 90, "кабель"),
    ("1ч 20м", 80, ""),
    ("1ч20м кабель", 80, "кабель"),
    ("1ч20", 80, ""),
    ("1 час 20 минут", 80, ""),
    ("2 часа", 120, ""),
    ("5 часов", 300, ""),
    ("45 мин", 45, ""),
    ("45 мин. кабель", 45, "кабель"),
    ("45мин кабель", 45, "кабель"),
    ("1 минута", 1, ""),
    ("полчаса", 30, ""),
    ("Полчаса, кабель", 30, "кабель"),
    ("пол часа", 30, ""),
    ("полтора часа", 90, ""),
    ("1 год 20 хв", 80, ""),
    ("1 година 20 хвилин кабель", 80, "кабель"),
    ("2 години", 120, ""),
    ("пів години", 30, ""),
    ("півгодини дзвінок", 30, "дзвінок"),
    ("half an hour", 30, ""),
    ("25\u202fm\u00a0cable", 25, "cable"),
    ("２５m", 25, ""),
    ("+25m", 25, ""),
    ("24h", 1440, ""),
    ("24:00", 1440, ""),
    ("1m 2 printers", 1, "2 printers"),
    ("25m 3/4 done", 25, "3/4 done"),
    ("5m May I", 5, "May I"),
    ("5m made it", 5, "made it"),
    ("1h made it", 60, "made it"),
    ("1 ч мама", 60, "мама"),
]


@pytest.mark.parametrize(("said", "minutes", "what"), DURATIONS)
def test_durations(said, minutes, what):
    time = one(f"/time {said}")
    assert isinstance(time, Time)
    assert (time.minutes, time.what, time.for_staff) == (minutes, what, "")
    assert (time.work_date, time.ticket, time.from_minute) == (None, None, None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", Reason.MISSING),
        (".", Reason.MISSING),
        ("@yesterday", Reason.MISSING),
        ("#12", Reason.MISSING),
        ("cable", Reason.UNREADABLE),
        ("cable 25m", Reason.UNREADABLE),
        ("25x", Reason.UNREADABLE),
        ("25mcable", Reason.UNREADABLE),
        ("25.5m", Reason.UNREADABLE),
        ("1.5", Reason.UNREADABLE),
        ("1d", Reason.UNREADABLE),
        ("90s", Reason.UNREADABLE),
        ("1h 30", Reason.UNREADABLE),  # half past, or thirty printers?
        ("1h 30 cable", Reason.UNREADABLE),
        ("1.5h20m", Reason.UNREADABLE),
        ("1:60", Reason.UNREADABLE),
        ("1:5", Reason.UNREADABLE),
        ("1:30:00", Reason.UNREADABLE),
        ("90-95", Reason.UNREADABLE),
        ("10%", Reason.UNREADABLE),
        ("0", Reason.ZERO),
        ("0m cable", Reason.ZERO),
        ("0:00", Reason.ZERO),
        ("-25m", Reason.NEGATIVE),
        ("−25m", Reason.NEGATIVE),
        ("25h", Reason.TOO_LONG),
        ("1441m", Reason.TOO_LONG),
        ("24h1m", Reason.TOO_LONG),
        ("14:05-25:00", Reason.UNREADABLE),
        ("14:60-15:00", Reason.UNREADABLE),
        ("14:05-14:05", Reason.ZERO),
        ("14:30-14:05", Reason.NEGATIVE),
        ("@2026-11-23 25m", Reason.FUTURE),
        ("@tomorrow 25m", Reason.FUTURE),
        ("@25.11 25m", Reason.FUTURE),
        ("25m cable @2026-12-01", Reason.FUTURE),
        ("@2026-02-30 25m", Reason.UNREADABLE),
        ("@31.02 25m", Reason.UNREADABLE),
        ("@yesterdy 25m", Reason.UNREADABLE),
        ("25m @yesterdy cable", Reason.UNREADABLE),
        ("@someday 25m", Reason.UNREADABLE),
        ("@ 25m", Reason.UNREADABLE),
    ],
)
def test_times_that_are_held(said, reason):
    assert refused(f"/time {said}") is reason


@pytest.mark.parametrize(
    ("said", "start", "end", "what"),
    [
        ("14:05-14:30", 845, 870, ""),
        ("14:05–14:30 cable", 845, 870, "cable"),
        ("14:05 — 14:30 cable", 845, 870, "cable"),
        ("14.05-14.30", 845, 870, ""),
        ("9:00-9:05", 540, 545, ""),
        ("from 14:05 to 14:30 cable", 845, 870, "cable"),
        ("с 14:05 до 14:30", 845, 870, ""),
        ("з 14:05 до 14:30", 845, 870, ""),
        ("23:30-00:15", 1410, 1455, ""),
        ("23:00-24:00", 1380, 1440, ""),
    ],
)
def test_clock_ranges(said, start, end, what):
    time = one(f"/time {said}")
    assert isinstance(time, Time)
    assert (time.from_minute, time.until_minute, time.minutes, time.what) == (start, end, end - start, what)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("@2026-11-20 25m cable", "2026-11-20"),
        ("25m @2026-11-20 cable", "2026-11-20"),
        ("25m cable @2026-11-20", "2026-11-20"),
        ("@20.11 25m cable", "2026-11-20"),
        ("@20.11. 25m cable", "2026-11-20"),
        ("@20.11.2026 25m cable", "2026-11-20"),
        ("@20.11.26 25m cable", "2026-11-20"),
        ("@2026‑11‑20 25m cable", "2026-11-20"),
        ("@today 25m cable", "2026-11-22"),
        ("@yesterday 25m cable", "2026-11-21"),
        ("@Вчера 25m cable", "2026-11-21"),
        ("@вчора 25m cable", "2026-11-21"),
        ("@позавчера 25m cable", "2026-11-20"),
        ("@friday 25m cable", "2026-11-20"),
        ("@пятница 25m cable", "2026-11-20"),
        ("@п'ятниця 25m cable", "2026-11-20"),
        ("@sunday 25m cable", "2026-11-22"),
        ("@20 nov 25m cable", "2026-11-20"),
        ("@20 ноября 25m cable", "2026-11-20"),
        ("@20 листопада 2026 25m cable", "2026-11-20"),
    ],
)
def test_work_dates(said, day):
    time = one(f"/time {said}")
    assert isinstance(time, Time)
    assert (time.work_date, time.minutes, time.what) == (date.fromisoformat(day), 25, "cable")


def test_a_day_and_month_of_last_autumn_is_last_years_in_january():
    (time,) = parse("/time @25.11 25m", date(2027, 1, 10)).commands
    assert isinstance(time, Time) and time.work_date == date(2026, 11, 25)
    assert parse("/time @25.05 25m", date(2027, 1, 10)).refusals[0].reason is Reason.FUTURE


@pytest.mark.parametrize(
    ("said", "ticket", "what", "for_staff"),
    [
        ("#12 25m cable", 12, "cable", ""),
        ("25m #12 cable", 12, "cable", ""),
        ("[#12] 25m", 12, "", ""),
        ("№12 25m", 12, "", ""),
        ("#12 @yesterday 25m cable // he was rude", 12, "cable", "he was rude"),
        ("@yesterday #12 25m", 12, "", ""),
        ("25m printer #2", None, "printer #2", ""),
        ("25m cable // he was rude", None, "cable", "he was rude"),
        ("25m // he was rude", None, "", "he was rude"),
        ("25m cable //rude", None, "cable", "rude"),
        ("25m see http://vendor.test/x // rude", None, "see http://vendor.test/x", "rude"),
        ("25m mailed @anna", None, "mailed @anna", ""),
        ("25m @anna about it", None, "@anna about it", ""),
        ("25m  two   blanks", None, "two blanks", ""),
        ("25m Кабель, «Новый»", None, "Кабель, «Новый»", ""),
    ],
)
def test_what_belongs_to_which_ticket_and_to_whose_eyes(said, ticket, what, for_staff):
    time = one(f"/time {said}")
    assert isinstance(time, Time)
    assert (time.minutes, time.ticket, time.what, time.for_staff) == (25, ticket, what, for_staff)


def test_an_hour_with_a_loose_number_says_what_to_type():
    (refusal,) = parse("/time 1h 30 cable", TODAY).refusals
    assert (refusal.subject, refusal.advice) == ("1h 30", "/time 1h 30m cable")
    assert parse("/adjust acme -1h 30 lost", TODAY).refusals[0].advice == "/adjust acme -1h 30m lost"


NOV = Period(date(2026, 11, 1), date(2026, 11, 30))
OTHERS = [
    ("/assign @olga", Assign, {"person": "olga"}),
    ("/later 2026-11-30", Later, {"on": date(2026, 11, 30)}),
    ("/later tomorrow.", Later, {"on": date(2026, 11, 23)}),
    ("/later понедельник", Later, {"on": date(2026, 11, 23)}),
    ("/later sunday", Later, {"on": date(2026, 11, 29)}),
    ("/later 3d", Later, {"on": date(2026, 11, 25)}),
    ("/later in 3 days", Later, {"on": date(2026, 11, 25)}),
    ("/later 10.01", Later, {"on": date(2027, 1, 10)}),
    ("/later 1 dec", Later, {"on": date(2026, 12, 1)}),
    ("/close duplicate of #3", Close, {"reason": "duplicate of #3"}),
    ("/bug", Bug, {"ref": ""}),
    ("/bug PRN-17.", Bug, {"ref": "PRN-17"}),
    ("/fixed PRN-17 8.2.1", Fixed, {"ref": "PRN-17", "build": "8.2.1"}),
    ("/free courtesy", Free, {"name": "courtesy", "text": ""}),
    ("/free courtesy first time", Free, {"name": "courtesy", "text": "first time"}),
    ("/charge relicense", ChargeItem, {"item": "relicense", "count": 1}),
    ("/charge relicense x2", ChargeItem, {"item": "relicense", "count": 2}),
    ("/charge relicense х3.", ChargeItem, {"item": "relicense", "count": 3}),  # a Cyrillic x
    ("/charge relicense 2x", ChargeItem, {"item": "relicense", "count": 2}),
    ("/waive relicense code supplied", Waive, {"item": "relicense", "reason": "code supplied"}),
    ("/quote 3h new export", Quote, {"minutes": 180, "text": "new export"}),
    ("/quote 1ч 30м: выгрузка", Quote, {"minutes": 90, "text": "выгрузка"}),
    ("/offer", Offer, {"plans": ()}),
    ("/offer minutes, extended", Offer, {"plans": ("minutes", "extended")}),
    ("/eta 2026-11-23 15:00 the fix", Eta, {"on": date(2026, 11, 23), "minute": 900, "text": "the fix"}),
    ("/eta tomorrow at 15:00: the fix", Eta, {"on": date(2026, 11, 23), "minute": 900, "text": "the fix"}),
    ("/eta завтра в 9.30", Eta, {"on": date(2026, 11, 23), "minute": 570, "text": ""}),
    ("/eta 18:00 the fix", Eta, {"on": TODAY, "minute": 1080, "text": "the fix"}),
    ("/merge 7", Merge, {"ticket": 7}),
    ("/merge #7.", Merge, {"ticket": 7}),
    ("/merge [#7]", Merge, {"ticket": 7}),
    ("/split", Split, {"subject": ""}),
    ("/split Another printer", Split, {"subject": "Another printer"}),
    ("/client acme", SetClient, {"client": "acme", "once": False}),
    ("/client acme once.", SetClient, {"client": "acme", "once": True}),
    ("/new acme", New, {"client": "acme", "address": ""}),
    ("/new <anna@acme.test>", New, {"client": "", "address": "anna@acme.test"}),
    ("/show", Show, {"ticket": None}),
    ("/show 12", Show, {"ticket": 12}),
    ("/find paper jam", Find, {"words": "paper jam"}),
    ("/list", List, {"filters": ()}),
    ("/list mine, overdue", List, {"filters": ("mine", "overdue")}),
    ("/список мои", List, {"filters": ("mine",)}),
    ("/balance acme", BalanceOf, {"client": "acme"}),
    ("/topup acme 10h invoice 2026-113", Topup, {"client": "acme", "minutes": 600, "amount": None, "ref": "invoice 2026-113"}),
    ("/adjust acme -15m wrong line", Adjust, {"client": "acme", "minutes": -15, "reason": "wrong line"}),
    ("/adjust acme − 1h wrong line", Adjust, {"client": "acme", "minutes": -60, "reason": "wrong line"}),
    ("/adjust acme 15m: wrong line", Adjust, {"client": "acme", "minutes": 15, "reason": "wrong line"}),
    ("/adjust acme +15m wrong line", Adjust, {"client": "acme", "minutes": 15, "reason": "wrong line"}),
    ("/undo 17 booked twice", Undo, {"entry": "17", "reason": "booked twice"}),
    ("/undo #E17 booked twice", Undo, {"entry": "E17", "reason": "booked twice"}),
    ("/statement acme 2026-11", Statement, {"client": "acme", "period": NOV}),
    ("/statement acme 11.2026", Statement, {"client": "acme", "period": NOV}),
    ("/act acme 2026-Q4", Act, {"client": "acme", "period": Period(date(2026, 10, 1), date(2026, 12, 31))}),
    ("/act acme 2026", Act, {"client": "acme", "period": Period(date(2026, 1, 1), date(2026, 12, 31))}),
    ("/cc add gleb@acme.test", CcAdd, {"address": "gleb@acme.test"}),
    ("/cc add <mailto:gleb@acme.test>.", CcAdd, {"address": "gleb@acme.test"}),
    ("/away until 2026-12-01", Away, {"until": date(2026, 12, 1)}),
    ("/away до 01.12", Away, {"until": date(2026, 12, 1)}),
    ("/page", Page, {"period": None}),
    ("/page 2026-12", Page, {"period": Period(date(2026, 12, 1), date(2026, 12, 31))}),
    ("/drop", Drop, {"id": ""}),
    ("/release 9", Release, {"id": "9"}),
]


@pytest.mark.parametrize(("line", "kind", "fields"), OTHERS)
def test_other_commands(line, kind, fields):
    command = one(line, kind)
    assert {name: getattr(command, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/wait for it", Reason.SURPLUS),
        ("/solved because it works", Reason.SURPLUS),
        ("/later", Reason.MISSING),
        ("/later 2026-11-01", Reason.PAST),
        ("/later one day", Reason.UNREADABLE),
        ("/close", Reason.MISSING),
        ("/assign", Reason.MISSING),
        ("/cause", Reason.MISSING),
        ("/fixed PRN-17", Reason.MISSING),
        ("/charge relicense twice", Reason.SURPLUS),
        ("/charge relicense x0", Reason.ZERO),
        ("/waive relicense", Reason.MISSING),
        ("/quote 3 new export", Reason.UNREADABLE),  # hours or minutes?
        ("/quote 3h", Reason.MISSING),
        ("/quote 3h 30 reports", Reason.UNREADABLE),
        ("/eta 2026-11-23 the fix", Reason.MISSING),
        ("/eta 2026-11-23 25:00 the fix", Reason.UNREADABLE),
        ("/eta yesterday 15:00", Reason.PAST),
        ("/merge", Reason.MISSING),
        ("/merge this", Reason.UNREADABLE),
        ("/merge 7 and 8", Reason.SURPLUS),
        ("/client acme forever", Reason.SURPLUS),
        ("/new anna@acme", Reason.UNREADABLE),
        ("/find", Reason.MISSING),
        ("/topup acme", Reason.MISSING),
        ("/topup acme 10h", Reason.MISSING),
        ("/topup acme 10 invoice", Reason.UNREADABLE),
        ("/topup acme -10h invoice", Reason.NEGATIVE),
        ("/topup acme 10h 1,500 EUR invoice", Reason.UNREADABLE),
        ("/adjust acme 0m nothing", Reason.ZERO),
        ("/adjust acme -15m", Reason.MISSING),
        ("/undo 17", Reason.MISSING),
        ("/statement acme", Reason.MISSING),
        ("/statement acme november", Reason.UNREADABLE),
        ("/statement acme 2026-13", Reason.UNREADABLE),
        ("/cc gleb@acme.test", Reason.UNREADABLE),
        ("/cc add gleb", Reason.UNREADABLE),
        ("/cc", Reason.MISSING),
        ("/away until", Reason.MISSING),
    ],
)
def test_other_commands_that_are_held(line, reason):
    assert refused(line) is reason


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("500 EUR", "500", "EUR"),
        ("500.00 EUR", "500.00", "EUR"),
        ("500.00 eur", "500.00", "EUR"),
        ("500,50 EUR", "500.50", "EUR"),
        ("1 500 USD", "1500", "USD"),
        ("1,500.00 USD", "1500.00", "USD"),
        ("1.500,00 EUR", "1500.00", "EUR"),
        ("12 500 грн.", "12500", "UAH"),
        ("500€", "500", "EUR"),
        ("€500", "500", "EUR"),
        ("$300.00", "300.00", "USD"),
    ],
)
def test_amounts(said, amount, currency):
    topup = one(f"/topup acme 10h {said} invoice 113", Topup)
    assert isinstance(topup, Topup) and topup.amount is not None
    assert (topup.amount.amount, topup.amount.currency, topup.ref) == (Decimal(amount), currency, "invoice 113")
