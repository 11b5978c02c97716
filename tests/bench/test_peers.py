"""Others beside ours: where they are not installed, the bench says so and goes on."""

import sys

import pytest

from maild.bench.backlog import backlog
from maild.bench.peers import PeerFault, peers


def test_a_python_without_them_is_named(tmp_path):
    with pytest.raises(PeerFault, match=r"(?s)peer_roundup: .*roundup-admin"):
        next(peers(sys.executable, 3, 1, tmp_path))


def test_both_get_the_same_mails(tmp_path):
    mails = list(backlog(400, 0.0))
    assert [mail.raw for mail in mails] == [mail.raw for mail in backlog(400, 0.0)]
    assert 0 < sum(not mail.opens for mail in mails) < 200
    assert all((b"In-Reply-To" in mail.raw) is not mail.opens for mail in mails)
