"""Figures that letters and the command line share: balances of all contracts, statements of a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from maild.desk.directory import Client, Directory
from maild.ledger.balance import Balance, fold
from maild.ledger.entry import Entry
from maild.ledger.statement import Statement, period, statement


class Books(Protocol):
    """What is asked of memory (store/journal.py)."""

    def balances(self, client: str | None = None) -> list[Balance]:
        """Kept balances."""

    def entries(self, client: str | None = None) -> Iterator[Entry]:
        """Entries in booking order."""


def contracts_of(client: Client, balances: list[Balance]) -> list[str]:
    """Contracts of a client: those of the directory in their order, then any that only the books know."""
    known = [contract.id for contract in client.contracts]
    return list(dict.fromkeys((*known, *(b.contract for b in balances if b.client == client.id and _moved(b)))))


def balances_of(books: Books, directory: Directory, client: str | None = None, as_of: datetime | None = None) -> list[Balance]:
    """One balance a client and contract, also where nothing moved. `as_of` re-adds what was booked until then."""
    kept = books.balances(client)
    found: list[Balance] = []
    for each in directory.clients.values():
        if client is not None and each.id != client:
            continue
        ids = contracts_of(each, kept)
        if as_of is None:
            by_contract = {b.contract: b for b in kept if b.client == each.id}
            found += [by_contract.get(contract) or Balance(each.id, contract) for contract in ids]
        else:
            entries = [entry for entry in books.entries(each.id) if entry.booked_at <= as_of]
            found += [fold(Balance(each.id, contract), entries) for contract in ids]
    return found


def statement_of(books: Books, client: Client, first: date, last: date) -> Iterator[Statement]:
    """The statements of all contracts of a client for a period of its local days."""
    start, end = period(first, last, client.zone)
    entries: list[Entry] = list(books.entries(client.id))
    before = [entry for entry in entries if entry.booked_at < start]
    within = [entry for entry in entries if start <= entry.booked_at < end]
    for contract in contracts_of(client, books.balances(client.id)):
        yield statement(fold(Balance(client.id, contract), before), first, last, within)


def _moved(balance: Balance) -> bool:
    return balance.as_of is not None and any(
        (balance.bought, balance.used, balance.corrected, balance.expired, balance.opening)
    )
