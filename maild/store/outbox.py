"""The outbox: queued -> attempted (committed before connecting) -> sent | deferred | failed | uncertain.

A letter that was attempted and never settled is uncertain: it is sent again with the same bytes and Message-ID. Every change asks
for the fence that the claim gave, so that a node which slept past its lease changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal_column, select, update

from maild.desk.decision import Decision, Due, Kind, Side, Stored
from maild.message import Letter, address_key
from maild.store.chunks import chunks
from maild.store.dues import write_dues
from maild.store.ended import WAIT_MOST, ended
from maild.store.engine import Database
from maild.store.kept import stamp_answer
from maild.store.packing import pack
from maild.store.papers import WHOLE_LETTER, letter_from
from maild.store.schema import ticket
from maild.store.schema_work import letter

LAST_PRIORITY = 9
CLAIM_SECONDS = 300  # how long a claimed letter may wait for its turn
SENDING_SECONDS = 900  # from its attempt on: longer than the slowest SMTP dialogue (delivery/smtp.py, wire.py)
UNDELIVERED = "undelivered"  # the moment that a letter which failed leaves behind: somebody must be told


class LetterState(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"
    ATTEMPTED = "attempted"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


UNSENT = letter.c.state.not_in([literal_column("'sent'"), literal_column("'failed'")])  # as the index of waiting letters has it


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """A letter that this node may send until its lease ends. `uncertain`: an earlier attempt may have reached the server."""

    id: int
    fence: int
    attempts: int
    letter: Letter
    uncertain: bool = False
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an attempt: `outcome` is sent, deferred, failed or uncertain; `next_at` where it is tried again."""

    id: int
    fence: int
    outcome: LetterState
    reply: str = ""
    next_at: datetime | None = None
    at: datetime | None = None


class Outbox(Database):
    """Letters on their way. `acked` hears how long each ticket waited for its acknowledgement, since its mail's arrival."""

    acked: Callable[[timedelta], None] = staticmethod(lambda waited: None)

    def claim_letters(
        self, limit: int, now: datetime, lease_seconds: float = CLAIM_SECONDS, up_to_priority: int = LAST_PRIORITY
    ) -> list[ClaimedLetter]:
        """Take letters that are due and that nobody holds: acks first, then in the order in which they were queued.

        `up_to_priority` leaves the others for later.
        """
        ready = and_(
            UNSENT,
            letter.c.priority <= up_to_priority,
            ended(letter.c.due_at, now, WAIT_MOST),
            ended(letter.c.lease_until, now),
        )
        with self.reading() as connection:
            if connection.execute(select(letter.c.id).where(ready).limit(1)).first() is None:
                return []
        with self.writing(durable=False) as connection:
            query = WHOLE_LETTER.where(ready).order_by(letter.c.priority, letter.c.id).limit(limit)
            rows = connection.execute(query.with_for_update(skip_locked=True, of=letter)).all()
            attempted: ColumnElement[str] = literal_column("'attempted'")
            state = case((letter.c.state == attempted, literal_column("'uncertain'")), else_=letter.c.state)
            until = now + timedelta(seconds=lease_seconds)
            lease = {"owner": self.node, "lease_until": until, "fence": letter.c.fence + 1, "state": state}
            for some in chunks([row.id for row in rows]):
                connection.execute(update(letter).where(letter.c.id.in_(some)).values(lease))
        unsure = (LetterState.ATTEMPTED, LetterState.UNCERTAIN)
        return [
            ClaimedLetter(row.id, row.fence + 1, row.attempts, letter_from(row), row.state in unsure, row.queued_at)
            for row in rows
        ]

    def attempt(self, claimed: ClaimedLetter | None, settle_previous: Settlement | None, now: datetime) -> bool:
        """One commit before connecting: this letter is attempted, and the one before is settled. False: it is not ours to send.

        The commit survives the death of the process but does not wait for the disk: after a power loss letters are uncertain.
        """
        with self.writing(durable=False) as connection:
            if settle_previous is not None:
                self._settle(connection, settle_previous, now)
            if claimed is None:
                return False
            row: dict[str, Any] = {"of_id": claimed.id, "of_fence": claimed.fence, "of_owner": self.node}
            row |= {"attempted_at": now, "until": now + timedelta(seconds=SENDING_SECONDS)}
            return connection.execute(_ATTEMPT, row).rowcount == 1

    def settle(self, settlement: Settlement, now: datetime) -> bool:
        """Settle one attempt. False: another node has the letter by now, and nothing was changed."""
        with self.writing(durable=False) as connection:
            return self._settle(connection, settlement, now)

    def still_mine(self, claimed: ClaimedLetter) -> bool:
        """Whether a letter that was attempted is still this node's to send: asked where its dialogue has taken long."""
        mine = (letter.c.id == claimed.id, letter.c.fence == claimed.fence, letter.c.owner == self.node, UNSENT)
        with self.reading() as connection:
            return connection.execute(select(letter.c.id).where(*mine)).first() is not None

    def give_back_letters(self, claimed: Iterable[ClaimedLetter]) -> None:
        """Let others have letters that were claimed but not attempted: at a clean stop."""
        mine = _MINE & (letter.c.state != literal_column("'attempted'"))
        rows = [{"of_id": each.id, "of_fence": each.fence, "of_owner": self.node} for each in claimed]
        if rows:
            with self.writing(durable=False) as connection:
                connection.execute(update(letter).where(mine).values(owner=None, lease_until=None), rows)

    def bring_forward(self, letter_ids: Sequence[int]) -> None:
        """Deferred letters are due at once."""
        waits = (letter.c.state == literal_column("'deferred'"), letter.c.owner.is_(None))
        with self.writing(durable=False) as connection:
            for some in chunks(letter_ids):
                connection.execute(update(letter).where(letter.c.id.in_(some), *waits).values(due_at=None))

    def retry_letters(self, letter_ids: Sequence[int] | None = None) -> int:
        """Send deferred, uncertain and failed letters at once (None: all of them); those that failed are tried as if new. How many."""
        tried = letter.c.state.in_([LetterState.DEFERRED, LetterState.UNCERTAIN, LetterState.FAILED])
        failed: ColumnElement[str] = literal_column("'failed'")
        anew = {
            "state": case((letter.c.state == failed, literal_column("'queued'")), else_=letter.c.state),
            "attempts": case((letter.c.state == failed, 0), else_=letter.c.attempts),
        }
        change = update(letter).where(tried, letter.c.owner.is_(None)).values(due_at=None, **anew)
        with self.writing() as connection:
            return connection.execute(change if letter_ids is None else change.where(letter.c.id.in_(letter_ids))).rowcount

    def _settle(self, connection: Connection, settlement: Settlement, now: datetime) -> bool:
        """Settle an attempt, stamp its ticket, and leave a moment behind where somebody must be told that it failed."""
        at = settlement.at or now
        row = {
            "of_id": settlement.id,
            "of_fence": settlement.fence,
            "of_owner": self.node,
            "outcome": LetterState(settlement.outcome).value,
            "said": settlement.reply,
            "next_at": settlement.next_at,
            "at": at,
        }
        settled = connection.execute(_SETTLE, row).first()
        if settled is None:
            return False
        if settlement.outcome == LetterState.FAILED:
            write_dues(self, connection, [Due(UNDELIVERED, str(settlement.id), at)])
        if settlement.outcome == LetterState.SENT and settled.ticket is not None:
            if settled.kind == Kind.ACK:
                stamped = connection.execute(_ACKED, {"of_number": settled.ticket, "at": at}).first()
                if stamped is not None:
                    self.acked(at - stamped.opened_at)
            if settled.answers:
                connection.execute(_ANSWERED, {"of_number": settled.ticket, "at": at})
                stamp_answer(connection, settled.ticket, at)
        return True


