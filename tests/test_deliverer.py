"""The outbox loop while the database comes and goes: what a server said is settled late, never forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from maild.deliverer import Deliverer
from maild.delivery.outcome import Deferred, Delivered, ServerAway
from maild.store.faults import Unavailable
from maild.store.outbox import ClaimedLetter, LetterState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Memory:
    """An outbox of some letters, whose statements may fail: `broken` names those that do, "+" behind a name: after they were done."""

    def __init__(self, count):
        self.waiting = list(range(1, count + 1))
        self.settled, self.attempted, self.forward, self.broken = [], [], [], set()

    def _maybe(self, name, work):
        if name in self.broken:
            raise Unavailable(name)
        done = work()
        if f"{name}+" in self.broken:
            raise Unavailable("the answer was lost")
        return done

    def claim_letters(self, limit, now, up_to_priority):
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        letter = SimpleNamespace(message_id="<x>", kind="ack")
        return self._maybe("claim", lambda: [ClaimedLetter(number, 1, 0, letter, queued_at=NOW) for number in taken])

    def attempt(self, claimed, previous, now):
        def work():
            self.settled += [previous] if previous else []
            self.attempted.append(claimed.id)
            return True

        return self._maybe("attempt", work)

    def settle(self, settlement, now):
        return self._maybe("settle", lambda: self.settled.append(settlement))

    def give_back_letters(self, claimed):
        def work():
            self.waiting = [each.id for each in claimed] + self.waiting

        return self._maybe("give back", work)

    def bring_forward(self, letter_ids):
        self._maybe("bring forward", lambda: self.forward.append(list(letter_ids)))

    def said(self):
        return [(each.id, str(each.outcome)) for each in self.settled]


@pytest.fixture
def memory():
    return Memory(3)


def loop(memory, outcomes):
    account = SimpleNamespace(oauth=None, host="127.0.0.1", port=1, security="plain", user="")
    made = Deliverer(account, memory, clock=lambda: NOW)
    sent = []

    def send(letter, still_ours):
        sent.append(letter)
        outcome = outcomes.pop(0)
        if callable(outcome):
            outcome = outcome()
        return outcome

    made._wire = SimpleNamespace(send=send, close=lambda: None)
    return made, sent


def test_each_letter_is_sent_once_and_settled_with_the_next_attempt(memory):
    made, sent = loop(memory, [Delivered("250")] * 3)
    assert made.deliver() == (3, True)
    assert memory.said() == [(1, "sent"), (2, "sent"), (3, "sent")] and len(sent) == 3


@pytest.mark.parametrize("broken", ["attempt", "attempt+"])
def test_a_database_that_goes_after_a_letter_left_is_told_so_when_it_is_back(memory, broken):
    def gone():
        memory.broken = {broken, "settle", "give back"}
        return Delivered("250")

    made, sent = loop(memory, [gone, Delivered("250"), Delivered("250")])
    for _ in range(3):
        with pytest.raises(Unavailable):
            made.deliver()
    assert len(sent) == 1
    memory.broken = set()
    made.deliver()
    made.deliver()
    assert (
        len(sent) == 2
    )  # the first went once; the second never, because its attempt could not be recorded: it comes back later
    assert dict(memory.said()) == {1: "sent", 2: "deferred", 3: "sent"}


def test_a_server_that_is_away_gives_the_rest_back(memory):
    made, sent = loop(memory, [Delivered("250"), ServerAway("421")])
    assert made.deliver() == (1, False)
    assert memory.said() == [(1, "sent"), (2, "deferred")]
    assert memory.waiting == [3] and made.away == "421" and len(sent) == 2
    memory.waiting = []  # another connection has sent the rest: this one must not go on backing off
    assert made.deliver() == (0, True)


def test_letters_that_were_put_off_are_due_once_the_server_takes_one_again_and_the_database_knows_it(memory):
    made, _ = loop(memory, [Deferred("452 disk full")] * 2 + [Delivered("250")])
    times = iter(range(0, 3_000, 30))
    made._clock = lambda: NOW + timedelta(seconds=next(times))
    memory.broken = {"bring forward"}
    with pytest.raises(Unavailable):
        made.deliver()
    memory.broken = set()
    made.deliver()
    made.deliver()
    assert memory.forward == [[1, 2]]


def test_a_stop_in_the_midst_settles_and_gives_back(memory):
    made, _ = loop(memory, [lambda: made.stop() or Deferred("451 later")])
    made.deliver()
    assert memory.said() == [(1, str(LetterState.DEFERRED))]
    assert memory.waiting == [2, 3]


def test_a_letter_that_lies_among_what_was_sent_does_not_go_again(memory):
    made, sent = loop(memory, [Delivered("250"), Delivered("250")])
    asked = []
    made._was_sent = lambda message_id: asked.append(message_id) or len(asked) == 1
    claim = memory.claim_letters
    memory.claim_letters = lambda *args, **more: [replace(each, uncertain=each.id < 3) for each in claim(*args, **more)]
    assert made.deliver() == (3, True)
    assert memory.said() == [(1, "sent"), (2, "sent"), (3, "sent")]
    assert memory.settled[0].reply == "found among what was sent"
    assert memory.attempted == [2, 3] and len(sent) == 2
    assert asked == ["<x>", "<x>"]  # nobody asks for a letter that never left
