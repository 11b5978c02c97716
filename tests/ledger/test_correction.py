"""Corrections add: reversals, rounding rows, /bug, waivers, top-ups and adjustments."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bookkeeping import CONTRACT, DAY, LATER, SAID, Book, shown

from maild.ledger.balance import Balance
from maild.ledger.contract import Charge, Included, Plan
from maild.ledger.correction import adjust, bug, topup, undo, waive
from maild.ledger.entry import Entry, EntryClass, EntryKind, live
from maild.ledger.work import Reason, Refused, Terms, Work


def test_a_reversal_is_the_exact_negative() -> None:
    book = Book()
    book.topup(600)
    entry = book.time(20)
    (reversal,) = book.undo(entry)
    assert shown(reversal) == "staff:olga +20 · rounding:acme +10 · acme:C:prepaid -30"
    assert (reversal.worked_minutes, reversal.charged_minutes, reversal.amount) == (-20, -30, Decimal("-20.00"))
    assert (reversal.kind, reversal.entry_class, reversal.reverses) == (EntryKind.REVERSAL, EntryClass.CHARGED, entry.id)
    assert (reversal.work_date, reversal.booked_at, reversal.source_message_id) == (DAY, LATER, "<undo@x>")
    assert book.balance == Balance("acme", "C", LATER, bought=600, used=30, corrected=30)


DAYS = [
    # minutes of a ticket-day, which is undone -> rounding row, charged in the end
    ((5, 10), 0, 30, 30),
    ((5, 10), 1, None, 30),
    ((5, 10, 20), 0, None, 30),
    ((5, 10, 20), 2, None, 30),
    ((20, 20), 0, None, 30),
    ((1, 29, 1), 1, -30, 30),
    ((1, 29, 1), 0, None, 30),
    ((40, 30, 20), 0, 30, 60),
    ((30,), 0, None, 0),
]


@pytest.mark.parametrize(("minutes", "undone", "rounding", "charged"), DAYS)
def test_a_rounding_row_brings_the_ticket_day_right(minutes, undone, rounding, charged):  # type: ignore[no-untyped-def]
    book = Book()
    book.topup(600)
    entries = [book.time(m) for m in minutes]
    rows = book.undo(entries[undone])
    assert (rows[1].charged_minutes if rows[1:] else None) == rounding
    for row in rows[1:]:
        assert (row.worked_minutes, row.entry_class, row.corrects, row.reverses) == (0, "rounding", entries[undone].id, None)
        assert row.amount == Decimal(20) * row.charged_minutes / 30
    assert book.charged == charged
    assert book.balance.closing == 600 - charged
    assert book.balance.used == sum(entry.charged_minutes for entry in entries)


def test_what_is_too_much_goes_back_to_over_first() -> None:
    book = Book()
    book.topup(30)
    book.time(1)
    middle = book.time(29)
    book.time(1)
    assert [entry.over_minutes for entry in book.entries] == [0, 0, 0, 30]
    rows = book.undo(middle)
    assert shown(rows[1]) == "rounding:acme +30 · acme:C:over -30"
    assert book.balance.closing == 0


def test_what_went_over_is_given_back_once() -> None:
    book = Book()
    book.topup(55)
    entries = [book.time(minutes) for minutes in (1, 31, 60)]
    assert [(entry.charged_minutes, entry.over_minutes) for entry in entries] == [(30, 0), (30, 5), (60, 60)]
    for entry in entries:
        book.undo(entry)
    assert (book.balance.closing, book.history.accounts["acme:C:over"], book.charged) == (55, 0, 0)


def test_over_is_given_back_first_also_where_it_was_drawn_first() -> None:
    book = Book()
    book.time(1)
    book.topup(100)
    middle = book.time(29)
    book.time(1)
    assert book.balance.closing == 70
    assert shown(book.undo(middle)[1]) == "rounding:acme +30 · acme:C:over -30"


def test_what_is_still_due_stays_where_it_was_drawn() -> None:
    book = Book()
    first = book.time(5)
    book.time(10)
    rows = book.undo(first)
    assert shown(rows[1]) == "rounding:acme -30 · acme:C:over +30"
    assert rows[1].amount == Decimal("20.00")


def test_later_time_joins_the_day_as_it_then_stands() -> None:
    book = Book()
    book.topup(600)
    first = book.time(5)
    book.time(10)
    book.undo(first)
    assert [book.time(20).charged_minutes, book.time(1).charged_minutes] == [0, 30]


def test_what_cannot_be_undone() -> None:
    book = Book()
    entry = book.time(5)
    (reversal,) = book.undo(entry)
    again = undo(entry, book.entries, reason="", **SAID)  # type: ignore[arg-type]
    assert again == Refused(Reason.ALREADY_REVERSED, (("entry", str(entry.id)),))
    back = undo(reversal, book.entries, reason="", **SAID)  # type: ignore[arg-type]
    assert isinstance(back, Refused)
    assert back.reason is Reason.NOT_REVERSIBLE
    late = replace(book.topup(60), kind=EntryKind.ADJUST, rule="retainer:late")
    kept = undo(late, [], reason="", **SAID)  # type: ignore[arg-type]
    assert isinstance(kept, Refused)


def test_a_topup_and_its_undo() -> None:
    book = Book()
    entry = book.topup(600)
    assert shown(entry) == "bought:acme +600 · acme:C:prepaid -600"
    assert (str(entry.amount), entry.currency, entry.is_time) == ("500.00", "USD", False)
    book.undo(entry)
    assert book.balance == Balance("acme", "C", LATER, bought=600, corrected=-600)


def test_a_topup_never_absorbs_what_went_over() -> None:
    book = Book()
    assert book.time(30).over_minutes == 30
    book.topup(600)
    assert (book.balance.used, book.balance.closing) == (0, 600)


@pytest.mark.parametrize("minutes", [15, -15])
def test_an_adjustment_is_signed(minutes: int) -> None:
    book = Book()
    entry = adjust(CONTRACT, minutes, {}, reason="agreed by phone", day=DAY, **SAID)  # type: ignore[arg-type]
    assert isinstance(entry, Entry)
    assert shown(entry) == f"adjusted:acme {minutes:+d} · acme:C:prepaid {-minutes:+d}"
    book.add(entry)
    assert (book.balance.corrected, book.balance.closing) == (minutes, minutes)


def test_a_retainer_loses_no_more_than_its_month_has() -> None:
    retainer = replace(CONTRACT, plan=Plan("r", "R", Charge.RETAINER, included=Included(300)))
    accounts = {"acme:C:retainer:2026-11": -20}
    result = adjust(retainer, -21, accounts, reason="", day=DAY, **SAID)  # type: ignore[arg-type]
    assert result == Refused(Reason.MORE_THAN_LEFT, (("minutes", "21"), ("left", "20")))
    given = adjust(retainer, 21, accounts, reason="", day=DAY, **SAID)  # type: ignore[arg-type]
    assert isinstance(given, Entry)
    assert shown(given) == "adjusted:acme +21 · acme:C:retainer:2026-11 -21"
    sold = topup(retainer, 60, None, reference="", day=DAY, **SAID)  # type: ignore[arg-type]
    assert isinstance(sold, Refused)


def test_a_ticket_that_was_the_vendors_defect_costs_nothing() -> None:
    book = Book()
    book.topup(600)
    first, _ = book.time(5), book.time(10)
    book.time(0, item="relicense")
    book.time(12, free="courtesy")
    book.undo(first)
    book.add(*bug(book.entries, reason="BUG-7", **SAID))  # type: ignore[arg-type]
    assert book.charged == 0
    assert book.balance.closing == 600
    standing = live(book.entries)
    assert [(e.worked_minutes, e.rule) for e in standing if e.is_time] == [(12, "free:courtesy"), (10, "free:defect")]
    assert sum(entry.worked_minutes for entry in book.entries) == 22
    assert sum(entry.amount for entry in book.entries if entry.is_time) == 0
    assert bug(book.entries, reason="BUG-7", **SAID) == ()  # type: ignore[arg-type]


def test_a_waiver_after_the_charge_reverses_it() -> None:
    book = Book()
    item = book.time(0, item="relicense")
    supplied = Work("acme", "olga", DAY, LATER, ticket=7, item="relicense", note="code supplied")
    result = waive(book.entries, supplied, Terms((book.contract,)))
    assert not isinstance(result, Refused)
    assert [(e.reverses, e.charged_minutes, e.reason) for e in result] == [(item.id, -30, "code supplied")]
    book.add(*result)
    again = waive(book.entries, supplied, Terms((book.contract,)))
    assert again == Refused(Reason.NOTHING_CHARGED, (("item", "relicense"),))


def test_a_waiver_without_a_charge_says_what_costs_nothing() -> None:
    book = Book()
    supplied = Work("acme", "olga", DAY, LATER, ticket=7, item="relicense", note="code supplied")
    result = waive(book.entries, supplied, Terms((book.contract,)))
    assert not isinstance(result, Refused)
    (row,) = book.add(*result)
    assert (row.rule, row.reason, row.charged_minutes, row.postings) == ("free:waived", "waived", 0, ())
    assert row.note == "Licence re-registration: code supplied"
    assert isinstance(waive(book.entries, supplied, Terms((book.contract,))), Refused)
    assert waive([], replace(supplied, item="other"), Terms((book.contract,))) == Refused(
        Reason.NOTHING_CHARGED, (("item", "other"),)
    )
