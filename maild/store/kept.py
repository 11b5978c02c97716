"""Promises and what became of them: a row when the wait is over, stamped when the answer has left, taken back when it returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, literal_column, select, update

from maild.desk.decision import Decision
from maild.store.chunks import chunks
from maild.store.schema import promise

RETURNED = "returned"  # the answer bounced: it reached nobody
_LEAVING = and_(
    promise.c.ticket == bindparam("of_ticket"), promise.c.how == literal_column("'answered'"), promise.c.answered_at.is_(None)
)
_STAMP = update(promise).where(_LEAVING).values(answered_at=bindparam("at"))
_NEWEST = select(func.max(promise.c.id)).where(promise.c.ticket == bindparam("of_ticket")).scalar_subquery()
_TAKE_BACK = update(promise).where(promise.c.id == _NEWEST).values(how=RETURNED, answered_at=None)


def write_ended(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Keep the waits that decisions end, and take back those whose answer returned."""
    for decision in decisions:
        for some in chunks(asdict(each) for each in decision.ended):
            connection.execute(promise.insert(), some)
        for number in decision.returned:
            connection.execute(_TAKE_BACK, {"of_ticket": number})


def stamp_answer(connection: Connection, ticket: int, at: datetime) -> None:
    """An answer has left: the promise that it answers was kept, or broken, at this instant."""
    connection.execute(_STAMP, {"of_ticket": ticket, "at": at})
