"""The books as a beancount ledger: beancount itself accepts it, and its balances per account are ours."""

from decimal import Decimal

import month
import pytest
from beancount import loader
from beancount.core import realization
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.ledger.revenue import money_postings
from maild.reports.beancount import MINUTES, Names, ledger


def sums_of(entries):
    sums = {}
    for entry in entries:
        for posting in entry.postings:
            sums[posting.account] = sums.get(posting.account, 0) + posting.minutes
    return sums


def money_of(entries):
    sums = {}
    for entry in entries:
        for line in money_postings(entry):
            key = (line.account, line.amount.currency)
            sums[key] = sums.get(key, Decimal(0)) + line.amount.amount
    return sums


def checked(entries, sums=None):
    """What beancount makes of the ledger: its faults, and each account's balance by our own name and unit."""
    names = Names()
    text = "\n".join(ledger(entries, sums_of(entries) if sums is None else sums, 'The "desk"', names)) + "\n"
    read, faults, _ = loader.load_string(text)
    real = realization.realize(read)
    balances = {}
    for key, name in names.given.items():
        node = realization.get(real, name)
        for position in node.balance if node is not None else ():
            balances[key.partition(":")[2], position.units.currency] = position.units.number
    return [fault.message for fault in faults], balances


def test_bean_check_accepts_a_month_and_its_balances_are_ours():
    book, _ = month.full_month()
    faults, balances = checked(book.entries)
    assert faults == []
    ours = {(name, MINUTES): Decimal(minutes) for name, minutes in sums_of(book.entries).items() if minutes}
    ours |= {key: amount for key, amount in money_of(book.entries).items() if amount}
    assert balances == ours


def test_a_kept_sum_that_is_wrong_is_found():
    book, _ = month.full_month()
    sums = sums_of(book.entries)
    sums["staff:olga"] += 1
    faults, _ = checked(book.entries, sums)
    assert len(faults) == 1 and "Balance failed" in faults[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme:M-17/26:prepaid", "acme:M-17:26:prepaid"),
        ("staff:olga", "staff:Olga"),
        ("staff:olga", "staff:Xolga"),
        ("staff:X", "staff:x"),
        ("staff:-2d-", "staff:-"),
        ("free:ё:acme", "free:е:acme"),
        ("acme:a%3Ab:prepaid", "acme:a-b:prepaid"),
    ],
)
def test_no_two_accounts_get_one_name(one, other):
    names = Names()
    assert names(one, MINUTES) != names(other, MINUTES)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=2, unique=True))
def test_names_are_told_apart_whatever_they_hold(parts):
    names = Names()
    assert names(f"staff:{parts[0]}", "USD") != names(f"staff:{parts[1]}", "USD")


def test_words_that_would_break_a_line():
    book, _ = month.full_month()
    book.work(26, 5, 'said "yes"\nand \\ left')
    faults, _ = checked(book.entries)
    assert faults == []
