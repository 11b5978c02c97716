"""A decision is recorded whole or not at all, with numbers that have no gaps."""

from dataclasses import replace

import pytest
from desk_values import NOW, OPEN, a_hold, a_letter, a_stored, a_ticket, an_entry, judge, keep_one, later, opened, opening
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.case import Needs
from maild.desk.decision import NEW, Decision, Due, Event, Kind, Notice, Outcome
from maild.desk.hold import HoldState
from maild.desk.ticket import Participant, State
from maild.message import Address, Attachment, Message
from maild.store.columns import indexable, storable
from maild.store.faults import Stale, StaleHold, StaleTicket


def test_everything_of_a_decision_is_found_again(store):
    kept = keep_one(store)
    decision = judge(store, opening(), kept, "f", [("ack", {}), ("notification", {"recipient": "olga@vendor.test"})])
    view = store.ticket(decision.tickets[0].number)
    assert view.ticket == replace(decision.tickets[0], messages=3)
    assert [(item.stored.kind, item.arrival) for item in view.thread] == [
        ("mail", kept.arrival_id),
        ("ack", None),
        ("notification", None),
    ]
    assert view.thread[0].stored == decision.stored[0]
    assert view.participants == (Participant("anna@acme.test", "Anna", NOW),)
    assert view.events == decision.events
    assert store.arrival(kept.arrival_id).state == "processed"
    assert [item.kind for item in store.outbox()] == ["ack", "notification"]


