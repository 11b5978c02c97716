"""What came in: kept before anybody reads it, taken for judging by one node at a time, filed when it is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal_column, select, update

from maild.message import Arrival
from maild.store.bulk import insert_rows
from maild.store.chunks import chunks, grouped
from maild.store.columns import storable
from maild.store.ended import ended
from maild.store.engine import Database
from maild.store.packing import pack, unpack
from maild.store.schema import arrival, raw

JUDGING_SECONDS = 120  # how long a batch may take before another node may judge it


class ArrivalState(StrEnum):
    """What became of an arrival."""

    KEPT = "kept"  # nobody has judged it yet
    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


WAITING = arrival.c.state == literal_column("'kept'")  # as text, so that the index of waiting rows is used


@dataclass(frozen=True, slots=True)
class Kept:
    """An arrival that memory holds. `fresh`: this call owns the judging lease, so the caller judges it.

    `same_as` is the arrival that a duplicate repeats; `forced` says that a person released it from quarantine.
    """

    arrival_id: int
    arrival: Arrival
    state: ArrivalState
    fresh: bool
    same_as: int | None = None
    reason: str = ""
    forced: bool = False
    kept_at: datetime | None = None


class Arrivals(Database):
    """The first commit of every message."""

    def keep(self, arrivals: Sequence[Arrival], now: datetime, lease_seconds: float = JUDGING_SECONDS) -> list[Kept]:
        """Commit raw octets and where they were seen, all at once, on disk when this returns. One Kept for each, in order.

        The same UID with the same octets is the known row again; with other octets (a reused UID) it is a new one. Octets that
        are known from elsewhere make a row that is judged a duplicate at once.
        """
        if not arrivals:
            return []
        packed = {each.sha256: (len(each.raw), *pack(each.raw)) for each in arrivals}
        with self.writing() as connection:
            raws = self._keep_raws(connection, packed)
            known = self._known(connection, arrivals, raws)
            first = _first_arrivals(connection, set(raws.values()))
            new = [each for each in arrivals if each.uid is None or _place(each, raws) not in known]
            new = list({_place(each, raws) if each.uid is not None else id(each): each for each in new}.values())
            made: dict[int, Kept] = {}
            for news in _firsts_and_repeats(new, raws, first):
                rows = [self._row(each, raws[each.sha256], first.get(raws[each.sha256]), now, lease_seconds) for each in news]
                for each, row, new_id in zip(news, rows, self._insert(connection, rows), strict=True):
                    made[id(each)] = _new(new_id, each, row)
                    first.setdefault(raws[each.sha256], new_id)
            known.update({_place(each, raws): made[id(each)] for each in new if each.uid is not None})
        return [self._answer(each, made, known.get(_place(each, raws))) for each in arrivals]

    @staticmethod
    def _answer(each: Arrival, made: dict[int, Kept], known: Kept | None) -> Kept:
        if id(each) in made:
            return made[id(each)]
        assert known is not None
        return replace(known, arrival=each, fresh=False)

    def _keep_raws(self, connection: Connection, packed: dict[str, tuple[int, bool, bytes]]) -> dict[str, int]:
        """sha256 -> id of the one row that holds those octets. Sorted, so that two nodes never wait for each other."""
        wanted = select(raw.c.sha256, raw.c.id)
        found: dict[str, int] = {}
        for some in chunks(packed):
            found.update((row.sha256, row.id) for row in connection.execute(wanted.where(raw.c.sha256.in_(some))))
        missing = sorted(set(packed) - set(found))
        if not missing:
            return found
        insert = self.insert(raw).on_conflict_do_nothing(index_elements=["sha256"])
        rows = [{"sha256": s, "size": packed[s][0], "packed": packed[s][1], "body": packed[s][2]} for s in missing]
        connection.execute(insert, rows)
        for some in chunks(missing):
            found.update((row.sha256, row.id) for row in connection.execute(wanted.where(raw.c.sha256.in_(some))))
        return found

    def _known(self, connection: Connection, arrivals: Sequence[Arrival], raws: dict[str, int]) -> dict[Any, Kept]:
        """Rows that are there for these very places, mailbox by mailbox: SQLite searches one column alone of a list of rows."""
        places = {_place(each, raws): each for each in arrivals if each.uid is not None}
        known: dict[Any, Kept] = {}
        for mailbox, uids in grouped(((place[0], place[1]), place[2]) for place in places).items():
            here = select(arrival).where(arrival.c.mailbox == mailbox[0], arrival.c.uidvalidity == mailbox[1])
            for some in chunks(uids):
                for row in connection.execute(here.where(arrival.c.uid.in_(some))):
                    place = (row.mailbox, row.uidvalidity, row.uid, row.raw)
                    if place in places:
                        known[place] = Kept(row.id, places[place], ArrivalState(row.state), False, row.same_as, row.reason)
        return known

    def _row(self, each: Arrival, raw_id: int, first: int | None, now: datetime, lease_seconds: float) -> dict[str, Any]:
        row: dict[str, Any] = {
            "mailbox": each.mailbox,
            "uidvalidity": each.uidvalidity,
            "uid": each.uid,
            "raw": raw_id,
            "arrived_at": each.arrived_at,
            "kept_at": now,
            "envelope_from": each.envelope_from,
            "envelope_to": json.dumps([storable(address) for address in each.envelope_to], ensure_ascii=False),
        }
        if first is None:
            lease_until = now + timedelta(seconds=lease_seconds)
            return row | {"state": ArrivalState.KEPT.value, "owner": self.node, "lease_until": lease_until}
        reason = f"the same octets as arrival {first}"
        return row | {"state": ArrivalState.DUPLICATE.value, "same_as": first, "settled_at": now, "reason": reason}

    def _insert(self, connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
        ids = self.new_ids(connection, arrival, len(rows)) if rows else []
        insert_rows(connection, arrival, (row | {"id": new_id} for row, new_id in zip(rows, ids, strict=True)))
        return ids

    def claim_kept(self, limit: int, now: datetime, lease_seconds: float = JUDGING_SECONDS) -> list[Kept]:
        """Take arrivals that were kept but never judged (a crash, the LMTP door) and that nobody holds, oldest first."""
        free = WAITING & ended(arrival.c.lease_until, now)
        waiting = select(arrival.c.id).where(free).order_by(arrival.c.id).limit(limit).with_for_update(skip_locked=True)
        with self.reading() as connection:  # the usual answer is "none": found without queueing among the writers
            if connection.execute(select(arrival.c.id).where(free).limit(1)).first() is None:
                return []
        with self.writing(durable=False) as connection:
            taken = [row.id for row in connection.execute(waiting)]
            lease = {"owner": self.node, "lease_until": now + timedelta(seconds=lease_seconds)}
            if not taken:
                return []
            connection.execute(update(arrival).where(arrival.c.id.in_(taken)).values(lease))
            return [kept_from(row, fresh=True) for row in connection.execute(with_raw(taken))]

    def release_arrivals(self, owner: str) -> int:
        """Give back what a process of that name held when it died: at start, where no second one can live. How many."""
        with self.writing(durable=False) as connection:
            held = update(arrival).where(WAITING, arrival.c.owner == owner).values(owner=None, lease_until=None)
            return connection.execute(held).rowcount

    def mark_filed(self, arrival_ids: Sequence[int]) -> None:
        """The messages are where their mailbox keeps what is done."""
        with self.writing(durable=False) as connection:
            for some in chunks(arrival_ids):
                connection.execute(update(arrival).where(arrival.c.id.in_(some)).values(filed=True))

    def defer(self, arrival_id: int, until: datetime) -> None:
        """Give an arrival back unjudged; nobody takes it before that instant."""
        later = update(arrival).where(arrival.c.id == arrival_id, WAITING).values(owner=None, lease_until=until)
        with self.writing(durable=False) as connection:
            connection.execute(later)

    def quarantine(self, arrival_id: int, reason: str, now: datetime) -> bool:
        """Set an arrival aside that nobody could handle, with its reason. False if it was judged in the meantime."""
        aside = {
            "state": ArrivalState.QUARANTINED.value,
            "reason": reason,
            "settled_at": now,
            "owner": None,
            "lease_until": None,
        }
        with self.writing() as connection:
            return connection.execute(update(arrival).where(arrival.c.id == arrival_id, WAITING).values(aside)).rowcount == 1

    def release_quarantined(self, arrival_id: int) -> bool:
        """Let a quarantined arrival be judged again, by a person's wish. False if it is not in quarantine."""
        back = {"state": ArrivalState.KEPT.value, "reason": "", "settled_at": None, "forced": True, "filed": False}
        aside = arrival.c.state == ArrivalState.QUARANTINED.value
        with self.writing() as connection:
            return connection.execute(update(arrival).where(arrival.c.id == arrival_id, aside).values(back)).rowcount == 1

    def arrival(self, arrival_id: int) -> Kept | None:
        """One arrival with its octets, whatever its state."""
        with self.reading() as connection:
            row = connection.execute(with_raw([arrival_id])).first()
            return kept_from(row, fresh=False) if row else None


