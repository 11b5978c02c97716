"""Who gets a ticket: the client's own manager, else the team that its words point to, else the fallback people; nobody who is away.

With `[routing] assign = "load"` one person of that team has it at once: who speaks its language, then who has the fewest open ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from maild.desk.directory import Client, Directory, Staff
from maild.desk.ticket import Ticket

ACCOUNTANTS = "accountant"  # a role that serves as a team: who answers questions about reports
READ_CHARACTERS = 20_000


def assignment(
    client: Client,
    subject: str,
    text: str,
    directory: Directory,
    *,
    language: str = "",
    absent: Collection[str] = (),
    load: Mapping[str, int] | None = None,
) -> tuple[str, str]:
    """Return (assignee, team); both are empty where the fallback people get it. `load`: open tickets of each person."""
    manager = directory.staff.get(client.manager)
    if manager and manager.id not in absent:
        return manager.id, ""
    team = _team_of(subject, text, directory) or (manager.teams[0] if manager and manager.teams else "")
    if directory.routing.assign != "load":
        return "", team
    people = directory.team(team) if team else _fallback(directory)
    present = [person for person in people if person.id not in absent]
    speaking = [person for person in present if language and person.language == language]
    chosen = min(speaking or present, key=lambda person: (load or {}).get(person.id, 0), default=None)
    return (chosen.id if chosen else ""), team


def audience(ticket: Ticket, directory: Directory, absent: Collection[str] = ()) -> tuple[Staff, ...]:
    """Who is notified of a customer's words: the assignee; while there is none, or they are away, the team; else the fallback."""
    assignee = directory.staff.get(ticket.assignee)
    if assignee and assignee.id not in absent:
        return (assignee,)
    team = (directory.team(ticket.team) or directory.with_role(ticket.team)) if ticket.team else ()
    team = team or _each(person for name in (assignee.teams if assignee else ()) for person in directory.team(name))
    for people in (team, _fallback(directory), directory.with_role("engineer"), tuple(directory.staff.values())):
        if present := tuple(person for person in people if person.id not in absent):
            return present
    return team or _fallback(directory) or tuple(directory.staff.values())


def _team_of(subject: str, text: str, directory: Directory) -> str:
    words = _folded(f"{subject}\n{text[:READ_CHARACTERS]}")
    for team, signs in directory.routing.teams.items():
        if directory.team(team) and any(re.search(rf"\b{re.escape(_folded(sign))}", words) for sign in signs):
            return team
    return ""


def _fallback(directory: Directory) -> tuple[Staff, ...]:
    return tuple(directory.staff[name] for name in directory.routing.fallback if name in directory.staff)


def _each(people: Iterable[Staff]) -> tuple[Staff, ...]:
    return tuple({person.id: person for person in people}.values())


def _folded(words: str) -> str:
    return words.lower().replace("ё", "е")
