"""`maild export person ADDRESS`: what is held about somebody, as one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from maild.cli.books import time_entries

if TYPE_CHECKING:
    from maild.cli.opened import Opened
    from maild.desk.decision import Stored
    from maild.desk.directory import Directory


def person(desk: Opened, address: str) -> dict[str, Any]:
    """Everything: the directory's entry, tickets, mails both ways with their text, and of staff their work and held mails.

    Raises UsageError for what is no address.
    """
    from maild.ledger.rows import instant, time_row  # noqa: PLC0415
    from maild.message import address_key  # noqa: PLC0415
    from maild.store.about_person import about_person  # noqa: PLC0415

    if "@" not in address.strip("@"):
        raise click.UsageError(f'"{address}" is no address: maild export person NAME@DOMAIN')
    directory = desk.config.directory
    staff = directory.staff_at(address)
    keys = {address_key(each) for each in staff.addresses} if staff else {address_key(address)}
    found = about_person(desk.store, keys, staff.id if staff else "")
    return {
        "address": address_key(address),
        "directory": _entry(directory, address),
        "client": None if staff else found.client_remembered or directory.client_at(address).id,
        "client_remembered": found.client_remembered or None,
        "tickets": [
            {
                "number": ticket.number,
                "subject": ticket.subject,
                "client": ticket.client,
                "requester_name": ticket.requester_name,
                "language": ticket.language,
                "state": ticket.state.value,
                "opened_at": instant(ticket.opened_at),
                "closed_at": instant(ticket.closed_at),
                "rating": ticket.rating,
            }
            for ticket in found.tickets
        ],
        "takes_part": [
            {"ticket": number, "name": name, "joined_at": instant(at), "undeliverable": flagged or None}
            for number, name, at, flagged in found.takes_part
        ],
        "messages": [_message(stored) for stored in found.messages],
        "mails_kept": [
            {"arrival": number, "mailbox": mailbox, "arrived_at": instant(at), "bytes": size, "state": state}
            for number, mailbox, at, size, state in found.mails
        ],
        "holds": [
            {"hold": hold.id, "reason": hold.reason, "held_at": instant(hold.held_at), "state": hold.state.value}
            for hold in found.holds
        ],
        "served": list(found.served),
        "frozen_at": instant(found.frozen_at),
        "time": [time_row(entry) for entry in time_entries(desk, None, None, None) if entry.staff == staff.id] if staff else [],
    }


def _entry(directory: Directory, address: str) -> dict[str, Any] | None:
    """What clients.toml says of them."""
    if staff := directory.staff_at(address):
        return {"staff": staff.id, "name": staff.name, "addresses": list(staff.addresses), "roles": sorted(staff.roles)}
    contact = directory.contact_at(address)
    return asdict(contact) | {"client": directory.client_at(address).id} if contact else None


def _message(stored: Stored) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "message_id": stored.message_id,
        "direction": stored.side.value,
        "kind": stored.kind,
        "ticket": stored.ticket,
        "from": stored.from_address,
        "from_name": stored.from_name,
        "to": [stored.recipient] if stored.recipient else list(stored.to),
        "at": instant(stored.at),
        "subject": stored.subject,
        "text": stored.text,
    }
