"""The customer's word on our question: yes, not yet, a rating. The signed address decides; subject and body may be empty."""

from __future__ import annotations

from dataclasses import replace

from maild.desk import notices, promise
from maild.desk.case import Shelf
from maild.desk.decision import Decision, Event, Idea, Kind, Notice
from maild.desk.directory import Client
from maild.desk.filing import keys_of, stored_in
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.phrases import is_no, is_thanks, is_yes
from maild.desk.purpose import FAQ, RATINGS, Purpose
from maild.desk.ticket import Act, State, Ticket, moved
from maild.desk.unanswered import after_rating, says_missed

DENIALS_BEFORE_MANAGER = 2
BEST = 5  # with words beside it, it goes to those who make the product
ENDED = (State.SOLVED, State.CLOSED)


def pressed_button(mail: Incoming, ticket: Ticket, shelf: Shelf) -> Purpose | None:
    """The button that a mail stands for: its address says so, or its whole text is a yes or a no to our question.

    "Not yet" on a ticket that is open again says nothing new: words beside it are an ordinary reply.
    """
    if not mail.is_person:
        return None
    if mail.token is None:
        return _typed(mail, ticket, shelf) if mail.expired and mail.proven else None
    purpose = mail.token.purpose
    if purpose is Purpose.NOT_YET and ticket.state not in ENDED and _words(mail):
        return None
    if purpose in FAQ:  # "no" with words is an ordinary reply
        return None if purpose is Purpose.FAQ_NO and _words(mail) else purpose
    if purpose in (Purpose.YES, Purpose.NOT_YET, *RATINGS):
        return purpose
    return _typed(mail, ticket, shelf) if purpose is Purpose.CUSTOMER else None


def _typed(mail: Incoming, ticket: Ticket, shelf: Shelf) -> Purpose | None:
    """A plain yes or no, where we have asked."""
    if ticket.state is not State.SOLVED or not _was_asked(mail, ticket, shelf):
        return None
    words = mail.message.reading.reply_text
    return Purpose.YES if is_yes(words) else Purpose.NOT_YET if is_no(words) else None


def decide_button(mail: Incoming, ticket: Ticket, client: Client, pressed: Purpose, shelf: Shelf, rules: Rules) -> Decision:
    """Close, reopen or rate. Words beside the button reach staff as its comment; a bare click is no contact."""
    words = _words(mail)
    stored = stored_in(mail, ticket, f"button:{pressed}")
    filed = Decision(
        stored=(replace(stored, contact=stored.contact and bool(words)),), keys=keys_of(mail, client, ticket.number)
    )
    if pressed in RATINGS:
        return _rated(filed, mail, ticket, client, RATINGS[pressed], shelf, rules)
    if pressed in FAQ:
        return _standard_answer(filed, mail, ticket, client, pressed, shelf, rules)
    if pressed is Purpose.YES:
        return _confirmed(filed, mail, ticket, client, shelf, rules)
    if ticket.state not in ENDED:  # pressed twice
        return replace(filed, reason="open already")
    return _denied(filed, mail, ticket, client, shelf, rules)


def _confirmed(filed: Decision, mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules) -> Decision:
    """The customer's own yes closes, whatever was written since. On a closed ticket it changes nothing."""
    if ticket.state is State.CLOSED:
        return replace(filed, notices=_comment(mail, ticket, client, shelf, rules, "comment"), reason="already closed")
    closed = replace(
        ticket,
        state=moved(State.SOLVED, Act.CUSTOMER_CONFIRMED),
        solved_at=ticket.solved_at or mail.arrived_at,
        closed_at=mail.arrived_at,
        closed_by=own_id(mail),
        awaiting_since=None,
        answer_due_at=None,
        waiting_since=None,
        unanswered=False,
        last_customer_at=mail.arrived_at,
    )
    event = Event(ticket.number, mail.arrived_at, "closed", mail.sender_key, "confirmed by the customer", own_id(mail))
    comment = _comment(mail, closed, client, shelf, rules, "comment")
    return replace(filed, tickets=(closed,), events=(event,), notices=comment, reason="confirmed")


