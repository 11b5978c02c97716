"""Rows into values and values into rows: one place for each shape that the desk and the books speak of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from maild.desk.decision import Document, Side, Stored
from maild.desk.hold import Hold, HoldKind, HoldState
from maild.desk.ticket import State, Ticket
from maild.ledger.balance import Balance
from maild.ledger.chain import Digests, Link, reason_is_a_word
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting, StoredEntry
from maild.message import Attachment
from maild.store.columns import storable

TICKET_FIELDS = tuple(field.name for field in fields(Ticket))
_STATE = TICKET_FIELDS.index("state")
BALANCE_FIELDS = tuple(field.name for field in fields(Balance))


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """All columns of `ticket`."""
    row = {name: getattr(ticket, name) for name in TICKET_FIELDS}
    row["state"] = ticket.state.value
    return row


def ticket_from(row: Row[Any]) -> Ticket:
    """A ticket of a whole row of `ticket`, whose columns stand in the order of its fields."""
    values = list(row)
    values[_STATE] = State(values[_STATE])
    return Ticket(*values)


def names_json(names: Iterable[str]) -> str:
    """A list of names as stored."""
    return json.dumps([storable(name) for name in names], ensure_ascii=False)


def pairs_json(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs of words as stored."""
    return json.dumps([[storable(key), storable(value)] for key, value in pairs], ensure_ascii=False)


def pairs_from(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words from their stored form."""
    return tuple((key, value) for key, value in json.loads(text))


def stored_row(stored: Stored) -> dict[str, Any]:
    """The columns of `message` that a Stored knows."""
    return {
        "message_id": stored.message_id,
        "ticket": stored.ticket,
        "client": stored.client,
        "side": stored.side.value,
        "kind": str(stored.kind),
        "from_address": stored.from_address,
        "from_name": stored.from_name,
        "to": names_json(stored.to),
        "at": stored.at,
        "subject": stored.subject,
        "text": stored.text,
        "author": stored.author,
        "proven": stored.proven,
        "contact": stored.contact,
        "recipient": stored.recipient,
    }


def stored_from(row: Row[Any], attachments: tuple[Attachment, ...] = ()) -> Stored:
    """A message as the desk sees it; attachments' contents are not read."""
    return Stored(
        row.message_id,
        Side(row.side),
        row.kind,
        row.from_address,
        row.from_name,
        tuple(json.loads(row.to)),
        row.at,
        row.subject,
        row.text,
        ticket=row.ticket,
        client=row.client,
        author=row.author,
        proven=row.proven,
        contact=row.contact,
        recipient=row.recipient,
        attachments=attachments,
    )


def hold_row(hold: Hold) -> dict[str, Any]:
    """All columns of `hold`."""
    return {
        "id": hold.id,
        "kind": hold.kind.value,
        "staff": hold.staff,
        "arrival": hold.arrival,
        "ticket": hold.ticket,
        "reason": hold.reason,
        "held_at": hold.held_at,
        "wrong_lines": names_json(hold.wrong_lines),
        "state": hold.state.value,
        "settled_at": hold.settled_at,
        "settled_by": hold.settled_by,
        "version": hold.version,
    }


def hold_from(row: Row[Any]) -> Hold:
    """A hold of a whole row."""
    return Hold(
        row.id,
        HoldKind(row.kind),
        row.staff,
        row.arrival,
        row.ticket,
        row.reason,
        row.held_at,
        tuple(json.loads(row.wrong_lines)),
        HoldState(row.state),
        row.settled_at,
        row.settled_by,
        row.version,
    )


_ENTRY_APART = frozenset({"kind", "entry_class", "postings", "reason", "note", "note_internal", "facts"})
_ENTRY_PLAIN = tuple(field.name for field in fields(Entry) if field.name not in _ENTRY_APART)


def entry_row(link: Link, seq: int) -> dict[str, Any]:
    """All columns of `entry`: no free text but its digests."""
    entry = link.entry
    row = {name: getattr(entry, name) for name in _ENTRY_PLAIN}
    return row | {
        "seq": seq,
        "kind": entry.kind.value,
        "entry_class": entry.entry_class.value,
        "reason": entry.reason if reason_is_a_word(entry) else "",
        "facts": pairs_json(entry.facts),
        "note_digest": link.digests.note,
        "note_internal_digest": link.digests.note_internal,
        "reason_digest": link.digests.reason,
        "hash": link.hash,
    }


@lru_cache(maxsize=4096)
def _facts(text: str) -> tuple[tuple[str, str], ...]:
    return pairs_from(text)


def link_from(row: Row[Any], postings: Iterable[Posting]) -> Link:
    """An entry of a row of LINKED (journal_links.py), whose columns are named here in their order, and its postings.

    One that does not balance was damaged: it is read all the same, so that the audit can name it and go on to the next.
    """
    values = tuple(row)
    number, client, _, contract, kind, entry_class, ticket, staff, author, work_date, booked_at = values[:11]
    worked, charged, rate, amount, currency, item, rule, word, source, reverses, corrects, version, facts = values[11:24]
    note_digest, internal_digest, reason_digest, hashed, note, note_internal, reason, salt = values[24:]
    fields = (
        *(client, contract, EntryKind(kind), work_date, booked_at, tuple(postings), number, ticket, staff, author),
        *(EntryClass(entry_class), word or reason or "", rule, worked, charged, rate, amount, currency, item),
        *(note or "", note_internal or "", source, reverses, corrects, version, _facts(facts)),
    )
    try:
        entry = Entry(*fields)
    except ValueError:
        entry = StoredEntry(*fields)
    return Link(entry, Digests(note_digest, internal_digest, reason_digest), hashed, salt)


def balance_from(row: Row[Any]) -> Balance:
    """A contract's running figures."""
    return Balance(**{name: getattr(row, name) for name in BALANCE_FIELDS})


def document_from(row: Row[Any], entries: tuple[int, ...] = (), files: tuple[Attachment, ...] = ()) -> Document:
    """A document as it was made; figures that are none any more are empty, so that the audit can name it."""
    try:
        facts = json.loads(row.facts)
    except ValueError:
        facts = {}
    return Document(
        row.kind, row.client, row.period, row.cut_at, row.day, facts, entries, row.year, number=row.number, files=files
    )
