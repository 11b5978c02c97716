"""A ticket, its states, and the table of allowed moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"  # staff say so; the customer has not confirmed
    CLOSED = "closed"


class Act(StrEnum):
    """What happened to a ticket that may move it."""

    CUSTOMER_WROTE = "customer wrote"
    CUSTOMER_THANKED = "customer thanked"
    CUSTOMER_CONFIRMED = "customer confirmed"
    CUSTOMER_DENIED = "customer denied"
    STAFF_ACTED = "staff acted"
    STAFF_WAITS = "staff waits"
    STAFF_SOLVED = "staff solved"
    STAFF_CLOSED = "staff closed"
    ANSWER_RETURNED = "answer returned"
    SILENCE = "silence"  # the configured time without the customer's word has passed


MOVES: dict[tuple[State, Act], State] = {
    (State.NEW, Act.STAFF_ACTED): State.OPEN,
    (State.NEW, Act.STAFF_WAITS): State.WAITING,
    (State.NEW, Act.STAFF_SOLVED): State.SOLVED,
    (State.NEW, Act.STAFF_CLOSED): State.CLOSED,
    (State.OPEN, Act.STAFF_WAITS): State.WAITING,
    (State.OPEN, Act.STAFF_SOLVED): State.SOLVED,
    (State.OPEN, Act.STAFF_CLOSED): State.CLOSED,
    (State.WAITING, Act.CUSTOMER_WROTE): State.OPEN,
    (State.WAITING, Act.STAFF_SOLVED): State.SOLVED,
    (State.WAITING, Act.STAFF_CLOSED): State.CLOSED,
    (State.SOLVED, Act.CUSTOMER_WROTE): State.OPEN,
    (State.SOLVED, Act.CUSTOMER_DENIED): State.OPEN,
    (State.SOLVED, Act.CUSTOMER_CONFIRMED): State.CLOSED,
    (State.SOLVED, Act.STAFF_WAITS): State.WAITING,
    (State.SOLVED, Act.STAFF_CLOSED): State.CLOSED,
    (State.SOLVED, Act.SILENCE): State.CLOSED,
    (State.WAITING, Act.ANSWER_RETURNED): State.OPEN,  # what was asked has reached nobody
    (State.SOLVED, Act.ANSWER_RETURNED): State.OPEN,
    (State.CLOSED, Act.CUSTOMER_WROTE): State.OPEN,  # within [promises] reopen; later a linked ticket is opened instead
    (State.CLOSED, Act.CUSTOMER_DENIED): State.OPEN,
    (State.CLOSED, Act.STAFF_SOLVED): State.CLOSED,
}


def moved(state: State, act: Act) -> State:
    """The state after an act; an act that the table does not name leaves the ticket where it is."""
    return MOVES.get((state, act), state)


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of the customer's side who may see and write on a ticket. `address` is in its compared form."""

    address: str
    name: str
    joined_at: datetime
    flagged: str = ""  # why mail to them fails for good


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request and all that belongs to it. Instants are UTC, minutes are sums over the ledger's rows of this ticket.

    `version` counts its recorded changes (an optimistic fence). `awaiting_since` is the arrival of the first customer's message
    that has had no human answer yet. `closed_by` is the proof of closing: the confirming Message-ID, or the policy's name.
    `unanswered`: the customer had to ask again, was told something else or rated 1 or 2, and has accepted no answer since.
    `waits_on` is the reference of the defect or idea whose mending its people wait for.
    """

    number: int
    subject: str
    client: str
    requester: str  # address, as mail is sent to it
    requester_name: str
    language: str
    opened_at: datetime
    state: State = State.NEW
    assignee: str = ""
    team: str = ""
    cause: str = ""
    vendor_defect: bool = False  # /bug: its time and items cost nothing
    contract: str = ""  # whose promises were given when it was opened
    acked_at: datetime | None = None
    first_answer_at: datetime | None = None
    last_answer_at: datetime | None = None
    answer_due_at: datetime | None = None
    awaiting_since: datetime | None = None
    last_customer_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    linked_to: int | None = None
    merged_into: int | None = None
    reopened: int = 0
    denied: int = 0  # "not yet" answers
    rating: int | None = None
    unanswered: bool = False
    waiting_since: datetime | None = None  # staff said that they wait for the customer
    eta_at: datetime | None = None  # promised by /eta
    eta_given_at: datetime | None = None
    solution_due_at: datetime | None = None  # where the plan names one
    later_at: datetime | None = None  # back in the agenda of `later_by` then
    later_by: str = ""
    waits_on: str = ""
    faq: str = ""  # names of the standard answers that its ack offered, until the customer says whether they helped
    messages: int = 0
    worked_minutes: int = 0
    charged_minutes: int = 0
    version: int = 0
