"""A database made large: what was multiplied is found as what the program wrote itself, and numbers go on behind it."""

from datetime import UTC, datetime

import pytest
from rich.console import Console
from sqlalchemy import func, select

from maild.bench.grown import grow, lookups_ms
from maild.desk.case import Needs
from maild.desk.decision import NEW, Decision
from maild.desk.ticket import State, Ticket
from maild.store import schema, schema_work
from maild.store.store import Store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.thorough
def test_tickets_threads_and_numbers_of_a_grown_desk(database_url):
    store = Store(database_url, "bench")
    store.migrate()
    grow(store, 30, 150, NOW, Console(quiet=True))
    with store.reading() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.ticket, schema.message, schema.thread_key, schema_work.letter)
        ]
    assert counted == [30, 150, 150, 30]
    view = store.ticket(30)
    assert (view.ticket.state, len(view.thread), view.ticket.requester) == (State.CLOSED, 5, "r30@acme.test")
    lookup_ms, load_ms = lookups_ms(store, 150, NOW, lookups=20)
    assert 0 < lookup_ms < load_ms
    with store.begin() as tx:
        tx.load(Needs(), NOW)
        opened = tx.number(Decision(tickets=(Ticket(NEW, "Next", "acme", "anna@acme.test", "Anna", "en", NOW),), reason="new"))
        tx.record(None, None, "", opened)
    assert opened.tickets[0].number == 31
    store.close()
