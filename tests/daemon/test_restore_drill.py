"""The drill: the machine is lost, the mailbox is not. Restore elsewhere, point at the same mailbox: nothing lost, nothing doubled."""

import json
import threading
import time

import pytest
from daemon.conftest import Running, maild

from maild.sandbox.people import Person

pytestmark = [pytest.mark.long, pytest.mark.server]
DESK = "support@vendor.test"


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_what_was_done_after_the_backup_is_done_again_and_what_was_before_is_not(
    dovecot_world, tmp_path, database_url, source, request
):
    lost = {"database": request.getfixturevalue("postgres_server").create()} if source == "postgresql" else {}
    first = dovecot_world.write_config(tmp_path / "first", **lost)
    second = dovecot_world.write_config(tmp_path / "second", database=database_url)
    anna = Person(dovecot_world, "anna@acme.test")

    def write(*subjects):
        for subject in subjects:
            anna.send(DESK, subject, f"about {subject}")

    write("one", "two")
    assert maild(first, "once").returncode == 0
    assert maild(first, "backup", str(tmp_path / "b")).returncode == 0
    write("three", "four")
    assert maild(first, "once").returncode == 0  # their mails lie in the folder of done mail now
    write("five")
    assert maild(second, "restore", str(tmp_path / "b")).returncode == 0
    for _ in range(2):
        assert maild(second, "once").returncode == 0
    tickets = json.loads(maild(second, "tickets", "--json").stdout)
    assert sorted(ticket["subject"] for ticket in tickets) == ["five", "four", "one", "three", "two"]
    assert maild(second, "verify").returncode == 0
    acks = [(mail.subject, mail["Message-ID"]) for mail in anna.inbox() if mail.kind == "ack"]
    assert len({subject for subject, _ in acks}) >= 5
    anna.close()
    desk = Person(dovecot_world, DESK)
    assert desk.inbox() == []
    desk.close()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_backup_of_a_running_desk_brings_back_all_of_it(dovecot_world, tmp_path, database_url, postgres_server, request):
    """Mail comes in while the copy is made; then the machine dies, and another with an empty database goes on at the same mailbox."""
    empty = postgres_server.create() if database_url.startswith("postgresql") else f"sqlite:///{tmp_path}/second.db"
    first = dovecot_world.write_config(tmp_path / "first", database=database_url, poll="1s")
    second = dovecot_world.write_config(tmp_path / "second", database=empty, poll="1s")
    anna = Person(dovecot_world, "anna@acme.test")
    subjects = [f"Request {number}" for number in range(24)]

    def write():
        for subject in subjects:
            anna.send(DESK, subject, f"about {subject}")
            time.sleep(0.25)

    writing = threading.Thread(target=write)
    desk = Running(first).start()
    request.addfinalizer(desk.kill)
    desk.ready()
    writing.start()
    time.sleep(1.5)
    backed_up = maild(first, "backup", str(tmp_path / "b"))
    assert backed_up.returncode == 0, backed_up.stderr
    assert writing.is_alive(), "nothing came in while the copy was made"
    time.sleep(1)
    desk.kill()
    restored = maild(second, "restore", str(tmp_path / "b"))
    assert restored.returncode == 0, restored.stderr
    desk = Running(second).start()
    request.addfinalizer(desk.kill)
    desk.ready()
    writing.join()
    deadline = time.monotonic() + 90
    while len(tickets := json.loads(maild(second, "tickets", "--json").stdout)) < len(subjects):
        assert time.monotonic() < deadline, desk.log.read_text()[-1500:]
    time.sleep(3)  # what comes twice comes now
    tickets = json.loads(maild(second, "tickets", "--json").stdout)
    assert sorted(ticket["subject"] for ticket in tickets) == sorted(subjects)
    assert {mail.subject.partition("] ")[2] for mail in anna.inbox() if mail.kind == "ack"} == set(subjects)
    desk.stop()
    assert maild(second, "verify").returncode == 0
    anna.close()
