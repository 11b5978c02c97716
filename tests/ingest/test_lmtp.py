"""The LMTP door: 250 means kept, each recipient is answered, and trouble of ours leaves the mail with its sender."""

import smtplib
import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from maild.ingest.lmtp import LmtpDoor, TryLater

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 100_000


class Keeper:
    """Stands for the store: keeps what comes, or fails as told."""

    def __init__(self):
        self.kept, self.trouble, self.pause = [], None, None
        self.entered = threading.Event()

    def __call__(self, arrival):
        self.entered.set()
        if self.pause and b"hasty" not in arrival.raw:
            self.pause.wait(10)
        if self.trouble:
            raise self.trouble
        self.kept.append(arrival)


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def door(keeper):
    running = LmtpDoor("127.0.0.1", 0, keeper, LIMIT, clock=lambda: NOON)
    running.start()
    yield running
    running.stop()


class Peer:
    """A mail server, spoken line by line."""

    def __init__(self, door):
        self._socket = socket.create_connection((door.host, door.port), 10)
        self._stream = self._socket.makefile("rb")
        assert self.reply().startswith("220")

    def reply(self):
        lines = []
        while True:
            lines.append(self._stream.readline().decode().strip())
            if lines[-1][3:4] != "-":
                return "\n".join(lines)

    def say(self, line):
        self._socket.sendall(line if isinstance(line, bytes) else line.encode() + b"\r\n")
        return self.reply()

    def data(self, raw, recipients, mail_from="<anna@acme.test>"):
        """Replies to the final dot, one for each recipient."""
        self.say("LHLO mx.vendor.test")
        assert self.say(f"MAIL FROM:{mail_from}").startswith("250")
        for recipient in recipients:
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")
        first = self.say(raw + b".\r\n")
        return [first, *(self.reply() for _ in recipients[1:])]

    def close(self):
        self._socket.close()


@pytest.fixture
def peer(door):
    opened = Peer(door)
    yield opened
    opened.close()


def test_what_was_kept_is_what_was_sent(door, keeper):
    raw = b"Subject: hi\r\n\r\n.dot\r\n\xd0\x9f\r\n"
    with smtplib.LMTP(door.host, door.port) as lmtp:
        lmtp.sendmail("anna@acme.test", ["support+x@vendor.test"], raw)
    (arrival,) = keeper.kept
    assert arrival.raw == raw
    assert (arrival.mailbox, arrival.uidvalidity, arrival.uid, arrival.arrived_at) == ("lmtp", 0, None, NOON)
    assert arrival.envelope_from == "anna@acme.test"
    assert arrival.envelope_to == ("support+x@vendor.test",)


def test_the_null_reverse_path_is_empty(peer, keeper):
    assert peer.data(b"\r\nbounce\r\n", ["support@vendor.test"], mail_from="<>") == ["250 2.0.0 Kept"]
    assert keeper.kept[0].envelope_from == ""


@pytest.mark.parametrize(
    ("trouble", "reply"),
    [(None, "250 "), (TryLater("disk full"), "452 "), (RuntimeError("INSERT … 'the mail itself'"), "451 ")],
)
def test_every_recipient_is_answered_and_no_error_is_quoted(peer, keeper, trouble, reply):
    keeper.trouble = trouble
    answers = peer.data(b"\r\nhello\r\n", ["a@vendor.test", "b@vendor.test", "c@vendor.test"])
    assert [answer[:4] for answer in answers] == [reply] * 3
    assert [arrival.envelope_to for arrival in keeper.kept] == ([] if trouble else [tuple(f"{x}@vendor.test" for x in "abc")])
    assert "itself" not in "".join(answers)
    keeper.trouble = None
    assert peer.data(b"\r\nagain\r\n", ["a@vendor.test"]) == ["250 2.0.0 Kept"]  # and the session goes on
    assert keeper.kept[-1].raw == b"\r\nagain\r\n"


