"""Holds: a staff mail that is unclear or unproven does nothing, says so to its author, and can be mended by a reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.command import Parsed
from maild.desk.command_kinds import Command, Refusal
from maild.desk.decide_customer import stored_in
from maild.desk.decision import NEW, Decision, Due, Hold, HoldKind, HoldState, Kind, Notice, Side, Stored
from maild.desk.directory import Staff
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket

REPEAT_AFTER = timedelta(minutes=15)
CHALLENGES_PER_HOUR = 3
SHOWN_CHARACTERS = 2000


def stored_staff(mail: Incoming, ticket: Ticket | None, staff: Staff, kind: str) -> Stored:
    """A staff mail in its ticket's thread: internal, whole."""
    return replace(stored_in(mail, ticket, kind), side=Side.INTERNAL, author=staff.id, proven=mail.both_proofs, contact=False)


def hold(
    mail: Incoming, staff: Staff, ticket: Ticket | None, rules: Rules, now: datetime, reason: str, **facts: Any
) -> Decision:
    """Hold a mail that is unclear: nothing is relayed, nothing is booked; its author reads why, and what to type."""
    wrong = tuple(dict.fromkeys(facts.pop("wrong_lines", ())))
    held = Hold(NEW, HoldKind.UNCLEAR, staff.id, mail.arrival, ticket.number if ticket else None, reason, now, wrong)
    notice = notices.to_staff(
        Kind.HOLD,
        staff,
        rules,
        key=f"hold:{own_id(mail)}:{mail.fingerprint}:{mail.released}",
        facts={
            "reason_code": reason,
            "original_text": mail.message.text[:SHOWN_CHARACTERS],
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
        stored=(stored_staff(mail, ticket, staff, "held"),),
        holds=(held,),
        dues=(Due("hold", str(NEW), now + REPEAT_AFTER),),
        notices=(notice,),
        reason=f"held: {reason}",
    )


def challenge(
    mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules, now: datetime, parsed: Parsed
) -> Decision:
    """Hold a mail that lacks a proof and ask its person, at the registered address only, whether it is theirs.

    The letter shows the commands as they were parsed, never the sender's prose or links (section 4).
    """
    missing = "both" if not mail.has_token and not mail.has_authentication else "authentication" if mail.has_token else "token"
    held = Hold(NEW, HoldKind.UNPROVEN, staff.id, mail.arrival, ticket.number if ticket else None, missing, now)
    recent = [at for at in shelf.challenges.get(staff.id, ()) if at > now - timedelta(hours=1)]
    told: tuple[Notice, ...]
    if len(recent) >= CHALLENGES_PER_HOUR:
        facts = {"reason_code": "forged-staff", "detail": {"name": staff.name, "times": len(recent) + 1}}
        told = tuple(
            notices.to_staff(
                Kind.ALERT, person, rules, key=f"forged:{own_id(mail)}:{mail.fingerprint}:{person.id}", facts=facts
            )
            for person in rules.directory.with_role("manager") or (staff,)
        )
    else:
        shelf.challenges.setdefault(staff.id, []).append(now)
        told = (
            notices.to_staff(
                Kind.CHALLENGE,
                staff,
                rules,
                key=f"challenge:{own_id(mail)}:{mail.fingerprint}",
                facts={
                    "commands": [shown_command(command) for command in parsed.commands],
                    "missing": missing,
                    "received_at": mail.arrived_at,
                    "has_text": bool(parsed.text.strip()),
                },
                ticket=ticket.number if ticket else None,
                client=ticket.client if ticket else "",
                purpose=Purpose.CHALLENGE,
                subject_of=NEW,
                links=(Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE),
            ),
        )
    return Decision(
        stored=(stored_staff(mail, ticket, staff, "held"),),
        holds=(held,),
        notices=told,
        reason=f"challenged: {missing} missing",
    )


def shown_command(command: Command) -> str:
    """A command as it was understood, for its author to confirm: one line, short."""
    return " ".join(command.source.line.split())[:120]


def settled(held: Hold, state: HoldState, mail: Incoming) -> Hold:
    """The hold once it is over."""
    return replace(held, state=state, settled_at=mail.arrived_at, settled_by=own_id(mail))


def problems(refusals: Iterable[Refusal]) -> list[dict[str, str]]:
    """Refused lines as a letter's values: what stood there, why it was not understood, what to type instead."""
    return [{"line": r.line, "code": r.reason.value, "subject": r.subject, "advice": r.advice} for r in refusals]


def repeated(held: Hold, ticket: Ticket | None, original_text: str, rules: Rules) -> Decision:
    """A hold that was not mended in time: once more to its author, and to the others who have the ticket."""
    author = rules.directory.staff.get(held.staff)
    if author is None or held.kind is not HoldKind.UNCLEAR:
        return Decision(reason="nobody to remind")
    facts: dict[str, Any] = {
        "reason_code": held.reason,
        "original_text": original_text[:SHOWN_CHARACTERS],
        "wrong_lines": list(held.wrong_lines),
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
    others = team or tuple(person for name in author.teams for person in rules.directory.team(name))
    for person in {each.id: each for each in others if each.id != author.id}.values():
        alarm = {"reason_code": "held-mail", "detail": {"name": author.name, "reason": held.reason, "hold": held.id}}
        told.append(notices.to_staff(Kind.ALERT, person, rules, key=f"held:{held.id}:{person.id}", facts=alarm, **same))
    return Decision(notices=tuple(told), reason="held mail repeated")
