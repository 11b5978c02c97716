"""Work that waits: holds, letters, moments, leases; what the desk has learnt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maild.store.migrations.guards import COUNTERS, only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(), "sqlite")
STRING = sa.String()
WORDS = sa.Text()


def upgrade() -> None:
    """Work that waits: holds, letters, moments, leases; what the desk has learnt."""
    op.create_table(
        "counter",
        sa.Column("name", STRING, nullable=False),
        sa.Column("last", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "due",
        sa.Column("what", STRING, nullable=False),
        sa.Column("which", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("owner", STRING, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "which", name="pk_due"),
    )
    op.create_index("ix_due_at", "due", ["at"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", STRING, nullable=False),
        sa.Column("owner", STRING, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "proposal",
        sa.Column("kind", STRING, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("ticket", ID, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("rate", sa.String(40), nullable=True),
        sa.Column("currency", STRING, nullable=False),
        sa.Column("plan", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", WORDS, nullable=False),
        sa.Column("answer", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name="pk_proposal"),
    )
    op.create_index("ix_proposal_ticket", "proposal", ["ticket"], unique=False)
    op.create_table(
        "remembered",
        sa.Column("address", WORDS, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_remembered"),
    )
    op.create_table(
        "spent_token",
        sa.Column("id", STRING, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spent_token"),
    )
    op.create_table(
        "frozen",
        sa.Column("staff", STRING, nullable=False),
        sa.Column("by", STRING, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="pk_frozen"),
    )
    op.create_table(
        "absence",
        sa.Column("staff", STRING, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="pk_absence"),
    )
    op.create_table(
        "idea",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("staff", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("ref", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idea"),
    )
    op.create_index("ix_idea_at", "idea", ["at"], unique=False)
    op.create_table(
        "served",
        sa.Column("staff", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.PrimaryKeyConstraint("staff", "client", name="pk_served"),
    )
    op.create_table(
        "tally",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "hour", name="pk_tally"),
    )
    op.create_index("ix_tally_hour", "tally", ["hour"], unique=False)
    op.create_table(
        "workload",
        sa.Column("staff", STRING, nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff", name="pk_workload"),
    )
    op.create_table(
        "letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("mail_from", WORDS, nullable=False),
        sa.Column("recipient", WORDS, nullable=False),
        sa.Column("recipient_key", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("client", STRING, nullable=False),
        sa.Column("document", ID, nullable=True),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("state", STRING, server_default="queued", nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("reply", WORDS, server_default="", nullable=False),
        sa.Column("owner", STRING, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_letter_document"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
    )
    op.create_index("ix_letter_ack", "letter", ["recipient_key", "queued_at"], **only("kind = 'ack'"))
    op.create_index("ix_letter_challenge", "letter", ["queued_at"], **only("kind = 'challenge'"))
    op.create_index("ix_letter_document", "letter", ["document"], unique=False)
    op.create_index("ix_letter_failed", "letter", ["id"], **only("state = 'failed'"))
    op.create_index("ix_letter_waiting", "letter", ["priority", "id"], **only("state NOT IN ('sent', 'failed')"))
    op.create_table(
        "letter_body",
        sa.Column("letter", ID, autoincrement=False, nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["letter.id"], name="fk_letter_body_letter"),
        sa.PrimaryKeyConstraint("letter", name="pk_letter_body"),
    )
    op.create_table(
        "hold",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("staff", STRING, nullable=False),
        sa.Column("arrival", ID, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("wrong_lines", WORDS, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.id"], name="fk_hold_arrival"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_open", "hold", ["id"], **only("state = 'open'"))
    standing = sa.table("counter", sa.column("name"), sa.column("last"))
    op.bulk_insert(standing, [{"name": name, "last": 0} for name in COUNTERS])
