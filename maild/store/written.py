"""What decisions leave behind, table by table: collected mail by mail, written in a dozen statements for the whole batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from maild.desk.decision import Decision, Outcome, Stored
from maild.message import Letter, Message
from maild.store import schema as s
from maild.store import schema_work as w
from maild.store.arrivals import WAITING
from maild.store.bulk import insert_rows
from maild.store.dues import ClaimedDue, finish_dues, write_dues
from maild.store.engine import Database
from maild.store.faults import AlreadyJudged, StaleHold
from maild.store.kept import write_ended
from maild.store.outbox import body_row, letter_row
from maild.store.papers import write_documents, write_marks
from maild.store.proposals import write_proposals
from maild.store.rows import hold_row, stored_row
from maild.store.staff_words import write_staff_words
from maild.store.watch import supersede, write_watch

Composing = Callable[[], Sequence[tuple[Letter, Stored]]]  # gives letters that may still be composed elsewhere


@dataclass(slots=True)
class Written:
    """Everything of a transaction but tickets, books and counters."""

    decisions: list[Decision] = field(default_factory=list)
    finished: list[ClaimedDue] = field(default_factory=list)
    arrivals: list[int | None] = field(default_factory=list)  # which the first message of each decision came as
    composed: list[Composing] = field(default_factory=list)  # letters of each decision
    judged: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(
        self,
        arrival_id: int | None,
        message: Message | None,
        fingerprint: str,
        decision: Decision,
        letters: Composing,
        judged: bool,
        tokened: bool = False,
    ) -> None:
        """Take in one decision. The first message it stores is the mail that came."""
        self.decisions.append(decision)
        self.arrivals.append(arrival_id if message is not None else None)
        self.composed.append(letters)
        if judged and arrival_id is not None:
            first_copy = decision.outcome is not Outcome.DUPLICATE and fingerprint
            self.judged[arrival_id] = {
                "of_id": arrival_id,
                "state": decision.outcome.value,
                "reason": decision.reason,
                "message_id": message.message_id if message else None,
                "fingerprint": fingerprint if first_copy and decision.supersedes is None else None,
                "tokened": tokened,
            }

    def write(self, database: Database, connection: Connection, now: datetime) -> None:
        """Write and forget; letters, which may be composed meanwhile, late. Raises the kinds of Stale, and what composing raises."""
        self._arrivals(connection, now)
        supersede(connection, [d.supersedes for d in self.decisions if d.supersedes is not None])
        self._people(database, connection)
        write_watch(database, connection, self.decisions, now)
        write_staff_words(database, connection, self.decisions)
        self._threads(database, connection)
        self._holds(connection)
        write_proposals(connection, (proposal for d in self.decisions for proposal in d.proposals))
        insert_rows(connection, w.spent_token, ({"id": token, "spent_at": now} for d in self.decisions for token in d.spent))
        write_ended(connection, self.decisions)
        finish_dues(connection, self.finished)
        write_dues(database, connection, (due for d in self.decisions for due in d.dues))
        documents = write_documents(connection, self.decisions, now)
        write_marks(database, connection, self.decisions)
        letters = [composed() for composed in self.composed]
        self._messages(database, connection, letters, now)
        self._letters(database, connection, letters, documents, now)
        for each in (self.decisions, self.finished, self.arrivals, self.composed, self.judged):
            each.clear()

    def _arrivals(self, connection: Connection, now: datetime) -> None:
        """Only what still waits may be settled: a node that slept past its lease finds that another has judged."""
        if not self.judged:
            return
        settled = update(s.arrival).where(s.arrival.c.id == bindparam("of_id"), WAITING)
        names = ("state", "reason", "message_id", "fingerprint", "tokened")
        settled = settled.values(
            {name: bindparam(name) for name in names} | {"settled_at": now, "owner": None, "lease_until": None}
        )
        rows = [self.judged[arrival_id] for arrival_id in sorted(self.judged)]
        if connection.execute(settled, rows).rowcount != len(rows):
            raise AlreadyJudged(f"of the arrivals {sorted(self.judged)} another node has judged at least one")

    def _people(self, database: Database, connection: Connection) -> None:
        joined = {(number, person.address): person for d in self.decisions for number, person in d.joined}
        if joined:
            upsert = database.insert(s.participant)
            anew = {"name": upsert.excluded.name, "flagged": upsert.excluded.flagged}
            upsert = upsert.on_conflict_do_update(index_elements=["ticket", "address"], set_=anew)
            columns = ("address", "name", "joined_at", "flagged")
            rows = [{"ticket": key[0]} | {name: getattr(joined[key], name) for name in columns} for key in sorted(joined)]
            connection.execute(upsert, rows)
        remembered = {address: client for d in self.decisions for address, client in d.remembered}
        if remembered:
            upsert = database.insert(w.remembered)
            upsert = upsert.on_conflict_do_update(index_elements=["address"], set_={"client": upsert.excluded.client})
            connection.execute(upsert, [{"address": address, "client": remembered[address]} for address in sorted(remembered)])

    def _messages(
        self, database: Database, connection: Connection, letters: Sequence[Sequence[tuple[Letter, Stored]]], now: datetime
    ) -> None:
        """Each decision's mail, what else it stores, and its letters, in this order."""
        messages: list[tuple[Stored, int | None]] = []  # with the arrival that it came as
        for decision, arrival_id, some in zip(self.decisions, self.arrivals, letters, strict=True):
            messages += [(stored, None if place else arrival_id) for place, stored in enumerate(decision.stored)]
            messages += [(stored, None) for _, stored in some]
        if not messages:
            return
        ids = database.new_ids(connection, s.message, len(messages))
        rows = [
            stored_row(stored) | {"id": new_id, "arrival": arrival_id, "recorded_at": now}
            for new_id, (stored, arrival_id) in zip(ids, messages, strict=True)
        ]
        insert_rows(connection, s.message, rows)
        attachments = [
            {
                "message": message_id,
                "position": position,
                "filename": part.filename,
                "content_type": part.content_type,
                "size": part.size,
                "sha256": part.sha256,
                "content_id": part.content_id,
                "inline": part.inline,
            }
            for message_id, (stored, _) in zip(ids, messages, strict=True)
            for position, part in enumerate(stored.attachments)
        ]
        insert_rows(connection, s.attachment, attachments)

    def _letters(
        self,
        database: Database,
        connection: Connection,
        letters: Sequence[Sequence[tuple[Letter, Stored]]],
        documents: Mapping[tuple[str, str, str], int],
        now: datetime,
    ) -> None:
        """What waits to be sent, and its octets apart."""
        each = [(*pair, decision) for decision, some in zip(self.decisions, letters, strict=True) for pair in some]
        if not each:
            return
        ids = database.new_ids(connection, w.letter, len(each))
        rows = ({"id": new_id} | letter_row(*one, now, documents) for new_id, one in zip(ids, each, strict=True))
        insert_rows(connection, w.letter, rows)
        insert_rows(
            connection, w.letter_body, ({"letter": new_id} | body_row(one[0]) for new_id, one in zip(ids, each, strict=True))
        )

    def _threads(self, database: Database, connection: Connection) -> None:
        """A Message-ID belongs to the first ticket that held it."""
        keys: dict[str, int] = {}
        for message_id, number in (key for d in self.decisions for key in d.keys):
            keys.setdefault(message_id, number)
        if keys:
            insert = database.insert(s.thread_key).on_conflict_do_nothing(index_elements=["message_id"])
            connection.execute(insert, [{"message_id": key, "ticket": keys[key]} for key in sorted(keys)])
        events = (event for d in self.decisions for event in d.events)
        names = ("ticket", "at", "what", "who", "detail", "message_id")
        insert_rows(connection, s.event, ({name: getattr(event, name) for name in names} for event in events))

    def _holds(self, connection: Connection) -> None:
        holds = [hold_row(hold) for d in self.decisions for hold in d.holds]
        insert_rows(connection, w.hold, (row for row in holds if row["version"] == 1))
        settled = [{f"of_{name}": value for name, value in row.items()} for row in holds if row["version"] > 1]
        if settled:
            names = [column.name for column in w.hold.c if column.name != "id"]
            change = update(w.hold).where(w.hold.c.id == bindparam("of_id"), w.hold.c.version == bindparam("of_version") - 1)
            change = change.values(
                {name: bindparam(f"of_{name}", type_=w.hold.c[name].type) for name in names if name != "version"}
            )
            change = change.values(version=w.hold.c.version + 1)
            if connection.execute(change, settled).rowcount != len(settled):
                raise StaleHold("a hold was settled by another mail")
