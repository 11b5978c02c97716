"""The tables of work that waits: holds, letters, moments to come back to, leases; and what the desk has learnt."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from maild.store.columns import Amount, Id, Instant, Key, Words
from maild.store.schema import metadata, partial

hold = Table(
    "hold",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(), nullable=False),
    Column("staff", String(), nullable=False),
    Column("arrival", Id, ForeignKey("arrival.id"), nullable=False),
    Column("ticket", Id),
    Column("reason", Words, nullable=False),
    Column("held_at", Instant, nullable=False),
    Column("wrong_lines", Words, nullable=False),  # JSON list
    Column("state", String(), nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Words, nullable=False),
    Column("version", Integer, nullable=False),
    partial("ix_hold_open", "id", where="state = 'open'"),
)

proposal = Table(  # a quote, or a plan of an offer, and what became of it
    "proposal",
    metadata,
    Column("kind", String(), primary_key=True),
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("client", String(), nullable=False),
    Column("ticket", Id, nullable=False, index=True),
    Column("author", String(), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("text", Words, nullable=False),
    Column("minutes", Integer),
    Column("rate", Amount),
    Column("currency", String(), nullable=False),
    Column("plan", String(), nullable=False),
    Column("state", String(), nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("version", Integer, nullable=False),
)

spent_token = Table(
    "spent_token",
    metadata,
    Column("id", String(), primary_key=True),
    Column("spent_at", Instant, nullable=False),
)

remembered = Table(
    "remembered",
    metadata,
    Column("address", Key, primary_key=True),
    Column("client", String(), nullable=False),
)

frozen = Table(  # whose mail is stopped until the operator lifts it
    "frozen",
    metadata,
    Column("staff", String(), primary_key=True),
    Column("by", String(), nullable=False),  # a manager's id, or "operator"
    Column("frozen_at", Instant, nullable=False),
    Column("message_id", Words, nullable=False),
)

absence = Table(  # who is away; a row that is over says nothing
    "absence",
    metadata,
    Column("staff", String(), primary_key=True),
    Column("until", Instant, nullable=False),
)

idea = Table(  # for those who make the product; listed once a month
    "idea",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(), nullable=False),
    Column("staff", String(), nullable=False),
    Column("client", String(), nullable=False),
    Column("ticket", Id),
    Column("text", Words, nullable=False),
    Column("ref", Words, nullable=False),
)

served = Table(  # who has ever acted on a client's tickets
    "served",
    metadata,
    Column("staff", String(), primary_key=True),
    Column("client", String(), primary_key=True),
)

tally = Table(  # how often something happened within an hour; old hours are swept away
    "tally",
    metadata,
    Column("name", Key, primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("times", Integer, nullable=False),
    Index(None, "hour"),
)

workload = Table(  # how many tickets each person has open; kept with each change, so that nobody counts them
    "workload",
    metadata,
    Column("staff", String(), primary_key=True),
    Column("open", Integer, nullable=False),
)

letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Key, nullable=False, unique=True),
    Column("kind", String(), nullable=False),
    Column("mail_from", Words, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("recipient_key", Key, nullable=False),
    Column("person", Words, nullable=False),  # a staff id, or a customer's address key
    Column("ticket", Id),
    Column("client", String(), nullable=False),
    Column("document", Id, ForeignKey("document.id"), index=True),
    Column("answers", Boolean, nullable=False),  # a person's words to the customer
    Column("priority", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("state", String(), nullable=False, server_default="queued"),
    Column("due_at", Instant),  # NULL: at once, by whatever clock
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("attempted_at", Instant),
    Column("settled_at", Instant),
    Column("reply", Words, nullable=False, server_default=""),
    Column("owner", String()),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    partial("ix_letter_waiting", "priority", "id", where="state NOT IN ('sent', 'failed')"),
    partial("ix_letter_failed", "id", where="state = 'failed'"),
    partial("ix_letter_ack", "recipient_key", "queued_at", where="kind = 'ack'"),
    partial("ix_letter_challenge", "queued_at", where="kind = 'challenge'"),
)

letter_body = Table(  # apart, so that what becomes of a letter is written without its octets
    "letter_body",
    metadata,
    Column("letter", Id, ForeignKey("letter.id"), primary_key=True, autoincrement=False),
    Column("packed", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

due = Table(
    "due",
    metadata,
    Column("what", String(), primary_key=True),
    Column("which", Key, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("facts", Text, nullable=False),  # JSON list of pairs
    Column("owner", String()),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(), primary_key=True),
    Column("last", Id, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(), primary_key=True),
    Column("owner", String(), nullable=False),
    Column("until", Instant, nullable=False),
    Column("fence", Integer, nullable=False),
)
