"""What became of each promise of an answer: kept for the manager's figures when the wait is over, however it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from maild.desk.case import Shelf
from maild.desk.clocks import clock_of, is_awaiting
from maild.desk.decision import Decision, Ended, Kind
from maild.desk.ticket import Ticket

ANSWERED = "answered"
MERGED = "merged"


def ended_waits(decision: Decision, shelf: Shelf, now: datetime) -> tuple[Ended, ...]:
    """The waits that a decision ends; the shelf is as it was before. A wait that goes on, or starts anew, is none."""
    return tuple(_ended(decision, shelf, now))


def _ended(decision: Decision, shelf: Shelf, now: datetime) -> Iterator[Ended]:
    for ticket in decision.tickets:
        before = shelf.tickets.get(ticket.number)
        if before is None or not is_awaiting(before) or is_awaiting(ticket):
            continue
        assert before.awaiting_since and before.answer_due_at
        author = _answered_by(decision, ticket)
        yield Ended(
            ticket.number,
            ticket.client,
            author or ticket.assignee or before.assignee,
            clock_of(before),
            before.awaiting_since,
            before.answer_due_at,
            now,
            ANSWERED if author else MERGED if ticket.merged_into is not None else ticket.state.value,
        )


def _answered_by(decision: Decision, ticket: Ticket) -> str:
    """Who answers a ticket by this decision: a person whose words go to the customer."""
    relays = (n for n in decision.notices if n.kind is Kind.RELAY and n.author and n.ticket == ticket.number)
    return next((notice.author for notice in relays), "")
