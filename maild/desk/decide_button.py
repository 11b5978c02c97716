"""The customer's word on our question: yes, not yet, a rating. The signed address decides; subject and body may be empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import notices, promise
from maild.desk.case import Shelf
from maild.desk.decision import Decision, Event, Kind, Notice, Side, Stored
from maild.desk.directory import Client
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.phrases import is_no, is_thanks, is_yes
from maild.desk.purpose import RATINGS, Purpose
from maild.desk.ticket import Act, State, Ticket, moved
from maild.message import Address

DENIALS_BEFORE_MANAGER = 2


def decide_button(
    mail: Incoming, ticket: Ticket, client: Client, pressed: Purpose, shelf: Shelf, rules: Rules, now: datetime
) -> Decision:
    """Close, reopen or rate. Words beside the button reach staff as its comment."""
    words = _words(mail, pressed)
    stored = _stored(mail, ticket, pressed)
    keys = ((mail.message.message_id, ticket.number),) if mail.message.message_id else ()
    if pressed in RATINGS:
        return _rated(mail, ticket, client, RATINGS[pressed], words, stored, shelf, rules)
    if pressed is Purpose.YES:
        if ticket.state is State.CLOSED:  # pressed twice, or after the silence policy: nothing changes
            comment = notices.notifications(mail, ticket, client, rules, shelf, "comment") if words else ()
            return Decision(stored=(stored,), keys=keys, notices=comment, reason="already closed")
        closed = replace(
            ticket,
            state=moved(State.SOLVED, Act.CUSTOMER_CONFIRMED),
            solved_at=ticket.solved_at or mail.arrived_at,
            closed_at=mail.arrived_at,
            closed_by=own_id(mail),
            awaiting_since=None,
            answer_due_at=None,
            last_customer_at=mail.arrived_at,
        )
        comment = notices.notifications(mail, closed, client, rules, shelf, "comment") if words else ()
        event = Event(ticket.number, mail.arrived_at, "closed", mail.sender_key, "confirmed by the customer", own_id(mail))
        return Decision(tickets=(closed,), stored=(stored,), keys=keys, events=(event,), notices=comment, reason="confirmed")
    return _denied(mail, ticket, client, stored, keys, shelf, rules)


def _denied(
    mail: Incoming,
    ticket: Ticket,
    client: Client,
    stored: Stored,
    keys: tuple[tuple[str, int], ...],
    shelf: Shelf,
    rules: Rules,
) -> Decision:
    reopened = replace(
        ticket,
        state=moved(ticket.state, Act.CUSTOMER_DENIED),
        denied=ticket.denied + 1,
        reopened=ticket.reopened + 1,
        solved_at=None,
        closed_at=None,
        closed_by="",
        last_customer_at=mail.arrived_at,
        awaiting_since=ticket.awaiting_since or mail.arrived_at,
        answer_due_at=promise.next_answer_due(client, mail.arrived_at, rules.directory.calendars),
    )
    told = notices.notifications(mail, reopened, client, rules, shelf, "denied")
    if reopened.denied >= DENIALS_BEFORE_MANAGER:
        told = (*told, *_manager_told(mail, reopened, client, rules))
    event = Event(ticket.number, mail.arrived_at, "reopened", mail.sender_key, "not yet solved", own_id(mail))
    return Decision(tickets=(reopened,), stored=(stored,), keys=keys, events=(event,), notices=told, reason="not yet")


def _rated(
    mail: Incoming, ticket: Ticket, client: Client, rating: int, words: str, stored: Stored, shelf: Shelf, rules: Rules
) -> Decision:
    rated = replace(ticket, rating=rating)
    told = notices.notifications(mail, rated, client, rules, shelf, "rating") if words else ()
    event = Event(ticket.number, mail.arrived_at, "rated", mail.sender_key, str(rating), own_id(mail))
    return Decision(tickets=(rated,), stored=(stored,), events=(event,), notices=told, reason="rated")


def _manager_told(mail: Incoming, ticket: Ticket, client: Client, rules: Rules) -> tuple[Notice, ...]:
    facts = {
        "reason_code": "denied-again",
        "detail": {"times": ticket.denied, "client": client.name, "assignee": ticket.assignee},
    }
    return tuple(
        notices.to_staff(
            Kind.ALERT,
            manager,
            rules,
            key=f"denied:{own_id(mail)}:{manager.id}",
            facts=facts,
            ticket=ticket.number,
            client=ticket.client,
            subject=ticket.subject,
        )
        for manager in rules.directory.with_role("manager")
    )


def pressed_button(mail: Incoming, ticket: Ticket) -> Purpose | None:
    """The button that a mail stands for: its address says so, or its whole text is a yes or a no to our question.

    On a ticket that staff went on with since we asked, a yes or no is an ordinary reply: their word decides, not an old button.
    """
    if mail.token is None or not mail.is_person:
        return None
    if mail.token.purpose in RATINGS:
        return mail.token.purpose
    if ticket.state not in (State.SOLVED, State.CLOSED):
        return None
    if mail.token.purpose in (Purpose.YES, Purpose.NOT_YET):
        return mail.token.purpose
    if ticket.state is State.SOLVED and mail.token.purpose is Purpose.CUSTOMER:
        words = mail.message.reading.reply_text
        return Purpose.YES if is_yes(words) else Purpose.NOT_YET if is_no(words) else None
    return None


def _words(mail: Incoming, pressed: Purpose) -> str:
    """What was written beside the button, where it says more than the button."""
    text = mail.message.reading.reply_text.strip()
    return "" if is_yes(text) or is_no(text) or is_thanks(text) else text


def _stored(mail: Incoming, ticket: Ticket, pressed: Purpose) -> Stored:
    sender = mail.message.sender or Address("", "")
    return Stored(
        own_id(mail),
        Side.IN,
        f"button:{pressed}",
        sender.address,
        sender.name,
        tuple(a.address for a in mail.message.to),
        mail.arrived_at,
        mail.message.subject,
        mail.message.text,
        ticket=ticket.number,
        client=ticket.client,
        contact=False,  # clicks and ratings are no contact (contract, section 6)
    )
