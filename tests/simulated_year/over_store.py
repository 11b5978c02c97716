"""The whole of one process: octets in, pipeline, SQLite, timetable, templates, octets out. Left out are IMAP, SMTP and worker processes."""

import re
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr
from itertools import count

from promise_desk import PromiseDesk

from maild.desk.case import Needs
from maild.message import Arrival


@dataclass(frozen=True)
class Left:
    """A letter that left, with what is needed to answer it."""

    kind: str
    person: str
    ticket: int | None
    thresholds: tuple[tuple[int, int], ...]
    reply_to: str
    subject: str
    message_id: str


class OverStore:
    """Everything takes place at the instant that is given."""

    def __init__(self, root, template, directory) -> None:
        self.desk = PromiseDesk(root, template, directory)
        self.uid, self.last_to = count(1), {}

    def mail(self, now, came, *, text, client=None, ticket=None, staff=None, letter=None):
        """A mail of a customer, on a ticket or none, or of somebody of the desk in answer to a letter."""
        letter = letter or (self.last_to[f"person@c{client}.test", ticket] if ticket else None)
        address = f"{staff}@vendor.test" if staff else f"person@c{client}.test"
        return self._handle(now, came, address, letter, text)

    def away(self, now, came, name, until):
        """Somebody says until which day they are away; returns when that ends."""
        self._handle(now, came, f"{name}@vendor.test", None, f"/away until {until.isoformat()}")
        with self.desk.store.begin() as tx:
            return tx.load(Needs(), now).absent[name]

    def sweep(self, now):
        """Do all that is due."""
        return [self._left(sent) for sent in self.desk.sweep(now)]

    def kept(self, number):
        """What became of a ticket's promises, and what it awaits."""
        ticket = self.desk.ticket(number)
        over = [(row.clock, row.since, row.deadline, row.answered_at) for row in self.desk.store.promises_of(number)]
        return over, (ticket.awaiting_since, ticket.answer_due_at)

    def _handle(self, now, came, address, letter, text):
        number, domain = next(self.uid), address.partition("@")[2]
        to = letter.reply_to if letter else "support@vendor.test"
        cited = f"In-Reply-To: {letter.message_id}\nReferences: {letter.message_id}\n" if letter else ""
        subject = f"Re: {letter.subject}" if letter else f"Question {number}"
        raw = (
            f"Return-Path: <{address}>\nDelivered-To: {to}\n"
            f"Authentication-Results: mx.vendor.test; dmarc=pass header.from={domain}\n"
            f"From: {address}\nTo: {to}\nSubject: {subject}\nMessage-ID: <y{number}@{domain}>\n"
            f"Date: {format_datetime(came)}\n{cited}\n{text}\n"
        )
        self.desk.pipeline.take([Arrival("support", 1, number, came, raw.replace("\n", "\r\n").encode())], now)
        return [self._left(sent) for sent in self.desk.left(now)]

    def _left(self, sent) -> Left:
        thresholds = ()
        if sent.kind in ("warning", "breach"):
            said = (
                (int(number), re.search(rf"^#{number}: .*?(\d+) % of", sent.text, re.M))
                for number in re.findall(r"^#(\d+): ", sent.text, re.M)
            )
            thresholds = tuple((number, int(percent[1]) if percent else 100) for number, percent in said)
        person = sent.to.partition("@")[0]
        left = Left(
            sent.kind, person, sent.ticket, thresholds, parseaddr(sent["Reply-To"])[1], sent["Subject"], sent["Message-ID"]
        )
        self.last_to[sent.to, sent.ticket] = left
        return left
