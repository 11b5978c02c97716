"""What migrations share. Triggers make a journal of a table: rows are inserted, never changed, replaced or deleted by any program."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

JOURNAL = {  # table -> what makes a new row the same as an old one (for REPLACE, which deletes without asking)
    "entry": "id = NEW.id OR (client = NEW.client AND seq = NEW.seq)",
    "posting": "entry = NEW.entry AND line = NEW.line",
}

COUNTERS = ("entry", "hold", "ticket")  # rows that are there from the start, so that two first writers never both make one


def only(where: str) -> dict[str, Any]:
    """Make an index of some rows alone, on both databases."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


def guards(dialect: str) -> list[str]:
    """The statements for one dialect."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    statements = []
    for table, same in JOURNAL.items():
        refusal = f"SELECT RAISE(ABORT, '{table} is append-only');"
        for act in ("UPDATE", "DELETE"):
            statements.append(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN {refusal} END")
        condition = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
        statements.append(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {condition} BEGIN {refusal} END")
    return statements


def _postgresql() -> list[str]:
    function = (
        "CREATE FUNCTION maild_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    statements = [function]
    for table in JOURNAL:
        row, whole = f"{table}_no_change", f"{table}_no_truncate"
        statements.append(
            f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION maild_refuse()"
        )
        statements.append(
            f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION maild_refuse()"
        )
    return statements
