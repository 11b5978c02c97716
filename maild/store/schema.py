"""The tables of mail (docs/architecture.md, "Memory"); see also `schema_work.py`, `schema_books.py`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from maild.store.columns import Id, Instant, Key, Words

HEAD = "0003"  # the newest migration: a database at this version starts without alembic

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial(name: str, table_column: str, *columns: str, where: str) -> Index:
    """An index of the few rows that wait, so that finding them costs the same however many lie finished."""
    return Index(name, table_column, *columns, sqlite_where=text(where), postgresql_where=text(where))


raw = Table(
    "raw",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", String(), nullable=False, unique=True),
    Column("size", Integer, nullable=False),  # octets of the message itself
    Column("packed", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

arrival = Table(
    "arrival",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mailbox", String(), nullable=False),
    Column("uidvalidity", Id, nullable=False),
    Column("uid", Id),
    Column("raw", Id, ForeignKey("raw.id"), nullable=False, index=True),
    Column("arrived_at", Instant, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("envelope_from", Words),
    Column("envelope_to", Words, nullable=False),  # JSON list
    Column("state", String(), nullable=False),
    Column("reason", Words, nullable=False, server_default=""),
    Column("same_as", Id),  # the arrival that a duplicate repeats
    Column("settled_at", Instant),
    Column("filed", Boolean, nullable=False, server_default=text("false")),
    Column("forced", Boolean, nullable=False, server_default=text("false")),  # released from quarantine by a person
    Column("message_id", Words),
    Column("fingerprint", String(), unique=True),  # of the first copy alone
    Column("tokened", Boolean, nullable=False, server_default=text("false")),  # a copy of it bore its sender's token
    Column("owner", String()),
    Column("lease_until", Instant),
    UniqueConstraint("mailbox", "uidvalidity", "uid", "raw"),
    partial("ix_arrival_waiting", "id", where="state = 'kept'"),
    partial("ix_arrival_quarantined", "id", where="state = 'quarantined'"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("subject", Words, nullable=False),
    Column("client", String(), nullable=False),
    Column("requester", Words, nullable=False),
    Column("requester_name", Words, nullable=False),
    Column("language", String(), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("state", String(), nullable=False),
    Column("assignee", String(), nullable=False),
    Column("team", String(), nullable=False),
    Column("cause", String(), nullable=False),
    Column("vendor_defect", Boolean, nullable=False),
    Column("contract", String(), nullable=False),
    Column("acked_at", Instant),
    Column("first_answer_at", Instant),
    Column("last_answer_at", Instant),
    Column("answer_due_at", Instant),
    Column("awaiting_since", Instant),
    Column("last_customer_at", Instant),
    Column("solved_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", Words, nullable=False),
    Column("linked_to", Id),
    Column("merged_into", Id),
    Column("reopened", Integer, nullable=False),
    Column("denied", Integer, nullable=False),
    Column("rating", Integer),
    Column("unanswered", Boolean, nullable=False),
    Column("waiting_since", Instant),
    Column("eta_at", Instant),
    Column("eta_given_at", Instant),
    Column("solution_due_at", Instant),
    Column("later_at", Instant),
    Column("later_by", String(), nullable=False),
    Column("waits_on", Words, nullable=False),
    Column("faq", Words, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("worked_minutes", Integer, nullable=False),
    Column("charged_minutes", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "client", "number"),
    Index(None, "assignee", "state"),
    Index(None, "opened_at"),
    partial("ix_ticket_active", "state", "number", where="state <> 'closed'"),
    partial("ix_ticket_awaiting", "answer_due_at", where="awaiting_since IS NOT NULL"),
    partial("ix_ticket_unanswered", "assignee", "number", where="unanswered"),
    partial("ix_ticket_later", "later_by", "later_at", where="later_at IS NOT NULL"),
    partial("ix_ticket_waits_on", "waits_on", "number", where="waits_on <> ''"),
    partial("ix_ticket_merged_into", "merged_into", where="merged_into IS NOT NULL"),
)

promise = Table(  # what became of each promise of an answer: written when the wait ends, `answered_at` when the answer has left
    "promise",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket", Id, ForeignKey("ticket.number"), nullable=False),
    Column("client", String(), nullable=False),
    Column("staff", String(), nullable=False),
    Column("clock", String(), nullable=False),
    Column("since", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("how", String(), nullable=False),
    Column("answered_at", Instant),
    Index(None, "ended_at"),
    Index(None, "ticket", "id"),
    partial("ix_promise_leaving", "ticket", where="how = 'answered' AND answered_at IS NULL"),
)

participant = Table(
    "participant",
    metadata,
    Column("ticket", Id, ForeignKey("ticket.number"), primary_key=True, autoincrement=False),
    Column("address", Key, primary_key=True),
    Column("name", Words, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("flagged", Words, nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Key, nullable=False, index=True),
    Column("ticket", Id, ForeignKey("ticket.number")),
    Column("client", String(), nullable=False),
    Column("side", String(), nullable=False),
    Column("kind", String(), nullable=False),
    Column("from_address", Words, nullable=False),
    Column("from_name", Words, nullable=False),
    Column("to", Words, nullable=False),  # JSON list
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("author", String(), nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("contact", Boolean, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("arrival", Id, ForeignKey("arrival.id"), index=True),
    Index(None, "ticket", "id"),
    partial("ix_message_author", "author", "recorded_at", where="author <> ''"),
    partial("ix_message_contact", "client", "at", where="contact"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("message", Id, ForeignKey("message.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("filename", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(), nullable=False),
    Column("content_id", Words, nullable=False),
    Column("inline", Boolean, nullable=False),
)

thread_key = Table(
    "thread_key",
    metadata,
    Column("message_id", Key, primary_key=True),
    Column("ticket", Id, ForeignKey("ticket.number"), nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket", Id, ForeignKey("ticket.number"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Index(None, "ticket", "id"),
    partial("ix_event_faq", "what", "at", where="what LIKE 'faq %'"),
    partial("ix_event_reopened", "at", where="what IN ('reopened', 'rated')"),
)
