"""Samples of the letters that people of the desk live by: agendas and the manager's page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from maild.desk.decision import Kind, Notice

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
Made = Callable[..., Notice]
DAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
HANDED_OVER: dict[str, Any] = {
    "kind_of": "handed over",
    "words_of_customer": "",
    "tried": [
        {"day": DAY, "who": "Olga Ivanova", "minutes": 25, "what": "remote session, disk and rights looked at"},
        {"day": DAY, "who": "Pavlo", "minutes": 10, "what": ""},
    ],
    "history": [
        {"who": "Anna", "at": BEFORE, "text": "Good morning,\n\nthe label printer prints every second label upside down."},
        {"who": "Olga Ivanova", "at": MORNING, "text": "/note\nHer driver is the newest one."},
    ],
}


def letters(staff: Made) -> dict[str, Notice]:
    """The samples; `staff` makes a notice of a kind with facts."""
    return {**_agendas(staff), **_pages(staff), **_ideas(staff)}


def _ideas(staff: Made) -> dict[str, Notice]:
    idea: dict[str, Any] = {"at": BEFORE, "ref": "idea-12", "ticket": 12, "client": "Acme Books", "who": "Olga Ivanova"}
    idea |= {"text": "Labels could be turned in the preview already, so that nobody has to print one to see how it comes out."}
    bare: dict[str, Any] = {"at": AT, "ref": "", "ticket": None, "client": "", "who": "Pavlo", "text": "A dark theme"}
    praise = idea | {"ref": "", "who": "", "text": "Quick and to the point, thank you"}
    facts: dict[str, Any] = {"page": "ideas", "first": BEFORE.date(), "last": DAY, "ideas": [idea, bare], "praise": [praise]}
    given: dict[str, Any] = {"ticket": None, "client": "", "subject": "", "subject_of": 0}
    return {
        "manager:ideas": staff(Kind.MANAGER, facts, **given),
        "manager:praise": staff(Kind.MANAGER, facts | {"ideas": []}, **given),
    }


def _agendas(staff: Made) -> dict[str, Notice]:
    row: dict[str, Any] = {"number": 12, "subject": "Labels upside down", "client": "Acme Books", "at": AT, "state": "open"}
    row |= {"nobodys": False, "away": "", "again": False, "denied": False}
    late = row | {"number": 15, "subject": "Export fails", "client": "Bel Print", "at": BEFORE, "again": True, "nobodys": True}
    full: dict[str, Any] = {"day": DAY, "since": BEFORE, "now": MORNING}
    full |= {
        "held": [{"id": 3, "ticket": 12, "reason": "unclear-command", "held_at": BEFORE}],
        "due": [late, row, row | {"number": 14, "away": "Petr Petrov", "denied": True}],
        "again": [late],
        "waiting": [row | {"number": 9, "at": BEFORE}],
        "back": [row | {"number": 8, "subject": ""}],
        "answered": [row | {"number": 7, "subject": "A printer that is slow on Mondays", "at": BEFORE}],
        "done": [
            {
                "at": BEFORE,
                "ticket": 12,
                "subject": "Labels upside down",
                "what": ["answered", "cause"],
                "worked": 25,
                "charged": 25,
            },
            {"at": BEFORE, "ticket": None, "subject": "", "what": ["commands"], "worked": 0, "charged": 0},
        ],
    }
    none: dict[str, Any] = {name: [] for name in ("held", "due", "again", "waiting", "back", "answered", "done")}
    more = dict.fromkeys(none, 0)
    given: dict[str, Any] = {"ticket": None, "client": "", "subject": "", "subject_of": 0}
    return {
        "agenda": staff(Kind.AGENDA, full | {"more": more | {"due": 4}}, writes_on=(7,), **given),
        "agenda:digest": staff(Kind.AGENDA, full | none | {"done": full["done"], "more": more}, **given),
    }


@dataclass(frozen=True, slots=True)
class Sample:
    """A chart as a letter takes it, with a picture of one point."""

    cid: str
    png: bytes
    text: str


def _pages(staff: Made) -> dict[str, Notice]:
    row: dict[str, Any] = {
        "promises": 12,
        "kept": 11,
        "broken": 1,
        "percent_kept": 91,
        "firsts": 9,
        "median": 125,
        "ninetieth": 1300,
    }
    row |= {"reopened": 1, "ratings": 2, "rating": "4.5", "worked": 310, "charged": 245, "free": 40, "opened": 10}
    quiet = dict.fromkeys(row, 0) | {"percent_kept": None, "median": None, "ninetieth": None, "rating": ""}
    ticket: dict[str, Any] = {"number": 12, "subject": "Labels upside down", "client": "Acme Books", "who": "Olga Ivanova"}
    ticket |= {"since": BEFORE, "due": BEFORE}
    full: dict[str, Any] = {"first": date(2026, 11, 16), "last": date(2026, 11, 22), "total": row, "now": MORNING}
    full |= {
        "staff": [row | {"name": "Olga Ivanova"}, quiet | {"name": "Petr Petrov"}],
        "clients": [row | {"name": "Acme Books"}],
        "clients_more": 3,
        "causes": [{"title": "Settings", "count": 6, "before": 2}, {"title": "Training", "count": 1, "before": 4}],
        "acks": 10,
        "ack_median": 2.4,
        "ack_ninetieth": 310.0,
        "acks_in_time": 9,
        "waiting": [ticket, ticket | {"number": 13, "subject": "", "due": None}],
        "again": [ticket],
        "unconfirmed": [ticket | {"number": 9, "due": None}],
        "close_after": None,
        "charts": [Sample("days@chart.maild", PNG, "Answers by day (answers)\n  16.11: in time 3, late 1")],
    }
    none: dict[str, Any] = {name: [] for name in ("staff", "clients", "causes", "again", "unconfirmed", "charts")}
    none |= {"total": quiet, "acks": 0, "clients_more": 0, "close_after": timedelta(days=14)}
    given: dict[str, Any] = {"ticket": None, "client": "", "subject": "", "subject_of": 0}
    return {
        "manager": staff(Kind.MANAGER, full, **given),
        "manager:quiet": staff(Kind.MANAGER, full | none, **given),
        "manager:silence": staff(Kind.MANAGER, full | {"close_after": timedelta(days=14)}, **given),
    }
