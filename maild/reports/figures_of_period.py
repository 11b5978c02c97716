"""The figures of a client's period, as an act or a statement tells them: pure, and as JSON, so that they can be kept and told again.

Every entry of the period stands in exactly one section, under the first name that fits: work by quote, bought or adjusted,
corrections, late work, fees, price-list items, work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from maild.desk.directory import Client, Desk, Directory
from maild.desk.ticket import Ticket
from maild.ledger.balance import Balance, effects
from maild.ledger.charge import plain
from maild.ledger.contract import Charge
from maild.ledger.cost import parts_of
from maild.ledger.entry import Entry, EntryClass, EntryKind
from maild.ledger.money import Money
from maild.ledger.rows import decimal
from maild.ledger.statement import corrected_by, lines
from maild.ledger.vat import rate_on, taxed, totals

SECTIONS = ("fee", "work", "item", "quote", "late", "correction", "movement")  # in the order in which a document tells them
BY_ITSELF = frozenset({EntryKind.GRANT, EntryKind.EXPIRY})  # what time brings: nobody's work and nobody's payment


class FiguresError(ArithmeticError):
    """Opening and movements do not give the closing that the books hold: no document is made, the operator is told."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What a document of a client is made of.

    `entries` are those it covers, in booking order; `later` what was booked since and stands in the kept `balances`, but not in
    this document; `closed` what the document before closed each contract with, where it ended on the day before.
    """

    entries: Sequence[Entry]
    later: Sequence[Entry]
    balances: Mapping[str, Balance]
    subjects: Mapping[int, str]  # of the tickets that entries name
    requests: Sequence[Ticket]  # opened in the period
    closed: Mapping[str, int] | None = None


def figures(client: Client, days: tuple[date, date], covered: Covered, desk: Desk, directory: Directory) -> dict[str, Any]:
    """All that a document of these local days tells, both included. Raises FiguresError."""
    told = covered.entries
    made = [_line(entry, days[0], covered.subjects, desk, directory) for entry in told]
    rows = sorted(made, key=lambda row: (SECTIONS.index(row["section"]), row["work_date"], row["entry"]))
    parts = taxed(((e.work_date, Money(e.amount, e.currency)) for e in told if is_rendered(e) and e.currency), desk.vat)
    language = client.language or desk.language
    return {
        "from": days[0].isoformat(),
        "to": days[1].isoformat(),
        "language": language,
        "issuer": {name: getattr(desk.issuer, name) for name in ("name", "tax_id", "requisites", "signatory")},
        "client": {
            "id": client.id,
            **{name: getattr(client, name) for name in ("name", "tax_id", "requisites", "signatory")},
        },
        "contracts": _contracts(client, days, covered),
        "lines": rows,
        "worked": sum(row["worked"] for row in rows),
        "charged": sum(row["charged"] for row in rows),
        "sums": [
            {
                "currency": part.currency,
                "rate": plain(part.rate) if part.rate is not None else None,
                "included": part.included,
                **{name: decimal(getattr(part, name), part.currency) for name in ("net", "tax", "gross")},
            }
            for part in parts
        ],
        "totals": [
            {"currency": currency, **{n: decimal(v, currency) for n, v in zip(("net", "tax", "gross"), sums, strict=True)}}
            for currency, sums in totals(parts).items()
        ],
        "service": _service(covered.requests, told, directory),
    }


def is_rendered(entry: Entry) -> bool:
    """Whether an entry's amount is for something that was done: what is bought in advance is only paid."""
    return not (entry.kind is EntryKind.TOPUP or (entry.kind is EntryKind.REVERSAL and entry.rule == "topup"))


def is_worth_a_document(entries: Iterable[Entry]) -> bool:
    """Whether anything was rendered, or is due: minutes that were only bought, granted or lapsed make no act."""
    return any(entry.kind not in BY_ITSELF and is_rendered(entry) for entry in entries)


def section_of(entry: Entry, first_day: date) -> str:
    """The section in which an entry stands in a document that begins on a day."""
    if entry.rule.startswith("quote"):
        return "quote"
    if entry.kind in {EntryKind.TOPUP, EntryKind.ADJUST, *BY_ITSELF} or not is_rendered(entry) or entry.rule == "adjust":
        return "movement"
    if corrected_by(entry) is not None:
        return "correction"
    if entry.is_time and entry.work_date < first_day:
        return "late"
    return {EntryKind.FEE: "fee", EntryKind.ITEM: "item"}.get(entry.kind, "work")


