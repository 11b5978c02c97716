"""Challenges: a staff mail that lacks a proof does nothing, and its person is asked at the registered address whether it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from maild.desk import holds, notices
from maild.desk.case import Shelf
from maild.desk.command_kinds import Command
from maild.desk.command_kinds_books import Period
from maild.desk.decision import NEW, Decision, Kind
from maild.desk.directory import Staff
from maild.desk.hold import Hold, HoldKind
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket
from maild.ledger.money import Money

CHALLENGES_PER_HOUR = 3
SHOWN_LETTERS = 40  # of a reference or a reason
PROSE = frozenset({"what", "for_staff", "text", "subject"})  # what is never shown: it may be a forger's


def challenge(mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Hold a mail that lacks a proof and ask its person, at the registered address only, whether it is theirs.

    The letter shows the commands as they were parsed, never the sender's prose or links (section 4).
    """
    missing = _missing(mail)
    held = Hold(NEW, HoldKind.UNPROVEN, staff.id, mail.arrival, ticket.number if ticket else None, missing, now)
    kept = Decision(
        stored=(holds.stored_staff(mail, None, staff, "held"),), holds=(held,), reason=f"challenged: {missing} missing"
    )
    recent = [at for at in shelf.challenges.get(staff.id, ()) if at > now - timedelta(hours=1)]
    if len(recent) >= CHALLENGES_PER_HOUR:
        return _alarmed(kept, mail, staff, shelf, rules, len(recent) + 1)
    shelf.challenges.setdefault(staff.id, []).append(now)
    letter = notices.to_staff(
        Kind.CHALLENGE,
        staff,
        rules,
        key=f"challenge:{own_id(mail)}:{mail.fingerprint}:{mail.arrival}",
        facts={
            "commands": [shown_command(command) for command in mail.parsed.commands],
            "missing": missing,
            "received_at": mail.arrived_at,
            "has_text": bool(mail.parsed.text.strip()),
        },
        ticket=ticket.number if ticket else None,
        client=ticket.client if ticket else "",
        purpose=Purpose.CHALLENGE,
        subject_of=NEW,
        links=(Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE),
    )
    return replace(kept, notices=(letter,))


def _missing(mail: Incoming) -> str:
    if mail.both_proofs:
        return "fresh-id"  # the Message-ID of another mail of theirs
    return "both" if not mail.has_token and not mail.has_authentication else "authentication" if mail.has_token else "token"


def _alarmed(kept: Decision, mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, times: int) -> Decision:
    """More unproven mails than anybody is asked about: the managers are told, once an hour."""
    once = alarm_mark(staff.id, mail.arrived_at)
    if once in shelf.spent:
        return kept
    facts = {"reason_code": "forged-staff", "detail": {"name": staff.name, "times": times}}
    told = tuple(
        notices.to_staff(Kind.ALERT, person, rules, key=f"forged:{once}:{person.id}", facts=facts)
        for person in rules.directory.with_role("manager") or (staff,)
    )
    return replace(kept, notices=told, spent=(once,))


def alarm_mark(staff: str, at: datetime) -> str:
    """What is spent when the managers are told that somebody is being forged: one for a person and hour."""
    return f"forged:{staff}:{at.astimezone(UTC):%Y-%m-%dT%H}"


def shown_command(command: Command) -> str:
    """A command as it was understood, for its author to confirm: its values, and of free text only what can hold no link."""
    values = (_shown(name, value) for name, value in vars_of(command) if value not in (None, "", (), False))
    return " ".join((f"/{command.word}", *(value for value in values if value)))


def vars_of(command: Command) -> Iterable[tuple[str, Any]]:
    """A command's values by name, where it stood left aside."""
    return ((each.name, getattr(command, each.name)) for each in fields(command) if each.name != "source")


def _shown(name: str, value: Any) -> str:
    if name in PROSE:
        return ""
    if name == "minutes":
        hours, minutes = divmod(abs(value), 60)
        said = "".join((f"{hours}h" if hours else "", f"{minutes}m" if minutes or not hours else ""))
        return f"-{said}" if value < 0 else said
    if name == "ticket":
        return f"#{value}"
    if name == "once":
        return "once"
    if name in ("from_minute", "until_minute", "minute"):
        return f"{value // 60 % 24:02d}:{value % 60:02d}"
    if isinstance(value, tuple):
        return " ".join(_harmless(str(each)) for each in value)
    if isinstance(value, Period):
        return f"{value.first} {value.last}"
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """A short text without anything that a mail program would make a link of."""
    words = (word for word in text.split() if not re.search(r"[:@/]|www\.|\w\.[^\W\d]{2}", word))
    return " ".join(words)[:SHOWN_LETTERS]
