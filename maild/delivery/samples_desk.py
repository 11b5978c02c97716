"""Samples of the letters that people of the desk live by: agendas and the manager's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from maild.desk.decision import Kind, Notice

Made = Callable[..., Notice]
DAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def letters(staff: Made) -> dict[str, Notice]:
    """The samples; `staff` makes a notice of a kind with facts."""
    return _agendas(staff)


def _agendas(staff: Made) -> dict[str, Notice]:
    row: dict[str, Any] = {"number": 12, "subject": "Labels upside down", "client": "Acme Books", "at": AT, "state": "open"}
    row |= {"nobodys": False, "again": False}
    late = row | {"number": 15, "subject": "Export fails", "client": "Bel Print", "at": BEFORE, "again": True, "nobodys": True}
    full: dict[str, Any] = {"day": DAY, "since": BEFORE, "now": MORNING}
    full |= {
        "held": [{"id": 3, "ticket": 12, "reason": "unclear-command", "held_at": BEFORE}],
        "due": [late, row],
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
