"""A customer's mail: which ticket it belongs to, what it changes, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from maild.desk import notices, promise
from maild.desk.case import Shelf
from maild.desk.decide_button import decide_button, pressed_button
from maild.desk.decision import NEW, Decision, Due, Event, Notice, Side, Stored
from maild.desk.directory import WALK_IN, Client
from maild.desk.incoming import Incoming, Rules, client_of, is_desk_address, own_id, shown_subject
from maild.desk.phrases import is_thanks, language_of
from maild.desk.routing import assignment
from maild.desk.threading import Evidence, find_ticket
from maild.desk.ticket import Act, Participant, State, Ticket, moved
from maild.message import Address

CONTACT_ACKS_PER_HOUR = 30  # of a proven contact of a client; others: [limits] acks_per_sender_per_hour
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def decide_customer(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Judge a mail from somebody who is not staff: a new ticket, a word on an old one, or the answer to our question."""
    client = client_of(mail, rules, shelf.remembered)
    evidence = find_ticket(mail, client, shelf, mail.arrived_at - rules.directory.promises.reopen)
    if evidence.ticket is None:
        return open_ticket(mail, client, evidence, shelf, rules, now)
    if pressed := pressed_button(mail, evidence.ticket):
        return decide_button(mail, evidence.ticket, client, pressed, shelf, rules, now)
    return _follow_up(mail, evidence, client, shelf, rules, now)


