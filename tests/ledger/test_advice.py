"""The studio's rule: average worked minutes a month x cost of an hour + margin, rounded up."""

from datetime import date
from decimal import Decimal

import pytest
from bookkeeping import Book

from maild.ledger.advice import USUAL_MARGINS, advise, months_before, since_first_work, worked_by_month
from maild.ledger.money import Money

COST = Money.parse("20.00 USD")


@pytest.mark.parametrize(
    ("worked", "margin", "round_to", "average", "cost", "price"),
    [
        ({"2026-10": 60, "2026-11": 120}, "0.5", 10, "90", "30.00", "50"),  # 45.00 -> 50
        ({"2026-10": 60, "2026-11": 120}, "1", 10, "90", "30.00", "60"),  # 60.00 stays
        ({"2026-11": 61}, "0.3", 1, "61", "20.33", "27"),  # 26.433… -> 27
        ({"2026-09": 100, "2026-10": 0, "2026-11": 0}, "0", 5, "100/3", "11.11", "15"),
        ({}, "0.3", 10, "0", "0.00", "0"),
    ],
)
def test_by_hand(worked, margin, round_to, average, cost, price):
    found = advise(worked, COST, [Decimal(margin)], Decimal(round_to))
    over, _, under = average.partition("/")
    assert found.average_minutes == Decimal(over) / Decimal(under or 1)
    assert (str(found.cost.amount), str(found.offers[0].price.amount)) == (cost, price)


def test_three_margins_where_none_is_named():
    assert [str(margin) for margin in USUAL_MARGINS] == ["0.30", "0.65", "1.00"]


def test_whole_months_before_a_day():
    assert months_before(date(2026, 2, 15), 3) == ("2025-11", "2025-12", "2026-01")


def test_worked_minutes_count_free_and_rounded_ones_as_they_were_and_reversals_take_off():
    book = Book()
    book.topup(600)
    book.time(10)
    book.time(25, free="courtesy")
    book.undo(book.time(40))
    assert worked_by_month(book.entries, ("2026-10", "2026-11")) == {"2026-10": 0, "2026-11": 35}


def test_months_before_the_first_work_do_not_count_and_quiet_ones_after_it_do():
    assert since_first_work({"2026-09": 0, "2026-10": 30, "2026-11": 0}) == {"2026-10": 30, "2026-11": 0}
    assert since_first_work({"2026-09": 0}) == {}
