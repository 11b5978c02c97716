"""The daily report: who did what for how many minutes, opening, movements, closing, what is open. Pure: figures in, letters out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk.case import Shelf
from maild.desk.decision import Decision, Document, Due, Kind, Notice
from maild.desk.directory import Client, Directory
from maild.desk.incoming import Rules
from maild.desk.proposal import Proposal
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket
from maild.ledger import account
from maild.ledger.balance import Balance, effects
from maild.ledger.contract import Charge, Contract
from maild.ledger.cost import parts_of
from maild.ledger.entry import Entry
from maild.ledger.statement import Line, corrected_by, lines
from maild.message import Address
from maild.reports import standing
from maild.reports.month_chart import month_so_far

REPORT = "report"
SHOWN = frozenset({"grant", "fee", "expiry"})  # movements that are nobody's work: they stand in the sums alone


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What the next report of a client will tell: entries that no report has covered, and tickets that are open."""

    entries: tuple[Entry, ...]
    had_contact: bool
    last: Document | None  # the report before
    later: tuple[Entry, ...]  # booked after the cut: they stand in the kept balances, and not in this report
    balances: Mapping[str, Balance]  # contract -> as kept
    open_tickets: tuple[Ticket, ...]
    subjects: Mapping[int, str]  # of the tickets that entries name
    quotes: tuple[Proposal, ...] = ()  # of those tickets
    accounts: Mapping[str, int] = field(default_factory=dict)  # sums as kept, later entries included
    lately: tuple[int, int] = (0, 0)  # minutes used of the first account, within so many days
    proven: frozenset[int] = (
        frozenset()
    )  # tickets of which somebody's words were proven: the others' subjects are told to nobody
    month: tuple[Entry, ...] = ()  # booked since the first of the local month, up to the cut: for the picture
    next_seq: int = 0  # the place in the client's chain from which the report after this one looks for more


class IdentityError(ArithmeticError):
    """Opening and movements do not give the closing that the books hold: nothing is sent, the operator is told."""


def due_after(client: Client, instant: datetime) -> datetime:
    """The first report instant after a moment: the client's own time on its own local days."""
    day = instant.astimezone(client.zone).date()
    for offset in range(3):
        at = due_on(client, day + timedelta(days=offset))
        if at > instant:
            return at
    raise AssertionError("a day has a report instant")


def due_on(client: Client, day: date) -> datetime:
    """The report instant of a local day; a time that the clock skips in spring is the moment after the gap."""
    local = datetime(
        day.year, day.month, day.day, client.report_at_minute // 60, client.report_at_minute % 60, tzinfo=client.zone
    )
    return local.astimezone(UTC)


def report(client: Client, due_at: datetime, uncovered: Uncovered, rules: Rules) -> Decision:
    """The report of one local day, with what it covers; no letter where there was no contact. Raises IdentityError."""
    day = due_at.astimezone(client.zone).date()
    if not uncovered.had_contact and all(entry.kind.value in SHOWN for entry in uncovered.entries):
        return Decision(reason="no contact")
    sums, listed = _sums(client, day, uncovered)
    shown = [_line(line, uncovered.subjects, rules) for line in listed if line.entry.kind.value not in SHOWN]
    accounts = accounts_of(client, day)
    left = _left(sums, accounts)
    totals = {"worked": sum(line["worked"] for line in shown), "charged": sum(line["charged"] for line in shown)}
    facts: dict[str, Any] = {
        "day": day,
        "client_name": client.name,
        "contracts": sums,
        "lines": shown,
        "totals": totals,
        "over": sum(line.entry.over_minutes for line in listed),  # charged, and no movement of any account
        "left_minutes": left,
        "quotes": _quotes(client, uncovered),
        "open_tickets": [
            {
                "number": t.number,
                "subject": t.subject if t.number in uncovered.proven else "",
                "state": t.state.value,
                "due": t.answer_due_at,
            }
            for t in uncovered.open_tickets
        ],
        "first_line": standing.first_line(
            accounts, left, *uncovered.lately, standing.ending(client, day, 30), payer_of(client, day)
        ),
        "used_up": _used_up(client, day, sums, uncovered),
    }
    document = Document(
        REPORT,
        client.id,
        day.isoformat(),
        due_at,
        day,
        {
            "contracts": sums,
            "lines": [_plain(line) for line in shown],
            "totals": totals,
            "left_minutes": left,
            "next_seq": uncovered.next_seq,
            "closings": {**closings(uncovered.last), **{each["contract"]: each["closing"] for each in sums}},
        },
        tuple(entry.id for entry in uncovered.entries),
        day.year,
    )
    told = tuple(_letter(client, address, day, facts, uncovered.month, rules) for address in client.report_to)
    return Decision(documents=(document,), notices=told, reason="report")


