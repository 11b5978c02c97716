"""A message beyond the size limit: its headers are kept as an arrival of their own, the message itself stays in the mailbox."""

from __future__ import annotations

from maild.ingest.imap_fetch import Oversized
from maild.message import Arrival

SIZE_FIELD = b"Oversized-Octets: "  # no X-Maild- name: those mark mail of machines (ingest/origin.py)


def headers_alone(mailbox: str, uidvalidity: int, message: Oversized) -> Arrival:
    """The arrival that stands for it: a field of ours on top tells its size, so that nobody takes it for the whole."""
    head = message.header.rstrip(b"\r\n") + b"\r\n\r\n"
    return Arrival(
        mailbox, uidvalidity, message.uid, message.arrived_at, SIZE_FIELD + str(message.size).encode() + b"\r\n" + head
    )


def oversize_of(arrival: Arrival) -> int:
    """The size in octets of the message that an arrival stands for; 0 for an ordinary arrival."""
    if not arrival.raw.startswith(SIZE_FIELD):
        return 0
    value = arrival.raw[len(SIZE_FIELD) : arrival.raw.find(b"\r\n")]
    return int(value) if value.isdigit() else 0
