"""A staff mail: which proofs it bears, what it may therefore do, and what happens where it lacks one (contract, section 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import holds, notices
from maild.desk.case import Shelf
from maild.desk.command_check import check
from maild.desk.command_kinds_books import Drop, Release, Send
from maild.desk.decision import Decision, Hold, HoldKind, HoldState, Kind
from maild.desk.decision import Release as Released
from maild.desk.directory import Staff
from maild.desk.incoming import Incoming, Rules, own_id, subject_numbers
from maild.desk.phrases import is_no, is_yes
from maild.desk.purpose import Purpose
from maild.desk.staff_act import act
from maild.desk.staff_writing import fresh_lines
from maild.desk.threading import cited_tickets
from maild.desk.ticket import Ticket
from maild.desk.trust import STANDALONE, Proofs, needed

CHALLENGES = (Purpose.CHALLENGE, Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE)


def decide_staff(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Judge a mail whose From is a registered address of somebody of the desk. That alone proves nothing."""
    ticket = _ticket_of(mail, shelf)
    if not mail.is_person:  # a vacation notice of staff is never relayed
        filed = replace(holds.stored_staff(mail, ticket, staff, "automatic"), contact=False)
        return Decision(stored=(filed,), reason="automatic")
    if mail.token and mail.token.purpose in CHALLENGES and not mail.released:
        return _answer_to_challenge(mail, staff, shelf, rules)
    if mail.token and mail.token.purpose is Purpose.HOLD and not mail.released:
        return _answer_to_hold(mail, staff, shelf, rules, now)
    parsed = mail.parsed
    proofs = Proofs(mail.has_token, mail.has_authentication)
    if not proofs.satisfy(needed(parsed.commands, bool(ticket and mail.token), mail.arrived_at.date())):
        return holds.challenge(mail, staff, ticket, shelf, rules, now, parsed)
    refusals = () if mail.plain else (*parsed.refusals, *check(parsed.commands, rules.directory, staff))
    if refusals:
        return holds.hold(
            mail,
            staff,
            ticket,
            rules,
            now,
            "unclear-command",
            wrong_lines=[refusal.line for refusal in refusals],
            problems=holds.problems(refusals),
        )
    if ticket is None and not any(isinstance(given, STANDALONE) for given in parsed.commands):
        return _guessed(mail, staff, shelf, rules, now)
    if settles := _settles_other(mail, staff, shelf, rules, now):
        return settles
    return act(mail, staff, ticket, shelf, rules, now)


def _ticket_of(mail: Incoming, shelf: Shelf) -> Ticket | None:
    """Only a signed address puts a staff mail on a ticket; ids and numbers are hints for a guess."""
    number = mail.token_for(Purpose.STAFF)
    if number is None and mail.answers and (sent := shelf.ours.get(mail.answers)) and mail.released:
        number = sent.ticket
    ticket = shelf.tickets.get(number) if number else None
    for _ in range(10):
        if ticket is None or ticket.merged_into is None:
            return ticket
        ticket = shelf.tickets.get(ticket.merged_into)
    return ticket


