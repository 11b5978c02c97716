"""Delivery reports: RFC 3464, broken reports, and the free texts of old mail systems."""

import email

import pytest

from maild.ingest import bounce
from maild.message import DeliveryStatus


def read(mail: str) -> tuple[DeliveryStatus, ...]:
    raw = mail.encode()
    return bounce.read(raw, email.message_from_bytes(raw))


def report(fields: str, *, original: str = "message/rfc822") -> str:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: desk@vendor.test\nSubject: Undelivered Mail Returned to Sender\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt failed.\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n{fields}\n\n"
        f"--b\nContent-Type: {original}\n\nFrom: desk@vendor.test\nTo: bob@acme.test\n"
        "Message-ID: <1.2@vendor.test>\nSubject: s\n\ntext\n--b--\n"
    )


def test_a_permanent_failure() -> None:
    fields = (
        "Final-Recipient: rfc822; Bob@acme.test\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <bob@acme.test>:\n user unknown"
    )  # fmt: skip
    assert read(report(fields)) == (
        DeliveryStatus("Bob@acme.test", "5.1.1", True, "550 5.1.1 <bob@acme.test>: user unknown", "<1.2@vendor.test>"),
    )


def test_a_delay_is_not_permanent() -> None:
    (found,) = read(report("Final-Recipient: rfc822;bob@acme.test\nAction: delayed\nStatus: 4.4.1"))
    assert (found.permanent, found.status) == (False, "4.4.1")


def test_what_the_server_gave_up_is_permanent_whatever_its_status() -> None:
    (found,) = read(report("Final-Recipient: rfc822;bob@acme.test\nAction: failed\nStatus: 4.4.7"))
    assert found.permanent


def test_several_recipients_and_a_success() -> None:
    fields = (
        "Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: 5.0.0\n\n"
        "Final-Recipient: rfc822;b@x.test\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822;c@x.test\nAction: delayed\nStatus: 4.0.0 (later)"
    )
    assert [(s.recipient, s.permanent) for s in read(report(fields))] == [("a@x.test", True), ("c@x.test", False)]


def test_the_address_that_we_wrote_to_wins() -> None:
    fields = (
        "Original-Recipient: rfc822;bob@acme.test\nFinal-Recipient: rfc822;b1234@internal.test\nAction: failed\nStatus: 5.1.1"
    )
    assert read(report(fields))[0].recipient == "bob@acme.test"


def test_headers_alone_tell_the_original_message() -> None:
    found = read(report("Final-Recipient: rfc822;bob@acme.test\nAction: failed\nStatus: 5.1.1", original="text/rfc822-headers"))
    assert found[0].original_message_id == "<1.2@vendor.test>"


def test_a_report_whose_structure_is_broken() -> None:
    mail = report("Final-Recipient: rfc822;bob@acme.test\nAction: failed\nStatus: 5.1.1").replace(
        'boundary="b"', 'boundary="other"'
    )
    assert [(s.recipient, s.status) for s in read(mail)] == [("bob@acme.test", "5.1.1")]


def test_a_read_receipt_reports_no_failure() -> None:
    mail = (
        "From: anna@acme.test\nSubject: Read: x\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\n\nread\n\n'
        "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;anna@acme.test\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
    )
    assert read(mail) == ()


def free_text(body: str, sender: str = "MAILER-DAEMON@mx.test", subject: str = "failure notice") -> str:
    return f"Return-Path: <>\nFrom: {sender}\nTo: desk@vendor.test\nSubject: {subject}\nMessage-ID: <outer@mx.test>\n\n{body}"


@pytest.mark.parametrize(
    ("body", "recipient", "permanent"),
    [
        pytest.param(
            "Hi. This is the qmail-send program at mx.test.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
            "<bob@acme.test>:\n550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <1.2@vendor.test>\n",
            "bob@acme.test",
            True,
            id="qmail",
        ),
        pytest.param(
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered:\n\n"
            "  bob@acme.test\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n"
            "To: other@acme.test\nMessage-Id: <1.2@vendor.test>\n",
            "bob@acme.test",
            True,
            id="exim",
        ),
        pytest.param(
            "There was an error delivering your mail to <bob@acme.test>.\n\n550 no such user\n\nMessage headers follow.\n\n"
            "Message-Id: <1.2@vendor.test>\n",
            "bob@acme.test",
            True,
            id="dragonfly",
        ),
        pytest.param(
            "Ваше сообщение не может быть доставлено: почтовый ящик переполнен\n\nПолучатель: bob@acme.test\n\n"
            "Message-ID: <1.2@vendor.test>\n",
            "bob@acme.test",
            True,
            id="russian",
        ),
        pytest.param(
            "Лист ще не доставлено, спроби доставки буде повторено. Неможливо доставити зараз.\n<bob@acme.test>: 451 4.3.0 try later\n\n"
            "Message-ID: <1.2@vendor.test>\n",
            "bob@acme.test",
            False,
            id="ukrainian delay",
        ),
        pytest.param(
            "Your message has been delayed and is still being retried; it could not be delivered yet.\n\nbob@acme.test\n\n"
            "Original message follows\nMessage-ID: <1.2@vendor.test>\n",
            "bob@acme.test",
            False,
            id="delay",
        ),
    ],
)
def test_free_text(body: str, recipient: str, permanent: bool) -> None:
    (found,) = read(free_text(body))
    assert (found.recipient, found.permanent, found.original_message_id) == (recipient, permanent, "<1.2@vendor.test>")


def test_failed_recipients_in_a_header() -> None:
    assert read("X-Failed-Recipients: bob@acme.test\n" + free_text("It did not work."))[0].recipient == "bob@acme.test"


def test_a_person_who_quotes_a_bounce_reports_none() -> None:
    body = "My mail to <bob@acme.test> could not be delivered: 550 5.1.1 user unknown. What now?"
    for sender in ("anna@acme.test", "admin@acme.test", "sales-admin@acme.test"):
        assert read(f"From: {sender}\nTo: desk@vendor.test\nSubject: Mail to Bob\n\n{body}\n") == ()


def test_an_absence_with_the_null_reverse_path_is_no_bounce() -> None:
    body = "I am out of the office until Monday. Please contact bob@acme.test."
    assert read(free_text(body, sender="anna@acme.test", subject="Automatic reply: x")) == ()


def test_our_own_addresses_and_helpdesks_are_not_the_failed_ones() -> None:
    body = "Delivery failed.\nFor help contact <postmaster@mx.test>\ndesk@vendor.test\n<bob@acme.test>: mailbox full\n"
    assert [s.recipient for s in read(free_text(body))] == ["bob@acme.test"]


@pytest.mark.parametrize(
    "mail", ["", "\n\n", "From: \n\n", "From: <>\nSubject: failure notice\nContent-Type: multipart/report\n\n--x", "\x00" * 100]
)
def test_odd_mails_report_nothing_and_raise_nothing(mail: str) -> None:
    assert read(mail) == ()


def test_a_report_of_many_recipients_is_bounded() -> None:
    fields = "\n\n".join(f"Final-Recipient: rfc822;u{n}@x.test\nAction: failed\nStatus: 5.1.1" for n in range(1000))
    assert len(read(report(fields))) == bounce.RECIPIENTS_MAX
