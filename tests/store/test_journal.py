"""The books in memory: chained, balanced, never changed, never booked twice."""

from dataclasses import replace
from datetime import date

import pytest
from desk_values import NOW, a_topup, an_entry, judge, keep_one, later, opened
from sqlalchemy import text

from maild.desk.case import Needs
from maild.desk.decision import Decision
from maild.ledger.balance import Balance, fold
from maild.ledger.chain import GENESIS, canonical, digests, link
from maild.ledger.entry import EntryClass, EntryKind, reverse
from maild.store.faults import AlreadyBooked, StaleBalance, StoreFault


def book(store, *entries, fingerprint=""):
    return judge(store, Decision(entries=entries), fingerprint=fingerprint).entries


def test_an_entry_comes_back_as_it_was_booked(store):
    (booked,) = book(store, replace(an_entry(), facts=(("factor", "1.5"),), reason="told by \udcff phone", item="relicense"))
    assert list(store.entries()) == [booked]
    assert booked.reason == "told by � phone"


def test_each_client_has_a_chain_of_its_own_that_can_be_recomputed(store):
    for place in range(5):
        book(store, an_entry(place + 1, source=f"<{place}@v>"), replace(an_entry(source=f"<b{place}@v>"), client="beta"))
    heads = {"acme": (0, GENESIS), "beta": (0, GENESIS)}
    for each in store.links():
        seq, previous = heads[each.entry.client]
        assert each.digests == digests(each.entry, each.salt)
        assert each.hash == link(previous, canonical(each.entry, each.digests))
        heads[each.entry.client] = (seq + 1, each.hash)
    assert store.chain_heads() == heads
    assert store.sequence("beta") == [(1, 2), (2, 4), (3, 6), (4, 8), (5, 10)]


def test_free_text_stands_beside_the_chained_row(store):
    book(store, an_entry(note="private words", note_internal="inner words", reason="chosen words"))
    with store.reading() as connection:
        row = connection.execute(text("SELECT * FROM entry")).one()
    assert not [value for value in row if isinstance(value, str) and "words" in value]


def test_balances_follow_each_booking_and_equal_the_fold(store):
    booked = [*book(store, a_topup(600)), *book(store, an_entry(25)), *book(store, an_entry(10, source="<c@v>"))]
    booked += book(store, reverse(booked[1], author="buh", booked_at=later(9), reason="oops", source_message_id="<undo@v>"))
    assert store.balances("acme") == [fold(Balance("acme", "M-17/26"), booked)]
    assert store.balances("acme")[0].closing == 590


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET worked_minutes = 0",
        "DELETE FROM entry",
        "UPDATE posting SET minutes = 0",
        "DELETE FROM posting",
        "TRUNCATE posting",
        "TRUNCATE entry CASCADE",
        "INSERT OR REPLACE INTO posting (entry, line, account, minutes) VALUES (1, 0, 'staff:eve', 0)",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(store, statement):
    book(store, an_entry())
    if ("REPLACE" in statement) != store.is_sqlite and (
        "REPLACE" in statement or ("TRUNCATE" in statement and store.is_sqlite)
    ):
        pytest.skip("no such statement in this database")
    if "TRUNCATE" in statement and store.is_sqlite:
        pytest.skip("no such statement in this database")
    with pytest.raises(StoreFault, match="append-only"), store.writing() as connection:
        connection.execute(text(statement))
    assert [entry.worked_minutes for entry in store.entries()] == [25]


def test_the_same_mail_books_the_same_thing_once(store):
    book(store, an_entry(25), an_entry(10), fingerprint="mail-1")
    with pytest.raises(AlreadyBooked):
        book(store, an_entry(25), fingerprint="mail-1")
    assert [entry.id for entry in store.entries()] == [1, 2]
    assert [entry.id for entry in book(store, an_entry(25), fingerprint="another mail under the same Message-ID")] == [3]


def test_an_entry_is_reversed_once(store):
    (booked,) = book(store, an_entry())
    undo = reverse(booked, author="buh", booked_at=NOW, reason="", source_message_id="<u1@v>")
    book(store, undo)
    with pytest.raises(AlreadyBooked):
        book(store, replace(undo, source_message_id="<u2@v>"))


def test_numbers_have_no_gaps_after_refusals(store):
    book(store, an_entry(source="<a@v>"), fingerprint="a")
    for _ in range(3):
        with pytest.raises(AlreadyBooked):
            book(store, an_entry(source="<z@v>"), an_entry(source="<a@v>"), fingerprint="a")
    assert [entry.id for entry in book(store, an_entry(source="<b@v>"), fingerprint="b")] == [2]


def test_a_contract_that_another_node_booked_on_meanwhile_is_judged_again(store, other):
    """Possible on PostgreSQL alone: on SQLite nobody writes between a load and its commit."""
    if store.is_sqlite:
        pytest.skip("one writer at a time")
    book(store, a_topup())
    with pytest.raises(StaleBalance), store.begin() as tx:
        tx.load(Needs(clients=frozenset({"acme"})), NOW)
        book(other, an_entry())
        tx.record(None, None, "", tx.number(Decision(entries=(an_entry(5, source="<mine@v>"),))))
    assert store.balances("acme")[0].used == 25


def test_entries_between_dates_are_read_in_pieces(store):
    days = [date(2026, 11, 1 + place % 30) for place in range(700)]
    booked = book(store, *(replace(an_entry(1, source=f"<{place}@v>"), work_date=day) for place, day in enumerate(days)))
    found = list(store.entries("acme", date(2026, 11, 10), date(2026, 11, 12)))
    assert found == [
        entry for entry in booked if entry.work_date in (date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12))
    ]
    assert len(list(store.entries())) == 700 and list(store.entries("beta")) == []
    assert [each.entry.id for each in store.links(booked_after=NOW)] == []


def test_a_fee_of_a_moment_needs_no_mail(store):
    fee = replace(
        an_entry(), kind=EntryKind.FEE, entry_class=EntryClass.PLAIN, postings=(), source_message_id="", worked_minutes=0
    )
    assert [entry.id for entry in (*book(store, fee), *book(store, fee))] == [1, 2]


def test_time_for_a_ticket_of_another_client_is_read_with_that_ticket(store):
    number = opened(store, client="beta")
    book(store, replace(an_entry(7, number), client="beta", contract="B-1"))
    with store.begin() as tx:
        shelf = tx.load(Needs(tickets=frozenset({number}), clients=frozenset({"acme"})), NOW)
    assert set(shelf.accounts) == {"beta"} and ("beta", "B-1") in shelf.balances


def test_an_arrival_and_its_booking_stand_or_fall_together(store):
    kept = keep_one(store)
    book(store, an_entry(), fingerprint="f")
    with pytest.raises(AlreadyBooked):
        judge(store, Decision(entries=(an_entry(),)), kept, "f")
    assert store.arrival(kept.arrival_id).state == "kept"
