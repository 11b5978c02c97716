"""A sample of every letter, with every fact that its template may ask for: `maild check` and the tests render them all.

Names are made up. A variant is named `kind` or `kind:what`; the facts are those that desk/ and reports/ give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from maild.delivery import samples_acts as acts
from maild.delivery import samples_books as books
from maild.delivery import samples_desk, samples_staff
from maild.delivery import samples_reports as reports
from maild.desk.decision import Kind, Notice
from maild.desk.purpose import RATINGS, Purpose
from maild.message import Address

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
ZONE = "Europe/Kyiv"
ANNA = Address("Anna", "anna@acme.test")
OLGA = Address("Olga Ivanova", "olga@vendor.test")
QUESTION = "Good morning,\n\nthe label printer prints every second label upside down.\nWhat can I do?\n\nAnna"
ANSWER = "Hello Anna,\n\nplease set the feed to “gap” under Settings, Printer.\nI have tried it with your labels.\n"
REASONS = (
    *(
        "hold-not-mended",
        "empty",
        "unknown-quote",
        "desk-words",
        "note-words",
        "desk-mail-attached",
        "program-attached",
        "private-address",
        "nobody-to-send-to",
        "needs-ticket",
        "needs-client",
    ),
    *("new-whom", "no-contact", "not-a-customer", "nothing-to-split", "merge-itself", "merge-other-client", "past-time"),
    *("fixed", "promise-in-note", "no-such-waiting", "one-fixed-only", "too-many-waiting"),
    *("close-not-allowed", "not-your-role", "not-offered", "wait-without-words", "no-such-hour"),
    *("nobody-approves", "nothing-to-offer"),
    *("ledger:no contract", "ledger:not covered", "ledger:unknown free word", "ledger:unknown item", "ledger:quote not agreed"),
    *("ledger:quote exceeded", "ledger:already reversed", "ledger:not reversible", "ledger:more than is left"),
    *("ledger:nothing to waive", "ledger:no account", "a reason of a later day"),
)
PROBLEMS = (
    *("near-miss", "missing", "unreadable", "surplus", "zero", "negative", "too-long", "future", "past", "conflict"),
    *("unknown-client", "unknown-person", "unknown-team", "unknown-cause", "unknown-free", "unknown-item", "unknown-plan"),
    *("unknown-faq", "not-yours", "a code of a later day"),
)


def samples(language: str = "en") -> Mapping[str, Notice]:
    """Every variant of every letter, in a language."""
    made = {
        **_to_customers(),
        **samples_staff.letters(_staff, QUESTION),
        **_holds(),
        **_alerts(),
        **books.letters(_customer, _staff),
        **reports.letters(_customer, _staff),
        **samples_desk.letters(_staff),
        **acts.letters(_customer, _staff),
    }
    return {name: replace(notice, language=language) for name, notice in made.items()}


def _customer(kind: Kind, facts: dict[str, Any], **more: Any) -> Notice:
    given: dict[str, Any] = {
        "ticket": 12,
        "client": "acme",
        "subject": "Labels upside down",
        "purpose": Purpose.CUSTOMER,
        **more,
    }
    return Notice(kind, ANNA, ANNA.key, "en", f"sample:{kind}", {"zone": ZONE, **facts}, **given)


def _staff(kind: Kind, facts: dict[str, Any], **more: Any) -> Notice:
    given: dict[str, Any] = {"ticket": 12, "client": "acme", "subject": "Labels upside down", "purpose": Purpose.STAFF, **more}
    return Notice(kind, OLGA, "olga", "en", f"sample:{kind}", {"zone": ZONE, **facts}, **given)


def _to_customers() -> dict[str, Notice]:
    ack: dict[str, Any] = {
        "due": AT,
        "proven": True,
        "stranger": False,
        "requester_name": "Anna",
        "manager_name": "Olga Ivanova",
    }
    ack |= {"attachments": ["labels.jpg", "settings.txt"], "terms": "By the minute", "others": []}
    known = ack | {"proven": False, "manager_name": "", "attachments": [], "terms": ""}
    relay: dict[str, Any] = {"words_of_author": ANSWER, "quoted_author": "Anna", "quoted_at": AT, "quoted_text": QUESTION}
    relay |= {"signature": "Olga Ivanova", "charge_notes": [], "close_after_days": None}
    relay |= {"promised_at": None, "promised_text": ""}
    asking: dict[str, Any] = {"asks": True, "links": (Purpose.YES, Purpose.NOT_YET, *RATINGS), "from_name": "Olga Ivanova"}
    bare: dict[str, Any] = {"quoted_text": "", "quoted_at": None, "quoted_author": "", "signature": ""}
    return {
        "ack": _customer(Kind.ACK, ack),
        "ack:faq": _customer(
            Kind.ACK,
            ack
            | {
                "faq": [
                    {"title": "Resetting a password", "url": "https://vendor.test/faq/password", "text": ""},
                    {"title": "A silent printer", "url": "", "text": "Switch it off and on again."},
                ]
            },
            links=(Purpose.FAQ_YES, Purpose.FAQ_NO),
        ),
        "ack:known": _customer(Kind.ACK, known | {"due": None}),
        "ack:stranger": _customer(
            Kind.ACK, known | {"stranger": True, "requester_name": "", "others": [13, 14]}, client="walk-in", subject=""
        ),
        "relay": _customer(Kind.RELAY, relay, from_name="Olga Ivanova", author="olga"),
        "relay:asks": _customer(
            Kind.RELAY, relay | {"close_after_days": 14, "charge_notes": books.CHARGE_NOTES}, author="olga", **asking
        ),
        "relay:promises": _customer(
            Kind.RELAY, relay | {"words_of_author": "", "promised_at": AT, "promised_text": "a new driver"}, author="olga"
        ),
        "relay:fixed": _customer(Kind.RELAY, relay | {"fixed_ref": "TS-12", "fixed_build": "8.3"}, from_name="Olga Ivanova"),
        "relay:copy": _customer(Kind.RELAY, relay | bare, from_name="Anna"),
        "confirm": _customer(Kind.CONFIRM, {"close_after_days": 14, "staff_name": "Olga Ivanova"}, **asking),
        "confirm:keep": _customer(Kind.CONFIRM, {"close_after_days": None, "staff_name": "Olga Ivanova"}, **asking),
        "reminder": _customer(
            Kind.REMINDER,
            {"what": "solved", "since": AT, "staff_name": "Olga Ivanova", "close_at": AT, "words_of_author": ""},
            **asking,
        ),
        "reminder:waiting": _customer(
            Kind.REMINDER,
            {"what": "waiting", "since": AT, "staff_name": "Olga Ivanova", "close_at": None, "words_of_author": ANSWER},
        ),
        "refusal": _customer(
            Kind.REFUSAL, {"reason_code": "too-large", "limit_bytes": 25_000_000, "upload": "https://files.vendor.test/"}
        ),
    }


def _holds() -> dict[str, Notice]:
    def held(reason: str, **facts: Any) -> Notice:
        given = {
            "reason_code": reason,
            "original_text": f"{ANSWER}/tmie 25m cable\n",
            "wrong_lines": ["/tmie 25m cable"],
            **facts,
        }
        return _staff(Kind.HOLD, given, purpose=Purpose.HOLD, subject_of=3)

    def refused(code: str) -> dict[str, str]:
        return {"line": "/tmie 25m cable", "code": code, "subject": "/tmie", "advice": "/time 25m cable"}

    since = {"author": "Pavlo", "text": "Hello Anna, is the driver the one of 2025?"}
    return {f"hold:{reason}": held(reason) for reason in REASONS} | {
        "hold:unclear-command": held("unclear-command", problems=[refused("near-miss"), refused("missing")]),
        **{f"hold:problem {code}": held("unclear-command", problems=[refused(code)]) for code in PROBLEMS},
        "hold:again": held("unclear-command", repeated=True),
        "hold:not-mended": held("hold-not-mended", problems=[refused("unreadable")], hold=3),
        "hold:no-ticket": held("no-ticket", guess="new", commands=["/time 25m cable"], wrong_lines=[]),
        "hold:forward": held("no-ticket", guess="forward", commands=[], wrong_lines=[]),
        "hold:forwarded": held(
            "forward",
            whom={"name": "Anna", "address": "anna@acme.test", "client": "Acme Books"},
            commands=[],
            wrong_lines=[],
        ),
        "hold:quote": held("unknown-quote", line="> a line that nobody sent", wrong_lines=[]),
        "hold:answered-meanwhile": held("answered-meanwhile", relayed_since=since, wrong_lines=[]),
        "hold:no-such-ticket": held("no-such-ticket", number=99),
        "hold:no-such-entry": held("no-such-entry", entry="41"),
        "hold:no-such-hold": held("no-such-hold", hold="9"),
        "hold:future-date": held("future-date", day=AT.date()),
        "hold:booked-already": held("booked-already", number=12, day=AT.date(), minutes=25),
        "hold:too-long-day": held("too-long-day", day=AT.date(), minutes=1500),
        "hold:no-prepaid-contract": held("no-prepaid-contract", client="Acme Books"),
        "hold:ledger": held("ledger:not covered", ledger={"cause": "order", "plan": "By the minute"}),
    }


def _alerts() -> dict[str, Notice]:
    unreadable = {"reason": "more than 500 parts", "sender": "carl@partner.test", "subject": "Files", "limit_bytes": 25_000_000}
    found: dict[str, dict[str, Any]] = {
        "forged-staff": {"name": "Olga Ivanova", "times": 4},
        "not-mine": {"name": "Olga Ivanova", "hold": 3},
        "flood": {"address": "carl@partner.test", "limit": 100},
        "flood-contact": {"address": "anna@acme.test"},
        "flood-filed": {"domain": "acme.test", "limit": 50},
        "frozen": {"name": "Olga Ivanova", "person": "olga", "by": "Max Manager"},
        "frozen-wrote": {"name": "Olga Ivanova", "person": "olga"},
        "first-act-closes": {"name": "Olga Ivanova", "client": "Acme Books"},
        "many-relays": {"name": "Olga Ivanova", "person": "olga", "limit": 60},
        "held-mail": {"name": "Olga Ivanova", "reason": "unclear-command", "hold": 3},
        "denied-again": {"times": 2, "client": "Acme Books", "assignee": "olga"},
        "unreadable": unreadable,
        "foreign-token": {"address": "carl@partner.test"},
        "identity": {"client": "acme", "detail": "the report gives 10, the books 20"},
        "moment-failed": {"what": "report", "which": "acme", "detail": "TimeoutError"},
        "agreed": books.AGREED,
        "declined": books.AGREED | {"before": "agreed", "minutes": None, "rate": ""},
        "over": {
            "client": "Acme Books",
            "contract": "M-17/26",
            "minutes": 75,
            "closing": -60,
            "staff": "Olga Ivanova",
            "ticket": 12,
        },
        "check": {"word": "yes"},
        "away": {
            "name": "Olga Ivanova",
            "until": AT.date(),
            "count": 1,
            "tickets": [{"number": 12, "subject": "Labels upside down", "due": AT}],
        },
        "desk-note": {"name": "Olga Ivanova", "about": "Agenda 24 Nov", "words": "I am at Acme Books until noon."},
        "a reason of a later day": {"number": 1},
    }
    made = {f"alert:{code}": _staff(Kind.ALERT, {"reason_code": code, "detail": detail}) for code, detail in found.items()}
    stopped = {"reason_code": "away", "detail": {**found["away"], "until": None}}
    return made | {"alert:stopped": _staff(Kind.ALERT, stopped)}