def with_raw(arrival_ids: Sequence[int]) -> Select[Any]:
    """Arrivals and their octets, oldest first."""
    joined = select(arrival, raw.c.packed, raw.c.body).join(raw, raw.c.id == arrival.c.raw)
    return joined.where(arrival.c.id.in_(arrival_ids)).order_by(arrival.c.id)


def kept_from(row: Row[Any], fresh: bool) -> Kept:
    """The value of a row of `with_raw`."""
    body = unpack(row.packed, row.body)
    came = Arrival(
        row.mailbox, row.uidvalidity, row.uid, row.arrived_at, body, row.envelope_from, tuple(json.loads(row.envelope_to))
    )
    return Kept(row.id, came, ArrivalState(row.state), fresh, row.same_as, row.reason, row.forced, row.kept_at)


def _first_arrivals(connection: Connection, raw_ids: set[int]) -> dict[int, int]:
    first: dict[int, int] = {}
    for some in chunks(raw_ids):
        lowest = select(arrival.c.raw, func.min(arrival.c.id)).where(arrival.c.raw.in_(some)).group_by(arrival.c.raw)
        first.update((row[0], row[1]) for row in connection.execute(lowest))
    return first


def _firsts_and_repeats(new: list[Arrival], raws: dict[str, int], first: dict[int, int]) -> Iterator[list[Arrival]]:
    """New arrivals in two lots: those whose octets nobody has seen, then those that can name the first."""
    unseen = {each.sha256: each for each in reversed(new) if raws[each.sha256] not in first}
    firsts = [each for each in new if unseen.get(each.sha256) is each]
    yield firsts
    yield [each for each in new if unseen.get(each.sha256) is not each]


def _new(new_id: int, each: Arrival, row: dict[str, Any]) -> Kept:
    first = row.get("same_as")
    return Kept(new_id, each, ArrivalState(row["state"]), first is None, first, row.get("reason", ""))


def _place(each: Arrival, raws: dict[str, int]) -> tuple[str, int, int | None, int]:
    return (each.mailbox, each.uidvalidity, each.uid, raws[each.sha256])
