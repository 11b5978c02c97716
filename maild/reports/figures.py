"""Figures that letters and the command line share: balances of all contracts, statements of a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Protocol

from maild.desk.directory import Client, Directory
from maild.ledger.balance import Balance
from maild.ledger.entry import Entry
from maild.ledger.statement import Statement, period, statement

INSTANT = timedelta(microseconds=1)


class Books(Protocol):
    """What is asked of memory (store/journal.py, store/balance_days.py)."""

    def balances(self, client: str | None = None) -> list[Balance]:
        """Kept balances."""

    def balances_before(self, client: str, instant: datetime) -> dict[str, Balance]:
        """Balances from what was booked before an instant, by contract."""

    def entries_between(self, client: str, start: datetime, end: datetime) -> list[Entry]:
        """Entries booked within a stretch of time."""


def contracts_of(client: Client, balances: list[Balance]) -> list[str]:
    """Contracts of a client: those of the directory in their order, then any that only the books know."""
    known = [contract.id for contract in client.contracts]
    return list(dict.fromkeys((*known, *(b.contract for b in balances if b.client == client.id and _moved(b)))))


def balances_of(books: Books, directory: Directory, client: str | None = None, as_of: datetime | None = None) -> list[Balance]:
    """One balance a client and contract, also where nothing moved; `as_of`: from what was booked until then, that instant included."""
    kept = books.balances(client)
    found: list[Balance] = []
    for each in directory.clients.values():
        if client is not None and each.id != client:
            continue
        ids = contracts_of(each, kept)
        if as_of is None:
            by_contract = {b.contract: b for b in kept if b.client == each.id}
        else:
            by_contract = books.balances_before(each.id, as_of + INSTANT)
        found += [by_contract.get(contract) or Balance(each.id, contract) for contract in ids]
    return found


def statement_of(books: Books, client: Client, first: date, last: date, until: datetime | None = None) -> Iterator[Statement]:
    """The statements of all contracts of a client for a period of its local days; `until` leaves out what was booked after it."""
    start, end = period(first, last, client.zone)
    if until is not None:
        start, end = min(start, until + INSTANT), min(end, until + INSTANT)
    before = books.balances_before(client.id, start)
    within = books.entries_between(client.id, start, end)
    for contract in contracts_of(client, books.balances(client.id)):
        yield statement(before.get(contract) or Balance(client.id, contract), first, last, within)


def _moved(balance: Balance) -> bool:
    return balance.as_of is not None and any(
        (balance.bought, balance.used, balance.corrected, balance.expired, balance.opening)
    )
