"""Outlook's winmail.dat (TNEF): its text is the mail's where there is no other, its files are the mail's files."""

from __future__ import annotations

import base64
import struct

import pytest

from maild.ingest.read import read
from maild.message import Message

pytest.importorskip("tnefparse")

MESSAGE, ATTACHMENT = 1, 2
STRING, TEXT, BYTES, LONG = 1, 2, 6, 9


def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    """MS-OXTNEF, 2.1.3: level, id, type, length, data, and the sum of the data's octets."""
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def winmail(text: str, files: dict[str, bytes], charset: str = "cp1251") -> bytes:
    parts = [
        struct.pack("<IH", 0x223E9F78, 1),
        attribute(MESSAGE, 0x9006, 8, struct.pack("<I", 0x00010000)),
        attribute(MESSAGE, 0x9007, BYTES, struct.pack("<II", int(charset.removeprefix("cp")), 0)),
    ]
    if text:
        parts.append(attribute(MESSAGE, 0x800C, TEXT, text.encode(charset) + b"\0"))
    for name, content in files.items():
        parts += [
            attribute(ATTACHMENT, 0x9002, BYTES, struct.pack("<HIHHI", 1, 0, 32, 32, 0)),
            attribute(ATTACHMENT, 0x8010, STRING, name.encode(charset) + b"\0"),
            attribute(ATTACHMENT, 0x800F, BYTES, content),
        ]
    return b"".join(parts)


def received(words: bytes, tnef: bytes, kind: bytes = b"application/ms-tnef") -> Message:
    file = base64.encodebytes(tnef).replace(b"\n", b"\r\n")
    message = read(
        b"From: anna@acme.test\r\nSubject: Report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n" + words + b"\r\n--b\r\nContent-Type: " + kind + b"; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + file + b"--b--\r\n"
    )
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize("kind", [b"application/ms-tnef", b"application/vnd.ms-tnef", b"application/octet-stream"])
def test_the_files_inside_are_the_mails_files(kind: bytes) -> None:
    message = received(b"See the report.", winmail("", {"report.pdf": b"%PDF-1.4", "a.txt": b"words"}), kind)
    assert message.text == "See the report."
    assert [(one.filename, one.content) for one in message.attachments] == [("report.pdf", b"%PDF-1.4"), ("a.txt", b"words")]


def test_its_text_is_shown_where_there_is_no_other() -> None:
    message = received(b" ", winmail("Добрый день, отчёт внутри.", {"отчёт.pdf": b"%PDF-"}))
    assert message.text.strip() == "Добрый день, отчёт внутри."
    assert [one.filename for one in message.attachments] == ["отчёт.pdf"]


def test_names_in_another_code_page() -> None:
    message = received(b"x", winmail("", {"häuser.txt": b"1", "žluť.txt": b"2"}, "cp1250"))
    assert [one.filename for one in message.attachments] == ["häuser.txt", "žluť.txt"]


def test_a_text_that_nobody_can_show_is_not_lost() -> None:
    rich = attribute(MESSAGE, 0x9003, BYTES, struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, 8) + b"LZFupack")
    message = received(b" ", winmail("", {"a.txt": b"words"}) + rich + attribute(MESSAGE, 0x8020, 3, b"\0" * 14))
    assert {one.filename for one in message.attachments} == {"winmail.dat", "a.txt"}
    assert [one.filename for one in received(b"Words.", winmail("", {"a.txt": b"words"}) + rich).attachments] == ["a.txt"]


def test_a_path_in_a_name_is_no_path() -> None:
    message = received(b"x", winmail("", {"..\\..\\windows\\evil.exe": b"MZ"}))
    assert [one.filename for one in message.attachments] == ["evil.exe"]


def test_what_cannot_be_unpacked_is_kept_as_it_came() -> None:
    message = received(b"x", winmail("", {"a.txt": b"words"})[:40])
    assert [one.filename for one in message.attachments] == ["winmail.dat"]
