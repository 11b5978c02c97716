"""The 19 server-side cases of espoofer (Chen, Paxson, Jiang: Composition Kills, 2020), each as the mail that a deceived MX delivers.

Where the trick is in the envelope or the signature, the MX writes what it was made to believe into Authentication-Results; where it is
in the From field, the MX has honestly passed the attacker's own domain. Nothing may be done in the name of staff either way.
"""

import base64

import pytest
from attacks.test_forged_staff import PROSE, attacked, nothing_moved  # noqa: F401 - a fixture

pytestmark = pytest.mark.thorough

TEXT = f"{PROSE}\n/time 25m x\n/solved\n"
HERS = "From: Olga Ivanova <olga@vendor.test>"
EVIL_PASS = (
    "mx.vendor.test; dmarc=pass header.from=evil.test; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=eve@evil.test"
)
ENCODED = base64.b64encode(b"olga@vendor.test").decode()

RESULTS = {  # what the MX was made to write, below an honest From of hers
    "A1 a subdomain that does not exist": "mx.vendor.test; spf=none smtp.mailfrom=any@mailfrom.notexist.vendor.test; dmarc=none",
    "A2 an empty MAIL FROM": "mx.vendor.test; spf=pass smtp.helo=evil.test; dmarc=fail header.from=vendor.test",
    "A3 NUL in d=": "mx.vendor.test; dkim=pass header.d=vendor.test\x00.evil.test; dmarc=none header.from=vendor.test",
    "A3 NUL in d=, believed": "mx.vendor.test; dkim=pass header.d=vendor.test\x00.evil.test; dmarc=pass header.from=vendor.test",
    "A4 a quote in d=": "mx.vendor.test; dkim=pass (2048-bit key) header.d=vendor.test'a.evil.test; dmarc=none",
    "A4 a comment in d=": "mx.vendor.test; dkim=pass header.d=vendor.test(.evil.test; spf=none); dmarc=none",
    "A5 a comment in MAIL FROM": "mx.vendor.test; spf=pass smtp.mailfrom=any@vendor.test(.evil.test; dmarc=none",
    "A5 a statement in MAIL FROM": "mx.vendor.test; spf=pass smtp.mailfrom=any;dmarc=pass header.from=vendor.test@evil.test; dmarc=fail",
    "A6 a quote in MAIL FROM": "mx.vendor.test; spf=pass smtp.mailfrom=any@vendor.test'@any.evil.test; dmarc=none",
    "A7 a route in MAIL FROM": "mx.vendor.test; spf=pass smtp.mailfrom=@vendor.test,@any.test:'any@evil.test; dmarc=none",
}
FROMS = {  # what the MX passed as the attacker's
    "A8 two From fields": ["From: Eve <eve@evil.test>", HERS],
    "A8 two From fields, hers first": [HERS, "From: Eve <eve@evil.test>"],
    "A9 a blank before the colon": ["From : Eve <eve@evil.test>", HERS],
    "A9 hers with the blank": [HERS.replace("From:", "From :"), "From: Eve <eve@evil.test>"],
    "A10 a folded name of the field": ["From", " : Eve <eve@evil.test>", HERS],
    "A10 hers behind a blank": ["From: Eve <eve@evil.test>", " " + HERS],
    "A11 a second From after an odd line": ["From: Eve <eve@evil.test>", "odd line", HERS],
    "A12 no From, but Sender and Resent-From": ["Sender: olga@vendor.test", "Resent-From: olga@vendor.test"],
    "A13 two addresses": ["From: <eve@evil.test>, <olga@vendor.test>"],
    "A13 two addresses, hers first": ["From: <olga@vendor.test>, <eve@evil.test>"],
    "A14 an encoded address": [f"From: =?utf-8?B?{ENCODED}?= <eve@evil.test>"],
    "A14 an encoded address beside a plain one": [f"From: =?utf-8?B?{ENCODED}?=, <eve@evil.test>"],
    "A15 a route": ["From: <@evil.test,@any.test:olga@vendor.test>"],
    "A15 a route through hers": ["From: <@vendor.test:eve@evil.test>"],
    "A16 quoted pairs": ["From: <olga@vendor.test>\\,<eve@evil.test>"],
    "A17 a bare address before": ["From: olga@vendor.test,<eve@evil.test>"],
    "A18 an address behind the bracket": ["From: <eve@evil.test>olga@vendor.test"],
    "A18 an address before the bracket": ["From: olga@vendor.test <eve@evil.test>"],
    "A19 NUL": ["From: <olga@vendor.test\x00@evil.test>"],
    "A19 other signs": ["From: <olga@vendor.test!@evil.test>"],
    "A19 a comment": ["From: olga@vendor.test(<eve@evil.test>)"],
    "A19 a control character": ["From: <olga@vendor.test\x01>"],
}


def sent(desk, head):
    lines = [
        "Return-Path: <eve@evil.test>",
        f"Delivered-To: {desk.note.reply_to}",
        *head,
        f"To: {desk.note.reply_to}",
        "Subject: Re: [#1] Printer is silent",
        f"Message-ID: <espoofer.{desk.uid}@evil.test>",
        f"Date: {desk.now:%a, %d %b %Y %H:%M:%S +0000}",
        "",
        TEXT.replace("\n", "\r\n"),
    ]
    desk.raw("\r\n".join(lines).encode())


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_deceived_server_wrote_moves_nothing(attacked, name):  # noqa: F811
    sent(attacked, [f"Authentication-Results: {RESULTS[name]}", HERS])
    judged_well(attacked)


@pytest.mark.parametrize("name", FROMS)
def test_a_from_that_two_readers_read_differently_moves_nothing(attacked, name):  # noqa: F811
    sent(attacked, [f"Authentication-Results: {EVIL_PASS}", *FROMS[name]])
    judged_well(attacked)


@pytest.mark.parametrize(
    "name", [name for name in FROMS if name != "A10 a folded name of the field"]
)  # to us that line is no field
def test_nor_with_a_server_that_passed_hers(attacked, name):  # noqa: F811
    """The worse deceived server: it looked at her name and at the attacker's proof."""
    sent(
        attacked,
        [f"Authentication-Results: {EVIL_PASS.replace('header.from=evil.test', 'header.from=vendor.test')}", *FROMS[name]],
    )
    judged_well(attacked)


def judged_well(desk):
    nothing_moved(desk)
    told = {(letter.kind, letter.recipient) for letter in desk.letters if letter.kind != "notification"}
    assert all(letter.recipient.endswith("@vendor.test") for letter in desk.letters if letter.kind == "notification")
    assert told <= {
        ("challenge", "olga@vendor.test"),
        ("alert", "olga@vendor.test"),
        ("alert", "max@vendor.test"),
        ("ack", "eve@evil.test"),
        ("ack", "olga@vendor.test!@evil.test"),
    }
