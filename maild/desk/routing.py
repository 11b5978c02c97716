"""Who gets a new ticket: the client's own manager, else the team that its words point to, else the fallback people."""

from __future__ import annotations

import re

from maild.desk.directory import Client, Directory, Staff
from maild.desk.ticket import Ticket

ACCOUNTANTS = "accountant"  # a role that serves as a team: who answers questions about reports
READ_CHARACTERS = 20_000


def assignment(client: Client, subject: str, text: str, directory: Directory) -> tuple[str, str]:
    """Return (assignee, team): one of the two is set, or neither where the fallback people get it."""
    if client.manager in directory.staff:
        return client.manager, ""
    words = _folded(f"{subject}\n{text[:READ_CHARACTERS]}")
    for team, signs in directory.routing.teams.items():
        if directory.team(team) and any(re.search(rf"\b{re.escape(_folded(sign))}", words) for sign in signs):
            return "", team
    return "", ""


def audience(ticket: Ticket, directory: Directory) -> tuple[Staff, ...]:
    """Who is notified of a customer's words: the assignee; while there is none the team; without either the fallback people."""
    if ticket.assignee in directory.staff:
        return (directory.staff[ticket.assignee],)
    team = (directory.team(ticket.team) or directory.with_role(ticket.team)) if ticket.team else ()
    fallback = tuple(directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
    return team or fallback or directory.with_role("engineer") or tuple(directory.staff.values())


def _folded(words: str) -> str:
    return words.lower().replace("ё", "е")