def _line(entry: Entry, first_day: date, subjects: Mapping[int, str], desk: Desk, directory: Directory) -> dict[str, Any]:
    staff = directory.staff.get(entry.staff)
    rate = rate_on(desk.vat, entry.work_date) if entry.currency and is_rendered(entry) else None
    return {
        "entry": entry.id,
        "section": section_of(entry, first_day),
        "kind": entry.kind.value,
        "contract": entry.contract,
        "work_date": entry.work_date.isoformat(),
        "ticket": entry.ticket,
        "staff": (staff.name if staff else entry.staff) if entry.kind is not EntryKind.FEE else "",
        "what": entry.note or subjects.get(entry.ticket or 0, ""),
        "worked": entry.worked_minutes,
        "charged": entry.charged_minutes,
        "moved": sum(effects(entry).values()),
        "class": entry.entry_class.value,
        "reason": directory.free.get(entry.reason, entry.reason),
        "rule": entry.rule,
        "month": entry.fact("month"),
        "days": entry.fact("days"),
        "quote": entry.fact("quote"),
        "rate": decimal(entry.rate, entry.currency) if entry.rate is not None else None,
        "amount": decimal(entry.amount, entry.currency),
        "currency": entry.currency,
        "paid": [[part.contract, part.minutes] for part in parts_of(entry)],
        "rendered": is_rendered(entry),
        "vat": plain(rate[0]) if rate else None,
        "corrects": corrected_by(entry),
    }


def _contracts(client: Client, days: tuple[date, date], covered: Covered) -> list[dict[str, Any]]:
    """Opening, movements and closing of each contract that was in force or moved, with its lines. Raises FiguresError."""
    known = {contract.id: contract for contract in client.contracts}
    in_force = [c.id for c in client.contracts if c.starts <= days[1] and (c.ends is None or c.ends >= days[0])]
    moved = [contract for entry in covered.entries for contract in (*effects(entry), *_own(entry, known))]
    found = []
    for name in dict.fromkeys((*in_force, *moved)):
        kept = covered.balances.get(name) or Balance(client.id, name)
        closing = kept.closing - sum(effects(entry).get(name, 0) for entry in covered.later)
        opening = closing - sum(effects(entry).get(name, 0) for entry in covered.entries)
        if covered.closed is not None and opening != covered.closed.get(name, 0):
            before = covered.closed.get(name, 0)
            raise FiguresError(f"{client.id} {name} {days[0]}: opens with {opening}, the document before closed with {before}")
        after, told = lines(Balance(client.id, name, opening=opening), covered.entries, None)
        if after.closing != closing:
            raise FiguresError(f"{client.id} {name} {days[0]}: the columns give {after.closing}, the books {closing}")
        contract = known.get(name)
        found.append(
            {
                "contract": name,
                "title": contract.plan.title if contract else "",
                "number": contract.number if contract else name,
                "signed": contract.signed.isoformat() if contract and contract.signed else "",
                "is_balance": contract is None or contract.plan.charge in (Charge.PREPAID, Charge.RETAINER),
                **{
                    column: getattr(after, column)
                    for column in ("opening", "bought", "used", "corrected", "expired", "closing")
                },
                "moves": [
                    {"entry": line.entry.id, "minutes": line.minutes, "left": line.left} for line in told if line.minutes
                ],
            }
        )
    return found


def _own(entry: Entry, known: Mapping[str, Any]) -> tuple[str, ...]:
    """The contract that an entry names, where the directory knows it: free time moves nothing and is still told there."""
    return (entry.contract,) if entry.contract in known else ()


def _service(requests: Sequence[Ticket], entries: Sequence[Entry], directory: Directory) -> dict[str, Any]:
    """What the client got: requests, how soon a person answered, what was not charged and why."""
    waits = [(t.first_answer_at - t.opened_at).total_seconds() / 60 for t in requests if t.first_answer_at is not None]
    free: dict[str, int] = {}
    for entry in entries:
        if entry.entry_class is EntryClass.FREE and entry.worked_minutes:
            free[entry.reason] = free.get(entry.reason, 0) + entry.worked_minutes
    return {
        "requests": len(requests),
        "answered": len(waits),
        "median_answer_minutes": round(median(waits)) if waits else None,
        "free": [
            {"reason": reason, "title": directory.free.get(reason, ""), "minutes": minutes}
            for reason, minutes in sorted(free.items())
            if minutes
        ],
    }


def amount_of(row: Mapping[str, Any]) -> Decimal:
    """The amount of a line that counts in the sums; 0 for what was only paid in advance."""
    return Decimal(row["amount"]) if row["rendered"] else Decimal(0)
