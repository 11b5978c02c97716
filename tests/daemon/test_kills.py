"""The daemon killed at random moments: nothing lost, nothing doubled, acks repeated only with the same bytes."""

import json
import random
import signal
import threading
import time
from collections import defaultdict

import pytest
from daemon.conftest import Running, maild

from maild.sandbox.people import Person
from maild.sandbox.world import free_port

pytestmark = pytest.mark.server  # needs no server of Debian's, but a minute: for `make test`
DESK = "support@vendor.test"


def write(world, count, seed):
    """Mails of many customers, at an uneven pace."""
    rng = random.Random(seed)
    person = Person(world, "anna@acme.test", submits=False)
    for number in range(count):
        person.send(DESK, f"Request {number}", f"text {number}")
        time.sleep(rng.uniform(0, 0.1))


def acks_of(world):
    """Ticket -> (Message-ID, bytes) of the acks that reached the customer."""
    reader = Person(world, "anna@acme.test")
    found = defaultdict(list)
    for mail in reader.inbox():
        if mail.kind == "ack":
            found[mail.ticket].append((mail["Message-ID"], mail.text))
    reader.close()
    return found


def all_acked(world, count, seconds=60):
    deadline = time.monotonic() + seconds
    while len(acks_of(world)) < count:
        assert time.monotonic() < deadline, f"{len(acks_of(world))} of {count} acknowledged"
        time.sleep(0.3)


def judge(config, world, count, interruptions):
    tickets = json.loads(maild(config, "tickets", "--json").stdout)
    subjects = [ticket["subject"] for ticket in tickets]
    assert sorted(subjects) == sorted(f"Request {number}" for number in range(count))  # lost 0, doubled 0
    acks = acks_of(world)
    assert all(len(set(copies)) == 1 for copies in acks.values())  # a second copy is the same letter
    assert sum(len(copies) - 1 for copies in acks.values()) <= 2 * interruptions
    assert maild(config, "verify").returncode == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again(world, config, seed):
    count, kills = 25, 5
    rng = random.Random(seed)
    running = Running(config).start()
    writer = threading.Thread(target=write, args=(world, count, seed))
    writer.start()
    try:
        for _ in range(kills):
            time.sleep(rng.uniform(0.3, 1.5))
            running.kill()
            running.start()
        writer.join()
        all_acked(world, count)
        judge(config, world, count, kills)
    finally:
        running.kill()


def test_two_nodes_share_one_postgresql_and_one_takes_over_from_the_other(world, tmp_path, postgres_url):
    count = 30
    configs = []
    for node in ("one", "two"):
        config = world.write_config(tmp_path / node, poll="1s", database=postgres_url, health_port=free_port())
        (tmp_path / node / "var" / "desk.key").unlink(missing_ok=True)
        configs.append(config)
    first, second = Running(configs[0]).start().ready(), None
    (tmp_path / "two" / "var" / "desk.key").write_bytes((tmp_path / "one" / "var" / "desk.key").read_bytes())
    second = Running(configs[1]).start()
    writer = threading.Thread(target=write, args=(world, count, 3))
    writer.start()
    try:
        time.sleep(1.5)
        first.kill()  # whatever it held is taken over
        writer.join()
        all_acked(world, count, seconds=90)
        judge(configs[1], world, count, 1)
    finally:
        first.kill()
        second.kill()


def test_a_node_that_slept_past_its_lease_doubles_nothing(world, tmp_path, postgres_url):
    count = 12
    configs = [
        world.write_config(tmp_path / n, poll="1s", database=postgres_url, health_port=free_port()) for n in ("one", "two")
    ]
    first = Running(configs[0]).start().ready()
    (tmp_path / "two" / "var" / "desk.key").write_bytes((tmp_path / "one" / "var" / "desk.key").read_bytes())
    second = Running(configs[1]).start()
    try:
        first.process.send_signal(signal.SIGSTOP)
        write(world, count, 4)
        all_acked(world, count, seconds=90)
        first.process.send_signal(signal.SIGCONT)
        time.sleep(3)
        judge(configs[1], world, count, 1)
    finally:
        first.process.send_signal(signal.SIGCONT)
        first.kill()
        second.kill()
