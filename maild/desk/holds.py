"""Holds: a staff mail that is unclear does nothing, says so to its author, and can be mended by a reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk import command, notices
from maild.desk.command_kinds import Refusal
from maild.desk.decision import NEW, Decision, Due, Kind, Side, Stored
from maild.desk.directory import Staff
from maild.desk.filing import stored_in
from maild.desk.hold import Hold, HoldKind, HoldState
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket

REPEAT_AFTER = timedelta(minutes=15)
SHOWN_CHARACTERS = 2000
FIXED = "fixed"  # /fixed has listed whom it tells, and waits for its author's /send
FORWARD = "forward"  # a forwarded mail whose writer can be told: a yes opens a ticket for them


def stored_staff(mail: Incoming, ticket: Ticket | None, staff: Staff, kind: str) -> Stored:
    """A staff mail as it is kept: internal, whole; in its ticket's thread once it has done something."""
    return replace(stored_in(mail, ticket, kind), side=Side.INTERNAL, author=staff.id, proven=mail.both_proofs, contact=False)


def hold(
    mail: Incoming, staff: Staff, ticket: Ticket | None, rules: Rules, now: datetime, reason: str, **facts: Any
) -> Decision:
    """Hold a mail that is unclear: nothing is relayed, nothing is booked; its author reads why, and what to type."""
    wrong = tuple(dict.fromkeys(facts.pop("wrong_lines", ())))
    held = Hold(NEW, HoldKind.UNCLEAR, staff.id, mail.arrival, ticket.number if ticket else None, reason, now, wrong)
    again = now.isoformat() if mail.released else ""  # a mail may be released and held more than once
    notice = notices.to_staff(
        Kind.HOLD,
        staff,
        rules,
        key=f"hold:{own_id(mail)}:{mail.fingerprint}:{again}",
        facts={
            "reason_code": reason,
            "original_text": mail.message.shown_text[:SHOWN_CHARACTERS],
            "wrong_lines": list(wrong),
            **facts,
        },
        ticket=ticket.number if ticket else None,
        client=ticket.client if ticket else "",
        subject=ticket.subject if ticket else mail.message.subject,
        purpose=Purpose.HOLD,
        subject_of=NEW,
        in_reply_to=mail.message.message_id,
        thread=mail.message.references,
    )
    return Decision(
        stored=(stored_staff(mail, None, staff, "held"),),
        holds=(held,),
        dues=(Due("hold", str(NEW), now + REPEAT_AFTER),),
        notices=(notice,),
        reason=f"held: {reason}",
    )


def unclear(mail: Incoming, staff: Staff, ticket: Ticket | None, rules: Rules, now: datetime) -> Decision:
    """Hold a mail for the lines that could not be read as commands, or that its author may not give."""
    refusals = mail.parsed.refusals
    wrong = [refusal.line for refusal in refusals]
    return hold(mail, staff, ticket, rules, now, "unclear-command", wrong_lines=wrong, problems=problems(refusals))


def still_held(mail: Incoming, staff: Staff, held: Hold, rules: Rules) -> Decision:
    """An answer to a hold that does not mend it: the same mail stays held, and a reply to this letter mends it all the same."""
    notice = notices.to_staff(
        Kind.HOLD,
        staff,
        rules,
        key=f"hold:{own_id(mail)}:{mail.fingerprint}",
        facts={
            "reason_code": "hold-not-mended",
            "original_text": mail.message.shown_text[:SHOWN_CHARACTERS],
            "wrong_lines": list(held.wrong_lines),
            "problems": problems(mail.parsed.refusals),
            "hold": held.id,
        },
        ticket=held.ticket,
        purpose=Purpose.HOLD,
        subject_of=held.id,
        in_reply_to=mail.message.message_id,
        thread=mail.message.references,
    )
    stored = (stored_staff(mail, None, staff, "hold answer"),)
    return Decision(stored=stored, notices=(notice,), reason=f"still held: {held.id}")


def settled(held: Hold, state: HoldState, mail: Incoming) -> Hold:
    """The hold once it is over."""
    return replace(held, state=state, settled_at=mail.arrived_at, settled_by=own_id(mail))


def problems(refusals: Iterable[Refusal]) -> list[dict[str, str]]:
    """Refused lines as a letter's values: what stood there, why it was not understood, what to type instead."""
    return [{"line": r.line, "code": r.reason.value, "subject": r.subject, "advice": r.advice} for r in refusals]


def _refused_again(held: Hold, author: Staff, ticket: Ticket | None, rules: Rules) -> tuple[Refusal, ...]:
    """Why the wrong lines were refused, read once more as of the day of their mail: what a hold keeps is the lines alone."""
    client = rules.directory.clients.get(ticket.client) if ticket else None
    day = held.held_at.astimezone(client.zone if client else rules.desk.zone).date()
    parsed = command.parse("\n".join(held.wrong_lines), day)
    commands = command.resolve(parsed.commands, rules.directory)
    return (*parsed.refusals, *command.check(commands, rules.directory, author))


def repeated(held: Hold, ticket: Ticket | None, original_text: str, rules: Rules) -> Decision:
    """A hold that was not mended in time: once more to its author, and to the others who have the ticket."""
    author = rules.directory.staff.get(held.staff)
    if author is None or held.kind is not HoldKind.UNCLEAR:
        return Decision(reason="nobody to remind")
    facts: dict[str, Any] = {
        "reason_code": held.reason,
        "original_text": original_text[:SHOWN_CHARACTERS],
        "wrong_lines": list(held.wrong_lines),
        "problems": problems(_refused_again(held, author, ticket, rules)),
        "repeated": True,
    }
    same: dict[str, Any] = {
        "ticket": ticket.number if ticket else None,
        "client": ticket.client if ticket else "",
        "subject": ticket.subject if ticket else "",
    }
    told = [
        notices.to_staff(
            Kind.HOLD, author, rules, key=f"hold-again:{held.id}", facts=facts, purpose=Purpose.HOLD, subject_of=held.id, **same
        )
    ]
    team = rules.directory.team(ticket.team) if ticket and ticket.team else ()
    team = team or tuple(person for name in author.teams for person in rules.directory.team(name))
    fallback = tuple(rules.directory.staff[name] for name in rules.directory.routing.fallback)
    others = team if any(person.id != author.id for person in team) else fallback
    for person in {each.id: each for each in others if each.id != author.id}.values():
        alarm = {"reason_code": "held-mail", "detail": {"name": author.name, "reason": held.reason, "hold": held.id}}
        told.append(notices.to_staff(Kind.ALERT, person, rules, key=f"held:{held.id}:{person.id}", facts=alarm, **same))
    return Decision(notices=tuple(told), reason="held mail repeated")
