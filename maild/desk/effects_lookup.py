"""Commands that only read: each becomes an `answer` by return of mail, within the role's rights. They change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from maild.desk import command_kinds_books as b
from maild.desk import notices
from maild.desk.command_words import ALL_CLIENTS
from maild.desk.decision import Due, Kind
from maild.desk.draft import Draft, Trouble
from maild.desk.incoming import own_id
from maild.desk.purpose import Purpose

FIGURES = ("accountant", "manager")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of memory; `answers.py` fills it in, in the same transaction, before the letter gets its words."""

    what: str  # "show" | "find" | "list" | "balance" | "help" | "statement"
    value: Any
    staff: str


def act(draft: Draft, given: b.Act) -> Trouble | None:
    """Ask for an act: it is made, or sent again, at a moment of its own, where documents are made."""
    if not set(FIGURES) & draft.staff.roles or (given.corrected and "accountant" not in draft.staff.roles):
        return Trouble("not-your-role")
    due = _asked("act", given.client, given.period, draft)
    draft.dues.append(replace(due, facts=(*due.facts, ("corrected", "yes"))) if given.corrected else due)
    return None


def _asked(what: str, client: str, period: b.Period, draft: Draft) -> Due:
    """The moment, now, at which a document is made for whoever asks; `at` tells one request from the next."""
    facts = {
        "for": draft.staff.id,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "at": f"{own_id(draft.mail)}:{draft.mail.fingerprint}",
    }
    return Due(what, f"{client} {period.first}..{period.last} {draft.staff.id}", draft.now, tuple(facts.items()))


def lookup(draft: Draft, given: Any) -> Trouble | None:
    """Ask for an answer."""
    mail, staff = draft.mail, draft.staff
    value: Any
    match given:
        case b.Show():
            value = given.ticket or (draft.ticket.number if draft.ticket else None)
            if value is None:
                return Trouble("needs-ticket")
            if value not in draft.shelf.tickets:
                return Trouble("no-such-ticket", facts={"number": value})
        case b.Find():
            value = given.words
        case b.List():
            value = given.filters
        case b.BalanceOf():
            value = given.client or (draft.ticket.client if draft.ticket else "")
            if not value:
                return Trouble("needs-client")
        case b.Statement():
            if not set(FIGURES) & staff.roles:
                return Trouble("not-your-role")
            if given.client == ALL_CLIENTS[0]:
                draft.dues.append(_asked("register", ALL_CLIENTS[0], given.period, draft))
                return None
            value = (given.client, given.period.first, given.period.last)
        case b.Page():
            value = (given.period.first, given.period.last) if given.period else None
        case _:
            value = None
    word = type(given).word
    draft.extra.append(
        notices.to_staff(
            Kind.MANAGER if isinstance(given, b.Page) else Kind.ANSWER,
            staff,
            draft.rules,
            key=f"answer:{own_id(mail)}:{mail.fingerprint}:{len(draft.extra)}",
            facts={"title_key": word, "query": Query(word, value, staff.id)},
            ticket=draft.ticket.number if draft.ticket else None,
            client=draft.ticket.client if draft.ticket else "",
            subject=mail.message.subject,
            subject_of=draft.ticket.number if draft.ticket else 0,
            purpose=Purpose.STAFF,
            in_reply_to=mail.message.message_id,
            thread=mail.message.references,
        )
    )
    return None
