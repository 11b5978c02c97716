"""What runs when it is opened, by its name or by what it holds."""

import io
import zipfile

import pytest

from maild.desk.programs import Programs, is_program, programs, without_programs
from maild.message import Attachment


def archive(*names):
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as made:
        for name in names:
            made.writestr(name, b"x" * 50)
    return octets.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
RUNS = {
    "setup.exe": b"",
    "Setup.EXE ": b"",
    "photo.jpg.scr": b"",
    "invoice.exe.": b"",
    "macro.xlsm": b"PK",
    "link.lnk": b"",
    "disc.iso": b"",
    "report.pdf": b"MZ\x90\x00",
    "script": b"#!/bin/sh\nrm -rf /\n",
    "tool": b"\x7fELF\x02",
    "files.zip": archive("read.me", "inner/setup.exe"),
    "letter.docx": archive("word/document.xml", "word/vbaProject.bin"),
    "old.doc": OLE + "_VBA_PROJECT_CUR".encode("utf-16-le"),
}
HARMLESS = {
    "report.pdf": b"%PDF-1.7",
    "letter.docx": archive("word/document.xml"),
    "files.zip": archive("exe", "setup.exe.txt", "bat/readme.md"),
    "old.doc": OLE,
    "notes.txt": b"setup.exe is missing, PK\x01\x02 too",
    "executive summary.txt": b"",
    "photo.jpg": b"\xff\xd8\xff",
}


@pytest.mark.parametrize("name", RUNS)
def test_it_runs(name):
    assert is_program(Attachment(name, "application/octet-stream", RUNS[name]))


@pytest.mark.parametrize("name", HARMLESS)
def test_it_is_harmless(name):
    assert not is_program(Attachment(name, "application/octet-stream", HARMLESS[name]))


def test_the_policy_keeps_back_what_runs():
    files = (Attachment("a.exe", "application/x-msdownload", b"MZ"), Attachment("b.txt", "text/plain", b"b"))
    assert programs(files) == ("a.exe",)
    assert [each.filename for each in without_programs(files, Programs.HOLD)] == ["b.txt"]
    assert without_programs(files, Programs.TELL) == without_programs(files, Programs.PASS) == files
