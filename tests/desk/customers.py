"""Mails of customers as values, for tables: who wrote, what proves it, what it cites. The directory is the stories' one."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from journeys.desk_of_story import write_config
from journeys.story import Story

from maild.config import load
from maild.desk.address import Token
from maild.desk.case import FirstCopy, Shelf, ours_key
from maild.desk.decide import decide
from maild.desk.decision import NEW, Decision, Kind, Notice, Side, Stored
from maild.desk.incoming import Incoming, Rules, fingerprint
from maild.desk.keyring import Keyring, new_key
from maild.desk.purpose import Purpose
from maild.desk.ticket import Participant, State, Ticket
from maild.lines import Line, LineKind, Reading
from maild.message import Address, Message, Origin, OriginKind

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
ANNA, BORIS, GLEB, MALLORY = "anna@acme.test", "boris@acme.test", "gleb@globex.test", "mallory@evil.test"
JOURNEYS = Path(__file__).parents[1] / "journeys"
_serial = count(1)


@cache
def rules() -> Rules:
    """The desk of the stories."""
    with TemporaryDirectory() as folder:
        story = Story("", [], "", (JOURNEYS / "clients.toml").read_text(encoding="utf-8"), "")
        config = load(write_config(story, Path(folder), "sqlite:///x.db"))
    return Rules(config.desk, config.directory, Keyring((new_key(b"k" * 32, NOW),)))


def ticket(number: int = 1, **more) -> Ticket:
    """Anna's ticket, which nobody has touched; `more` replaces."""
    given = {"subject": "Export fails", "client": "acme", "requester": ANNA, "requester_name": "Anna", "language": "en"}
    times = {"opened_at": NOW, "awaiting_since": NOW, "answer_due_at": NOW + timedelta(days=1), "last_customer_at": NOW}
    return Ticket(number, **{**given, **times, "assignee": "olga", **more})


def mail(sender: str = ANNA, text: str = "It stops at line 12.", **more) -> Incoming:
    """A mail that its server vouches for; `more` are fields of the message or of the Incoming, `purpose` and `number` of its token."""
    purpose, number = more.pop("purpose", None), more.pop("number", 1)
    arrived_at = more.pop("arrived_at", NOW + timedelta(hours=1))
    serial = next(_serial)
    own = {name: more.pop(name) for name in ("authenticated", "foreign_owner", "staff") if name in more}
    expired = more.pop("expired", None)
    if expired:
        own["expired"] = Token(f"t{serial}", expired, number, sender, 1, NOW - timedelta(days=1))
    lines = tuple(Line(line, LineKind.FRESH) for line in text.split("\n"))
    message = replace(
        Message(f"<{serial}@{sender.partition('@')[2]}>", (Address("", sender),), subject="Export fails", text=text),
        **{"reading": Reading(lines), "date": arrived_at, **more},
    )
    token = Token(f"t{serial}", purpose, number, sender, 1, NOW + timedelta(days=9)) if purpose else None
    incoming = Incoming(serial, message, arrived_at, fingerprint(message), ("support@vendor.test",), True, token=token)
    return replace(incoming, **own)


def machine(*reasons: str, answerable: bool = False, kind: OriginKind = OriginKind.AUTOMATIC) -> Origin:
    """An origin that is no person."""
    return Origin(kind, reasons, answerable)


@dataclass
class Room:
    """A desk's memory in a test: what is decided is laid upon it, numbered."""

    shelf: Shelf = field(default_factory=Shelf)
    last_ticket: int = 0

    def put(self, *tickets: Ticket, people: tuple[str, ...] = (ANNA,), ids: tuple[str, ...] = ("<first@acme.test>",)) -> "Room":
        """Tickets that are there; the first message of each has the id that stands for it."""
        for number, (each, message_id) in enumerate(zip(tickets, (*ids, *[""] * len(tickets)), strict=False)):
            self.shelf.tickets[each.number] = each
            self.last_ticket = max(self.last_ticket, each.number)
            joined = people if number == 0 else (each.requester,)
            self.shelf.participants[each.number] = {a: Participant(a, "", NOW) for a in joined}
            if message_id:
                self.shelf.keys[message_id] = each.number
                self.shelf.threads[each.number] = [received(message_id, each.requester, each.number)]
        return self

    def sent(self, to: str, kind: str, at: datetime, number: int = 1) -> Stored:
        """A letter of ours that left."""
        message_id = f"<{kind}.{next(_serial)}@vendor.test>"
        letter = Stored(message_id, Side.OUT, kind, "support@vendor.test", "", (to,), at, "", "", ticket=number, recipient=to)
        self.shelf.ours[message_id] = self.shelf.ours[ours_key(number, to)] = letter
        self.shelf.threads.setdefault(number, []).append(letter)
        return letter

    def judge(self, incoming: Incoming, now: datetime | None = None) -> Decision:
        """Decide, and remember."""
        decision = decide(incoming, self.shelf, rules(), now or incoming.arrived_at)
        return self.lay(decision, incoming)

    def lay(self, decision: Decision, incoming: Incoming) -> Decision:
        def numbered(number):
            return self.last_ticket if number == NEW else number

        if any(each.number == NEW for each in decision.tickets):
            self.last_ticket += 1
        decision = replace(
            decision,
            tickets=tuple(replace(each, number=numbered(each.number)) for each in decision.tickets),
            joined=tuple((numbered(number), person) for number, person in decision.joined),
            stored=tuple(replace(s, ticket=numbered(s.ticket)) for s in decision.stored),
            keys=tuple((key, numbered(number)) for key, number in decision.keys),
            notices=tuple(replace(n, ticket=numbered(n.ticket)) for n in decision.notices),
        )
        self.shelf.lay(decision)
        self.shelf.fingerprints.setdefault(
            incoming.fingerprint, FirstCopy(incoming.arrival, incoming.message.message_id, incoming.token is not None)
        )
        return decision


def received(message_id: str, sender: str, number: int) -> Stored:
    """A customer's mail in a thread."""
    return Stored(message_id, Side.IN, "mail", sender, "", (), NOW, "Export fails", "It stops.", ticket=number, client="acme")


def told(decision: Decision) -> list[str]:
    """Who is told what: "ack anna@acme.test"."""
    return sorted(f"{notice.kind} {notice.to.address}" for notice in decision.notices)


def ack_of(decision: Decision) -> Notice:
    """The ack among its letters."""
    return next(notice for notice in decision.notices if notice.kind is Kind.ACK)


SOLVED = {"state": State.SOLVED, "awaiting_since": None, "answer_due_at": None, "solved_at": NOW}
CLOSED = {**SOLVED, "state": State.CLOSED, "closed_at": NOW, "closed_by": "<yes@acme.test>"}
CUSTOMER, YES, NOT_YET = Purpose.CUSTOMER, Purpose.YES, Purpose.NOT_YET
