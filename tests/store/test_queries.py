"""What the reading commands ask."""

from dataclasses import replace

import pytest
from desk_values import NOW, a_stored, an_entry, judge, keep_one, later, opened, opening

from maild.desk.decision import Decision, Document
from maild.desk.ticket import State
from maild.store.queries import Filter


@pytest.fixture
def three(store):
    opened(store, client="acme", assignee="olga", awaiting_since=NOW, answer_due_at=later(10))
    opened(store, client="beta", assignee="petro", state=State.SOLVED, opened_at=later(100))
    opened(store, client="acme", state=State.CLOSED, awaiting_since=NOW, answer_due_at=later(1000))
    return store


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (None, [1, 2, 3]),
        (Filter(client="acme"), [1, 3]),
        (Filter(assignee="petro"), [2]),
        (Filter(states=(State.NEW, State.SOLVED)), [1, 2]),
        (Filter(overdue_at=later(11)), [1]),
        (Filter(unanswered=True), [1, 3]),
        (Filter(opened_from=later(100)), [2]),
        (Filter(opened_before=later(100)), [1, 3]),
        (Filter(client="acme", unanswered=True, limit=1), [1]),
        (Filter(client="nobody"), []),
    ],
)
def test_tickets_are_chosen(three, which, numbers):
    assert [ticket.number for ticket in three.tickets(which)] == numbers


def test_a_ticket_that_is_not_there(store):
    assert store.ticket(1) is None and store.hold(1) is None and store.raw(1) is None and store.arrival(1) is None


def test_the_figures_of_status(store):
    opened(store, [("ack", {}), ("notification", {})])
    opened(store, state=State.CLOSED)
    store.quarantine(keep_one(store).arrival_id, "why", NOW)
    keep_one(store)
    (claimed,) = store.claim_letters(1, NOW)
    counts = store.counts()
    assert (counts.arrivals_waiting, counts.quarantined, counts.holds_open) == (1, 1, 0)
    assert counts.letters == {"queued": 2, "failed": 0} and counts.tickets == {"new": 1}
    assert claimed.letter.kind == "ack"


def test_who_waits_longest_for_an_ack(store):
    assert store.oldest_unacked_at() is None
    opened(store, [("ack", {})], opened_at=later(-60))
    assert store.oldest_unacked_at() == later(-60)
    (claimed,) = store.claim_letters(1, NOW)
    store.attempt(claimed, None, NOW)
    from maild.store.outbox import LetterState, Settlement

    store.settle(Settlement(claimed.id, claimed.fence, LetterState.SENT), NOW)
    assert store.oldest_unacked_at() is None
    keep_one(store)
    assert store.oldest_unacked_at() == NOW


def test_contact_between_two_reports(store):
    number = opened(store)
    old = a_stored(number, "<old@x>", at=later(-100))
    late = a_stored(number, "<late@x>", at=later(-50))
    machine = a_stored(number, "<auto@x>", at=later(50), contact=False)
    new, after = a_stored(number, "<new@x>", at=later(50)), a_stored(number, "<after@x>", at=later(500))
    judge(store, Decision(stored=(old,)), now=later(-99))
    (covered,) = judge(store, Decision(entries=(an_entry(source="<a@v>"),))).entries
    report = Document("report", "acme", "2026-11-19", NOW, NOW.date(), {}, (covered.id,))
    judge(store, Decision(documents=(report,)), now=later(20))
    judge(store, Decision(stored=(late, machine, new, after), entries=(an_entry(3, source="<b@v>"),)), now=later(60))
    messages, entries, next_seq = store.contact("acme", NOW, later(100), made_at=later(20))
    assert [item.stored.message_id for item in messages] == ["<late@x>", "<new@x>"]
    assert (entries, next_seq) == ([covered.id + 1], 3)
    assert store.contact("acme", NOW, later(100), first=3).entries == []
    assert (
        store.contact("acme", NOW, later(-1000)).next_seq == 2
    )  # the entry is booked after this cut: the next report looks at it
    messages, *_ = store.contact("acme", NOW, later(100))
    assert [item.stored.message_id for item in messages] == ["<new@x>"]
    assert store.contact("beta", None, later(100)) == ([], [], 0)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["ПРИНТЕР"], [2]),
        (["printer"], [1]),
        (["printer", "100%"], [1]),
        (["100_"], []),
        (["anna"], [2, 1]),
        (["nothing", "printer"], []),
    ],
)
def test_find_looks_in_subjects_people_and_texts_whatever_the_case(store, words, numbers):
    for subject, body in (("The PRINTER", "jams at 100% of jobs"), ("Беда", "Не печатает принтер\\ж")):
        kept = keep_one(store)
        stored = a_stored(0, subject=subject, text=body)
        judge(store, replace(opening(f"<{subject}@x>", subject=subject), stored=(stored,)), kept, subject)
    assert [ticket.number for ticket in store.find(words)] == numbers


def test_what_a_mail_has_stored_is_found(store):
    kept = keep_one(store)
    decision = judge(store, opening("<k@acme.test>"), kept, "f")
    assert [item.stored for item in store.messages_of(kept.arrival_id)] == list(decision.stored)
