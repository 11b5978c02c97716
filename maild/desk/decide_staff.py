"""A staff mail: which proofs it bears, what it may therefore do, and what happens where it lacks one (contract, section 4)."""

from __future__ import annotations

from datetime import datetime

from maild.desk import absence, decide_act, hold_answers, holds, staff_check
from maild.desk.case import Shelf
from maild.desk.challenge import challenge, shown_command
from maild.desk.decision import Decision
from maild.desk.desk_note import note_to_desk
from maild.desk.directory import WALK_IN, Staff
from maild.desk.incoming import Incoming, Rules, carried, subject_numbers
from maild.desk.purpose import Purpose
from maild.desk.staff_act import act
from maild.desk.threading import cited_tickets
from maild.desk.ticket import Ticket
from maild.desk.trust import Proofs, needed, stands_alone
from maild.desk.watch import stopped


def decide_staff(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Judge a mail whose From is a registered address of somebody of the desk. That alone proves nothing."""
    ticket = _ticket_of(mail, shelf)
    if staff.id in shelf.frozen:
        return stopped(mail, staff, shelf, rules, now)
    if not mail.is_person:  # a vacation notice of staff is never relayed
        return absence.noticed(mail, staff, ticket, shelf, rules)
    if (checked := staff_check.answer(mail, staff)) is not None:
        return checked
    if (letting := decide_act.let_go(mail, staff, shelf, rules, now)) is not None:
        return letting
    if (answered := hold_answers.answer(mail, staff, shelf, rules, now)) is not None:
        return answered
    guess = ticket or _guess(mail, shelf)
    if mail.message.message_id in shelf.authored and not mail.released:
        return challenge(
            mail, staff, guess, shelf, rules, now
        )  # other content under an id of theirs: perhaps a replay, altered
    if not _is_proven(mail, staff, ticket, shelf, rules):
        return challenge(mail, staff, guess, shelf, rules, now)
    if mail.parsed.refusals:
        return holds.unclear(mail, staff, guess, rules, now)
    alone = any(stands_alone(given) for given in mail.parsed.commands)
    if ticket is None and not alone and guess and not mail.released and not mail.has_token:
        return challenge(mail, staff, guess, shelf, rules, now)  # its words would go to that ticket's customer
    if ticket is None and not alone and not (guess and mail.released):
        return note_to_desk(mail, staff, shelf, rules) or _without_ticket(mail, staff, shelf, rules, now)
    return act(mail, staff, ticket or (None if alone else guess), shelf, rules, now)


def _is_proven(mail: Incoming, staff: Staff, ticket: Ticket | None, shelf: Shelf, rules: Rules) -> bool:
    """Whether a mail bears the proofs that what it asks for needs."""
    client = rules.directory.clients.get(ticket.client) if ticket else None
    today = mail.arrived_at.astimezone(client.zone if client else rules.desk.zone).date()
    worked = {day: minutes for (person, day), minutes in shelf.worked.items() if person == staff.id}
    need = needed(mail.parsed.commands, on_ticket=ticket is not None, today=today, worked=worked)
    return Proofs(mail.has_token, mail.has_authentication).satisfy(need)


def _ticket_of(mail: Incoming, shelf: Shelf) -> Ticket | None:
    """Only a signed address puts a staff mail on a ticket; ids and numbers are hints for a guess."""
    number = mail.token_for(Purpose.STAFF)
    return (_followed(number, shelf) or _of_undone(mail, shelf)) if number else None


def _of_undone(mail: Incoming, shelf: Shelf) -> Ticket | None:
    """The address is genuine, its ticket was opened after the backup that the desk was restored from, and its number is given to no other.

    The customer's mails were taken in again, as another ticket: the one that the letter which is answered was written on anew.
    """
    cited = {found.number: found for number in cited_tickets(mail, shelf) if (found := _followed(number, shelf))}
    return next(iter(cited.values())) if len(cited) == 1 else None


def _guess(mail: Incoming, shelf: Shelf) -> Ticket | None:
    """The ticket that a mail without a token may be about: by the ids that it cites, then by its subject."""
    sent = shelf.ours.get(mail.answers)
    numbers = (sent.ticket if sent else None, *cited_tickets(mail, shelf), *subject_numbers(mail.message.subject))
    return next((found for number in numbers if number and (found := _followed(number, shelf))), None)


def _followed(number: int, shelf: Shelf) -> Ticket | None:
    """The ticket, or the one that it was merged into."""
    ticket = shelf.tickets.get(number)
    for _ in range(10):
        if ticket is None or ticket.merged_into is None:
            return ticket
        ticket = shelf.tickets.get(ticket.merged_into)
    return ticket


def _without_ticket(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Neither on a ticket nor with a command that stands by itself: held, with the guess what it may be.

    Whose mail is forwarded is told, and a yes opens a ticket for them.
    """
    commands = [shown_command(given) for given in mail.parsed.commands]
    forward = carried(mail, rules)
    if forward is None:
        attached = any(attachment.content_type == "message/rfc822" for attachment in mail.message.attachments)
        guess = "forward" if attached else "new"
        return holds.hold(mail, staff, None, rules, now, "no-ticket", guess=guess, commands=commands)
    sender = forward.sender
    client = rules.directory.client_at(sender.address, shelf.remembered)
    whom = {"name": sender.name, "address": sender.address, "client": client.name if client.id != WALK_IN else ""}
    return holds.hold(mail, staff, None, rules, now, holds.FORWARD, whom=whom, commands=commands)
