"""Rows that are written in bulk are the rows that SQLAlchemy would have written one by one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from maild.store import schema as s
from maild.store.bulk import insert_rows
from maild.store.chunks import KEYS_PER_STATEMENT
from maild.store.schema_work import tally

KYIV = timezone(timedelta(hours=2))
AT = datetime(2026, 11, 23, 14, 5, 33, 123456, tzinfo=KYIV)
ODD = ["", "\x00 and \ud800", "к" * 700, "100 % of %s and ?", "'; drop table message; --"]


def messages(first: int) -> list[dict[str, object]]:
    return [
        {
            "id": first + place,
            "message_id": f"<{first}.{place}{odd}@acme.test>",
            "ticket": None,
            "client": "acme",
            "side": "in",
            "kind": "mail",
            "from_address": odd or "a@acme.test",
            "from_name": odd,
            "to": "[]",
            "at": AT,
            "subject": odd,
            "text": odd,
            "author": "",
            "proven": bool(place % 2),
            "contact": not place,
            "recipient": "",
            "recorded_at": AT.astimezone(UTC),
        }
        for place, odd in enumerate(ODD)
    ]


def test_both_ways_keep_the_same_values(store):
    with store.writing() as connection:
        insert_rows(connection, s.message, messages(100))
        connection.execute(s.message.insert(), messages(200))
    with store.reading() as connection:
        rows = connection.execute(select(s.message).order_by(s.message.c.id)).mappings().all()
    apart = {"id", "message_id"}
    kept = [{name: value for name, value in row.items() if name not in apart} for row in rows]
    assert kept[: len(ODD)] == kept[len(ODD) :]
    assert kept[1]["text"] == "\ufffd and \ufffd"
    assert kept[0]["at"] == AT
    assert kept[0]["arrival"] is None


def test_more_rows_than_one_statement_carries(store):
    rows = [{"name": f"tally {number}", "hour": AT, "times": number} for number in range(2 * KEYS_PER_STATEMENT + 1)]
    with store.writing() as connection:
        insert_rows(connection, tally, iter(rows))
        insert_rows(connection, tally, [])
    with store.reading() as connection:
        assert sorted(connection.execute(select(tally.c.times)).scalars()) == list(range(2 * KEYS_PER_STATEMENT + 1))


def test_a_row_that_names_less_than_the_first_is_refused(store):
    whole, *_, less = messages(300)
    del less["subject"]
    with pytest.raises(KeyError), store.writing() as connection:
        insert_rows(connection, s.message, [whole, less])
    with store.reading() as connection:
        assert connection.execute(select(s.message.c.id)).all() == []
