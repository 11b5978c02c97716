"""A retainer's months: pro rata, fee, rollover, lapse, and work that was logged late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from maild.ledger.balance import Balance, fold
from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Included, Plan
from maild.ledger.entry import Entry, EntryKind
from maild.ledger.money import Money
from maild.ledger.retainer import due, lapse, lots_alive, month_fee, month_minutes, months_due, open_month
from maild.ledger.work import History, Refused, Terms, Work

KYIV = ZoneInfo("Europe/Kyiv")
PLAN = Plan(
    "extended", "Extended", Charge.RETAINER, included=Included(300), fee=Money.parse("250.00 EUR"), rate=Money.parse("55 EUR")
)
ROLLING = replace(PLAN, included=Included(300, rollover_months=1))


def contract(plan: Plan = PLAN, starts: date = date(2026, 10, 1), ends: date | None = None) -> Contract:
    return Contract("acme", plan, starts, ends, number="R")


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def worked(
    agreed: Contract, history: History, day: date, minutes: int, booked_at: datetime
) -> tuple[History, tuple[Entry, ...]]:
    entries = price(Work("acme", "olga", day, booked_at, minutes, ticket=1), Terms((agreed,)), history)
    assert not isinstance(entries, Refused), entries
    return history.after(entries), entries


def lapsed(agreed: Contract, history: History, now: datetime) -> tuple[History, tuple[Entry, ...]]:
    entries = tuple(lapse(agreed, history.accounts, now, KYIV))
    return history.after(entries), entries


def balance(*entries: Entry) -> Balance:
    return fold(Balance("acme", "R"), entries)


PRO_RATA = [
    (date(2026, 11, 1), None, "2026-11", 300, "250.00"),
    (date(2026, 11, 16), None, "2026-11", 150, "125.00"),
    (date(2026, 11, 30), None, "2026-11", 10, "8.33"),
    (date(2026, 10, 1), date(2026, 11, 15), "2026-11", 150, "125.00"),
    (date(2026, 10, 22), None, "2026-10", 97, "80.65"),  # 96.77 minutes: up
    (date(2026, 2, 10), date(2026, 2, 16), "2026-02", 75, "62.50"),
]


@pytest.mark.parametrize(("starts", "ends", "month", "minutes", "fee"), PRO_RATA)
def test_part_of_a_month_counts_by_days(starts, ends, month, minutes, fee):  # type: ignore[no-untyped-def]
    agreed = contract(PLAN, starts, ends)
    assert (month_minutes(agreed, month), str(month_fee(agreed, month).amount)) == (minutes, fee)


def test_a_quiet_month_is_granted_and_charged() -> None:
    agreed = contract()
    assert list(months_due(agreed, {}, date(2026, 12, 31), None)) == ["2026-10", "2026-11", "2026-12"]
    assert list(months_due(agreed, {}, date(2026, 12, 31), date(2026, 12, 9))) == ["2026-12"]
    grant, fee = open_month(agreed, "2026-11", at(11, 1), KYIV, None)
    assert [(p.account, p.minutes) for p in grant.postings] == [("granted:acme", 300), ("acme:R:retainer:2026-11", -300)]
    assert (fee.kind, str(fee.amount), fee.currency, fee.postings) == (EntryKind.FEE, "250.00", "EUR", ())
    assert list(months_due(agreed, History().after((grant,)).accounts, date(2026, 11, 30), date(2026, 11, 1))) == []


def test_a_contract_that_starts_within_the_month_brings_nothing_before_its_day() -> None:
    agreed = contract(PLAN, date(2026, 10, 16))
    assert due(agreed, {}, at(10, 5), KYIV, None) == ()
    assert list(months_due(agreed, {}, date(2026, 10, 15), None)) == []
    grant, fee = due(agreed, {}, at(10, 16), KYIV, None)
    assert (grant.kind, fee.kind) == (EntryKind.GRANT, EntryKind.FEE)
    assert grant.booked_at.astimezone(KYIV).isoformat()[:16] == "2026-10-16T00:00"


def test_a_desk_that_slept_for_months_books_each_at_its_own_instant() -> None:
    history, brought = History(), due(contract(), {}, at(12, 5), KYIV, date(2026, 10, 15))
    assert [(e.kind, e.booked_at.astimezone(KYIV).isoformat()[:16]) for e in brought if e.kind is not EntryKind.FEE] == [
        (EntryKind.GRANT, "2026-10-15T00:00"),
        (EntryKind.GRANT, "2026-11-01T00:00"),
        (EntryKind.GRANT, "2026-12-01T00:00"),
        (EntryKind.EXPIRY, "2026-10-31T23:59"),
        (EntryKind.EXPIRY, "2026-11-30T23:59"),
    ]
    assert [e.fact("month") for e in brought if e.kind is EntryKind.FEE] == ["2026-10", "2026-11", "2026-12"]
    assert balance(*brought).closing == 300
    assert due(contract(), history.after(brought).accounts, at(12, 5), KYIV, date(2026, 10, 15)) == ()
    prepaid = contract(replace(PLAN, charge=Charge.PREPAID))
    assert due(prepaid, {}, at(12, 5), KYIV, None) == ()


def test_the_first_work_of_a_month_opens_it() -> None:
    history = History(books_from=date(2026, 11, 1))
    history, entries = worked(contract(), history, date(2026, 11, 5), 40, at(11, 5))
    assert [e.kind for e in entries] == [EntryKind.GRANT, EntryKind.FEE, EntryKind.TIME]
    assert balance(*entries).closing == 260
    _, entries = worked(contract(), history, date(2026, 11, 6), 40, at(11, 6))
    assert [e.kind for e in entries] == [EntryKind.TIME]


def test_unused_minutes_lapse_at_the_end_of_their_life() -> None:
    history, entries = worked(contract(), History(books_from=date(2026, 10, 1)), date(2026, 10, 5), 40, at(10, 5))
    assert lapsed(contract(), history, datetime(2026, 10, 31, 21, 59, tzinfo=UTC))[1] == ()  # 23:59 in Kyiv
    history, gone = lapsed(contract(), history, at(11, 1))
    assert [(p.account, p.minutes) for p in gone[0].postings] == [
        ("expired:acme:R:2026-10", -260),
        ("acme:R:retainer:2026-10", 260),
    ]
    assert gone[0].booked_at == datetime(2026, 10, 31, 21, 59, 59, 999999, tzinfo=UTC)
    assert balance(*entries, *gone) == Balance("acme", "R", gone[0].booked_at, bought=300, used=40, expired=260)
    assert lapsed(contract(), history, at(11, 2))[1] == ()


def test_rollover_draws_the_oldest_first() -> None:
    agreed = contract(ROLLING)
    history, _ = worked(agreed, History(), date(2026, 10, 5), 40, at(10, 5))
    history, entries = worked(agreed, history, date(2026, 11, 5), 300, at(11, 5))
    postings = {p.account: p.minutes for p in entries[-1].postings}
    assert postings == {"staff:olga": -300, "acme:R:retainer:2026-10": 260, "acme:R:retainer:2026-11": 40}
    history, gone = lapsed(agreed, history, at(12, 2))
    assert gone == ()  # October's lot is used up, November's lives until the end of December
    history, gone = lapsed(agreed, history, datetime(2027, 1, 3, tzinfo=UTC))
    assert [e.postings[1].minutes for e in gone] == [260]


def test_nothing_rolls_beyond_the_contract() -> None:
    agreed = contract(ROLLING, ends=date(2026, 11, 15))
    history, _ = worked(agreed, History(), date(2026, 11, 5), 100, at(11, 5))
    _, gone = lapsed(agreed, history, at(11, 16))
    assert [(e.postings[1].account, e.postings[1].minutes) for e in gone] == [
        ("acme:R:retainer:2026-10", 200),
        ("acme:R:retainer:2026-11", 150),
    ]


def test_late_work_is_paid_by_its_own_month_though_it_had_lapsed() -> None:
    history, first = worked(contract(), History(), date(2026, 10, 5), 40, at(10, 5))
    history, gone = lapsed(contract(), history, at(11, 1))
    history, late = worked(contract(), history, date(2026, 10, 31), 270, at(11, 2))
    back, time = late
    assert [(p.account, p.minutes) for p in back.postings] == [
        ("expired:acme:R:2026-10", 260),
        ("acme:R:retainer:2026-10", -260),
    ]
    assert (time.over_minutes, str(time.amount)) == (10, "9.17")
    total = balance(*first, *gone, *late)
    assert (total.used, total.expired, total.corrected, total.closing) == (300, 260, 260, 0)


def test_minutes_that_come_back_to_a_dead_month_lapse_when_they_are_seen() -> None:
    history, _ = worked(contract(), History(), date(2026, 10, 5), 40, at(10, 5))
    history, _ = lapsed(contract(), history, at(11, 1))
    returned = replace(history, accounts={**history.accounts, "acme:R:retainer:2026-10": -40})
    _, gone = lapsed(contract(), returned, at(11, 9))
    assert [(e.postings[1].minutes, e.booked_at) for e in gone] == [(40, at(11, 9))]


def test_a_month_overdrawn_by_a_correction_lessens_the_next() -> None:
    accounts = {"acme:R:retainer:2026-10": 50, "acme:R:retainer:2026-11": -300}
    assert [(lot.month, lot.room_minutes) for lot in lots_alive(contract(), accounts, date(2026, 11, 5))] == [("2026-11", 250)]


def test_beyond_the_month_is_over_at_the_rate() -> None:
    _, entries = worked(contract(), History(books_from=date(2026, 11, 1)), date(2026, 11, 5), 330, at(11, 5))
    time = entries[-1]
    assert (time.over_minutes, str(time.amount), time.fact("over_amount"), time.charged_minutes) == (30, "27.50", "27.5", 330)
    assert balance(*entries).closing == 0
