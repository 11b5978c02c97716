"""Whoever gets a ticket gets its thread: what was tried, and what was said so far, as a notification that can be answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maild.desk import notices
from maild.desk.correspondence import quotable_text
from maild.desk.decision import Kind
from maild.desk.directory import Staff
from maild.desk.draft import Draft
from maild.desk.incoming import own_id
from maild.desk.ticket import Ticket
from maild.ledger.entry import Entry

SAID = ("mail", "note", Kind.RELAY)
TRIED_MOST = 20  # worklogs, the newest ones


def hand_over(draft: Draft, people: Iterable[Staff]) -> None:
    """Tell people of a ticket that is theirs from now on; each person once, whatever else this mail does."""
    ticket, client = draft.ticket, draft.client
    assert ticket is not None and client is not None
    facts = notices.ticket_facts(ticket, client, draft.shelf) | {
        "words_of_customer": "",
        "history": _said(draft, ticket),
        "tried": _tried(draft, ticket),
        "author_name": draft.staff.name,
        "author_address": "",
        "kind_of": "handed over",
        "internal": True,
        "unproven": False,
        "attachments": [],
        "perhaps_same": None,
        "joinable": False,
        "unlisted": [],
        "machine": [],
        "sealed": "",
    }
    told_already = {notice.person for notice in draft.extra if notice.kind is Kind.NOTIFICATION}
    for person in people:
        if person.id not in told_already:
            key = f"handover:{draft.mail.fingerprint}:{own_id(draft.mail)}:{person.id}"
            told_already.add(person.id)
            draft.extra.append(
                notices.notification(person, ticket, draft.rules, draft.shelf, facts, key=key, author=draft.staff.name)
            )


def _said(draft: Draft, ticket: Ticket) -> list[dict[str, Any]]:
    """The thread, oldest first, each mail without what it quotes: an answer stands there once, however many people read it."""
    said = [stored for stored in draft.shelf.threads.get(ticket.number, ()) if stored.kind in SAID]
    told: dict[tuple[str, Any, str], dict[str, Any]] = {}
    for stored in said:
        colleague = draft.rules.directory.staff.get(stored.author)
        who = colleague.name if colleague else stored.from_name or stored.from_address
        words = quotable_text(stored.text).strip()
        if words:
            told.setdefault((who, stored.at, words), {"who": who, "at": stored.at, "text": words})
    history = list(told.values())
    if words := (draft.mail.parsed.text or draft.text).strip():
        history.append({"who": draft.staff.name, "at": draft.mail.arrived_at, "text": words})
    return history


def _tried(draft: Draft, ticket: Ticket) -> list[dict[str, Any]]:
    """What the worklogs say was done; what was taken back is not told."""
    of_draft = (entry for entry in draft.entries if entry.ticket in (ticket.number, None))
    entries = [*draft.shelf.ticket_entries.get(ticket.number, ()), *of_draft]
    reversed_ids = {entry.reverses for entry in entries if entry.reverses is not None}
    logs = [each for each in entries if each.worked_minutes > 0 and each.id not in reversed_ids]
    return [_log(draft, entry) for entry in logs[-TRIED_MOST:]]


def _log(draft: Draft, entry: Entry) -> dict[str, Any]:
    person = draft.rules.directory.staff.get(entry.staff)
    return {
        "day": entry.work_date,
        "who": person.name if person else entry.staff,
        "minutes": entry.worked_minutes,
        "what": entry.note,
    }
