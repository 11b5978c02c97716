"""A desk whose clock the test turns: mail goes in as octets, time is swept, letters come out. No server, one SQLite file."""

import email
import email.policy
import re
import shutil
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path

from maild.config import load
from maild.ingest.read import read
from maild.message import Arrival
from maild.pipeline import Pipeline
from maild.service import setting_of
from maild.store.outbox import LetterState, Settlement
from maild.store.store import Store
from maild.timetable import Timetable

ANNA, BORIS, STRANGER = "Anna <anna@acme.test>", "Boris <boris@acme.test>", "Sam <sam@passing.test>"
OLGA, PETR, MAX = "olga@vendor.test", "petr@vendor.test", "max@vendor.test"

SERVICE = """
[desk]
name = "Vendor Support"
address = "support@vendor.test"
language = "en"
timezone = "Europe/Kyiv"
directory = "clients.toml"
key = { file = "../desk.key" }
[database]
url = "sqlite:///../maild.db"
[[mailbox]]
name = "support"
host = "127.0.0.1"
port = 1
security = "plain"
user = "support@vendor.test"
password = "x"
trust_authserv = ["mx.vendor.test"]
[smtp]
host = "127.0.0.1"
port = 2
security = "plain"
user = ""
password = ""
[limits]
acks_per_sender_per_hour = 1000
"""

DIRECTORY = """
[calendar.office]
timezone = "Europe/Kyiv"
hours = { mon-fri = "09:00-18:00" }
[plan.minutes]
title = "By the minute"
charge = "prepaid"
answer = { within = "10h", calendar = "always" }
next_answer = { within = "8h", calendar = "office" }
[staff.olga]
name = "Olga Ivanova"
address = "olga@vendor.test"
roles = ["engineer"]
teams = ["printing"]
receipts = "problems"
[staff.petr]
name = "Petr Petrov"
address = "petr@vendor.test"
roles = ["engineer"]
teams = ["printing"]
receipts = "problems"
[staff.max]
name = "Max Manager"
address = "max@vendor.test"
roles = ["manager"]
[client.acme]
name = "Acme Books"
contacts = [{ name = "Anna", address = "anna@acme.test" }, { name = "Boris", address = "boris@acme.test" }]
timezone = "Europe/Kyiv"
language = "en"
report = { at = "19:00", to = ["boss@acme.test"] }
manager = "olga"
contracts = [{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }]
[routing]
fallback = ["petr"]
"""


def at(text):
    """An instant of November 2026, from "23 08:00" in UTC. The 23rd is a Monday; Kyiv is two hours ahead."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


class InProcess:
    """Reads mail as the worker processes do, without the processes."""

    def read_many(self, raws):
        return [read(raw) for raw in raws]

    def begin_many(self, raws):
        return lambda: self.read_many(raws)


class Sent:
    """A letter that left."""

    def __init__(self, letter, left_at):
        self.mail = email.message_from_bytes(letter.raw, policy=email.policy.default)
        self.text = self.mail.get_body(("plain",)).get_content()
        self.kind, self.to, self.mail_from, self.left_at = letter.kind, letter.recipient, letter.mail_from, left_at
        self.ticket = letter.ticket

    def __getitem__(self, name):
        return str(self.mail[name] or "")

    def __repr__(self):
        return f"{self.kind} to {self.to} at {self.left_at:%d %H:%M}"

    @property
    def buttons(self):
        return re.findall(r"mailto:([^\s?>]+)", self.text)


@cache
def setting_for(promises):
    """The rules of this desk with more lines of clients.toml; read, and their templates compiled, once."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.mkdir()
        (config / "maild.toml").write_text(SERVICE)
        (config / "maild.toml").chmod(0o600)
        (config / "clients.toml").write_text(DIRECTORY + promises)
        return setting_of(load(config / "maild.toml"), at("01 00:00"))


class PromiseDesk:
    """Everything takes place at the instant that is given; `letters` are all that left so far."""

    def __init__(self, root, template, promises=""):
        shutil.copy(template, root / "maild.db")
        self.letters, self.uid = [], 0
        self.store = Store(f"sqlite:///{root}/maild.db", "test")
        self.pipeline = Pipeline(self.store, InProcess(), setting_for(promises))
        self.timetable = Timetable(self.store, lambda: self.pipeline.setting)

    def configure(self, promises):
        self.pipeline.setting = setting_for(promises)

    def close(self):
        self.store.close()

    def sweep(self, now):
        """Do all that is due; returns what left."""
        return self.left(now) if self.timetable.keep(now, now) else []

    def left(self, now):
        out = []
        while claimed := self.store.claim_letters(50, now):
            for each in claimed:
                self.store.settle(Settlement(each.id, each.fence, LetterState.SENT, at=now), now)
                out.append(Sent(each.letter, now))
        self.letters += out
        return out

    def write(self, now, sender, text, subject="Printer", to="support@vendor.test", headers=""):
        self.uid += 1
        address = parseaddr(sender)[1]
        domain = address.rpartition("@")[2]
        raw = (
            f"Return-Path: <{address}>\nDelivered-To: {to}\n"
            f"Authentication-Results: mx.vendor.test; dmarc=pass header.from={domain}\n"
            f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m{self.uid}@{domain}>\n"
            f"Date: {format_datetime(now)}\n{headers}\n{text}\n"
        )
        self.pipeline.take([Arrival("support", 1, self.uid, now, raw.replace("\n", "\r\n").encode())], now)
        return self.left(now)

    def reply(self, now, sender, letter, text):
        """Answer a letter as most programs do: the text on top, the letter quoted below."""
        quoted = "".join(f"> {line}\n" for line in letter.text.splitlines())
        to = parseaddr(letter["Reply-To"])[1]
        headers = f"In-Reply-To: {letter['Message-ID']}\nReferences: {letter['Message-ID']}\n"
        return self.write(
            now, sender, f"{text}\n\nOn Mon, {letter['From']} wrote:\n\n{quoted}", f"Re: {letter['Subject']}", to, headers
        )

    def ticket(self, number=1):
        return self.store.ticket(number).ticket

    def events(self, number=1):
        return [event.what for event in self.store.ticket(number).events]

    def said(self, *kinds):
        """(kind, recipient, instant) of what left so far, in order."""
        return sorted(
            ((each.kind, each.to, each.left_at) for each in self.letters if each.kind in kinds), key=lambda row: (row[2], row)
        )


def one(letters, kind, to=""):
    """The one letter of a kind to somebody."""
    found = [letter for letter in letters if letter.kind == kind and letter.to.startswith(to)]
    assert len(found) == 1, f"{kind} to {to or 'anybody'} among {letters}"
    return found[0]
