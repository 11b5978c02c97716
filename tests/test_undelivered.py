"""A letter that no server takes: somebody who can be reached is told, once; an answer that nobody got is none."""

from datetime import timedelta

import pytest
from promise_desk import ANNA, OLGA, PromiseDesk, Sent, at

from maild.store.outbox import LetterState, Settlement

REFUSED = "550 5.1.1 <anna@acme.test>: no such user"


class RefusingDesk(PromiseDesk):
    """`refused` recipients are refused for good."""

    refused = frozenset()

    def left(self, now):
        out = []
        while claimed := self.store.claim_letters(50, now):
            for each in claimed:
                state = LetterState.FAILED if each.letter.recipient in self.refused else LetterState.SENT
                reply = REFUSED if state is LetterState.FAILED else "250 ok"
                self.store.settle(Settlement(each.id, each.fence, state, reply, at=now), now)
                if state is LetterState.SENT:
                    out.append(Sent(each.letter, now))
        self.letters += out
        return out


@pytest.fixture
def desk(tmp_path, empty_database):
    made = RefusingDesk(tmp_path, empty_database)
    yield made
    made.close()


def test_an_answer_that_was_refused_is_told_to_its_author_and_its_clock_runs_again(desk):
    letters = desk.write(at("23 08:00"), ANNA, "It is silent.")
    note = next(each for each in letters if each.kind == "notification")
    desk.refused = frozenset({"anna@acme.test"})
    desk.reply(at("23 09:00"), f"Olga <{OLGA}>", note, "Swap the cable.")
    assert desk.ticket().awaiting_since is None
    (told,) = desk.sweep(at("23 09:01"))
    assert (told.kind, told.to, told.ticket) == ("bounce-notice", OLGA, 1)
    assert "5.1.1" in told.text and "no answer yet" in told.text
    assert desk.ticket().awaiting_since == at("23 08:00")
    assert desk.ticket().answer_due_at is not None
    assert "undelivered" in desk.events()
    assert [person.flagged for person in desk.store.ticket(1).participants] == [REFUSED]
    assert desk.sweep(at("23 09:02")) == []


def test_an_ack_that_was_refused_is_told_and_changes_no_clock(desk):
    desk.refused = frozenset({"anna@acme.test"})
    desk.write(at("23 08:00"), ANNA, "It is silent.")
    before = desk.ticket()
    (told,) = desk.sweep(at("23 08:01"))
    assert (told.kind, told.to) == ("bounce-notice", OLGA)
    assert "no answer yet" not in told.text
    assert desk.ticket().answer_due_at == before.answer_due_at


def test_a_notification_that_was_refused_is_told_to_the_managers_and_a_notice_to_nobody(desk):
    desk.refused = frozenset({OLGA})
    desk.write(at("23 08:00"), ANNA, "It is silent.")
    assert [(each.kind, each.to) for each in desk.sweep(at("23 08:01"))] == [("bounce-notice", "max@vendor.test")]
    desk.refused = frozenset({OLGA, "max@vendor.test"})
    desk.write(at("23 08:10"), ANNA, "And another.", "Scanner")
    assert desk.sweep(at("23 08:11")) == []
    assert desk.sweep(at("23 08:12")) == []


def test_a_report_that_was_refused_is_told_to_the_managers(desk):
    desk.write(at("23 08:00"), ANNA, "It is silent.")
    desk.refused = frozenset({"boss@acme.test"})
    desk.sweep(at("23 17:00"))
    told = [each for each in desk.letters + desk.sweep(at("23 17:01")) if each.kind == "bounce-notice"]
    assert {(each.to, each.ticket) for each in told} == {("max@vendor.test", None)}
    assert "daily report" in told[0].text


@pytest.mark.thorough
def test_who_has_it_sent_again_in_time_is_told_nothing(desk):
    desk.refused = frozenset({"anna@acme.test"})
    desk.write(at("23 08:00"), ANNA, "It is silent.")
    desk.refused = frozenset()
    assert desk.store.retry_letters() == 1
    assert [each.kind for each in desk.left(at("23 08:01"))] == ["ack"]
    assert desk.sweep(at("23 08:01") + timedelta(seconds=1)) == []
