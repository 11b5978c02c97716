"""Samples of the letters that the evening brings: reports, summaries, endings, the mail for time not logged."""

from __future__ import annotations

from datetime import date
from typing import Any

from maild.delivery.samples_books import AT, DAY, Made
from maild.desk.decision import Kind, Notice
from maild.desk.purpose import Purpose


def letters(customer: Made, staff: Made) -> dict[str, Notice]:
    """The samples; `customer` and `staff` make a notice of a kind with facts."""
    return {**_reports(customer), **_summaries(customer, staff)}


def _line(number: int, kind: str, class_: str, worked: int, charged: int, **more: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "entry": number,
        "kind": kind,
        "staff_name": "Olga Ivanova",
        "ticket": 12,
        "subject": "Labels upside down",
    }
    line |= {
        "note": "feed set to “gap”",
        "worked": worked,
        "charged": charged,
        "moved": -charged,
        "class_": class_,
        "reason": "",
    }
    return (
        line
        | {"work_date": DAY, "late_for": None, "corrects": None, "quote": 0, "amount": "0", "currency": "", "paid": []}
        | more
    )


def _reports(customer: Made) -> dict[str, Notice]:
    lines = [
        _line(41, "time", "charged", 25, 26),
        _line(49, "time", "charged", 60, 60, quote=3),
        _line(42, "time", "free", 10, 0, reason="Before a purchase"),
        _line(
            43,
            "time",
            "over",
            90,
            90,
            late_for=date(2026, 11, 20),
            note="printer driver replaced, then the spooler cleaned on both servers",
        ),
        _line(44, "item", "charged", 0, 30, note="Licence re-registration"),
        _line(45, "topup", "", 0, 0, moved=600, ticket=None, subject="", note="", reason="invoice 7", staff_name=""),
        _line(
            46, "adjust", "", 0, 0, moved=-15, ticket=None, subject="", note="", reason="a call counted twice", staff_name=""
        ),
        _line(47, "reversal", "charged", -25, -26, corrects=41, reason="typo"),
        _line(48, "rounding", "rounding", 0, 5, corrects=41, note="", staff_name=""),
    ]
    contract = {
        "contract": "M-17/26",
        "plan_title": "By the minute",
        "opening": 240,
        "bought": 600,
        "used": 151,
        "corrected": -15,
    }
    contract |= {"expired": 30, "closing": 214, "is_balance": True}
    open_tickets = [
        {"number": 12, "subject": "Labels upside down", "state": "open", "due": AT},
        {"number": 13, "subject": "Prices", "state": "waiting", "due": None},
    ]
    facts: dict[str, Any] = {
        "day": DAY,
        "client_name": "Acme Books",
        "contracts": [contract],
        "lines": lines[:1],
        "totals": {"worked": 25, "charged": 26},
    }
    facts |= {"left_minutes": 214, "open_tickets": open_tickets, "first_line": None, "used_up": [], "quotes": [], "chart": None}
    full = facts | {
        "chart": {
            "cid": "month@chart.maild",
            "png": b"\x89PNG\r\n\x1a\n",
            "text": "November 2026 so far (minutes a day)\n  23: 26",
        },
        "lines": lines,
        "totals": {"worked": 100, "charged": 125},
        "over": 90,
        "left_minutes": -15,
        "first_line": {"code": "nothing-left", "charge": "prepaid", "rate": "60.00 USD"},
        "used_up": [{"percent": 96, "plan_title": "By the minute", "contract": "M-17/26", "left": -15}],
        "quotes": [{"number": 3, "used": 120, "minutes": 180}, {"number": 4, "used": 30, "minutes": None}],
    }
    hourly = {
        **contract,
        "plan_title": "By the hour",
        "contract": "H-1",
        "is_balance": False,
        "bought": 0,
        "corrected": 0,
        "expired": 0,
    }
    money = facts | {
        "lines": [_line(49, "time", "charged", 60, 60, amount="60.00", currency="USD")],
        "left_minutes": None,
        "contracts": [hourly],
    }
    about: dict[str, Any] = {
        "ticket": None,
        "subject": "",
        "purpose": Purpose.REPORT,
        "subject_of": 261123,
        "links": (Purpose.DISPUTE,),
    }
    firsts: list[dict[str, Any]] = [
        {"code": "nothing-left", "charge": "retainer", "rate": "55.00 EUR"},
        {"code": "nothing-left", "charge": "retainer", "rate": ""},
        {"code": "days-left", "days": 4},
        {"code": "ends", "date": date(2026, 12, 31), "title": "By the minute"},
    ]
    return {
        **{f"report:first {n}": customer(Kind.REPORT, facts | {"first_line": f}, **about) for n, f in enumerate(firsts)},
        "report": customer(Kind.REPORT, facts, **about),
        "report:all": customer(Kind.REPORT, full, **about),
        "report:hourly": customer(Kind.REPORT, money, **about),
        "report:no time": customer(
            Kind.REPORT, facts | {"lines": [], "totals": {"worked": 0, "charged": 0}, "open_tickets": []}, **about
        ),
    }


def _summaries(customer: Made, staff: Made) -> dict[str, Notice]:
    row = {
        "client": "acme",
        "name": "Acme Books",
        "contract": "M-17/26",
        "worked": 25,
        "charged": 26,
        "bought": 600,
        "closing": -12,
    }
    row |= {"below_zero": True, "percent_used": 102, "ends": date(2026, 12, 31)}
    rows = [
        row,
        {**row, "client": "bel", "name": "Bel Print", "below_zero": False, "percent_used": None, "ends": None, "closing": 45},
    ]
    held = [
        {"id": 3, "staff": "olga", "ticket": 12, "reason": "unclear-command", "held_at": AT},
        {"id": 4, "staff": "olga", "ticket": None, "reason": "empty", "held_at": AT},
    ]
    facts: dict[str, Any] = {
        "day": DAY,
        "clients": rows,
        "late_acks": [{"ticket": 12, "minutes": 7, "waits": False}, {"ticket": 13, "minutes": 95, "waits": True}],
        "unlogged": [{"ticket": 12, "staff": "olga", "person": "olga", "subject": "Labels upside down"}],
    }
    facts["endings"] = [{"name": "Acme Books", "contract": "M-17/26", "ends": date(2026, 12, 31)}]
    about: dict[str, Any] = {"ticket": None, "client": "", "subject": "", "subject_of": 0}
    times: dict[str, Any] = {"page": "times", "day": DAY, "lines": [{"ticket": 12, "subject": "Labels upside down"}]}
    ends: dict[str, Any] = {"page": "ends", "what": "ends", "ends": date(2026, 12, 31), "title": "By the minute"}
    ends |= {"number": "M-17/26", "client_name": "Acme Books"}
    return {
        "agenda:times": staff(Kind.AGENDA, times, **about | {"purpose": Purpose.TIMES, "subject_of": 261123}),
        "reminder:ends": customer(Kind.REMINDER, ends | {"left_minutes": 214}, **about | {"purpose": Purpose.REPORT}),
        "reminder:ends alone": customer(Kind.REMINDER, ends | {"left_minutes": None}, **about | {"purpose": Purpose.REPORT}),
        "summary": staff(Kind.SUMMARY, facts | {"holds": held, "quarantine": 2}, **about),
        "summary:quiet": staff(
            Kind.SUMMARY, facts | {"clients": [], "unlogged": [], "late_acks": [], "holds": [], "quarantine": 1}, **about
        ),
    }
