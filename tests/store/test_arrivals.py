"""What came in is kept once, whatever happens to the one who keeps it."""

import itertools
from dataclasses import replace

import pytest
from desk_values import NOW, a_ticket, an_arrival, judge, keep_one, later, opening
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.desk.decision import Decision, Outcome
from maild.store.faults import AlreadyJudged


def test_a_message_is_kept_with_its_octets_and_everything_its_door_knew(store):
    came = replace(
        an_arrival("Subject: x\r\n\r\nbody \x00 ж\r\n"), envelope_from="", envelope_to=("a@vendor.test", "ж@vendor.test")
    )
    kept = store.keep([came], NOW)[0]
    assert (kept.state, kept.fresh, kept.arrival) == ("kept", True, came)
    assert store.arrival(kept.arrival_id).arrival == came
    assert store.raw(kept.arrival_id) == came.raw


@pytest.mark.parametrize(
    "body", [b"", b"x", b"a" * 300_000, bytes(range(256)) * 400], ids=["empty", "tiny", "packs well", "packs badly"]
)
def test_octets_come_back_as_they_came(store, body):
    kept = store.keep([replace(an_arrival(), raw=body)], NOW)[0]
    assert store.raw(kept.arrival_id) == body


def test_the_same_uid_and_octets_are_the_same_arrival(store, other):
    first = store.keep([an_arrival()], NOW)[0]
    again = other.keep([an_arrival()], NOW)[0]
    assert (again.arrival_id, again.fresh, again.state) == (first.arrival_id, False, "kept")


def test_a_reused_uid_with_other_octets_is_another_arrival(store):
    first = store.keep([an_arrival("one")], NOW)[0]
    second = store.keep([an_arrival("two")], NOW)[0]
    assert second.fresh and second.arrival_id != first.arrival_id
    assert store.known_sightings("support", 7, [1])[1].arrival_id == second.arrival_id


@pytest.mark.parametrize(
    "elsewhere",
    [{"uid": 9}, {"uidvalidity": 8}, {"mailbox": "sales"}, {"mailbox": "lmtp", "uid": None}],
    ids=["another UID", "a new UIDVALIDITY", "another mailbox", "the LMTP door"],
)
def test_the_same_octets_from_elsewhere_are_a_duplicate_that_names_the_first(store, elsewhere):
    first = keep_one(store, "the very same", uid=1)
    again = store.keep([an_arrival("the very same", **{"uid": 1} | elsewhere)], NOW)[0]
    assert (again.state, again.fresh, again.same_as) == ("duplicate", False, first.arrival_id)


def test_one_batch_may_hold_the_same_octets_many_times(store):
    batch = [an_arrival("same", uid) for uid in (1, 2, 3)] + [an_arrival("same", 2), an_arrival("other", 4)]
    kept = store.keep(batch, NOW)
    assert [k.state for k in kept] == ["kept", "duplicate", "duplicate", "duplicate", "kept"]
    assert [k.same_as for k in kept[1:4]] == [kept[0].arrival_id] * 3
    assert kept[3].arrival_id == kept[1].arrival_id
    assert sum(k.fresh for k in kept) == 2


def test_lmtp_keeps_a_second_delivery_of_other_octets_although_it_has_no_uid(store):
    kept = store.keep([an_arrival("a", None, "lmtp", 0), an_arrival("b", None, "lmtp", 0)], NOW)
    assert [k.state for k in kept] == ["kept", "kept"]


def test_what_was_kept_and_never_judged_is_taken_up_once_its_lease_ends(store, other):
    kept = keep_one(store)
    assert other.claim_kept(10, later(60)) == []
    taken = other.claim_kept(10, later(121))
    assert [(t.arrival_id, t.fresh, t.arrival.raw) for t in taken] == [(kept.arrival_id, True, kept.arrival.raw)]
    assert store.claim_kept(10, later(122)) == []


