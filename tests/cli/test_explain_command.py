"""`explain`: one line of JSON a path, in order, whatever the files hold, without configuration or database."""

import json

import pytest
from click.testing import CliRunner

from maild.cli.program import maild

MAIL = b"""From: Olga <olga@vendor.test>\r
To: support@vendor.test\r
Subject: Re: printer\r
Message-ID: <1@vendor.test>\r
Authentication-Results: mx.vendor.test; dmarc=pass header.from=vendor.test\r
\r
Switch the cable.\r
\r
/time 25m by phone // slow\r
/tmie 5m\r
"""


@pytest.fixture
def explain(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(maild, ["explain", *words], catch_exceptions=False)
        return done.exit_code, done.stdout

    (tmp_path / "mail.eml").write_bytes(MAIL)
    return run


def test_commands_and_refusals_are_told(explain):
    code, out = explain("--json", "mail.eml")
    row = json.loads(out)
    assert (code, row["unreadable"], row["reply_text"].splitlines()[0]) == (0, None, "Switch the cable.")
    (time,) = row["commands"]
    assert (time["command"], time["minutes"], time["what"], time["for_staff"]) == ("time", 25, "by phone", "slow")
    (refusal,) = row["refusals"]
    assert (refusal["line"], refusal["reason"], refusal["advice"]) == ("/tmie 5m", "near-miss", "/time 5m")


@pytest.mark.parametrize(("trusted", "believed"), [([], False), (["mx.vendor.test"], True), (["mx.other.test"], False)])
def test_who_is_trusted_decides_who_is_believed(explain, trusted, believed):
    words = [word for name in trusted for word in ("--trust-authserv", name)]
    row = json.loads(explain("mail.eml", "--json", *words)[1])
    assert row["authentication"]["authenticated"] is believed


def test_a_line_a_path_in_order_and_ascii(explain, tmp_path):
    (tmp_path / "second.eml").write_bytes("From: Анна <a@b.test>\r\n\r\nпривет\r\n".encode())
    code, out = explain("second.eml", "missing.eml", "mail.eml", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [row["path"] for row in rows] == ["second.eml", "missing.eml", "mail.eml"]
    assert rows[1]["unreadable"].startswith("cannot be opened")
    assert out.isascii()


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text", "Fine.\n\n> old\n/solved\n"), ("html", "<p>Fine.</p><blockquote>old</blockquote><p>/solved</p>")],
)
def test_a_body_alone(explain, tmp_path, kind, body):
    (tmp_path / "body").write_text(body)
    row = json.loads(explain("--as", kind, "body", "--json")[1])
    assert "Fine." in row["reply_text"] and "old" not in row["reply_text"]
    assert [command["command"] for command in row["commands"]] == ["solved"]


def test_people_see_the_line_and_what_was_meant(explain):
    out = explain("mail.eml")[1]
    assert "time: /time 25m by phone // slow" in out
    assert "/tmie 5m (near-miss: /tmie; meant: /time 5m)" in out


def test_misuse(explain):
    assert explain()[0] == explain("--as", "pdf", "mail.eml")[0] == 2
