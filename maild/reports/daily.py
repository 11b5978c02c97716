"""The daily report: who did what for how many minutes, opening, movements, closing, what is open. Pure: figures in, letters out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk.case import Shelf
from maild.desk.decision import Decision, Document, Due, Kind, Notice
from maild.desk.directory import Client, Directory
from maild.desk.incoming import Rules
from maild.desk.purpose import Purpose
from maild.ledger.cost import parts_of
from maild.ledger.entry import Entry
from maild.ledger.statement import Line
from maild.message import Address
from maild.reports import standing
from maild.reports.daily_sums import (
    Uncovered,
    accounts_of,
    closings,
    left_of,
    payer_of,
    quote_number,
    quotes_of,
    sums_of,
    used_up,
)
from maild.reports.month_chart import month_so_far

REPORT = "report"
SHOWN = frozenset({"grant", "fee", "expiry"})  # movements that are nobody's work: they stand in the sums alone


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
    sums, listed = sums_of(client, day, uncovered)
    shown = [_line(line, uncovered.subjects, rules) for line in listed if line.entry.kind.value not in SHOWN]
    accounts = accounts_of(client, day)
    left = left_of(sums, accounts)
    totals = {"worked": sum(line["worked"] for line in shown), "charged": sum(line["charged"] for line in shown)}
    facts: dict[str, Any] = {
        "day": day,
        "client_name": client.name,
        "contracts": sums,
        "lines": shown,
        "totals": totals,
        "over": sum(line.entry.over_minutes for line in listed),  # charged, and no movement of any account
        "left_minutes": left,
        "quotes": quotes_of(client, uncovered),
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
        "used_up": used_up(client, day, sums, uncovered),
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
