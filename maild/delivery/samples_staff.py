"""Samples of what staff get about a ticket: notifications of all sorts, hand-overs, challenges, returned mail, warnings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from maild.delivery import samples_books as books
from maild.delivery import samples_desk
from maild.desk.decision import Kind, Notice
from maild.desk.purpose import Purpose

Made = Callable[..., Notice]
AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def letters(staff: Made, question: str) -> dict[str, Notice]:
    """The samples; `staff` makes a notice of a kind with facts, `question` is what the customer wrote."""
    note: dict[str, Any] = {
        "words_of_customer": question,
        "author_name": "Anna",
        "author_address": "anna@acme.test",
        "unproven": False,
    }
    note |= {
        "attachments": ["labels.jpg"],
        "programs": [],
        "withheld": False,
        "perhaps_same": 7,
        "joinable": True,
        "unlisted": ["carl@partner.test"],
        "kind_of": "new",
        "internal": False,
    }
    note |= {
        "machine": [],
        "sealed": "",
        "due": AT,
        "balance_minutes": 214,
        "plan_title": "By the minute",
        "client_name": "Acme Books",
    }
    note |= {
        "client_id": "acme",
        "requester_name": "Anna",
        "requester_address": "anna@acme.test",
        "state": "new",
        "cause": "question",
    }
    note |= {
        "facts": [("licence", "TS-1180"), ("version", "8.2")],
        "client_note": "Closes at noon on Fridays",
        "last_tickets": books.TICKETS,
    }
    note |= {"participants": ["anna@acme.test", "boss@acme.test"], "unreached": ["boss@acme.test (5.1.1 no such user)"]}
    bare: dict[str, Any] = {
        "due": None,
        "balance_minutes": None,
        "plan_title": "",
        "last_tickets": [],
        "participants": [],
        "unreached": [],
        "facts": [],
        "client_note": "",
    }
    bare |= {"perhaps_same": None, "unlisted": [], "attachments": [], "cause": "", "author_name": "", "state": "open"}
    inside = {"internal": True, "author_name": "Pavlo", "author_address": "", "state": "open"}
    made = {
        f"notification:{what}": staff(Kind.NOTIFICATION, note | {"kind_of": what}, from_name="Anna, Acme Books")
        for what in ("new", "reply", "reopened", "denied", "comment", "rating", "unproven")
    }
    challenge: dict[str, Any] = {
        "commands": ["/topup acme 10h invoice 7"],
        "missing": "token",
        "received_at": AT,
        "has_text": True,
    }
    keys: dict[str, Any] = {"purpose": Purpose.CHALLENGE, "links": (Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE)}
    bounce: dict[str, Any] = {"recipient": "anna@acme.test", "status": "5.1.1", "diagnostic": "550 no such user"}
    bounce |= {"permanent": True, "unanswered": True, "letter_kind": "relay"}
    return made | {
        "notification:bare": staff(
            Kind.NOTIFICATION, note | bare | {"unproven": True, "machine": ["auto-submitted"], "sealed": "pgp"}
        ),
        "notification:note": staff(Kind.NOTIFICATION, note | inside | {"kind_of": "note"}, from_name="Pavlo"),
        "notification:denied without words": staff(Kind.NOTIFICATION, note | {"kind_of": "denied", "words_of_customer": ""}),
        "notification:comment without words": staff(Kind.NOTIFICATION, note | {"kind_of": "comment", "words_of_customer": ""}),
        "notification:handed over": staff(Kind.NOTIFICATION, note | inside | samples_desk.HANDED_OVER, from_name="Pavlo"),
        "challenge": staff(Kind.CHALLENGE, challenge, **keys),
        "challenge:words": staff(Kind.CHALLENGE, challenge | {"commands": [], "missing": "both"}, ticket=None, **keys),
        "bounce-notice": staff(Kind.BOUNCE_NOTICE, bounce),
        "bounce-notice:report": staff(
            Kind.BOUNCE_NOTICE,
            bounce | {"status": "", "diagnostic": "550 no such user", "unanswered": False, "letter_kind": "report"},
            ticket=None,
        ),
        "warning": staff(Kind.WARNING, {"tickets": books.PROMISES, "answers": True}),
        "warning:manager": staff(Kind.WARNING, {"tickets": books.PROMISES[:1], "answers": False}),
        "breach": staff(Kind.BREACH, {"tickets": books.PROMISES[:1], "answers": True}),
        "breach:manager": staff(Kind.BREACH, {"tickets": books.PROMISES, "answers": False}),
    }
