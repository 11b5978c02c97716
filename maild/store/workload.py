"""How many tickets each person has open, kept with every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from maild.desk.ticket import State, Ticket
from maild.store.engine import Database
from maild.store.schema_work import workload

OPEN_STATES = frozenset({State.NEW, State.OPEN, State.WAITING})


def write_workload(database: Database, connection: Connection, changes: Iterable[tuple[Ticket | None, Ticket]]) -> None:
    """Add up what tickets' changes mean for the people who have them."""
    moved: Counter[str] = Counter()
    for before, after in changes:
        if before and before.assignee and before.state in OPEN_STATES:
            moved[before.assignee] -= 1
        if after.assignee and after.state in OPEN_STATES:
            moved[after.assignee] += 1
    rows = [{"staff": staff, "open": change} for staff, change in sorted(moved.items()) if change]
    if rows:
        upsert = database.insert(workload)
        total = {"open": workload.c.open + upsert.excluded.open}
        connection.execute(upsert.on_conflict_do_update(index_elements=["staff"], set_=total), rows)
