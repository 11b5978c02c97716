"""A reply without commands to a letter that belongs to no ticket: a summary, an agenda, the manager's page. It is a note (section 2)."""

from __future__ import annotations

from maild.desk import correspondence
from maild.desk.case import Shelf
from maild.desk.decision import Decision, Kind
from maild.desk.directory import Staff
from maild.desk.holds import stored_staff
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.staff_writing import fresh_lines

ANSWERED_BY_NOTES = frozenset({Kind.AGENDA, Kind.SUMMARY, Kind.MANAGER})
SHOWN_CHARACTERS = 4000


def note_to_desk(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules) -> Decision | None:
    """The note for the managers, and where accountants are written to for them too; None for any other mail."""
    answered = shelf.ours.get(mail.answers)
    if mail.token is None or mail.token.purpose is not Purpose.STAFF or mail.token.number != 0 or answered is None:
        return None
    words = "\n".join(line.text for line in fresh_lines(mail)).strip()
    if answered.kind not in ANSWERED_BY_NOTES or mail.parsed.commands or not words:
        return None
    directory = rules.directory
    readers = {person.id: person for person in directory.with_role("manager")}
    if answered.kind == Kind.SUMMARY:
        readers |= {person.id: person for person in directory.with_role("accountant")}
    told = tuple(
        correspondence.to_staff(
            Kind.ALERT,
            person,
            rules,
            key=f"desk-note:{own_id(mail)}:{mail.fingerprint}:{person.id}",
            facts={
                "reason_code": "desk-note",
                "detail": {"name": staff.name, "about": answered.subject, "words": words[:SHOWN_CHARACTERS]},
            },
            subject_of=0,
        )
        for person in readers.values()
        if person.id != staff.id
    )
    return Decision(stored=(stored_staff(mail, None, staff, "note"),), notices=told, reason="note to the desk")
