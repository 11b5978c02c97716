"""A desk between Debian's Dovecot and a sink that records: mail is offered while faults fire, then everything is counted."""

import hashlib
import json
import re
import shutil
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from daemon.conftest import Running, maild
from servers.smtp import Sink

from maild.sandbox.configuration import SQLITE_URL, write_config
from maild.sandbox.world import free_port

DESK = "support@vendor.test"
LIMITS = "\n[limits]\nacks_per_sender_per_hour = 10000\n"
STRACE = shutil.which("strace")
PATIENCE_SECONDS = 90


@dataclass
class Figures:
    """What the whole suite adds up to."""

    offered: int = 0
    faults: Counter = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    copies: int = 0
    unexplained: int = 0

    def lines(self):
        """The table that the suite ends with."""
        slow = sorted(self.recoveries)
        worst = slow[min(len(slow) - 1, int(len(slow) * 0.99))] if slow else 0.0
        yield f"messages offered {self.offered}, faults fired {sum(self.faults.values())}"
        yield f"recoveries {len(slow)}, median {median(slow) if slow else 0:.2f} s, 99th percentile {worst:.2f} s"
        yield f"lost {self.lost}, doubled {self.doubled}, further copies of acks {self.copies}, of them unexplained {self.unexplained}"
        yield ", ".join(f"{what} {count}" for what, count in sorted(self.faults.items()))


FIGURES = Figures()


class FaultWorld:
    """One desk, its servers and its people; `more` is configuration. `may_copy` counts attempts whose outcome nobody could know."""

    def __init__(self, folder, dovecot, *, database=SQLITE_URL, imap_port=None, smtp_port=None, nodes=1, more=""):
        self.dovecot, self.folder = dovecot, folder
        self.sink = Sink(logins={DESK: dovecot.password}).start()
        self.subjects, self.may_copy = [], 0
        self.configs = []
        for node in range(nodes):
            config = write_config(
                folder / f"node{node}",
                imap_port=imap_port or dovecot.imap_port,
                smtp_port=smtp_port or self.sink.port,
                health_port=free_port(),
                password=dovecot.password,
                poll="1s",
                database=database,
            )
            config.write_text(config.read_text() + LIMITS + more)
            self.configs.append(config)
        self.daemons = [Running(config) for config in self.configs]

    @property
    def daemon(self):
        return self.daemons[0]

    @property
    def database(self):
        return self.folder / "node0" / "var" / "maild.db"

    def close(self):
        for daemon in self.daemons:
            daemon.kill()
        self.sink.stop()

    def offer(self, count, pause=0.0, to=DESK):
        """Mails of one customer, each with a subject of its own."""
        for _ in range(count):
            number = len(self.subjects) + 1
            self.subjects.append(f"Request {number}")
            self.dovecot.deliver(self.mail(number), to, "anna@acme.test")
            time.sleep(pause)
        FIGURES.offered += count

    def offer_meanwhile(self, count, pause):
        thread = threading.Thread(target=self.offer, args=(count, pause))
        thread.start()
        return thread

    @staticmethod
    def mail(number):
        return (
            f"Authentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test\r\nFrom: anna@acme.test\r\nTo: {DESK}\r\n"
            f"Subject: Request {number}\r\nMessage-ID: <request-{number}-{time.monotonic_ns()}@acme.test>\r\n\r\ntext {number}\r\n"
        ).encode()

    def acks(self):
        """Ticket -> copies of its ack, as (Message-ID, digest of the octets)."""
        found = {}
        for taken in list(self.sink.taken):
            if b"\nMaild-Kind: ack\r" in taken.raw:
                ticket = re.search(rb"\nMaild-Ticket: (\d+)", taken.raw)[1]
                identity = re.search(rb"\nMessage-ID:\s*(\S+)", taken.raw, re.I)[1]
                found.setdefault(int(ticket), []).append((identity, hashlib.sha256(taken.raw).hexdigest()))
        return found

    def all_acked(self, seconds=PATIENCE_SECONDS, revive=True):
        """Wait until every mail has its ack; a daemon that died is started again, as systemd would."""
        deadline = time.monotonic() + seconds
        while len(self.acks()) < len(self.subjects):
            assert time.monotonic() < deadline, f"{len(self.acks())} of {len(self.subjects)} acknowledged: {self.said()}"
            for daemon in self.daemons if revive else ():
                if daemon.process and daemon.process.poll() is not None:
                    daemon.start()
            time.sleep(0.1)

    def said(self):
        return "\n".join(daemon.log.read_text()[-1500:] for daemon in self.daemons if daemon.log.exists())

    def recovers(self, what, faults=1):
        """One more mail goes through now that `what` is over; how long that took is kept."""
        FIGURES.faults[what] += faults
        began = time.monotonic()
        self.offer(1)
        self.all_acked()
        FIGURES.recoveries.append(time.monotonic() - began)

    def judge(self):
        """Lost 0, doubled 0, copies only where an outcome was uncertain, books in order, queue empty."""
        self.empty_queue()
        tickets = json.loads(maild(self.configs[0], "tickets", "--json").stdout)
        subjects = Counter(ticket["subject"] for ticket in tickets)
        lost = [subject for subject in self.subjects if subject not in subjects]
        doubled = [subject for subject, count in subjects.items() if count > 1]
        acks = self.acks()
        copies = sum(len(each) - 1 for each in acks.values())
        FIGURES.lost += len(lost)
        FIGURES.doubled += len(doubled)
        FIGURES.copies += copies
        FIGURES.unexplained += max(0, copies - self.may_copy)
        assert (lost, doubled) == ([], []), self.said()
        assert all(len(set(each)) == 1 for each in acks.values()), "a second copy in other bytes"
        assert copies <= self.may_copy, f"{copies} copies, {self.may_copy} uncertain attempts"
        verified = maild(self.configs[0], "verify")
        assert verified.returncode == 0, verified.stdout

    def empty_queue(self):
        from imapclient import IMAPClient

        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with IMAPClient("127.0.0.1", self.dovecot.imap_port, ssl=False) as client:
                client.login(DESK, self.dovecot.password)
                client.select_folder("INBOX", readonly=True)
                left = client.search()
            if not left:
                return
            assert time.monotonic() < deadline, f"{len(left)} messages were left in the queue: {self.said()}"
            time.sleep(0.3)


def lock(database):
    """Another program holds SQLite's write lock until the connection is closed."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection
