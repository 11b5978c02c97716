"""Our own DKIM check: what dkimpy calls true and we do not."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from maild.ingest.authentication import judge
from maild.ingest.dkim_check import DnsUnavailable, check, installed
from maild.message import Address, Message

dkim = pytest.importorskip("dkim")

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def prime(bits: int, dice: random.Random) -> int:
    """A probable prime (Miller and Rabin)."""
    while True:
        number = dice.getrandbits(bits) | 3 << bits - 2 | 1
        if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
            continue
        if all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7)) and number % 65537 != 1:
            return number


def der(tag: int, *parts: bytes) -> bytes:
    """A value in ASN.1's distinguished encoding."""
    content = b"".join(parts)
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (octets if size < 128 else bytes([0x80 | len(octets)]) + octets) + content


def integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def new_key(bits: int, seed: int) -> tuple[bytes, bytes]:
    """A private key as PEM and its DNS record."""
    dice = random.Random(seed)
    p, q = prime(bits // 2, dice), prime(bits // 2, dice)
    d = pow(65537, -1, (p - 1) * (q - 1))
    private = der(0x30, *(integer(n) for n in (0, p * q, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    public = der(0x30, integer(p * q), integer(65537))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


PEM, RECORD = new_key(1024, 1)
WEAK_PEM, WEAK_RECORD = new_key(768, 2)
ZONE = {
    "k1._domainkey.acme.test.": RECORD,
    "k1._domainkey.mail.acme.test.": RECORD,
    "k1._domainkey.evil.test.": RECORD,
    "weak._domainkey.acme.test.": WEAK_RECORD,
    "empty._domainkey.acme.test.": b"v=DKIM1; k=rsa; p=",
    "odd._domainkey.acme.test.": b"v=DKIM1; k=quantum; p=AAAA",
    "broken._domainkey.acme.test.": b"v=DKIM1; k=rsa; p=AAAA",
    "ed._domainkey.acme.test.": b"v=DKIM1; k=ed25519; p=AAAA",
}
MAIL = (
    b"From: Anna <anna@acme.test>\r\nTo: support@vendor.test\r\nSubject: Printer\r\n"
    b"Date: Mon, 23 Nov 2026 09:29:00 +0000\r\nMessage-ID: <1@acme.test>\r\nX-Other: 1\r\n\r\nIt is silent.\r\n"
)
FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]


def signed(
    raw: bytes = MAIL,
    *,
    domain: bytes = b"acme.test",
    selector: bytes = b"k1",
    pem: bytes = PEM,
    fields: list[bytes] | None = None,
    length: bool = False,
    at: datetime = NOW,
    algorithm: bytes = b"rsa-sha256",
) -> bytes:
    signer = dkim.DKIM(raw, minkey=512, signature_algorithm=algorithm)
    signer.should_not_sign = set()
    fields = FIELDS if fields is None else fields
    with time_machine.travel(at, tick=False):
        header = signer.sign(
            selector, domain, pem, include_headers=fields, length=length, canonicalize=(b"relaxed", b"relaxed")
        )
    return header + raw


def outcome(raw: bytes, *, date: datetime | None = NOW, arrived_at: datetime = NOW, zone=None):
    message = Message(senders=(Address("", "anna@acme.test"),), date=date)
    asked: list[str] = []

    def lookup(name: str) -> bytes | None:
        asked.append(name)
        return (ZONE if zone is None else zone).get(name)

    return check(raw, message, "acme.test", arrived_at, lookup)


def test_a_good_signature_proves_the_from():
    assert installed()
    found = outcome(signed())
    assert (found.aligned_domain, found.reasons, found.pending) == ("acme.test", ("dkim=pass",), False)
    assert judge(Message(senders=(Address("", "anna@acme.test"),)), (), own_check=found).authenticated


def test_relaxed_alignment():
    assert outcome(signed(domain=b"mail.acme.test")).aligned_domain == "mail.acme.test"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (MAIL, "not signed"),
        (signed(domain=b"evil.test"), "evil.test: is not aligned with From"),
        (signed(length=True), "acme.test: leaves a part of the body unsigned (l=)"),
        (signed(length=True) + b"and pay here\r\n", "acme.test: leaves a part of the body unsigned (l=)"),
        (signed() + b"and pay here\r\n", "acme.test: signature or key cannot be used"),
        (signed().replace(b"Subject: Printer", b"Subject: Pay"), "acme.test: signature does not hold"),
        (signed(fields=[b"from", b"to", b"date", b"message-id"]), "acme.test: does not cover subject"),
        (signed(fields=[b"from", b"subject", b"date", b"message-id"]), "acme.test: does not cover to"),
        (signed(fields=[b"from", b"to", b"subject", b"message-id"]), "acme.test: does not cover date"),
        (signed(fields=[b"from", b"to", b"subject", b"date"]), "acme.test: does not cover message-id"),
        (b"Subject: Pay\r\n" + signed(), "acme.test: does not cover subject"),
        (b"From: olga@vendor.test\r\n" + signed(), "acme.test: does not cover from"),
        (signed(selector=b"nowhere"), "acme.test: signature does not hold"),
        (signed(selector=b"empty"), "acme.test: signature does not hold"),
        (signed(selector=b"odd"), "acme.test: signature does not hold"),
        (signed(selector=b"broken"), "acme.test: signature does not hold"),
        (signed(selector=b"ed"), "acme.test: signature or key cannot be used"),
        (signed(selector=b"weak", pem=WEAK_PEM), "acme.test: signature or key cannot be used"),
        (signed(algorithm=b"rsa-sha1"), "acme.test: algorithm is not accepted"),
        (b"DKIM-Signature: rubbish\r\n" + MAIL, "signature is malformed"),
        (
            b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.test; s=k1; h=from; bh=AAAA; b=AAAA; h=to\r\n" + MAIL,
            "signature is malformed",
        ),
        (
            b"DKIM-Signature: v=1; a=rsa-sha256; d=\xd0\xb0cme.test; s=k1; h=from; bh=AAAA; b=AAAA\r\n" + MAIL,
            "signature is malformed",
        ),
        (b"DKIM-Signature:\r\n" + MAIL, "signature is malformed"),
        (b"no header at all\r\n\r\n", "headers are malformed"),
    ],
)
def test_what_proves_nothing(raw, reason):
    found = outcome(raw)
    assert (found.aligned_domain, found.pending) == ("", False)
    assert reason in found.reasons


def test_a_signature_is_as_old_as_it_was_at_the_arrival():
    three_days = NOW + timedelta(hours=72)
    assert outcome(signed(), date=three_days, arrived_at=three_days).aligned_domain == "acme.test"
    later = three_days + timedelta(minutes=1)
    assert outcome(signed(), date=later, arrived_at=later).reasons == ("acme.test: was not made within 72 h",)
    assert outcome(signed(at=NOW + timedelta(hours=2))).reasons == ("acme.test: was not made within 72 h",)


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        (b"x=1795426199", "has expired"),  # a second before NOW
        (b"x=1795426201", "signature does not hold"),  # not expired; the tag was added after signing
        (b"x=soon", "times are malformed"),
        (b"x=" + b"9" * 12, "times are malformed"),
    ],
)
def test_expiry_is_judged_at_the_arrival_and_not_at_the_reading(tag, reason):
    assert NOW.timestamp() == 1795426200
    raw = signed().replace(b"v=1;", b"v=1; " + tag + b";", 1)
    assert outcome(raw).reasons == (f"acme.test: {reason}",)


