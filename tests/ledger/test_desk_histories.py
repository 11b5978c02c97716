"""Histories of a whole desk: clients whose contracts change, several at once, retainers, late mails, corrections; against a model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import Deal, Truth

from maild.ledger.audit import audit
from maild.ledger.balance import Balance, fold
from maild.ledger.billing import price
from maild.ledger.chain import GENESIS, Link, chained
from maild.ledger.contract import Charge, Contract, Included, Plan, Scope
from maild.ledger.correction import bug, topup, undo
from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.retainer import due
from maild.ledger.statement import period, statement
from maild.ledger.work import History, Refused, Terms, Work

FIRST, LAST, CHANGE = date(2026, 1, 1), date(2026, 12, 31), date(2026, 2, 10)
DAY_BEFORE = CHANGE - timedelta(days=1)
EUR, DEAR = Decimal("33.33"), Decimal("47.50")


def deals(step: int, overdraft: int, month: int, rollover: int) -> dict[str, tuple[Deal, ...]]:
    """Three clients: one goes from a pack to the hour, one has a retainer before a pack, one none until the change."""
    return {
        "anna": (
            Deal("A-1", "prepaid", FIRST, DAY_BEFORE, EUR, step, overdraft),
            Deal("A-2", "hourly", CHANGE, LAST, DEAR, step),
        ),
        "bel": (
            Deal("B-1", "retainer", FIRST, LAST, DEAR, 1, 0, month, rollover),
            Deal("B-2", "prepaid", CHANGE, LAST, EUR, 1, overdraft),
        ),
        "cor": (Deal("C-1", "hourly", CHANGE, LAST, EUR, step),),
    }


def contract(client: str, deal: Deal) -> Contract:
    hourly = deal.kind == "hourly"
    plan = Plan(
        *(deal.name, deal.name, Charge(deal.kind)),
        rounding_step_minutes=deal.step,
        rounding_scope=Scope.TICKET_DAY if hourly else Scope.ENTRY,
        overdraft_minutes=deal.overdraft,
        rate=Money(deal.rate, "EUR"),
        included=Included(deal.month, deal.rollover) if deal.month else None,
    )
    return Contract(client, plan, deal.starts, deal.ends, number=deal.name)


@dataclass
class Desk:
    """Clients' books side by side, one row of numbers for all."""

    contracts: dict[str, tuple[Contract, ...]]
    entries: list[Entry] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)

    def of(self, client: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.client == client]

    def book(self, client: str, made: tuple[Entry, ...] | Entry | Refused) -> list[Entry]:
        assert not isinstance(made, Refused), made
        rows = made if isinstance(made, tuple) else (made,)
        booked = [replace(entry, id=len(self.entries) + place) for place, entry in enumerate(rows, 1)]
        self.entries += booked
        self.histories[client] = self.histories.get(client, History()).after(booked)
        return booked

    def midnight(self, now: datetime) -> None:
        for client, known in self.contracts.items():
            for each in known:
                self.book(client, due(each, self.histories.get(client, History()).accounts, now, UTC, None))

    def links(self) -> list[Link]:
        heads: dict[str, str] = {}
        made = []
        for entry in self.entries:
            made.append(chained(entry, heads.get(entry.client, GENESIS), b"salt"))
            heads[entry.client] = made[-1].hash
        return made


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bel", "cor"]),
        st.sampled_from(["time", "time", "time", "topup", "undo", "bug"]),
        st.integers(0, 9),  # days on
        st.integers(0, 45),  # days late
        st.integers(1, 2),  # ticket
        st.integers(1, 130),  # minutes
    ),
    max_size=16,
)
TERMS = st.tuples(
    st.sampled_from([1, 15, 30]), st.sampled_from([0, 60]), st.sampled_from([40, 200]), st.sampled_from([0, 1, 2])
)


