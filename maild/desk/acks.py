"""Whether a new request is acknowledged at once, later together with others, or not at all (contract, sections 1 and 2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from maild.desk import notices
from maild.desk.case import Shelf, ours_key
from maild.desk.decision import Due, Kind, Notice, Stored
from maild.desk.directory import WALK_IN, Client
from maild.desk.floods import acks_lift_at
from maild.desk.incoming import Incoming, Rules, subject_numbers
from maild.desk.ticket import Ticket
from maild.message import is_writable

CONTACT_ACKS_PER_HOUR = 30  # of a proven contact of a client; others: [limits] acks_per_sender_per_hour
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOO_FAST = timedelta(seconds=10)  # nobody reads a mail and answers it so fast
AUTOMATIC = (Kind.ACK, Kind.REFUSAL, Kind.REMINDER, Kind.REPORT)


def ack_of(
    mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules, now: datetime
) -> tuple[tuple[Notice, ...], tuple[Due, ...]]:
    """The ack, or the moment when a cap lifts and what it held back is acknowledged together; neither where none may follow."""
    sender = mail.message.sender
    if sender is None or not is_writable(sender.address) or not mail.message.origin.answerable or answers_too_fast(mail, shelf):
        return (), ()
    if _goes_round(ticket, shelf):
        return (), ()
    lifts_at = _capped_until(mail, client, shelf, rules, now)
    if lifts_at is None and is_stranger(mail, client):
        lifts_at = acks_lift_at(mail.sender_key, shelf.tallies, rules.desk, now)
    if lifts_at:
        return (), (Due("cap", mail.sender_key, lifts_at),)
    shelf.acks.setdefault(mail.sender_key, []).append(now)
    return (notices.ack(mail, ticket, client, shelf, rules),), ()


def is_stranger(mail: Incoming, client: Client) -> bool:
    """Whether an ack to this sender counts against what strangers may be sent."""
    return client.id == WALK_IN or not mail.proven


def answers_too_fast(mail: Incoming, shelf: Shelf) -> bool:
    """Whether it came within ten seconds of the automatic letter of ours that it answers: no person did that."""
    return any(
        letter.kind in AUTOMATIC and timedelta(0) <= mail.arrived_at - letter.at <= TOO_FAST
        for letter in _answered(mail, shelf)
    )


def _goes_round(ticket: Ticket, shelf: Shelf) -> bool:
    """Whether this is the third request in a row that came to the address of the one before it, and nobody has answered in between.

    So does a machine that says nothing of itself in its head, for as long as each of its mails brings it another ack.
    """
    before = shelf.tickets.get(ticket.linked_to or 0)
    return before is not None and before.linked_to is not None and before.first_answer_at is None


def _answered(mail: Incoming, shelf: Shelf) -> list[Stored]:
    """Letters of ours that it cites, and the last one to its sender on the tickets that its address or subject names."""
    cited = (*mail.message.in_reply_to, *mail.message.references)
    named = (*((mail.token.number,) if mail.token else ()), *subject_numbers(mail.message.subject))
    keys = (*cited, *(ours_key(number, mail.sender_key) for number in named))
    return [shelf.ours[key] for key in keys if key in shelf.ours]


def _capped_until(mail: Incoming, client: Client, shelf: Shelf, rules: Rules, now: datetime) -> datetime | None:
    """None where the sender may be acknowledged now, else when the cap lifts."""
    if client.id == WALK_IN and not mail.authenticated:
        limit, span = 1, DAY
    elif client.id != WALK_IN and mail.proven:
        limit, span = CONTACT_ACKS_PER_HOUR, HOUR
    else:
        limit, span = rules.desk.acks_per_sender_per_hour, HOUR
    within = [at for at in sorted(shelf.acks.get(mail.sender_key, ())) if at > now - span]
    return within[-limit] + span if len(within) >= limit else None
