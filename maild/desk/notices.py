"""What each person is told of a customer's mail: ack, notification, relay to the other participants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maild.desk.case import Shelf
from maild.desk.decision import Kind, Notice, Side, Stored
from maild.desk.directory import WALK_IN, Client, Staff
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.desk.routing import audience
from maild.desk.ticket import Ticket
from maild.message import Address, address_key

LAST_TICKETS = 3


def to_staff(kind: Kind, person: Staff, rules: Rules, *, key: str, facts: dict[str, Any], **more: Any) -> Notice:
    """A letter to somebody of the desk, in their language; a reply to it bears their token."""
    return Notice(
        kind,
        person.address,
        person.id,
        person.language or rules.desk.language,
        key,
        {"zone": rules.desk.timezone, **facts},
        **{"purpose": Purpose.STAFF, **more},
    )


def to_customer(
    kind: Kind, address: Address, ticket: Ticket, rules: Rules, *, key: str, facts: dict[str, Any], **more: Any
) -> Notice:
    """A letter to somebody of the customer's side on a ticket, in their own language or the ticket's."""
    contact = rules.directory.contact_at(address.address)
    client = rules.directory.clients.get(ticket.client)
    return Notice(
        kind,
        address,
        address.key,
        (contact.language if contact else "") or ticket.language,
        key,
        {"zone": (client.timezone if client else "") or rules.desk.timezone, **facts},
        **{"ticket": ticket.number, "client": ticket.client, "subject": ticket.subject, "purpose": Purpose.CUSTOMER, **more},
    )


def ack(mail: Incoming, ticket: Ticket, client: Client, rules: Rules, others: tuple[int, ...] = ()) -> Notice:
    """The proof that the request arrived. A stranger's mail is not echoed: nothing but the number."""
    proven = mail.proven and client.id != WALK_IN
    manager = rules.directory.staff.get(client.manager) if proven else None
    contract = client.contracts_on(mail.arrived_at.astimezone(client.zone).date())
    facts = {
        "due": ticket.answer_due_at,
        "proven": proven,
        "stranger": not proven,
        "requester_name": ticket.requester_name if proven else "",
        "manager_name": manager.name if manager else "",
        "attachments": [a.filename for a in mail.message.attachments if not a.inline] if proven else [],
        "terms": (contract[0].plan.title if contract else "") if proven else "",
        "others": list(others),
    }
    return to_customer(
        Kind.ACK,
        Address(ticket.requester_name if proven else "", ticket.requester),
        ticket,
        rules,
        key=f"ack:{own_id(mail)}:{mail.fingerprint}",
        facts=facts,
        subject=ticket.subject if proven else "",
        in_reply_to=mail.message.message_id,
        thread=mail.message.references,
    )


def late_ack(ticket: Ticket, others: tuple[int, ...], rules: Rules) -> Notice:
    """An ack that a cap had held back, for all that waited with it: numbers alone."""
    facts = {
        "due": ticket.answer_due_at,
        "proven": False,
        "stranger": True,
        "requester_name": "",
        "manager_name": "",
        "attachments": [],
        "terms": "",
        "others": list(others),
    }
    return to_customer(
        Kind.ACK, Address("", ticket.requester), ticket, rules, key=f"late-ack:{ticket.number}", facts=facts, subject=""
    )


def notifications(
    mail: Incoming,
    ticket: Ticket,
    client: Client,
    rules: Rules,
    shelf: Shelf,
    what: str,
    *,
    resembles: int | None = None,
    unlisted: Iterable[str] = (),
) -> tuple[Notice, ...]:
    """The customer's words for whoever has the ticket: the assignee, while there is none the team, else the fallback."""
    facts = ticket_facts(ticket, client, shelf) | {
        "words_of_customer": mail.message.text,
        "author_name": mail.message.sender.name if mail.message.sender else "",
        "author_address": mail.message.sender.address if mail.message.sender else "",
        "unproven": not mail.proven,
        "attachments": [a.filename for a in mail.message.attachments],
        "perhaps_same": resembles,
        "unlisted": sorted(unlisted),
        "kind_of": what,
        "internal": False,
        "machine": list(mail.message.origin.reasons) if not mail.is_person else [],
        "sealed": mail.message.sealed,
    }
    author = facts["author_name"] or facts["author_address"]
    return tuple(
        notification(
            person,
            ticket,
            rules,
            shelf,
            facts,
            key=f"notification:{own_id(mail)}:{mail.fingerprint}:{person.id}",
            author=author,
            attachments=mail,
        )
        for person in audience(ticket, rules.directory)
    )


def notification(
    person: Staff,
    ticket: Ticket,
    rules: Rules,
    shelf: Shelf,
    facts: dict[str, Any],
    *,
    key: str,
    author: str,
    attachments: Incoming | None = None,
) -> Notice:
    """One person's copy; its thread holds only what this person was sent before."""
    client = rules.directory.clients.get(ticket.client)
    name = ", ".join(part for part in (author, client.name if client and client.id != WALK_IN else "") if part)
    thread = thread_for(person.address.key, ticket.number, shelf)
    return to_staff(
        Kind.NOTIFICATION,
        person,
        rules,
        key=key,
        facts=facts,
        ticket=ticket.number,
        client=ticket.client,
        subject=ticket.subject,
        from_name=name,
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
        attachments=attachments.message.attachments if attachments else (),
    )


