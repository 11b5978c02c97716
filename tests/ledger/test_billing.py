"""What work costs: each rule as a story whose postings are stated as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from worktable import DAY, HALF_HOURS, NOON, PREPAID, RETAINER, left, priced, refused, shown, terms, work

from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Item, Plan
from maild.ledger.entry import EntryClass, EntryKind
from maild.ledger.money import Money
from maild.ledger.work import History, Quote, Reason, Refused, Terms

STEP_30 = replace(PREPAID, rounding_step_minutes=30)
EUROS = replace(PREPAID, charge=Charge.HOURLY, rate=Money.parse("50.00 EUR"))
DEAR = replace(EUROS, rate=Money.parse("80.00 USD"))

POSTINGS = [
    # plan, minutes, left before, postings, charged, class, rule, amount
    (PREPAID, 25, 600, "staff:olga -25 · acme:C:prepaid +25", 25, "charged", "prepaid", "25.00"),
    (PREPAID, 25, 10, "staff:olga -25 · acme:C:prepaid +25", 25, "charged", "prepaid", "25.00"),
    (PREPAID, 60, 0, "staff:olga -60 · acme:C:prepaid +60", 60, "charged", "prepaid", "60.00"),
    (PREPAID, 61, 0, "staff:olga -61 · acme:C:prepaid +60 · acme:C:over +1", 61, "over", "prepaid", "61.00"),
    (PREPAID, 20, -60, "staff:olga -20 · acme:C:over +20", 20, "over", "prepaid", "20.00"),
    (STEP_30, 1, 600, "staff:olga -1 · rounding:acme -29 · acme:C:prepaid +30", 30, "charged", "prepaid+rounding", "30.00"),
    (STEP_30, 30, 600, "staff:olga -30 · acme:C:prepaid +30", 30, "charged", "prepaid", "30.00"),
    (STEP_30, 31, 600, "staff:olga -31 · rounding:acme -29 · acme:C:prepaid +60", 60, "charged", "prepaid+rounding", "60.00"),
    (
        *(replace(PREPAID, minimum_minutes=15), 4, 600, "staff:olga -4 · rounding:acme -11 · acme:C:prepaid +15"),
        *(15, "charged", "prepaid+minimum", "15.00"),
    ),
    (
        *(replace(PREPAID, minimum_minutes=20, rounding_step_minutes=15), 4, 600),
        *("staff:olga -4 · rounding:acme -26 · acme:C:prepaid +30", 30, "charged", "prepaid+minimum+rounding", "30.00"),
    ),
    (HALF_HOURS, 5, 0, "staff:olga -5 · rounding:acme -25 · acme:C:hourly +30", 30, "charged", "hourly+minimum", "20.00"),
]


@pytest.mark.parametrize(("plan", "minutes", "before", "postings", "charged", "cls", "rule", "amount"), POSTINGS)
def test_postings(plan, minutes, before, postings, charged, cls, rule, amount):  # type: ignore[no-untyped-def]
    history = left(**{f"C_{plan.charge.value}": before})
    entry = priced(work(minutes), terms(plan), history)
    assert (shown(entry), entry.charged_minutes, entry.entry_class, entry.rule) == (postings, charged, cls, rule)
    assert (str(entry.amount), entry.currency, entry.worked_minutes) == (amount, plan.rate.currency, minutes)


def test_the_example_of_the_house() -> None:
    plan = replace(RETAINER, rounding_step_minutes=30)
    history = left(**{"C_retainer_2026_11": 30})
    entry = priced(work(45), terms(plan), history)
    assert shown(entry) == "staff:olga -45 · rounding:acme -15 · acme:C:retainer:2026-11 +30 · acme:C:over +30"
    assert (entry.charged_minutes, entry.over_minutes, entry.entry_class) == (60, 30, EntryClass.OVER)
    assert (entry.amount, entry.currency) == (Decimal("27.50"), "EUR")  # the fee pays the rest


def test_a_ticket_day_is_charged_what_its_total_grows_by() -> None:
    history, charged = History(), []
    for minutes in (5, 10, 20):
        entry = priced(work(minutes), terms(HALF_HOURS), history)
        history = history.after((entry,))
        charged.append(entry.charged_minutes)
    assert charged == [30, 0, 30]
    other_day = priced(replace(work(5), work_date=DAY - timedelta(days=1)), terms(HALF_HOURS), history)
    other_ticket = priced(replace(work(5), ticket=8), terms(HALF_HOURS), history)
    assert (other_day.charged_minutes, other_ticket.charged_minutes) == (30, 30)


def office(calendar: str, start: datetime, end: datetime) -> int:
    """Open until 10:10 UTC."""
    assert calendar == "always"
    return max(int((min(end, NOON + timedelta(minutes=10)) - start).total_seconds() // 60), 0)


FACTORS = [
    # urgent factor, after-hours factor, written /urgent, as a clock range, minutes -> charged, rule
    ("2", "1.5", False, True, 30, 40, "prepaid+after-hours"),
    ("2", "1.5", False, False, 30, 30, "prepaid"),
    ("2", "1.5", True, False, 30, 60, "prepaid+urgent"),
    ("2", "1.5", True, True, 30, 60, "prepaid+urgent"),
    ("1.2", "1.5", True, True, 30, 42, "prepaid+after-hours+urgent"),
    ("1", "1.5", True, True, 31, 42, "prepaid+after-hours+rounding"),  # 10 + 31.5
    ("1", "1", True, True, 31, 31, "prepaid"),
]


@pytest.mark.parametrize(("urgent", "late", "said_urgent", "ranged", "minutes", "charged", "rule"), FACTORS)
def test_factors_come_first(urgent, late, said_urgent, ranged, minutes, charged, rule):  # type: ignore[no-untyped-def]
    plan = replace(PREPAID, urgent=Decimal(urgent), after_hours=Decimal(late))
    clock = (NOON, NOON + timedelta(minutes=minutes)) if ranged else None
    entry = priced(work(minutes, urgent=said_urgent, clock=clock), terms(plan, office_minutes=office), left(C_prepaid=600))
    assert (entry.charged_minutes, entry.rule) == (charged, rule)
    assert entry.worked_minutes == minutes


def test_factors_then_minimum_then_rounding() -> None:
    plan = replace(PREPAID, urgent=Decimal(2), minimum_minutes=25, rounding_step_minutes=10)
    entry = priced(work(11, urgent=True), terms(plan), left(C_prepaid=600))
    assert shown(entry) == "staff:olga -11 · surcharge:acme -11 · rounding:acme -8 · acme:C:prepaid +30"


def test_contracts_draw_in_the_order_in_which_they_are_listed() -> None:
    both = terms(PREPAID, HALF_HOURS)
    assert shown(priced(work(45), both, left(C_prepaid=30))) == "staff:olga -45 · acme:C:prepaid +30 · acme:D:hourly +15"
    empty = priced(work(45), both, left(C_prepaid=0))
    assert (empty.contract, empty.charged_minutes) == ("D", 60)
    packs = terms(PREPAID, PREPAID)
    overdrawn = priced(work(200), packs, left(C_prepaid=30, D_prepaid=20))
    assert shown(overdrawn) == "staff:olga -200 · acme:C:prepaid +90 · acme:D:prepaid +80 · acme:C:over +30"


MIXED = [  # minutes worked, what is left of which contract, rate, amount, parts
    (
        (RETAINER, PREPAID),
        90,
        {"C_retainer_2026:11": 60, "D_prepaid": 120},
        "60.00 USD",
        "30.00",
        ["paid:C 60 0.00", "paid:D 30 30.00"],
    ),
    (
        (PREPAID, RETAINER),
        90,
        {"C_prepaid": 30, "D_retainer_2026:11": 60},
        "60.00 USD",
        "30.00",
        ["paid:C 30 30.00", "paid:D 60 0.00"],
    ),
    (
        (PREPAID, EUROS),
        61,
        {"C_prepaid": 30},
        "60.00 USD",
        "61.00",
        ["paid:C 30 30.00", "paid:D 31 31.00"],
    ),  # one entry, one currency
    ((PREPAID, DEAR), 61, {"C_prepaid": 30}, "60.00 USD", "71.33", ["paid:C 30 30.00", "paid:D 31 41.33"]),
    ((PREPAID,), 200, {"C_prepaid": 90}, "60.00 USD", "200.00", []),
    ((RETAINER,), 90, {"C_retainer_2026:11": 60}, "55.00 EUR", "27.50", []),
    ((RETAINER,), 60, {"C_retainer_2026:11": 60}, "55.00 EUR", "0.00", []),
]


@pytest.mark.parametrize(("plans", "minutes", "rooms", "rate", "amount", "parts"), MIXED)
def test_each_contract_sells_its_own_part(plans, minutes, rooms, rate, amount, parts):  # type: ignore[no-untyped-def]
    accounts = {"acme:" + name.replace("_", ":").replace("2026:", "2026-"): -left for name, left in rooms.items()}
    entry = priced(work(minutes), terms(*plans), History(accounts))
    assert (f"{entry.rate} {entry.currency}", str(entry.amount)) == (rate, amount)
    assert [f"{name} {value}" for name, value in entry.facts if name.startswith("paid:")] == parts


COVERS = [
    (frozenset({"question"}), "question", None),
    (frozenset({"question"}), "", None),
    (None, "order", None),
    (frozenset({"question"}), "order", Reason.NOT_COVERED),
]


@pytest.mark.parametrize(("covers", "cause", "reason"), COVERS)
def test_a_plan_pays_for_the_causes_it_covers(covers, cause, reason):  # type: ignore[no-untyped-def]
    result = price(work(5, cause=cause), terms(replace(PREPAID, covers=covers)), History())
    assert (result.reason if isinstance(result, Refused) else None) == reason


def test_the_second_contract_pays_for_what_the_first_does_not_cover() -> None:
    both = terms(replace(PREPAID, covers=frozenset({"question"})), HALF_HOURS)
    assert priced(work(5, cause="training"), both, left(C_prepaid=600)).contract == "D"


def test_the_contract_of_the_work_date_decides() -> None:
    old = Contract("acme", PREPAID, date(2026, 1, 1), date(2026, 10, 31), number="OLD")
    new = Contract("acme", HALF_HOURS, date(2026, 11, 1), number="NEW")
    both = Terms((old, new))
    assert priced(work(5), both, History()).contract == "NEW"
    assert priced(replace(work(5), work_date=date(2026, 10, 31)), both, History()).contract == "OLD"
    assert refused(replace(work(5), work_date=date(2025, 12, 31)), both, History()).reason is Reason.NO_CONTRACT


def test_items_cost_fixed_minutes() -> None:
    plan = replace(STEP_30, items={"relicense": Item("relicense", 20, "Licence re-registration")}, urgent=Decimal(2))
    entry = priced(work(0, item="relicense", count=2, urgent=True), terms(plan), left(C_prepaid=600))
    assert shown(entry) == "items:acme -40 · acme:C:prepaid +40"
    assert (entry.kind, entry.worked_minutes, entry.charged_minutes) == (EntryKind.ITEM, 0, 40)
    assert (entry.note, entry.item, entry.rule) == ("Licence re-registration", "relicense", "prepaid+item")
    assert refused(work(0, item="relic"), terms(plan), History()).reason is Reason.UNKNOWN_ITEM


def test_a_quote_is_charged_after_the_yes_and_never_above_it() -> None:
    quote = Quote(4, 60, agreed=False)
    assert refused(work(30, quote=quote), terms(PREPAID), History()).reason is Reason.QUOTE_PENDING
    agreed = replace(quote, agreed=True)
    entry = priced(work(40, quote=agreed), terms(PREPAID), left(C_prepaid=600))
    assert shown(entry) == "staff:olga -40 · acme:quote-4:quote +40"
    assert (str(entry.amount), entry.rule, entry.contract) == ("40.00", "quote", "quote-4")
    over = refused(work(21, quote=agreed), terms(PREPAID), History().after((entry,)))
    assert priced(work(20, quote=agreed), terms(PREPAID), History().after((entry,))).charged_minutes == 20
    assert over == Refused(Reason.QUOTE_EXCEEDED, (("quote", "4"), ("minutes", "21"), ("left", "20")))


def test_one_off_help_costs_the_goodwill_rate() -> None:
    one_off = Quote(5, None, agreed=True)
    entry = priced(work(30, quote=one_off), Terms(goodwill_rate=Money.parse("70.00 USD")), History())
    assert (str(entry.amount), entry.currency, entry.contract) == ("35.00", "USD", "quote-5")


def test_money_is_rounded_half_even_once() -> None:
    plan = replace(PREPAID, rate=Money.parse("0.30 USD"))
    assert [str(priced(work(m), terms(plan), left(C_prepaid=600)).amount) for m in (1, 3, 5)] == ["0.00", "0.02", "0.02"]
    free_of_rate = priced(work(5), terms(replace(PREPAID, rate=None)), left(C_prepaid=600))
    assert (free_of_rate.amount, free_of_rate.currency, free_of_rate.rate) == (0, "", None)


def test_an_included_period_costs_no_money() -> None:
    plan = Plan("support", "Support", Charge.INCLUDED, rate=Money.parse("60.00 USD"))
    entry = priced(work(25), terms(plan), History())
    assert shown(entry) == "staff:olga -25 · acme:C:included +25"
    assert (entry.charged_minutes, entry.amount) == (25, 0)


def test_each_entry_says_what_its_rule_saw() -> None:
    entry = priced(work(5, cause="question"), terms(HALF_HOURS, directory_version="abc"), History())
    assert dict(entry.facts) == {
        **{"scope": "ticket-day", "step": "30", "minimum": "30", "weighted": "5"},
        **{"total_before": "0", "cause": "question"},
    }
    assert entry.directory_version == "abc"