def test_a_restart_need_not_wait_for_its_own_leases(store):
    keep_one(store)
    assert store.release_arrivals("node-a") == 1
    assert len(store.claim_kept(10, NOW)) == 1


def test_two_nodes_share_what_waits_without_doubling(store, other):
    for _ in range(7):
        keep_one(store)
    claimed = [each.arrival_id for node in (store, other, store, other) for each in node.claim_kept(2, later(500))]
    assert len(claimed) == len(set(claimed)) == 7


def test_who_slept_past_the_lease_records_nothing(store, other):
    kept = keep_one(store)
    judge(other, opening(), kept, "f")
    with pytest.raises(AlreadyJudged):
        judge(store, opening("<second@acme.test>"), kept, "g")
    assert [t.number for t in store.tickets()] == [1]


def test_the_state_of_uids_is_told_to_the_sweep(store):
    done, waiting, aside = (store.keep([an_arrival(f"m{uid}", uid)], NOW)[0] for uid in (1, 2, 3))
    judge(store, Decision(tickets=(a_ticket(),)), done, "f")
    store.quarantine(aside.arrival_id, "killed its reader", NOW)
    store.mark_filed([done.arrival_id])
    seen = store.known_sightings("support", 7, [1, 2, 3, 4])
    assert {uid: each.state for uid, each in seen.items()} == {1: "processed", 2: "kept", 3: "quarantined"}
    assert {uid: each.filed for uid, each in seen.items()} == {1: True, 2: False, 3: False}
    assert store.known_sightings("support", 8, [1, 2, 3]) == {}
    assert waiting.fresh


def test_quarantine_keeps_the_reason_and_lets_a_person_release_it(store):
    kept = keep_one(store)
    assert store.quarantine(kept.arrival_id, "nesting beyond 20", NOW)
    assert not store.quarantine(kept.arrival_id, "again", NOW)
    assert [(q.arrival_id, q.reason) for q in store.quarantined()] == [(kept.arrival_id, "nesting beyond 20")]
    assert store.release_quarantined(kept.arrival_id)
    assert not store.release_quarantined(kept.arrival_id)
    taken = store.claim_kept(1, NOW)
    assert [(t.arrival_id, t.forced) for t in taken] == [(kept.arrival_id, True)]


def test_a_second_copy_of_the_same_mail_meets_the_fingerprint_of_the_first(store):
    judge(store, opening(), keep_one(store), "same mail")
    with pytest.raises(Exception, match="first"):
        judge(store, opening("<b@acme.test>"), keep_one(store), "same mail")
    copy = keep_one(store)
    judge(store, Decision(outcome=Outcome.DUPLICATE, reason="of 1"), copy, "same mail")
    assert store.arrival(copy.arrival_id).state == "duplicate"


EXAMPLES = itertools.count()
sightings = st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.sampled_from(["x", "y"]), st.integers(1, 2))


@pytest.mark.thorough
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=st.lists(st.lists(sightings, max_size=6), max_size=4))
def test_keeping_is_idempotent_however_often_and_in_whatever_batches(store, batches):
    """Every sighting has one row; every text has one arrival that is not a duplicate."""
    salt = f"{next(EXAMPLES)} "  # each example in mailboxes and texts of its own
    rows, firsts = {}, {}
    for batch in [*batches, *batches]:
        came = [an_arrival(salt + text, uid, salt + mailbox, validity) for text, uid, mailbox, validity in batch]
        for arrival, kept in zip(came, store.keep(came, NOW), strict=True):
            place = (arrival.mailbox, arrival.uidvalidity, arrival.uid, arrival.raw)
            assert rows.setdefault(place, kept.arrival_id) == kept.arrival_id
            if kept.state == "kept":
                assert firsts.setdefault(arrival.raw, kept.arrival_id) == kept.arrival_id
            else:
                assert kept.same_as == firsts[arrival.raw]
    assert len(set(rows.values())) == len(rows)
