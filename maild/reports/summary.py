"""The accountants' daily summary: all clients with movement, their balances, what lacks time, what waits. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk import timesheet
from maild.desk.decision import Decision, Document, Kind
from maild.desk.directory import Client, Desk, Directory
from maild.desk.hold import Hold
from maild.desk.incoming import Rules
from maild.desk.notices import to_staff
from maild.desk.promise import DEFAULT_PLAN, ack_target
from maild.ledger.balance import Balance
from maild.ledger.entry import Entry
from maild.reports.standing import allowance, percent_used

SUMMARY = "summary"
ENDS_WITHIN = timedelta(days=30)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Movement:
    """What a desk's day has brought."""

    entries: Sequence[Entry]  # that no summary has covered
    balances: Mapping[tuple[str, str], Balance]
    holds: Sequence[Hold]
    quarantined: int
    unlogged: Sequence[Mapping[str, Any]]  # answers relayed without any time: ticket, staff, subject
    late_acks: Sequence[Mapping[str, Any]] = ()  # ticket, minutes beyond what was promised
    next_entry: int = 0  # where the next summary looks on: all before it is covered


def due_after(directory: Directory, desk: Desk, instant: datetime) -> datetime:
    """The next summary after a moment, by the desk's own clock."""
    local = instant.astimezone(desk.zone)
    for offset in range(3):
        day = local.date() + timedelta(days=offset)
        minute = directory.promises.summary_minute
        at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=desk.zone).astimezone(UTC)
        if at > instant:
            return at
    raise AssertionError("a day has a summary instant")


def without_time(
    answers: Iterable[tuple[int, str, str, datetime, str]], logged: Collection[tuple[int, str, date]], rules: Rules
) -> list[dict[str, Any]]:
    """Answers beside which nobody wrote any time: one line a ticket and person.

    `answers` are (ticket, client, staff, instant, subject); `logged` are (ticket, staff, work date) with time on them. A work
    date is a day of the client's zone.
    """
    directory = rules.directory
    missing: dict[tuple[int, str], dict[str, Any]] = {}
    for number, client, staff, at, subject in answers:
        known = directory.clients.get(client)
        day = at.astimezone(known.zone if known else rules.desk.zone).date()
        if (number, staff, day) not in logged:
            line = {"ticket": number, "staff": _name(staff, directory), "person": staff, "subject": subject}
            missing.setdefault((number, staff), line)
    return list(missing.values())


def evening(due_at: datetime, movement: Movement, rules: Rules) -> Decision:
    """The summary, and with it each engineer's lines to fill in for what they answered without writing time down."""
    decision = summary(due_at, movement, rules)
    day = due_at.astimezone(rules.desk.zone).date()
    return replace(decision, notices=(*decision.notices, *timesheet.letters(movement.unlogged, day, rules)))


def late_acks(
    opened: Iterable[Any], waiting: Collection[int], since: datetime, until: datetime, directory: Directory
) -> list[dict[str, Any]]:
    """Tickets whose acknowledgement was due within (since, until] and left later, or has not left (`waiting`).

    `opened` are rows of number, client, opened_at and acked_at; tickets of machines are never acknowledged and never late.
    """
    late = []
    for each in opened:
        due = each.opened_at + ack_target(directory, each.client, each.opened_at)
        left = each.acked_at or (until if each.number in waiting else None)
        if since < due <= until and left is not None and left > due:
            late.append(
                {"ticket": each.number, "minutes": max(1, round((left - due) / MINUTE)), "waits": each.acked_at is None}
            )
    return late


def longest_ack(directory: Directory) -> timedelta:
    """How far before a period tickets may have been opened whose ack falls into it."""
    return max(plan.ack for plan in (DEFAULT_PLAN, *directory.plans.values()))


def summary(due_at: datetime, movement: Movement, rules: Rules) -> Decision:
    """One mail to each accountant; none where nothing happened."""
    day = due_at.astimezone(rules.desk.zone).date()
    if not (movement.entries or movement.holds or movement.quarantined or movement.unlogged or movement.late_acks):
        return Decision(reason="nothing happened")
    rows = [_row(client, contract, movement, rules.directory, day) for client, contract in _moved(movement.entries)]
    facts = {
        "day": day,
        "clients": rows,
        "unlogged": list(movement.unlogged),
        "late_acks": list(movement.late_acks),
        "holds": [
            {"id": h.id, "staff": _name(h.staff, rules.directory), "ticket": h.ticket, "reason": h.reason, "held_at": h.held_at}
            for h in movement.holds
        ],
        "quarantine": movement.quarantined,
        "endings": _endings(rules.directory, day),
    }
    figures = {
        "next_entry": movement.next_entry,
        "clients": [row | {"ends": row["ends"].isoformat() if row["ends"] else None} for row in rows],
    }
    covered = tuple(entry.id for entry in movement.entries)
    document = Document(SUMMARY, "", day.isoformat(), due_at, day, figures, covered, day.year)
    readers = rules.directory.with_role("accountant") or rules.directory.with_role("manager")
    told = tuple(
        to_staff(Kind.SUMMARY, person, rules, key=f"summary:{day.isoformat()}:{person.id}", facts=facts, subject_of=0)
        for person in readers
    )
    return Decision(documents=(document,), notices=told, reason="summary")


def _moved(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return sorted({(entry.client, entry.contract) for entry in entries})


def _row(client: str, contract: str, movement: Movement, directory: Directory, day: date) -> dict[str, Any]:
    mine = [entry for entry in movement.entries if (entry.client, entry.contract) == (client, contract)]
    balance = movement.balances.get((client, contract)) or Balance(client, contract)
    known = directory.clients.get(client)
    return {
        "client": client,
        "name": known.name if known else client,
        "contract": contract,
        "worked": sum(entry.worked_minutes for entry in mine),
        "charged": sum(entry.charged_minutes for entry in mine),
        "bought": balance.bought,
        "closing": balance.closing,
        "below_zero": balance.bought > 0 and balance.closing < 0,
        "percent_used": _percent_used(balance, known, day),
        "ends": _ends(client, contract, directory, day),
    }


def _percent_used(balance: Balance, client: Client | None, day: date) -> int | None:
    """How much of an account is gone, as the client's own reports count it; None where nothing was bought."""
    terms = next((c for c in client.contracts if c.id == balance.contract), None) if client else None
    had = allowance(terms, balance.bought, day) if terms else balance.bought
    return percent_used(had, balance.closing)


def _endings(directory: Directory, day: date) -> list[dict[str, Any]]:
    """All contracts that end soon, soonest first, whether anything moved on them or not."""
    found = [
        {"name": client.name, "contract": contract.id, "ends": contract.ends}
        for client in directory.clients.values()
        for contract in (client.contracts_on(day) if client.contracts else ())
        if contract.ends and contract.ends - day <= ENDS_WITHIN
    ]
    return sorted(found, key=lambda each: (each["ends"], each["name"]))


def _ends(client: str, contract: str, directory: Directory, day: date) -> date | None:
    """When a contract ends, if that is soon."""
    known = directory.clients.get(client)
    ends = next((c.ends for c in known.contracts if c.id == contract), None) if known else None
    return ends if ends and ends - day <= ENDS_WITHIN else None


def _name(staff: str, directory: Directory) -> str:
    """A person's name; the id of one who left."""
    person = directory.staff.get(staff)
    return person.name if person else staff
