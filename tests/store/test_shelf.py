"""What a batch needs is on the shelf, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from desk_values import NOW, a_stored, a_topup, an_entry, judge, keep_one, later, opened, opening
from sqlalchemy import event

from maild.desk.case import Needs, ours_key
from maild.desk.decision import Decision, Due
from maild.store import shelf as shelf_room
from maild.store.outbox import LetterState, Settlement
from maild.store.schema_work import counter

PARTIAL = (
    "letter_waiting",
    "letter_failed",
    "arrival_waiting",
    "arrival_quarantined",
    "hold_open",
    "ticket_active",
)  # few rows


def load(store, now=NOW, **needs):
    with store.begin() as tx:
        return tx.load(Needs(**{name: frozenset(keys) for name, keys in needs.items()}), now)


def test_an_empty_memory_gives_an_empty_shelf(store):
    shelf = load(
        store, tickets=[1], message_ids=["<x@y>"], clients=["acme"], addresses=["a@b"], holds=[1], entries=[1], tokens=["t"]
    )
    assert (shelf.tickets, shelf.keys, shelf.balances, shelf.recent, shelf.spent) == ({}, {}, {}, {}, set())


def test_keys_lead_to_tickets_and_tickets_to_their_thread_people_books_and_client(store):
    kept = keep_one(store)
    number = judge(store, opening("<k@acme.test>"), kept, "print", [("ack", {})]).tickets[0].number
    judge(store, Decision(entries=(a_topup(), an_entry(25, number))))
    shelf = load(store, message_ids=["<k@acme.test>"], fingerprints=["print", "other"])
    assert {known: first.message_id for known, first in shelf.fingerprints.items()} == {"print": "<first@acme.test>"}
    assert list(shelf.tickets) == [number] and list(shelf.participants[number]) == ["anna@acme.test"]
    assert [stored.kind for stored in shelf.threads[number]] == ["mail", "ack"]
    assert [entry.id for entry in shelf.ticket_entries[number]] == [2]
    assert shelf.balances[("acme", "M-17/26")].closing == 575
    assert shelf.accounts["acme"] == {"acme:M-17/26:bought": 600, "acme:M-17/26:prepaid": -575, "staff:olga": -25}
    assert [ticket.number for ticket in shelf.recent["acme"]] == [number]
    assert shelf.ours[ours_key(number, "Anna@ACME.test")].kind == "ack"


def test_our_cited_letters_come_whole_and_lead_to_their_ticket(store):
    kept = keep_one(store)
    judge(store, opening(), kept, "f", [("relay", {"author": "olga"})])
    cited = store.ticket(1).thread[1].stored
    shelf = load(store, message_ids=[cited.message_id])
    assert shelf.ours[cited.message_id] == cited
    assert list(shelf.tickets) == [1]


def test_a_letter_that_a_restore_has_undone_is_found_by_what_was_written_anew(store):
    """Its number was given to no other ticket; its like bears a higher one, and another token before the same serial."""
    with store.writing() as connection:
        connection.execute(counter.update().where(counter.c.name == "ticket").values(last=10_000))
    number = opened(store)
    lost, anew, other = (f"<{token * 46}.{serial}@vendor.test>" for token, serial in (("x", "a1"), ("y", "a1"), ("y", "a2")))
    text = f"Ticket: #{number}, new; perhaps the same as #{number}5"
    for message_id in (other, anew):
        judge(store, Decision(stored=(a_stored(number, message_id, recipient="olga@vendor.test", text=text),)))
    judge(store, Decision(entries=(an_entry(25, number),)))
    (link,) = load(store, tickets=[number, 7], letters=[(7, lost)]).ticket_entries[number]
    assert link.worked_minutes == 25
    shelf = load(store, letters=[(7, lost)], tickets=[7])
    assert (shelf.ours[lost].message_id, shelf.ours[lost].text) == (anew, f"Ticket: #7, new; perhaps the same as #{number}5")
    assert list(shelf.tickets) == [number]
    assert lost not in load(store, letters=[(number, lost)], tickets=[number]).ours
    assert lost not in load(store, letters=[(number + 1, lost)], tickets=[number + 1]).ours


def test_merged_tickets_lead_on(store):
    first, second, third = opened(store), opened(store), opened(store)
    judge(store, Decision(tickets=(replace(store.ticket(first).ticket, merged_into=second),)))
    judge(store, Decision(tickets=(replace(store.ticket(second).ticket, merged_into=third),)))
    assert sorted(load(store, tickets=[first]).tickets) == [first, second, third]


def test_long_threads_bring_the_newest_messages_and_the_texts_of_the_very_newest(store, monkeypatch):
    monkeypatch.setattr(shelf_room, "THREAD_TEXTS", 2)
    monkeypatch.setattr(shelf_room, "THREAD_MESSAGES", 4)
    number = opened(store)
    judge(store, Decision(stored=tuple(a_stored(number, f"<m{place}@x>", text=f"text {place}") for place in range(6))))
    thread = load(store, tickets=[number]).threads[number]
    assert [(stored.message_id, stored.text) for stored in thread] == [
        ("<m2@x>", ""),
        ("<m3@x>", ""),
        ("<m4@x>", "text 4"),
        ("<m5@x>", "text 5"),
    ]


def test_recent_tickets_are_the_last_eight_of_each_of_many_clients(store):
    for place in range(22):
        opened(store, client=f"client-{place % 11}")
    for _ in range(6):
        opened(store, client="client-3")
    shelf = load(store, clients=[f"client-{place}" for place in range(11)] + ["nobody"])
    assert {client: [t.number for t in found] for client, found in shelf.recent.items()} == {
        f"client-{place}": [28, 27, 26, 25, 24, 23, 15, 4] if place == 3 else [place + 12, place + 1] for place in range(11)
    }


def test_acks_of_the_last_day_and_challenges_of_the_last_hour(store):
    judge(store, opening(), keep_one(store), "f", [("ack", {"recipient": "Anna@acme.test"})])
    assert load(store, addresses=["anna@acme.test", "b@c"]).acks == {"anna@acme.test": [NOW]}
    assert load(store, later(86_401), addresses=["anna@acme.test"]).acks == {}
    opened(store, [("challenge", {})])
    assert load(store).challenges == {"": [NOW]}
    assert load(store, later(3_601)).challenges == {}


def test_worked_minutes_of_a_persons_day(store):
    yesterday = date(2026, 11, 19)
    judge(
        store,
        Decision(
            entries=(an_entry(25), an_entry(10, source="<b@v>"), replace(an_entry(7, source="<c@v>"), work_date=yesterday))
        ),
    )
    shelf = load(store, staff_days=[("olga", date(2026, 11, 20)), ("olga", yesterday), ("petro", yesterday)])
    assert shelf.worked == {("olga", date(2026, 11, 20)): 35, ("olga", yesterday): 7}


def test_the_free_urgent_favour_is_remembered_with_its_ticket(store):
    first, second = opened(store), opened(store)
    favour = [replace(an_entry(5, number, f"<{number}@v>"), rule="free:first-urgent") for number in (first, second)]
    judge(store, Decision(entries=tuple(favour)))
    assert load(store, clients=["acme"]).urgent_favours == {"acme": first}


def test_the_rest_of_what_is_looked_up_by_key(store):
    judge(store, Decision(spent=("t1",), remembered=(("joe@x", "acme"),), dues=(Due("report", "acme", later(60)),)))
    shelf = load(store, tokens=["t1", "t2"], addresses=["joe@x"])
    assert (shelf.spent, shelf.remembered, shelf.report_due) == ({"t1"}, {"joe@x": "acme"}, {"acme": later(60)})


def test_more_keys_than_one_statement_holds(store):
    opened(store)
    assert sorted(load(store, tickets=range(1, 2000), message_ids=[f"<{n}@x>" for n in range(1500)]).tickets) == [1]


def test_lookups_use_the_whole_of_an_index(store):
    """The plan of each query, so that memory may grow: SQLite says SCAN where it reads a whole table."""
    if not store.is_sqlite:
        pytest.skip("PostgreSQL plans by what the tables hold")
    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            known = parameters[0] if executemany else parameters
            plans.extend(
                row[3] for row in connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", known)
            )

    for durable in (True, False):
        event.listen(store._engine(durable), "before_cursor_execute", explain)
    number = opened(store, [("ack", {})])
    day = ("olga", date(2026, 11, 20))
    some = {name: [1] for name in ("tickets", "holds", "entries")} | {
        name: ["<a@b>"] for name in ("fingerprints", "message_ids")
    }
    load(store, addresses=["a@b"], clients=["acme"], tokens=["t"], staff_days=[day], **some)
    judge(store, Decision(entries=(an_entry(5, number),), dues=(Due("hold", "1", NOW), Due("hold", "2", None))))
    (claimed,) = store.claim_letters(5, NOW)
    store.attempt(claimed, Settlement(claimed.id, claimed.fence, LetterState.SENT), NOW)
    store.claim_kept(5, later(500)), store.claim_dues(NOW, 5, 60)
    store.known_sightings("support", 7, [1, 2]), store.mark_filed([1])
    store.contact("acme", NOW, later(9)), store.ticket(number), store.counts(), store.oldest_unacked_at()
    scans = {plan for plan in plans if plan.startswith("SCAN") and "anon_" not in plan and "subquery" not in plan}
    waiting = {plan for plan in scans if any(f"ix_{rows}" in plan for rows in PARTIAL)}
    of_people = {plan for plan in scans if plan.split()[1] in ("workload", "absence", "frozen")}  # a row a person of the desk
    assert scans - waiting == of_people
    for whole in ("(mailbox=? AND uidvalidity=? AND uid=?)", "(staff=? AND work_date=?)", "(what=? AND which=?)"):
        assert any(whole in plan for plan in plans), whole
    assert not [plan for plan in plans if plan.endswith(("(mailbox=?)", "(staff=?)", "(what=?)"))]
