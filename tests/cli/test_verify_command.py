"""`verify` finds what was changed behind the books' back, and nothing else; also while the daemon goes on booking."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from desk_day import NINE, record
from hypothesis import given
from hypothesis import strategies as st

from maild.cli import document_audit, verify
from maild.cli.verify import snapshot
from maild.desk.decision import Decision, Document
from maild.ledger.entry import EntryKind
from maild.store.papers import Kept


@pytest.fixture
def damage(filled):
    """Do something to the database's file that its own guards would refuse."""

    def run(*statements):
        with sqlite3.connect(filled.url.database) as connection:
            guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert connection.execute(statement).rowcount, statement

    return run


def kinds(done):
    return {each["kind"] for each in done.json()["discrepancies"]}


def test_sound_books_verify(cli, filled):
    done = cli("verify", "--json")
    assert (done.code, done.json()) == (0, {"entries": 4, "documents": 1, "acts": 0, "rendered_again": 0, "discrepancies": []})
    assert "4 entries, 1 document: all agrees." in cli("verify").out


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE entry SET charged_minutes = 20 WHERE id = 2", {"chain", "charge", "ticket", "document"}),
        ("UPDATE posting SET minutes = minutes - 1 WHERE entry = 2 AND line = 0", {"chain"}),
        ("DELETE FROM entry WHERE id = 3", {"chain", "reversal", "ticket", "document"}),
        ("UPDATE entry SET kind = 'gift' WHERE id = 3", {"unreadable", "chain"}),
        ("UPDATE entry_note SET note = 'other words' WHERE entry = 2", {"text"}),
        ("UPDATE balance SET used = 29 WHERE client = 'acme'", {"balance"}),
        ("UPDATE balance_day SET used = used + 1 WHERE client = 'acme'", {"balance"}),
        ("UPDATE account_sum SET minutes = minutes + 1 WHERE client = 'acme'", {"balance"}),
        ("UPDATE chain SET hash = 'ff' WHERE client = 'acme'", {"chain"}),
        ("UPDATE ticket SET worked_minutes = 26", {"ticket"}),
        ("DELETE FROM directory", {"terms"}),
        ("UPDATE document SET number = 2", {"document"}),
        ("UPDATE document SET facts = replace(facts, '\"closing\": 575', '\"closing\": 576')", {"document"}),
        ("UPDATE document SET facts = replace(facts, '\"worked\": 25', '\"worked\": 24')", {"document"}),
        ("DELETE FROM document_entry WHERE entry = 2", {"document"}),
        ("UPDATE document SET facts = replace(facts, 'cable checked', 'cable pulled')", {"document"}),
        ("UPDATE document SET facts = 'nothing of the kind'", {"document"}),
        ("UPDATE document SET client = 'globex'", {"document"}),
        ("UPDATE document SET cut_at = replace(cut_at, ':00:', ':01:')", {"document"}),
    ],
)
def test_damage_is_found_and_named(cli, damage, statement, found):
    damage(statement)
    done = cli("verify", "--json")
    assert done.code == 1
    assert kinds(done) >= found


def test_an_entry_that_does_not_balance_is_named_and_the_audit_goes_on(cli, damage):
    damage(
        "UPDATE posting SET minutes = minutes - 1 WHERE entry = 2 AND line = 0",
        "UPDATE entry_note SET note = 'other words' WHERE entry = 3",
    )
    found = cli("verify", "--json").json()
    assert found["entries"] == 4
    assert {(each["kind"], each["entry"]) for each in found["discrepancies"]} >= {("sum", 2), ("text", 3)}
    assert "unreadable" not in {each["kind"] for each in found["discrepancies"]}


def test_processes_find_together_what_one_finds(cli, damage, monkeypatch):
    damage("UPDATE entry SET charged_minutes = 20 WHERE id = 2", "UPDATE ticket SET worked_minutes = 26")
    alone = cli("verify", "--json").json()
    monkeypatch.setattr(verify, "SHARED_FROM", 0)
    monkeypatch.setattr(verify.os, "sched_getaffinity", lambda pid: {0, 1})
    shared = cli("verify", "--json").json()
    for told in (alone, shared):
        told["discrepancies"].sort(key=lambda each: (each["kind"], each["text"]))
    assert shared == alone
    assert len(alone["discrepancies"]) > 2


def test_people_get_a_list(cli, damage):
    damage("UPDATE ticket SET worked_minutes = 26")
    done = cli("verify")
    assert (done.code, "#1: kept as 26 worked" in done.out, "1 discrepancy." in done.out) == (1, True, True)


def test_entries_that_were_slipped_in_behind_the_chain_are_found(cli, damage):
    damage("UPDATE chain SET seq = 3, hash = (SELECT hash FROM entry WHERE id = 3) WHERE client = 'acme'")
    done = cli("verify", "--json")
    assert "acme: 4 entries, but its chain has 3" in {each["text"] for each in done.json()["discrepancies"]}


def test_what_is_booked_during_the_audit_is_left_for_the_next(cli, filled, monkeypatch):
    """The heads are read first; an entry that came after them is no discrepancy."""

    def booking(store):
        taken = snapshot(store)
        newest = list(store.entries("acme"))[-1]
        record(
            store, NINE + timedelta(hours=9), Decision(entries=(replace(newest, id=0, kind=EntryKind.ADJUST, reverses=None),))
        )
        return taken

    monkeypatch.setattr(verify, "snapshot", booking)
    done = cli("verify", "--json")
    assert (done.code, done.json()["entries"]) == (0, 4)


def test_terms_that_cannot_be_read_any_more_are_named(cli, damage):
    damage("UPDATE directory SET text = 'plan = 3'")
    done = cli("verify")
    assert (done.code, "cannot be read by this program" in done.err) == (1, True)


def audited(documents):
    papers = document_audit.Papers(lambda _: [])
    return [found for document in documents for found in papers.judge(Kept(document, True))]


COLUMNS = st.integers(-(10**6), 10**6)


@pytest.mark.thorough
@given(st.lists(st.tuples(COLUMNS, COLUMNS), min_size=1, max_size=6), st.integers(0, 5), st.integers(1, 100))
def test_reports_without_movement_must_carry_their_closing_on(openings, broken, by):
    """A chain of quiet reports agrees exactly while each opens with what the one before closed with."""
    from datetime import UTC, date, datetime

    def quiet(number, minutes):
        sums = dict.fromkeys(document_audit.COLUMNS, 0) | {"contract": "C", "opening": minutes, "closing": minutes}
        day = date(2026, 1, 1) + timedelta(days=number)
        return Document(
            "report", "acme", str(day), datetime(2026, 1, 1, tzinfo=UTC), day, {"contracts": [sums]}, (), 2026, number
        )

    sound = [quiet(number, 0) for number in range(1, len(openings) + 1)]
    assert not audited(sound)
    place = min(broken, len(sound) - 1)
    sound[place] = quiet(place + 1, by)
    told = [each.text for each in audited(sound)]
    assert len(told) == (1 if place == len(sound) - 1 else 2)
    assert told[0].startswith(f"report {place + 1} of 2026 to acme: C: opens with {by}")


@pytest.mark.parametrize(
    ("numbers", "gap"), [([1, 2, 3], False), ([2, 1], False), ([1, 3], True), ([2], True), ([1, 1], True), ([0, 1], True)]
)
def test_documents_are_numbered_without_gaps(numbers, gap):
    assert bool(list(document_audit.numbering(("act", "acme", 2026, number) for number in numbers))) is gap
