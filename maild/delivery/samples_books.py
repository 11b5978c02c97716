"""Samples of the letters about time and money that staff ask for or cause: receipts, answers, quotes and offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from maild.desk.decision import Button, Kind, Notice
from maild.desk.purpose import Purpose

Made = Callable[..., Notice]
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
CHARGE_NOTES: list[dict[str, Any]] = [
    {"code": "item", "title": "Licence re-registration", "minutes": 30, "waived": "release code supplied"},
    {"code": "item", "title": "Data transfer", "minutes": 90, "waived": ""},
    {"code": "urgent", "factor": "1.5", "worked": 25, "charged": 38},
    {"code": "first-urgent"},
]
AGREED: dict[str, Any] = {
    "kind": "quote",
    "number": 3,
    "client": "Acme Books",
    "by": "boss@acme.test",
    "minutes": 180,
    "text": "Move the database to the new server",
    "rate": "60.00 USD",
    "plan": "",
    "before": "open",
}
TICKETS = [
    {"number": 9, "subject": "Invoice prints twice", "state": "closed", "opened_at": datetime(2026, 10, 2, 9, 5, tzinfo=UTC)},
    {
        "number": 7,
        "subject": "A printer that is slow on Mondays",
        "state": "solved",
        "opened_at": datetime(2026, 9, 14, 7, 30, tzinfo=UTC),
    },
]
PROMISES: list[dict[str, Any]] = [
    {
        "number": 12,
        "subject": "Labels upside down",
        "client": "Acme Books",
        "clock": "answer",
        "due": AT,
        "percent": 90,
        "assignee": "Olga Ivanova",
    },
    {"number": 15, "subject": "Export fails", "client": "Bel Print", "clock": "eta", "due": AT, "percent": 75, "assignee": ""},
]


def letters(customer: Made, staff: Made) -> dict[str, Notice]:
    """The samples; `customer` and `staff` make a notice of a kind with facts."""
    return {**_receipts(staff), **_answers(staff), **_proposals(customer)}


def _entry(number: int, kind: str, class_: str, worked: int, charged: int, **more: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "entry": number,
        "kind": kind,
        "ticket": 12,
        "client": "Acme Books",
        "contract": "M-17/26",
        "staff": "Olga Ivanova",
    }
    entry |= {
        "work_date": DAY,
        "worked": worked,
        "charged": charged,
        "class": class_,
        "reason": "",
        "note": "feed set to “gap”",
    }
    return entry | {"minutes": charged, "amount": "0.00", "currency": "USD", "reverses": None} | more


TICKET_CHANGES = (
    *(
        "opened",
        "resembles",
        "split",
        "merged",
        "eta",
        "later",
        "waits-on",
        "idea",
        "faq",
        "away",
        "back",
        "fixed",
        "fixed-list",
    ),
)


def _receipts(staff: Made) -> dict[str, Notice]:
    balance = {"client": "Acme Books", "contract": "M-17/26", "closing": 189}
    nothing: dict[str, Any] = {
        "relayed_to": [],
        "booked": [],
        "changes": [],
        "balances": [],
        "asked": False,
        "internal": False,
        "warnings": [],
    }
    kinds = (
        "quoted",
        "offered",
        "waiting",
        "closed",
        "note",
        "assigned",
        "team",
        "cause",
        "client",
        "joined",
        "defect",
        *TICKET_CHANGES,
        "a change of a later day",
    )
    changes = [{"what": "solved", "value": ""}, *({"what": what, "value": "developers"} for what in kinds)]
    entries = [
        _entry(41, "time", "charged", 25, 25),
        _entry(42, "time", "free", 10, 0, reason="Before a purchase", ticket=None),
        _entry(43, "time", "over", 90, 90),
        _entry(44, "item", "charged", 0, 30, note="Licence re-registration"),
        _entry(45, "topup", "", 0, 0, minutes=600, reason="invoice 7", ticket=None, note="", amount="600.00"),
        _entry(46, "adjust", "", 0, 0, minutes=-15, reason="a call counted twice", ticket=None, note=""),
        _entry(47, "reversal", "charged", -25, -25, reverses=41, reason="typo"),
        _entry(48, "rounding", "rounding", 0, 5, note=""),
    ]
    done = nothing | {
        "relayed_to": ["Anna", "boss@acme.test"],
        "booked": entries[:1],
        "changes": changes[:1],
        "balances": [balance],
        "asked": True,
    }
    return {
        "receipt": staff(Kind.RECEIPT, done),
        "receipt:note": staff(Kind.RECEIPT, nothing | {"internal": True, "changes": [{"what": "note", "value": ""}]}),
        "receipt:all": staff(
            Kind.RECEIPT,
            nothing
            | {
                "booked": entries,
                "changes": changes,
                "balances": [balance],
                "warnings": ["over", "below-zero", "fixed-waits", "later"],
            },
        ),
    }


def _proposals(customer: Made) -> dict[str, Notice]:
    quote: dict[str, Any] = {
        "minutes": 180,
        "text": AGREED["text"],
        "rate": "60.00 USD",
        "most": "180.00 USD",
        "confirm": False,
    }
    quote |= {"client_name": "Acme Books", "staff_name": "Olga Ivanova", "numbers": {"yes": 3, "no": 3}}
    yes_no: dict[str, Any] = {"buttons": (Button("yes", Purpose.QUOTE_YES, 3), Button("no", Purpose.QUOTE_NO, 3))}
    yes: dict[str, Any] = {"buttons": (Button("yes", Purpose.QUOTE_CONFIRM, 3),)}
    plan: dict[str, Any] = {"title": "By the minute", "price": "from 500 USD", "covers": ["Question", "Training"], "fee": ""}
    plan |= {"answer_minutes": 1440, "rate": "60.00 USD", "included": None, "button": "plan1"}
    month = plan | {"title": "Extended", "price": "", "covers": None, "included": 300, "fee": "250.00 EUR", "button": "plan2"}
    offer: dict[str, Any] = {"plans": [plan, month], "rate": "70.00 USD", "client_name": "Acme Books", "confirm": False}
    offer |= {"self_help": [{"title": "Resetting a password", "url": "https://vendor.test/faq/password"}], "numbers": {}}
    names: dict[str, Any] = {"buttons": tuple(Button(name, Purpose.OFFER_YES, 3) for name in ("plan1", "plan2", "once"))}
    once = quote | {"minutes": None, "rate": "", "most": "", "confirm": True, "staff_name": ""}
    alone = offer | {"plans": [plan | {"button": "yes"}], "rate": "", "self_help": [], "confirm": True}
    return {
        "quote": customer(Kind.QUOTE, quote, **yes_no),
        "quote:confirm": customer(Kind.QUOTE, once, **yes),
        "offer": customer(Kind.OFFER, offer, **names),
        "offer:confirm": customer(Kind.OFFER, alone, **yes),
    }


def _answers(staff: Made) -> dict[str, Notice]:
    def answer(title: str, *blocks: dict[str, Any]) -> Notice:
        return staff(
            Kind.ANSWER, {"title_key": title, "blocks": list(blocks)}, subject="" if title == "help" else "Re: a question"
        )

    def table(head: list[str], rows: list[list[str]], right: tuple[int, ...] = (), wide: int = 0) -> dict[str, Any]:
        return {"kind": "table", "head": head, "rows": rows, "right": right, "wide": wide}

    def text(words: str) -> dict[str, Any]:
        return {"kind": "text", "text": words}

    tickets = [
        ["#12", "acme", "open", "olga", "Labels upside down"],
        ["#15", "bel", "waiting", "-", "Export fails with a message " * 3],
    ]
    sums = ["", "opening", "bought", "used", "corrected", "expired", "closing"]
    lines = [["2026-11-02", "40", "invoice 7", "600", "600"], ["2026-11-23", "41", "feed set to “gap”", "-25", "575"]]
    return {
        "answer:list": answer("list", table(["#", "client", "state", "who", "subject"], tickets, wide=4)),
        "answer:balance": answer(
            "balance", text("Acme Books"), table(sums, [["M-17/26", "0", "600", "25", "0", "0", "575"]], tuple(range(1, 7)))
        ),
        "answer:statement": answer(
            "statement", text("M-17/26: 0 -> 575"), table(["date", "entry", "what", "min", "left"], lines, (3, 4), 2)
        ),
        "answer:show": answer(
            "show", text("#12 Labels upside down · acme · open · olga"), text("  A quoted line\n  /time 25m")
        ),
        "answer:find": answer("find", text("-")),
        "answer:help": answer("help", text("/time 25m what // for staff\n/solved [CAUSE]"), {"kind": "lead", "text": "Help"}),
    }
