"""Mail made to hurt: each row must end in a Message or an Unreadable, within two seconds of CPU and 512 MB, with the outcome named."""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maild.ingest.read import read
from maild.message import Message, Unreadable

HEAD = b"From: a@b.test\r\nTo: support@vendor.test\r\nSubject: hello\r\nMessage-ID: <1@b.test>\r\n"
CPU_SECONDS_MAX = 2.0
MEMORY_MB_MAX = 512
IDLE_READER_MB = 50  # what a process that reads mail weighs before the first


def mail(fields: bytes = b"", body: bytes = b"body", head: bytes = HEAD) -> bytes:
    return head + fields + b"\r\n" + body


def multipart(parts: list[bytes], subtype: bytes = b"mixed") -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return mail(b"Content-Type: multipart/" + subtype + b'; boundary="b"\r\n', body)


def html(markup: bytes) -> bytes:
    return mail(b"Content-Type: text/html; charset=utf-8\r\n", markup)


def attached(disposition: bytes, content: bytes = b"x") -> bytes:
    return multipart(
        [
            b"Content-Type: text/plain\r\n\r\nsee file",
            b"Content-Type: application/pdf\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + content,
        ]
    )


def folded(field: bytes, line: bytes, lines: int) -> bytes:
    return field + b": " + (line + b"\r\n ") * lines + b"end\r\n"


def nested_multiparts(depth: int) -> bytes:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=x%d\r\n\r\n--x%d\r\n" % (n, n) for n in range(depth))
    return HEAD + opening + b"\r\ndeep\r\n"


