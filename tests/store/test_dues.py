"""Moments are seen to once, by one node, and move when the desk says so."""

from datetime import timedelta

import pytest
from desk_values import NOW, judge, later, opened

from maild.desk.case import Needs
from maild.desk.decision import Decision, Document, Due
from maild.store.faults import AlreadyMade, StaleDue


def test_moments_that_have_passed_are_claimed_earliest_first(store):
    store.set_dues(
        [Due("report", "beta", later(5)), Due("report", "acme", later(1), (("cut", "x"),)), Due("hold", "7", later(60))]
    )
    claimed = store.claim_dues(later(10), 10, 60)
    assert [(each.what, each.which, each.facts) for each in claimed] == [
        ("report", "acme", (("cut", "x"),)),
        ("report", "beta", ()),
    ]
    assert store.claim_dues(later(11), 10, 60) == []
    assert store.next_due_at() == later(1)


def test_a_claim_that_nobody_finished_is_taken_over(store, other):
    store.set_dues([Due("hold", "7", NOW)])
    store.claim_dues(NOW, 10, 60)
    assert other.claim_dues(later(59), 10, 60) == []
    assert len(other.claim_dues(later(61), 10, 60)) == 1


def test_the_desks_clock_may_differ_from_the_machines(store, other):
    next_year = NOW + timedelta(days=365)
    store.set_dues([Due("report", "acme", next_year)])
    assert len(store.claim_dues(next_year, 10, 60, leased_at=NOW)) == 1
    assert other.claim_dues(next_year, 10, 60, leased_at=later(30)) == []
    assert len(other.claim_dues(next_year, 10, 60, leased_at=later(61))) == 1


def finish(store, claimed, *dues, documents=()):
    with store.begin() as tx:
        tx.load(Needs(), NOW)
        tx.finish_due(claimed)
        decision = tx.number(Decision(dues=dues, documents=documents))
        tx.record(None, None, "", decision)
    return decision


def test_a_finished_moment_goes_or_comes_back_at_its_next_time(store):
    store.set_dues([Due("hold", "7", NOW), Due("report", "acme", NOW)])
    hold, report = store.claim_dues(NOW, 10, 60)
    finish(store, hold)
    finish(store, report, Due("report", "acme", later(86_400)))
    assert store.dues() == [Due("report", "acme", later(86_400))]
    assert store.claim_dues(later(86_400), 10, 60) != []


def test_who_was_overtaken_finishes_nothing(store, other):
    store.set_dues([Due("report", "acme", NOW)])
    (mine,) = store.claim_dues(NOW, 10, 60)
    (theirs,) = other.claim_dues(later(61), 10, 60)
    a_report = Document("report", "acme", "2026-11-20", NOW, NOW.date(), {"minutes": 26})
    with pytest.raises(StaleDue):
        finish(store, mine, documents=(a_report,))
    finish(other, theirs, documents=(a_report,))
    assert len(store.documents()) == 1 and store.dues() == []


def test_a_moment_that_moved_while_it_was_seen_to_is_left_to_its_new_time(store):
    store.set_dues([Due("promise", "1", NOW)])
    (claimed,) = store.claim_dues(NOW, 10, 60)
    judge(store, Decision(dues=(Due("promise", "1", later(500)),)))
    with pytest.raises(StaleDue):
        finish(store, claimed)
    assert store.dues("promise") == [Due("promise", "1", later(500))]


def test_none_takes_a_moment_away(store):
    store.set_dues([Due("promise", "1", NOW), Due("promise", "2", NOW)])
    judge(store, Decision(dues=(Due("promise", "1", None), Due("promise", "9", None))))
    assert [due.which for due in store.dues()] == ["2"]


def test_a_restart_takes_its_moments_back_at_once(store, other):
    store.set_dues([Due("hold", "7", NOW)])
    store.claim_dues(NOW, 10, 60)
    assert other.claim_dues(NOW, 10, 60) == []
    other.release_all(NOW)
    assert len(other.claim_dues(NOW, 10, 60)) == 1


def a_document(client="acme", period="2026-11-20", kind="report", **more):
    return Document(kind, client, period, NOW, NOW.date(), {"left": 214, "text": "ж"}, **more)


def test_documents_are_numbered_without_gaps_by_kind_and_year(store):
    def make(*documents):
        return [d.number for d in judge(store, Decision(documents=documents)).documents]

    assert make(a_document(), a_document("beta")) == [1, 2]
    with pytest.raises(AlreadyMade):
        make(a_document("gamma"), a_document())
    assert make(a_document("gamma")) == [3]
    assert make(a_document(kind="act", period="2026-11")) == [1]
    assert make(a_document(period="2027-01-01", year=2027)) == [1]
    assert store.document("report", "gamma", "2026-11-20").facts == {"left": 214, "text": "ж"}
    assert store.document("report", "nobody", "2026-11-20") is None
    assert [(d.client, d.number) for d in store.documents("report", "beta")] == [("beta", 2)]


def test_the_last_document_is_the_one_with_the_latest_cut(store):
    for day in (1, 2):
        judge(store, Decision(documents=(Document("report", "acme", f"2026-11-0{day}", later(day), NOW.date(), {}),)))
    assert store.last_document("report", "acme").period == "2026-11-02"
    assert store.last_document("act", "acme") is None


def test_a_document_can_be_sent_again_byte_for_byte(store):
    opened(store)
    judge(store, Decision(documents=(a_document(),)), letters=[("report", {}), ("ack", {})])
    (letter,) = store.document_letters("report", "acme", "2026-11-20")
    assert letter.raw == b"Subject: x\r\n\r\nbytes\r\n"


def test_each_version_of_the_terms_is_kept_once(store):
    store.remember_directory("v1", "[staff.olga]", NOW)
    store.remember_directory("v1", "something else", later(1))
    store.remember_directory("v2", "", later(2))
    assert (store.directory_text("v1"), store.directory_text("v3")) == ("[staff.olga]", None)
    assert list(store.directory_versions()) == [("v1", NOW), ("v2", later(2))]
    store.remember_directory("v2", "", later(3))  # a restart: in force since before
    assert list(store.directory_versions()) == [("v1", NOW), ("v2", later(2))]


def test_terms_that_return_are_the_ones_in_force(store):
    for place, version in enumerate(("v1", "v2", "v1")):
        store.remember_directory(version, "", later(place))
    assert list(store.directory_versions()) == [("v2", later(1)), ("v1", later(2))]
