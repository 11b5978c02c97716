"""What the reading commands ask by, and what they are answered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from maild.desk.decision import Event, Stored
from maild.desk.ticket import Participant, State, Ticket


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets: what is None does not matter. `overdue_at`: promised before then and not answered.

    `unanswered`: their customer waits for an answer, or had to ask again; `again`: these last alone.
    """

    client: str | None = None
    assignee: str | None = None
    states: tuple[State, ...] = ()
    overdue_at: datetime | None = None
    unanswered: bool = False
    again: bool = False
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """An attachment without its contents, which stay in the mail."""

    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """One message of a ticket: `id` is its row, `arrival` the mail it came as."""

    id: int
    stored: Stored
    arrival: int | None
    attachments: tuple[AttachmentFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with all that belongs to it."""

    ticket: Ticket
    participants: tuple[Participant, ...]
    thread: tuple[ThreadItem, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A mail that was set aside."""

    arrival_id: int
    mailbox: str
    arrived_at: datetime
    reason: str
    size: int  # octets
    message_id: str | None


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A letter that has not left, or could not."""

    id: int
    message_id: str
    kind: str
    recipient: str
    ticket: int | None
    state: str
    attempts: int
    queued_at: datetime
    due_at: datetime | None
    reply: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures for `status` and the metrics: rows by state."""

    arrivals_waiting: int
    quarantined: int
    letters: dict[str, int] = field(default_factory=dict)  # unsent and failed ones, by state
    tickets: dict[str, int] = field(default_factory=dict)  # by state, closed ones aside
    holds_open: int = 0


class Contact(NamedTuple):
    """What a client's next report is made for: messages, numbers of entries, and the place in the chain up to which all is covered then."""

    messages: list[ThreadItem]
    entries: list[int]
    next_seq: int
