"""Time that costs nothing, and why: a word, a purchase ahead, a defect, warranty, goodwill, a favour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from worktable import HALF_HOURS, PREPAID, left, priced, refused, shown, terms, work

from maild.ledger.contract import Contract
from maild.ledger.entry import EntryClass
from maild.ledger.work import History, Reason, Refused, Terms


@pytest.mark.parametrize(
    ("client", "other", "reason"),
    [
        ("acme", {"free": "courtesy"}, "courtesy"),
        ("acme", {"vendor_defect": True, "cause": "defect"}, "defect"),
        ("walk-in", {}, "presale"),
        ("walk-in", {"free": "courtesy"}, "courtesy"),
    ],
)
def test_free_time_keeps_its_minutes_and_reason(client: str, other: dict[str, object], reason: str) -> None:
    entry = priced(replace(work(25, **other), client=client), terms(PREPAID), left(C_prepaid=600))
    assert shown(entry) == f"staff:olga -25 · free:{reason}:{client} +25"
    assert (entry.entry_class, entry.reason, entry.rule) == (EntryClass.FREE, reason, f"free:{reason}")
    assert (entry.worked_minutes, entry.charged_minutes, entry.amount, entry.currency) == (25, 0, 0, "")


def test_free_words_are_those_of_the_directory() -> None:
    result = refused(work(5, free="cuortesy"), terms(PREPAID), History())
    assert result == Refused(Reason.UNKNOWN_FREE, (("word", "cuortesy"), ("allowed", "courtesy, presale")))


@pytest.mark.parametrize(
    ("opened", "worked", "cause", "free"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), "defect", True),
        (date(2026, 10, 31), date(2026, 11, 20), "defect", True),  # reported in time, mended later
        (date(2026, 11, 1), date(2026, 11, 1), "defect", False),
        (date(2026, 9, 1), date(2026, 9, 1), "training", False),
        (date(2026, 8, 31), date(2026, 8, 31), "defect", False),  # before the hand-over
    ],
)
def test_warranty(opened: date, worked: date, cause: str, free: bool) -> None:
    plan = replace(HALF_HOURS, warranty_days=60)
    agreed = Contract("acme", plan, date(2026, 1, 1), handover=date(2026, 9, 1))
    entry = priced(replace(work(5, cause=cause, opened_on=opened), work_date=worked), Terms((agreed,)), History())
    assert (entry.reason == "warranty") is free


def test_goodwill_answers_small_questions() -> None:
    no_contract = Terms(goodwill_minutes=15)
    first = priced(work(10), no_contract, History())
    assert shown(first) == "staff:olga -10 · free:goodwill:acme +10"
    history = History().after((replace(first, id=1),))
    assert priced(work(5), no_contract, history).reason == "goodwill"
    assert refused(work(6), no_contract, history).reason is Reason.NO_CONTRACT
    assert refused(work(20), Terms(), History()).reason is Reason.NO_CONTRACT


def test_the_first_urgent_favour_is_free_once_in_a_life() -> None:
    favour = Terms(goodwill_minutes=15, first_urgent_free=True)
    first = priced(work(90, urgent=True), favour, History())
    assert first.rule == "free:first-urgent"
    history = History().after((first,))
    assert priced(work(10, urgent=True), favour, history).rule == "free:first-urgent"  # the same favour
    other = replace(work(5, urgent=True), ticket=8)
    assert refused(other, favour, history).reason is Reason.NO_CONTRACT
    again = priced(work(10, urgent=True), favour, history)
    assert refused(other, favour, history.after((replace(again, ticket=8),))).reason is Reason.NO_CONTRACT
