"""What customers and staff would like the product to be, and what they praised: a list for those who make it, once a month. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from maild.desk.decision import Decision, Idea, Kind, Notice
from maild.desk.directory import Staff
from maild.desk.incoming import Rules
from maild.desk.notices import to_staff
from maild.reports import act_periods

PRAISE = "praise"
SHOWN_CHARACTERS = 600
DAY = timedelta(days=1)


def due_after(rules: Rules, instant: datetime) -> datetime:
    """The next list after a moment: when the monthly acts are made, by the desk's own clock."""
    return act_periods.due_after(rules.directory.promises, rules.desk, instant)


def readers(rules: Rules) -> tuple[Staff, ...]:
    """Those who wrote the program, as `[routing] escalate_to` names them, and the managers."""
    directory = rules.directory
    people = (*directory.team(directory.routing.escalate_to), *directory.with_role("manager"))
    return tuple({person.id: person for person in people}.values())


def monthly(ideas: Sequence[Idea], since: datetime, due_at: datetime, rules: Rules) -> Decision:
    """One letter a reader, and none where nobody had an idea and nobody praised."""
    if not ideas:
        return Decision(reason="no ideas")
    return Decision(notices=tuple(_letter(person, ideas, since, due_at, rules) for person in readers(rules)), reason="ideas")


def _letter(person: Staff, ideas: Iterable[Idea], since: datetime, due_at: datetime, rules: Rules) -> Notice:
    rows = [(each.kind == PRAISE, _row(each, rules)) for each in ideas]
    facts: dict[str, Any] = {
        "page": "ideas",
        "first": since.astimezone(rules.desk.zone).date(),
        "last": (due_at - DAY).astimezone(rules.desk.zone).date(),
        "ideas": [row for praise, row in rows if not praise],
        "praise": [row for praise, row in rows if praise],
    }
    key = f"ideas:{due_at.isoformat()}:{person.id}"
    return to_staff(Kind.MANAGER, person, rules, key=key, facts=facts, subject_of=0)


def _row(idea: Idea, rules: Rules) -> dict[str, Any]:
    client, staff = rules.directory.clients.get(idea.client), rules.directory.staff.get(idea.staff)
    return {
        "at": idea.at,
        "ref": idea.ref,
        "ticket": idea.ticket,
        "client": client.name if client else idea.client,
        "who": staff.name if staff else "",
        "text": " ".join(idea.text.split())[:SHOWN_CHARACTERS],
    }