_MINE = and_(
    letter.c.id == bindparam("of_id"), letter.c.fence == bindparam("of_fence"), letter.c.owner == bindparam("of_owner"), UNSENT
)
_ATTEMPT = (
    update(letter)
    .where(_MINE)
    .values(
        state=LetterState.ATTEMPTED.value,
        attempts=letter.c.attempts + 1,
        attempted_at=bindparam("attempted_at"),
        lease_until=bindparam("until"),
    )
)
_SETTLE = (
    update(letter)
    .where(_MINE)
    .values(
        state=bindparam("outcome"),
        reply=bindparam("said"),
        due_at=bindparam("next_at"),
        settled_at=bindparam("at"),
        owner=None,
        lease_until=None,
    )
    .returning(letter.c.kind, letter.c.ticket, letter.c.answers)
)
_ACKED = (
    update(ticket)
    .where(ticket.c.number == bindparam("of_number"), ticket.c.acked_at.is_(None))
    .values(acked_at=bindparam("at"))
    .returning(ticket.c.opened_at)
)
_ANSWERED = (
    update(ticket)
    .where(ticket.c.number == bindparam("of_number"))
    .values(
        first_answer_at=func.coalesce(ticket.c.first_answer_at, bindparam("at", type_=ticket.c.first_answer_at.type)),
        last_answer_at=bindparam("at"),
    )
)


def letter_row(
    each: Letter, stored: Stored, decision: Decision, now: datetime, documents: Mapping[tuple[str, str, str], int]
) -> dict[str, Any]:
    """A new letter: `answers` is a person's relay to the customer; `person` is the one whom the notice was signed for."""
    key = address_key(each.recipient)
    people = (notice.person for notice in decision.notices if str(notice.kind) == each.kind and notice.to.key == key)
    papers = [
        documents[(p.kind, p.client, p.period)] for p in decision.documents if p.kind == each.kind and p.client == each.client
    ]
    return {
        "message_id": each.message_id,
        "kind": str(each.kind),
        "mail_from": each.mail_from,
        "recipient": each.recipient,
        "recipient_key": key,
        "person": next(people, ""),
        "ticket": each.ticket,
        "client": each.client,
        "document": papers[0] if papers else None,
        "answers": each.kind == Kind.RELAY and stored.side is Side.OUT and bool(stored.author),
        "priority": each.priority,
        "queued_at": now,
    }


def body_row(each: Letter) -> dict[str, Any]:
    """Its octets."""
    packed, body = pack(each.raw)
    return {"packed": packed, "body": body}