def open_ticket(mail: Incoming, client: Client, evidence: Evidence, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """A new request. Machines get a ticket too, so that nothing is lost, but never an ack."""
    message = mail.message
    sender = message.sender or Address("", "")
    assignee, team = assignment(client, message.subject, message.text, rules.directory)
    contracts = client.contracts_on(mail.arrived_at.astimezone(client.zone).date())
    ticket = Ticket(
        NEW,
        shown_subject(message.subject),
        client.id,
        sender.address,
        sender.name,
        _language(mail, client, rules),
        mail.arrived_at,
        assignee=assignee,
        team=team,
        contract=contracts[0].id if contracts else "",
        answer_due_at=promise.first_answer_due(client, mail.arrived_at, rules.directory.calendars),
        awaiting_since=mail.arrived_at,
        last_customer_at=mail.arrived_at,
        linked_to=evidence.linked,
    )
    joining, unlisted = _others(mail, client, rules)
    requester = ((NEW, Participant(sender.key, sender.name, mail.arrived_at)),) if sender.address else ()
    told: tuple[Notice, ...] = notices.notifications(
        mail, ticket, client, rules, shelf, "new", resembles=evidence.resembles, unlisted=unlisted
    )
    dues: tuple[Due, ...] = ()
    if mail.message.origin.answerable and sender.address:
        lifts_at = _ack_capped_until(mail, client, shelf, rules, now)
        if lifts_at is None:
            told = (notices.ack(mail, ticket, client, rules), *told)
            shelf.acks.setdefault(sender.key, []).append(now)
        else:
            dues = (Due("cap", sender.key, lifts_at),)
    return Decision(
        tickets=(ticket,),
        joined=(*requester, *((NEW, person) for person in joining)),
        stored=(stored_in(mail, ticket),),
        keys=_keys(mail, client, ticket.number),
        events=(Event(NEW, mail.arrived_at, "opened", sender.key, evidence.how, own_id(mail)),),
        dues=dues,
        notices=told,
        reason="new ticket",
    )


def _follow_up(mail: Incoming, evidence: Evidence, client: Client, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    ticket = evidence.ticket
    assert ticket is not None
    stored = stored_in(mail, ticket)
    event = Event(ticket.number, mail.arrived_at, "customer wrote", mail.sender_key, evidence.how, own_id(mail))
    if not mail.is_person:  # filed in its ticket: changes no state, is not relayed, nobody is disturbed
        filed = replace(stored, kind="automatic", contact=False)
        return Decision(stored=(filed,), events=(replace(event, what="automatic mail filed"),), reason="automatic")
    if not mail.proven:
        told = notices.notifications(mail, ticket, client, rules, shelf, "unproven")
        return Decision(
            stored=(stored,),
            events=(replace(event, what="unproven mail filed"),),
            notices=told,
            reason="unproven",
            keys=_keys(mail, client, ticket.number),
        )
    thanks = is_thanks(mail.message.reading.reply_text)
    reopened = ticket.state in (State.SOLVED, State.CLOSED) and not thanks
    if not thanks:
        ticket = _customer_wrote(ticket, client, mail.arrived_at, rules)
    joining, unlisted = _others(mail, client, rules)
    known = shelf.participants.get(ticket.number, {})
    newcomers = tuple((ticket.number, person) for person in joining if person.address not in known)
    sharing = client.id != WALK_IN and client.id == ticket.client
    if mail.sender_key not in known and sharing and mail.authenticated:  # a colleague who writes takes part from now on
        sender = mail.message.sender or Address("", mail.sender_key)
        newcomers = ((ticket.number, Participant(sender.key, sender.name, mail.arrived_at)), *newcomers)
    told = notices.notifications(
        mail, ticket, client, rules, shelf, "reopened" if reopened else "reply", unlisted=unlisted - set(known)
    )
    if not thanks:
        told = (*told, *notices.copies_to_participants(mail, ticket, rules, shelf))
    return Decision(
        tickets=(ticket,),
        joined=newcomers,
        stored=(stored,),
        keys=_keys(mail, client, ticket.number),
        events=(replace(event, what="customer thanked" if thanks else "reopened" if reopened else "customer wrote"),),
        notices=told,
        reason="thanks" if thanks else "reply",
    )


def _customer_wrote(ticket: Ticket, client: Client, at: datetime, rules: Rules) -> Ticket:
    """Start the clock of the next answer, unless an earlier message of theirs is still waiting for one."""
    reopened = ticket.state in (State.SOLVED, State.CLOSED)
    waiting = ticket.awaiting_since is None
    return replace(
        ticket,
        state=moved(ticket.state, Act.CUSTOMER_WROTE),
        reopened=ticket.reopened + reopened,
        solved_at=None if reopened else ticket.solved_at,
        closed_at=None if reopened else ticket.closed_at,
        closed_by="" if reopened else ticket.closed_by,
        last_customer_at=at,
        awaiting_since=at if waiting else ticket.awaiting_since,
        answer_due_at=promise.next_answer_due(client, at, rules.directory.calendars) if waiting else ticket.answer_due_at,
    )


def stored_in(mail: Incoming, ticket: Ticket | None, kind: str = "mail") -> Stored:
    """The mail as the ticket's thread keeps it: whole, nothing cut."""
    message = mail.message
    sender = message.sender or Address("", "")
    return Stored(
        own_id(mail),
        Side.IN,
        kind,
        sender.address,
        sender.name,
        tuple(a.address for a in (*message.to, *message.cc)),
        mail.arrived_at,
        message.subject,
        message.text,
        ticket=ticket.number if ticket else None,
        client=ticket.client if ticket else "",
        proven=mail.proven,
        contact=mail.is_person and mail.proven and ticket is not None,
        attachments=message.attachments,
    )


def _keys(mail: Incoming, client: Client, number: int) -> tuple[tuple[str, int], ...]:
    """Its own id, and what it merely cites only for a believed sender who belongs to a client."""
    cited = (*mail.message.in_reply_to, *mail.message.references) if mail.authenticated and client.id != WALK_IN else ()
    own = (mail.message.message_id,) if mail.message.message_id else ()
    return tuple((message_id, number) for message_id in dict.fromkeys((*own, *cited)))


def _others(mail: Incoming, client: Client, rules: Rules) -> tuple[tuple[Participant, ...], set[str]]:
    """People on To and Cc: those of the same client join when a believed mail names them; the rest is only listed to staff."""
    joining: dict[str, Participant] = {}
    listed: set[str] = set()
    for person in (*mail.message.to, *mail.message.cc):
        if (
            is_desk_address(person.address, rules.desk)
            or rules.directory.staff_at(person.address)
            or person.key == mail.sender_key
        ):
            continue
        if mail.authenticated and client.id != WALK_IN and rules.directory.client_at(person.address).id == client.id:
            joining[person.key] = Participant(person.key, person.name, mail.arrived_at)
        else:
            listed.add(person.address)
    return tuple(joining.values()), listed


def _language(mail: Incoming, client: Client, rules: Rules) -> str:
    contact = rules.directory.contact_at(mail.sender_key)
    if contact and contact.language:
        return contact.language
    if client.id != WALK_IN:
        return client.language or rules.desk.language
    return language_of(f"{mail.message.subject}\n{mail.message.reading.reply_text}", rules.desk.language)


def _ack_capped_until(mail: Incoming, client: Client, shelf: Shelf, rules: Rules, now: datetime) -> datetime | None:
    """None where the sender may be acknowledged now, else when the cap lifts (contract, [limits])."""
    acks = sorted(shelf.acks.get(mail.sender_key, ()))
    if client.id == WALK_IN and mail.authenticated is not True:
        limit, span = 1, DAY
    else:
        contact = client.id != WALK_IN and mail.proven
        limit, span = CONTACT_ACKS_PER_HOUR if contact else rules.desk.acks_per_sender_per_hour, HOUR
    within = [at for at in acks if at > now - span]
    return within[-limit] + span if len(within) >= limit else None
