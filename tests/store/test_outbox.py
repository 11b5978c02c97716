"""Letters leave in order, one attempt at a time, and who lost a letter cannot settle it."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from desk_values import NOW, judge, keep_one, later, opened, opening

from maild.message import Letter
from maild.store.outbox import UNDELIVERED, LetterState, Settlement


def queue(store, *kinds, **more):
    return opened(store, [(kind, more) for kind in kinds])


def settlement(claimed, outcome="sent", **more):
    return Settlement(claimed.id, claimed.fence, LetterState(outcome), **more)


def test_acks_leave_before_anything_else_then_the_oldest(store):
    for _ in range(2):
        queue(store, "notification", "ack")
    assert [each.letter.kind for each in store.claim_letters(3, NOW)] == ["ack", "ack", "notification"]


def test_the_bytes_are_those_that_were_queued(store):
    raw = b"Subject: \xd0\xb6\r\n\r\n" + b"line\r\n" * 20_000
    queue(store, "relay", raw=raw, mail_from="bounce@vendor.test")
    (claimed,) = store.claim_letters(9, NOW)
    assert (claimed.letter.raw, claimed.letter.mail_from, claimed.attempts) == (raw, "bounce@vendor.test", 0)
    assert isinstance(claimed.letter, Letter)


def test_a_sent_ack_stamps_its_ticket_once(store):
    number = queue(store, "ack")
    (claimed,) = store.claim_letters(9, NOW)
    assert store.attempt(claimed, None, NOW)
    assert store.ticket(number).ticket.acked_at is None
    assert not store.attempt(None, settlement(claimed, at=later(1), reply="250 ok"), later(2))
    assert store.ticket(number).ticket.acked_at == later(1)
    assert store.outbox() == [] and store.claim_letters(9, later(9999)) == []


def test_letters_that_were_put_off_are_brought_forward_and_no_others(store):
    queue(store, "ack", "relay", "notification", "receipt")
    for outcome in ("deferred", "failed", "uncertain"):
        (claimed,) = store.claim_letters(1, NOW)
        store.attempt(claimed, None, NOW)
        store.settle(settlement(claimed, outcome, next_at=later(3600)), NOW)
    (held,) = store.claim_letters(1, NOW)
    store.bring_forward([each.id for each in store.outbox()])
    assert [each.letter.kind for each in store.claim_letters(9, NOW)] == ["ack"]
    assert held.letter.kind == "receipt"


def test_a_persons_relay_stamps_the_answers_and_a_customers_does_not(store):
    number = queue(store, "relay", author="olga")
    for at in (later(1), later(2)):
        (claimed,) = store.claim_letters(1, NOW)
        store.attempt(claimed, None, NOW)
        assert store.settle(settlement(claimed, at=at), NOW)
        stamped = store.ticket(number).ticket
        assert (stamped.first_answer_at, stamped.last_answer_at) == (later(1), at)
        queue_more = judge(
            store,
            replace(opening("<b@acme.test>"), tickets=(stamped,), joined=(), stored=(), keys=(), events=()),
            letters=[("relay", {"author": "olga"})],
        )
        assert queue_more.tickets[0].number == number
    unanswered = queue(store, "relay", "notification")
    for claimed in store.claim_letters(9, NOW):
        store.attempt(claimed, None, NOW)
        store.settle(settlement(claimed), NOW)
    assert store.ticket(unanswered).ticket.first_answer_at is None


def test_a_stamp_survives_a_decision_that_was_judged_before_it(store):
    number = queue(store, "ack")
    old = store.ticket(number).ticket
    (claimed,) = store.claim_letters(1, NOW)
    store.attempt(claimed, None, NOW)
    store.settle(settlement(claimed, at=later(3)), NOW)
    judge(store, replace(opening(), tickets=(replace(old, assignee="olga"),), joined=(), stored=(), keys=(), events=()))
    assert (store.ticket(number).ticket.acked_at, store.ticket(number).ticket.assignee) == (later(3), "olga")


def test_one_commit_settles_the_letter_before_and_marks_the_next(store):
    queue(store, "ack", "notification")
    first, second = store.claim_letters(9, NOW)
    assert store.attempt(first, None, NOW)
    assert store.attempt(second, settlement(first), later(1))
    assert [(item.kind, item.state, item.attempts) for item in store.outbox()] == [("notification", "attempted", 1)]


@pytest.mark.parametrize(("outcome", "again_at"), [("deferred", 60), ("uncertain", 60), ("failed", None)])
def test_what_did_not_leave_waits_for_its_moment_or_for_a_person(store, outcome, again_at):
    queue(store, "ack")
    (claimed,) = store.claim_letters(1, NOW)
    store.attempt(claimed, None, NOW)
    store.settle(settlement(claimed, outcome, reply="451 later", next_at=later(again_at) if again_at else None), NOW)
    assert [(item.state, item.reply) for item in store.outbox()] == [(outcome, "451 later")]
    assert store.claim_letters(1, later(59)) == []
    again = store.claim_letters(1, later(61))
    assert [(each.attempts, each.uncertain) for each in again] == ([(1, outcome == "uncertain")] if again_at else [])
    assert [item.due_at for item in store.outbox()] == [later(again_at) if again_at else None]


def test_an_attempt_that_nobody_settled_is_uncertain_and_goes_again_with_the_same_bytes(store, other):
    queue(store, "ack")
    (claimed,) = store.claim_letters(1, NOW)
    store.attempt(claimed, None, NOW)
    assert other.claim_letters(1, later(899)) == []  # the slowest dialogue may last so long
    (again,) = other.claim_letters(1, later(901))
    assert again.uncertain and again.letter == claimed.letter
    assert [item.state for item in store.outbox()] == ["uncertain"]


@pytest.mark.thorough
def test_who_slept_past_the_lease_neither_sends_nor_settles(store, other):
    number = queue(store, "ack")
    (mine,) = store.claim_letters(1, NOW)
    (theirs,) = other.claim_letters(1, later(301))
    assert not store.attempt(mine, None, later(302))
    assert not store.settle(settlement(mine), later(302))
    assert store.ticket(number).ticket.acked_at is None
    assert other.attempt(theirs, None, later(303)) and other.settle(settlement(theirs), later(304))
    assert not other.attempt(theirs, None, later(305))


def test_a_restart_takes_its_letters_back_at_once(store, other):
    queue(store, "ack", "notification")
    attempted, _ = store.claim_letters(9, NOW)
    store.attempt(attempted, None, NOW)
    assert other.claim_letters(9, later(1)) == []
    other.release_all(later(1))
    assert [each.uncertain for each in store.claim_letters(9, later(1))] == [True, False]


def test_a_clean_stop_gives_back_what_was_not_attempted(store, other):
    queue(store, "ack", "notification")
    attempted, waiting = store.claim_letters(9, NOW)
    store.attempt(attempted, None, NOW)
    store.give_back_letters([attempted, waiting])
    assert [each.letter.kind for each in other.claim_letters(9, later(1))] == ["notification"]


def test_a_person_may_have_letters_tried_again(store):
    queue(store, "ack", "notification")
    for claimed, outcome in zip(store.claim_letters(9, NOW), ("failed", "deferred"), strict=True):
        store.attempt(claimed, None, NOW)
        store.settle(settlement(claimed, outcome, next_at=later(9999)), NOW)
    failed = next(item.id for item in store.outbox() if item.state == "failed")
    assert store.retry_letters([failed]) == 1
    assert [each.letter.kind for each in store.claim_letters(9, NOW)] == ["ack"]
    assert store.retry_letters() == 1


def test_a_letter_that_failed_leaves_a_moment_behind_and_one_that_did_not_leaves_none(store):
    queue(store, "relay", "notification")
    failed, deferred = store.claim_letters(9, NOW)
    store.attempt(failed, None, NOW)
    store.attempt(deferred, settlement(failed, "failed", reply="550 5.1.1 unknown", at=later(3)), NOW)
    store.settle(settlement(deferred, "deferred", next_at=later(60)), NOW)
    assert [(due.what, due.which, due.at) for due in store.dues()] == [(UNDELIVERED, str(failed.id), later(3))]
    told = store.failed_letter(failed.id)
    assert (told.kind, told.reply, store.failed_letter(deferred.id)) == ("relay", "550 5.1.1 unknown", None)


def test_whether_a_letter_is_still_mine_can_be_asked_while_its_server_is_slow(store, other):
    queue(store, "ack")
    (mine,) = store.claim_letters(1, NOW)
    store.attempt(mine, None, NOW)
    assert store.still_mine(mine)
    other.release_all(NOW)
    assert not store.still_mine(mine)
    other.claim_letters(1, NOW)
    assert not store.still_mine(mine)


def test_a_clock_that_was_a_year_ahead_holds_up_no_letter(store, other):
    queue(store, "ack", "notification")
    ahead = NOW + timedelta(days=365)
    ack, note = store.claim_letters(9, ahead)
    store.attempt(ack, None, ahead)
    store.settle(settlement(ack, "deferred", next_at=ahead + timedelta(minutes=1)), ahead)
    assert {each.id for each in other.claim_letters(9, NOW)} == {ack.id, note.id}


@pytest.mark.thorough
def test_two_nodes_and_four_threads_send_each_letter_once(store, other):
    for _ in range(30):
        queue(store, "ack", "notification")
    sent, faults = [], []

    def deliver(node):
        previous = None
        try:
            while claimed := node.claim_letters(5, NOW):
                for each in claimed:
                    if node.attempt(each, previous, NOW):
                        sent.append(each.id)
                    previous = settlement(each)
            node.attempt(None, previous, NOW)
        except Exception as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [Thread(target=deliver, args=(node,)) for node in (store, other, store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, len(sent), len(set(sent)), store.outbox()) == ([], 60, 60, [])


def test_letters_of_a_decision_are_queued_with_it_or_not_at_all(store):
    kept = keep_one(store)
    with pytest.raises(RuntimeError), store.begin() as tx:
        from maild.desk.case import Needs

        tx.load(Needs(), NOW)
        tx.number(opening())
        raise RuntimeError("killed")
    assert store.outbox() == [] and store.arrival(kept.arrival_id).state == "kept"
