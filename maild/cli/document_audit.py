"""Documents that were made, held against the books: identity, carried balances, movements, lines, numbers without gaps.

No byte of a document may have changed since it was made; an act is also made anew from its figures, and must come out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from maild.desk.decision import Document

if TYPE_CHECKING:
    from maild.ledger.audit import Discrepancy
    from maild.ledger.entry import Entry
    from maild.store.papers import Kept

COLUMNS = ("opening", "bought", "used", "corrected", "expired", "closing")
UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)  # what figures raise that somebody damaged
Sums = Mapping[str, Any]  # a contract's columns in minutes, as a document keeps them
EntriesById = Callable[[Sequence[int]], "list[Entry]"]


@dataclass
class Papers:
    """A client's documents, judged in the order in which they were made."""

    entries_by_id: EntriesById
    is_made_again: Callable[[Document], bool] = lambda document: True  # whether an act is typeset anew
    judged: int = 0
    made_again: int = 0
    _closings: dict[tuple[str, str], int] = field(default_factory=dict)  # of the reports

    def judge(self, kept: Kept) -> Iterator[Discrepancy]:
        """What is wrong with the next document."""
        document = kept.document
        self.judged += 1
        if not kept.is_as_made:
            yield _wrong(document, "is not what was made: its name, its figures or its files were changed")
        try:
            found = [_wrong(document, text) for text in self._faults(document)]
        except UNREADABLE as damaged:
            found = [_wrong(document, f"its figures cannot be read: {damaged!r}")]
        yield from found

    def _faults(self, document: Document) -> Iterator[str]:
        if document.kind == "report":
            entries = self.entries_by_id(document.entries)
            yield from _sums(document, entries, self._closings)
            yield from _lines(document, document.entries, entries)
            yield from _totals(document)
        elif document.kind == "act":
            yield from self._act(document)

    def _act(self, document: Document) -> Iterator[str]:
        from maild.paperwork import rendered_again, told_in  # noqa: PLC0415

        told = sorted(told_in(document))
        yield from _lines(document, told, self.entries_by_id(told))
        yield from _act_sums(document)
        if self.is_made_again(document):
            self.made_again += 1
            if rendered_again(document) != document.files:
                yield "its files are not what its figures give"


def numbering(numbers: Iterable[tuple[str, str, int, int]]) -> Iterator[Discrepancy]:
    """Numbers run without gaps for each kind and year. `numbers`: (kind, client, year, number) of every document."""
    from maild.ledger.audit import Discrepancy  # noqa: PLC0415

    used: dict[tuple[str, int], list[int]] = defaultdict(list)
    for kind, _, year, number in numbers:
        used[kind, year].append(number)
    for (kind, year), found in sorted(used.items()):
        if sorted(found) != list(range(1, len(found) + 1)):
            text = f"{kind}s of {year} are not numbered from 1 to {len(found)} without gaps"
            yield Discrepancy("document", 0, text)


def _sums(document: Document, entries: Sequence[Entry], closings: dict[tuple[str, str], int]) -> Iterator[str]:
    """Each contract's columns: they add up, begin where the last report ended, and are what its entries move."""
    from maild.ledger.balance import Balance, fold  # noqa: PLC0415

    for sums in document.facts.get("contracts", ()):
        contract = sums["contract"]
        told = {column: int(sums[column]) for column in COLUMNS}
        if told["closing"] != _closing(told):
            yield f"{contract}: {told} does not add up"
        key = (document.client, contract)
        if told["opening"] != closings.get(key, 0):
            yield f"{contract}: opens with {told['opening']}, the report before closed with {closings.get(key, 0)}"
        closings[key] = told["closing"]
        after = fold(Balance(document.client, contract, opening=told["opening"]), entries)
        added = {column: getattr(after, column) for column in COLUMNS}
        if added != told:
            yield f"{contract}: says {told}, its entries give {added}"


def _closing(told: Mapping[str, int]) -> int:
    return told["opening"] + told["bought"] - told["used"] + told["corrected"] - told["expired"]


def _act_sums(document: Document) -> Iterator[str]:
    """An act's totals are the sums of its lines, and each contract's columns add up."""
    from maild.reports.figures_of_period import amount_of  # noqa: PLC0415

    facts = document.facts
    for name in ("worked", "charged"):
        if facts[name] != sum(line[name] for line in facts["lines"]):
            yield f"{name} {facts[name]} is not the sum of its lines"
    due: dict[str, Decimal] = defaultdict(Decimal)
    for line in facts["lines"]:
        due[line["currency"]] += amount_of(line)
    for part in facts["sums"]:
        if Decimal(part["net"]) + Decimal(part["tax"]) != Decimal(part["gross"]):
            yield f"net and tax of {part['currency']} are not its gross"
        due[part["currency"]] -= Decimal(part["gross"] if part["included"] or part["rate"] is None else part["net"])
    for currency, rest in due.items():
        if rest:
            yield f"its sums differ from its lines by {rest} {currency}"
    for sums in facts["contracts"]:
        told = {column: int(sums[column]) for column in COLUMNS}
        if told["closing"] != _closing(told):
            yield f"{sums['contract']}: {told} does not add up"


def _lines(document: Document, told: Sequence[int], entries: Sequence[Entry]) -> Iterator[str]:
    """Each line says what its entry says."""
    by_id = {entry.id: entry for entry in entries}
    if missing := sorted(set(told) - by_id.keys()):
        yield f"covers entries that are not in the books: {missing}"
    lines: Sequence[Mapping[str, Any]] = document.facts.get("lines", ())
    for line in lines:
        entry = by_id.get(line["entry"])
        if entry is None:
            yield f"shows entry {line['entry']}, which it does not cover"
            continue
        said = (line["worked"], line["charged"], Decimal(line["amount"]), line["currency"])
        if said != (entry.worked_minutes, entry.charged_minutes, entry.amount, entry.currency):
            yield f"shows entry {entry.id} otherwise than it was booked"


def _totals(document: Document) -> Iterator[str]:
    """A report's totals are the sums of its lines."""
    totals, lines = document.facts.get("totals"), document.facts.get("lines", ())
    if totals is not None and totals != {name: sum(line[name] for line in lines) for name in ("worked", "charged")}:
        yield f"totals {dict(totals)} are not the sums of its lines"


def _wrong(document: Document, text: str) -> Discrepancy:
    from maild.ledger.audit import Discrepancy  # noqa: PLC0415

    name = f"{document.kind} {document.number} of {document.year} to {document.client}"
    return Discrepancy("document", 0, f"{name}: {text}")
