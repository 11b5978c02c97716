"""A staff mail that is proven and clear: words to the customer, commands to the desk. All of it, or none and a hold."""

from __future__ import annotations

from datetime import datetime

from maild.desk import holds
from maild.desk.attached import attached_desk_mail
from maild.desk.case import Shelf
from maild.desk.command_kinds import Cause, Command, Eta, Fixed, Merge, New, Note, Offer, Quote, SetClient, Solved, Split, Wait
from maild.desk.command_kinds_books import Faq
from maild.desk.decision import Decision, Kind, Side
from maild.desk.directory import Staff
from maild.desk.draft import Draft, Trouble
from maild.desk.effects import EFFECTS
from maild.desk.effects_causes import listed_first
from maild.desk.escalation import answers_customers
from maild.desk.incoming import Incoming, Rules
from maild.desk.programs import Programs, programs
from maild.desk.staff_letters import letters
from maild.desk.staff_writing import hidden_lines, taken_as_text, writing
from maild.desk.ticket import Ticket
from maild.desk.watch import watched

SPEAKS = (Solved, Wait, Eta, Quote, Offer, Faq)  # to the customer, whoever gives them
MAKES_TICKETS = (New, Split, Merge)  # what the rest of the mail stands on
FIRST = (SetClient, Cause, Solved)  # what the rest of the mail is priced by


def act(mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Do what the mail says. The first command that cannot be done holds the whole mail: nothing is relayed or booked.

    Where its author has said /send, such a command is words.
    """
    draft = Draft(mail, staff, ticket, writing(mail, ticket, shelf, rules), shelf, rules, now)
    if _is_for_colleagues(draft):
        draft.internal = True
        draft.note_event("note")
    draft.internal |= any(isinstance(given, Note) for given in mail.parsed.commands)
    if trouble := _unsendable(draft):
        return holds.hold(mail, staff, ticket, rules, now, trouble.reason, wrong_lines=trouble.lines, **trouble.facts)
    announced = next((given for given in mail.parsed.commands if isinstance(given, Fixed)), None)
    if announced and not mail.confirmed:
        listed = listed_first(draft, announced, mail, staff, rules)
        if isinstance(listed, Decision):
            return listed
    for given in sorted(mail.parsed.commands, key=_turn):
        if trouble := _apply(draft, given):
            if mail.plain:
                return act(taken_as_text(mail, {given.source.line_no}), staff, ticket, shelf, rules, now)
            return holds.hold(mail, staff, ticket, rules, now, trouble.reason, wrong_lines=trouble.lines, **trouble.facts)
    return watched(letters(draft), draft)


def _is_for_colleagues(draft: Draft) -> bool:
    """A reply to a warning by somebody who answers no customers: "why is nobody on it?" stays inside, unless a command speaks to them."""
    sent = draft.shelf.ours.get(draft.mail.answers)
    if draft.ticket is None or sent is None or sent.kind not in (Kind.WARNING, Kind.BREACH):
        return False
    parsed = draft.mail.parsed
    speaks = parsed.answer_text is not None or any(isinstance(given, SPEAKS) for given in parsed.commands)
    return not speaks and not draft.mail.released and not answers_customers(draft.staff, draft.ticket)


def _turn(given: Command) -> int:
    return 0 if isinstance(given, MAKES_TICKETS) else 1 if isinstance(given, FIRST) else 2


def _apply(draft: Draft, given: Command) -> Trouble | None:
    try:
        effect = EFFECTS[type(given)]
    except KeyError:
        return Trouble("not-offered", (given.source.line,))
    trouble = effect(draft, given)
    if trouble and not trouble.lines:
        return Trouble(trouble.reason, (given.source.line,), trouble.facts)
    return trouble


def _unsendable(draft: Draft) -> Trouble | None:
    """Why the words may not go to the customer, whatever the commands are."""
    mail, ticket = draft.mail, draft.ticket
    if not draft.relays:
        if any(isinstance(given, Wait) for given in mail.parsed.commands) and not mail.released:
            return Trouble("wait-without-words")
        return None if mail.parsed.commands or (draft.internal and draft.text) else Trouble("empty")
    if ticket is None:
        return None
    if draft.words.trouble:
        return Trouble(draft.words.trouble, facts={"line": draft.words.line})
    hidden = hidden_lines(ticket, draft.shelf, draft.rules) if draft.files else ()
    if attached := attached_desk_mail(draft.files, ticket, draft.rules, hidden):
        return Trouble("desk-mail-attached", facts={"line": attached})
    running = programs(draft.files) if draft.rules.desk.programs is Programs.HOLD else ()
    if running and not mail.released:
        return Trouble("program-attached", facts={"line": ", ".join(running)})
    if not draft.recipients:
        return Trouble("nobody-to-send-to")
    return _answered_meanwhile(draft) if not mail.released else None


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
