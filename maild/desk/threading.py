"""Clues in a message, and which ticket they prove (contract, section 2: threading evidence)."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from datetime import datetime

from maild.desk.address import Token
from maild.desk.case import Shelf
from maild.desk.directory import WALK_IN, Client
from maild.desk.incoming import Incoming, base_subject, subject_numbers
from maild.desk.proposal import ANSWERS
from maild.desk.purpose import FAQ, RATINGS, Purpose
from maild.desk.ticket import State, Ticket
from maild.message import Message, address_key

BUTTONS = (Purpose.YES, Purpose.NOT_YET, *RATINGS, *FAQ)
MERGES_FOLLOWED = 10
CONVERSATION_OCTETS = 22  # of a Thread-Index: what all mails of a conversation share; five more octets follow for each reply


@dataclass(frozen=True, slots=True)
class Evidence:
    """The ticket that a mail belongs to and what proves it; or the one that it may resemble, which proves nothing."""

    ticket: Ticket | None = None
    how: str = ""  # "token" | "expired token" | "message id" | "subject"
    linked: int | None = None  # a new ticket that follows this old one
    resembles: int | None = None


def belongs(address: str, client: Client, ticket: Ticket, shelf: Shelf) -> bool:
    """Whether an address is the ticket's requester or participant, or shares its client. Strangers share nothing."""
    key = address_key(address)
    if key and (key == address_key(ticket.requester) or key in shelf.participants.get(ticket.number, {})):
        return True
    return client.id == ticket.client and client.id != WALK_IN


def find_ticket(mail: Incoming, client: Client, shelf: Shelf, reopen_after: datetime) -> Evidence:
    """Follow the clues, strongest first: signed address, known Message-ID, subject tag; the last two only with membership.

    A ticket closed before `reopen_after` is not reopened: the mail opens a new one that is linked to it. Yes and ratings reopen
    nothing, so they find their ticket however old it is.
    """
    named = mail.token_for(Purpose.CUSTOMER, *BUTTONS)
    if mail.token and mail.token.purpose in ANSWERS:  # words to a quote belong to the ticket that it was made on
        proposal = shelf.proposals.get((ANSWERS[mail.token.purpose][0], mail.token.number))
        named = proposal.ticket if proposal else None
    if named is not None and (ticket := followed(named, shelf)) is not None:
        if mail.token_for(Purpose.YES, *RATINGS, *FAQ):
            return Evidence(ticket, "token")
        if mail.token_for(Purpose.CUSTOMER) and _is_new_question(mail, ticket):
            return Evidence(linked=ticket.number, resembles=ticket.number)
        return _open_or_linked(ticket, "token", reopen_after)
    if mail.expired and (ticket := _of_expired(mail.expired, shelf)):  # an expired button is an ordinary reply
        if mail.expired.purpose is Purpose.CUSTOMER and _is_new_question(mail, ticket):
            return Evidence(linked=ticket.number, resembles=ticket.number)
        return _open_or_linked(ticket, "expired token", reopen_after)
    resembling: int | None = None
    for how, numbers in (("message id", cited_tickets(mail, shelf)), ("subject", subject_numbers(mail.message.subject))):
        for number in numbers:
            found = followed(number, shelf)
            if found is None:
                continue
            if belongs(mail.sender_key, client, found, shelf):
                return _open_or_linked(found, how, reopen_after)
            resembling = resembling or found.number
    same = followed(shelf.keys.get(conversation_key(mail.message), 0), shelf)
    return Evidence(resembles=resembling or (same.number if same else None))


def cited_tickets(mail: Incoming, shelf: Shelf) -> tuple[int, ...]:
    """Tickets that own the ids it cites: In-Reply-To first, then References from the newest back (RFC 5322, 3.6.4).

    Last comes the one that its own id was cited on: a reply to it that came before it. Where a message of that id is in the thread
    already, this is another message under the same id, and the id says nothing.
    """
    cited = (*mail.message.in_reply_to, *reversed(mail.message.references))
    owners = [owner for message_id in cited if (owner := _owner(message_id, shelf))]
    own = mail.message.message_id
    awaited = _owner(own, shelf) if own else None
    if awaited and all(stored.message_id != own for stored in shelf.threads.get(awaited, ())):
        owners.append(awaited)
    return tuple(dict.fromkeys(owners))


def conversation_key(message: Message) -> str:
    """Outlook's mark of a conversation in the form in which thread keys hold it, '' where there is none. A hint, never a proof.

    Thread-Index is base64 of one octet 01, five of a time, sixteen of a GUID, and five for each reply ([MS-OXOMSG], 2.2.1.3). It
    bears no angle brackets, so no Message-ID is ever taken for it.
    """
    value = "".join(message.header("Thread-Index").split())[:1000]
    try:
        octets = binascii.a2b_base64(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return ""
    return f"thread-index:{octets[:CONVERSATION_OCTETS].hex()}" if len(octets) >= CONVERSATION_OCTETS else ""


def followed(number: int, shelf: Shelf) -> Ticket | None:
    """The ticket of that number, or the one that it was merged into."""
    ticket = shelf.tickets.get(number)
    for _ in range(MERGES_FOLLOWED):
        if ticket is None or ticket.merged_into is None:
            return ticket
        ticket = shelf.tickets.get(ticket.merged_into)
    return None  # merged in a circle


def _of_expired(token: Token, shelf: Shelf) -> Ticket | None:
    """The ticket of a customer's address or button whose time is over."""
    return followed(token.number, shelf) if token.purpose in (Purpose.CUSTOMER, *BUTTONS) else None


def _owner(message_id: str, shelf: Shelf) -> int | None:
    """The ticket that held the id first, or that a letter of ours with that id was about."""
    ours = shelf.ours.get(message_id)
    return shelf.keys.get(message_id) or (ours.ticket if ours else None)


def _is_new_question(mail: Incoming, ticket: Ticket) -> bool:
    """A mail written to an old address out of the address book: it cites nothing and speaks of something else."""
    subject = base_subject(mail.message.subject)
    cites = mail.message.in_reply_to or mail.message.references or ticket.number in subject_numbers(mail.message.subject)
    return not cites and subject not in ("", base_subject(ticket.subject))


def _open_or_linked(ticket: Ticket, how: str, reopen_after: datetime) -> Evidence:
    if ticket.state is State.CLOSED and ticket.closed_at is not None and ticket.closed_at < reopen_after:
        return Evidence(linked=ticket.number, resembles=ticket.number)
    return Evidence(ticket, how)
