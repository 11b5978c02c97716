"""The accountants' daily summary: all clients with movement, their balances, what lacks time, what waits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk.decision import Decision, Document, Hold, Kind
from maild.desk.directory import Desk, Directory
from maild.desk.incoming import Rules
from maild.desk.notices import to_staff
from maild.ledger.balance import Balance
from maild.ledger.entry import Entry

SUMMARY = "summary"
NEARLY_USED_PERCENT = (80, 95)


@dataclass(frozen=True, slots=True)
class Movement:
    """What a desk's day has brought."""

    entries: Sequence[Entry]  # that no summary has covered
    balances: Mapping[tuple[str, str], Balance]
    holds: Sequence[Hold]
    quarantined: int
    unlogged: Sequence[Mapping[str, Any]]  # answers relayed without any time: ticket, staff, subject


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


def summary(due_at: datetime, movement: Movement, rules: Rules) -> Decision:
    """One mail to each accountant; none where nothing happened."""
    day = due_at.astimezone(rules.desk.zone).date()
    if not (movement.entries or movement.holds or movement.quarantined or movement.unlogged):
        return Decision(reason="nothing happened")
    rows = [_row(client, contract, movement, rules.directory) for client, contract in _moved(movement.entries)]
    facts = {
        "day": day,
        "clients": rows,
        "unlogged": list(movement.unlogged),
        "holds": [
            {"id": h.id, "staff": h.staff, "ticket": h.ticket, "reason": h.reason, "held_at": h.held_at} for h in movement.holds
        ],
        "quarantine": movement.quarantined,
    }
    document = Document(
        SUMMARY, "", day.isoformat(), due_at, day, {"clients": rows}, tuple(e.id for e in movement.entries), day.year
    )
    readers = rules.directory.with_role("accountant") or rules.directory.with_role("manager")
    told = tuple(
        to_staff(Kind.SUMMARY, person, rules, key=f"summary:{day.isoformat()}:{person.id}", facts=facts, subject_of=0)
        for person in readers
    )
    return Decision(documents=(document,), notices=told, reason="summary")


def _moved(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return sorted({(entry.client, entry.contract) for entry in entries})


def _row(client: str, contract: str, movement: Movement, directory: Directory) -> dict[str, Any]:
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
        "percent_used": round(100 * balance.used / (balance.opening + balance.bought))
        if balance.opening + balance.bought > 0
        else None,
        "ends": _ends(client, contract, directory),
    }


def _ends(client: str, contract: str, directory: Directory) -> date | None:
    known = directory.clients.get(client)
    return next((c.ends for c in known.contracts if c.id == contract), None) if known else None
