"""The same message once more. It is one, and the copy with a valid token wins (contract, section 2), whichever came first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from maild.desk.case import FirstCopy, Shelf
from maild.desk.decision import Decision, Event, Outcome
from maild.desk.hold import Hold, HoldState
from maild.desk.holds import settled
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.ticket import State, Ticket

Judge = Callable[[Incoming, Shelf, Rules, datetime], Decision]


def decide_copy(mail: Incoming, first: FirstCopy, shelf: Shelf, rules: Rules, now: datetime, judge: Judge) -> Decision:
    """A later copy counts only where it bears its sender's token, none before did, and what they did can be taken back.

    Of staff that is a mail that waits in a hold; of a customer a ticket of its own that nobody has touched.
    """
    duplicate = Decision(outcome=Outcome.DUPLICATE, reason=f"the same as {first.message_id}")
    if first.tokened or mail.token is None or mail.token.purpose is Purpose.BOUNCE:
        return duplicate
    held = next((hold for hold in shelf.holds.values() if hold.arrival == first.arrival), None)
    opened = _opened_by(mail, first, shelf)
    if held is not None and held.state is HoldState.OPEN:
        return _instead_of_hold(judge(mail, _without(mail, shelf), rules, now), held, mail, first)
    if mail.staff is None and opened is not None and opened.number != mail.token.number:
        return _instead_of_ticket(judge(mail, _without(mail, shelf), rules, now), opened, mail, first)
    return duplicate


def _without(mail: Incoming, shelf: Shelf) -> Shelf:
    """Memory as it was before the first copy."""
    own = mail.message.message_id
    return replace(
        shelf, authored=shelf.authored - {own}, keys={key: number for key, number in shelf.keys.items() if key != own}
    )


def _opened_by(mail: Incoming, first: FirstCopy, shelf: Shelf) -> Ticket | None:
    """The ticket that the first copy opened, while it holds nothing else."""
    ticket = shelf.tickets.get(shelf.keys.get(mail.message.message_id, 0))
    thread = shelf.threads.get(ticket.number, []) if ticket else []
    theirs = [stored for stored in thread if not stored.recipient]
    if ticket is None or ticket.state is not State.NEW or [stored.message_id for stored in theirs] != [own_id(mail)]:
        return None
    return ticket


def _instead_of_hold(decision: Decision, held: Hold, mail: Incoming, first: FirstCopy) -> Decision:
    dropped = settled(held, HoldState.DROPPED, mail)
    return replace(decision, holds=(*decision.holds, dropped), supersedes=first.arrival)


def _instead_of_ticket(decision: Decision, opened: Ticket, mail: Incoming, first: FirstCopy) -> Decision:
    """The ticket that the copy without a token had opened is joined to the one that it belongs to."""
    into = next((ticket.number for ticket in decision.tickets), None) or (mail.token.number if mail.token else 0)
    merged = replace(
        opened,
        state=State.CLOSED,
        merged_into=into,
        closed_at=mail.arrived_at,
        closed_by="copy",
        awaiting_since=None,
        answer_due_at=None,
    )
    event = Event(
        opened.number, mail.arrived_at, "merged", "", f"#{into}: a copy of the same mail bore its token", own_id(mail)
    )
    return replace(decision, tickets=(*decision.tickets, merged), events=(*decision.events, event), supersedes=first.arrival)