def closings(document: Document | None) -> dict[str, int]:
    """What each contract closed with in a report, those that did not move since included: the openings of the next."""
    return dict(document.facts["closings"]) if document else {}


def contact_dues(decision: Decision, shelf: Shelf, directory: Directory) -> tuple[Due, ...]:
    """The moments to come back for the contact that a decision records: one a client, unless an earlier one stands already."""
    instants: dict[str, datetime] = {}
    contacts = [(stored.client, stored.at) for stored in decision.stored if stored.contact]
    for name, at in (*contacts, *((entry.client, entry.booked_at) for entry in decision.entries)):
        client = directory.clients.get(name)
        if client is None or not client.report_to:
            continue
        due_at = due_after(client, at)
        standing = shelf.report_due.get(name)
        if standing is None or due_at < standing:
            instants[name] = shelf.report_due[name] = due_at
    return tuple(Due(REPORT, name, at) for name, at in instants.items())


def _letter(client: Client, address: str, day: date, facts: dict[str, Any], month: tuple[Entry, ...], rules: Rules) -> Notice:
    contact = rules.directory.contact_at(address)
    person = Address(contact.name if contact else "", address)
    language = (contact.language if contact else "") or client.language or rules.desk.language
    return Notice(
        Kind.REPORT,
        person,
        person.key,
        language,
        f"report:{client.id}:{day.isoformat()}:{person.key}",
        {"zone": client.timezone, **facts, "chart": month_so_far(month, day, language)},
        client=client.id,
        purpose=Purpose.REPORT,
        subject_of=int(day.strftime("%y%m%d")),
        links=(Purpose.DISPUTE,),
    )


def _sums(client: Client, day: date, uncovered: Uncovered) -> tuple[list[dict[str, Any]], list[Line]]:
    """Opening, movements and closing of each contract, and the lines in booking order, each once."""
    before = closings(uncovered.last)
    in_force = [contract.id for contract in client.contracts_on(day)]
    moved = [contract for entry in uncovered.entries for contract in (entry.contract, *effects(entry))]
    plans = {contract.id: contract.plan for contract in client.contracts}
    sums: list[dict[str, Any]] = []
    listed: dict[int, Line] = {}
    through = uncovered.last.day if uncovered.last else None
    for contract in dict.fromkeys((*in_force, *moved)):
        if not contract or quote_number(contract):
            continue  # free time without a contract, and work by quote, are no contract's movements
        kept = uncovered.balances.get(contract) or Balance(client.id, contract)
        opening = Balance(client.id, contract, opening=before.get(contract, 0))
        after, made = lines(opening, uncovered.entries, through)
        later = sum(effects(entry).get(contract, 0) for entry in uncovered.later)
        if after.closing != kept.closing - later:
            raise IdentityError(
                f"{client.id} {contract} {day}: the report gives {after.closing}, the books {kept.closing - later}"
            )
        for line in made:
            listed.setdefault(line.entry.id, line)
        plan = plans.get(contract)
        sums.append(
            {
                "contract": contract,
                "plan_title": plan.title if plan else contract,
                "opening": after.opening,
                "bought": after.bought,
                "used": after.used,
                "corrected": after.corrected,
                "expired": after.expired,
                "closing": after.closing,
                "is_balance": plan is not None and plan.charge in (Charge.PREPAID, Charge.RETAINER),
            }
        )
    for entry in uncovered.entries:  # free time of clients without a contract moves no balance and is still told
        listed.setdefault(entry.id, Line(entry, 0, 0, None, corrected_by(entry)))
    return sums, [listed[number] for number in sorted(listed)]