def ticket_facts(ticket: Ticket, client: Client, shelf: Shelf) -> dict[str, Any]:
    """The desk's own part of a notification: who, on which terms, how much is left, what came before."""
    contracts = client.contracts_on(ticket.opened_at.astimezone(client.zone).date()) if client.timezone else ()
    return {
        "due": ticket.answer_due_at,
        "balance_minutes": _balance_minutes(client, contracts[0], shelf) if contracts else None,
        "plan_title": contracts[0].plan.title if contracts else "",
        "client_name": client.name,
        "client_id": client.id,
        "requester_name": ticket.requester_name,
        "requester_address": ticket.requester,
        "facts": list(client.facts),
        "client_note": client.note,
        "last_tickets": [
            {"number": t.number, "subject": t.subject, "state": str(t.state), "opened_at": t.opened_at}
            for t in shelf.recent.get(client.id, ())
            if t.number != ticket.number and client.id != WALK_IN
        ][:LAST_TICKETS],
        "participants": sorted(shelf.participants.get(ticket.number, {})),
        "state": str(ticket.state),
        "cause": ticket.cause,
    }


def _balance_minutes(client: Client, contract: Contract, shelf: Shelf) -> int | None:
    """What is left, where the plan keeps a balance; nothing moved yet is zero."""
    if contract.plan.charge not in (Charge.PREPAID, Charge.RETAINER):
        return None
    balance = shelf.balances.get((client.id, contract.id))
    return balance.closing if balance else 0


def thread_for(address: str, ticket: int, shelf: Shelf) -> tuple[str, ...]:
    """Message-IDs of a ticket that an address has written or was sent itself, oldest first: another's ids could carry tokens.

    What somebody else wrote in its name is left out; the first mail of a ticket is taken for its author's.
    """
    key = address_key(address)
    thread = shelf.threads.get(ticket, ())
    return tuple(
        stored.message_id
        for place, stored in enumerate(thread)
        if address_key(stored.recipient or stored.from_address) == key and (stored.recipient or stored.proven or place == 0)
    )


def copies_to_participants(mail: Incoming, ticket: Ticket, rules: Rules, shelf: Shelf) -> tuple[Notice, ...]:
    """A proven participant's words for the ticket's other people, except for those whom the mail reached by itself.

    Only fresh words go: quotes below them may be of letters that the others have never seen.
    """
    words = without_private(mail.message.reading.reply_text, rules)
    if not words.strip() and not mail.message.attachments:
        return ()
    reached = {a.key for a in (*mail.message.to, *mail.message.cc)} | {mail.sender_key}
    author = mail.message.sender.name if mail.message.sender else ""
    return tuple(
        relay(
            address,
            ticket,
            rules,
            shelf,
            relayed_words(words),
            key=f"relay:{own_id(mail)}:{mail.fingerprint}:{address.key}",
            author=author,
            attachments=mail,
        )
        for address in people_of(ticket, shelf)
        if address.key not in reached
    )


def relayed_words(words: str, quoted: Stored | None = None) -> dict[str, Any]:
    """What every relay says: the words, and below them what they answer."""
    return {
        "words_of_author": words,
        "quoted_author": (quoted.from_name or quoted.from_address) if quoted else "",
        "quoted_at": quoted.at if quoted else None,
        "quoted_text": quotable_text(quoted.text) if quoted else "",
        "signature": "",
        "charge_notes": [],
        "close_after_days": None,
    }


def quotable_text(text: str) -> str:
    """A customer's mail as it is quoted back: without the older quotes that stand at its end, marked line by line."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    if len(lines) < len(text.rstrip("\n").split("\n")):
        while lines and lines[-1].rstrip().endswith(":"):  # "On Monday Olga wrote:"; it may be broken over two lines
            lines.pop()
    return "\n".join(lines).rstrip() or text


def people_of(ticket: Ticket, shelf: Shelf) -> tuple[Address, ...]:
    """The requester, then the participants: the only addresses that a relay ever goes to."""
    people = {address_key(ticket.requester): Address(ticket.requester_name, ticket.requester)} if ticket.requester else {}
    for participant in shelf.participants.get(ticket.number, {}).values():
        people.setdefault(participant.address, Address(participant.name, participant.address))
    return tuple(people.values())


def relay(
    address: Address,
    ticket: Ticket,
    rules: Rules,
    shelf: Shelf,
    facts: dict[str, Any],
    *,
    key: str,
    author: str,
    attachments: Incoming | None,
    staff: str = "",
    **more: Any,
) -> Notice:
    """A person's words to one of the customer's people, in that person's own thread."""
    thread = thread_for(address.key, ticket.number, shelf)
    return to_customer(
        Kind.RELAY,
        address,
        ticket,
        rules,
        key=key,
        facts=facts,
        from_name=author,
        author=staff,
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
        attachments=attachments.message.attachments if attachments else (),
        **more,
    )


def last_words_of_customer(ticket: int, shelf: Shelf) -> Stored | None:
    """The customer's last message on a ticket that was proven: what a relay quotes."""
    thread = shelf.threads.get(ticket, [])
    return next((stored for stored in reversed(thread) if stored.side is Side.IN and stored.proven), None)
