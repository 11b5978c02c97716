"""The hash chain of a client's entries: what is hashed, and how one hash follows from the one before.

Canonical form: a JSON array in ASCII without spaces, its fields in the order of `canonical`; dates and instants in ISO 8601,
instants in UTC with microseconds, decimals without exponent or trailing zeros, so that every database gives the same bytes.
It holds ids, minutes, dates, sources, and of free text only salted digests: who is forgotten loses text and salt, and the
chain still holds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from maild.ledger.charge import instant, plain
from maild.ledger.entry import Entry, EntryClass

FORM = "maild-entry-1"
_ENCODER = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":"))
GENESIS = "0" * 64  # the previous hash of a client's first entry


@dataclass(frozen=True, slots=True)
class Digests:
    """Salted SHA-256 (hex) of an entry's free texts; '' where there is none."""

    note: str = ""
    note_internal: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the books keep it: `digests` and `hash` are chained; `salt` is None once its person was forgotten."""

    entry: Entry
    digests: Digests
    hash: str
    salt: bytes | None = None


def digest(salt: bytes, text: str) -> str:
    """The salted digest of a text, '' of none."""
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""


def digests(entry: Entry, salt: bytes) -> Digests:
    """The digests of an entry's texts under its salt (16 random bytes, made when it is booked)."""
    reason = "" if reason_is_a_word(entry) else digest(salt, entry.reason)
    return Digests(digest(salt, entry.note), digest(salt, entry.note_internal), reason)


def reason_is_a_word(entry: Entry) -> bool:
    """Whether the reason is one of the desk's own words (why time is free), which the chain holds in clear; free text otherwise."""
    return entry.entry_class is EntryClass.FREE and entry.reverses is None


def canonical(entry: Entry, texts: Digests) -> bytes:
    """The bytes that are hashed for an entry whose `id` is known."""
    fields = (
        FORM,
        entry.id,
        entry.client,
        entry.contract,
        entry.kind,
        entry.entry_class,
        entry.ticket,
        entry.staff,
        entry.author,
        entry.work_date.isoformat(),
        instant(entry.booked_at),
        entry.worked_minutes,
        entry.charged_minutes,
        plain(entry.rate) if entry.rate is not None else None,
        plain(entry.amount),
        entry.currency,
        entry.item,
        entry.rule,
        entry.reason if reason_is_a_word(entry) else "",
        entry.source_message_id,
        entry.reverses,
        entry.corrects,
        entry.directory_version,
        [(posting.account, posting.minutes) for posting in entry.postings],
        entry.facts,
        texts.note,
        texts.note_internal,
        texts.reason,
    )
    return _ENCODER.encode(fields).encode("ascii")


def link(previous_hash: str, canonical_bytes: bytes) -> str:
    """The hash of an entry: SHA-256 (hex) of the hash before it, a newline, and its canonical bytes."""
    return hashlib.sha256(previous_hash.encode("ascii") + b"\n" + canonical_bytes).hexdigest()


def chained(entry: Entry, previous_hash: str, salt: bytes) -> Link:
    """Book an entry (its id given) behind the hash before it."""
    texts = digests(entry, salt)
    return Link(entry, texts, link(previous_hash, canonical(entry, texts)), salt)
