"""What cannot be put away stays, is said, and is tried again later; a single round says so at its end."""

from types import SimpleNamespace

import pytest

from maild import put_away
from maild.ingest.imap_session import MailboxLost, MailboxRefused, NotMoved
from maild.store.arrivals import ArrivalState

STATES = {7: ArrivalState.PROCESSED, 8: ArrivalState.QUARANTINED}


class Desk:
    """A mailbox and a memory that note what is asked of them; `trouble` is what moving raises."""

    def __init__(self):
        self.account = SimpleNamespace(name="support", filed="Done", quarantine="Aside")
        self.trouble, self.said, self.moved, self.filed = None, [], [], []
        self.put = put_away.PutAway(SimpleNamespace(mark_filed=self.filed.extend), self.said.append)

    def move(self, uids, folder):
        if self.trouble:
            raise self.trouble
        self.moved.append((uids, folder))


@pytest.fixture
def clock(monkeypatch):
    at = [100.0]
    monkeypatch.setattr(put_away, "monotonic", lambda: at[0])
    return at


def test_recorded_mail_goes_where_it_belongs_and_is_marked(clock):
    desk = Desk()
    desk.put(desk, STATES, [1, 2])
    assert (desk.moved, desk.filed, desk.said) == ([([8], "Aside"), ([7], "Done")], [1, 2], [])
    desk.put.complain()


def test_a_folder_that_takes_nothing_is_tried_again_with_back_off_and_told(clock):
    desk = Desk()
    desk.trouble = NotMoved("Done takes nothing", "look at quota")
    desk.put(desk, STATES, [1, 2])
    assert (desk.filed, desk.said) == ([], ["Done takes nothing (look at quota)"])
    with pytest.raises(MailboxRefused, match="takes nothing"):
        desk.put.complain()
    desk.trouble = None
    desk.put(desk, STATES, [1, 2])
    assert desk.moved == []  # too early
    clock[0] += 2
    desk.put(desk, STATES, [1, 2])
    assert (desk.filed, desk.said[-1]) == ([1, 2], "")
    desk.put.complain()


def test_a_lost_connection_is_the_watchers_affair(clock):
    desk = Desk()
    desk.trouble = MailboxLost("gone")
    with pytest.raises(MailboxLost):
        desk.put(desk, STATES, [1, 2])
    assert desk.filed == desk.said == []
