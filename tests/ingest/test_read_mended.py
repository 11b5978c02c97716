"""What broken senders and gateways made of a mail, and what a reader still has to see of it."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailparser.utils import get_addresses

from maild.ingest.charset import decode
from maild.ingest.header_fields import addresses, decode_words, text_of
from maild.ingest.limits import PARTS_MAX
from maild.ingest.read import read
from maild.message import Message

PDF = b"Content-Type: application/pdf; name=offer.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n"
WORDS = b"Content-Type: text/plain\r\n\r\nSee the offer.\r\n"


def mail(*, fields: bytes = b"", body: bytes = b"") -> Message:
    message = read(b"From: anna@acme.test\r\nSubject: An offer\r\nMIME-Version: 1.0\r\n" + fields + b"\r\n" + body)
    assert isinstance(message, Message)
    return message


def names(message: Message) -> list[str]:
    return [one.filename for one in message.attachments]


@pytest.mark.parametrize(
    "announced",
    [b"", b"; boundary=", b'; boundary="b1"', b'; boundary="another"', b"; charset=utf-8"],
    ids=["none", "empty", "wrong case", "wrong", "another parameter"],
)
def test_a_multipart_is_divided_at_the_boundary_lines_that_it_really_has(announced: bytes) -> None:
    body = b"Preamble.\r\n--B1\r\n" + WORDS + b"--B1\r\n" + PDF + b"--B1--\r\n"
    message = mail(fields=b"Content-Type: multipart/mixed" + announced + b"\r\n", body=body)
    assert message.text == "See the offer."
    assert names(message) == ["offer.pdf"]
    assert message.attachments[0].content == b"%PDF-"


def test_alternatives_stay_alternatives_without_their_boundary() -> None:
    body = b"--B\r\n" + WORDS + b"--B\r\nContent-Type: text/html\r\n\r\n<p>See the offer.</p>\r\n--B--\r\n"
    message = mail(fields=b"Content-Type: multipart/alternative\r\n", body=body)
    assert (message.text, message.is_html) == ("See the offer.", False)


def test_a_multipart_that_shows_no_boundary_is_the_text_that_it_is() -> None:
    words = b"Good morning\r\n-- \r\nAnna\r\n"
    message = mail(fields=b"Content-Type: multipart/mixed; boundary=B\r\n", body=words)
    assert message.text == "Good morning\n-- \nAnna"
    assert [(one.filename, one.content) for one in message.attachments] == [("undivided.txt", words)]  # files were announced


@pytest.mark.parametrize(
    ("announced", "body"),
    [(b"", b"Good morning\r\n"), (b"; boundary=B", b""), (b"; boundary=B", b"\r\n \r\n")],
    ids=["no boundary announced", "nothing", "blanks"],
)
def test_a_multipart_that_announces_no_parts_or_holds_nothing_is_no_file(announced: bytes, body: bytes) -> None:
    message = mail(fields=b"Content-Type: multipart/alternative" + announced + b"\r\n", body=body)
    assert (message.text.strip(), message.attachments) == (body.decode().strip(), ())


def inside(boundary: bytes) -> bytes:
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'


def test_parts_behind_the_boundary_of_a_multipart_left_open_are_parts() -> None:
    outer = b"--O\r\n" + inside(b"I") + b"--I\r\n" + WORDS + b"--O\r\nContent-Type: text/plain\r\n\r\nAnd more.\r\n"
    late = b"--I\r\n" + PDF + b"--O--\r\n"
    message = mail(fields=b"Content-Type: multipart/mixed; boundary=O\r\n", body=outer + late)
    assert message.text == "See the offer.\nAnd more."
    assert names(message) == ["offer.pdf"]


def test_strays_without_end_are_divided_a_few_times_only() -> None:
    body = b"--O\r\n" + inside(b"I") + b"--O\r\n\r\n" + b"--I\r\n\r\nwords\r\n" * 400 + b"--O--\r\n"
    message = mail(fields=b"Content-Type: multipart/mixed; boundary=O\r\n", body=body)
    assert message.text.count("words") == 400


def test_where_two_multiparts_never_end_the_text_that_breaks_off_is_a_file() -> None:
    cut = b"--O\r\n" + inside(b"I") + b"--I\r\n" + WORDS + b"--O\r\nContent-Type: text/html\r\n\r\n<p>Cut in the mid"
    message = mail(fields=b"Content-Type: multipart/mixed; boundary=O\r\n", body=cut)
    assert (message.text, message.html, names(message)) == ("See the offer.", "", ["document.html"])
    assert message.attachments[0].content == b"<p>Cut in the mid"


@pytest.mark.parametrize(
    "body",
    [
        b"--O\r\n" + PDF + b"--O\r\nContent-Type: text/plain\r\n\r\nthe last words",
        b"--O\r\n" + inside(b"I") + b"--I\r\nContent-Type: text/plain\r\n\r\nthe last words",
        b"--O\r\n" + WORDS + b"--O\r\n" + PDF + b"--O\r\nContent-Type: text/plain\r\n\r\nthe last words",
    ],
    ids=["one multipart is open", "there is no other text", "a picture between"],
)
def test_words_of_a_mail_cut_short_are_shown_elsewhere(body: bytes) -> None:
    message = mail(fields=b"Content-Type: multipart/mixed; boundary=O\r\n", body=body)
    assert message.text.endswith("the last words")


@pytest.mark.parametrize(
    ("octets", "seen"),
    [
        (b"Fr+APY-sche+ADs- +ACI-wir+ACI-+ACE-", 'Frösche; "wir"!'),
        (b"+BB4EPwQ7BDAEQgQw 5", "Оплата 5"),
        (b"a +- b", "a + b"),
        (b"+2D3cqQ-", "💩"),
        (b"1+1=2", "1+1=2"),
        (b"+ADw-script+AD4-", "+ADw-script+AD4-"),
        (b"+AC8-time 25m, f+APw-r", "+AC8-time 25m, f+APw-r"),
        (b"boss+AEA-acme.test", "boss+AEA-acme.test"),
        (b"+AGEAYg-", "+AGEAYg-"),
        (b"+AA0ACg-Bcc:", "+AA0ACg-Bcc:"),
        (b"+2D0-", "+2D0-"),
        (b"+A", "+A"),
        ("+APY- é".encode(), "+APY- é"),
    ],
)
def test_utf7_says_letters_and_hides_nothing(octets: bytes, seen: str) -> None:
    assert decode(octets, "utf-7") == seen
    assert decode(octets, "UNICODE-1-1-UTF-7") == seen


def test_what_was_divided_by_sight_keeps_to_the_limits() -> None:
    body = (b"--B\r\n" + WORDS) * (PARTS_MAX + 1)
    message = mail(fields=b"Content-Type: multipart/mixed\r\n", body=body)
    assert message.text.startswith("--B\nContent-Type: text/plain")


LETTER = "Добрий день, рахунок знайшовся.\n".encode()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (base64.b64encode(LETTER) + b"\r\n", "Добрий день, рахунок знайшовся."),
        (
            base64.b64encode(LETTER) + b"\r\n_______________\r\nusers mailing list\r\nusers@lists.test\r\n",
            "Добрий день, рахунок знайшовся.\n\n_______________\nusers mailing list\nusers@lists.test",
        ),
        (b"We said base64, and it is none.\r\n", "We said base64, and it is none."),
        ("Це не base64, а звичайний текст.\r\n".encode(), "Це не base64, а звичайний текст."),
        (b"aGVsb!G8gd29ybGQ\r\n", "hello world"),
    ],
    ids=["whole", "with a list's footer", "none", "none, 8-bit", "a stray character"],
)
def test_text_called_base64_is_read_as_far_as_it_is(body: bytes, text: str) -> None:
    fields = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    assert mail(fields=fields, body=body).text == text


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("=?utf-8?Q?Does_it_print??=", "Does it print?"),
        ("=?utf-8?Q?Why?_=C3=A9t=C3=A9?= now", "Why? été now"),
        ("=?utf-8?Q?cut_by_a_gatewa", "cut by a gatewa"),
        ("=?utf-8?B?Y2Fmw6k=", "café"),
        ("=?utf-8?Q?cut_=C3=A9?", "cut é"),
        ("=?utf-8?Q?cut =?utf-8?Q?whole?=", "=?utf-8?Q?cut whole"),
        ("=?utf-8?Q?=3D?=", "="),
        ("=?utf-8?Q?=?=", "="),
        ("=?utf-8?B?Y2Fm?==?utf-8?B?w6k=?=", "café"),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
    ],
)
def test_encoded_words_as_senders_write_them(line: str, seen: str) -> None:
    assert text_of(line) == seen


def test_a_field_in_seven_bits_of_japanese_is_decoded() -> None:
    field = "日本語".encode("iso2022_jp").decode("ascii")
    assert text_of(f"Re: {field}") == "Re: 日本語"
    assert text_of("\x1b[31mred\x1b[0m") == "[31mred [0m"


@given(st.text(alphabet="=?QqBb utf-8_é\n", max_size=200))
def test_words_without_encoding_stay_as_they_are(line: str) -> None:
    if "=?" not in line:
        assert decode_words(line) == line


WORD = st.text(alphabet=string.ascii_letters + string.digits + "'!#&*+/=?^_`{|}~-. \"", max_size=12)


@given(
    WORD, WORD, st.sampled_from(["{0} <{1}@acme.test>", '"{0}" <{1}@acme.test>', "{1}@acme.test", "<{0}@{1}>", "{0}@{1}.test"])
)
def test_the_short_way_to_one_mailbox_says_what_the_long_way_says(name: str, local: str, form: str) -> None:
    line = form.format(name, local).strip()
    faults: list[dict[str, object]] = []
    slow = [(" ".join(shown.split()), address) for shown, address in get_addresses(line, defects=faults) if address]
    if not faults and slow and "=?" not in line and "'" not in line:
        fast = [(one.name, one.address) for one in addresses([line])]
        assert fast == [(shown if shown != address else "", address) for shown, address in slow]


def test_one_octet_above_ascii_makes_no_text_hebrew() -> None:
    assert decode(b"A stray \x80 inside, as servers put it for a NUL.") == "A stray € inside, as servers put it for a NUL."


@pytest.mark.parametrize("kind", ["text/markdown", "text/x-markdown; charset=utf-8"])
def test_markdown_alone_is_shown(kind: str) -> None:
    message = mail(fields=f"Content-Type: {kind}\r\n".encode(), body=b"# It prints\r\n- on *paper*\r\n")
    assert message.text == "# It prints\n- on *paper*"