def _standard_answer(
    filed: Decision, mail: Incoming, ticket: Ticket, client: Client, pressed: Purpose, shelf: Shelf, rules: Rules
) -> Decision:
    """Whether what the ack offered helped: counted once a ticket. A yes closes it by the customer's word, and staff are told."""
    helped = pressed is Purpose.FAQ_YES
    what = "faq helped" if helped else "faq missed"
    counted = (Event(ticket.number, mail.arrived_at, what, mail.sender_key, ticket.faq, own_id(mail)),) if ticket.faq else ()
    if not helped or ticket.state is State.CLOSED:
        return replace(filed, tickets=(replace(ticket, faq=""),), events=counted, reason=what)
    closed = _confirmed(filed, mail, replace(ticket, faq=""), client, shelf, rules)
    told = notices.notifications(mail, closed.tickets[0], client, rules, shelf, "comment")
    return replace(closed, events=(*counted, *closed.events), notices=told, reason=what)


def _denied(filed: Decision, mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules) -> Decision:
    reopened = replace(
        ticket,
        state=moved(ticket.state, Act.CUSTOMER_DENIED),
        denied=ticket.denied + 1,
        reopened=ticket.reopened + 1,
        solved_at=None,
        closed_at=None,
        closed_by="",
        unanswered=ticket.unanswered or says_missed(_words(mail)),
        solution_due_at=promise.solution_due_after_pause(ticket, client, mail.arrived_at, rules.directory.calendars),
        last_customer_at=mail.arrived_at,
        awaiting_since=mail.arrived_at,
        answer_due_at=promise.next_answer_due(client, mail.arrived_at, rules.directory.calendars),
    )
    told = notices.notifications(mail, reopened, client, rules, shelf, "denied")
    if reopened.denied >= DENIALS_BEFORE_MANAGER:
        told = (*told, *_managers_told(mail, reopened, client, rules))
    event = Event(ticket.number, mail.arrived_at, "reopened", mail.sender_key, "not yet solved", own_id(mail))
    return replace(filed, tickets=(reopened,), events=(event,), notices=told, reason="not yet")


def _rated(
    filed: Decision, mail: Incoming, ticket: Ticket, client: Client, rating: int, shelf: Shelf, rules: Rules
) -> Decision:
    rated = replace(ticket, rating=rating, unanswered=after_rating(rating))
    event = Event(ticket.number, mail.arrived_at, "rated", mail.sender_key, str(rating), own_id(mail))
    comment = _comment(mail, rated, client, shelf, rules, "rating")
    words = _words(mail)
    praised = (
        (Idea(mail.arrived_at, "praise", "", ticket.client, ticket.number, words[:2000]),) if rating == BEST and words else ()
    )
    return replace(filed, tickets=(rated,), events=(event,), notices=comment, ideas=praised, reason="rated")


def _comment(mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules, what: str) -> tuple[Notice, ...]:
    return notices.notifications(mail, ticket, client, rules, shelf, what) if _words(mail) else ()


def _managers_told(mail: Incoming, ticket: Ticket, client: Client, rules: Rules) -> tuple[Notice, ...]:
    person = rules.directory.staff.get(ticket.assignee)
    facts = {
        "reason_code": "denied-again",
        "detail": {"times": ticket.denied, "client": client.name, "assignee": person.name if person else ticket.assignee},
    }
    return tuple(
        notices.to_staff(
            Kind.ALERT,
            manager,
            rules,
            key=f"denied:{own_id(mail)}:{mail.fingerprint}:{manager.id}",
            facts=facts,
            ticket=ticket.number,
            client=ticket.client,
            subject=ticket.subject,
        )
        for manager in rules.directory.with_role("manager")
    )


def _was_asked(mail: Incoming, ticket: Ticket, shelf: Shelf) -> bool:
    """The question goes to the requester alone, so a colleague's yes is no answer to it."""
    asked = notices.people_of(ticket, shelf)[:1]
    return bool(asked) and asked[0].key == mail.sender_key


def _words(mail: Incoming) -> str:
    """What was written beside the button, where it says more than the button; files count as words."""
    text = mail.message.reading.reply_text.strip()
    if any(not attachment.inline for attachment in mail.message.attachments):
        return text or "…"
    return "" if is_yes(text) or is_no(text) or is_thanks(text) else text
