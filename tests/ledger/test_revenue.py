"""Money in double entry follows from each entry's amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bookkeeping import CONTRACT, DAY, NOON, PLAN, Book

from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Included, Scope
from maild.ledger.entry import Entry, reverse
from maild.ledger.money import Money
from maild.ledger.revenue import money_postings, over_amount
from maild.ledger.work import History, Refused, Terms, Work


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


def test_each_contract_that_pays_earns_its_own_part() -> None:
    care = replace(PLAN, charge=Charge.RETAINER, included=Included(40), rounding_scope=Scope.ENTRY, rounding_step_minutes=1)
    pack = replace(care, charge=Charge.PREPAID)
    retainer, prepaid = (Contract("acme", plan, date(2026, 11, 1), number=n) for plan, n in ((care, "R"), (pack, "P")))
    history = History({"acme:P:prepaid": -30, "acme:R:retainer:2026-11": -40})
    work = Work("acme", "olga", DAY, NOON, 100, ticket=7)
    entries = price(work, Terms((retainer, prepaid)), history)
    assert not isinstance(entries, Refused)
    assert shown(entries[-1]) == "billed:acme +20.00 · income:acme:R -20.00 · advance:acme:P +20.00 · income:acme:P -20.00"
    back = reverse(replace(entries[-1], id=1), author="alla", booked_at=NOON, reason="", source_message_id="")
    assert shown(back) == "billed:acme -20.00 · income:acme:R +20.00 · advance:acme:P -20.00 · income:acme:P +20.00"


def test_free_time_moves_no_money() -> None:
    free = Book().time(20, free="courtesy")
    assert money_postings(free) == ()
    assert over_amount(free) == Decimal(0)


def test_lines_sum_to_zero() -> None:
    prepaid = Book()
    for minutes in (5, 40, 77):
        prepaid.time(minutes)
    assert all(sum(line.amount.amount for line in money_postings(entry)) == 0 for entry in prepaid.entries)
