"""Short makers of what the desk hands to memory, so that a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from maild.desk.case import Needs
from maild.desk.decision import NEW, Decision, Event, Side, Stored
from maild.desk.hold import Hold, HoldKind
from maild.desk.ticket import Participant, State, Ticket
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting
from maild.message import Arrival, Letter, Message

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = count(1)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def an_arrival(text="Subject: help\r\n\r\nIt does not print.\r\n", uid=1, mailbox="support", uidvalidity=7):
    return Arrival(mailbox, uidvalidity, uid, NOW, text.encode(), "anna@acme.test", ("support@vendor.test",))


def keep_one(store, text=None, uid=None):
    number = next(_numbers)
    return store.keep([an_arrival(text or f"mail {number}", uid or number)], NOW)[0]


def a_ticket(number=NEW, **more):
    return replace(Ticket(number, "It does not print", "acme", "Anna@acme.test", "Anna", "en", NOW), **more)


def a_stored(ticket=NEW, message_id="", **more):
    made = Stored(
        message_id or f"<mail-{next(_numbers)}@acme.test>",
        Side.IN,
        "mail",
        "anna@acme.test",
        "Anna",
        ("support@vendor.test",),
        NOW,
        "It does not print",
        "It does not print.",
        ticket=ticket,
        client="acme",
        contact=True,
    )
    return replace(made, **more)


def a_letter(ticket, kind="ack", recipient="anna@acme.test", author="", **more):
    """A letter, and the message it is in its thread."""
    message_id = f"<letter-{next(_numbers)}@vendor.test>"
    letter = Letter(message_id, kind, "", recipient, b"Subject: x\r\n\r\nbytes\r\n", ticket, "acme", 0 if kind == "ack" else 5)
    side = Side.OUT if kind in ("ack", "relay") else Side.INTERNAL
    stored = a_stored(ticket, message_id, side=side, kind=kind, recipient=recipient, author=author, contact=False)
    return replace(letter, **more), stored


def opening(message_id="<first@acme.test>", **ticket):
    """What a new request leads to."""
    return Decision(
        tickets=(a_ticket(**ticket),),
        joined=((NEW, Participant("anna@acme.test", "Anna", NOW)),),
        stored=(a_stored(NEW, message_id),),
        keys=((message_id, NEW),),
        events=(Event(NEW, NOW, "opened", "anna@acme.test", "", message_id),),
    )


def judge(store, decision, kept=None, fingerprint="", letters=(), needs=None, now=NOW, message_id="<first@acme.test>"):
    """One transaction with one decision; gives it back with its numbers. `letters` are (kind, more) of the new ticket."""
    with store.begin() as tx:
        tx.load(needs or Needs(), now)
        numbered = tx.number(decision)
        ticket = numbered.tickets[0].number if numbered.tickets else None
        made = [a_letter(ticket, kind, **more) for kind, more in letters]
        message = Message(message_id=message_id) if kept else None
        tx.record(kept.arrival_id if kept else None, message, fingerprint, numbered, made)
    return numbered


def opened(store, letters=(), **ticket):
    """A new ticket's number, with its letters queued."""
    number = next(_numbers)
    decision = opening(f"<open-{number}@acme.test>", **ticket)
    return judge(store, decision, keep_one(store), f"fingerprint-{number}", letters).tickets[0].number


def an_entry(minutes=25, ticket=None, source="<time@vendor.test>", **more):
    """Time of Olga's, charged to a prepaid contract."""
    made = Entry(
        "acme",
        "M-17/26",
        EntryKind.TIME,
        date(2026, 11, 20),
        NOW,
        (Posting("staff:olga", -minutes), Posting("acme:M-17/26:prepaid", minutes)),
        ticket=ticket,
        staff="olga",
        author="olga",
        entry_class=EntryClass.CHARGED,
        rule="prepaid",
        worked_minutes=minutes,
        charged_minutes=minutes,
        note="cable",
        note_internal="his own fault",
        source_message_id=source,
    )
    return replace(made, **more)


def a_topup(minutes=600, source="<topup@vendor.test>"):
    return an_entry(
        minutes,
        source=source,
        kind=EntryKind.TOPUP,
        entry_class=EntryClass.PLAIN,
        staff="",
        postings=(Posting("acme:M-17/26:bought", minutes), Posting("acme:M-17/26:prepaid", -minutes)),
        worked_minutes=0,
        charged_minutes=0,
    )


def a_hold(arrival, ticket=None, number=NEW, **more):
    return replace(Hold(number, HoldKind.UNCLEAR, "olga", arrival, ticket, "near miss", NOW, ("/tmie 25m",)), **more)


OPEN = State.OPEN
