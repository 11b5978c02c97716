"""Mail: what came, the tickets and threads that it made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maild.store.migrations.guards import only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(), "sqlite")
STRING = sa.String()
WORDS = sa.Text()


def upgrade() -> None:
    """Mail: what came, the tickets and threads that it made."""
    op.create_table(
        "raw",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raw"),
        sa.UniqueConstraint("sha256", name="uq_raw_sha256"),
    )
    op.create_table(
        "ticket",
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("requester", WORDS, nullable=False),
        sa.Column("requester_name", WORDS, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("assignee", STRING, nullable=False),
        sa.Column("team", STRING, nullable=False),
        sa.Column("cause", STRING, nullable=False),
        sa.Column("vendor_defect", sa.Boolean(), nullable=False),
        sa.Column("contract", STRING, nullable=False),
        sa.Column("acked_at", INSTANT, nullable=True),
        sa.Column("first_answer_at", INSTANT, nullable=True),
        sa.Column("last_answer_at", INSTANT, nullable=True),
        sa.Column("answer_due_at", INSTANT, nullable=True),
        sa.Column("awaiting_since", INSTANT, nullable=True),
        sa.Column("last_customer_at", INSTANT, nullable=True),
        sa.Column("solved_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", WORDS, nullable=False),
        sa.Column("linked_to", ID, nullable=True),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("denied", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("unanswered", sa.Boolean(), nullable=False),
        sa.Column("waiting_since", INSTANT, nullable=True),
        sa.Column("eta_at", INSTANT, nullable=True),
        sa.Column("eta_given_at", INSTANT, nullable=True),
        sa.Column("solution_due_at", INSTANT, nullable=True),
        sa.Column("later_at", INSTANT, nullable=True),
        sa.Column("later_by", STRING, nullable=False),
        sa.Column("waits_on", WORDS, nullable=False),
        sa.Column("faq", WORDS, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("worked_minutes", sa.Integer(), nullable=False),
        sa.Column("charged_minutes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_ticket"),
    )
    op.create_index("ix_ticket_opened_at", "ticket", ["opened_at"], unique=False)
    op.create_index("ix_ticket_active", "ticket", ["state", "number"], **only("state <> 'closed'"))
    op.create_index("ix_ticket_assignee_state", "ticket", ["assignee", "state"], unique=False)
    op.create_index("ix_ticket_awaiting", "ticket", ["answer_due_at"], **only("awaiting_since IS NOT NULL"))
    op.create_index("ix_ticket_client_number", "ticket", ["client", "number"], unique=False)
    op.create_index("ix_ticket_later", "ticket", ["later_by", "later_at"], **only("later_at IS NOT NULL"))
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"], **only("merged_into IS NOT NULL"))
    op.create_index("ix_ticket_unanswered", "ticket", ["assignee", "number"], **only("unanswered"))
    op.create_index("ix_ticket_waits_on", "ticket", ["waits_on", "number"], **only("waits_on <> ''"))
    op.create_table(
        "arrival",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", STRING, nullable=False),
        sa.Column("uidvalidity", ID, nullable=False),
        sa.Column("uid", ID, nullable=True),
        sa.Column("raw", ID, nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("envelope_from", WORDS, nullable=True),
        sa.Column("envelope_to", WORDS, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("reason", WORDS, server_default="", nullable=False),
        sa.Column("same_as", ID, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("filed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("forced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("message_id", WORDS, nullable=True),
        sa.Column("fingerprint", STRING, nullable=True),
        sa.Column("tokened", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("owner", STRING, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["raw"], ["raw.id"], name="fk_arrival_raw"),
        sa.PrimaryKeyConstraint("id", name="pk_arrival"),
        sa.UniqueConstraint("fingerprint", name="uq_arrival_fingerprint"),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", "raw", name="uq_arrival_mailbox_uidvalidity_uid_raw"),
    )
    op.create_index("ix_arrival_quarantined", "arrival", ["id"], **only("state = 'quarantined'"))
    op.create_index("ix_arrival_raw", "arrival", ["raw"], unique=False)
    op.create_index("ix_arrival_waiting", "arrival", ["id"], **only("state = 'kept'"))
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", WORDS, nullable=False),
        sa.Column("who", WORDS, nullable=False),
        sa.Column("detail", WORDS, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_event_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_ticket_id", "event", ["ticket", "id"], unique=False)
    op.create_index("ix_event_faq", "event", ["what", "at"], **only("what LIKE 'faq %'"))
    op.create_index("ix_event_reopened", "event", ["at"], **only("what IN ('reopened', 'rated')"))
    op.create_table(
        "promise",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket", ID, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("staff", STRING, nullable=False),
        sa.Column("clock", STRING, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("deadline", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("how", STRING, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_promise_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_ended_at", "promise", ["ended_at"], unique=False)
    op.create_index("ix_promise_leaving", "promise", ["ticket"], **only("how = 'answered' AND answered_at IS NULL"))
    op.create_index("ix_promise_ticket_id", "promise", ["ticket", "id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("ticket", ID, autoincrement=False, nullable=False),
        sa.Column("address", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("flagged", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_participant_ticket"),
        sa.PrimaryKeyConstraint("ticket", "address", name="pk_participant"),
    )
    op.create_table(
        "thread_key",
        sa.Column("message_id", WORDS, nullable=False),
        sa.Column("ticket", ID, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_thread_key_ticket"),
        sa.PrimaryKeyConstraint("message_id", name="pk_thread_key"),
    )
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("client", STRING, nullable=False),
        sa.Column("side", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("from_address", WORDS, nullable=False),
        sa.Column("from_name", WORDS, nullable=False),
        sa.Column("to", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("recipient", WORDS, nullable=False),
        sa.Column("arrival", ID, nullable=True),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.id"], name="fk_message_arrival"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_message_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_arrival", "message", ["arrival"], unique=False)
    op.create_index("ix_message_author", "message", ["author", "recorded_at"], **only("author <> ''"))
    op.create_index("ix_message_contact", "message", ["client", "at"], **only("contact"))
    op.create_index("ix_message_message_id", "message", ["message_id"], unique=False)
    op.create_index("ix_message_ticket_id", "message", ["ticket", "id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("message", ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filename", WORDS, nullable=False),
        sa.Column("content_type", WORDS, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("content_id", WORDS, nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_attachment_message"),
        sa.PrimaryKeyConstraint("message", "position", name="pk_attachment"),
    )