@pytest.mark.parametrize("raw", [b"x" * 70 + b"\r\n", b"y" * (LIMIT + 10) + b"\r\n"], ids=["many lines", "one line"])
def test_too_large_is_refused_for_good_to_each_recipient(peer, keeper, raw):
    large = b"Subject: large\r\n\r\n" + raw * (LIMIT // len(raw) + 2)
    answers = peer.data(large, ["a@vendor.test", "b@vendor.test"])
    assert [answer[:3] for answer in answers] == ["552", "552"]
    assert not keeper.kept
    assert peer.data(b"\r\nsmall\r\n", ["a@vendor.test"]) == ["250 2.0.0 Kept"]


def test_a_size_told_beforehand_is_refused_at_once(peer):
    assert "SIZE 100000" in peer.say("LHLO mx.vendor.test")
    assert peer.say("MAIL FROM:<a@acme.test> SIZE=100001").startswith("552")


def test_lines_beyond_a_thousand_octets_are_kept_whole(peer, keeper):
    raw = b"Subject: long\r\n\r\n" + b"z" * 50_000 + b"\r\n"
    assert peer.data(raw, ["a@vendor.test"]) == ["250 2.0.0 Kept"]
    assert keeper.kept[0].raw == raw


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n"])
def test_only_crlf_ends_a_message(peer, keeper, end):
    raw = b"Subject: smuggled" + end + b"MAIL FROM:<x@acme.test>\r\n"
    assert peer.data(raw, ["a@vendor.test"]) == ["250 2.0.0 Kept"]
    (arrival,) = keeper.kept
    assert b"MAIL FROM:<x@acme.test>" in arrival.raw


def test_250_is_said_after_the_commit_only(door, keeper):
    keeper.pause = threading.Event()
    replies = []
    peer = Peer(door)
    sender = threading.Thread(target=lambda: replies.extend(peer.data(b"\r\nhello\r\n", ["a@vendor.test"])))
    sender.start()
    assert keeper.entered.wait(5)
    time.sleep(0.1)
    assert not replies
    keeper.pause.set()
    sender.join(5)
    assert replies == ["250 2.0.0 Kept"]
    peer.close()


def test_a_slow_commit_keeps_nobody_else_waiting(door, keeper):
    keeper.pause = threading.Event()
    slow, hasty = Peer(door), Peer(door)
    sender = threading.Thread(target=lambda: slow.data(b"\r\nslow\r\n", ["a@vendor.test"]))
    sender.start()
    assert keeper.entered.wait(5)
    assert hasty.data(b"\r\nhasty\r\n", ["a@vendor.test"]) == ["250 2.0.0 Kept"]
    assert [arrival.raw for arrival in keeper.kept] == [b"\r\nhasty\r\n"]
    keeper.pause.set()
    sender.join(5)
    assert len(keeper.kept) == 2
    slow.close()
    hasty.close()


def test_stopping_answers_what_is_in_hand(keeper):
    door = LmtpDoor("127.0.0.1", 0, keeper, LIMIT)
    door.start()
    keeper.pause = threading.Event()
    replies = []
    peer = Peer(door)
    sender = threading.Thread(target=lambda: replies.extend(peer.data(b"\r\nhello\r\n", ["a@vendor.test"])))
    sender.start()
    assert keeper.entered.wait(5)
    threading.Timer(0.2, keeper.pause.set).start()
    door.stop()
    sender.join(5)
    assert replies == ["250 2.0.0 Kept"]
    with pytest.raises(OSError):
        socket.create_connection((door.host, door.port), 1)


def test_a_taken_port_is_an_error_at_start(door, keeper):
    with pytest.raises(OSError):
        LmtpDoor(door.host, door.port, keeper, LIMIT).start()


def test_bytes_that_are_no_utf8_in_an_address_are_refused(peer):
    peer.say("LHLO mx.vendor.test")
    assert peer.say(b"MAIL FROM:<\xff@acme.test>\r\n").startswith("553")
    assert peer.say("MAIL FROM:<анна@acme.test> SMTPUTF8").startswith("250")
    assert peer.say(b"RCPT TO:<\xff@vendor.test>\r\n").startswith("553")


def test_smtp_is_not_lmtp(peer):
    assert peer.say("EHLO mx.vendor.test").startswith("500")
    assert peer.say("MAIL FROM:<a@acme.test>").startswith("503")
    assert peer.say("DATA").startswith("503")