def accounts_of(client: Client, day: date) -> tuple[Contract, ...]:
    """The contracts in force that keep an account, in the order in which they are drawn from."""
    return tuple(c for c in client.contracts_on(day) if c.plan.charge in (Charge.PREPAID, Charge.RETAINER))


def payer_of(client: Client, day: date) -> Contract | None:
    """Who pays for time once no account has anything left: what is charged by the hour or included, else the first account."""
    known = client.contracts_on(day)
    return next((c for c in known if c.plan.charge in (Charge.HOURLY, Charge.INCLUDED)), next(iter(known), None))


def _left(sums: Sequence[Mapping[str, Any]], accounts: Sequence[Contract]) -> int | None:
    """What is left of all accounts in force together; of the one that moved where none is in force any more; None without any."""
    names = {contract.id for contract in accounts}
    held = [c["closing"] for c in sums if c["is_balance"] and c["contract"] in names]
    return sum(held) if held else next((c["closing"] for c in sums if c["is_balance"]), None)


def _used_up(client: Client, day: date, sums: Sequence[Mapping[str, Any]], uncovered: Uncovered) -> list[dict[str, Any]]:
    """Accounts of which 80 or 95 percent are used up since this report's entries: told once, when it happens.

    Of a retainer's minutes it is the month's that count; of a prepaid account all that was ever bought.
    """
    found = []
    known = {contract.id: contract for contract in client.contracts}
    for each in sums:
        contract, kept = known.get(each["contract"]), uncovered.balances.get(each["contract"])
        if contract is None or kept is None or not each["is_balance"]:
            continue
        plan = contract.plan
        after = standing.percent_used(standing.allowance(contract, kept.bought, day), each["closing"])
        had_before = standing.allowance(contract, kept.bought - each["bought"], day)
        is_new_month = plan.charge is Charge.RETAINER and each["bought"]
        before = None if is_new_month else standing.percent_used(had_before, each["opening"])
        if standing.crossed(before, after) is not None:
            found.append({"percent": after, "plan_title": plan.title, "contract": each["contract"], "left": each["closing"]})
    return found


def _quotes(client: Client, uncovered: Uncovered) -> list[dict[str, Any]]:
    """How far each quote has come that this report has time on."""
    named = {quote_number(entry.contract) for entry in uncovered.entries} - {0}
    found = []
    for quote in uncovered.quotes:
        if quote.number in named:
            name = account.quoted(client.id, quote.as_quote.id)
            later = sum(p.minutes for entry in uncovered.later for p in entry.postings if p.account == name)
            used = uncovered.accounts.get(name, 0) - later
            found.append({"number": quote.number, "used": used, "minutes": quote.minutes})
    return found


def quote_number(contract: str) -> int:
    """The quote that stands in place of a contract, 0 for a contract."""
    prefix, _, number = contract.partition("-")
    return int(number) if prefix == account.QUOTE and number.isdecimal() else 0


def _line(line: Line, subjects: Mapping[int, str], rules: Rules) -> dict[str, Any]:
    entry = line.entry
    staff = rules.directory.staff.get(entry.staff)
    return {
        "entry": entry.id,
        "kind": entry.kind.value,
        "staff_name": staff.name if staff else entry.staff,
        "ticket": entry.ticket,
        "subject": subjects.get(entry.ticket or 0, ""),
        "note": entry.note,
        "worked": entry.worked_minutes,
        "charged": entry.charged_minutes,
        "moved": line.minutes,
        "class_": entry.entry_class.value,
        "reason": rules.directory.free.get(entry.reason, entry.reason),
        "work_date": entry.work_date,
        "late_for": line.late_for,
        "corrects": line.correction_of,
        "quote": quote_number(entry.contract),
        "amount": str(entry.amount),
        "currency": entry.currency,
        "paid": [[part.contract, part.minutes] for part in parts_of(entry)],
    }


def _plain(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line as JSON keeps it."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in line.items()}


def covered_before(entries: Sequence[Entry], cut_at: datetime) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """(booked up to the cut, booked after it)"""
    return tuple(e for e in entries if e.booked_at <= cut_at), tuple(e for e in entries if e.booked_at > cut_at)
