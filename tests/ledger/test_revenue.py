"""Money in double entry follows from each entry's amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bookkeeping import CONTRACT, PLAN, Book

from maild.ledger.contract import Charge, Contract, Included
from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.revenue import money_postings, over_amount


def shown(entry: Entry) -> str:
    return " · ".join(f"{posting.account} {posting.amount.amount:+}" for posting in money_postings(entry))


def book(charge: Charge) -> Book:
    plan = replace(PLAN, charge=charge, included=Included(40), fee=Money.parse("250 EUR"))
    return Book(Contract("acme", plan, date(2026, 11, 1), number="C"))


def test_a_prepaid_contract_uses_up_what_was_bought() -> None:
    prepaid = Book(CONTRACT)
    sold = prepaid.topup(40)
    assert shown(sold) == "billed:acme +500.00 · advance:acme:C -500.00"
    work = prepaid.time(60)  # 40 by what was bought, 20 beyond
    assert shown(work) == "billed:acme +13.33 · advance:acme:C +26.67 · income:acme:C -40.00"
    back = prepaid.undo(work)[0]
    assert shown(back) == "billed:acme -13.33 · advance:acme:C -26.67 · income:acme:C +40.00"
    assert shown(prepaid.undo(sold)[0]) == "billed:acme -500.00 · advance:acme:C +500.00"


@pytest.mark.parametrize(
    ("charge", "lines"),
    [
        (Charge.HOURLY, ["billed:acme +40.00 · income:acme:C -40.00"]),
        (Charge.RETAINER, ["", "billed:acme +250.00 · income:acme:C -250.00", "billed:acme +13.33 · income:acme:C -13.33"]),
        (Charge.INCLUDED, [""]),
    ],
)
def test_other_contracts_are_billed_as_they_are_earned(charge: Charge, lines: list[str]) -> None:
    other = book(charge)
    other.time(60)
    assert [shown(entry) for entry in other.entries] == lines


def test_free_time_moves_no_money() -> None:
    free = Book().time(20, free="courtesy")
    assert money_postings(free) == ()
    assert over_amount(free) == Decimal(0)


def test_lines_sum_to_zero() -> None:
    prepaid = Book()
    for minutes in (5, 40, 77):
        prepaid.time(minutes)
    assert all(sum(line.amount.amount for line in money_postings(entry)) == 0 for entry in prepaid.entries)