def _guessed(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Neither a token nor a command that stands by itself: held, with the guess what it may be."""
    numbers = (*cited_tickets(mail, shelf), *subject_numbers(mail.message.subject))
    guess = next((shelf.tickets[number] for number in numbers if number in shelf.tickets), None)
    if mail.released and guess:  # its author has cleared it: the guess was right
        return act(mail, staff, guess, shelf, rules, now)
    if guess and not mail.released and not mail.has_token:
        return holds.challenge(mail, staff, guess, shelf, rules, now, mail.parsed)
    forwarded = any(attachment.content_type == "message/rfc822" for attachment in mail.message.attachments)
    return holds.hold(
        mail,
        staff,
        None,
        rules,
        now,
        "no-ticket",
        guess="forward" if forwarded else "new",
        commands=[holds.shown_command(c) for c in mail.parsed.commands],
    )


def _answer_to_challenge(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules) -> Decision:
    """Yes releases, no drops and alerts, anything else leaves the mail held. Single use, both proofs."""
    assert mail.token is not None
    held = shelf.holds.get(mail.token.number)
    stored = (holds.stored_staff(mail, None, staff, "challenge answer"),)
    if held is None or held.state is not HoldState.OPEN or held.staff != staff.id or mail.token.id in shelf.spent:
        return Decision(stored=stored, reason="challenge is over")
    if not mail.both_proofs:
        return Decision(stored=stored, reason="challenge answered without both proofs: still held")
    first = next((line.text for line in fresh_lines(mail) if line.text.strip()), "")
    if mail.token.purpose is Purpose.CHALLENGE_YES or (mail.token.purpose is Purpose.CHALLENGE and is_yes(first)):
        released = holds.settled(held, HoldState.RELEASED, mail)
        return Decision(
            stored=stored,
            holds=(released,),
            spent=(mail.token.id,),
            release=Released(held.id),
            reason=f"released hold {held.id}",
        )
    if mail.token.purpose is Purpose.CHALLENGE_NOT_MINE or is_no(first):
        facts = {"reason_code": "not-mine", "detail": {"name": staff.name, "hold": held.id}}
        told = tuple(
            notices.to_staff(Kind.ALERT, person, rules, key=f"not-mine:{own_id(mail)}:{person.id}", facts=facts)
            for person in rules.directory.with_role("manager")
        )
        dropped = holds.settled(held, HoldState.DROPPED, mail)
        return Decision(stored=stored, holds=(dropped,), spent=(mail.token.id,), notices=told, reason=f"dropped hold {held.id}")
    return Decision(stored=stored, reason="neither yes nor no: still held")


def _answer_to_hold(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """/send, /drop, or the corrected line. The token says which mail is meant and whose it is."""
    assert mail.token is not None
    held = shelf.holds.get(mail.token.number)
    stored = (holds.stored_staff(mail, None, staff, "hold answer"),)
    if held is None or held.state is not HoldState.OPEN or held.staff != staff.id or held.kind is not HoldKind.UNCLEAR:
        return Decision(stored=stored, reason="hold is over")
    if not mail.both_proofs:
        return holds.challenge(mail, staff, None, shelf, rules, now, mail.parsed)
    commands = mail.parsed.commands
    if any(isinstance(given, Drop) for given in commands):
        dropped = holds.settled(held, HoldState.DROPPED, mail)
        return Decision(stored=stored, holds=(dropped,), reason=f"dropped hold {held.id}")
    released = holds.settled(held, HoldState.RELEASED, mail)
    if any(isinstance(given, Send) for given in commands):
        return Decision(
            stored=stored, holds=(released,), release=Released(held.id, plain=True), reason=f"released hold {held.id}"
        )
    if commands and not mail.parsed.refusals:
        lines = tuple(dict.fromkeys(given.source.line for given in commands))
        return Decision(stored=stored, holds=(released,), release=Released(held.id, lines), reason=f"released hold {held.id}")
    return holds.hold(
        mail,
        staff,
        shelf.tickets.get(held.ticket) if held.ticket else None,
        rules,
        now,
        "hold-not-mended",
        wrong_lines=[refusal.line for refusal in mail.parsed.refusals],
        problems=holds.problems(mail.parsed.refusals),
        hold=held.id,
    )


def _settles_other(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision | None:
    """/release ID and /drop ID: one's own held mail, or as a manager anybody's that is only unclear."""
    given = next((c for c in mail.parsed.commands if isinstance(c, Release | Drop)), None)
    if given is None:
        return None
    named = given.id.strip("#")
    held = shelf.holds.get(int(named)) if named.isdecimal() else None
    stored = (holds.stored_staff(mail, None, staff, "hold answer"),)
    if held is None or held.state is not HoldState.OPEN or not _may_settle(staff, held):
        return holds.hold(mail, staff, None, rules, now, "no-such-hold", wrong_lines=[given.source.line], hold=given.id)
    if isinstance(given, Drop):
        return Decision(stored=stored, holds=(holds.settled(held, HoldState.DROPPED, mail),), reason=f"dropped hold {held.id}")
    released = holds.settled(held, HoldState.RELEASED, mail)
    return Decision(stored=stored, holds=(released,), release=Released(held.id, plain=True), reason=f"released hold {held.id}")


def _may_settle(staff: Staff, held: Hold) -> bool:
    if held.kind is HoldKind.UNPROVEN:
        return held.staff == staff.id
    return held.staff == staff.id or "manager" in staff.roles
