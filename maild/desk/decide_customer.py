"""A customer's mail: which ticket it belongs to, what it changes, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import decide_act, dispute, notices, promise
from maild.desk.acks import ack_of
from maild.desk.case import Shelf
from maild.desk.clocks import is_awaiting
from maild.desk.decide_button import decide_button, pressed_button
from maild.desk.decide_proposal import decide_proposal
from maild.desk.decision import NEW, Decision, Event
from maild.desk.directory import WALK_IN, Client
from maild.desk.faq import matching
from maild.desk.filing import keys_of, stored_in
from maild.desk.floods import flooded, opened
from maild.desk.incoming import Incoming, Rules, client_of, is_desk_address, own_id, shown_subject
from maild.desk.phrases import is_thanks, language_of
from maild.desk.purpose import TO_ACCOUNTANTS
from maild.desk.resemblance import alike_of_the_day
from maild.desk.routing import ACCOUNTANTS, assignment
from maild.desk.threading import BUTTONS, Evidence, find_ticket
from maild.desk.ticket import Act, Participant, State, Ticket, moved
from maild.desk.unanswered import after_words
from maild.message import Address, address_key, harmless_name

ENDED = (State.SOLVED, State.CLOSED)


def decide_customer(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Judge a mail from somebody who is not staff: a new ticket, a word on an old one, or the answer to our question."""
    if (answered := decide_proposal(mail, shelf, rules)) is not None:
        return answered
    client = _client_of(mail, shelf, rules)
    evidence = find_ticket(mail, client, shelf, mail.arrived_at - rules.directory.promises.reopen)
    if evidence.linked and mail.proven and _only_thanks(mail):  # a late thank you is no new request
        evidence = Evidence(shelf.tickets[evidence.linked], "thanks")
    if mail.expired and _says_nothing(mail):
        clicked = replace(stored_in(mail, evidence.ticket, "expired click"), contact=False)
        return Decision(stored=(clicked,), reason="an expired button without a word")
    if (pleased := decide_act.accepted(mail, now)) is not None:
        return pleased
    if evidence == Evidence() and mail.token_for(*BUTTONS) is not None and _says_nothing(mail):
        clicked = replace(stored_in(mail, None, "click"), contact=False)
        return Decision(stored=(clicked,), reason="a button of a ticket that a restore has undone")
    if evidence.ticket is None:
        if (aside := flooded(mail, client, shelf, rules)) is not None:
            return aside
        return decide_act.answered(mail, open_ticket(mail, client, evidence, shelf, rules, now), now)
    if pressed := pressed_button(mail, evidence.ticket, shelf):
        return decide_button(mail, evidence.ticket, client, pressed, shelf, rules)
    return _follow_up(mail, evidence, evidence.ticket, client, shelf, rules)


