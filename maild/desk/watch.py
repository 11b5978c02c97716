"""Staff mail that is proven and still odd: the managers are told, and may stop a person's mail until the operator lifts that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from maild.desk import holds
from maild.desk.absence import colleagues_told
from maild.desk.case import Shelf
from maild.desk.command_kinds import Close, Command, Solved
from maild.desk.command_kinds_books import Freeze
from maild.desk.correspondence import to_staff
from maild.desk.decision import NEW, Decision, Kind, Notice
from maild.desk.directory import Staff
from maild.desk.draft import Draft
from maild.desk.hold import Frozen, Hold, HoldKind
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.routing import audience
from maild.desk.ticket import Ticket

OPERATOR = "operator"
CLOSING = (Solved, Close)


def names_of(mail: Incoming) -> tuple[str, ...]:
    """The tallies that bear on a mail."""
    return (relays_of(mail.staff),) if mail.staff else ()


def relays_of(staff: Staff) -> str:
    """The tally of a person's relays."""
    return f"relays:{staff.id}"


def frozen_mark(staff: str, at: datetime) -> str:
    """What is spent when the managers are told of mail from somebody whose mail is stopped: one for a person and day."""
    return f"frozen:{staff}:{at.astimezone(UTC):%Y-%m-%d}"


def told_managers(
    reason: str, key: str, detail: dict[str, Any], rules: Rules, but: str = "", **more: Any
) -> tuple[Notice, ...]:
    """An alert to every manager, or to whoever else may look into it where there is none."""
    people = rules.directory.with_role("manager") or tuple(rules.directory.staff.values())
    return tuple(
        to_staff(Kind.ALERT, person, rules, key=f"{key}:{person.id}", facts={"reason_code": reason, "detail": detail}, **more)
        for person in people
        if person.id != but
    )


def freeze(draft: Draft, given: Freeze) -> None:
    """/freeze NAME: from the next mail on nothing that this person writes is obeyed, and nothing is sent to them."""
    person = draft.rules.directory.staff[given.person]
    draft.frozen.append(Frozen(person.id, draft.staff.id, own_id(draft.mail)))
    draft.changed("frozen", person.name)
    key = f"freeze:{own_id(draft.mail)}:{person.id}"
    detail = {"name": person.name, "person": person.id, "by": draft.staff.name}
    draft.extra.extend(told_managers("frozen", key, detail, draft.rules, but=draft.staff.id))
    draft.extra.extend(colleagues_told(person, None, draft.shelf, draft.rules, key=key))


def stopped(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """A mail in the name of somebody whose mail is stopped: held whatever proves it, and the managers hear of it once a day.

    No challenge goes out: whoever has the mailbox would answer it.
    """
    held = Hold(NEW, HoldKind.UNPROVEN, staff.id, mail.arrival, None, "frozen", now)
    kept = Decision(stored=(holds.stored_staff(mail, None, staff, "held"),), holds=(held,), reason="held: frozen")
    once = frozen_mark(staff.id, mail.arrived_at)
    if once in shelf.spent:
        return kept
    detail = {"name": staff.name, "person": staff.id}
    told = told_managers("frozen-wrote", once, detail, rules, but=staff.id)
    return replace(kept, notices=told, spent=(once,))


def turned_away(decision: Decision, shelf: Shelf, rules: Rules) -> Decision:
    """Letters to people whose mail is stopped go to others of the desk, so that no customer waits for somebody who cannot act."""
    stopped_now = shelf.frozen | {each.staff for each in decision.frozen}
    if not stopped_now or not any(notice.person in stopped_now for notice in decision.notices):
        return decision
    kept = [notice for notice in decision.notices if notice.person not in stopped_now]
    for notice in decision.notices:
        if notice.person in stopped_now and notice.kind in (Kind.NOTIFICATION, Kind.BOUNCE_NOTICE, Kind.WARNING, Kind.BREACH):
            reached = {each.person for each in kept if each.kind is notice.kind and each.ticket == notice.ticket}
            kept += [
                _readdressed(notice, person, rules)
                for person in _stand_ins(notice.person, stopped_now, rules)
                if person.id not in reached
            ]
    return replace(decision, notices=tuple(kept))


def _stand_ins(person: str, stopped_now: Iterable[str], rules: Rules) -> tuple[Staff, ...]:
    directory = rules.directory
    teams = tuple(each for name in directory.staff[person].teams for each in directory.team(name))
    fallback = tuple(directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
    for people in (teams, fallback, directory.with_role("manager")):
        if free := {each.id: each for each in people if each.id not in stopped_now}:
            return tuple(free.values())
    return ()


def _readdressed(notice: Notice, person: Staff, rules: Rules) -> Notice:
    """The same letter to somebody else, in no thread: they were sent nothing of it yet."""
    language = person.language or rules.desk.language
    key = f"{notice.key}:{person.id}"
    return replace(notice, to=person.address, person=person.id, language=language, key=key, thread=(), in_reply_to="")


# --- what is odd ---------------------------------------------------------------------------------------------------------------


def watched(decision: Decision, draft: Draft) -> Decision:
    """Tell the managers of what is proven and still odd: the first act for a client, if it closes; very many relays an hour."""
    ticket, staff = draft.ticket, draft.staff
    if ticket is None:
        return decision
    told: tuple[Notice, ...] = ()
    key = f"{own_id(draft.mail)}:{draft.mail.fingerprint}"
    new = (staff.id, ticket.client) not in draft.shelf.served
    more: dict[str, Any] = {"ticket": ticket.number, "client": ticket.client, "subject": ticket.subject}
    if new and _closes(draft.mail.parsed.commands) and not _was_given(draft, ticket):
        client = draft.client.name if draft.client else ticket.client
        told = told_managers(
            "first-act-closes", f"first-act:{key}", {"name": staff.name, "client": client}, draft.rules, **more
        )
    tallies: tuple[str, ...] = ()
    if draft.relays:
        tallies = (relays_of(staff),)
        limit = draft.rules.desk.relays_per_person_per_hour
        if draft.shelf.tallies.get(tallies[0], 0) + 1 == limit + 1:
            detail = {"name": staff.name, "person": staff.id, "limit": limit}
            told += told_managers("many-relays", f"many-relays:{key}", detail, draft.rules)
    return replace(
        decision,
        notices=(*decision.notices, *told),
        served=((staff.id, ticket.client),) if new else (),
        tallies=(*decision.tallies, *tallies),
    )


def _closes(commands: Iterable[Command]) -> bool:
    return any(isinstance(given, CLOSING) for given in commands)


def _was_given(draft: Draft, ticket: Ticket) -> bool:
    """Whether the desk itself gave them this ticket: then nothing is odd."""
    before = draft.shelf.tickets.get(ticket.number, ticket)
    return any(person.id == draft.staff.id for person in audience(before, draft.rules.directory))
