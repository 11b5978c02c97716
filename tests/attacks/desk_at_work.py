"""A whole desk without servers: the real configuration, pipeline and SQLite file; mail is handed in as bytes and letters are taken out.

People write as people do: `reply` quotes the letter in the manner of a mail program, `write` starts a new mail. What the trusted
server would have found about a mail is said by its proofs: AUTHENTICATED or FORGED.
"""

import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from maild import logs
from maild.config import load
from maild.ingest.read import read
from maild.message import Arrival
from maild.pipeline import Pipeline
from maild.service import setting_of
from maild.store.outbox import LetterState, Settlement
from maild.store.store import Store
from maild.timetable import Timetable

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, ten o'clock in Kyiv
AUTHENTICATED = "mx.vendor.test; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
FORGED = "mx.vendor.test; dmarc=fail header.from={domain}; dkim=none; spf=fail smtp.mailfrom={domain}"
ANNA, OLGA, PETR = "Anna <anna@acme.test>", "Olga Ivanova <olga@vendor.test>", "Petr Petrov <petr@vendor.test>"
ALLA, MAX = "Alla Accountant <alla@vendor.test>", "Max Manager <max@vendor.test>"
logs.configure()
HANDED_IN = []  # a mark for each mail that a desk was handed: counted at the end of a run
TEMPLATES = {}  # compiled once for all desks, which differ in nothing that a letter says

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
port = 993
security = "tls"
user = "support"
password = "not used"
TRUST
[smtp]
host = "127.0.0.1"
port = 587
security = "starttls"
user = ""
password = ""
"""

DIRECTORY = """
[plan.minutes]
title = "By the minute"
charge = "prepaid"
answer = { within = "24h", calendar = "always" }
rounding = { step = 1, scope = "entry" }
minimum = 1
overdraft = 6000
rate = "60.00 USD"
[plan.minutes.items]
relicense = { minutes = 30, title = "Licence re-registration", waived = "release code supplied" }
[plan.half-hours]
title = "By the half hour"
charge = "hourly"
answer = { within = "24h", calendar = "always" }
rounding = { step = 30, scope = "ticket-day" }
rate = "40.00 EUR"
[free]
courtesy = "Our courtesy"
[staff.olga]
name = "Olga Ivanova"
addresses = ["olga@vendor.test", "olga.private@home.test"]
roles = ["engineer"]
teams = ["printing"]
[staff.petr]
name = "Petr Petrov"
address = "petr@vendor.test"
roles = ["engineer"]
teams = ["printing", "developers"]
[staff.quiet]
name = "Quentin Quiet"
address = "quiet@vendor.test"
roles = ["engineer"]
receipts = "problems"
[staff.alla]
name = "Alla Accountant"
address = "alla@vendor.test"
roles = ["accountant"]
[staff.max]
name = "Max Manager"
address = "max@vendor.test"
roles = ["manager"]
[client.acme]
name = "Acme Books"
contacts = [{ name = "Anna", address = "anna@acme.test" }, { name = "Boris", address = "boris@acme.test" }]
domains = ["acme.test"]
timezone = "Europe/Kyiv"
language = "en"
report = { at = "19:00", to = ["boss@acme.test"] }
manager = "olga"
facts = { licence = "TS-1180", version = "8.2" }
note = "pays late, be patient"
contracts = [{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }]
[client.globex]
name = "Globex"
contacts = [{ name = "Gleb", address = "gleb@globex.test" }]
domains = ["globex.test"]
timezone = "America/New_York"
language = "en"
report = { at = "19:00" }
contracts = [{ plan = "half-hours", from = 2026-01-01, until = 2027-12-31, number = "H-3/26" }]
[routing]
fallback = ["olga"]
teams = { printing = ["printer"], developers = ["crash"] }
escalate_to = "developers"
"""


class InProcess:
    """Reads mail as the worker processes do, without the processes."""

    def read_many(self, raws):
        return [read(raw) for raw in raws]

    def begin_many(self, raws):
        return lambda: self.read_many(raws)


@dataclass
class Sent:
    """A letter that left."""

    mail: EmailMessage
    recipient: str
    mail_from: str

    @property
    def kind(self):
        return self.mail["Maild-Kind"]

    @property
    def text(self):
        return self.mail.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def html(self):
        return self.mail.get_body(("html",)).get_content()

    @property
    def everything(self):
        """Every header and every part, decoded: what its reader could find."""
        parts = [part.get_content() for part in self.mail.walk() if part.get_content_maintype() == "text"]
        return "\n".join([*(f"{name}: {value}" for name, value in self.mail.items()), *parts])

    @property
    def reply_to(self):
        return parseaddr(str(self.mail["Reply-To"]))[1]

    @property
    def subject(self):
        return str(self.mail["Subject"])

    @property
    def buttons(self):
        return re.findall(r"mailto:([^\s?>\"]+)", self.text)


@dataclass
class DeskAtWork:
    """One desk; its clock stands still unless a mail is sent (a minute) or `pass_time` is called."""

    root: object  # a folder for the configuration
    store: Store  # empty
    trust: str = 'trust_authserv = ["mx.vendor.test"]'
    directory: str = DIRECTORY
    now: datetime = START
    letters: list = field(default_factory=list)
    uid: int = 0

    def __post_init__(self):
        config = self.root / "config"
        config.mkdir(exist_ok=True)
        (config / "maild.toml").write_text(SERVICE.replace("TRUST", self.trust))
        self.path = config / "maild.toml"
        self.configure(self.directory)

    def configure(self, directory):
        (self.root / "config" / "clients.toml").write_text(directory)
        config = load(self.path)
        setting = setting_of(config, START - timedelta(days=1))
        TEMPLATES.setdefault("read", setting.composer.renderer)
        setting.composer.renderer = TEMPLATES["read"]
        self.pipeline = Pipeline(self.store, InProcess(), setting)
        self.timetable = Timetable(self.store, lambda: self.pipeline.setting)
        self.store.remember_directory(config.directory.version, config.directory_text, self.now)

    def raw(self, raw, mailbox="support"):
        """Hand in octets as they are; return the letters that leave."""
        HANDED_IN.append(mailbox)
        self.now += timedelta(minutes=1)
        self.uid += 1
        raw = raw if isinstance(raw, bytes) else raw.encode()
        self.kept = self.pipeline.take([Arrival(mailbox, 1, self.uid, self.now, raw)], self.now)
        return self.sent()

    def sent(self):
        left = []
        for claimed in self.store.claim_letters(500, self.now + timedelta(seconds=1)):
            self.store.settle(Settlement(claimed.id, claimed.fence, LetterState.SENT, at=self.now), self.now)
            mail = email.message_from_bytes(claimed.letter.raw, policy=email.policy.default)
            left.append(Sent(mail, claimed.letter.recipient, claimed.letter.mail_from))
        self.letters += left
        return left

    def write(self, sender, text, to="support@vendor.test", subject="Hello", proofs=AUTHENTICATED, headers="", **more):
        return self.raw(self.mail(sender, text, to, subject, proofs, headers, **more))

    def mail(
        self,
        sender,
        text,
        to="support@vendor.test",
        subject="Hello",
        proofs=AUTHENTICATED,
        headers="",
        date=None,
        html="",
        files=(),
    ):
        """The octets of a mail as it lies in the mailbox."""
        address = parseaddr(sender)[1]
        domain = address.rpartition("@")[2]
        body = EmailMessage()
        body.set_content(text or "\n", cte="8bit")
        if html:
            body.add_alternative(html, subtype="html", cte="8bit")
        for name, kind, content in files:
            main, sub = kind.split("/")
            body.add_attachment(content, maintype=main, subtype=sub, filename=name)
        head = [
            f"Return-Path: <{address}>",
            f"Delivered-To: {to}",
            *([f"Authentication-Results: {proofs.format(domain=domain)}"] if proofs else []),
            f"From: {sender}",
            f"To: {to}",
            *([f"Subject: {subject}"] if subject else []),
            *([] if "Message-ID:" in headers else [f"Message-ID: <m{self.uid + 1}.{len(text)}@{domain}>"]),
            f"Date: {format_datetime(date or self.now)}",
            *headers.strip("\n").split("\n"),
        ]
        head = [line for line in head if line]
        return "\r\n".join(head).encode() + b"\r\n" + body.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def reply(self, sender, letter, text, quote=None, proofs=AUTHENTICATED, to="", headers="", **more):
        """Answer a letter: the text on top, the letter quoted below it, as most programs do."""
        quoted = letter.text if quote is None else quote
        below = attribution(letter) + "".join(f"> {line}\n" for line in quoted.splitlines()) if quoted else ""
        return self.answer(sender, letter, f"{text}\n\n{below}", proofs, to, headers, **more)

    def answer(self, sender, letter, body, proofs=AUTHENTICATED, to="", headers="", **more):
        """A mail in the letter's thread with exactly that body."""
        thread = f"In-Reply-To: {letter.mail['Message-ID']}\nReferences: {letter.mail['Message-ID']}\n"
        return self.write(sender, body, to or letter.reply_to, f"Re: {letter.subject}", proofs, thread + headers, **more)

    # --- stories begin with these ------------------------------------------------------------------------------------------------------

    def request(
        self, text="Hello,\n\nthe printer prints nothing since the morning.\n\nAnna", sender=ANNA, subject="Printer is silent"
    ):
        """A customer asks; returns the notification. (Without a personal manager the word "printer" would find a team.)"""
        return one(self.write(sender, text, subject=subject), "notification")

    def tickets(self):
        from maild.store.queries import Filter

        return list(self.store.tickets(Filter()))

    def ticket(self, number=1):
        return self.store.ticket(number).ticket

    def entries(self):
        return self.store.entries_by_id(range(1, 1000))

    def holds(self):
        return [hold for number in range(1, 50) if (hold := self.store.hold(number))]

    def closing(self, client="acme"):
        return sum(balance.closing for balance in self.store.balances(client))

    def pass_time(self, **later):
        self.now += timedelta(**later)
        self.timetable.keep(self.now, self.now)
        return self.sent()

    def to(self, address):
        """All letters to somebody so far."""
        return [letter for letter in self.letters if letter.recipient == address]

    def to_customers(self):
        return [letter for letter in self.letters if not letter.recipient.endswith(("@vendor.test", "@home.test"))]


def attribution(letter):
    return f"On Mon, 23 Nov 2026 at 10:00, {letter.mail['From']} wrote:\n\n"


def kinds(letters):
    return sorted((letter.kind, letter.recipient) for letter in letters)


def one(letters, kind, to=""):
    found = [letter for letter in letters if letter.kind == kind and letter.recipient.startswith(to)]
    assert len(found) == 1, f"{kind} to {to or 'anybody'} among {kinds(letters)}"
    return found[0]
