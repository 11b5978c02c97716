"""`explain`: one line of ASCII JSON for each path, whatever the file holds."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from maild import explain

KEYS = {
    "path", "ms", "unreadable", "from", "to", "cc", "reply_to", "subject", "date", "message_id", "in_reply_to", "references", "body",
    "reply_text", "signature_text", "attachments", "origin", "bounces", "authentication", "commands", "refusals",
}  # fmt: skip
MAIL = (
    "From: =?utf-8?B?0JDQvdC90LA=?= <anna@acme.test>\r\nTo: Desk <support@vendor.test>\r\nDate: Sat, 21 Nov 2026 10:20:00 +0200\r\n"
    "Subject: =?utf-8?B?0KfQtdC6?=\r\nMessage-ID: <1@acme.test>\r\nIn-Reply-To: <0@vendor.test>\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nНе печатает.\r\n'
    "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n12345\r\n--b--\r\n"
)


def lines_for(tmp_path: Path, *contents: bytes, kind: str = "mail") -> list[dict[str, object]]:
    paths = []
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.eml").write_bytes(content)
        paths.append(str(tmp_path / f"{number}.eml"))
    out = io.StringIO()
    explain.run(paths, kind, as_json=True, out=out)
    assert out.getvalue().isascii()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["path"] for line in lines] == paths
    return lines


def test_a_mail_is_told_with_every_key_of_the_contract(tmp_path: Path) -> None:
    (told,) = lines_for(tmp_path, MAIL.encode())
    assert set(told) >= KEYS
    assert told["unreadable"] is None
    assert told["from"] == {"name": "Анна", "address": "anna@acme.test"}
    assert told["to"] == [{"name": "Desk", "address": "support@vendor.test"}]
    assert told["date"] == "2026-11-21T08:20:00Z"
    assert (told["subject"], told["message_id"], told["in_reply_to"]) == ("Чек", "<1@acme.test>", ["<0@vendor.test>"])
    assert told["body"] == {"text": "Не печатает.", "is_html": False}
    assert told["reply_text"] == "Не печатает."
    assert told["attachments"] == [
        {"filename": "a.pdf", "size": 5, "content_type": "application/pdf", "inline": False, "content_id": ""}
    ]
    assert told["origin"] == {"kind": "person", "reasons": [], "answerable": True}
    assert (told["authentication"], told["commands"], told["refusals"]) == ({}, [], [])


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"\n" * 50, b"\xff" * 1_000, b"Subject: a\x85b\xe2\x80\xa8c\r\n\r\n\xe2\x80\xa8"]
)
def test_whatever_a_file_holds_it_is_one_line(tmp_path: Path, content: bytes) -> None:
    assert len(lines_for(tmp_path, content, MAIL.encode(), content)) == 3


def test_what_cannot_be_read_says_why_with_the_same_keys(tmp_path: Path) -> None:
    refused = b"From: a@b.test\r\n" + b"X: y\r\n" * 600 + b"\r\n"
    (told,) = lines_for(tmp_path, refused)
    assert set(told) >= KEYS
    assert "500 fields" in str(told["unreadable"])
    assert told["from"] == {"name": "", "address": "a@b.test"}


def test_a_missing_file_is_told_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "there.eml").write_bytes(MAIL.encode())
    out = io.StringIO()
    code = explain.run([str(tmp_path / "none.eml"), str(tmp_path / "there.eml")], as_json=True, out=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert code == 1
    assert [line["unreadable"] is None for line in lines] == [False, True]


@pytest.mark.parametrize(
    ("kind", "content"), [("text", "мои слова\n\n> чужие\n"), ("html", "<p>мои слова<blockquote type=cite>чужие")]
)
def test_a_body_alone_tells_what_was_written(tmp_path: Path, kind: str, content: str) -> None:
    (told,) = lines_for(tmp_path, content.encode(), kind=kind)
    assert told["reply_text"] == "мои слова"


def test_the_other_rooms_add_what_they_know(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL.encode())
    told = explain.explain(
        tmp_path / "a.eml", authenticate=lambda raw, message: {"from": "pass"}, commands=lambda reading: (["time"], ["tmie"])
    )
    assert (told["authentication"], told["commands"], told["refusals"]) == ({"from": "pass"}, ["time"], ["tmie"])


def test_a_person_sees_no_escape_sequence_of_a_stranger(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@b.test\r\nSubject: hello\r\n\r\nred \x1b[31m words\x07\r\n> quoted\r\n")
    out = io.StringIO()
    assert explain.run([str(tmp_path / "a.eml")], out=out) == 0
    assert "\x1b" not in out.getvalue()
    assert "\x07" not in out.getvalue()
    for word in ("a@b.test", "hello", "red", "text │ red", "quote │ > quoted", "Made by: a person"):
        assert word in out.getvalue()


def test_a_person_sees_why(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"From: MAILER-DAEMON@x.test\r\nSubject: failure notice\r\n\r\n<anna@acme.test>: 550 5.1.1 user unknown\r\n"
    )
    (tmp_path / "b.eml").write_bytes(
        b"From: olga@vendor.test\r\n\r\nfor you\r\n\r\n-----Original Message-----\r\nFrom: Anna <anna@acme.test>\r\n"
        b"Sent: Monday, 23 November 2026 14:05\r\nTo: Olga\r\nSubject: [red]Printer[/red]\r\n\r\nIt jams.\r\n"
        + b"line\r\n"
        * 500
    )
    out = io.StringIO()
    assert explain.run([str(tmp_path / "a.eml"), str(tmp_path / "b.eml"), str(tmp_path / "none")], out=out) == 1
    for words in (
        "Made by: a mail system: a bounce, because of failed-recipients, mailer-daemon, bounce-subject; gets no automatic answer",
        "Bounced: anna@acme.test 5.1.1 for good",
        "Carries: a mail of Anna <anna@acme.test>, '[red]Printer[/red]' (inline)",
        "head │ -----Original Message-----",
        "lines more",
        "Not read: cannot be opened",
    ):
        assert words in out.getvalue()


def test_the_module_runs_by_itself(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL.encode())
    command = [sys.executable, "-m", "maild.explain", "explain", "--json", "--as", "mail", str(tmp_path / "a.eml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=True)
    assert json.loads(done.stdout)["subject"] == "Чек"
    assert explain.main(["--as", "nothing", "x"]) == 2
    assert explain.main([]) == 2


def test_standard_input_is_a_path_and_a_folder_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MAIL.encode())))
    assert explain.explain(Path("-"))["message_id"] == "<1@acme.test>"
    assert explain.explain(tmp_path)["unreadable"] == "a folder: name the mails in it"


def test_a_page_names_a_written_file_and_shows_one_line_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: x\r\n\r\nsee\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n")
    out = io.StringIO()
    explain.run([str(tmp_path / "a.eml")], out=out)
    assert "file │ begin 644 cat.txt" in out.getvalue()
    assert "V%T" not in out.getvalue()
