"""Servers that go away, forget, cut and refuse while mail is offered: one daemon, one bad day for each kind of server."""

import os
import signal
import subprocess
import time

import pytest

from faults.proxy import Proxy
from faults.world import DESK, FIGURES, lock

pytestmark = [pytest.mark.long, pytest.mark.server]


def test_a_bad_day_of_the_mailbox(make_world, dovecot):
    proxy = Proxy(dovecot.imap_port)
    world = make_world(imap_port=proxy.port)
    world.daemon.start().ready()
    for octets in (700, 1500, 2600):  # somewhere inside a literal
        proxy.cut_after = octets
        world.offer(2)
        world.all_acked()
        world.recovers("cut inside a literal")
    proxy.cut_request = b" UID MOVE "
    world.offer(2)
    world.all_acked()
    world.recovers("answer to MOVE lost")
    dovecot.stop()
    time.sleep(2)
    dovecot.start()
    world.recovers("Dovecot stopped")
    subprocess.run([dovecot.doveadm, "-c", str(dovecot.root / "dovecot.conf"), "kick", "*"], capture_output=True, check=False)
    world.recovers("sessions kicked")
    for uidlist in (dovecot.root / "mail").glob("*/dovecot-uidlist"):
        uidlist.unlink()
    subprocess.run([dovecot.doveadm, "-c", str(dovecot.root / "dovecot.conf"), "kick", "*"], capture_output=True, check=False)
    world.recovers("UID list deleted")
    raw = world.mail(9000)
    world.subjects.append("Request 9000")
    for _ in range(3):
        dovecot.deliver(raw, DESK)
    world.recovers("delivered three times")
    world.judge()
    proxy.close()


def test_a_bad_day_of_the_outgoing_server(world):
    sink = world.sink
    world.daemon.start().ready()
    for what, fault in {
        "451 to DATA": {"at_data": "451 4.3.0 later"},
        "421 to MAIL": {"at_mail": "421 4.3.2 shutting down"},
        "slow": {"delay_seconds": 2.0},
    }.items():
        for name, value in fault.items():
            setattr(sink, name, value)
        world.offer(2)
        time.sleep(3)
        for name in fault:
            setattr(sink, name, type(fault[name])())
        retry(world)
        world.all_acked()
        world.recovers(what)
    sink.lose_reply = True
    world.offer(2)
    time.sleep(2)
    sink.lose_reply = False
    world.may_copy = 2 * 2  # both acks were taken, and perhaps once more before the fault was over
    retry(world)
    world.all_acked()
    world.recovers("250 lost")
    sink.stop()
    world.offer(2)
    time.sleep(2)
    sink.start()
    world.all_acked()
    world.recovers("sink stopped")
    sink.refusals["olga@vendor.test"] = "550 5.1.1 no such user"  # the customer is still reached
    world.recovers("one recipient refused")
    sink.refusals.clear()
    world.judge()


def retry(world):
    from daemon.conftest import maild

    assert maild(world.configs[0], "outbox", "retry").returncode == 0


def test_another_program_holds_the_database(world):
    world.daemon.start().ready()
    for seconds in (1, 4):
        held = lock(world.database)
        world.offer(2)
        time.sleep(seconds)
        held.close()
        world.all_acked()
        world.recovers("SQLite busy")
    world.judge()


def test_a_full_disk(make_world, tmp_path):
    """A tmpfs that holds little: fetching stops, nothing changes, and it goes on by itself once there is room."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a tmpfs")
    var = tmp_path / "node0" / "var"
    var.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(var)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        world = make_world()
        world.daemon.log = tmp_path / "maild.log"
        world.daemon.start().ready()
        world.offer(2)
        world.all_acked()
        ballast = var / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        world.offer(4)
        time.sleep(4)
        assert len(world.acks()) <= 6
        ballast.unlink()
        world.all_acked()
        world.recovers("disk full")
        world.judge()
    finally:
        for daemon in world.daemons:
            daemon.kill()
        subprocess.run(["umount", "-l", str(var)], check=False)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_while_mail_comes_in(world, seed):
    import random

    rng = random.Random(seed)
    world.daemon.start()
    writing = world.offer_meanwhile(20, 0.15)
    for _ in range(4):
        time.sleep(rng.uniform(0.5, 2.5))
        world.daemon.kill()
        FIGURES.faults["SIGKILL"] += 1
        world.may_copy += 2
        world.daemon.start()
    writing.join()
    world.all_acked()
    world.recovers("SIGKILL", 0)
    world.judge()


def test_stopped_for_longer_than_its_leases_and_woken(world):
    world.daemon.start().ready()
    writing = world.offer_meanwhile(6, 0.2)
    os.killpg(world.daemon.process.pid, signal.SIGSTOP)
    time.sleep(20)
    os.killpg(world.daemon.process.pid, signal.SIGCONT)
    writing.join()
    world.may_copy = 2
    world.recovers("stopped for 20 s")
    world.judge()