def test_new_stands_for_one_number_everywhere(store):
    opened(store)
    arrival = keep_one(store)
    notice = Notice(Kind.HOLD, Address("Olga", "olga@vendor.test"), "olga", "en", "k", ticket=NEW, subject_of=NEW)
    decision = replace(
        opening("<x@acme.test>"),
        holds=(a_hold(arrival.arrival_id, NEW),),
        entries=(an_entry(ticket=NEW), replace(an_entry(-25, ticket=NEW), reverses=-1)),
        dues=(Due("promise", "0", NOW), Due("hold", "0", NOW), Due("report", "acme", NOW)),
        notices=(notice, replace(notice, subject_of=None)),
    )
    done = judge(store, decision, arrival, "x")
    assert done.tickets[0].number == done.joined[0][0] == done.stored[0].ticket == done.keys[0][1] == done.events[0].ticket == 2
    assert [entry.id for entry in done.entries] == [1, 2] and done.entries[1].reverses == 1
    assert (done.holds[0].id, done.holds[0].ticket, done.entries[0].ticket) == (1, 2, 2)
    assert [due.which for due in done.dues] == ["2", "1", "acme"]
    assert [(each.ticket, each.subject_of) for each in done.notices] == [(2, 1), (2, None)]


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(tickets=(a_ticket(), a_ticket())), "at most one"),
        (Decision(events=(Event(NEW, NOW, "x"),)), "opens none"),
        (Decision(stored=(a_stored(NEW),)), "opens none"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_refused(store, decision, words):
    with pytest.raises(ValueError, match=words):
        judge(store, decision)


def test_a_rollback_gives_its_numbers_back(store):
    opened(store)
    with pytest.raises(RuntimeError), store.begin() as tx:
        tx.load(Needs(), NOW)
        assert tx.number(opening()).tickets[0].number == 2
        raise RuntimeError("the next mail of the batch failed")
    assert opened(store) == 2
    assert [ticket.number for ticket in store.tickets()] == [1, 2]


def test_a_batch_sees_what_its_earlier_mails_decided(store):
    one, two = keep_one(store), keep_one(store)
    with store.begin() as tx:
        shelf = tx.load(Needs(message_ids=frozenset({"<first@acme.test>"})), NOW)
        first = tx.number(opening())
        tx.record(one.arrival_id, Message(message_id="<first@acme.test>"), "a", first, [a_letter(1)])
        shelf.lay(first)
        ticket = replace(shelf.tickets[shelf.keys["<first@acme.test>"]], state=OPEN)
        second = tx.number(Decision(tickets=(ticket,), stored=(a_stored(1, "<reply@acme.test>"),)))
        tx.record(two.arrival_id, Message(message_id="<reply@acme.test>"), "b", second, [a_letter(1, "notification")])
    assert second.tickets[0].messages == 3
    found = store.ticket(1).ticket
    assert (found.messages, found.version, found.state) == (4, 2, OPEN)


def test_what_was_recorded_is_written_before_the_next_load_of_the_same_transaction(store):
    kept = keep_one(store)
    with store.begin() as tx:
        tx.load(Needs(), NOW)
        decision = tx.number(replace(opening(), holds=(a_hold(kept.arrival_id, NEW),)))
        tx.record(kept.arrival_id, Message(message_id="<first@acme.test>"), "a", decision)
        shelf = tx.load(Needs(tickets=frozenset({1}), holds=frozenset({1})), NOW)
        assert shelf.tickets[1] == decision.tickets[0] and shelf.holds[1].reason == "near miss"
        released = tx.number(Decision(stored=(a_stored(1),), tickets=(shelf.tickets[1],)))
        tx.record(kept.arrival_id, Message(), "", released, released=True)
    assert store.ticket(1).ticket.messages == 2


def test_sums_of_a_ticket_follow_its_entries_and_messages_also_where_it_was_not_decided_on(store):
    number = opened(store)
    judge(store, Decision(entries=(an_entry(25, number), an_entry(10, number, "<b@v>")), stored=(a_stored(number),)))
    ticket = store.ticket(number).ticket
    assert (ticket.worked_minutes, ticket.charged_minutes, ticket.messages, ticket.version) == (35, 35, 2, 2)


def test_a_ticket_judged_at_an_old_version_is_refused(store, other):
    number = opened(store)
    old = store.ticket(number).ticket
    judge(other, Decision(tickets=(replace(old, assignee="olga"),)))
    with pytest.raises(StaleTicket):
        judge(store, Decision(tickets=(replace(old, assignee="petro"),)))
    assert store.ticket(number).ticket.assignee == "olga"


def test_a_hold_is_settled_once(store):
    kept = keep_one(store)
    judge(store, replace(opening(), holds=(a_hold(kept.arrival_id, NEW),)), kept, "f")
    hold = store.hold(1)
    done = replace(hold, state=HoldState.RELEASED, settled_at=later(9), settled_by="<yes@vendor.test>")
    judge(store, Decision(holds=(done,)))
    assert store.hold(1) == replace(done, version=2)
    with pytest.raises(StaleHold):
        judge(store, Decision(holds=(replace(done, state=HoldState.DROPPED),)))
    assert store.open_holds() == []


def test_a_single_use_token_is_spent_once(store):
    judge(store, Decision(spent=("token-1",)))
    with pytest.raises(Stale):
        judge(store, Decision(spent=("token-1",)))


def test_a_message_id_belongs_to_the_first_ticket_that_held_it(store):
    first, second = opened(store), opened(store)
    for number in (first, second):
        judge(store, Decision(keys=(("<shared@acme.test>", number),)))
    with store.begin() as tx:
        assert tx.load(Needs(message_ids=frozenset({"<shared@acme.test>"})), NOW).keys == {"<shared@acme.test>": first}


def test_what_is_remembered_and_joined_takes_the_newest_word(store):
    number = opened(store)
    flagged = Participant("anna@acme.test", "Anna B.", later(5), "mailbox full for good")
    judge(store, Decision(remembered=(("joe@else.test", "acme"),), joined=((number, flagged),)))
    judge(store, Decision(remembered=(("joe@else.test", "beta"),)))
    assert store.remembered() == {"joe@else.test": "beta"}
    assert store.ticket(number).participants == (replace(flagged, joined_at=NOW),)


def test_an_arrival_may_end_in_quarantine_with_a_ticket_that_names_it(store):
    kept = keep_one(store)
    decision = replace(opening(), outcome=Outcome.QUARANTINED, reason="501 parts")
    judge(store, decision, kept, "f")
    assert store.arrival(kept.arrival_id).reason == "501 parts"
    assert [q.arrival_id for q in store.quarantined()] == [kept.arrival_id]
    assert store.ticket(1) is not None


def test_attachments_are_kept_as_facts(store):
    kept = keep_one(store)
    parts = (Attachment("scan.pdf", "application/pdf", b"%PDF-", "cid", True), Attachment("../x\x00.txt", "text/plain", b""))
    judge(store, replace(opening(), stored=(a_stored(NEW, attachments=parts),)), kept, "f")
    (item,) = store.messages_of(kept.arrival_id)
    assert [(a.filename, a.size, a.sha256, a.content_id, a.inline) for a in item.attachments] == [
        ("scan.pdf", 5, parts[0].sha256, "cid", True),
        ("../x�.txt", 0, parts[1].sha256, "", False),
    ]


ODD = ["\x00", "a\ud83db", "\udcff raw", "ж" * 3000, "<" + "x" * 4000 + "@acme.test>", "'; DROP TABLE ticket; --", "😀", ""]


@pytest.mark.parametrize("text", ODD, ids=[f"odd {place}" for place in range(len(ODD))])
def test_strangers_words_of_every_kind_are_kept(store, text):
    kept = keep_one(store)
    stored = a_stored(NEW, message_id=text or "<>", subject=text, text=text, from_name=text, from_address=text, to=(text,))
    decision = replace(opening(subject=text, requester=text), stored=(stored,), keys=((text, NEW),))
    judge(
        store,
        replace(decision, joined=((NEW, Participant(text, text, NOW)),), remembered=((text, "acme"),)),
        kept,
        "f",
        message_id=text,
    )
    view = store.ticket(1)
    assert view.ticket.subject == storable(text) and view.thread[0].stored.text == storable(text)
    with store.begin() as tx:
        assert tx.load(Needs(message_ids=frozenset({text})), NOW).keys == {indexable(text): 1}


@given(st.text(alphabet=st.characters(codec=None)))
def test_storable_text_is_unchanged_where_a_database_can_hold_it(text):
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept and len(kept) == len(text)
    assert all(a == b or a == "\x00" or "\ud800" <= a <= "\udfff" for a, b in zip(text, kept, strict=True))


def test_workload_counts_open_tickets_of_a_person(store):
    first, second = opened(store, assignee="olga"), opened(store, assignee="olga")
    opened(store, assignee="petro")
    judge(store, Decision(tickets=(replace(store.ticket(first).ticket, state=State.CLOSED),)))
    judge(store, Decision(tickets=(replace(store.ticket(second).ticket, assignee="petro"),)))
    with store.begin() as tx:
        assert tx.load(Needs(), NOW).open_count == {"olga": 0, "petro": 2}


def test_a_transaction_asks_for_its_time(store):
    with pytest.raises(ValueError, match="load"), store.begin() as tx:
        tx.record(None, None, "", Decision(spent=("t",)))
