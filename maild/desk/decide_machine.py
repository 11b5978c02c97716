"""Mail that no person wrote, and mail that nobody could read: filed, told to staff where it matters, never answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.decide_customer import decide_customer
from maild.desk.decision import NEW, Decision, Event, Kind, Notice, Outcome, Side, Stored
from maild.desk.directory import WALK_IN, Staff
from maild.desk.filing import stored_in
from maild.desk.floods import UNREADABLE
from maild.desk.incoming import Incoming, Rules, client_of, own_id
from maild.desk.purpose import Purpose
from maild.desk.routing import assignment, audience
from maild.desk.threading import cited_tickets, find_ticket, followed
from maild.desk.ticket import Ticket
from maild.desk.undelivered import awaiting_again
from maild.message import Address, DeliveryStatus, OriginKind, Unreadable, address_key

REPLIES_OF_MACHINES = frozenset(
    {
        *("autoresponder", "x-loop", "read-receipt", "calendar-answer", "automatic-title", "absence"),
        *("challenge-response", "delivery-report"),
    }
)


def answers_by_itself(mail: Incoming) -> bool:
    """A machine's reply, receipt or calendar answer: it opens no ticket. Other machines' mail (forms, alerts, lists) does."""
    if mail.is_person:
        return False
    reasons = set(mail.message.origin.reasons)
    replied = mail.message.header("Auto-Submitted").strip().lower().startswith("auto-replied")
    answers = mail.message.in_reply_to or mail.message.references or mail.token
    return replied or bool(REPLIES_OF_MACHINES & reasons) or ("null-reverse-path" in reasons and bool(answers))


def decide_bounce(mail: Incoming, shelf: Shelf, rules: Rules) -> Decision:
    """File a delivery report in the ticket it speaks of; a permanent failure is told to whoever has the ticket (RFC 3464).

    An answer that came back was none: its clock runs again. Only a report to the signed return path can say so.
    """
    ticket = _ticket_of_bounce(mail, shelf)
    stored = stored_in(mail, ticket, "bounce")
    if ticket is None:
        return Decision(stored=(stored,), reason="bounce of no ticket")
    failed = tuple(status for status in mail.message.bounces if status.permanent)
    what = "bounced" if failed else "delayed"
    event = Event(ticket.number, mail.arrived_at, what, "", _told(mail.message.bounces), own_id(mail))
    if not failed:
        return Decision(stored=(stored,), events=(event,), reason="transient bounce")
    unreached = {address_key(status.recipient) for status in failed}
    signed = mail.token_for(Purpose.BOUNCE) is not None
    flagged = tuple(
        (ticket.number, replace(person, flagged=f"{failed[0].status} {failed[0].diagnostic}".strip()[:200]))
        for person in shelf.participants.get(ticket.number, {}).values()
        if signed and person.address in unreached
    )
    unanswered = signed and address_key(ticket.requester) in unreached and ticket.awaiting_since is None
    facts = {
        "recipient": ", ".join(status.recipient for status in failed),
        "status": failed[0].status,
        "diagnostic": failed[0].diagnostic,
        "permanent": True,
        "unanswered": unanswered,
        "letter_kind": "",
    }
    told = tuple(
        notices.to_staff(
            Kind.BOUNCE_NOTICE,
            person,
            rules,
            key=f"bounce:{own_id(mail)}:{mail.fingerprint}:{person.id}",
            facts=facts,
            ticket=ticket.number,
            client=ticket.client,
            subject=ticket.subject,
        )
        for person in _reached(ticket, unreached, shelf, rules)
    )
    return Decision(
        tickets=(awaiting_again(ticket, rules, mail.arrived_at, first=_answered_once(ticket)),) if unanswered else (),
        joined=flagged,
        stored=(stored,),
        events=(event,),
        notices=told,
        returned=(ticket.number,) if unanswered else (),
        reason="permanent bounce",
    )


def _answered_once(ticket: Ticket) -> bool:
    """Whether the answer that came back was the only one."""
    return ticket.first_answer_at == ticket.last_answer_at


def _reached(ticket: Ticket, unreached: set[str], shelf: Shelf, rules: Rules) -> tuple[Staff, ...]:
    """Whoever has the ticket, or stands in for them, and can be reached; where none of them can, the managers."""
    people = tuple(
        person for person in audience(ticket, rules.directory, shelf.unavailable) if person.address.key not in unreached
    )
    return people or tuple(person for person in rules.directory.with_role("manager") if person.address.key not in unreached)


def decide_automatic(mail: Incoming, shelf: Shelf, rules: Rules) -> Decision:
    """An automatic reply, receipt or calendar answer: filed in the ticket of its sender that it answers, else filed alone."""
    client = client_of(mail, rules, shelf.remembered)
    evidence = find_ticket(mail, client, shelf, mail.arrived_at)
    ticket = evidence.ticket or shelf.tickets.get(evidence.linked or 0)
    stored = replace(stored_in(mail, ticket, "automatic"), contact=False)
    if ticket is None:
        return Decision(stored=(stored,), reason="automatic")
    event = Event(ticket.number, mail.arrived_at, "automatic mail filed", mail.sender_key, "", own_id(mail))
    return Decision(stored=(stored,), events=(event,), reason="automatic")


def decide_unreadable(
    unreadable: Unreadable, source: str, arrived_at: datetime, rules: Rules, shelf: Shelf, *, limit_bytes: int = 0
) -> Decision:
    """A mail beyond the limits: quarantine, and a minimal ticket, so that somebody looks at it. `source` names the arrival.

    Very many of them within an hour open no more tickets: quarantine alone tells of them.
    """
    if shelf.tallies.get(UNREADABLE, 0) >= rules.desk.tickets_per_stranger_per_hour:
        return Decision(outcome=Outcome.QUARANTINED, reason=unreadable.reason)
    client = rules.directory.clients[WALK_IN]
    assignee, team = assignment(client, unreadable.subject, "", rules.directory)
    sender = Address("", unreadable.sender)
    message_id = unreadable.message_id or f"<{source}@unreadable.invalid>"
    ticket = Ticket(
        NEW,
        unreadable.subject[:200],
        client.id,
        unreadable.sender,
        "",
        rules.desk.language,
        arrived_at,
        assignee=assignee,
        team=team,
        last_customer_at=arrived_at,
    )
    stored = Stored(
        message_id,
        Side.IN,
        "unreadable",
        sender.address,
        "",
        (),
        arrived_at,
        unreadable.subject,
        "",
        ticket=NEW,
        client=client.id,
        proven=False,
    )
    facts: dict[str, Any] = {
        "reason_code": "unreadable",
        "detail": {
            "reason": unreadable.reason,
            "sender": unreadable.sender,
            "subject": unreadable.subject,
            "limit_bytes": limit_bytes,
        },
    }
    told: tuple[Notice, ...] = tuple(
        notices.to_staff(
            Kind.ALERT,
            person,
            rules,
            key=f"unreadable:{source}:{person.id}",
            facts=facts,
            ticket=NEW,
            client=client.id,
            subject=ticket.subject,
        )
        for person in audience(ticket, rules.directory, shelf.unavailable)
    )
    event = Event(NEW, arrived_at, "quarantined", unreadable.sender, unreadable.reason, message_id)
    return Decision(
        outcome=Outcome.QUARANTINED,
        reason=unreadable.reason,
        tickets=(ticket,),
        stored=(stored,),
        events=(event,),
        notices=told,
        tallies=(UNREADABLE,),
    )


def decide_oversized(mail: Incoming, size_bytes: int, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """A mail larger than the limit: its headers make a ticket, the mail stays aside, sender and staff are told the limit.

    A refusal takes the place of the ack, and goes to nobody who would not be acknowledged. Machines are not told.
    """
    if mail.fingerprint in shelf.fingerprints:  # the head is all there is of it, and tells the copies as one
        return Decision(outcome=Outcome.DUPLICATE, reason=f"the same as {shelf.fingerprints[mail.fingerprint]}")
    if mail.message.origin.kind is OriginKind.BOUNCE:
        return replace(decide_bounce(mail, shelf, rules), outcome=Outcome.QUARANTINED)
    if answers_by_itself(mail):
        return replace(decide_automatic(mail, shelf, rules), outcome=Outcome.QUARANTINED)
    decision = decide_customer(replace(mail, staff=None), shelf, rules, now)
    limit = {"limit_bytes": rules.desk.max_message_bytes, "size_bytes": size_bytes}
    told: list[Notice] = []
    for notice in decision.notices:
        if notice.kind is Kind.NOTIFICATION:
            told.append(replace(notice, facts={**notice.facts, "oversized": limit}))
        elif notice.kind is not Kind.ACK:
            told.append(notice)
    if mail.message.sender and mail.proven and mail.message.origin.answerable and (ticket := _ticket_of(decision, shelf)):
        told.append(
            notices.to_customer(
                Kind.REFUSAL,
                mail.message.sender,
                ticket,
                rules,
                key=f"refusal:{own_id(mail)}:{mail.fingerprint}",
                facts={
                    "reason_code": "too-large",
                    "limit_bytes": rules.desk.max_message_bytes,
                    "upload": rules.desk.upload,
                },
                subject="",
                in_reply_to=mail.message.message_id,
            )
        )
    else:
        told += [notice for notice in decision.notices if notice.kind is Kind.ACK]
    return replace(
        decision, outcome=Outcome.QUARANTINED, reason=f"larger than the limit: {size_bytes} octets", notices=tuple(told)
    )


def _ticket_of(decision: Decision, shelf: Shelf) -> Ticket | None:
    """The ticket that a decision opens or files its mail in."""
    numbers = (stored.ticket for stored in decision.stored if stored.ticket)
    return next(iter(decision.tickets), None) or next((shelf.tickets[number] for number in numbers), None)


def _ticket_of_bounce(mail: Incoming, shelf: Shelf) -> Ticket | None:
    named = mail.token_for(Purpose.BOUNCE)
    returned = (status.original_message_id for status in mail.message.bounces)
    letters = (shelf.ours[message_id].ticket for message_id in returned if message_id in shelf.ours)
    numbers = (named, *letters, *cited_tickets(mail, shelf))
    return next((ticket for number in numbers if number and (ticket := followed(number, shelf))), None)


def _told(statuses: tuple[DeliveryStatus, ...]) -> str:
    return ", ".join(f"{status.recipient} {status.status}".strip() for status in statuses)