def nested_mails(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inner\r\n\r\ndeep\r\n"


def memory_mb(field: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith(field))
    return int(line.split()[1]) // 1024


@contextmanager
def within_limits() -> Iterator[None]:
    """What is done here may cost two seconds of CPU and leave a reader's process below 512 MB at its peak."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from now on
    weighs, started = memory_mb("VmRSS"), time.process_time()
    yield
    assert time.process_time() - started < CPU_SECONDS_MAX
    assert memory_mb("VmHWM") - weighs + IDLE_READER_MB < MEMORY_MB_MAX


LONG_WORD = b"=?utf-8?B?" + base64.b64encode("слово ".encode() * 6) + b"?="

REFUSED: dict[str, bytes] = {
    "From of 100 KB of quotes": mail(head=b'From: "' + b'"' * 100_000 + b"\r\n"),
    "From of 100 KB of encoded words": mail(head=b"From: " + LONG_WORD * 1_000 + b" <a@b.test>\r\n"),
    "From folded over 5 KB": mail(head=folded(b"From", b"a" * 70, 80)),
    "Subject of 100 KB on one line": mail(b"Subject: " + b"x" * 100_000 + b"\r\n"),
    "Subject of 100 KB of folded encoded words": mail(folded(b"Subject", LONG_WORD, 1_000)),
    "header line just above 16 KB": mail(b"X-Long: " + b"x" * (16 * 1024) + b"\r\n"),
    "Message-ID of 5 KB": mail(head=b"From: a@b.test\r\nMessage-ID: <" + b"x" * 5_000 + b"@b.test>\r\n"),
    "Content-Type with thousands of parameters": mail(
        b"Content-Type: text/plain; " + b"; ".join(b"p%d=v" % n for n in range(3_000)) + b"\r\n"
    ),
    "Content-Type of 5 KB in a part": multipart([b"Content-Type: text/plain; name=" + b"n" * 5_000 + b"\r\n\r\nx"]),
    "Content-Disposition with 400 continuations": attached(
        b"attachment; " + b"; ".join(b"filename*%d=abcdefgh" % n for n in range(400))
    ),
    "600 fields": mail(b"".join(b"X-%d: y\r\n" % n for n in range(600))),
    "600 fields in a part": multipart([b"".join(b"X-%d: y\r\n" % n for n in range(600)) + b"\r\nx"]),
    "32 KB of From: a lines": b"From: a\r\n" * 3_600 + b"\r\nbody",
    "300 KB of header in 400 fields": mail((b"X-Pad: " + b"x" * 750 + b"\r\n") * 400),
    "201 addresses in To and Cc": mail(
        b"To: "
        + b", ".join(b"u%d@c.test" % n for n in range(101))
        + b"\r\nCc: "
        + b", ".join(b"v%d@c.test" % n for n in range(101))
        + b"\r\n"
    ),
    "10,000 nested multiparts": nested_multiparts(10_000),
    "21 nested multiparts": nested_multiparts(21),
    "10,000 nested mails": nested_mails(10_000),
    "21 nested mails": nested_mails(21),
    "501 parts": multipart([b"Content-Type: text/plain\r\n\r\nx"] * 501),
    "100,000 parts": multipart([b"\r\nx"] * 100_000),
    "delivery report of 5,000 recipients": mail(
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + b"x: \xff\r\n\r\n" * 5_000,
    ),
    "60,000 Received": mail(b"Received: x\r\n" * 60_000),
    "201 addresses folded into From": mail(head=b"From: " + b",\r\n ".join(b"u%d@c.test" % n for n in range(201)) + b"\r\n"),
    "Content-ID of 5 KB in a part": multipart([b"Content-ID: <" + b"c" * 5_000 + b">\r\n\r\nx"]),
    "boundary of 5 KB": mail(b"Content-Type: multipart/mixed; boundary=" + b"b" * 5_000 + b"\r\n"),
    "21 multiparts with prefixes of one boundary": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (b"x" * n, b"x" * n) for n in range(1, 25))
    + b"\r\ndeep\r\n",
    "26 MB": mail(body=b"x" * (26 * 1024 * 1024)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_beyond_the_limits_is_refused_at_once(name: str) -> None:
    with within_limits():
        result = read(REFUSED[name])
    assert isinstance(result, Unreadable), name
    assert not result.reason.startswith("reading failed"), result.reason


READ: dict[str, tuple[bytes, str]] = {
    # name: (mail, a word that its text, subject, sender or file names must hold)
    "no bytes at all": (b"", ""),
    "one NUL": (b"\0", ""),
    "only line ends": (b"\r\n" * 1_000, ""),
    "only a colon": (b":", ""),
    "NULs everywhere": (mail(b"X-Nul: a\0b\r\n", b"bo\0dy \0\0"), "body"),
    "1 MB of NULs": (mail(body=b"\0" * 1_000_000 + b"word"), ""),
    "header without body": (HEAD, "hello"),
    "body without header": (b"just words, no header at all", ""),
    "lone CRs as line ends": (b"From: a@b.test\rSubject: hello\r\rbody\r", "body"),
    "100,000 lone CRs": (mail(body=b"\r" * 100_000 + b"word"), "word"),
    "unterminated boundary": (mail(b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n\r\nwords"), "words"),
    "boundary that never comes": (mail(b"Content-Type: multipart/mixed; boundary=b\r\n", b"words alone"), "words alone"),
    "no boundary parameter": (mail(b"Content-Type: multipart/mixed\r\n", b"words alone"), "words alone"),
    "empty boundary": (mail(b'Content-Type: multipart/mixed; boundary=""\r\n', b"--\r\n\r\nwords"), "words"),
    "boundary that opens itself": (
        mail(
            b"Content-Type: multipart/mixed; boundary=b\r\n",
            b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 50 + b"--b\r\n\r\nwords",
        ),
        "hello",
    ),
    "100,000 lines that look like boundaries": (
        mail(b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n\r\nwords\r\n" + b"--c\r\n" * 100_000),
        "words",
    ),
    "boundaries of multiparts left open, by the thousand": (
        mail(
            b"Content-Type: multipart/mixed; boundary=b\r\n",
            b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--b\r\n\r\nwords\r\n" + b"--c\r\n\r\nwords\r\n" * 20_000,
        ),
        "words",
    ),
    "100,000 lines that nearly are a boundary left open": (
        mail(
            b"Content-Type: multipart/mixed; boundary=b\r\n",
            b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--b\r\n\r\nwords\r\n" + b"--cc\r\n" * 100_000,
        ),
        "words",
    ),
    "UTF-7 of 1 MB": (mail(b"Content-Type: text/plain; charset=utf-7\r\n", b"words" + b"+APY-" * 200_000), "wordsöö"),
    "UTF-7 in one run of 1 MB": (mail(b"Content-Type: text/plain; charset=utf-7\r\n", b"words+" + b"AP" * 500_000), "words"),
    "bad base64": (mail(b"Content-Transfer-Encoding: base64\r\n", b"%%%=not=base64%%%"), ""),
    "base64 cut in the middle": (mail(b"Content-Transfer-Encoding: base64\r\n", base64.b64encode(b"words " * 9)[:-3]), "words"),
    "1 MB of = in quoted-printable": (mail(b"Content-Transfer-Encoding: quoted-printable\r\n", b"=" * 1_000_000), "hello"),
    "unknown transfer encoding": (mail(b"Content-Transfer-Encoding: x-strange\r\n", b"words"), "words"),
    "transfer encoding with junk": (
        mail(b'Content-Transfer-Encoding: "base64" (really)\r\n', base64.b64encode(b"words")),
        "words",
    ),
    "UTF-7 stays as it is": (mail(b"Content-Type: text/plain; charset=utf-7\r\n", b"+AC8-time 25m"), "+AC8-time"),
    "UTF-7 in an encoded word": (mail(b"Subject: =?utf-7?Q?+AC8-time?=\r\n", head=b"From: a@b.test\r\n"), "+AC8-time"),
    "charset that is a codec of another kind": (mail(b"Content-Type: text/plain; charset=rot13\r\n", b"words"), "words"),
    "charset punycode": (mail(b"Content-Type: text/plain; charset=punycode\r\n", b"words-" + b"a" * 100_000), "words"),
    "charset unicode_escape": (mail(b"Content-Type: text/plain; charset=unicode_escape\r\n", b"\\u0041words"), "\\u0041words"),
    "charset name of 3 KB": (mail(b"Content-Type: text/plain; charset=" + b"x" * 3_000 + b"\r\n", b"words"), "words"),
    "charset name with NUL": (mail(b"Content-Type: text/plain; charset=utf\0-8\r\n", b"words"), "words"),
    "charset name with NUL over 8-bit text": (
        mail(b"Content-Type: text/plain; charset=utf\0-8\r\n", "Слово words".encode()),
        "Слово words",
    ),
    "charset as RFC 2231 has it, over 8-bit text": (
        mail(b"Content-Type: text/plain; charset*=us-ascii'en'koi8-r\r\n", "Слово words".encode("koi8-r")),
        "Слово words",
    ),
    "bounce with such a charset": (
        mail(
            b"Content-Type: text/plain; charset=a\0b\r\n",
            "<b@c.test>: user unknown, слово".encode(),
            head=b"From: MAILER-DAEMON@x.test\r\n",
        ),
        "слово",
    ),
    "lone surrogates by UTF-16": (mail(b"Content-Type: text/plain; charset=utf-16-le\r\n", b"\x00\xd8w\x00o\x00"), ""),
    "lone surrogates in UTF-8": (mail(b"Content-Type: text/plain; charset=utf-8\r\n", b"words \xed\xa0\x80 more"), "words"),
    "path traversal": (attached(b'attachment; filename="../../etc/passwd"'), "passwd"),
    "path of another system": (attached(b'attachment; filename="C:\\\\Windows\\\\evil.exe"'), "evil.exe"),
    "name that is only dots": (attached(b'attachment; filename=".."'), "see file"),
    "bidi controls in a name": (attached(b"attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe"), "invoicefdp.exe"),
    "line ends in a name": (attached(b"attachment; filename*=utf-8''a%0D%0ABcc:%20x.txt"), "a Bcc: x.txt"),
    "NUL in a name": (attached(b"attachment; filename*=utf-8''a%00.txt"), "a.txt"),
    "name of 3 KB": (attached(b'attachment; filename="' + b"n" * 3_000 + b'.pdf"'), "nnn.pdf"),
    "quote that never closes in a parameter": (attached(b'attachment; filename="open.pdf'), "open.pdf"),
    "quotes that nearly close, in a parameter": (attached(b"attachment; " + b'a="b c d" e "f' * 200), "see file"),
    "control characters in the subject": (
        mail(b"Subject: =?utf-8?Q?a=0D=0ABcc:_x=1B[31m?=\r\n", head=b"From: a@b.test\r\n"),
        "a Bcc: x",
    ),
    "16 KB of quotes in To": (mail(b'To: "' + b'\\"' * 8_000 + b"\r\n"), "hello"),
    "16 KB of < in To": (mail(b"To: " + b"<" * 16_000 + b"\r\n"), "hello"),
    "16 KB of ( in To": (mail(b"To: " + b"(" * 16_000 + b"a@b.test\r\n"), "hello"),
    "16 KB of commas in To": (mail(b"To: " + b"a," * 8_000 + b"\r\n"), "hello"),
    "16 KB of colons in To": (mail(b"To: " + b"g:" * 8_000 + b"\r\n"), "hello"),
    "4 KB of @ in From": (mail(head=b"From: " + b"@" * 4_000 + b"\r\nSubject: hello\r\n"), "hello"),
    "From: < alone": (mail(head=b"From: <\r\nSubject: hello\r\n"), "hello"),
    "16 KB of =? in the subject": (mail(head=b"From: a@b.test\r\nSubject: hello " + b"=?" * 8_000 + b"\r\n"), "hello"),
    "16 KB of =?a?Q? in the subject": (mail(head=b"From: a@b.test\r\nSubject: hello " + b"=?a?Q?" * 2_600 + b"\r\n"), "hello"),
    "200 KB of References": (mail(folded(b"References", b"<abc@d.test>", 14_000)), "hello"),
    "References of letters alone": (mail(folded(b"References", b"x" * 16_000, 15)), "hello"),
    "In-Reply-To of @ alone": (mail(b"In-Reply-To: " + b"@" * 16_000 + b"\r\n"), "hello"),
    "16 KB of letters in To": (mail(b"To: " + b"a" * 16_000 + b"\r\n"), "hello"),
    "References of < alone": (mail(b"References: " + b"<" * 16_000 + b"\r\n"), "hello"),
    "Date of 16 KB": (mail(b"Date: " + b"(" * 16_000 + b"\r\n"), "hello"),
    "Date in the year 99999": (mail(b"Date: Mon, 1 Jan 99999 00:00:00 +9999\r\n"), "hello"),
    "On lines without end": (mail(body=b"On Monday someone\r\n" * 50_000), "On Monday"),
    "1 MB of On without a line end": (mail(body=b"On " * 330_000), "On On"),
    "1 MB of >": (mail(body=b">" * 1_000_000), "hello"),
    "300,000 lines of > >": (mail(body=b"> >\r\n" * 200_000), "hello"),
    "20 MB of text": (mail(body=b"all these words\r\n" * 1_200_000), "all these words"),
    "50,000 nested blockquotes": (html(b"<blockquote>" * 50_000 + b"deep"), "deep"),
    "100,000 attributes": (html(b"<p " + b" ".join(b"a%d=1" % n for n in range(90_000)) + b">words"), "words"),
    "50,000 options": (html(b"<select>" + b"<option>x" * 50_000 + b"</select>words"), "words"),
    "200,000 open comments": (html(b"words" + b"<!--" * 200_000), "words"),
    "1 MB of <": (html(b"words " + b"<" * 1_000_000), "words"),
    "nested fonts and paragraphs": (html(b"words" + b"<font size=1><p>" * 50_000), "words"),
    "nested tables": (html(b"words" + b"<table><tr><td>" * 40_000), "words"),
    "hidden text is not read": (html(b"<p>words<p style='display:none'>/time 25m"), "words"),
    "uuencode that never ends": (mail(body=b"begin 644 a.bin\r\n" + b"M" * 1_000_000), "begin 644"),
    "70,000 uuencode beginnings": (mail(body=b"begin 644 a\r\n" * 70_000 + b"words"), "words"),
    "calendar of nonsense": (mail(b"Content-Type: text/calendar; method=REPLY\r\n", b"\xff\xfe" * 1_000), "invite.ics"),
    "TNEF of nonsense": (
        mail(b"Content-Type: application/ms-tnef; name=winmail.dat\r\n", b"\x78\x9f\x3e\x22" + b"\xff" * 50_000),
        "winmail.dat",
    ),
    "delivery report of nonsense": (
        mail(
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + b"x: \xff\r\n\r\n" * 400,
        ),
        "hello",
    ),
    "20 nested mails": (nested_mails(19), "hello"),
    "500 parts": (multipart([b"Content-Type: text/plain\r\n\r\nwords"] * 499), "words"),
    "20 attached mails": (
        multipart(
            [b"Content-Type: message/rfc822\r\n\r\nFrom: c%d@d.test\r\n\r\n" % n + b"words\r\n" * 500 for n in range(20)]
        ),
        "hello",
    ),
    "an attached mail of 10 MB": (
        multipart([b"Content-Type: message/rfc822\r\n\r\nFrom: c@d.test\r\nSubject: inner\r\n\r\n" + b"words\r\n" * 1_400_000]),
        "inner.eml",
    ),
    "an .eml that holds itself in base64": (
        attached(b"attachment; filename=loop.eml", HEAD + b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\nx"),
        "loop.eml",
    ),
    "10,000 heads of forwards": (
        mail(
            body=b"hello\r\n"
            + b"---------- Forwarded message ---------\r\nFrom: A <a@b.test>\r\nSubject: x\r\nTo: c\r\n\r\n" * 10_000
        ),
        "hello",
    ),
    "50,000 lines From: a": (mail(body=b"From: a\r\n" * 50_000), "From: a"),
    "50,000 lines with a colon": (mail(body=b"On 1.1.2026 10:00 a@b.test:\r\n" * 40_000), "On 1.1.2026"),
    "1 MB of = signs": (mail(body=b"=" * 1_000_000), "hello"),
    "1 MB of dashes in lines": (mail(body=b"-----\r\n" * 140_000), "hello"),
    "200,000 lines of -- ": (mail(body=b"words\r\n" + b"-- \r\n" * 200_000), "words"),
    "100,000 lines Regards": (mail(body=b"words\r\n" + b"Best regards,\r\n" * 60_000), "words"),
    "a line of 1 MB with a colon at its end": (mail(body=b"words " * 160_000 + b":"), "words"),
    "1 MB of slashes": (mail(body=b"/" * 1_000_000), "hello"),
    "30,000 commands": (mail(body=b"/time 25m words\r\n" * 30_000), "/time"),
    "1 MB of zero-width marks": (
        mail(b"Content-Type: text/plain; charset=utf-8\r\n", ("words" + "\u200b" * 300_000).encode()),
        "words",
    ),
    "bidi overrides in the text": (
        mail(b"Content-Type: text/plain; charset=utf-8\r\n", "words \u202eemit/\u202c".encode()),
        "words",
    ),
    "bidi controls in the name of the sender": (
        mail(head=b"From: =?utf-8?B?" + base64.b64encode("Anna\u202etset".encode()) + b"?= <a@b.test>\r\nSubject: hello\r\n"),
        "hello",
    ),
    "two From fields": (mail(b"From: second@b.test\r\n"), "hello"),
    "two subjects": (mail(b"Subject: other\r\n"), "hello"),
    "two Content-Types": (mail(b"Content-Type: text/plain\r\nContent-Type: text/html\r\n", b"<p>words"), "words"),
    "Content-Type of a picture over text": (mail(b"Content-Type: image/png\r\n", b"no picture"), ".png"),
    "gzip called text": (mail(b"Content-Type: text/plain; charset=utf-8\r\n", b"\x1f\x8b\x08" + bytes(range(256)) * 50), ""),
    "ISO-2022-JP that never switches back": (
        mail(b"Content-Type: text/plain; charset=iso-2022-jp\r\n", b"words \x1b$B" + b"$3" * 30_000),
        "words",
    ),
    "HZ by the 100 KB": (mail(b"Content-Type: text/plain; charset=hz-gb-2312\r\n", b"words " + b"~{" * 50_000), "words"),
    "UTF-32 of nonsense": (mail(b"Content-Type: text/plain; charset=utf-32\r\n", b"words" * 20_000), ""),
    "100 KB of soft line breaks": (
        mail(b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"words \r\n" * 12_000),
        "words",
    ),
    "Thread-Index of 16 KB": (mail(b"Thread-Index: " + b"A" * 16_000 + b"\r\n"), "hello"),
    "style of 1 MB": (html(b"<style>" + b"a{}" * 300_000 + b"</style>words"), "words"),
    "100,000 entities": (html(b"words" + b"&amp;" * 150_000), "words"),
    "10,000 tables side by side": (html(b"words" + b"<table><tr><td>x</td></tr></table>" * 10_000), "words"),
    "quote classes nested 5,000 deep": (html(b"words" + b"<div class=gmail_quote><blockquote type=cite>" * 5_000), "words"),
    "emoji by the 100 KB": (mail(b"Content-Type: text/plain; charset=utf-8\r\n", "👩‍👩‍👧‍👦".encode() * 4_000), "👩"),
    "combining marks by the 100 KB": (
        mail(b"Content-Type: text/plain; charset=utf-8\r\n", ("words" + "\u0301" * 50_000).encode()),
        "words",
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", READ)
def test_hostile_mail_is_read_in_time_and_nothing_is_lost(name: str) -> None:
    raw, word = READ[name]
    with within_limits():
        result = read(raw)
    assert isinstance(result, Message), getattr(result, "reason", name)
    seen = "\n".join([result.text, result.subject, *(a.filename for a in result.attachments)])
    assert word in seen
    seen.encode("utf-8")  # whatever came, what is kept is text that any store takes
    assert not any(c < " " for c in result.subject)
    assert not any(c < " " or c in "/\\\u202e" for a in result.attachments for c in a.filename)


def test_hidden_words_are_no_words_of_the_author() -> None:
    result = read(READ["hidden text is not read"][0])
    assert isinstance(result, Message)
    assert "/time" not in result.text


def test_a_refused_mail_still_tells_who_wrote_it() -> None:
    result = read(REFUSED["501 parts"])
    assert isinstance(result, Unreadable)
    assert (result.sender, result.subject, result.message_id) == ("a@b.test", "hello", "<1@b.test>")
    assert "500 parts" in result.reason
