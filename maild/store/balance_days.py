"""Balances at any instant, without re-adding a client's entries: each booking adds to its day, and a period's opening sums days.

A day is the UTC day of the booking instant. Only the entries of the one day that a period begins in are read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, func, select

from maild.ledger.balance import Balance, fold, movements
from maild.ledger.entry import Entry
from maild.store.engine import Database
from maild.store.journal_links import links_of
from maild.store.schema_books import balance_day, entry

COLUMNS = ("bought", "used", "corrected", "expired")


def write_days(database: Database, connection: Connection, entries: Iterable[Entry]) -> None:
    """Add what was booked to its days."""
    moved: dict[tuple[str, str, date], Counter[str]] = {}
    for each in entries:
        day = each.booked_at.astimezone(UTC).date()
        for contract, (column, minutes) in movements(each).items():
            moved.setdefault((each.client, contract, day), Counter())[column] += minutes
    if not moved:
        return
    upsert = database.insert(balance_day)
    total = {name: balance_day.c[name] + upsert.excluded[name] for name in COLUMNS}
    rows = [
        {"client": client, "contract": contract, "day": day, **{name: moved[client, contract, day][name] for name in COLUMNS}}
        for client, contract, day in sorted(moved)
    ]
    connection.execute(upsert.on_conflict_do_update(index_elements=["client", "contract", "day"], set_=total), rows)


class BalanceDays(Database):
    """Reading balances of the past."""

    def balances_before(self, client: str, instant: datetime) -> dict[str, Balance]:
        """Contract -> its balance from what was booked before an instant; what never moved is left out."""
        instant = instant.astimezone(UTC)
        days = balance_day.c
        sums = select(days.contract, *(func.sum(days[name]).label(name) for name in COLUMNS)).group_by(days.contract)
        with self.reading() as connection:
            rows = connection.execute(sums.where(days.client == client, days.day < instant.date())).all()
        found = {
            row.contract: Balance(client, row.contract, None, 0, *(int(getattr(row, name)) for name in COLUMNS)) for row in rows
        }
        rest = self.entries_between(client, datetime.combine(instant.date(), time(), UTC), instant)
        for contract in dict.fromkeys((*found, *(name for each in rest for name in movements(each)))):
            found[contract] = fold(found.get(contract) or Balance(client, contract), rest)
        return found

    def days_of(self, client: str) -> dict[tuple[str, date], dict[str, int]]:
        """(contract, UTC day) -> what it moved, by column."""
        query = select(balance_day).where(balance_day.c.client == client)
        with self.reading() as connection:
            return {(r.contract, r.day): {name: getattr(r, name) for name in COLUMNS} for r in connection.execute(query)}

    def entries_between(self, client: str, start: datetime, end: datetime) -> list[Entry]:
        """What was booked for a client from `start` on and before `end`, by number."""
        named = select(entry.c.id).where(entry.c.client == client, entry.c.booked_at >= start, entry.c.booked_at < end)
        with self.reading() as connection:
            ids = sorted(connection.execute(named).scalars())
            return [link.entry for link in links_of(connection, entry.c.id, ids)]

    def used_since(self, client: str, contract: str, since: date) -> tuple[int, date | None]:
        """(minutes used since the beginning of a UTC day, the first day on which any were)"""
        days = balance_day.c
        query = select(func.sum(days.used), func.min(days.day)).where(
            days.client == client, days.contract == contract, days.day >= since, days.used > 0
        )
        with self.reading() as connection:
            used, first = connection.execute(query).one()
        return int(used or 0), first
