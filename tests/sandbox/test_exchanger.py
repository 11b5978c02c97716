"""What the world's MX believes, writes on top, and takes away."""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from maild.sandbox.accounts import mailbox_of
from maild.sandbox.exchanger import stamped, verdict, without_forged_results

DOMAINS = frozenset({"vendor.test", "acme.test"})


@pytest.mark.parametrize(
    ("author", "reverse_path", "login", "results"),
    [
        ("anna@acme.test", "anna@acme.test", "", "dmarc=pass header.from=acme.test"),
        ("Anna <anna@ACME.test>", "bounce@acme.test", "", "dmarc=pass header.from=acme.test"),
        ("anna@acme.test", "", "", "dmarc=pass header.from=acme.test"),
        ("olga@vendor.test", "mallory@elsewhere.test", "", "dmarc=fail header.from=vendor.test"),
        ("mallory@elsewhere.test", "mallory@elsewhere.test", "", "dmarc=none header.from=elsewhere.test"),
        ("", "anna@acme.test", "", "dmarc=none header.from=unknown"),
        ("olga@vendor.test", "olga@vendor.test", "olga@vendor.test", "auth=pass smtp.auth=olga@vendor.test"),
        ("max@vendor.test", "olga@vendor.test", "olga@vendor.test", "auth=pass smtp.auth=olga@vendor.test"),
    ],
)
def test_what_is_believed_of_a_sender(author, reverse_path, login, results):
    assert verdict(f"From: {author}\r\n\r\nhello\r\n".encode(), reverse_path, login, DOMAINS) == results


OURS = b"Authentication-Results: mx.vendor.test; auth=pass smtp.auth=olga\r\n"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (OURS + b"Subject: x\r\n\r\nbody\r\n", b"Subject: x\r\n\r\nbody\r\n"),
        (b"AUTHENTICATION-results :\r\n MX.Vendor.Test;\r\n\tauth=pass\r\nSubject: x\r\n\r\n", b"Subject: x\r\n\r\n"),
        (b"Subject: x\r\n" + OURS + OURS + b"To: y\r\n\r\n", b"Subject: x\r\nTo: y\r\n\r\n"),
        (
            b"Authentication-Results: mx.other.test; dkim=pass\r\n\r\n",
            b"Authentication-Results: mx.other.test; dkim=pass\r\n\r\n",
        ),
        (b"Subject: x\r\n\r\n" + OURS, b"Subject: x\r\n\r\n" + OURS),
        (b"Subject: a\r\n " + OURS + b"\r\n", b"Subject: a\r\n " + OURS + b"\r\n"),
        (b"no header at all", b"no header at all"),
    ],
)
def test_results_in_our_name_are_taken_out_of_what_comes_in(raw, kept):
    assert without_forged_results(raw) == kept


def test_the_stamp_stands_on_top_and_the_mail_below_is_unchanged():
    raw = b"Authentication-Results: mx.other.test; dmarc=pass\r\nSubject: x\r\n\r\nbody\r\n"
    mail = stamped(
        raw,
        reverse_path="anna@acme.test",
        recipient="support+abc@vendor.test",
        results="dmarc=pass header.from=acme.test",
        helo="pc",
        at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    )
    assert mail.endswith(raw)
    fields = message_from_bytes(mail).items()
    assert fields[:3] == [
        ("Return-Path", "<anna@acme.test>"),
        ("Delivered-To", "support+abc@vendor.test"),
        ("Authentication-Results", "mx.vendor.test; dmarc=pass header.from=acme.test"),
    ]
    assert fields[3][1].endswith("Mon, 23 Nov 2026 09:00:00 +0000")


@pytest.mark.parametrize(
    ("recipient", "mailbox"),
    [
        ("support@vendor.test", "support@vendor.test"),
        ("support+T0KEN.x@Vendor.test", "support@vendor.test"),
        ("SUPPORT+a+b@vendor.test", "support@vendor.test"),
    ],
)
def test_a_subaddress_reaches_its_mailbox(recipient, mailbox):
    assert mailbox_of(recipient) == mailbox
