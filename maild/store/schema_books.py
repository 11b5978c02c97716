"""The tables of the books: journal, chain, balances, terms, documents. `entry` and `posting` are insert only (see migrations)."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from maild.store.columns import Amount, Id, Instant, Key, Words
from maild.store.schema import metadata, partial

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client", String(), nullable=False),
    Column("seq", Integer, nullable=False),  # place in the client's chain, from 1
    Column("contract", String(), nullable=False),
    Column("kind", String(), nullable=False),
    Column("entry_class", String(), nullable=False),
    Column("ticket", Id, index=True),
    Column("staff", String(), nullable=False),
    Column("author", String(), nullable=False),
    Column("work_date", Date, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("worked_minutes", Integer, nullable=False),
    Column("charged_minutes", Integer, nullable=False),
    Column("rate", Amount),
    Column("amount", Amount, nullable=False),
    Column("currency", String(), nullable=False),
    Column("item", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("reason", Words, nullable=False),  # only where it is a word of the desk; other reasons stand in `entry_note`
    Column("source_message_id", Words, nullable=False),
    Column("reverses", Id, unique=True),  # an entry is taken back once
    Column("corrects", Id),
    Column("directory_version", String(), nullable=False),
    Column("facts", Words, nullable=False),  # JSON list of pairs
    Column("note_digest", String(), nullable=False),
    Column("note_internal_digest", String(), nullable=False),
    Column("reason_digest", String(), nullable=False),
    Column("hash", String(), nullable=False),
    UniqueConstraint("client", "seq"),
    Index(None, "booked_at"),
    Index(None, "client", "booked_at"),
    Index(None, "staff", "work_date"),
    partial("ix_entry_favour", "client", "id", where="rule = 'free:first-urgent'"),
)

posting = Table(
    "posting",
    metadata,
    Column("entry", Id, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("account", Words, nullable=False),
    Column("minutes", Integer, nullable=False),
)

entry_note = Table(
    "entry_note",
    metadata,
    Column("entry", Id, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("note", Words, nullable=False),
    Column("note_internal", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("salt", LargeBinary),  # NULL once its person was forgotten
)

entry_cause = Table(  # `fingerprint` tells two mails apart that bear the same Message-ID
    "entry_cause",
    metadata,
    Column("source_message_id", Key, primary_key=True),
    Column("fingerprint", String(), primary_key=True),
    Column("act", String(), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("entry", Id, ForeignKey("entry.id"), nullable=False),
)

balance = Table(
    "balance",
    metadata,
    Column("client", String(), primary_key=True),
    Column("contract", String(), primary_key=True),
    Column("as_of", Instant),
    Column("opening", Integer, nullable=False),
    Column("bought", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("expired", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

balance_day = Table(  # what each day moved, by the UTC day of booking: a period's opening is a sum over days, not over entries
    "balance_day",
    metadata,
    Column("client", String(), primary_key=True),
    Column("contract", String(), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("bought", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("expired", Integer, nullable=False),
)

account_sum = Table(  # of a client's own entries
    "account_sum",
    metadata,
    Column("client", String(), primary_key=True),
    Column("account", Key, primary_key=True),
    Column("minutes", Integer, nullable=False),
)

chain = Table(
    "chain",
    metadata,
    Column("client", String(), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(), nullable=False),
)

directory = Table(
    "directory",
    metadata,
    Column("version", String(), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(), nullable=False),
    Column("client", String(), nullable=False),
    Column("period", String(), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("cut_at", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("facts", Text, nullable=False),  # JSON: the figures
    Column("seal", String(), nullable=False),  # digest of all that was made: no byte of it may change
    UniqueConstraint("kind", "client", "period"),
    UniqueConstraint("kind", "year", "number"),
)

document_file = Table(  # what a document is sent as, byte for byte
    "document_file",
    metadata,
    Column("document", Id, ForeignKey("document.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("filename", String(), nullable=False),
    Column("content_type", String(), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

document_mark = Table(
    "document_mark",
    metadata,
    Column("document", Id, ForeignKey("document.id"), primary_key=True, autoincrement=False),
    Column("what", String(), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", String(), nullable=False),
)

document_entry = Table(
    "document_entry",
    metadata,
    Column("kind", String(), primary_key=True),
    Column("entry", Id, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("document", Id, ForeignKey("document.id"), nullable=False, index=True),
)
