"""Mail that no person wrote, and mail that nobody could read: filed, told to staff where it matters, never answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.decide_customer import decide_customer, stored_in
from maild.desk.decision import NEW, Decision, Event, Kind, Notice, Outcome, Side, Stored
from maild.desk.directory import WALK_IN
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.routing import assignment, audience
from maild.desk.threading import cited_tickets
from maild.desk.ticket import Ticket
from maild.message import Address, DeliveryStatus, Unreadable


def decide_bounce(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """File a delivery report in the ticket it speaks of; a permanent failure is told to whoever has the ticket (RFC 3464)."""
    ticket = _ticket_of_bounce(mail, shelf)
    stored = stored_in(mail, ticket, "bounce")
    if ticket is None:
        return Decision(stored=(stored,), reason="bounce of no ticket")
    failed = tuple(status for status in mail.message.bounces if status.permanent)
    event = Event(
        ticket.number, mail.arrived_at, "bounced" if failed else "delayed", "", _told(mail.message.bounces), own_id(mail)
    )
    if not failed:
        return Decision(stored=(stored,), events=(event,), reason="transient bounce")
    facts = {
        "recipient": ", ".join(status.recipient for status in failed),
        "status": failed[0].status,
        "diagnostic": failed[0].diagnostic,
        "permanent": True,
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
        for person in audience(ticket, rules.directory)
        if person.address.key not in {status.recipient.lower() for status in failed}
    )
    return Decision(stored=(stored,), events=(event,), notices=told, reason="permanent bounce")


def decide_automatic(mail: Incoming, shelf: Shelf, rules: Rules) -> Decision:
    """An automatic reply, receipt or calendar answer: filed in the ticket that it answers, else filed alone."""
    number = mail.token.number if mail.token else None
    cited = cited_tickets(mail, shelf)
    ticket = shelf.tickets.get(number) if number else shelf.tickets.get(cited[0]) if cited else None
    stored = stored_in(mail, ticket, "automatic")
    if ticket is None:
        return Decision(stored=(stored,), reason="automatic")
    event = Event(ticket.number, mail.arrived_at, "automatic mail filed", mail.sender_key, "", own_id(mail))
    return Decision(stored=(stored,), events=(event,), reason="automatic")


def decide_unreadable(
    unreadable: Unreadable, source: str, arrived_at: datetime, rules: Rules, *, limit_bytes: int = 0
) -> Decision:
    """A mail beyond the limits: quarantine, and a minimal ticket, so that somebody looks at it. `source` names the arrival."""
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
        for person in audience(ticket, rules.directory)
    )
    event = Event(NEW, arrived_at, "quarantined", unreadable.sender, unreadable.reason, message_id)
    return Decision(
        outcome=Outcome.QUARANTINED,
        reason=unreadable.reason,
        tickets=(ticket,),
        stored=(stored,),
        events=(event,),
        notices=told,
    )


def decide_oversized(mail: Incoming, size_bytes: int, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """A mail larger than the limit: its headers make a ticket, the mail stays aside, sender and staff are told the limit."""
    decision = decide_customer(replace(mail, staff=None), shelf, rules, now)
    limit = {"limit_bytes": rules.desk.max_message_bytes, "size_bytes": size_bytes}
    told = [replace(n, facts={**n.facts, "oversized": limit}) if n.kind is Kind.NOTIFICATION else n for n in decision.notices]
    sender = mail.message.sender
    if sender and mail.message.origin.answerable and mail.proven and decision.tickets:
        told.append(
            notices.to_customer(
                Kind.REFUSAL,
                sender,
                decision.tickets[0],
                rules,
                key=f"refusal:{own_id(mail)}:{mail.fingerprint}",
                facts={"reason_code": "too-large", "limit": rules.desk.max_message_bytes, "upload": rules.desk.upload},
                in_reply_to=mail.message.message_id,
            )
        )
    return replace(
        decision, outcome=Outcome.QUARANTINED, reason=f"larger than the limit: {size_bytes} octets", notices=tuple(told)
    )


def _ticket_of_bounce(mail: Incoming, shelf: Shelf) -> Ticket | None:
    if mail.token and mail.token.purpose is Purpose.BOUNCE:
        return shelf.tickets.get(mail.token.number)
    for status in mail.message.bounces:
        if status.original_message_id in shelf.keys:
            return shelf.tickets.get(shelf.keys[status.original_message_id])
    cited = cited_tickets(mail, shelf)
    return shelf.tickets.get(cited[0]) if cited else None


def _told(statuses: tuple[DeliveryStatus, ...]) -> str:
    return ", ".join(f"{status.recipient} {status.status}".strip() for status in statuses)
