"""A database as it stands after years: closed tickets and their messages, keys, letters and arrivals, the octets of mails left out.

Rows are multiplied by the database itself, from one that the program's own shapes make: ten million in a few minutes.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, Table, func, insert, select, update

from maild.desk.case import Needs
from maild.desk.decision import Side, Stored
from maild.desk.ticket import State, Ticket
from maild.store import schema, schema_work
from maild.store.rows import stored_row, ticket_row
from maild.store.store import Store

CLIENT = "acme"
REQUESTERS = 40_000
CHUNK = 100_000  # rows of one transaction
LOOKUPS = 200
_TEXT = "The report counts wrongly since the update. Please help us with the export of stock rows.\n" * 4


def grow(store: Store, tickets: int, messages: int, now: datetime, console: Console) -> None:
    """Fill an empty, migrated database. Of each ticket's messages every second one is ours, and was a letter."""
    opened_at = now.astimezone(UTC) - timedelta(days=300)
    each = max(1, messages // tickets)
    of_ticket, requester = f"(1 + (s.n - 1) / {each})", f"('r' || (s.n % {REQUESTERS}) || '@acme.test')"
    ours = "(s.n % 2 = 0)"
    plan: list[tuple[Table, dict[str, Any], int, dict[str, str]]] = [
        (schema.ticket, _ticket(opened_at), tickets, {"number": "s.n", "requester": requester}),
        (
            schema.participant,
            {"ticket": 1, "address": "r1@acme.test", "name": "Anna", "joined_at": opened_at, "flagged": ""},
            tickets,
            {"ticket": "s.n", "address": requester},
        ),
        (
            schema.message,
            _message(opened_at),
            tickets * each,
            {
                "id": "s.n",
                "ticket": of_ticket,
                "message_id": "('<grown.' || s.n || '@acme.test>')",
                "side": f"(CASE WHEN {ours} THEN 'out' ELSE 'in' END)",
                "recipient": f"(CASE WHEN {ours} THEN 'r1@acme.test' ELSE '' END)",
            },
        ),
        (
            schema.thread_key,
            {"message_id": "<grown.1@acme.test>", "ticket": 1},
            tickets * each,
            {"message_id": "('<grown.' || s.n || '@acme.test>')", "ticket": of_ticket},
        ),
        (schema.event, _event(opened_at), tickets, {"id": "s.n", "ticket": "s.n"}),
        (
            schema_work.letter,
            _letter(opened_at),
            tickets,
            {
                "id": "s.n",
                "ticket": "s.n",
                "message_id": "('<grown.letter.' || s.n || '@vendor.test>')",
                "recipient_key": requester,
            },
        ),
    ]
    with Progress(console=console, transient=True) as progress:
        for table, sample, rows, varying in plan:
            task = progress.add_task(f"{table.name:12}", total=rows)
            with store.writing(durable=False) as connection:
                connection.execute(insert(table), sample)
            for first in range(2, rows + 1, CHUNK):
                last = min(first + CHUNK - 1, rows)
                with store.writing(durable=False) as connection:
                    _multiply(connection, table, varying, first, last)
                progress.update(task, completed=last)
    with store.writing() as connection:
        connection.execute(update(schema_work.counter).where(schema_work.counter.c.name == "ticket").values(last=tickets))
        if not store.is_sqlite:
            for table in (schema.message, schema.event, schema_work.letter):
                connection.execute(select(func.setval(f"{table.name}_id_seq", select(func.max(table.c.id)).scalar_subquery())))
        connection.exec_driver_sql("ANALYZE")


def lookups_ms(store: Store, messages: int, now: datetime, lookups: int = LOOKUPS) -> tuple[float, float]:
    """Median milliseconds of (a thread's lookup, all that is read for one mail) among the stored messages.

    The first is a ticket and its messages by a Message-ID that a mail answers; the second what the pipeline reads before it judges
    (store/shelf.py), people, terms, acks and holds included.
    """
    rng = random.Random(11)  # noqa: S311 - the same lookups each time
    found_ms, loads_ms = [], []
    ticket, key, message = schema.ticket, schema.thread_key, schema.message
    for _ in range(lookups):
        cited = f"<grown.{rng.randrange(1, messages)}@acme.test>"
        with store.reading() as connection:
            began = time.perf_counter()
            found = connection.execute(
                select(ticket).join(key, key.c.ticket == ticket.c.number).where(key.c.message_id == cited)
            ).one()
            thread = connection.execute(select(message).where(message.c.ticket == found.number).order_by(message.c.id)).all()
            found_ms.append(1000 * (time.perf_counter() - began))
        with store.begin() as tx:
            began = time.perf_counter()
            shelf = tx.load(Needs(message_ids=frozenset({cited})), now)
            loads_ms.append(1000 * (time.perf_counter() - began))
        if found.number not in shelf.tickets or len(thread) != len(shelf.threads[found.number]):
            raise RuntimeError(f"the thread of {cited} was not found")
    return statistics.median(found_ms), statistics.median(loads_ms)


def _multiply(connection: Connection, table: Table, varying: dict[str, str], first: int, last: int) -> None:
    """Rows `first` to `last` as copies of the first one, but for the columns that vary with s.n."""
    names = [column.name for column in table.columns if column.name in varying or column.name not in ("id", "number")]
    values = ", ".join(varying.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    key = next(iter(table.primary_key.columns)).name
    one = f"(SELECT * FROM {table.name} ORDER BY {key} LIMIT 1) t"
    series = f"WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})"
    connection.exec_driver_sql(
        f"{series} INSERT INTO {table.name} ({columns}) SELECT {values} FROM {one}, s".replace(
            "%", "%%" if connection.dialect.name == "postgresql" else "%"
        )
    )


def _ticket(opened_at: datetime) -> dict[str, Any]:
    ticket = Ticket(
        1, "Counts wrongly", CLIENT, "r1@acme.test", "Anna", "en", opened_at, State.CLOSED, assignee="olga", version=5
    )
    return ticket_row(replace(ticket, messages=5, closed_at=opened_at + timedelta(days=2), closed_by="r1@acme.test"))


def _message(at: datetime) -> dict[str, Any]:
    stored = Stored(
        "<grown.1@acme.test>",
        Side.IN,
        "mail",
        "r1@acme.test",
        "Anna",
        ("support@vendor.test",),
        at,
        "Counts wrongly",
        _TEXT,
        1,
        CLIENT,
    )
    return stored_row(stored) | {"id": 1, "arrival": None, "recorded_at": at}


def _event(at: datetime) -> dict[str, Any]:
    return {"id": 1, "ticket": 1, "at": at, "what": "opened", "who": "r1@acme.test", "detail": "new", "message_id": ""}


def _letter(at: datetime) -> dict[str, Any]:
    names = ("kind", "mail_from", "recipient", "recipient_key", "person", "client", "state")
    words = dict(zip(names, ("ack", "", "r1@acme.test", "r1@acme.test", "r1@acme.test", CLIENT, "sent"), strict=True))
    numbers = {"id": 1, "ticket": 1, "priority": 0, "answers": False, "attempts": 1}
    return words | numbers | {"message_id": "<grown.letter.1@vendor.test>", "queued_at": at, "settled_at": at}
