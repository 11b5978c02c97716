"""Where no server is trusted, maild checks DKIM itself: real keys, a zone of our own, and a desk that believes nothing else."""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ANNA, FORGED, OLGA, kinds, one
from attacks.signing import KEYS, signed

from maild.ingest.dkim_check import DnsUnavailable
from maild.ingest.dns import DnsPending
from maild.signatures import Signatures


class Names:
    """A name server: records by name; `fault` is raised instead of any answer."""

    def __init__(self):
        self.records = {f"{name}._domainkey.{domain}.": key.record for (name, domain), key in KEYS.items()}
        self.fault = None

    def lookup(self, name):
        if self.fault:
            raise self.fault
        return self.records.get(name)


@pytest.fixture
def checking(make_desk):
    desk = make_desk(trust="")
    desk.names = Names()
    desk.pipeline.signatures = Signatures(desk.names.lookup)
    desk.note = one(desk.raw(signed(desk.mail(ANNA, "The printer is silent.\n", proofs=""), "acme.test")), "notification")
    desk.letters.clear()
    return desk


def answer(desk, **more):
    return desk.mail(OLGA, "Switch the cable.\n/time 5m x\n", desk.note.reply_to, "Re: [#1] x", proofs="", **more)


def test_a_signed_mail_is_believed(checking):
    assert "UNPROVEN" not in checking.note.text
    letters = checking.raw(signed(answer(checking), "vendor.test"))
    assert kinds(letters) == [("receipt", "olga@vendor.test"), ("relay", "anna@acme.test")]


WRONG = {
    "not signed": lambda raw: raw,
    "signed by somebody else": lambda raw: signed(raw, "evil.test"),
    "a word of the body changed": lambda raw: signed(raw, "vendor.test").replace(b"Switch", b"Smash!"),
    "the subject changed": lambda raw: signed(raw, "vendor.test").replace(b"Subject: Re:", b"Subject: RE:"),
    "a second From above": lambda raw: b"From: Eve <eve@evil.test>\r\n" + signed(raw, "vendor.test"),
    "a part of the body unsigned": lambda raw: signed(raw, "vendor.test", length=True) + b"and pay to 666\r\n",
    "the body wholly signed, by length": lambda raw: signed(raw, "vendor.test", length=True),
    "the Subject unsigned": lambda raw: signed(raw, "vendor.test", fields=(b"from", b"to", b"date", b"message-id")),
    "the To unsigned": lambda raw: signed(raw, "vendor.test", fields=(b"from", b"subject", b"date", b"message-id")),
    "the Date unsigned": lambda raw: signed(raw, "vendor.test", fields=(b"from", b"to", b"subject", b"message-id")),
    "the Message-ID unsigned": lambda raw: signed(raw, "vendor.test", fields=(b"from", b"to", b"subject", b"date")),
    "a weak key": lambda raw: signed(raw, "vendor.test", selector=b"weak"),
    "a key that is not published": lambda raw: signed(raw, "vendor.test", selector=b"gone"),
    "five bad signatures above the good one": lambda raw: bad(raw) * 5 + signed(raw, "vendor.test"),
    "a claim of a server instead": lambda raw: (
        b"Authentication-Results: mx.vendor.test; dmarc=pass header.from=vendor.test\r\n" + raw
    ),
}


def bad(raw):
    whole = signed(raw, "vendor.test")
    return whole[: len(whole) - len(raw)].replace(b"bh=", b"bh=AAAA")


@pytest.mark.parametrize("name", WRONG)
def test_whatever_is_wrong_with_a_signature_is_asked_about(checking, name):
    letters = checking.raw(WRONG[name](answer(checking)))
    assert kinds(letters) == [("challenge", "olga@vendor.test")]
    assert checking.entries() == []


def test_a_signed_mail_of_another_day_proves_nothing(checking):
    raw = signed(answer(checking), "vendor.test")
    checking.now += timedelta(hours=73)
    assert kinds(checking.raw(raw)) == [("challenge", "olga@vendor.test")]


def test_silence_of_dns_waits_an_hour_and_is_then_held(checking):
    checking.names.fault = DnsUnavailable("silent")
    assert checking.raw(signed(answer(checking), "vendor.test")) == []
    assert checking.holds() == []
    for _ in range(59):
        checking.now += timedelta(minutes=1)
        assert checking.pipeline.take_waiting(10, checking.now) == 1
    assert checking.sent() == []
    checking.now += timedelta(minutes=2)
    checking.pipeline.take_waiting(10, checking.now)
    assert kinds(checking.sent()) == [("challenge", "olga@vendor.test")]
    assert checking.pipeline.take_waiting(10, checking.now + timedelta(hours=1)) == 0


def test_an_answer_of_dns_within_the_hour_is_an_answer(checking):
    checking.names.fault = DnsUnavailable("silent")
    checking.raw(signed(answer(checking), "vendor.test"))
    checking.names.fault = None
    assert checking.pipeline.take_waiting(10, checking.now) == 0  # not before its time
    checking.pipeline.take_waiting(10, checking.now + timedelta(minutes=1))
    assert ("relay", "anna@acme.test") in kinds(checking.sent())


def test_a_customer_does_not_wait_for_a_silent_zone(checking):
    checking.names.fault = DnsUnavailable("silent")
    raw = signed(checking.mail("Boris <boris@acme.test>", "Mine too.\n", proofs="", subject="Mine"), "acme.test")
    letters = checking.raw(raw)
    assert one(letters, "ack")
    assert "UNPROVEN" in one(letters, "notification").text


def test_a_question_on_its_way_is_waited_for(checking):
    checking.names.fault = DnsPending("asked")
    raw = signed(checking.mail("Boris <boris@acme.test>", "Mine too.\n", proofs="", subject="Mine"), "acme.test")
    assert checking.raw(raw) == []
    checking.names.fault = None
    checking.pipeline.take_waiting(10, checking.now + timedelta(seconds=2))
    assert "UNPROVEN" not in one(checking.sent(), "notification").text


def test_where_the_trusted_server_said_nothing_a_signature_counts(make_desk):
    desk = make_desk()
    desk.pipeline.signatures = Signatures(Names().lookup)
    desk.note = desk.request()
    assert ("relay", "anna@acme.test") in kinds(desk.raw(signed(answer(desk), "vendor.test")))


def test_what_the_trusted_server_refused_stays_refused(make_desk):
    desk = make_desk()
    desk.pipeline.signatures = Signatures(Names().lookup)
    desk.note = desk.request()
    said = f"Authentication-Results: {FORGED.format(domain='vendor.test')}\r\n".encode()
    assert kinds(desk.raw(said + signed(answer(desk), "vendor.test"))) == [("challenge", "olga@vendor.test")]
