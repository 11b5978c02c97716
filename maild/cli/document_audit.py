"""Documents that were sent, held against the books: identity, carried balances, movements, lines, numbers without gaps. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maild.desk.decision import Document
    from maild.ledger.audit import Discrepancy
    from maild.ledger.entry import Entry

COLUMNS = ("opening", "bought", "used", "corrected", "expired", "closing")
Sums = Mapping[str, Any]  # a contract's columns in minutes, as a document keeps them


def audit(documents: Iterable[Document], entries_by_id: Callable[[Sequence[int]], list[Entry]]) -> Iterator[Discrepancy]:
    """Judge all documents, in the order in which they were made. `entries_by_id` gives the entries that one covers."""
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    closings: dict[tuple[str, str], int] = {}
    for document in documents:
        numbers[document.kind, document.year].append(document.number)
        if document.kind != "report":
            continue
        entries = entries_by_id(document.entries)
        name = f"report {document.number} of {document.year} to {document.client}"
        for text in (*_sums(document, entries, closings), *_lines(document, entries)):
            yield _wrong(f"{name}: {text}")
    for (kind, year), used in sorted(numbers.items()):
        if sorted(used) != list(range(1, len(used) + 1)):
            yield _wrong(f"{kind}s of {year} are not numbered from 1 to {len(used)} without gaps")


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


def _lines(document: Document, entries: Sequence[Entry]) -> Iterator[str]:
    """Each line says what its entry says, and the totals are the sums of the lines."""
    by_id = {entry.id: entry for entry in entries}
    if missing := sorted(set(document.entries) - by_id.keys()):
        yield f"covers entries that are not in the books: {missing}"
    lines: Sequence[Mapping[str, Any]] = document.facts.get("lines", ())
    for line in lines:
        entry = by_id.get(line["entry"])
        if entry is None:
            yield f"shows entry {line['entry']}, which it does not cover"
            continue
        told = (line["worked"], line["charged"], Decimal(line["amount"]), line["currency"])
        if told != (entry.worked_minutes, entry.charged_minutes, entry.amount, entry.currency):
            yield f"shows entry {entry.id} otherwise than it was booked"
    totals = document.facts.get("totals")
    if totals is not None and totals != {name: sum(line[name] for line in lines) for name in ("worked", "charged")}:
        yield f"totals {dict(totals)} are not the sums of its lines"


def _wrong(text: str) -> Discrepancy:
    from maild.ledger.audit import Discrepancy  # noqa: PLC0415

    return Discrepancy("document", 0, text)
