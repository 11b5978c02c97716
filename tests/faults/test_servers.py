"""Servers that go away, forget, cut and refuse while mail is offered: one daemon, one bad day for each kind of server."""

import os
import signal
import subprocess
import time

import pytest
from imapclient import IMAPClient

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
    world.offer(2)
    dovecot.kill()
    time.sleep(1)
    dovecot.start()
    world.all_acked()
    world.recovers("Dovecot killed")
    world.empty_queue()
    dovecot.stop()
    dovecot.count_uids_anew(DESK)
    dovecot.start()
    world.offer(2)
    world.all_acked()
    world.recovers("UIDs lower than before")
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


SECOND_DOORS = """
[[mailbox]]
name = "sales"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "sales@vendor.test"
password = "{password}"
filed = "maild/Done"
quarantine = "maild/Quarantine"
poll = "1s"
trust_authserv = ["mx.vendor.test"]

[[mailbox]]
name = "label"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "support@vendor.test"
password = "{password}"
folder = "Label"
filed = ""
quarantine = "maild/Quarantine"
poll = "1s"
trust_authserv = ["mx.vendor.test"]
"""


def test_one_mail_in_two_mailboxes_and_under_a_label(make_world, dovecot):
    """Somebody writes to two addresses of the desk, and a server such as Gmail's shows one mail in every folder whose label it has."""
    with IMAPClient(dovecot.host, dovecot.imap_port, ssl=False) as client:
        client.login(DESK, dovecot.password)
        client.create_folder("Label")
        world = make_world(more=SECOND_DOORS.format(port=dovecot.imap_port, password=dovecot.password))
        client.select_folder("INBOX")
        for round_ in range(3):
            raw = world.mail(len(world.subjects) + 1)
            world.subjects.append(f"Request {len(world.subjects) + 1}")
            for to in (DESK, "sales@vendor.test", DESK) if round_ else (DESK, "sales@vendor.test"):
                dovecot.deliver(raw, to, "anna@acme.test")
            client.noop()
            if round_ == 0:  # before the daemon sees either
                client.copy(client.search(), "Label")
                world.daemon.start().ready()
            world.all_acked()
            world.recovers("delivered to two mailboxes")
        world.empty_queue()
        client.select_folder("maild/Done")
        client.copy(client.search(), "Label")  # labelled by hand, days after it was answered
        FIGURES.faults["labelled"] += 1
        world.recovers("labelled", 0)
        client.move(client.search(), "INBOX")  # moved back into the queue: UIDs of its own again
        world.recovers("moved back")
        time.sleep(3)
    world.judge()


def test_the_line_to_the_outgoing_server_is_cut(make_world):
    proxy = Proxy()
    world = make_world(smtp_port=proxy.port)
    proxy.target = world.sink.port
    world.daemon.start().ready()
    for name, octets, what in (
        ("cut_request", b"DATA\r\n", "cut before the mail"),
        ("cut_before", b"\r\n.\r\n", "cut before the final dot"),
        ("cut_request", b"\r\n.\r\n", "cut after the final dot"),
    ):
        setattr(proxy, name, octets)
        world.offer(2)
        deadline = time.monotonic() + 30
        while getattr(proxy, name):
            assert time.monotonic() < deadline, what
            time.sleep(0.05)
        world.may_copy += what == "cut after the final dot"
        deadline = time.monotonic() + 60
        while len(world.acks()) < len(world.subjects):
            assert time.monotonic() < deadline, world.said()
            retry(world)
        world.recovers(what)
    world.judge()
    proxy.close()


def test_a_bad_day_of_the_outgoing_server(world):
    sink = world.sink
    world.daemon.start().ready()
    for what, fault in {
        "451 to DATA": {"at_data": "451 4.3.0 later"},
        "554 to DATA": {"at_data": "554 5.7.1 not here"},
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
