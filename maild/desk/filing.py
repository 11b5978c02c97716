"""A mail as its ticket's thread keeps it, and the ids by which later mails find that ticket."""

from __future__ import annotations

from maild.desk.decision import Side, Stored
from maild.desk.directory import WALK_IN, Client
from maild.desk.incoming import Incoming, own_id
from maild.desk.threading import conversation_key
from maild.desk.ticket import Ticket
from maild.message import Address


def stored_in(mail: Incoming, ticket: Ticket | None, kind: str = "mail") -> Stored:
    """The mail whole, nothing cut."""
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
        contact=ticket is not None and mail.is_person and (mail.proven or mail.authenticated is None),
        attachments=message.attachments,
    )


def keys_of(mail: Incoming, client: Client, number: int) -> tuple[tuple[str, int], ...]:
    """Its own id, Outlook's mark of its conversation, which is a hint for staff alone, and what it cites.

    What it merely cites counts only for a believed sender who belongs to a client (contract, section 2).
    """
    cited = (*mail.message.in_reply_to, *mail.message.references) if mail.authenticated and client.id != WALK_IN else ()
    own = (mail.message.message_id, conversation_key(mail.message))
    return tuple((key, number) for key in dict.fromkeys((*own, *cited)) if key)
