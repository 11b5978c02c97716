"""Statements and balances: the identity, what is late, what corrects what, and how periods are cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bookkeeping import DAY, LATER, NOON, Book

from maild.ledger.balance import Balance, fold, left_by_accounts
from maild.ledger.entry import Entry, EntryKind, Posting
from maild.ledger.statement import StatementError, lines, month_days, period, statement

DECEMBER = month_days(2026, 12)


def november(book: Book) -> Balance:
    return fold(Balance("acme", "C"), [entry for entry in book.entries if entry.booked_at < LATER])


def test_a_statement_carries_opening_to_closing() -> None:
    book = Book()
    book.topup(600)
    mistake = book.time(20)
    book.undo(mistake)
    made = statement(Balance("acme", "C"), *month_days(2026, 11), book.entries)
    assert (made.opening, made.bought, made.used, made.corrected, made.expired, made.closing) == (0, 600, 30, 30, 0, 600)
    assert [(line.minutes, line.left) for line in made.lines] == [(600, 600), (-30, 570), (30, 600)]
    assert [line.correction_of for line in made.lines] == [None, None, mistake.id]


def test_each_closing_is_the_next_opening() -> None:
    book = Book()
    first = book.time(20)  # nothing left: all of it is over
    book.topup(600)
    book.undo(first)
    assert november(book).closing == 0
    made = statement(november(book), *DECEMBER, [entry for entry in book.entries if entry.booked_at >= LATER])
    assert (made.opening, made.bought, made.used, made.corrected, made.closing) == (0, 600, 0, 0, 600)


def test_late_work_says_for_which_day() -> None:
    book = Book()
    entry = book.time(20)
    for reported, late in [(DAY, DAY), (DAY - timedelta(days=1), None), (None, None)]:
        _, (line,) = lines(Balance("acme", "C"), [entry], reported)
        assert line.late_for == late


def test_corrections_and_purchases_are_never_late() -> None:
    book = Book()
    book.undo(book.time(20))
    book.topup(600)
    _, made = lines(Balance("acme", "C"), book.entries, DAY)
    assert [(line.late_for, line.correction_of) for line in made] == [(DAY, None), (None, 1), (None, None)]


def test_free_time_is_a_line_that_moves_nothing() -> None:
    book = Book()
    book.time(20, free="courtesy")
    made = statement(Balance("acme", "C"), *month_days(2026, 11), book.entries)
    assert [(line.entry.reason, line.minutes) for line in made.lines] == [("courtesy", 0)]
    assert made.closing == 0


def test_other_contracts_and_clients_are_left_out() -> None:
    book = Book()
    entry = book.time(20)
    made = statement(Balance("acme", "D"), *month_days(2026, 11), [entry])
    assert made.lines == ()
    assert statement(Balance("globex", "C"), *month_days(2026, 11), [entry]).lines == ()


def test_the_balance_agrees_with_the_accounts() -> None:
    book = Book()
    book.topup(40)
    mistake = book.time(20)
    book.time(50)
    book.undo(mistake)
    assert book.balance.closing == left_by_accounts("acme", "C", book.history.accounts) == 30


def test_columns_that_disagree_with_the_lines_are_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    book.time(20)
    book.topup(600)
    monkeypatch.setattr("maild.ledger.statement.apply", lambda balance, entry: replace(balance, bought=balance.bought + 1))
    with pytest.raises(StatementError, match=r"lines give 600, columns 2"):
        statement(Balance("acme", "C"), *month_days(2026, 11), book.entries)


PERIODS = [
    ("Europe/Kyiv", date(2026, 3, 29), "2026-03-28T22:00", "2026-03-29T21:00"),  # 23 hours
    ("Europe/Kyiv", date(2026, 10, 25), "2026-10-24T21:00", "2026-10-25T22:00"),  # 25 hours
    ("Asia/Kolkata", date(2026, 11, 1), "2026-10-31T18:30", "2026-11-01T18:30"),
    ("UTC", date(2026, 12, 31), "2026-12-31T00:00", "2027-01-01T00:00"),
]


@pytest.mark.parametrize(("zone", "day", "start", "end"), PERIODS)
def test_days_are_the_clients_own(zone: str, day: date, start: str, end: str) -> None:
    cut = period(day, day, ZoneInfo(zone))
    assert cut == (datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC))


@pytest.mark.parametrize(("month", "last"), [(2, 28), (11, 30), (12, 31)])
def test_months(month: int, last: int) -> None:
    assert month_days(2026, month) == (date(2026, month, 1), date(2026, month, last))


def test_an_hourly_contract_runs_below_zero() -> None:
    worked = Entry(
        *("acme", "H", EntryKind.TIME, DAY, NOON, (Posting("staff:olga", -30), Posting("acme:H:hourly", 30))),
        worked_minutes=30,
        charged_minutes=30,
    )
    assert fold(Balance("acme", "H"), [worked, worked]).closing == -60
