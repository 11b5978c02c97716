"""What the desk remembers, as a story writes it down: tickets, and the journal with its balances."""

import re
from collections.abc import Sequence
from datetime import datetime

from journeys.story import KYIV

from maild.ledger.entry import Entry
from maild.store.store import Store

SHOWN = (
    "requester",
    "assignee",
    "team",
    "awaiting_since",
    "answer_due_at",
    "closed_by",
    "linked_to",
    "people",
    "thread",
    "events",
)


def tickets_text(store: Store) -> str:
    """Every ticket with what stories ask about most."""
    paragraphs = []
    for ticket in store.tickets():
        head = f"#{ticket.number} {ticket.client} {ticket.state}: {ticket.subject}"
        paragraphs.append("\n".join([head, *(f"  {name}: {ticket_value(store, ticket.number, name)}" for name in SHOWN)]))
    return "\n\n".join(paragraphs) or "nothing"


def ticket_value(store: Store, number: int, name: str) -> str:
    view = store.ticket(number)
    match name:
        case "people":
            return " ".join(sorted(person.address for person in view.participants)) or "-"
        case "thread":
            return " ".join(item.stored.kind for item in view.thread)
        case "events":
            return ", ".join(event.what for event in view.events)
    value = getattr(view.ticket, name)
    if isinstance(value, datetime):
        return f"{value.astimezone(KYIV):%Y-%m-%d %H:%M}"
    return "-" if value in (None, "") else str(value)


def differences(expected: str, store_text: str) -> str:
    """What of an expected text does not hold: the heads must be all and the same, of the rest only what is named."""
    wanted, actual = _paragraphs(expected), _paragraphs(store_text)
    if list(wanted) != list(actual):
        return f"expected {list(wanted)}, not {list(actual)}"
    wrong = []
    for head, lines in wanted.items():
        known = dict(line.split(": ", 1) for line in actual[head])
        for line in lines:
            name, value = line.split(": ", 1)
            if known.get(name) != value:
                wrong.append(f"{head.split(' ')[0]} {name} is {known.get(name)}, not {value}")
    return "; ".join(wrong)


def _paragraphs(text: str) -> dict[str, list[str]]:
    """Heads of the tickets, and the lines below each."""
    found: dict[str, list[str]] = {}
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        if re.match(r"#\d+ ", line):
            found[line] = lines = []
        elif line != "nothing":
            lines.append(line)
    return found


def journal_text(store: Store) -> str:
    """All entries in the order of their numbers, then the balances that moved."""
    entries = [_entry(entry) for entry in store.entries()]
    balances = [
        f"{b.client} {b.contract}: {b.opening} bought {b.bought} used {b.used} corrected {b.corrected} left {b.closing}"
        for b in store.balances()
    ]
    return "\n".join([*entries, *balances]) or "nothing"


def _moved(entry: Entry) -> str:
    """Minutes of work, minutes bought or granted, or a fee's money."""
    if entry.is_time:
        return f"worked {entry.worked_minutes} charged {entry.charged_minutes}"
    return f"{entry.postings[0].minutes:+}" if entry.postings else f"{entry.amount} {entry.currency}"


def _entry(entry: Entry) -> str:
    words: Sequence[str] = (
        f"{entry.id} {entry.kind}",
        f"#{entry.ticket}" if entry.ticket else "",
        entry.client if not entry.ticket else entry.staff,
        entry.work_date.isoformat(),
        _moved(entry),
        entry.entry_class.value,
    )
    return f"{' '.join(word for word in words if word)}: {entry.note or entry.reason}".rstrip(": ")
