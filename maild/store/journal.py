"""The books: entries behind each other in their client's chain, with postings, notes, causes and running balances."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from maild.ledger.balance import Balance, apply, effects
from maild.ledger.chain import GENESIS, Link, chained
from maild.ledger.entry import Entry
from maild.store.balance_days import write_days
from maild.store.bulk import insert_rows
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.faults import StaleBalance
from maild.store.journal_links import LINKED, chain_links, linked
from maild.store.rows import BALANCE_FIELDS, balance_from, entry_row
from maild.store.schema_books import account_sum, balance, chain, entry, entry_cause, entry_note, posting

SALT_OCTETS = 16
CHAIN_ROWS = 500


@dataclass
class Bookings:
    """Entries of one transaction that wait to be written, and the balances they lead to."""

    connection: Connection
    balances: dict[tuple[str, str], Balance] = field(default_factory=dict)  # as this transaction sees them
    _rows: list[tuple[Entry, str, int]] = field(default_factory=list)  # entry, fingerprint of its mail, line
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)  # clients

    def add(self, entries: Iterable[Entry], fingerprint: str) -> None:
        """Book entries that one mail (or one moment) caused."""
        lines: dict[tuple[str, str], int] = {}
        for each in entries:
            act = (each.source_message_id, each.kind.value)
            lines[act] = lines.get(act, 0) + 1
            self._rows.append((each, fingerprint, lines[act]))
            for contract in dict.fromkeys((each.contract, *effects(each))):
                key = (each.client, contract)
                if each.client not in self._read:
                    self.read([each.client])
                before = self.balances.get(key) or Balance(*key)
                self.balances[key] = apply(before, each)

    def write(self, database: Database) -> None:
        """Write all that was added. Raises StaleBalance where another node has booked for the contract since it was read."""
        if not self._rows:
            return
        heads = self._heads()
        entries, postings, notes, causes = [], [], [], []
        for each, fingerprint, line in self._rows:
            seq, previous = heads.get(each.client, (0, GENESIS))
            link = chained(each, previous, os.urandom(SALT_OCTETS))
            heads[each.client] = (seq + 1, link.hash)
            entries.append(entry_row(link, seq + 1))
            postings += [
                {"entry": each.id, "line": place, "account": p.account, "minutes": p.minutes}
                for place, p in enumerate(each.postings)
            ]
            reason = "" if entries[-1]["reason"] else each.reason
            notes.append(
                {"entry": each.id, "note": each.note, "note_internal": each.note_internal, "reason": reason, "salt": link.salt}
            )
            if each.source_message_id:
                source = {"source_message_id": each.source_message_id, "fingerprint": fingerprint}
                causes.append({**source, "act": each.kind.value, "line": line, "entry": each.id})
        for table, rows in ((entry, entries), (posting, postings), (entry_note, notes), (entry_cause, causes)):
            insert_rows(self.connection, table, rows)
        heads_rows = [{"client": client, "seq": seq, "hash": last} for client, (seq, last) in sorted(heads.items())]
        upsert = database.insert(chain)
        moved = {"seq": upsert.excluded.seq, "hash": upsert.excluded.hash}
        self.connection.execute(upsert.on_conflict_do_update(index_elements=["client"], set_=moved), heads_rows)
        self._write_balances(database)
        self._write_accounts(database)
        write_days(database, self.connection, (each for each, _, _ in self._rows))
        self._rows.clear()

    def _heads(self) -> dict[str, tuple[int, str]]:
        """Client -> (sequence, hash) of its last entry; the entry counter, taken before, keeps other nodes from booking."""
        clients = sorted({each.client for each, _, _ in self._rows})
        rows = (
            row for some in chunks(clients) for row in self.connection.execute(select(chain).where(chain.c.client.in_(some)))
        )
        return {row.client: (row.seq, row.hash) for row in rows}

    def _write_balances(self, database: Database) -> None:
        touched = {(e.client, contract) for e, _, _ in self._rows for contract in (e.contract, *effects(e))}
        rows = []
        for key in sorted(touched):
            version = self._versions.get(key, 0)
            rows.append({name: getattr(self.balances[key], name) for name in BALANCE_FIELDS} | {"version": version + 1})
            self._versions[key] = version + 1
        upsert = database.insert(balance)
        moved = {name: upsert.excluded[name] for name in (*BALANCE_FIELDS[2:], "version")}
        fenced = upsert.on_conflict_do_update(
            index_elements=["client", "contract"], set_=moved, where=balance.c.version == upsert.excluded.version - 1
        )
        done = self.connection.execute(fenced.execution_options(preserve_rowcount=True), rows)
        if done.rowcount != len(rows):
            raise StaleBalance("another node has booked for the same contract")

    def _write_accounts(self, database: Database) -> None:
        moved: Counter[tuple[str, str]] = Counter()
        for each, _, _ in self._rows:
            for line in each.postings:
                moved[(each.client, line.account)] += line.minutes
        upsert = database.insert(account_sum)
        total = {"minutes": account_sum.c.minutes + upsert.excluded.minutes}
        rows = [{"client": key[0], "account": key[1], "minutes": moved[key]} for key in sorted(moved)]
        if rows:
            self.connection.execute(upsert.on_conflict_do_update(index_elements=["client", "account"], set_=total), rows)

    def read(self, clients: Collection[str]) -> dict[tuple[str, str], Balance]:
        """Read the balances of clients, remembering at which version."""
        self._read.update(clients)
        for some in chunks(sorted(clients)):
            for row in self.connection.execute(select(balance).where(balance.c.client.in_(some))):
                key = (row.client, row.contract)
                self.balances[key], self._versions[key] = balance_from(row), row.version
        return {key: found for key, found in self.balances.items() if key[0] in clients}

    def accounts(self, clients: Collection[str]) -> dict[str, dict[str, int]]:
        """Client -> account -> sum of its postings; an account that was ever posted to is there, also at 0."""
        sums: dict[str, dict[str, int]] = {}
        for some in chunks(sorted(clients)):
            for row in self.connection.execute(select(account_sum).where(account_sum.c.client.in_(some))):
                sums.setdefault(row.client, {})[row.account] = row.minutes
        return sums


class Journal(Database):
    """Reading the books."""

    def links(
        self,
        client: str | None = None,
        contract: str | None = None,
        work_from: date | None = None,
        work_to: date | None = None,
        booked_after: datetime | None = None,
        booked_until: datetime | None = None,
    ) -> Iterator[Link]:
        """Entries with their hashes, by number, read a few hundred at a time. Dates and `booked_until` are inclusive."""
        wanted: tuple[tuple[Callable[[Any], ColumnElement[bool]], Any], ...] = (
            (entry.c.client.__eq__, client),
            (entry.c.contract.__eq__, contract),
            (entry.c.work_date.__ge__, work_from),
            (entry.c.work_date.__le__, work_to),
            (entry.c.booked_at.__gt__, booked_after),
            (entry.c.booked_at.__le__, booked_until),
        )
        query = LINKED.where(*(compare(value) for compare, value in wanted if value is not None)).order_by(entry.c.id)
        last = 0
        with self.reading() as connection:
            while rows := connection.execute(query.where(entry.c.id > last).limit(500)).all():
                yield from linked(connection, rows)
                last = rows[-1].id

    def chain_of(self, client: str) -> Iterator[Link]:
        """A client's entries by their place in its chain, read by that index alone: the rest of the books is not touched."""
        last = 0
        with self.reading() as connection:
            while found := chain_links(connection, client, last, CHAIN_ROWS):
                yield from (link for _, link in found)
                last = found[-1][0]

    def entries_by_client(self) -> dict[str, int]:
        """Client -> how many entries bear its name, whatever its chain says."""
        with self.reading() as connection:
            counted = connection.execute(select(entry.c.client, func.count().label("entries")).group_by(entry.c.client))
            return {row.client: row.entries for row in counted}

    def entries(self, client: str | None = None, work_from: date | None = None, work_to: date | None = None) -> Iterator[Entry]:
        """Entries by number; dates inclusive."""
        return (link.entry for link in self.links(client, None, work_from, work_to))

    def balances(self, client: str | None = None) -> list[Balance]:
        """The running figures of every contract that was ever booked on."""
        query = select(balance).order_by(balance.c.client, balance.c.contract)
        with self.reading() as connection:
            return [
                balance_from(row)
                for row in connection.execute(query if client is None else query.where(balance.c.client == client))
            ]

    def account_sums(self, client: str | None = None) -> dict[str, int]:
        """Account -> the kept sum of its postings, over the entries of one client or of all."""
        query = select(account_sum.c.account, func.sum(account_sum.c.minutes).label("minutes")).group_by(account_sum.c.account)
        with self.reading() as connection:
            rows = connection.execute(query if client is None else query.where(account_sum.c.client == client))
            return {row.account: int(row.minutes) for row in rows}

    def chain_head(self, client: str) -> tuple[int, str]:
        """(number of entries, hash of the last) of a client."""
        with self.reading() as connection:
            row = connection.execute(select(chain).where(chain.c.client == client)).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def chain_heads(self) -> dict[str, tuple[int, str]]:
        """Client -> (number of entries, hash of the last)."""
        with self.reading() as connection:
            return {row.client: (row.seq, row.hash) for row in connection.execute(select(chain))}

    def sequence(self, client: str) -> list[tuple[int, int]]:
        """(place in the chain, entry) of a client, by place."""
        query = select(entry.c.seq, entry.c.id).where(entry.c.client == client).order_by(entry.c.seq)
        with self.reading() as connection:
            return [(row.seq, row.id) for row in connection.execute(query)]
