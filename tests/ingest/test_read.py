"""Reading mail as mail programs really write it: one row for each habit."""

import base64
from datetime import UTC, datetime
from email.message import Message as Part

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.ingest import read as reading
from maild.ingest.read import read
from maild.message import Message, Unreadable

PICTURE = base64.b64encode(b"\x89PNG picture").decode()


def message(raw: bytes | str) -> Message:
    result = read(raw.encode() if isinstance(raw, str) else raw)
    assert isinstance(result, Message), result
    return result


def multipart(subtype: str, *parts: str) -> str:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f'Subject: x\r\nContent-Type: multipart/{subtype}; boundary="b"\r\n\r\n{body}--b--\r\n'


def text(words: str, subtype: str = "plain", more: str = "") -> str:
    return f"Content-Type: text/{subtype}; charset=utf-8\r\n{more}\r\n{words}"


def picture(name: str = "p.png", cid: str = "p1") -> str:
    fields = f"Content-Type: image/png; name={name}\r\nContent-ID: <{cid}>\r\nContent-Disposition: inline\r\n"
    return f"{fields}Content-Transfer-Encoding: base64\r\n\r\n{PICTURE}"


STARTS = [
    b"",
    b"\r\n\r\n",
    b"\n \n\t\n",
    b"\xef\xbb\xbf",
    b"From anna@acme.test Sat Nov 21 10:00:00 2026\r\n",
    b">From anna@acme.test Sat Nov 21 10:00:00 2026\n",
    b"\nFrom anna@acme.test Sat Nov 21 10:00:00 2026\n\n",
]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_where_a_mail_begins(start: bytes, line_end: bytes) -> None:
    raw = b"From: Anna <anna@acme.test>\r\nSubject: Printer\r\n\r\nIt does\r\nnot print.\r\n".replace(b"\r\n", line_end)
    found = message((start if line_end != b"\r" else b"") + raw)
    assert (found.subject, found.sender and found.sender.address, found.text) == (
        "Printer",
        "anna@acme.test",
        "It does\nnot print.",
    )


def test_white_space_before_a_colon_is_old_syntax() -> None:
    found = message(b"From : a@b.test\r\nSubject\t: hello\r\n\r\nbody")
    assert (found.subject, found.sender and found.sender.address) == ("hello", "a@b.test")


def test_a_broken_line_among_the_fields_does_not_end_the_header() -> None:
    found = message(b"X-Tracker: abc\r\ndefghi without a colon\r\nFrom: a@b.test\r\nSubject: hello\r\n\r\nbody")
    assert (found.subject, found.text) == ("hello", "body")


@pytest.mark.parametrize(
    "fields", ["multipart/mixed;\r\nboundary=b", "multipart/mixed\r\n\tboundary=b", "multipart/mixed boundary=b"]
)
def test_a_boundary_is_found_though_a_gateway_broke_its_line(fields: str) -> None:
    found = message(f"Subject: x\r\nContent-Type: {fields}\r\n\r\n--b\r\n\r\nwords\r\n--b--\r\n")
    assert found.text == "words"


def test_a_boundary_without_indent_is_found_in_an_inner_part() -> None:
    inner = "Content-Type: multipart/alternative;\nboundary=i\n\n--i\n\nwords\n--i--\n"
    assert message(multipart("mixed", inner)).text == "words"


def test_a_body_without_its_blank_line_stays_body() -> None:
    found = message(b"From: a@b.test\r\nSubject: hello\r\nFirst words of the body\r\nmore: words\r\n")
    assert found.subject == "hello"
    assert found.text.startswith("First words of the body")


