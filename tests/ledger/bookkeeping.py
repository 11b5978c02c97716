"""A ledger in a list, for tests: books work, top-ups and corrections of one client one after the other, giving ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from maild.ledger.balance import Balance, fold
from maild.ledger.billing import price
from maild.ledger.chain import GENESIS, Link, chained
from maild.ledger.contract import Charge, Contract, Item, Plan, Scope
from maild.ledger.correction import topup, undo
from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.work import History, Refused, Terms, Work

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = NOON + timedelta(days=20)
SAID = {"author": "alla", "booked_at": LATER, "source_message_id": "<undo@x>"}

PLAN = Plan(
    *("half-hours", "By the half hour", Charge.PREPAID),
    rounding_step_minutes=30,
    rounding_scope=Scope.TICKET_DAY,
    overdraft_minutes=0,
    rate=Money.parse("40.00 EUR"),
    items={"relicense": Item("relicense", 30, "Licence re-registration")},
)
CONTRACT = Contract("acme", PLAN, date(2026, 11, 1), number="C")


class Book:
    """Books lines of one client one after the other, giving ids."""

    def __init__(self, contract: Contract = CONTRACT) -> None:
        self.contract = contract
        self.entries: list[Entry] = []
        self.history = History()
        self.terms_version = ""

    def add(self, *entries: Entry) -> list[Entry]:
        booked = [replace(entry, id=len(self.entries) + n) for n, entry in enumerate(entries, 1)]
        self.entries += booked
        self.history = self.history.after(booked)
        return booked

    def time(self, minutes: int, **other: object) -> Entry:
        work = Work("acme", "olga", DAY, NOON, minutes, ticket=7, source_message_id="<time@x>", **other)  # type: ignore[arg-type]
        result = price(work, Terms((self.contract,), directory_version=self.terms_version), self.history)
        assert not isinstance(result, Refused), result
        return self.add(*result)[-1]

    def topup(self, minutes: int) -> Entry:
        entry = topup(self.contract, minutes, Money.parse("500 USD"), reference="INV-1", day=DAY, **SAID)  # type: ignore[arg-type]
        assert isinstance(entry, Entry)
        return self.add(entry)[0]

    def undo(self, entry: Entry) -> list[Entry]:
        result = undo(entry, self.entries, reason="by mistake", **SAID)  # type: ignore[arg-type]
        assert not isinstance(result, Refused), result
        return self.add(*result)

    @property
    def balance(self) -> Balance:
        return fold(Balance("acme", self.contract.id), self.entries)

    @property
    def links(self) -> list[Link]:
        """The entries as the books keep them, chained."""
        made: list[Link] = []
        for entry in self.entries:
            made.append(chained(entry, made[-1].hash if made else GENESIS, b"salt%d" % entry.id))
        return made

    @property
    def charged(self) -> int:
        return sum(entry.charged_minutes for entry in self.entries)


def shown(entry: Entry) -> str:
    return " · ".join(f"{posting.account} {posting.minutes:+d}" for posting in entry.postings)
