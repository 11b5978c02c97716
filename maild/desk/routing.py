"""Who gets a new ticket: the client's own manager, else the team that its words point to, else the fallback."""

from __future__ import annotations

import re

from maild.desk.directory import Client, Directory, Staff
from maild.desk.ticket import Ticket


def assignment(client: Client, subject: str, text: str, directory: Directory) -> tuple[str, str]:
    """Return (assignee, team): one of the two is set, or neither where the fallback people get it."""
    if client.manager in directory.staff:
        return client.manager, ""
    words = f"{subject}\n{text[:20000]}".lower().replace("ё", "е")
    for team, signs in directory.routing.teams.items():
        if directory.team(team) and any(re.search(rf"\b{re.escape(sign.lower().replace('ё', 'е'))}", words) for sign in signs):
            return "", team
    return "", ""


def audience(ticket: Ticket, directory: Directory) -> tuple[Staff, ...]:
    """Who is notified of a customer's words: the assignee; while there is none the team; without either the fallback people."""
    if ticket.assignee in directory.staff:
        return (directory.staff[ticket.assignee],)
    team = directory.team(ticket.team) if ticket.team else ()
    fallback = tuple(directory.staff[name] for name in directory.routing.fallback if name in directory.staff)
    return team or fallback or directory.with_role("engineer") or tuple(directory.staff.values())
