"""Mail of an archive that is brought in (`maild import`): put into threads, and nothing else.

No ack, no notification, no clock, no booking, no command: what is in the archive has happened. Each thread becomes a ticket that is
closed since its last mail, so that a reply to it finds its place by the rules for every closed ticket.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.case import Shelf
from maild.desk.decide_machine import answers_by_itself
from maild.desk.decision import NEW, Decision, Event, Outcome, Side, Stored
from maild.desk.directory import WALK_IN, Client
from maild.desk.filing import stored_in
from maild.desk.incoming import Incoming, Rules, client_of, is_desk_address, own_id, shown_subject
from maild.desk.phrases import language_of
from maild.desk.threading import cited_tickets, conversation_key, followed
from maild.desk.ticket import Participant, State, Ticket
from maild.message import ARCHIVE, Address, OriginKind, Unreadable

CITED_KEYS = 20  # of what a mail cites: the first and the newest, so that replies to a mail that is missing still meet


def decide_archived(mail: Incoming, shelf: Shelf, rules: Rules) -> Decision:
    """File a mail of an archive in its thread's ticket, or open one that is closed. A mail that memory has is a duplicate."""
    if mail.fingerprint in shelf.fingerprints:
        return Decision(outcome=Outcome.DUPLICATE, reason=f"the same as {shelf.fingerprints[mail.fingerprint]}")
    if mail.message.message_id in shelf.ours:
        return Decision(outcome=Outcome.DUPLICATE, reason="a letter of this desk")
    ticket = next((found for number in _named(mail, shelf) if (found := followed(number, shelf))), None)
    is_bounce = mail.message.origin.kind in (OriginKind.BOUNCE, OriginKind.REPORT)
    if is_bounce or answers_by_itself(mail):
        kind = "bounce" if is_bounce else "automatic"
        return Decision(stored=(replace(stored_in(mail, ticket, kind), contact=False),), reason="archived: a machine's")
    if ticket is not None:
        return _filed(mail, ticket, rules)
    customer = _customer(mail, rules)
    if not customer.address:
        return Decision(stored=(_stored(mail, None, rules),), reason="archived: among colleagues")
    return _opened(mail, customer, rules, shelf)


def decide_archived_unreadable(unreadable: Unreadable) -> Decision:
    """An archived mail beyond the limits waits in quarantine; nobody is told, because nobody waits for it."""
    return Decision(outcome=Outcome.QUARANTINED, reason=unreadable.reason)


def _named(mail: Incoming, shelf: Shelf) -> tuple[int, ...]:
    """The tickets that it belongs to: by the ids that it cites, then by Outlook's mark of a conversation.

    Numbers in subjects say nothing here: they may be another desk's. A ticket that was not imported is joined by whoever belongs
    to it alone; among archived mails a citation is proof enough, because nobody is sent what it joins.
    """
    conversation = shelf.keys.get(conversation_key(mail.message))
    numbers = dict.fromkeys((*cited_tickets(mail, shelf), *((conversation,) if conversation else ())))
    return tuple(number for number in numbers if (found := followed(number, shelf)) and _may_join(mail, found, shelf))


def _may_join(mail: Incoming, ticket: Ticket, shelf: Shelf) -> bool:
    if ticket.closed_by == ARCHIVE or mail.staff is not None:
        return True
    key = mail.sender_key
    return bool(key) and (key == ticket.requester.lower() or key in shelf.participants.get(ticket.number, {}))


def _filed(mail: Incoming, ticket: Ticket, rules: Rules) -> Decision:
    """One more mail of a thread. A ticket that was imported ends with it; any other stays as it is."""
    stored = _stored(mail, ticket, rules)
    changed: tuple[Ticket, ...] = ()
    if ticket.state is State.CLOSED and ticket.closed_by == ARCHIVE and ticket.closed_at is not None:
        last_customer_at = mail.arrived_at if stored.side is Side.IN else ticket.last_customer_at
        changed = (
            replace(
                ticket,
                opened_at=min(ticket.opened_at, mail.arrived_at),
                closed_at=max(ticket.closed_at, mail.arrived_at),
                last_customer_at=last_customer_at,
                assignee=stored.author or ticket.assignee,
            ),
        )
    return Decision(
        tickets=changed,
        stored=(stored,),
        keys=_keys(mail, ticket.number),
        events=(Event(ticket.number, mail.arrived_at, "imported", mail.sender_key, "", own_id(mail)),),
        reason="archived: of a thread",
    )


def _opened(mail: Incoming, customer: Address, rules: Rules, shelf: Shelf) -> Decision:
    client = _client(mail, customer, rules, shelf)
    stored = _stored(mail, None, rules)
    ticket = Ticket(
        NEW,
        shown_subject(mail.message.subject),
        client.id,
        customer.address,
        customer.name,
        _language(mail, customer, client, rules),
        mail.arrived_at,
        state=State.CLOSED,
        assignee=stored.author,
        last_customer_at=mail.arrived_at if stored.side is Side.IN else None,
        closed_at=mail.arrived_at,
        closed_by=ARCHIVE,
    )
    return Decision(
        tickets=(ticket,),
        joined=((NEW, Participant(customer.key, customer.name, mail.arrived_at)),),
        stored=(replace(stored, ticket=NEW, client=client.id),),
        keys=_keys(mail, NEW),
        events=(Event(NEW, mail.arrived_at, "imported", mail.sender_key, "", own_id(mail)),),
        reason="archived: a thread",
    )


def _customer(mail: Incoming, rules: Rules) -> Address:
    """Whose request it is: the sender's, or, where we wrote first, that of the first recipient who is none of us."""
    people = (mail.message.sender or Address("", ""), *mail.message.to, *mail.message.cc)
    return next((each for each in people if each.address and not _is_ours(each.address, rules)), Address("", ""))


def _is_ours(address: str, rules: Rules) -> bool:
    return is_desk_address(address, rules.desk) or rules.directory.staff_at(address) is not None


def _stored(mail: Incoming, ticket: Ticket | None, rules: Rules) -> Stored:
    """The mail whole, on the side that wrote it; it is no contact of today's."""
    stored = replace(stored_in(mail, ticket), contact=False)
    if mail.sender_key and not _is_ours(mail.sender_key, rules):
        return stored
    outside = any(not _is_ours(each.address, rules) for each in (*mail.message.to, *mail.message.cc))
    author = mail.staff.id if mail.staff else ""
    return replace(stored, side=Side.OUT if outside else Side.INTERNAL, author=author)


def _keys(mail: Incoming, number: int) -> tuple[tuple[str, int], ...]:
    """Its own id, what it cites, and the conversation that Outlook says it belongs to."""
    cited = (*mail.message.in_reply_to, *mail.message.references[:1], *mail.message.references[-CITED_KEYS:])
    keys = (mail.message.message_id, *cited, conversation_key(mail.message))
    return tuple((key, number) for key in dict.fromkeys(keys) if key)


def _client(mail: Incoming, customer: Address, rules: Rules, shelf: Shelf) -> Client:
    if customer.key == mail.sender_key:
        return client_of(mail, rules, shelf.remembered)
    return rules.directory.client_at(customer.key, shelf.remembered)


def _language(mail: Incoming, customer: Address, client: Client, rules: Rules) -> str:
    contact = rules.directory.contact_at(customer.key)
    if contact and contact.language:
        return contact.language
    if client.id != WALK_IN:
        return client.language or rules.desk.language
    return language_of(f"{mail.message.subject}\n{mail.message.reading.said_text}", rules.desk.language)
