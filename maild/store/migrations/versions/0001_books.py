"""The books: journal, chain, balances, terms, documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maild.store.migrations.guards import guards, only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(), "sqlite")
STRING = sa.String()
WORDS = sa.Text()


def upgrade() -> None:
    """The books: journal, chain, balances, terms, documents."""
    op.create_table(
        "account_sum",
        sa.Column("client", STRING, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "account", name="pk_account_sum"),
    )
    op.create_table(
        "balance",
        sa.Column("client", STRING, nullable=False),
        sa.Column("contract", STRING, nullable=False),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("bought", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "contract", name="pk_balance"),
    )
    op.create_table(
        "balance_day",
        sa.Column("client", STRING, nullable=False),
        sa.Column("contract", STRING, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bought", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "contract", "day", name="pk_balance_day"),
    )
    op.create_table(
        "chain",
        sa.Column("client", STRING, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", STRING, nullable=False),
        sa.PrimaryKeyConstraint("client", name="pk_chain"),
    )
    op.create_table(
        "directory",
        sa.Column("version", STRING, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_directory"),
    )
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("period", STRING, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cut_at", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seal", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("kind", "client", "period", name="uq_document_kind_client_period"),
        sa.UniqueConstraint("kind", "year", "number", name="uq_document_kind_year_number"),
    )
    op.create_table(
        "entry",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("contract", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("entry_class", STRING, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("staff", STRING, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("worked_minutes", sa.Integer(), nullable=False),
        sa.Column("charged_minutes", sa.Integer(), nullable=False),
        sa.Column("rate", sa.String(40), nullable=True),
        sa.Column("amount", sa.String(40), nullable=False),
        sa.Column("currency", STRING, nullable=False),
        sa.Column("item", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("source_message_id", WORDS, nullable=False),
        sa.Column("reverses", ID, nullable=True),
        sa.Column("corrects", ID, nullable=True),
        sa.Column("directory_version", STRING, nullable=False),
        sa.Column("facts", WORDS, nullable=False),
        sa.Column("note_digest", STRING, nullable=False),
        sa.Column("note_internal_digest", STRING, nullable=False),
        sa.Column("reason_digest", STRING, nullable=False),
        sa.Column("hash", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("client", "seq", name="uq_entry_client_seq"),
        sa.UniqueConstraint("reverses", name="uq_entry_reverses"),
    )
    op.create_index("ix_entry_booked_at", "entry", ["booked_at"], unique=False)
    op.create_index("ix_entry_client_booked_at", "entry", ["client", "booked_at"], unique=False)
    op.create_index("ix_entry_favour", "entry", ["client", "id"], **only("rule = 'free:first-urgent'"))
    op.create_index("ix_entry_staff_work_date", "entry", ["staff", "work_date"], unique=False)
    op.create_index("ix_entry_ticket", "entry", ["ticket"], unique=False)
    op.create_table(
        "document_entry",
        sa.Column("kind", STRING, nullable=False),
        sa.Column("entry", ID, autoincrement=False, nullable=False),
        sa.Column("document", ID, nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_document_entry_document"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_document_entry_entry"),
        sa.PrimaryKeyConstraint("kind", "entry", name="pk_document_entry"),
    )
    op.create_index("ix_document_entry_document", "document_entry", ["document"], unique=False)
    op.create_table(
        "document_file",
        sa.Column("document", ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filename", STRING, nullable=False),
        sa.Column("content_type", STRING, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_document_file_document"),
        sa.PrimaryKeyConstraint("document", "position", name="pk_document_file"),
    )
    op.create_table(
        "document_mark",
        sa.Column("document", ID, autoincrement=False, nullable=False),
        sa.Column("what", STRING, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", STRING, nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_document_mark_document"),
        sa.PrimaryKeyConstraint("document", "what", name="pk_document_mark"),
    )
    op.create_table(
        "entry_cause",
        sa.Column("source_message_id", WORDS, nullable=False),
        sa.Column("fingerprint", STRING, nullable=False),
        sa.Column("act", STRING, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", ID, nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_entry_cause_entry"),
        sa.PrimaryKeyConstraint("source_message_id", "fingerprint", "act", "line", name="pk_entry_cause"),
    )
    op.create_table(
        "entry_note",
        sa.Column("entry", ID, autoincrement=False, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("note_internal", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_entry_note_entry"),
        sa.PrimaryKeyConstraint("entry", name="pk_entry_note"),
    )
    op.create_table(
        "posting",
        sa.Column("entry", ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_posting_entry"),
        sa.PrimaryKeyConstraint("entry", "line", name="pk_posting"),
    )
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)
