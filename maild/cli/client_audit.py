"""The audit of clients one after the other: each one's chain, sums and documents. What one process of `maild verify` does.

Nothing of a client bears on another, so that two processes halve the time, and memory holds one client's entries at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from maild.cli import document_audit
from maild.desk.decision import Document
from maild.ledger.audit import Discrepancy, Sums, TermsOf, audit
from maild.ledger.balance import Balance
from maild.ledger.chain import Link
from maild.ledger.entry import Entry
from maild.store.store import Store

Head = tuple[int, str]  # entries, hash of the last
Again = frozenset[tuple[int, int]] | None  # (year, number) of acts
AT_HAND = 100_000  # entries of a client that are kept to judge its documents by; those of a larger one are read again
TICK = 500  # entries between two words about progress


@dataclass
class Audited:
    """What was looked at, and what is wrong; worked and charged minutes by ticket."""

    found: list[Discrepancy] = field(default_factory=list)
    entries: int = 0
    documents: int = 0
    acts: int = 0
    made_again: int = 0  # acts that were typeset anew
    worked: Counter[int] = field(default_factory=Counter)
    charged: Counter[int] = field(default_factory=Counter)

    def join(self, other: Audited) -> None:
        """Add what another process has found."""
        self.found += other.found
        self.entries += other.entries
        self.documents += other.documents
        self.made_again += other.made_again
        self.worked.update(other.worked)
        self.charged.update(other.charged)


def audit_clients(
    store: Store,
    terms_of: TermsOf,
    heads: Mapping[str, Head],
    balances: Iterable[Balance],
    tick: Callable[[int], None] = lambda entries: None,
    again: Again = None,
) -> Audited:
    """Judge the clients that `heads` names, up to these heads: what is booked meanwhile is left for the next time.

    `again` names the acts that are typeset anew; None: all of them.
    """
    done = Audited()
    kept: dict[str, list[Balance]] = {}
    for balance in balances:
        kept.setdefault(balance.client, []).append(balance)
    for client, head in sorted(heads.items()):
        _Client(store, terms_of, client, head, done, tick, again).judge(kept.get(client, []))
    return done


@dataclass
class _Client:
    """One client's audit."""

    store: Store
    terms_of: TermsOf
    client: str
    head: Head
    done: Audited
    tick: Callable[[int], None]
    again: Again
    at_hand: dict[int, Entry] = field(default_factory=dict)
    unreadable: str = ""

    def judge(self, balances: Sequence[Balance]) -> None:
        count, last = self.head
        sums = {self.client: added} if (added := self._sums()) is not None else {}
        heads = {self.client: last} if count else {}
        found = self.done.found
        kept_as = {"heads": heads, "balances": balances, "sums": sums}
        found += audit(self._links(count), terms_of=self.terms_of, entry_by_id=self._entry, **kept_as)  # type: ignore[arg-type]
        if self.unreadable:
            found.append(Discrepancy("unreadable", 0, f"{self.client}: {self.unreadable}; what comes after it was not audited"))
        papers = document_audit.Papers(self._covered, self._is_made_again)
        for kept in self.store.documents_of(self.client):
            found += papers.judge(kept)
        self.done.documents += papers.judged
        self.done.made_again += papers.made_again

    def _is_made_again(self, document: Document) -> bool:
        return self.again is None or (document.year, document.number) in self.again

    def _sums(self) -> Sums | None:
        """What is kept besides balances; None where somebody has booked since the heads were read."""
        sums = Sums(self.store.days_of(self.client), self.store.account_sums(self.client))
        return sums if self.store.chain_head(self.client) == self.head else None

    def _links(self, count: int) -> Iterator[Link]:
        """The entries up to the head, kept at hand as they pass."""
        try:
            for place, link in enumerate(self.store.chain_of(self.client), 1):
                if place > count:
                    return
                entry = link.entry
                self.done.entries += 1
                if entry.ticket:
                    self.done.worked[entry.ticket] += entry.worked_minutes
                    self.done.charged[entry.ticket] += entry.charged_minutes
                if place <= AT_HAND:
                    self.at_hand[entry.id] = entry
                if not place % TICK:
                    self.tick(TICK)
                yield link
        except ValueError as damaged:  # a row that is no entry at all
            self.unreadable = str(damaged)

    def _entry(self, number: int) -> Entry | None:
        return next(iter(self._covered([number])), None)

    def _covered(self, numbers: Sequence[int]) -> list[Entry]:
        """Entries by number, those of other clients too; none where one of them cannot be read."""
        missing = [number for number in numbers if number not in self.at_hand]
        try:
            others = {entry.id: entry for entry in self.store.entries_by_id(missing)} if missing else {}
        except ValueError:
            return []
        found = (self.at_hand.get(number) or others.get(number) for number in numbers)
        return [entry for entry in found if entry is not None]
