"""The audit: everything recomputed from the entries, streaming. What it finds is a list of discrepancies; a sound book has none.

For each entry: postings sum to zero; its hash follows from the one before it; its texts match their digests; a reversal is the
exact negative of its entry, once; work costs what its rule says, by the terms kept for the directory that it was priced with,
paid by the accounts that could pay then. In the end: every ticket-day is right, and what is kept in sums (balances, what each
day moved, what each account holds) is the entries re-added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from maild.ledger.balance import Balance, movements
from maild.ledger.chain import GENESIS, Link, canonical, digests, link
from maild.ledger.entry import Entry, EntryKind, reverse
from maild.ledger.repricing import Books, faults, join_ticket_day, unfinished_ticket_days
from maild.ledger.work import Terms

TermsOf = Callable[[str, str], Terms | None]
"""(client, directory version) -> the terms kept with that version."""

_COLUMNS = ("opening", "bought", "used", "corrected", "expired")

EntryById = Callable[[int], Entry | None]

Days = Mapping[tuple[str, date], Mapping[str, int]]
"""(contract, UTC day of booking) -> what it moved, by column."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is wrong.

    `kind` is sum, chain, text, order, reversal, terms, charge, draw, amount, free, rounding or balance; `entry` is its id, 0 where
    no single entry is to blame.
    """

    kind: str
    entry: int
    text: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What is kept of one client besides balances, so that nobody has to re-add: what each day moved, what each account holds."""

    days: Days
    accounts: Mapping[str, int]


def audit(
    links: Iterable[Link],
    *,
    terms_of: TermsOf,
    entry_by_id: EntryById,
    heads: Mapping[str, str],
    balances: Iterable[Balance],
    sums: Mapping[str, Sums] | None = None,
) -> Iterator[Discrepancy]:
    """Judge the whole ledger. `links`: every entry, each client's in the order of its chain, clients mixed in any way.

    `heads` maps each client to the hash of its last entry as the store remembers it; `balances` are those that it keeps, and
    `sums` what else it keeps of a client (absent: not judged).
    """
    auditor = _Auditor(terms_of, entry_by_id)
    for each in links:
        yield from auditor.judge(each)
    yield from auditor.close(heads, balances)
    for client, kept in (sums or {}).items():
        yield from auditor.close_sums(client, kept)


