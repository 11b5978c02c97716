"""Samples of the letters that acts travel in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from maild.desk.decision import Kind, Notice
from maild.desk.purpose import Purpose

AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
ACT = {"number": 3, "day": date(2026, 11, 30), "corrects": None, "client_name": "Acme Books"}
TOLD: dict[str, Any] = {
    "period": "November 2026",
    "worked": 270,
    "charged": 290,
    "late": 1,
    "money": [{"net": "287.50 USD", "tax": "57.50 USD", "gross": "345.00 USD", "taxed": True}],
    "accounts": [["By the minute (M-17/26)", 0, 120, 135, 15, 0, 0], ["Site care (S-4/26)", 0, 150, 80, 0, 0, 70]],
    "got": "Requests in the period: 3. Median time to a person’s answer: 60 min (1 h) (2 answered). There was no time free of charge.",
}
HOLD = {"id": 3, "staff": "Olga Ivanova", "ticket": 12, "reason": "unclear-command", "held_at": AT}


def letters(customer: Callable[..., Notice], staff: Callable[..., Notice]) -> dict[str, Notice]:
    """Every variant of `act`."""

    def pack(**more: Any) -> Notice:
        given = {
            "what": "pack",
            **ACT,
            **TOLD,
            "recipients": ["accounts@acme.test"],
            "sent_at": None,
            "accepted_at": None,
            **more,
        }
        links = () if more.get("recipients") == [] else (Purpose.ACT_SEND,)
        return staff(Kind.ACT, given, ticket=None, purpose=Purpose.ACCOUNTANT, subject_of=2_600_003, links=links, subject="")

    def told(what: str, **facts: Any) -> Notice:
        return staff(Kind.ACT, {"what": what, **facts}, ticket=None, subject_of=0, subject="")

    untaxed = {
        "money": [{"net": "25.00 USD", "tax": "0.00 USD", "gross": "25.00 USD", "taxed": False}],
        "late": 0,
        "accounts": [],
    }
    unlogged = [{"ticket": 15, "subject": "Export fails", "staff": "Pavlo"}]
    rows = [["Acme Books", 270, 290, "345.00 USD"], ["Bel Print", 5, 0, ""]]
    buttons = (Purpose.ACT_ACCEPTED, Purpose.ACT_OBJECTED)
    to_client: dict[str, Any] = {
        "purpose": Purpose.ACT_REPLY,
        "subject_of": 2_600_003,
        "links": buttons,
        "ticket": None,
        "subject": "",
    }
    return {
        "act:pack": pack(),
        "act:pack sent": pack(sent_at=AT, accepted_at=AT, corrects=2, **untaxed),
        "act:pack nobody": pack(recipients=[]),
        "act:client": customer(Kind.ACT, {"what": "client", **ACT, **TOLD, "corrects": 2}, **to_client),
        "act:draft": told("draft", period="November 2026", rows=rows, holds=[HOLD], unlogged=unlogged),
        "act:draft nothing waits": told("draft", period="November 2026", rows=rows, holds=[], unlogged=[]),
        "act:asked": told("asked-draft", **TOLD, client_name="Acme Books"),
        "act:register": told("register", period="November 2026", rows=[[r[0], "3/2026", *r[1:]] for r in rows]),
        "act:register nothing": told("register", period="November 2026", rows=[]),
        "act:accepted": told("accepted", **ACT, who="accounts@acme.test"),
        "act:nothing": told("nothing", client_name="Acme Books", period="November 2026"),
        "act:sent": told("sent", **ACT, recipients=["accounts@acme.test"], sent_at=None),
        "act:sent before": told("sent-before", **ACT, recipients=["accounts@acme.test"], sent_at=AT),
        "act:nobody": told("nobody", **ACT, recipients=[], sent_at=None),
    }
