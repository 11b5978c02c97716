"""A backlog is taken by turns: whoever wrote once waits for nobody's ten thousand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.fair_order import fair, sender_of

SHARED = {"gmail.com"}

FIELDS = [
    (b"From: Anna <anna@acme.test>\r\n\r\n", "acme.test"),
    (b"From: ANNA@ACME.TEST\r\n\r\n", "acme.test"),
    (b"From: Carl <Carl@Gmail.com>\r\n\r\n", "carl@gmail.com"),
    (b"From:\r\n =?utf-8?q?Anna?=\r\n <anna@acme.test>\r\n\r\n", "acme.test"),
    (b"From: nobody\r\n\r\n", ""),
    (b"", ""),
    (b"From: " + b"(" * 60_000, ""),
    (b"From: eve@evil.test <anna@acme.test>", "acme.test"),
    (b"\xff\xfe", ""),
]


@pytest.mark.parametrize(("field", "queue"), FIELDS)
def test_whose_turn_a_message_takes(field, queue):
    assert sender_of(field, SHARED) == queue


def test_the_second_sender_waits_for_one_mail_and_not_for_all():
    senders = dict.fromkeys(range(1, 10_001), "evil.test") | {10_001: "acme.test", 10_002: "acme.test"}
    order = fair(sorted(senders), senders)
    assert order[:4] == [1, 10_001, 2, 10_002]
    assert order[4:] == list(range(3, 10_001))


@given(st.dictionaries(st.integers(1, 99), st.sampled_from("abc")), st.sets(st.integers(1, 99)))
def test_nothing_is_lost_and_nobodys_own_order_changes(senders, unknown):
    uids = sorted(senders.keys() | unknown)
    order = fair(uids, senders)
    assert sorted(order) == uids
    for sender in {*senders.values(), ""}:
        own = [uid for uid in order if senders.get(uid, "") == sender]
        assert own == sorted(own)
