"""A staff mail that is proven and clear: words to the customer, commands to the desk. All of it, or none and a hold."""

from __future__ import annotations

from datetime import datetime

from maild.desk import holds
from maild.desk.case import Shelf
from maild.desk.command_kinds import Command, Note, Wait
from maild.desk.decision import Decision, Kind, Side
from maild.desk.directory import Staff
from maild.desk.draft import Draft, Trouble
from maild.desk.effects import EFFECTS
from maild.desk.incoming import Incoming, Rules
from maild.desk.staff_letters import letters
from maild.desk.staff_writing import writing
from maild.desk.ticket import Ticket


def act(mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Do what the mail says. The first command that cannot be done holds the whole mail: nothing is relayed or booked."""
    words = writing(mail, rules)
    draft = Draft(mail, staff, ticket, words.text, shelf, rules, now)
    draft.internal = any(isinstance(given, Note) for given in mail.parsed.commands)
    trouble = _unsendable(draft, words.trouble, words.line) or next(
        (found for given in mail.parsed.commands if (found := _apply(draft, given))), None
    )
    if trouble:
        return holds.hold(mail, staff, ticket, rules, now, trouble.reason, wrong_lines=trouble.lines, **trouble.facts)
    return letters(draft)


def _apply(draft: Draft, given: Command) -> Trouble | None:
    try:
        effect = EFFECTS[type(given)]
    except KeyError:
        return Trouble("not-offered", (given.source.line,))
    trouble = effect(draft, given)
    if trouble and not trouble.lines:
        return Trouble(trouble.reason, (given.source.line,), trouble.facts)
    return trouble


def _unsendable(draft: Draft, trouble: str, line: str) -> Trouble | None:
    """Why the words may not go to the customer, whatever the commands are."""
    mail, ticket = draft.mail, draft.ticket
    commands = mail.parsed.commands
    if not draft.relays:
        if any(isinstance(given, Wait) for given in commands) and not draft.internal and not mail.released:
            return Trouble("wait-without-words")
        if not commands and not draft.internal:
            return Trouble("empty")
        return None
    if trouble:
        return Trouble(trouble, facts={"line": line})
    if ticket is not None and not draft.recipients:
        return Trouble("nobody-to-send-to")
    if ticket is not None and not mail.released and (other := _answered_meanwhile(draft)):
        return other
    return None


def _answered_meanwhile(draft: Draft) -> Trouble | None:
    """An answer against an older state: another person's relay went out since the letter that this one answers."""
    sent = draft.shelf.ours.get(draft.mail.answers)
    if sent is None or draft.ticket is None:
        return None
    for stored in reversed(draft.shelf.threads.get(draft.ticket.number, [])):
        if (
            stored.side is Side.OUT
            and stored.kind == Kind.RELAY
            and stored.author not in ("", draft.staff.id)
            and stored.at > sent.at
        ):
            author = draft.rules.directory.staff.get(stored.author)
            return Trouble(
                "answered-meanwhile", facts={"relayed_since": {"author": author.name if author else "", "text": stored.text}}
            )
    return None
