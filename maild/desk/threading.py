"""Clues in a message, and which ticket they prove (contract, section 2: threading evidence)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.desk.case import Shelf
from maild.desk.directory import WALK_IN, Client
from maild.desk.incoming import Incoming, base_subject, subject_numbers
from maild.desk.purpose import RATINGS, Purpose
from maild.desk.ticket import State, Ticket
from maild.message import address_key

BUTTONS = (Purpose.YES, Purpose.NOT_YET, *RATINGS)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The ticket that a mail belongs to and what proves it; or the one that it may resemble, which proves nothing."""

    ticket: Ticket | None = None
    how: str = ""  # "token" | "message id" | "subject"
    linked: int | None = None  # a new ticket that follows this old one
    resembles: int | None = None


def belongs(address: str, client: Client, ticket: Ticket, shelf: Shelf) -> bool:
    """Whether an address is the ticket's requester or participant, or shares its client. Strangers share nothing."""
    key = address_key(address)
    if key == address_key(ticket.requester) or key in shelf.participants.get(ticket.number, {}):
        return True
    return client.id == ticket.client and client.id != WALK_IN


def find_ticket(mail: Incoming, client: Client, shelf: Shelf, reopen_after: datetime) -> Evidence:
    """Follow the clues, strongest first: signed address, known Message-ID, subject tag; the last two only with membership.

    A ticket closed before `reopen_after` is not reopened: the mail opens a new one that is linked to it.
    """
    named = mail.token_for(Purpose.CUSTOMER, *BUTTONS)
    if named is not None and (ticket := _followed(named, shelf)) is not None:
        if mail.token_for(Purpose.CUSTOMER) and _is_new_question(mail, ticket):
            return Evidence(linked=ticket.number, resembles=ticket.number)
        return _open_or_linked(ticket, "token", reopen_after)
    resembling: int | None = None
    for how, numbers in (("message id", cited_tickets(mail, shelf)), ("subject", subject_numbers(mail.message.subject))):
        for number in numbers:
            found = _followed(number, shelf)
            if found is None:
                continue
            if belongs(mail.sender_key, client, found, shelf):
                return _open_or_linked(found, how, reopen_after)
            resembling = resembling or found.number
    return Evidence(resembles=resembling)


def cited_tickets(mail: Incoming, shelf: Shelf) -> tuple[int, ...]:
    """Tickets that own the ids it cites: In-Reply-To first, then References from the newest back (RFC 5322, 3.6.4)."""
    cited = (*mail.message.in_reply_to, *reversed(mail.message.references))
    return tuple(dict.fromkeys(shelf.keys[message_id] for message_id in cited if message_id in shelf.keys))


def _followed(number: int, shelf: Shelf) -> Ticket | None:
    """The ticket, or the one that it was merged into."""
    ticket = shelf.tickets.get(number)
    for _ in range(10):
        if ticket is None or ticket.merged_into is None:
            return ticket
        ticket = shelf.tickets.get(ticket.merged_into)
    return ticket


def _is_new_question(mail: Incoming, ticket: Ticket) -> bool:
    """A mail written to an old address out of the address book: it cites nothing and speaks of something else."""
    subject = base_subject(mail.message.subject)
    return not mail.message.in_reply_to and not mail.message.references and subject not in ("", base_subject(ticket.subject))


def _open_or_linked(ticket: Ticket, how: str, reopen_after: datetime) -> Evidence:
    if ticket.state is State.CLOSED and ticket.closed_at is not None and ticket.closed_at < reopen_after:
        return Evidence(linked=ticket.number)
    return Evidence(ticket=ticket, how=how)