class _Auditor:
    """What must be remembered from entry to entry."""

    def __init__(self, terms_of: TermsOf, entry_by_id: EntryById) -> None:
        self.terms_of, self.entry_by_id = terms_of, entry_by_id
        self.terms: dict[tuple[str, str], Terms | None] = {}
        self.hashes: dict[str, str] = {}
        self.last_ids: dict[str, int] = {}
        self.books: dict[str, Books] = {}
        self.balances: dict[tuple[str, str], dict[str, int]] = {}
        self.days: dict[str, dict[tuple[str, date], dict[str, int]]] = {}
        self.reversed: set[int] = set()

    def judge(self, each: Link) -> Iterator[Discrepancy]:
        entry = each.entry
        if off := sum(posting.minutes for posting in entry.postings):
            yield Discrepancy("sum", entry.id, f"postings sum to {off}, not to zero")
        yield from self._chain(each)
        if each.salt is not None and digests(entry, each.salt) != each.digests:
            yield Discrepancy("text", entry.id, "a text is not the one that was booked")
        yield from self._reversal(entry)
        books = self.books.setdefault(entry.client, Books())
        for kind, text in faults(entry, self._terms(entry), books):
            yield Discrepancy(kind, entry.id, text)
        join_ticket_day(entry, books)
        for posting in entry.postings:
            books.accounts[posting.account] = books.accounts.get(posting.account, 0) + posting.minutes
        for contract, (column, minutes) in movements(entry).items():
            columns = self.balances.setdefault((entry.client, contract), dict.fromkeys(_COLUMNS, 0))
            columns[column] += minutes
            day = self.days.setdefault(entry.client, {}).setdefault((contract, entry.booked_at.astimezone(UTC).date()), {})
            day[column] = day.get(column, 0) + minutes

    def close(self, heads: Mapping[str, str], balances: Iterable[Balance]) -> Iterator[Discrepancy]:
        for client in sorted(heads.keys() | self.hashes.keys()):
            if heads.get(client) != self.hashes.get(client):
                yield Discrepancy("chain", self.last_ids.get(client, 0), f"{client}: the chain does not end where it was left")
        for client, books in self.books.items():
            for entry, text in unfinished_ticket_days(books):
                yield Discrepancy("rounding", entry, f"{client}: {text}")
        stored = {(each.client, each.contract): {name: getattr(each, name) for name in _COLUMNS} for each in balances}
        nothing = dict.fromkeys(_COLUMNS, 0)
        for key in sorted(stored.keys() | self.balances.keys()):
            kept, added = (tuple(found.get(key, nothing).values()) for found in (stored, self.balances))
            if kept != added:
                yield Discrepancy("balance", 0, f"{' '.join(key)}: kept as {kept}, the entries give {added}")

    def close_sums(self, client: str, kept: Sums) -> Iterator[Discrepancy]:
        """What a client's days and accounts are kept as, against what the entries give."""
        added = self.days.get(client, {})
        for contract, day in sorted(kept.days.keys() | added.keys()):
            known, due = (_moved(found.get((contract, day), {})) for found in (kept.days, added))
            if known != due:
                yield Discrepancy("balance", 0, f"{client} {contract} on {day}: kept as {known}, the entries give {due}")
        accounts = self.books[client].accounts if client in self.books else {}
        for name in sorted(kept.accounts.keys() | accounts.keys()):
            held, booked = kept.accounts.get(name, 0), accounts.get(name, 0)
            if held != booked:
                yield Discrepancy("balance", 0, f"{client}: {name} is kept as {held}, the entries give {booked}")

    def _terms(self, entry: Entry) -> Terms | None:
        key = (entry.client, entry.directory_version)
        if key not in self.terms:
            self.terms[key] = self.terms_of(*key)
        return self.terms[key]

    def _chain(self, each: Link) -> Iterator[Discrepancy]:
        entry = each.entry
        if entry.id <= self.last_ids.get(entry.client, 0):
            yield Discrepancy("order", entry.id, f"{entry.client}: comes after entry {self.last_ids[entry.client]}")
        if link(self.hashes.get(entry.client, GENESIS), canonical(entry, each.digests)) != each.hash:
            yield Discrepancy("chain", entry.id, f"{entry.client}: the entry or one before it was changed, added or taken away")
        self.hashes[entry.client] = each.hash
        self.last_ids[entry.client] = entry.id

    def _reversal(self, entry: Entry) -> Iterator[Discrepancy]:
        if (entry.kind is EntryKind.REVERSAL) != (entry.reverses is not None):
            yield Discrepancy("reversal", entry.id, f"{entry.kind} that reverses {entry.reverses}")
        if entry.reverses is None:
            return
        if entry.reverses in self.reversed:
            yield Discrepancy("reversal", entry.id, f"entry {entry.reverses} is reversed a second time")
        self.reversed.add(entry.reverses)
        original = self.entry_by_id(entry.reverses)
        if original is None or _essence(entry) != _essence(
            reverse(original, author="", booked_at=entry.booked_at, reason="", source_message_id="")
        ):
            yield Discrepancy("reversal", entry.id, f"is not the exact negative of entry {entry.reverses}")


def _moved(columns: Mapping[str, int]) -> dict[str, int]:
    return {name: minutes for name, minutes in sorted(columns.items()) if minutes}


def _essence(entry: Entry) -> tuple[object, ...]:
    """What a reversal must negate or keep."""
    return (
        *(entry.client, entry.contract, entry.ticket, entry.staff, entry.work_date, entry.entry_class, entry.item, entry.rate),
        *(entry.worked_minutes, entry.charged_minutes, entry.amount, entry.currency, sorted(_pairs(entry))),
    )


def _pairs(entry: Entry) -> Iterator[tuple[str, int]]:
    return ((posting.account, posting.minutes) for posting in entry.postings)
