"""The byte-level scan: what passes, what does not, and what is still known of a mail that did not."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest import limits
from maild.ingest.dashed_lines import DashedLines
from maild.ingest.read import read

PLAIN = b"From: Anna <anna@acme.test>\r\nSubject: Printer\r\nMessage-ID: <1@acme.test>\r\n\r\nIt does not print.\r\n"


def test_an_ordinary_mail_passes() -> None:
    assert limits.check(PLAIN, 1_000, 10) is None


def test_the_size_of_the_message_counts_octets() -> None:
    assert limits.check(PLAIN, len(PLAIN), 10) is None
    assert "octets" in (limits.check(PLAIN, len(PLAIN) - 1, 10) or "")


EDGES = [
    # field, largest value that passes
    (b"X-Any", limits.LINE_BYTES_MAX - len(b"X-Any: \r\n")),
    (b"From", limits.FIELD_BYTES_MAX),
    (b"Message-ID", limits.FIELD_BYTES_MAX),
    (b"Content-Type", limits.FIELD_BYTES_MAX),
    (b"content-disposition", limits.FIELD_BYTES_MAX),
    (b"Content-Description", limits.FIELD_BYTES_MAX),
    (b"Subject", limits.LINE_BYTES_MAX - len(b"Subject: \r\n")),
]


@pytest.mark.parametrize(("field", "longest"), EDGES)
def test_a_field_may_be_this_long_and_no_longer(field: bytes, longest: int) -> None:
    assert limits.check(field + b": " + b"x" * longest + b"\r\n\r\nbody") is None
    assert limits.check(field + b": " + b"x" * (longest + 1) + b"\r\n\r\nbody") is not None


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize(("fields", "passes"), [(500, True), (501, False)])
def test_a_header_may_have_500_fields(line_end: bytes, fields: int, passes: bool) -> None:
    raw = b"".join(b"X-%d: y" % n + line_end for n in range(fields)) + line_end + b"body"
    assert (limits.check(raw) is None) is passes


@pytest.mark.parametrize(("people", "passes"), [(200, True), (201, False)])
def test_a_mail_may_name_200_addresses(people: int, passes: bool) -> None:
    raw = b"To: " + b",\r\n ".join(b'"U, %d@x" <u%d@acme.test>' % (n, n) for n in range(people)) + b"\r\n\r\nbody"
    assert (limits.check(raw) is None) is passes


@pytest.mark.parametrize(("depth", "passes"), [(20, True), (21, False)])
def test_parts_may_be_nested_20_deep(depth: int, passes: bool) -> None:
    raw = (
        b"".join(b'Content-Type: multipart/mixed;\r\n boundary="x%d"\r\n\r\n--x%d\r\n' % (n, n) for n in range(depth))
        + b"\r\nbody"
    )
    assert (limits.check(raw) is None) is passes


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize(("parts", "passes"), [(9, True), (10, False)])
def test_parts_are_counted_with_the_mail_itself(line_end: bytes, parts: int, passes: bool) -> None:
    head = b"Content-Type: multipart/mixed; boundary=b" + line_end * 2
    raw = head + b"".join(b"--b" + line_end * 2 + b"x" + line_end for _ in range(parts)) + b"--b--" + line_end
    assert (limits.check(raw, 10_000, 10) is None) is passes


def test_lines_that_only_look_like_boundaries_are_no_parts() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + b"--c\r\n-- \r\n" * 1_000 + b"--b--\r\n--b\r\n" * 2
    assert limits.check(raw, 100_000, 10) is None


def test_siblings_may_use_the_boundary_of_a_closed_part_again() -> None:
    inner = b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i--\r\n"
    raw = b"Content-Type: multipart/mixed; boundary=o\r\n\r\n" + inner * 30 + b"--o--\r\n"
    assert limits.check(raw, 100_000, 100) is None


SALVAGED = [
    (PLAIN, ("anna@acme.test", "Printer", "<1@acme.test>")),
    (b"\r\n\r\nFrom someone Mon Jan 1\r\n" + PLAIN, ("anna@acme.test", "Printer", "<1@acme.test>")),
    (b"From: =?utf-8?B?0JDQvdC90LA=?= <a@b.test>\r\nSubject: =?utf-8?B?0KfQtdC6?=\r\n", ("a@b.test", "Чек", "")),
    (b"Subject: only\r\n", ("", "only", "")),
    (b"", ("", "", "")),
    (b"From: a@b.test\r\nFrom: second@b.test\r\n\r\n", ("a@b.test", "", "")),
    (b"From: a@b.test\r\nSubject: " + b"s" * 9_000 + b"\r\n", ("a@b.test", "s" * 500, "")),
]


@pytest.mark.parametrize(("raw", "told"), SALVAGED)
def test_what_a_refused_mail_still_tells(raw: bytes, told: tuple[str, str, str]) -> None:
    found = limits.salvage(raw, "too big")
    assert (found.sender, found.subject, found.message_id) == told
    assert found.reason == "too big"


@given(st.binary(max_size=2_000))
def test_any_octets_are_scanned_without_an_error(raw: bytes) -> None:
    reason = limits.check(raw, 10_000, 10)
    assert reason is None or reason
    assert limits.salvage(raw, "r").reason == "r"


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"-", b"--", b"a", b"--a\r\n"]), max_size=30).map(b"".join))
def test_dashed_lines_are_those_that_an_expression_finds(raw: bytes) -> None:
    found, position, lines = [], 0, DashedLines(raw)
    while (at := lines.next_from(position)) >= 0:
        found.append(at)
        position = raw.find(b"--", at) + 2
    wanted, position = [], 0
    while (match := re.compile(rb"(?:\r\n|\r|\n)--").search(raw, position)) is not None:
        wanted.append(match.start())
        position = match.end()
    assert found == wanted


@pytest.mark.parametrize("kind", [b"application/pdf", b"image/png; name=a.png", b"text/plain", b"message/rfc822"])
@pytest.mark.parametrize("encoding", [b"base64", b"BASE64", b"7bit"])
def test_a_mail_reads_the_same_whether_its_files_are_set_aside_or_not(kind: bytes, encoding: bytes) -> None:
    words = b"Subject: inner\r\n\r\n" + b"the report of October\r\n" * 2_000
    content = words if encoding == b"7bit" else base64.encodebytes(words).replace(b"\n", b"\r\n")
    head = b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: " + encoding
    raw = (
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee file\r\n--b\r\n"
        + head
        + b"\r\n\r\n"
    )
    with_files = read(raw + content + b"\r\n--b--\r\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "LARGE_BODY_BYTES", 10**9)
        assert read(raw + content + b"\r\n--b--\r\n") == with_files
