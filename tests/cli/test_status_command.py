"""`status`: what the daemon says of its mailboxes where it runs, what memory says in any case."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from maild import __version__
from maild.cli.status import newest_bookings, told_by_daemon
from maild.config import HealthConfig

SUCCESS = "2026-11-20T08:00:00Z"
WATCHED = {"name": "support", "connected": True, "last_success_at": SUCCESS, "backlog": 3, "trouble": ""}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def health(config_path):
    """A server in the daemon's place; `answer` is what it says."""

    class Handler(BaseHTTPRequestHandler):
        answer = json.dumps({"mailboxes": [WATCHED]}).encode()

        def do_GET(self):
            self.send_response(200 if self.path == "/status" else 404)
            self.end_headers()
            self.wfile.write(self.answer)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config_path.write_text(config_path.read_text().replace('127.0.0.1:9"', f'127.0.0.1:{server.server_port}"'))
        yield Handler
        server.shutdown()


def test_the_shape_of_the_contract(cli, filled):
    row = cli("status", "--json").json()
    assert row["mailboxes"] == [{"name": "support", "connected": False, "last_success_at": None, "backlog": None}]
    assert row["outbox"] == {"queued": 0, "deferred": 0, "failed": 1}
    assert (row["quarantine"], row["oldest_unacked_seconds"], row["ledger"], row["version"]) == (1, 0, "ok", __version__)


def test_the_daemons_word_counts_for_mailboxes(cli, filled, health):
    (box,) = cli("status", "--json").json()["mailboxes"]
    assert (box["connected"], box["last_success_at"], box["backlog"]) == (True, SUCCESS, 3)
    shown = cli("status").out
    assert "running" in shown and "2026-11-20 10:00" in shown


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"\xff"])
def test_somebody_else_on_that_port_is_no_daemon(cli, filled, health, answer):
    health.answer = answer
    done = cli("status")
    assert (done.code, "no daemon answers" in done.out) == (0, True)


def test_no_health_section_is_no_daemon():
    assert told_by_daemon(None) is None
    assert told_by_daemon(HealthConfig("127.0.0.1", 9)) is None


def test_who_has_waited_longest_for_an_acknowledgement(cli, filled):
    from maild.message import Arrival

    since = datetime.now(UTC) - timedelta(minutes=10)
    filled.keep([Arrival("support", 1, 8, since, b"Subject: hello\r\n\r\nhello\r\n")], since)
    assert 600 <= cli("status", "--json").json()["oldest_unacked_seconds"] < 700
    assert "waiting for an acknowledgement" in cli("status").out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE chain SET hash = 'ff' WHERE client = 'acme'", "does not end where it was left"),
        ("UPDATE posting SET minutes = 1 WHERE entry = 3 AND line = 0", "does not balance"),
        ("UPDATE entry SET charged_minutes = 1 WHERE id = 3", "breaks at entry 3"),
    ],
)
def test_newest_bookings_that_are_broken_show(cli, filled, statement, said):
    with filled.writing() as connection:
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement)
    assert said in newest_bookings(filled, NOON)
    assert newest_bookings(filled, NOON + timedelta(days=30)) == "ok"  # older ones are for `verify`


def test_a_broken_ledger_is_something_wrong(cli, filled, monkeypatch):
    monkeypatch.setattr("maild.cli.status.newest_bookings", lambda *_: "entry 3 does not balance")
    done = cli("status", "--json")
    assert (done.code, done.json()["ledger"]) == (1, "entry 3 does not balance")
