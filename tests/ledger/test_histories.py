"""Random histories against a model that shares no line with the ledger: plain sums over what is still true."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from bookkeeping import DAY, NOON, Book
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.ledger.audit import audit
from maild.ledger.balance import Balance, fold, left_by_accounts
from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Included, Plan, Scope
from maild.ledger.correction import adjust, bug, undo
from maild.ledger.entry import Entry, EntryClass, EntryKind, live
from maild.ledger.money import Money
from maild.ledger.retainer import lapse
from maild.ledger.statement import statement
from maild.ledger.work import Refused, Terms, Work

PLANS = st.builds(
    Plan,
    st.just("p"),
    st.just("P"),
    st.sampled_from([Charge.PREPAID, Charge.HOURLY, Charge.INCLUDED]),
    rounding_step_minutes=st.sampled_from([1, 7, 15, 30]),
    rounding_scope=st.sampled_from(list(Scope)),
    minimum_minutes=st.sampled_from([0, 1, 20, 45]),
    overdraft_minutes=st.sampled_from([0, 60]),
    urgent=st.sampled_from([Decimal(1), Decimal("1.3"), Decimal(2)]),
    rate=st.sampled_from([None, Money.parse("33.33 EUR")]),
)
TICKETS = st.integers(1, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("time"), TICKETS, st.integers(1, 100), st.booleans(), st.integers(0, 1)),
        st.tuples(st.just("undo"), st.integers(0, 20)),
        st.tuples(st.just("topup"), st.integers(1, 300)),
        st.tuples(st.just("adjust"), st.integers(-50, 50).filter(bool)),
        st.tuples(st.just("bug"), TICKETS),
    ),
    max_size=14,
)


@dataclass
class Row:
    """A worklog as the model knows it."""

    day: tuple[int, int]  # ticket, day
    weighted: Fraction
    charged: int
    true: bool = True


@dataclass
class Model:
    """What the books must come to. `left` is tracked only where nothing is ever beyond the limit."""

    plan: Plan
    left: int = 0
    given: int = 0
    used: int = 0
    rows: list[Row] = field(default_factory=list)
    charged: dict[tuple[int, int], int] = field(default_factory=dict)

    def rule(self, weighted: Fraction) -> int:
        step = self.plan.rounding_step_minutes
        return ceil(max(weighted, self.plan.minimum_minutes) / step) * step if weighted else 0

    def total(self, day: tuple[int, int]) -> int:
        rows = [row for row in self.rows if row.true and row.day == day]
        if self.plan.rounding_scope is Scope.TICKET_DAY:
            return self.rule(sum((row.weighted for row in rows), Fraction(0)))
        return sum(self.rule(row.weighted) for row in rows)

    def time(self, day: tuple[int, int], minutes: int, urgent: bool) -> int:
        before = self.total(day)
        self.rows.append(Row(day, minutes * (Fraction(str(self.plan.urgent)) if urgent else 1), 0))
        self.rows[-1].charged = self.total(day) - before
        return self.rows[-1].charged

    @property
    def cost(self) -> int:
        return sum(self.total(day) for day in {row.day for row in self.rows})


def play(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> tuple[Book, Model]:
    """The same story told to both; the ledger's answers are checked on the way."""
    book, model = Book(Contract("acme", plan, date(2026, 1, 1), number="C")), Model(plan)
    if start and plan.charge is not Charge.INCLUDED:
        book.topup(start)
        model.given += start
    terms = Terms((book.contract,))
    timed: list[tuple[Entry, Row]] = []
    for number, (name, *told) in enumerate(steps):
        said = {"author": "alla", "booked_at": NOON + timedelta(hours=7 * number), "source_message_id": f"<{number}@x>"}
        tickets = [entry for entry in book.entries if entry.ticket is not None]
        if name == "time":
            ticket, minutes, urgent, day = told
            work = Work("acme", "olga", DAY + timedelta(days=day), said["booked_at"], minutes, ticket=ticket, urgent=urgent)  # type: ignore[arg-type]
            entries = price(work, terms, replace(book.history, ticket=tuple(e for e in tickets if e.ticket == ticket)))
            assert not isinstance(entries, Refused)
            (entry,) = book.add(*entries)
            assert entry.charged_minutes == model.time((ticket, day), minutes, urgent)
            timed.append((entry, model.rows[-1]))
        elif name == "undo" and timed:
            entry, row = timed[told[0] % len(timed)]
            rows = undo(entry, [e for e in tickets if e.ticket == entry.ticket], reason="", **said)  # type: ignore[arg-type]
            assert isinstance(rows, Refused) is not row.true
            row.true = False
            book.add(*(() if isinstance(rows, Refused) else rows))
        elif name == "topup" and plan.charge is not Charge.INCLUDED:
            book.topup(told[0])
            model.given += told[0]
        elif name == "adjust":
            entry = adjust(book.contract, told[0], {}, reason="", day=DAY, **said)  # type: ignore[arg-type, assignment]
            book.add(entry)
            model.given += told[0]
        elif name == "bug":
            book.add(*bug([e for e in tickets if e.ticket == told[0]], reason="", **said))  # type: ignore[arg-type]
            for row in (row for row in model.rows if row.day[0] == told[0]):
                row.true = False
        assert sum(e.charged_minutes for e in book.entries if e.ticket is not None) == model.cost
    return book, model


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(PLANS, STEPS, st.sampled_from([0, 100, 100_000]))
def test_what_a_history_costs(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> None:
    book, model = play(plan, steps, start)
    over = sum(entry.over_minutes for entry in book.entries)
    assert book.balance.closing == model.given - model.cost + over
    assert over == 0 or plan.charge is Charge.PREPAID
    assert over >= 0
    assert book.balance.closing == left_by_accounts("acme", "C", book.history.accounts)
    assert all(sum(p.minutes for p in entry.postings) == 0 for entry in book.entries)
    assert all(p.minutes for entry in book.entries for p in entry.postings)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(PLANS, STEPS, st.sampled_from([0, 100, 100_000]))
def test_ten_thousand_histories(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> None:
    """Cost, identity on every cut, and the audit, for each."""
    book, model = play(plan, steps, start)
    over = sum(entry.over_minutes for entry in book.entries)
    assert book.balance.closing == model.given - model.cost + over == left_by_accounts("acme", "C", book.history.accounts)
    carried = Balance("acme", "C")
    for entry in book.entries:  # each closing is the next opening
        made = statement(carried, entry.booked_at.date(), entry.booked_at.date(), [entry])
        assert made.opening == carried.closing
        assert made.closing == made.opening + made.bought - made.used + made.corrected - made.expired
        carried = fold(carried, [entry])
    assert carried.closing == book.balance.closing
    terms = Terms((book.contract,))
    heads = {"acme": book.links[-1].hash} if book.links else {}
    by_id = {entry.id: entry for entry in book.entries}.get
    assert not list(audit(book.links, terms_of=lambda *_: terms, entry_by_id=by_id, heads=heads, balances=[book.balance]))


@settings(max_examples=60, deadline=None)
@given(PLANS, STEPS, st.sampled_from([0, 100]))
def test_the_audit_agrees(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> None:
    book, _ = play(plan, steps, start)
    links, known = book.links, {entry.id: entry for entry in book.entries}
    heads = {"acme": links[-1].hash} if links else {}
    terms = Terms((book.contract,))
    assert not list(audit(links, terms_of=lambda *_: terms, entry_by_id=known.get, heads=heads, balances=[book.balance]))


@settings(max_examples=60, deadline=None)
@given(PLANS, STEPS, st.sampled_from([0, 100]))
def test_statements_hold_on_every_cut(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> None:
    book, _ = play(plan, steps, start)
    entries = sorted(book.entries, key=lambda entry: entry.booked_at)
    last_used = 0
    for hours in range(0, 24 * 5, 24):
        cut = NOON + timedelta(hours=hours)
        before = fold(Balance("acme", "C"), [entry for entry in entries if entry.booked_at < cut])
        made = statement(before, cut.date(), date(2027, 1, 1), [entry for entry in entries if entry.booked_at >= cut])
        assert made.opening == before.closing
        assert made.closing == made.opening + made.bought - made.used + made.corrected - made.expired == book.balance.closing
        assert before.used >= last_used
        last_used = before.used


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(PLANS, STEPS, st.sampled_from([0, 100]))
def test_undoing_everything_brings_everything_back(plan: Plan, steps: list[tuple[Any, ...]], start: int) -> None:
    book, model = play(plan, steps, start)
    for entry in live(book.entries):
        if entry.kind is EntryKind.TIME and entry.entry_class is not EntryClass.FREE:
            book.undo(entry)
    assert book.balance.closing == model.given
    for name, minutes in book.history.accounts.items():
        if name.endswith(":over") or name.startswith("rounding:") or name.startswith("surcharge:"):
            assert minutes == 0
    assert sum(entry.amount for entry in book.entries if entry.ticket is not None) == 0


@pytest.mark.thorough
@settings(max_examples=80, deadline=None)
@given(
    PLANS, st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=6), st.randoms(), st.integers(0, 200)
)
def test_the_order_of_mails_changes_no_price(plan: Plan, told: list[tuple[int, bool]], chance: Any, start: int) -> None:
    def cost(works: list[tuple[int, bool]]) -> tuple[int, int]:
        book = Book(Contract("acme", plan, date(2026, 1, 1), number="C"))
        if start and plan.charge is not Charge.INCLUDED:
            book.topup(start)
        for minutes, urgent in works:
            book.time(minutes, urgent=urgent)
        return sum(entry.charged_minutes for entry in book.entries), book.balance.closing

    shuffled = list(told)
    chance.shuffle(shuffled)
    assert cost(told) == cost(shuffled)


@pytest.mark.parametrize("rollover", [0, 1, 2])
@settings(max_examples=40, deadline=None)
@given(works=st.lists(st.tuples(st.integers(0, 150), st.integers(0, 40), st.integers(1, 200)), max_size=10))
def test_a_retainer_never_gives_more_than_its_months(rollover: int, works: list[tuple[int, int, int]]) -> None:
    """Works as (day of booking, days late, minutes): no month pays for others than those it lives in, nothing is lost."""
    plan = Plan("r", "R", Charge.RETAINER, included=Included(300, rollover), rate=Money.parse("55 EUR"))
    first = date(2026, 1, 1)
    book = Book(Contract("acme", plan, first, date(2026, 5, 31), number="C"))
    spent: dict[int, int] = {}
    for day, late, minutes in sorted(works):
        worked_on = first + timedelta(days=max(day - late, 0))
        now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        book.add(*lapse(book.contract, book.history.accounts, now, UTC))
        entries = price(Work("acme", "olga", worked_on, now, minutes, ticket=1), Terms((book.contract,)), book.history)
        assert not isinstance(entries, Refused)
        entry = book.add(*entries)[-1]
        months = {int(p.account[-2:]): p.minutes for p in entry.postings if ":retainer:" in p.account}
        assert all(worked_on.month - rollover <= month <= worked_on.month for month in months)
        for month, drawn in months.items():
            spent[month] = spent.get(month, 0) + drawn
        if entry.over_minutes:
            alive = range(max(worked_on.month - rollover, 1), worked_on.month + 1)
            assert all(spent.get(month, 0) == 300 for month in alive)
    assert all(minutes <= 300 for minutes in spent.values())
    book.add(*lapse(book.contract, book.history.accounts, datetime(2027, 1, 1, tzinfo=UTC), UTC))
    balance = book.balance
    assert balance.closing == 0
    assert balance.used == sum(spent.values())
    assert balance.expired - balance.corrected == balance.bought - balance.used
