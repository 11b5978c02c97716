"""What each person is told of a customer's mail: ack, notification, relay to the other participants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from maild.desk.case import Shelf
from maild.desk.correspondence import (
    cited_by,
    last_words_of_customer,
    people_of,
    relay,
    relayed_words,
    thread_for,
    to_customer,
    to_staff,
)
from maild.desk.decision import Kind, Notice
from maild.desk.directory import WALK_IN, Client, Staff
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.programs import Programs, programs, without_programs
from maild.desk.purpose import Purpose
from maild.desk.routing import audience
from maild.desk.staff_writing import without_private
from maild.desk.ticket import Ticket
from maild.ledger.contract import Charge, Contract
from maild.message import Address, harmless_name

__all__ = [
    "ack",
    "acknowledgement",
    "copies_to_participants",
    "last_words_of_customer",
    "late_ack",
    "notification",
    "notifications",
    "people_of",
    "relay",
    "relayed_words",
    "thread_for",
    "ticket_facts",
    "to_customer",
    "to_staff",
]
LAST_TICKETS = 3


def ack(mail: Incoming, ticket: Ticket, client: Client, shelf: Shelf, rules: Rules) -> Notice:
    """The proof that the request arrived. A stranger's mail is not echoed: nothing but the number."""
    proven = mail.proven and client.id != WALK_IN
    return acknowledgement(
        ticket,
        client,
        rules,
        key=f"ack:{own_id(mail)}:{mail.fingerprint}",
        proven=proven,
        at=mail.arrived_at,
        files=[a.filename for a in mail.message.attachments if not a.inline],
        in_reply_to=mail.message.message_id,
        thread=cited_by(mail, shelf, rules) if proven else (),
    )


def acknowledgement(
    ticket: Ticket,
    client: Client,
    rules: Rules,
    *,
    key: str,
    proven: bool,
    at: datetime,
    files: list[str],
    in_reply_to: str,
    thread: tuple[str, ...] = (),
) -> Notice:
    """An ack to a ticket's requester; only one whose client we know is told more than the number."""
    manager = rules.directory.staff.get(client.manager) if proven else None
    contract = client.contracts_on(at.astimezone(client.zone).date())
    offered = [rules.directory.faq[name] for name in ticket.faq.split(",") if name in rules.directory.faq] if proven else []
    facts = {
        "due": ticket.answer_due_at,
        "proven": proven,
        "stranger": not proven,
        "requester_name": ticket.requester_name if proven else "",
        "manager_name": manager.name if manager else "",
        "attachments": files if proven else [],
        "faq": [{"title": each.title, "url": each.url, "text": each.text.strip()} for each in offered],
        "terms": (contract[0].plan.title if contract else "") if proven else "",
        "others": [],
    }
    return to_customer(
        Kind.ACK,
        Address(ticket.requester_name if proven else "", ticket.requester),
        ticket,
        rules,
        key=key,
        facts=facts,
        subject=ticket.subject if proven else "",
        links=(Purpose.FAQ_YES, Purpose.FAQ_NO) if offered else (),
        in_reply_to=in_reply_to,
        thread=thread,
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
    own = {each.number for each in (*shelf.tickets.values(), *shelf.recent.get(client.id, ())) if each.client == ticket.client}
    facts = ticket_facts(ticket, client, shelf) | {
        "words_of_customer": mail.message.shown_text,
        "author_name": harmless_name(mail.message.sender.name) if mail.message.sender else "",
        "author_address": mail.message.sender.address if mail.message.sender else "",
        "unproven": not mail.proven,
        "attachments": [a.filename for a in mail.message.attachments],
        "perhaps_same": resembles,
        "joinable": resembles in own,  # tickets of two clients are never joined
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
        for person in audience(ticket, rules.directory, shelf.unavailable)
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
    files = attachments.message.attachments if attachments else ()
    policy = rules.desk.programs
    running = programs(files) if policy is not Programs.PASS else ()
    facts = {**facts, "programs": list(running), "withheld": policy is Programs.HOLD}
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
        attachments=without_programs(files, policy) if running else files,
        markup=attachments.message.markup if attachments else (),
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
        "unreached": sorted(
            f"{person.address} ({person.flagged})"
            for person in shelf.participants.get(ticket.number, {}).values()
            if person.flagged
        ),
        "state": str(ticket.state),
        "cause": ticket.cause,
    }


def _balance_minutes(client: Client, contract: Contract, shelf: Shelf) -> int | None:
    """What is left, where the plan keeps a balance; nothing moved yet is zero."""
    if contract.plan.charge not in (Charge.PREPAID, Charge.RETAINER):
        return None
    balance = shelf.balances.get((client.id, contract.id))
    return balance.closing if balance else 0


def copies_to_participants(mail: Incoming, ticket: Ticket, rules: Rules, shelf: Shelf) -> tuple[Notice, ...]:
    """A proven participant's words for the ticket's other people, except for those whom the mail reached by itself.

    Only fresh words go: quotes below them may be of letters that the others have never seen.
    """
    words = without_private(mail.message.reading.reply_text, rules)
    mail = replace(
        mail,
        message=replace(mail.message, attachments=without_programs(mail.message.attachments, rules.desk.programs)),
    )
    if not words.strip() and not mail.message.attachments:
        return ()
    reached = {a.key for a in (*mail.message.to, *mail.message.cc)} | {mail.sender_key}
    author = harmless_name(mail.message.sender.name) if mail.message.sender else ""
    return tuple(
        relay(
            address,
            ticket,
            rules,
            shelf,
            relayed_words(words),
            key=f"relay:{own_id(mail)}:{mail.fingerprint}:{address.key}",
            author=author,
            attachments=mail.message.attachments,
            markup=mail.message.markup,
        )
        for address in people_of(ticket, shelf)
        if address.key not in reached
    )