HEADERS: list[tuple[str, bytes, str]] = [
    ("encoded words", b"=?utf-8?B?0KfQtdC6?= =?utf-8?Q?_=D0=B8?=", "Чек и"),
    ("a letter cut between two words", b"=?utf-8?B?0KfQtdC=?= =?utf-8?B?uw==?=", "Чел"),
    ("words without a space between", b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
    ("a word in the middle of a token", b"Re:=?utf-8?Q?_=D1=87=D0=B5=D0=BA?=", "Re: чек"),
    ("spaces inside a word", b"=?utf-8?Q?two words?= end", "two words end"),
    ("lower-case encoding and charset", b"=?UTF-8?b?0KfQtdC6?=", "Чек"),
    ("a language after the charset", b"=?utf-8*ru?B?0KfQtdC6?=", "Чек"),
    ("KOI8-R in Q", b"=?koi8-r?Q?=FE=C5=CB?=", "Чек"),
    ("Windows-1251 called Latin-1", b"=?iso-8859-1?Q?=CF=E5=F7=E0=F2=FC_=F7=E5=EA=E0?=", "Печать чека"),
    ("raw UTF-8", "Чек не печатается".encode(), "Чек не печатается"),
    ("raw Windows-1251", "Не печатает чек".encode("cp1251"), "Не печатает чек"),
    ("raw KOI8-R", "Не печатает чек".encode("koi8-r"), "Не печатает чек"),
    ("raw CP866", "Не печатает чек".encode("cp866"), "Не печатает чек"),
    ("Shift_JIS called ISO-2022-JP", b"=?ISO-2022-JP?B?" + base64.b64encode("ツール".encode("cp932")) + b"?=", "ツール"),
    ("GB18030 called gb2312", b"=?gb2312?B?" + base64.b64encode("镕基".encode("gb18030")) + b"?=", "镕基"),
    ("an unknown charset", b"=?x-none?B?" + base64.b64encode("Чек".encode()) + b"?=", "Чек"),
    ("base64 without its padding", b"=?utf-8?B?0KfQtdC6IA?=", "Чек"),
    ("folded", b"one\r\n two\r\n\tthree", "one two three"),
    ("folded with a blank continuation", b"one\r\n   \r\n two", "one two"),
    ("no word at all", b"what =? is ?= this", "what =? is ?= this"),
]


@pytest.mark.parametrize(("name", "value", "subject"), HEADERS)
def test_a_subject_is_decoded(name: str, value: bytes, subject: str) -> None:
    assert message(b"Subject: " + value + b"\r\n\r\nbody").subject == subject


def test_a_raw_header_takes_the_charset_of_the_body() -> None:
    raw = b"From: " + "Анна".encode("koi8-r") + b" <a@b.test>\r\nSubject: " + "чек".encode("koi8-r")
    found = message(raw + b"\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n" + "Не печатает".encode("koi8-r"))
    assert (found.sender and found.sender.name, found.subject, found.text) == ("Анна", "чек", "Не печатает")


BODIES = [
    ("koi8-r", "koi8-r"),
    ("koi8-r", "windows-1251"),
    ("cp1251", "koi8-r"),
    ("cp1251", "iso-8859-1"),
    ("cp1251", "us-ascii"),
    ("cp1251", "x-nobody-knows"),
    ("cp866", "ibm866"),
    ("cp866", ""),
    ("utf-8", "windows-1251"),
    ("utf-8", "iso-8859-1"),
    ("utf-8", ""),
]


@pytest.mark.parametrize(("true", "label"), BODIES)
@pytest.mark.parametrize("words", ["Здравствуйте, у нас не работает принтер", "Добрий день, не друкує чек"])
def test_a_body_comes_out_right_whatever_its_label(true: str, label: str, words: str) -> None:
    if true in ("koi8-r", "cp866") and "є" in words:
        pytest.skip("the charset has no Ukrainian letters")
    fields = f"Content-Type: text/plain; charset={label}\r\n" if label else ""
    assert message(fields.encode() + b"\r\n" + words.encode(true)).text == words


ADDRESSES = [
    ("Anna <anna@acme.test>", [("Anna", "anna@acme.test")]),
    ('"Ivanova, Anna" <anna@acme.test>', [("Ivanova, Anna", "anna@acme.test")]),
    ("Ivanova, Anna <anna@acme.test>", [("Ivanova, Anna", "anna@acme.test")]),
    ("anna@acme.test (Anna Ivanova)", [("Anna Ivanova", "anna@acme.test")]),
    ("<anna@acme.test>", [("", "anna@acme.test")]),
    ("anna@acme.test", [("", "anna@acme.test")]),
    ("<anna@acme.test", [("", "anna@acme.test")]),
    ("Anna anna@acme.test", [("Anna", "anna@acme.test")]),
    ("'Anna' <anna@acme.test>", [("Anna", "anna@acme.test")]),
    ("=?utf-8?B?0JDQvdC90LA=?= <anna@acme.test>", [("Анна", "anna@acme.test")]),
    ('"=?utf-8?B?0JDQvdC90LA=?=" <anna@acme.test>', [("Анна", "anna@acme.test")]),
    ("=?utf-8?Q?A=2C_B?= <anna@acme.test>, b@acme.test", [("A, B", "anna@acme.test"), ("", "b@acme.test")]),
    ("Team: a@acme.test, B <b@acme.test>;", [("", "a@acme.test"), ("B", "b@acme.test")]),
    ("undisclosed-recipients:;", []),
    ("a@acme.test; b@acme.test", [("", "a@acme.test"), ("", "b@acme.test")]),
    ("a@acme.test,, b@acme.test,", [("", "a@acme.test"), ("", "b@acme.test")]),
    ('"anna@acme.test" <anna@acme.test>', [("", "anna@acme.test")]),
    ("Anna.Mail@ACME.test", [("", "Anna.Mail@ACME.test")]),
]


@pytest.mark.parametrize(("field", "expected"), ADDRESSES)
def test_addresses_as_people_and_programs_write_them(field: str, expected: list[tuple[str, str]]) -> None:
    found = message(f"To: {field}\r\n\r\nbody")
    assert [(one.name, one.address) for one in found.to] == expected


def test_every_from_is_counted_because_identity_needs_exactly_one() -> None:
    found = message("From: a@b.test\r\nFrom: boss@b.test\r\n\r\nbody")
    assert found.from_fields == 2
    assert [one.address for one in found.senders] == ["a@b.test", "boss@b.test"]
    two = message("From: a@b.test, boss@b.test\r\n\r\nbody")
    assert (two.from_fields, len(two.senders)) == (1, 2)
    assert message("Subject: x\r\n\r\nbody").from_fields == 0


DATES = [
    ("Sat, 21 Nov 2026 10:20:00 +0200", datetime(2026, 11, 21, 8, 20, tzinfo=UTC)),
    ("21 Nov 2026 10:20 GMT", datetime(2026, 11, 21, 10, 20, tzinfo=UTC)),
    ("Sat, 21 Nov 26 10:20:00 +0200 (EET)", datetime(2026, 11, 21, 8, 20, tzinfo=UTC)),
    ("Sat Nov 21 10:20:00 2026", datetime(2026, 11, 21, 10, 20, tzinfo=UTC)),
    ("yesterday", None),
    ("Sat, 99 Nov 2026 10:20:00 +0200", None),
    ("", None),
]


@pytest.mark.parametrize(("field", "expected"), DATES)
def test_dates(field: str, expected: datetime | None) -> None:
    assert message(f"Date: {field}\r\n\r\nbody").date == expected


IDS = [
    ("<a@b>", ("<a@b>",)),
    ("<a@b><c@d>", ("<a@b>", "<c@d>")),
    ("<a@b>\r\n <c@d>\r\n\t<e@f>", ("<a@b>", "<c@d>", "<e@f>")),
    ("<a@b\r\n .test>", ("<a@b.test>",)),
    ("a@b c@d", ("<a@b>", "<c@d>")),
    ("<a@b> (comment <c@d>", ("<a@b>", "<c@d>")),
    ('Your message of "Fri, 20 Nov" (a@b)', ()),
    ("<a@b>, <c@d>", ("<a@b>", "<c@d>")),
    ("<a@b> <a@b>", ("<a@b>",)),
    ("<>", ()),
    ("", ()),
]


@pytest.mark.parametrize(("field", "ids"), IDS)
def test_message_ids_in_references(field: str, ids: tuple[str, ...]) -> None:
    assert message(f"References: {field}\r\n\r\nbody").references == ids


def test_an_over_long_references_field_keeps_the_newest_ids() -> None:
    found = message("References: " + "\r\n ".join(f"<{n}@b.test>" for n in range(3_000)) + "\r\n\r\nbody")
    assert found.references[-1] == "<2999@b.test>"
    assert len(found.references) == 1_000


NAMES = [
    ('attachment; filename="a b.txt"', "a b.txt"),
    ("attachment; filename=a b.txt", "a b.txt"),
    ("attachment; filename*=utf-8''%D1%87%D0%B5%D0%BA.txt", "чек.txt"),
    ("attachment; filename*=koi8-r'ru'%DE%C5%CB.txt", "чек.txt"),
    ("attachment; filename*0*=utf-8''%D1%87; filename*1*=%D0%B5%D0%BA; filename*2=.txt", "чек.txt"),
    ("attachment; filename*1*=%D0%BA.txt; filename*0*=utf-8''%D1%87%D0%B5", "чек.txt"),
    ('attachment; filename*0="long "; filename*1="name.txt"', "long name.txt"),
    ('attachment; filename="=?utf-8?B?0YfQtdC6LnR4dA==?="', "чек.txt"),
    ("attachment; filename==?utf-8?B?0YfQtdC6LnR4dA==?=", "чек.txt"),
    ('attachment; filename="=?utf-8?B?0YfQtdC6?=\r\n =?utf-8?B?LnR4dA==?="', "чек.txt"),
    ("attachment; filename*=%D1%87%D0%B5%D0%BA.txt", "чек.txt"),
    ('attachment; filename="чек.txt"', "чек.txt"),
    ('attachment; filename="a;b.txt"', "a;b.txt"),
    ('attachment; filename="a\\"b.txt"', 'a"b.txt'),
    ("attachment;\r\n\tfilename=a.txt;\r\n\tsize=5", "a.txt"),
    (';\r\n filename="a.txt"', "a.txt"),
]


@pytest.mark.parametrize(("disposition", "name"), NAMES)
def test_file_names_in_all_their_broken_forms(disposition: str, name: str) -> None:
    part = f"Content-Type: application/pdf\r\nContent-Disposition: {disposition}\r\n\r\nx"
    assert [one.filename for one in message(multipart("mixed", text("see"), part)).attachments] == [name]


def test_a_raw_name_in_a_dos_charset() -> None:
    raw = multipart(
        "mixed", text("see"), 'Content-Type: image/png\r\nContent-Disposition: attachment; filename="HofjXgeralle.jpg"\r\n\r\nx'
    )
    assert message(raw.encode().replace(b"HofjX", b"Hofj\x84")).attachments[0].filename == "Hofjägeralle.jpg"


def test_text_after_an_inline_picture_is_not_lost() -> None:
    found = message(multipart("mixed", text("before"), picture(), text("after")))
    assert found.text == "before\nafter"
    assert [(one.filename, one.content_id, one.inline, one.content) for one in found.attachments] == [
        ("p.png", "p1", True, b"\x89PNG picture")
    ]


def test_the_plain_alternative_is_shown_and_the_html_kept() -> None:
    found = message(multipart("alternative", text("plain words"), text("<p>rich words", "html")))
    assert (found.text, found.is_html, found.html) == ("plain words", False, "<p>rich words")


def test_plain_text_that_only_asks_for_a_better_program_gives_way() -> None:
    excuse = "This message is in HTML. Please use a program that can show it."
    found = message(multipart("alternative", text(excuse), text("<p>" + "real words " * 30, "html")))
    assert found.is_html
    assert found.text.startswith("real words")


def test_an_empty_plain_alternative_gives_way() -> None:
    assert message(multipart("alternative", text(" \r\n"), text("<p>rich", "html"))).text == "rich"


def test_two_different_plain_alternatives_are_both_kept() -> None:
    assert message(multipart("alternative", text("one"), text("two"))).text == "one\ntwo"


def test_a_mail_inside_the_mail_is_one_file_byte_for_byte() -> None:
    inner = (
        "From: c@d.test\r\nSubject: =?utf-8?B?0KfQtdC6?=\r\n\tfolded\r\nX-Long: "
        + "x" * 200
        + "\r\n\r\ninner words\r\nFrom here\r\n"
    )
    found = message(multipart("mixed", text("see"), f"Content-Type: message/rfc822\r\n\r\n{inner}"))
    assert found.text == "see"
    assert [(one.filename, one.content_type) for one in found.attachments] == [("Чек folded.eml", "message/rfc822")]
    assert found.attachments[0].content.rstrip() == inner.encode().rstrip()


def test_a_nested_mail_that_the_library_cannot_write_is_still_a_file() -> None:
    inner = "Subject: inner\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\nслова без границ\r\n"
    found = message(multipart("mixed", text("see"), f"Content-Type: message/rfc822\r\n\r\n{inner}"))
    assert found.attachments[0].filename == "inner.eml"
    assert b"Subject: inner" in found.attachments[0].content


def test_a_large_mail_inside_a_mail_keeps_its_attachment() -> None:
    inner = (
        multipart("mixed", "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + "QUJD\r\n" * 200_000)
        .replace("--b", "--i")
        .replace('"b"', '"i"')
    )
    found = message(multipart("mixed", text("see"), f"Content-Type: message/rfc822\r\n\r\n{inner}"))
    again = message(found.attachments[0].content)
    assert again.attachments[0].content == b"ABC" * 200_000


def test_a_large_attachment_is_decoded_to_the_octet() -> None:
    content = bytes(range(256)) * 8_000
    part = (
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content).decode()
    )
    found = message(multipart("mixed", text("see"), part, text("after")))
    assert found.attachments[0].content == content
    assert found.text == "see\nafter"


def test_text_beyond_what_is_shown_is_kept_whole_as_a_file() -> None:
    words = "всё не так\n" * 100_000
    found = message("Content-Type: text/plain; charset=utf-8\r\n\r\n" + words)
    assert found.text.startswith("всё не так\n")
    assert len(found.text.encode()) <= 1_000_000
    assert found.attachments[0].content.decode() == words


def test_uuencoded_files_in_the_text_become_attachments() -> None:
    found = message("Subject: x\r\n\r\nsee\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n")
    assert [(one.filename, one.content) for one in found.attachments] == [("cat.txt", b"Cat")]
    assert found.text.split("\n")[1:5] == ["begin 644 cat.txt", "#0V%T", "`", "end"]
    assert found.shown_text.split() == found.reading.reply_text.split() == ["see", "after"]


def test_lines_of_a_written_file_introduce_nothing() -> None:
    found = message("Subject: x\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nПоказать: OK> да\r\n")
    assert found.reading.reply_text == "Показать: OK> да"


def test_a_written_file_longer_than_what_is_divided_stays_words() -> None:
    found = message("Subject: x\r\n\r\nbegin 644 cat.txt\r\n" + "#0V%T\r\n" * 13_000 + "`\r\nend\r\n")
    assert len(found.attachments[0].content) == 39_000
    assert found.shown_text == found.text


def test_a_begin_line_of_prose_stays_text() -> None:
    found = message("Subject: x\r\n\r\nbegin 644 steps\r\nthen go to the end\r\nend\r\n")
    assert "then go to the end" in found.text


def test_a_calendar_part_is_a_file_and_its_method_known() -> None:
    found = message(
        multipart("alternative", text("Accepted"), "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR")
    )
    assert [one.filename for one in found.attachments] == ["invite.ics"]
    assert not found.origin.answerable


SEALED = [
    (
        multipart(
            'encrypted; protocol="application/pgp-encrypted"', "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
        ),
        "pgp",
    ),
    (multipart('signed; protocol="application/pkcs7-signature"', text("signed words")), "smime"),
    (multipart('signed; protocol="application/pgp-signature"', text("signed words")), "pgp"),
    ("Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD", "smime"),
    ("Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----", "pgp"),
    ("Subject: x\r\n\r\nno seal", ""),
]


@pytest.mark.parametrize(("raw", "kind"), SEALED)
def test_sealed_mail_is_named(raw: str, kind: str) -> None:
    assert message(raw).sealed == kind


def test_flowed_text_with_delsp_loses_the_space_of_soft_breaks() -> None:
    found = message("Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\r\n\r\nслов \r\nо\r\n-- \r\nАнна")
    assert found.text == "слово\n-- \nАнна"


def test_headers_are_kept_in_order_unfolded_and_undecoded() -> None:
    found = message("Received: one\r\n\tby two\r\nX-B: =?utf-8?Q?a?=\r\nreceived: three\r\n\r\nbody")
    assert found.headers == (("Received", "one\tby two"), ("X-B", "=?utf-8?Q?a?="), ("received", "three"))


def test_a_fault_of_ours_is_a_reason_not_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes, parsed: Part) -> tuple[()]:
        raise KeyError("surprise")

    monkeypatch.setattr(reading.bounce, "read", broken)
    result = read(b"From: a@b.test\r\nSubject: hello\r\n\r\nbody")
    assert isinstance(result, Unreadable)
    assert (result.sender, result.subject) == ("a@b.test", "hello")
    assert "KeyError" in result.reason


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_octets_are_read(raw: bytes) -> None:
    result = read(raw)
    assert not (isinstance(result, Unreadable) and result.reason.startswith("reading failed")), result


PIECES = [
    b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html", b"=?utf-8?B?", b"?=",
    b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"--b", b"--b--", b"\r\n", b"\r\n\r\n", b"\n",
    b"\r", b"<", b">", b"@", b'"', b"(", b";", b"name*0*=", b"''", b"begin 644 x", b"\xff\xfe", b"<blockquote>", b"On ",
    b" wrote:", b"> ", b"\0",
]  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_pieces_of_mail_are_read(pieces: list[bytes]) -> None:
    result = read(b"".join(pieces))
    assert not (isinstance(result, Unreadable) and result.reason.startswith("reading failed")), result
