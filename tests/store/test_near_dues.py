"""Moments that are seen to together with one that has come: taken as they stand, and only if they still do."""

from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.case import Needs
from maild.desk.decision import Decision, Due
from maild.store.faults import StaleDue
from maild.store.near_dues import near_dues, standing_at

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stored(store):
    store.set_dues([Due("answer", str(number), NOW + (number - 2) * MINUTE, (("n", "1"),)) for number in range(1, 9)])
    store.set_dues([Due("report", "acme", NOW)])
    return store


def see_to(store, moments, after=None):
    with store.begin() as tx:
        tx.load(Needs(), NOW)
        tx.record(None, None, "", tx.number(Decision(dues=tuple(Due(m.what, m.which, after) for m in moments))))
        for moment in moments:
            tx.finish_due(moment)


def test_own_claims_and_what_nobody_has_claimed_are_near_earliest_first(stored):
    claimed = [each for each in stored.claim_dues(NOW, 10, 60) if each.what == "answer"]
    near = near_dues(stored, ("answer",), NOW + 3 * MINUTE, 100)
    assert [each.which for each in near] == ["1", "2", "3", "4", "5"]
    assert near[:2] == claimed
    assert near_dues(stored, ("answer",), NOW + 3 * MINUTE, 2) == claimed


def test_what_another_node_sees_to_is_not_near(stored, other):
    other.claim_dues(NOW, 10, 60)
    assert [each.which for each in near_dues(stored, ("answer",), NOW + MINUTE, 100)] == ["3"]


def test_what_was_seen_to_together_is_gone_or_set_anew(stored):
    near = near_dues(stored, ("answer",), NOW + MINUTE, 100)
    see_to(stored, near[:2])
    see_to(stored, near[2:], NOW + 9 * MINUTE)
    assert [(due.which, due.at) for due in stored.dues("answer")][-1] == ("3", NOW + 9 * MINUTE)
    assert len(stored.dues("answer")) == 6


def test_a_moment_that_another_node_took_meanwhile_undoes_all(stored, other):
    near = near_dues(stored, ("answer",), NOW + MINUTE, 100)
    other.claim_dues(NOW, 10, 60)
    with pytest.raises(StaleDue):
        see_to(stored, near)
    assert len(stored.dues("answer")) == 8


def test_a_moment_that_an_answer_took_away_meanwhile_undoes_all(stored):
    near = near_dues(stored, ("answer",), NOW + MINUTE, 100)
    stored.set_dues([Due("answer", "3", None)])
    with pytest.raises(StaleDue):
        see_to(stored, near)


def test_one_moment_is_found_by_its_name(stored):
    assert standing_at(stored, "answer", "2") == NOW
    assert standing_at(stored, "answer", "acme") is None
