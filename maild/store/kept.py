"""Promises and what became of them: a row when the wait is over, stamped when the answer has left, taken back when it returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, literal_column, select, update

from maild.desk.decision import Decision
from maild.store.bulk import insert_rows
from maild.store.schema import promise, ticket

RETURNED = "returned"  # the answer bounced: it reached nobody
_LEAVING = and_(
    promise.c.ticket == bindparam("of_ticket"), promise.c.how == literal_column("'answered'"), promise.c.answered_at.is_(None)
)
_STAMP = update(promise).where(_LEAVING).values(answered_at=bindparam("at"))
_NEWEST = select(func.max(promise.c.id)).where(promise.c.ticket == bindparam("of_ticket")).scalar_subquery()
_RETURNED_AT = select(promise.c.answered_at).where(promise.c.id == _NEWEST).scalar_subquery()
_OTHERS = (promise.c.ticket == bindparam("of_ticket"), promise.c.how == literal_column("'answered'"), promise.c.id != _NEWEST)
_FIRST_KEPT = select(func.min(promise.c.answered_at)).where(*_OTHERS).scalar_subquery()
_LAST_KEPT = select(func.max(promise.c.answered_at)).where(*_OTHERS).scalar_subquery()
_UNSTAMP = (
    update(ticket)
    .where(ticket.c.number == bindparam("of_ticket"))
    .values(
        first_answer_at=case((ticket.c.first_answer_at == _RETURNED_AT, _FIRST_KEPT), else_=ticket.c.first_answer_at),
        last_answer_at=case((ticket.c.last_answer_at == _RETURNED_AT, _LAST_KEPT), else_=ticket.c.last_answer_at),
    )
)
_TAKE_BACK = update(promise).where(promise.c.id == _NEWEST).values(how=RETURNED, answered_at=None)


def write_ended(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Keep the waits that decisions end, and take back those whose answer returned."""
    for decision in decisions:
        insert_rows(connection, promise, (asdict(each) for each in decision.ended))
        for (
            number
        ) in decision.returned:  # an answer that reached nobody was none: its instants go first, while the row still tells them
            connection.execute(_UNSTAMP, {"of_ticket": number})
            connection.execute(_TAKE_BACK, {"of_ticket": number})


def stamp_answer(connection: Connection, number: int, at: datetime) -> None:
    """An answer has left: the promise that it answers was kept, or broken, at this instant."""
    connection.execute(_STAMP, {"of_ticket": number, "at": at})
