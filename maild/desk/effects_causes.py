"""Defects and ideas that people wait on: /bug REF, /idea, and /fixed REF BUILD, which tells them all once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b
from maild.desk import effects_books, notices
from maild.desk.decision import NEW, Decision, Due, Idea, Kind, Notice
from maild.desk.directory import Staff
from maild.desk.draft import Draft, Trouble
from maild.desk.hold import Hold, HoldKind
from maild.desk.holds import FIXED, REPEAT_AFTER, stored_staff
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.ticket import Act, Ticket
from maild.message import Address, address_key, is_writable

WAITING_MOST = 300  # tickets that one /fixed reaches
_IDEA = re.compile(r"\s*#?(idea-\d{1,9})\b[\s,.:;-]*", re.I)


def reference(typed: str) -> str:
    """A reference as it is compared: any case, no # in front."""
    return " ".join(typed.casefold().split()).lstrip("#").strip(" .,;:")


def references_of(commands: tuple[t.Command, ...]) -> frozenset[str]:
    """The references whose waiting tickets a mail asks for."""
    return frozenset(reference(given.ref) for given in commands if isinstance(given, t.Fixed) and reference(given.ref))


def bug(draft: Draft, given: t.Bug, ticket: Ticket) -> Trouble | None:
    """Our own defect: all time of the ticket is free, and its people are told when it is mended."""
    if trouble := effects_books.bug(draft, given, ticket):
        return trouble
    if ref := reference(given.ref):
        draft.ticket = replace(draft.ticket or ticket, waits_on=ref)
        draft.changed("waits-on", given.ref)
    return None


def idea(draft: Draft, given: b.Idea) -> Trouble | None:
    """An idea for the product: of the ticket's people, who are told when it is there, or of the author alone.

    Its reference is `idea-N`, N being its ticket; `/idea idea-12` says that another ticket's people had the same.
    """
    ticket = draft.ticket
    named = _IDEA.match(given.text)
    text = (given.text[named.end() :] if named else given.text).strip()
    if ticket is None:
        if not text and not draft.mail.parsed.text.strip():
            return Trouble("empty")
        draft.ideas.append(_noted(draft, text or draft.mail.parsed.text.strip(), None, ""))
        draft.changed("idea", text[:60] or "-")
        return None
    ref = named[1].lower() if named else f"idea-{ticket.number}" if ticket.number != NEW else ""
    draft.ticket = replace(ticket, waits_on=ref or ticket.waits_on, cause=ticket.cause or "idea")
    draft.move(Act.STAFF_ACTED)
    draft.ideas.append(_noted(draft, text or ticket.subject, ticket, ref))
    draft.changed("idea", ref or ticket.subject)
    draft.note_event("idea", f"{ref} {text}".strip())
    return None


def _noted(draft: Draft, text: str, ticket: Ticket | None, ref: str) -> Idea:
    return Idea(
        draft.now, "idea", draft.staff.id, ticket.client if ticket else "", ticket.number if ticket else None, text[:2000], ref
    )


def fixed(draft: Draft, given: t.Fixed) -> Trouble | None:
    """Mail everybody who waits on it, once, in their own thread. The mail was held for /send, and this is that."""
    waiting = waiting_on(draft, given)
    if isinstance(waiting, Trouble):
        return waiting
    told: dict[str, Ticket] = {}
    words = draft.mail.parsed.text.strip()
    for ticket in waiting:
        current = draft.find_ticket(ticket.number) or ticket
        cleared = replace(current, waits_on="")
        if draft.ticket is not None and draft.ticket.number == ticket.number:
            draft.ticket = replace(draft.ticket, waits_on="")
        else:
            draft.other_tickets[ticket.number] = cleared
        draft.note_event("fixed", f"{given.ref} in {given.build}", ticket.number)
        key = address_key(ticket.requester)
        if ticket.requester and key not in told and is_writable(ticket.requester):
            told[key] = ticket
            draft.extra.append(_word(draft, given, cleared, words))
    draft.changed("fixed", ", ".join(_shown(ticket) for ticket in told.values()))
    return None


def waiting_on(draft: Draft, given: t.Fixed) -> list[Ticket] | Trouble:
    """The tickets that wait on a reference, newest first, so that a person of several is told in the newest."""
    numbers = draft.shelf.waiting_on.get(reference(given.ref), [])
    found = [draft.shelf.tickets[n] for n in sorted(numbers, reverse=True) if draft.shelf.tickets[n].merged_into is None]
    if not found:
        return Trouble("no-such-waiting")
    if len(found) > WAITING_MOST:
        return Trouble("too-many-waiting")
    if sum(isinstance(each, t.Fixed) for each in draft.mail.parsed.commands) > 1:
        return Trouble("one-fixed-only")
    return found


def _word(draft: Draft, given: t.Fixed, ticket: Ticket, words: str) -> Notice:
    """A person's words: no machine's mail, and no answer to what else the ticket asks."""
    facts = notices.relayed_words(words) | {"signature": draft.staff.name, "fixed_ref": given.ref, "fixed_build": given.build}
    return notices.relay(
        Address(ticket.requester_name, ticket.requester),
        ticket,
        draft.rules,
        draft.shelf,
        facts,
        key=f"fixed:{own_id(draft.mail)}:{draft.mail.fingerprint}:{ticket.number}",
        author=draft.staff.name,
        attachments=(),
    )


def listed_first(draft: Draft, given: t.Fixed, mail: Incoming, staff: Staff, rules: Rules) -> Decision | Trouble:
    """The receipt that lists whom it would tell; nothing happens until its author answers /send."""
    waiting = waiting_on(draft, given)
    if isinstance(waiting, Trouble):
        return waiting
    held = Hold(NEW, HoldKind.UNCLEAR, staff.id, mail.arrival, draft.ticket.number if draft.ticket else None, FIXED, draft.now)
    facts: dict[str, Any] = {
        "relayed_to": [],
        "booked": [],
        "changes": [{"what": "fixed-list", "value": ", ".join(_shown(ticket) for ticket in waiting)}],
        "balances": [],
        "asked": False,
        "internal": False,
        "warnings": ["fixed-waits"],
    }
    letter = notices.to_staff(
        Kind.RECEIPT,
        staff,
        rules,
        key=f"fixed-list:{own_id(mail)}:{mail.fingerprint}",
        facts=facts,
        ticket=draft.ticket.number if draft.ticket else None,
        client=draft.ticket.client if draft.ticket else "",
        subject=draft.ticket.subject if draft.ticket else mail.message.subject,
        purpose=Purpose.HOLD,
        subject_of=NEW,
        in_reply_to=mail.message.message_id,
        thread=mail.message.references,
    )
    return Decision(
        stored=(stored_staff(mail, None, staff, "held"),),
        holds=(held,),
        dues=(Due("hold", str(NEW), draft.now + REPEAT_AFTER),),
        notices=(letter,),
        reason="held: /fixed lists whom it tells",
    )


def _shown(ticket: Ticket) -> str:
    return f"#{ticket.number} {ticket.requester_name or ticket.requester}"