def open_ticket(mail: Incoming, client: Client, evidence: Evidence, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """A new request. Machines get a ticket too, so that nothing is lost, but never an ack."""
    ticket = _new_ticket(mail, client, evidence, shelf, rules)
    if mail.proven and mail.is_person and client.id != WALK_IN:
        offered = matching(ticket.subject, mail.message.reading.said_text, rules.directory)
        ticket = replace(ticket, faq=",".join(entry.name for entry in offered))
    resembles = evidence.resembles or alike_of_the_day(ticket, shelf)
    joining, unlisted = _others(mail, client, rules) if mail.sender_key else ((), set())
    requester = ((NEW, Participant(mail.sender_key, ticket.requester_name, mail.arrived_at)),) if mail.sender_key else ()
    told = notices.notifications(mail, ticket, client, rules, shelf, "new", resembles=resembles, unlisted=unlisted)
    if doubted := dispute.attachment(mail, shelf, rules.directory):
        told = tuple(replace(notice, attachments=(*notice.attachments, doubted)) for notice in told)
    acked, dues = ack_of(mail, ticket, client, shelf, rules, now)
    tallies, alerts = opened(mail, client, bool(acked), bool(dues), shelf, rules)
    return Decision(
        tickets=(ticket,),
        joined=(*requester, *((NEW, person) for person in joining)),
        stored=(stored_in(mail, ticket),),
        keys=keys_of(mail, client, ticket.number),
        events=(Event(NEW, mail.arrived_at, "opened", mail.sender_key, evidence.how, own_id(mail)), *_offered(ticket, mail)),
        dues=dues,
        notices=(*acked, *told, *alerts),
        tallies=tallies,
        reason="new ticket",
    )


def _offered(ticket: Ticket, mail: Incoming) -> tuple[Event, ...]:
    return (Event(NEW, mail.arrived_at, "faq offered", "", ticket.faq, own_id(mail)),) if ticket.faq else ()


def _new_ticket(mail: Incoming, client: Client, evidence: Evidence, shelf: Shelf, rules: Rules) -> Ticket:
    message, at = mail.message, mail.arrived_at
    sender = message.sender or Address("", "")
    language = _language(mail, client, rules)
    assignee, team = assignment(
        client,
        message.subject,
        message.text,
        rules.directory,
        language=language,
        absent=shelf.unavailable,
        load=shelf.open_count,
    )
    if mail.token_for(*TO_ACCOUNTANTS) is not None:  # a question about a report goes to the accountants
        assignee, team = "", ACCOUNTANTS
    contracts = client.contracts_on(at.astimezone(client.zone).date())
    return Ticket(
        NEW,
        shown_subject(message.subject) or dispute.subject(mail, rules.directory) or decide_act.subject(mail),
        client.id,
        sender.address,
        harmless_name(sender.name),
        language,
        at,
        assignee=assignee,
        team=team,
        contract=contracts[0].id if contracts else "",
        answer_due_at=promise.first_answer_due(client, at, rules.directory.calendars),
        solution_due_at=promise.solution_due(client, at, rules.directory.calendars),
        awaiting_since=at,
        last_customer_at=at,
        linked_to=evidence.linked,
    )


def _follow_up(mail: Incoming, evidence: Evidence, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules) -> Decision:
    event = Event(ticket.number, mail.arrived_at, "customer wrote", mail.sender_key, evidence.how, own_id(mail))
    if not mail.is_person or not mail.proven:  # filed and shown to staff; changes no state, goes to nobody else
        what, kind = ("unproven mail filed", "mail") if mail.is_person else ("automatic mail filed", "automatic")
        told = notices.notifications(mail, ticket, client, rules, shelf, "reply" if mail.proven else "unproven")
        return Decision(
            stored=(replace(stored_in(mail, ticket, kind), contact=False),),
            keys=keys_of(mail, client, ticket.number),
            events=(replace(event, what=what),),
            notices=told,
            reason=what,
        )
    if _only_thanks(mail):
        return Decision(
            stored=(stored_in(mail, ticket),),
            keys=keys_of(mail, client, ticket.number),
            events=(replace(event, what="customer thanked"),),
            notices=notices.notifications(mail, ticket, client, rules, shelf, "reply"),
            reason="thanks",
        )
    reopened = ticket.state in ENDED
    ticket = _customer_wrote(ticket, client, mail, rules)
    newcomers, unlisted = _newcomers(mail, ticket, client, shelf, rules)
    told = notices.notifications(mail, ticket, client, rules, shelf, "reopened" if reopened else "reply", unlisted=unlisted)
    return Decision(
        tickets=(ticket,),
        joined=tuple((ticket.number, person) for person in (*newcomers, *_reached_again(mail, ticket, shelf))),
        stored=(stored_in(mail, ticket),),
        keys=keys_of(mail, client, ticket.number),
        events=(replace(event, what="reopened" if reopened else "customer wrote"),),
        notices=(*told, *notices.copies_to_participants(mail, ticket, rules, shelf)),
        reason="reply",
    )


def _reached_again(mail: Incoming, ticket: Ticket, shelf: Shelf) -> tuple[Participant, ...]:
    """Whoever writes has a mailbox: what a bounce said of it is over."""
    known = shelf.participants.get(ticket.number, {}).get(mail.sender_key)
    return (replace(known, flagged=""),) if known and known.flagged else ()


def _customer_wrote(ticket: Ticket, client: Client, mail: Incoming, rules: Rules) -> Ticket:
    """Start the clock of the next answer, unless an earlier message of theirs is still waiting for one.

    What was solved or made to wait without an answer starts anew: that its promise ended so is kept (desk/ended.py).
    """
    at = mail.arrived_at
    reopened = ticket.state in ENDED
    waiting = not is_awaiting(ticket)
    return replace(
        ticket,
        state=moved(ticket.state, Act.CUSTOMER_WROTE),
        reopened=ticket.reopened + reopened,
        solved_at=None if reopened else ticket.solved_at,
        closed_at=None if reopened else ticket.closed_at,
        closed_by="" if reopened else ticket.closed_by,
        last_customer_at=at,
        unanswered=after_words(ticket, mail.message.reading.reply_text),
        waiting_since=None,
        solution_due_at=promise.solution_due_after_pause(ticket, client, at, rules.directory.calendars),
        awaiting_since=at if waiting else ticket.awaiting_since,
        answer_due_at=promise.next_answer_due(client, at, rules.directory.calendars) if waiting else ticket.answer_due_at,
    )


def _newcomers(
    mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules
) -> tuple[tuple[Participant, ...], set[str]]:
    """Who joins by this mail, and whom staff are only told of (contract, section 4).

    A colleague who writes takes part from now on; the people whom they name join only where the requester names them.
    """
    known = shelf.participants.get(ticket.number, {})
    joining, unlisted = _others(mail, client, rules)
    if mail.sender_key != address_key(ticket.requester):
        unlisted |= {person.address for person in joining}
        joining = ()
    if mail.authenticated and client.id != WALK_IN and client.id == ticket.client:
        sender = mail.message.sender or Address("", mail.sender_key)
        joining = (Participant(sender.key, harmless_name(sender.name), mail.arrived_at), *joining)
    return tuple(person for person in joining if person.address not in known), {
        a for a in unlisted if address_key(a) not in known
    }


def _others(mail: Incoming, client: Client, rules: Rules) -> tuple[tuple[Participant, ...], set[str]]:
    """People on To and Cc: those of the same client join when a believed mail names them; the rest is only listed to staff."""
    joining: dict[str, Participant] = {}
    listed: set[str] = set()
    for person in (*mail.message.to, *mail.message.cc):
        ours = is_desk_address(person.address, rules.desk) or rules.directory.staff_at(person.address)
        if ours or person.key == mail.sender_key:
            continue
        if mail.authenticated and client.id != WALK_IN and rules.directory.client_at(person.address).id == client.id:
            joining[person.key] = Participant(person.key, harmless_name(person.name), mail.arrived_at)
        else:
            listed.add(person.address)
    return tuple(joining.values()), listed


def _only_thanks(mail: Incoming) -> bool:
    """Bare thanks, with nothing beside it that a person would have to look at."""
    return is_thanks(mail.message.reading.reply_text) and not any(not a.inline for a in mail.message.attachments)


def _says_nothing(mail: Incoming) -> bool:
    """A click and nothing else."""
    return not mail.message.reading.said_text.strip() and not mail.message.attachments


def _client_of(mail: Incoming, shelf: Shelf, rules: Rules) -> Client:
    """The sender's client; whoever answers a client's report from an address that nobody claims speaks of that client."""
    client = client_of(mail, rules, shelf.remembered)
    if client.id == WALK_IN and mail.token_for(*TO_ACCOUNTANTS) is not None:
        if reader := rules.directory.reader_at(mail.sender_key):
            return reader
        letters = (shelf.ours[cited] for cited in mail.message.in_reply_to if cited in shelf.ours)
        reported = next((letter.client for letter in letters if letter.client in rules.directory.clients), WALK_IN)
        return rules.directory.clients[reported]
    return client


def _language(mail: Incoming, client: Client, rules: Rules) -> str:
    contact = rules.directory.contact_at(mail.sender_key)
    if contact and contact.language:
        return contact.language
    if client.id != WALK_IN:
        return client.language or rules.desk.language
    return language_of(f"{mail.message.subject}\n{mail.message.reading.said_text}", rules.desk.language)
