"""The daemon as its operator knows it: started, asked, reloaded, stopped; mail goes through it over real IMAP and SMTP."""

import json
import signal
import smtplib
import time
from datetime import UTC, datetime, timedelta

import pytest
from daemon.conftest import Running, maild

from maild.sandbox.world import free_port

pytestmark = pytest.mark.thorough

DESK = "support@vendor.test"


def test_a_request_is_acknowledged_answered_and_closed_by_the_customer_alone(daemon, config, people):
    people["anna"].send(DESK, "Молчит принтер", "Здравствуйте!\n\nС утра не печатает.\n\nАнна")
    ack = people["anna"].wait_for("ack")
    note = people["olga"].wait_for("notification", ticket=ack.ticket)
    people["olga"].reply(note, "Переключите кабель.\n\n/время 25м проверили драйвер\n/решено")
    asks = people["anna"].wait_for("asks", ticket=ack.ticket)
    assert "Переключите кабель" in asks.text
    assert "/время" not in asks.text
    assert state(config, ack.ticket) == "solved"
    people["anna"].press(asks.buttons[0])
    deadline = time.monotonic() + 10
    while state(config, ack.ticket) != "closed" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state(config, ack.ticket) == "closed"
    assert daemon.stop() == 0
    evening = datetime.now(UTC) + timedelta(days=2)
    for _ in range(2):  # the second evening's run has nothing more to say
        assert maild(config, "once", "--now", evening.isoformat()).returncode == 0
    assert [mail.kind for mail in people["boss"].inbox()] == ["report"]
    assert "25" in people["boss"].inbox()[0].text
    assert maild(config, "verify").returncode == 0


def test_health_readiness_metrics_and_status_are_served(daemon, config):
    daemon.ready()
    assert daemon.get("/healthz") == (200, "ok\n")
    assert "maild_mailbox_connected" in daemon.get("/metrics")[1]
    told = json.loads(maild(config, "status", "--json").stdout)
    assert told["mailboxes"][0]["connected"] is True
    assert told["ledger"] == "ok"
    assert daemon.get("/elsewhere")[0] == 404


def test_a_clean_stop_takes_less_than_ten_seconds(daemon):
    daemon.ready()
    began = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - began < 10


def test_a_second_run_on_one_sqlite_file_is_refused(daemon, config):
    daemon.ready()
    second = maild(config, "run")
    assert second.returncode == 1
    assert "another maild run" in second.stderr


def test_a_faulty_reload_leaves_the_running_configuration_in_force(daemon, config, people):
    daemon.ready()
    directory = config.parent / "clients.toml"
    good = directory.read_text()
    directory.write_text(good + "\n[client.broken]\nnonsense = 1\n")
    daemon.process.send_signal(signal.SIGHUP)
    until(lambda: "not reloaded" in daemon.log.read_text())
    people["anna"].send(DESK, "Still there?", "Hello")
    people["anna"].wait_for("ack")
    directory.write_text(good.replace('name     = "Olga Ivanova"', 'name     = "Olga Petrova"'))
    daemon.process.send_signal(signal.SIGHUP)
    until(lambda: "configuration reloaded" in daemon.log.read_text())
    people["gleb"].send(DESK, "And now?", "Hello")
    people["gleb"].wait_for("ack")


def test_mail_that_waited_before_the_first_start_is_taken_in(config, people):
    for number in range(3):
        people["gleb"].send(DESK, f"Earlier {number}", "It was here before.")
    running = Running(config).start()
    try:
        people["gleb"].wait_for("ack", count=3)
    finally:
        running.kill()


def test_the_lmtp_door_says_250_after_the_commit_and_the_mail_becomes_a_ticket(world, people, tmp_path):
    config = world.write_config(tmp_path, poll="60s")
    port = free_port()
    with config.open("a") as text:
        text.write(f'\n[lmtp]\nlisten = "127.0.0.1:{port}"\ntrust_authserv = ["mx.vendor.test"]\n')
    running = Running(config).start().ready()
    try:
        raw = (
            b"Authentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test\r\nFrom: anna@acme.test\r\n"
            b"To: support@vendor.test\r\nSubject: By the second door\r\nMessage-ID: <second@acme.test>\r\n\r\nHello\r\n"
        )
        with smtplib.LMTP("127.0.0.1", port) as door:
            assert door.sendmail("anna@acme.test", [DESK], raw) == {}
        assert "[#1]" in people["anna"].wait_for("ack").subject
        with smtplib.LMTP("127.0.0.1", port) as door:  # the same octets once more: known, and said so with 250
            door.sendmail("anna@acme.test", [DESK], raw)
        time.sleep(1)
        assert len([mail for mail in people["anna"].inbox() if mail.kind == "ack"]) == 1
    finally:
        running.kill()


def test_once_says_75_while_a_server_is_out_of_reach(world, config):
    world.stop()
    assert maild(config, "once").returncode == 75


def state(config, ticket) -> str:
    return json.loads(maild(config, "ticket", str(ticket), "--json").stdout)["state"]


def until(holds, seconds=15):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
