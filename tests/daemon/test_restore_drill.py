"""The drill: the machine is lost, the mailbox is not. Restore elsewhere, point at the same mailbox: nothing lost, nothing doubled."""

import json

import pytest
from daemon.conftest import maild

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
