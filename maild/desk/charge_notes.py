"""What an answer tells its reader of what it costs: a price-list item and how it is avoided, urgent work, the one free favour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maild.desk.directory import Client
from maild.ledger.contract import Item
from maild.ledger.entry import Entry, EntryKind

FIRST_URGENT_RULE = "free:first-urgent"


def charge_notes(entries: Iterable[Entry], client: Client, ticket: int) -> list[dict[str, Any]]:
    """One fact a charge that the customer reads with the answer it rides on; plain time is told in the evening's report alone.

    `code` is item (`title`, `minutes`, `waived`: how it costs nothing), urgent (`factor`, `worked`, `charged`) or first-urgent.
    """
    found: list[dict[str, Any]] = []
    for entry in entries:
        if entry.ticket != ticket or entry.reverses is not None:
            continue
        if entry.kind is EntryKind.ITEM and entry.charged_minutes:
            item = _item(entry.item, client)
            title, waived = (item.title, item.waived) if item else (entry.note, "")
            found.append({"code": "item", "title": title, "minutes": entry.charged_minutes, "waived": waived})
        elif entry.kind is EntryKind.TIME and "urgent" in entry.rule.split("+"):
            factor, charged = entry.fact("urgent"), entry.charged_minutes
            found.append({"code": "urgent", "factor": factor, "worked": entry.worked_minutes, "charged": charged})
        elif entry.rule == FIRST_URGENT_RULE:
            found.append({"code": "first-urgent"})
    return found


def _item(name: str, client: Client) -> Item | None:
    plans = (contract.plan for contract in client.contracts)
    return next((plan.items[name] for plan in plans if name in plan.items), None)
