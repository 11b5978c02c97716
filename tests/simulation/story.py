"""One seed: people write and answer, everything fails, then it is calm, and nothing may be lost or doubled."""

import hashlib
import random
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parseaddr
from pathlib import Path
from unittest import mock

from promise_desk import Sent, setting_for
from sqlalchemy import func, select

from maild.store import schema as s
from maild.store import schema_books as b
from maild.store import schema_work as w
from maild.store.store import Store
from simulation.mail_servers import MailHost, SmartHost
from simulation.nodes import Node
from simulation.stage import Stage

STORMY_SECONDS = 120
CALM_SECONDS = 1500
WRITERS = ("anna@acme.test", "boris@acme.test", "sam@passing.test", "zoe@passing.test")
STAFF = {"olga@vendor.test": "Olga", "petr@vendor.test": "Petr", "max@vendor.test": "Max", "boss@acme.test": "Boss"}


@dataclass
class Told:
    """What a seed showed."""

    seed: int
    offered: int = 0
    faults: int = 0
    kills: int = 0
    copies: int = 0
    wrong: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


class Story:
    def __init__(self, seed, folder, empty):
        self.stage = Stage(seed)
        self.random = self.stage.random
        self.file = Path(folder) / "maild.db"
        shutil.copy(empty, self.file)
        self.url = f"sqlite:///{self.file}"
        self.server = SmartHost(self.stage)
        self.hosts = [MailHost(self.stage, "support"), MailHost(self.stage, "sales")]
        self.shared = self.random.random() < 0.4  # two nodes, as on PostgreSQL
        self.nodes, self.named, self.kills, self.faults = [], 0, 0, 0
        self.requests, self.answers, self.read, self.written = [], {}, 0, 0
        self.trouble = self.random.choice([0.0, 0.02, 0.1])
        self.deadliness = self.random.choice([0.0, 0.02, 0.06])

    # --- the people ---------------------------------------------------------------------------------------------------------

    def mail(self, sender, subject, text, to="support@vendor.test", headers=""):
        self.written += 1
        domain = sender.rpartition("@")[2]
        now = self.stage.true_now
        raw = (
            f"Return-Path: <{sender}>\nAuthentication-Results: mx.vendor.test; dmarc=pass header.from={domain}\n"
            f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m{self.written}@{domain}>\n"
            f"Date: {format_datetime(now)}\n{headers}\n{text}\n"
        )
        return raw.replace("\n", "\r\n").encode()

    def customer_writes(self):
        number = len(self.requests) + 1
        subject = f"Request {number}"
        raw = self.mail(self.random.choice(WRITERS), subject, f"It does not print, {number}.")
        self.requests.append(subject)
        host = self.random.choice(self.hosts)
        host.deliver(raw, self.stage.true_now)
        if self.stage.chance(0.15):  # the MX delivered it twice, or both mailboxes are on its list
            copied = raw if self.stage.chance(0.5) else b"Delivered-To: sales@vendor.test\r\n" + raw
            self.random.choice(self.hosts).deliver(copied, self.stage.true_now)

    def staff_answers(self):
        for letter in self.server.letters[self.read :]:
            self.read += 1
            if letter.kind != "notification" or not self.stage.chance(0.6):
                continue
            note = Sent(letter, self.stage.true_now)
            minutes = self.random.randint(1, 30)
            quoted = "".join(f"> {line}\n" for line in note.text.splitlines())
            text = f"Swap the cable.\n/time {minutes}m cable\n\nOn Mon, {note['From']} wrote:\n\n{quoted}"
            headers = f"In-Reply-To: {note['Message-ID']}\nReferences: {note['Message-ID']}\n"
            to = parseaddr(note["Reply-To"])[1]
            raw = self.mail(letter.recipient, f"Re: {note['Subject']}", text, to, headers)
            self.answers[f"m{self.written}@vendor.test"] = (minutes, note.ticket)
            self.hosts[0].deliver(raw, self.stage.true_now)

    # --- the world ----------------------------------------------------------------------------------------------------------

    def start_node(self):
        self.named += 1
        self.nodes.append(Node(self.stage, f"node{self.named}", self.url, self.hosts, self.server, alone=not self.shared))
        self.nodes[-1].database_trouble = self.trouble / 3

    def kill(self, node):
        self.stage.say(f"{node.name} is killed")
        self.kills += 1
        self.faults += node.faults + 1
        self.nodes.remove(node)
        node.kill()
        self.start_node()

    def storm(self):
        ends = self.stage.elapsed + STORMY_SECONDS
        waking = {}
        while self.stage.elapsed < ends:
            self.stage.run(self.random.uniform(0.2, 3))
            if len(self.requests) < 14 and self.stage.chance(0.4):
                self.customer_writes()
            self.staff_answers()
            for node in list(self.nodes):
                if node.doomed or (self.stage.chance(self.deadliness) and node not in waking):
                    waking.pop(node, None)
                    self.kill(node)
                elif self.shared and node not in waking and self.stage.chance(0.02):
                    waking[node] = self.stage.elapsed + self.random.uniform(1, 60)
                    node.pause(True)
                elif node in waking and waking[node] <= self.stage.elapsed:
                    del waking[node]
                    node.pause(False)
            if self.stage.chance(self.trouble / 5):
                self.random.choice(self.hosts).renumber()
            if not self.shared and self.stage.chance(self.trouble / 5):
                self.stage.step = timedelta(hours=self.random.choice([-1, 0, 0, 1]))
        for node in waking:
            node.pause(False)

    def play(self):
        for host in self.hosts:
            host.trouble = self.trouble
        self.server.trouble = self.trouble
        self.server.refused = {"zoe@passing.test"} if self.stage.chance(0.3) else set()
        for _ in range(2 if self.shared else 1):
            self.start_node()
        self.storm()
        for place in (*self.hosts, self.server):
            place.trouble = 0.0
        self.stage.step = timedelta()
        for node in list(self.nodes):
            node.database_trouble = 0.0
            if node.doomed:
                self.kill(node)
                self.nodes[-1].database_trouble = 0.0
        ends = self.stage.elapsed + CALM_SECONDS
        while self.stage.elapsed < ends and not self.settled():
            self.stage.run(20)
            if self.stage.elapsed > ends - CALM_SECONDS / 2:  # `maild outbox retry`: back-offs may reach into the night
                self.nodes[0].store.retry_letters([each.id for each in self.nodes[0].store.outbox() if each.state != "failed"])
        self.stage.run(20)
        wrong = tuple(self.wrong())
        for node in self.nodes:
            self.faults += node.faults
            node.kill()
        copies = sum(len(each) - 1 for each in self.server.copies.values())
        log = tuple(self.stage.log) if wrong else ()
        return Told(self.stage.seed, self.written, self.faults, self.kills, copies, wrong, log)

    def settled(self):
        store = self.nodes[0].store
        counts = store.counts()
        waiting = {state: count for state, count in counts.letters.items() if state != "failed" and count}
        return not waiting and not counts.arrivals_waiting and not any(host.folders["INBOX"] for host in self.hosts)

    # --- the judgement ------------------------------------------------------------------------------------------------------

    def wrong(self):
        store = self.nodes[0].store
        yield from self.server.unexplained
        for host in self.hosts:
            if host.folders["INBOX"]:
                yield f"{len(host.folders['INBOX'])} messages were left in {host.name}"
        with store.reading() as connection:
            kept = set(connection.execute(select(s.raw.c.sha256)).scalars())
            waiting = connection.execute(select(func.count()).where(s.arrival.c.state == "kept")).scalar_one()
            unsent = connection.execute(select(w.letter.c.kind, w.letter.c.state, w.letter.c.due_at)).all()
            booked = connection.execute(select(b.entry.c.source_message_id, b.entry.c.worked_minutes)).all()
            numbers = list(connection.execute(select(b.entry.c.id).order_by(b.entry.c.id)).scalars())
            acks = connection.execute(select(w.letter.c.ticket).where(w.letter.c.kind == "ack")).scalars().all()
            papers = connection.execute(select(b.document.c.client, b.document.c.period, b.document.c.kind)).all()
        lost = [raw for host in self.hosts for raw in host.shown if hashlib.sha256(raw).hexdigest() not in kept]
        if lost:
            yield f"{len(lost)} messages were never kept"
        if waiting:
            yield f"{waiting} arrivals were never judged"
        left = Counter((kind, state) for kind, state, _ in unsent if state not in ("sent", "failed"))
        if left:
            yield f"letters did not leave: {dict(left)}"
        subjects = Counter(ticket.subject for ticket in store.tickets())
        yield from (f"{subject} is lost" for subject in self.requests if subject not in subjects)
        yield from (f"{subject} has {count} tickets" for subject, count in subjects.items() if count > 1)
        yield from (f"ticket {number} has {count} acks" for number, count in Counter(acks).items() if count > 1)
        tickets = {
            ticket.number for ticket in store.tickets() if ticket.client == "acme"
        }  # strangers are acknowledged by their cap
        yield from (f"ticket {number} has no ack" for number in sorted(tickets - set(acks)))
        expected = {f"<{name}>": minutes for name, (minutes, _) in self.answers.items()}
        if Counter(booked) != Counter(expected.items()):
            yield f"booked {sorted(booked)}, written {sorted(expected.items())}"
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"entries are numbered {numbers}"
        for paper, count in Counter(papers).items():
            if count > 1:
                yield f"{paper} was made {count} times"
        for message_id, copies in self.server.copies.items():
            if len({copy.raw for copy in copies}) > 1:
                yield f"{message_id} left in different bytes"
            strangers = {copy.recipient for copy in copies} - set(WRITERS) - set(STAFF)
            if strangers:
                yield f"{message_id} went to {strangers}"


def play(seed, empty):
    """Play one seed; `empty` is a SQLite file with all tables."""
    setting_for("")
    random.seed(seed)  # the jitter of back-offs
    with tempfile.TemporaryDirectory(prefix="maild-sim-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        story = Story(seed, folder, empty)
        steady = story.stage.steady
        with mock.patch("maild.mailbox_lease.monotonic", steady), mock.patch("maild.put_away.monotonic", steady):
            return story.play()


def make_empty(folder):
    store = Store(f"sqlite:///{folder}/empty.db", "template")
    store.migrate()
    store.close()
    return Path(folder) / "empty.db"
