"""Whoever gets a ticket gets its thread: what was said and tried so far, as a notification that can be answered."""

from __future__ import annotations

from collections.abc import Iterable

from maild.desk import notices
from maild.desk.decision import Kind
from maild.desk.directory import Staff
from maild.desk.draft import Draft
from maild.desk.incoming import own_id

SAID = ("mail", "note", Kind.RELAY)


def hand_over(draft: Draft, people: Iterable[Staff]) -> None:
    """Tell people of a ticket that is theirs from now on; each person once, whatever else this mail does."""
    ticket, client = draft.ticket, draft.client
    assert ticket is not None and client is not None
    said = [stored for stored in draft.shelf.threads.get(ticket.number, []) if stored.kind in SAID]
    told = [(stored.from_name or stored.from_address, stored.at, stored.text) for stored in said]
    if words := (draft.mail.parsed.text or draft.text).strip():
        told.append((draft.staff.name, draft.mail.arrived_at, words))
    history = "\n\n".join(f"{name}, {at:%Y-%m-%d %H:%M} UTC:\n{text.strip()}" for name, at, text in told)
    facts = notices.ticket_facts(ticket, client, draft.shelf) | {
        "words_of_customer": history,
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