@pytest.mark.parametrize("date", [None, NOW - timedelta(hours=73), NOW + timedelta(hours=2)])
def test_a_mail_without_a_fresh_date_proves_nothing(date):
    assert outcome(signed(), date=date).reasons == ("Date is missing or not within 72 h",)


def test_the_second_signature_may_be_the_good_one():
    both = signed(signed(), domain=b"evil.test")
    assert outcome(both).aligned_domain == "acme.test"


def test_a_sixth_signature_is_not_looked_at():
    raw = signed()
    for _ in range(5):
        raw = signed(raw, domain=b"evil.test")
    found = outcome(raw)
    assert found.aligned_domain == "" and len(found.reasons) == 5


def test_dns_out_of_reach_is_pending_and_never_believed():
    def nobody(_name: str) -> bytes | None:
        raise DnsUnavailable

    message = Message(senders=(Address("", "anna@acme.test"),), date=NOW)
    found = check(signed(), message, "acme.test", NOW, nobody)
    assert (found.aligned_domain, found.pending, found.reasons) == ("", True, ("DNS gave no answer",))
    verdict = judge(message, (), own_check=found)
    assert verdict.pending and not verdict.authenticated


def test_without_the_extra_the_check_says_so(monkeypatch):
    monkeypatch.setattr("maild.ingest.dkim_check.dkim", None)
    assert not installed()
    with pytest.raises(RuntimeError, match="not installed"):
        outcome(MAIL)