def play(terms: tuple[int, int, int, int], steps: list[tuple[Any, ...]]) -> tuple[Desk, dict[str, Truth], date]:
    told = deals(*terms)
    desk = Desk({client: tuple(contract(client, deal) for deal in known) for client, known in told.items()})
    truth = {client: Truth(known) for client, known in told.items()}
    lines: dict[str, list[tuple[Entry, Any]]] = {client: [] for client in told}
    today = FIRST
    for place, (client, what, days, late, ticket, minutes) in enumerate(steps):
        today += timedelta(days=days)
        now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) + timedelta(seconds=place)
        desk.midnight(now)
        model, known = truth[client], desk.contracts[client]
        said: dict[str, Any] = {"author": "alla", "booked_at": now, "source_message_id": f"<{place}@x>"}
        on_ticket = tuple(entry for entry in desk.of(client) if entry.ticket == ticket)
        if what == "time":
            worked_on = max(today - timedelta(days=late), FIRST)
            work = Work(client, "olga", worked_on, now, minutes, ticket=ticket, source_message_id=f"<{place}@x>")
            made = price(work, Terms(known), replace(desk.histories.get(client, History()), ticket=on_ticket))
            line = model.time(ticket, worked_on, minutes)
            assert isinstance(made, Refused) is (line is None)
            if line is not None:
                entry = desk.book(client, made)[-1]
                lines[client].append((entry, line))
                assert (entry.over_minutes, entry.amount) == (line.over, line.amount)
                assert entry.charged_minutes == sum(line.paid.values()) + line.over
        elif what == "topup" and (pack := next((each for each in known if each.plan.charge is Charge.PREPAID), None)):
            desk.book(client, topup(pack, minutes, None, reference="INV", day=today, **said))
            model.given[pack.id] = model.given.get(pack.id, 0) + minutes
        elif what == "undo" and lines[client]:
            entry, line = lines[client][minutes % len(lines[client])]
            related = [each for each in desk.of(client) if each.ticket == entry.ticket]
            made = undo(entry, related, reason="", **said)
            assert isinstance(made, Refused) is not line.stands
            if line.stands:
                desk.book(client, made)
                line.stands = False
        elif what == "bug":
            desk.book(client, bug(on_ticket, reason="", **said))
            for line in model.lines:
                line.stands = line.stands and line.ticket != ticket
        desk.midnight(now + timedelta(milliseconds=1))
        for each, deal in zip(known, model.deals, strict=True):
            assert fold(Balance(client, each.id), desk.of(client)).closing == model.closing(deal, today), (place, each.id)
    return desk, truth, today


def check(terms: tuple[int, int, int, int], steps: list[tuple[Any, ...]]) -> None:
    desk, _, today = play(terms, steps)
    links = desk.links()
    balances = [fold(Balance(c, each.id), desk.of(c)) for c, known in desk.contracts.items() for each in known]
    heads = {link.entry.client: link.hash for link in links}
    by_id = {entry.id: entry for entry in desk.entries}.get
    kept = {client: Terms(known) for client, known in desk.contracts.items()}
    found = audit(links, terms_of=lambda client, _: kept[client], entry_by_id=by_id, heads=heads, balances=balances)
    assert list(found) == []
    for balance in balances:  # on every date: the identity holds, and each closing is the next opening
        before, day = Balance(balance.client, balance.contract), FIRST
        while day <= today:
            start, end = period(day, day, UTC)
            within = [entry for entry in desk.of(balance.client) if start <= entry.booked_at < end]
            made = statement(before, day, day, within)
            assert made.opening == before.closing
            assert made.closing == made.opening + made.bought - made.used + made.corrected - made.expired
            before, day = fold(before, within), day + timedelta(days=1)
        assert before.closing == balance.closing


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(TERMS, STEPS)
def test_histories_of_a_desk(terms: tuple[int, int, int, int], steps: list[tuple[Any, ...]]) -> None:
    check(terms, steps)


@pytest.mark.long
def test_ten_thousand_histories_of_a_desk() -> None:
    """Prints how many were played."""
    played = 0

    @settings(max_examples=10_000, deadline=None)
    @given(TERMS, STEPS)
    def run(terms: tuple[int, int, int, int], steps: list[tuple[Any, ...]]) -> None:
        nonlocal played
        played += 1
        check(terms, steps)

    run()
    print(f"\n{played} histories of three clients: cost, closings, statements on every date and the audit agree")
