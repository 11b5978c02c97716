"""Where done mail cannot be put away, customers are answered all the same; it is put away once that can be."""

import time

import pytest
from daemon.conftest import Running, maild

from maild.sandbox.people import Person

pytestmark = pytest.mark.server
DESK = "support@vendor.test"


@pytest.fixture
def desk(dovecot_world, tmp_path):
    running = Running(dovecot_world.write_config(tmp_path, poll="1s")).start()
    yield running.ready()
    running.kill()


@pytest.fixture
def done(dovecot, desk):
    """The folder of done mail on the server's disk; nobody may write there until `mend`."""
    folder = dovecot.root / "mail" / DESK / ".maild.Done"
    parts = [folder, *(folder / name for name in ("cur", "new", "tmp"))]

    def allow(mode):
        for part in parts:
            part.chmod(mode)

    allow(0o555)
    yield lambda: allow(0o777)
    allow(0o777)


def test_a_folder_that_takes_nothing_stops_nobody(dovecot_world, desk, done):
    anna, box = Person(dovecot_world, "anna@acme.test"), Person(dovecot_world, DESK)
    for number in range(1, 5):
        anna.send(DESK, f"Request {number}", "It prints nothing.")
        anna.wait_for("ack", count=number, seconds=5)
    assert len(box.inbox()) == 4
    assert "maild/Done takes nothing" in desk.log.read_text()
    assert "takes nothing" in " ".join(maild(desk.config, "status").stdout.split())
    done()
    deadline = time.monotonic() + 20
    while box.inbox():
        assert time.monotonic() < deadline, desk.log.read_text()[-1500:]
        time.sleep(0.2)
    anna.close()
    box.close()
