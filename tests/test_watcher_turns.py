"""A backlog longer than a turn: taken by turns among senders, looked at again after each, and never gone round for ever."""

from types import SimpleNamespace

import pytest

from maild import watcher
from maild.ingest.errands import Errands


class Folder:
    """A mailbox of which only the order of reading matters; `later` comes in after the first turn."""

    def __init__(self, senders, later=(), unreadable=()):
        self.senders, self.later, self.unreadable = dict(senders), dict(later), set(unreadable)
        self.taken, self.asked = [], []

    def listing(self):
        return sorted(set(self.senders) - set(self.taken))

    def from_fields(self, uids):
        self.asked += uids
        return {uid: f"From: x@{self.senders[uid]}\r\n".encode() for uid in uids}

    def fetch(self, uids, *, max_message_bytes):
        for uid in uids:
            if uid not in self.unreadable:
                yield [uid]
        self.senders |= self.later
        self.later = {}


class Turns(watcher.Watcher):
    """The rounds alone."""

    def __init__(self, folder):
        self._mailbox, self._max_bytes, self._senders, self._sure, self._restored = folder, 1, {}, set(), False
        self._errands = Errands()
        self.health = SimpleNamespace(backlog=0, last_success_at=None)
        self.pipeline = SimpleNamespace(take_waiting=lambda *_: 0)
        self._clock = self._desk_clock = lambda: None

    def _fresh(self, uids):
        return list(uids)

    def _goes_on(self):
        return True

    def _begin(self, batch):
        return batch

    def _finish(self, begun):
        self._mailbox.taken += begun or []
        return len(begun or [])


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(watcher, "TURN_MESSAGES", 4)
    monkeypatch.setattr(watcher, "WINDOW_MESSAGES", 5)


def test_whoever_writes_while_a_bomb_is_taken_in_comes_with_the_next_turn():
    folder = Folder(dict.fromkeys(range(1, 31), "evil.test"), later={31: "acme.test", 32: "globex.test"})
    Turns(folder).round()
    assert folder.taken[:8] == [1, 2, 3, 4, 5, 31, 32, 6]
    assert sorted(folder.taken) == list(range(1, 33))
    assert len(folder.asked) <= 36  # each once, but for those that newer ones have pushed out of the window


def test_a_short_backlog_asks_for_no_senders():
    folder = Folder(dict.fromkeys(range(1, 5), "evil.test"))
    Turns(folder).round()
    assert (folder.taken, folder.asked) == ([1, 2, 3, 4], [])


def test_what_cannot_be_read_stands_in_nobodys_way_and_ends_the_round():
    folder = Folder(dict.fromkeys(range(1, 21), "evil.test"), unreadable=range(1, 11))
    Turns(folder).round()
    assert folder.taken == list(range(11, 21))
