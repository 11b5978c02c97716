"""What letters to the people of a ticket have in common: whose they are, in which thread they stand, what they quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from maild.desk.case import Shelf
from maild.desk.decision import Kind, Notice, Side, Stored
from maild.desk.directory import Staff
from maild.desk.incoming import Incoming, Rules
from maild.desk.purpose import Purpose
from maild.desk.staff_writing import without_private
from maild.desk.ticket import Ticket
from maild.message import Address, Attachment, address_key, harmless_name, is_writable

_INTRODUCES = re.compile(r"(\d|@).*:\s*$")  # "On Mon, 9 Nov 2026, Olga wrote:"


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


def relay(
    address: Address,
    ticket: Ticket,
    rules: Rules,
    shelf: Shelf,
    facts: dict[str, Any],
    *,
    key: str,
    author: str,
    attachments: Sequence[Attachment],
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
        facts=_as_seen_by(address, facts, rules),
        from_name=author,
        author=staff,
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
        attachments=tuple(attachments),
        **more,
    )


def _as_seen_by(address: Address, facts: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """A quote is for its author and for those it was addressed to: a copy of ours held its fresh words alone (section 4)."""
    if address.key in facts["quoted_readers"]:
        return {**facts, "quoted_text": without_private(facts["quoted_text"], rules)}
    return {**facts, "quoted_text": ""}


def relayed_words(words: str, quoted: Stored | None = None) -> dict[str, Any]:
    """What every relay says: the words, and below them what they answer."""
    return {
        "words_of_author": words,
        "quoted_author": (harmless_name(quoted.from_name) or quoted.from_address) if quoted else "",
        "quoted_at": quoted.at if quoted else None,
        "quoted_text": quotable_text(quoted.text) if quoted else "",
        "quoted_readers": frozenset(map(address_key, (quoted.from_address, *quoted.to))) if quoted else frozenset(),
        "signature": "",
        "charge_notes": [],
        "promised_at": None,
        "promised_text": "",
        "close_after_days": None,
    }


def quotable_text(text: str) -> str:
    """A customer's mail as it is quoted back: without the older quotes at its end where they are marked, and what introduces them."""
    lines = text.rstrip().split("\n")
    kept = len(lines)
    while kept and (not lines[kept - 1].strip() or lines[kept - 1].lstrip().startswith(">")):
        kept -= 1
    if kept == len(lines):
        return text
    if kept and _INTRODUCES.search(lines[kept - 1]):
        kept -= 1
    elif kept > 1 and lines[kept - 1].rstrip().endswith(":") and _INTRODUCES.search(f"{lines[kept - 2]} {lines[kept - 1]}"):
        kept -= 2
    return "\n".join(lines[:kept]).rstrip()


def people_of(ticket: Ticket, shelf: Shelf) -> tuple[Address, ...]:
    """The requester, then the participants: the only addresses that a relay ever goes to."""
    people = {address_key(ticket.requester): Address(ticket.requester_name, ticket.requester)} if ticket.requester else {}
    for participant in shelf.participants.get(ticket.number, {}).values():
        people.setdefault(participant.address, Address(participant.name, participant.address))
    return tuple(person for person in people.values() if is_writable(person.address))


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


def cited_by(mail: Incoming, shelf: Shelf, rules: Rules) -> tuple[str, ...]:
    """The thread that a mail stands in for its sender: what it cites, letters of ours to other people left out."""
    home = f"@{rules.desk.domain}>".lower()
    return tuple(
        cited
        for cited in mail.message.references
        if not cited.lower().endswith(home)
        or (cited in shelf.ours and address_key(shelf.ours[cited].recipient) == mail.sender_key)
    )


def last_words_of_customer(ticket: int, shelf: Shelf) -> Stored | None:
    """The customer's last message on a ticket that was proven, else the one that opened it: what a relay quotes."""
    thread = shelf.threads.get(ticket, [])
    theirs = [stored for place, stored in enumerate(thread) if stored.side is Side.IN and (stored.proven or place == 0)]
    return theirs[-1] if theirs else None
