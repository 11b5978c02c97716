"""Who is away, and that their team has their tickets meanwhile: said by /away, or noticed by an automatic reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maild.desk import holds, notices
from maild.desk.case import Shelf
from maild.desk.command_kinds_books import Away
from maild.desk.decision import Absence, Decision, Kind, Notice
from maild.desk.directory import Directory, Staff
from maild.desk.draft import Draft
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.ticket import Ticket

NOTICED_FOR = timedelta(
    days=1
)  # an automatic reply says that somebody is away, and seldom until when; the next one says it again
TELLS_ABSENCE = frozenset({"absence", "autoresponder", "automatic-title"})
TELLS_OTHERWISE = frozenset({"read-receipt", "calendar-answer", "challenge-response", "delivery-report", "mailing-list"})
LISTED = 50


def away(draft: Draft, given: Away) -> None:
    """Absent up to and including a day of the desk's; without a day, back again."""
    if given.until is None:
        draft.absences.append(Absence(draft.staff.id, None))
        draft.changed("back", draft.mail.arrived_at.astimezone(draft.rules.desk.zone).date().isoformat())
        return
    draft.absences.append(Absence(draft.staff.id, _end_of(given.until, draft.rules.desk.zone)))
    draft.changed("away", given.until.isoformat())
    draft.extra += colleagues_told(
        draft.staff, given.until, draft.shelf, draft.rules, key=f"away:{own_id(draft.mail)}:{draft.mail.fingerprint}"
    )


def noticed(mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules) -> Decision:
    """An automatic mail of somebody of the desk: filed, never relayed. A proven notice of absence hands their tickets to the team."""
    filed = replace(holds.stored_staff(mail, ticket, staff, "automatic"), contact=False)
    if not _tells_absence(mail) or not mail.has_authentication:
        return Decision(stored=(filed,), reason="automatic")
    until = mail.arrived_at + NOTICED_FOR
    known = shelf.absent.get(staff.id)
    if known is not None and known >= until:
        return Decision(stored=(filed,), reason="automatic: away, as is known")
    day = until.astimezone(rules.desk.zone).date()
    letters = colleagues_told(staff, day, shelf, rules, key=f"away:{own_id(mail)}:{mail.fingerprint}") if known is None else []
    return Decision(stored=(filed,), absences=(Absence(staff.id, until),), notices=tuple(letters), reason="automatic: away")


def _tells_absence(mail: Incoming) -> bool:
    """By its title, its words or its program; or by RFC 3834's `auto-replied`, where it is no receipt of another kind."""
    reasons = set(mail.message.origin.reasons)
    replied = mail.message.header("Auto-Submitted").strip().lower().startswith("auto-replied")
    return bool(TELLS_ABSENCE & reasons) or (replied and not TELLS_OTHERWISE & reasons)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(ZoneInfo("UTC"))


def colleagues_told(staff: Staff, until: date | None, shelf: Shelf, rules: Rules, *, key: str) -> list[Notice]:
    """One letter a colleague, with the tickets that are theirs to see to; `until` None: the person's mail is stopped."""
    tickets = sorted(
        shelf.owned.get(staff.id, ()), key=lambda each: (each.answer_due_at is None, each.answer_due_at, each.number)
    )
    facts: dict[str, Any] = {
        "reason_code": "away",
        "detail": {"name": staff.name, "until": until, "count": len(tickets), "tickets": [_shown(t) for t in tickets[:LISTED]]},
    }
    people = colleagues(staff, rules.directory, {*shelf.unavailable, staff.id})
    return [
        notices.to_staff(Kind.ALERT, person, rules, key=f"{key}:{person.id}", facts=facts, subject_of=0) for person in people
    ]


def colleagues(staff: Staff, directory: Directory, absent: Iterable[str]) -> tuple[Staff, ...]:
    """Who sees to somebody's tickets: the present people of their teams, else the fallback people, as `routing.audience` has it."""
    gone = set(absent)
    team = (person for name in staff.teams for person in directory.team(name))
    fallback = (directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
    for some in (team, fallback, directory.with_role("engineer"), directory.with_role("manager")):
        present = {person.id: person for person in some if person.id not in gone}
        if present:
            return tuple(present.values())
    return ()


def _shown(ticket: Ticket) -> dict[str, Any]:
    due = ticket.answer_due_at if ticket.awaiting_since else None
    return {"number": ticket.number, "subject": ticket.subject, "due": due}
