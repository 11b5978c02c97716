"""What a client is asked to agree to: a quote for work beside the contract, a plan of an offer. Agreed only by whoever may approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.desk.directory import WALK_IN, Client
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket
from maild.ledger.money import Money
from maild.ledger.work import Quote
from maild.message import Address, address_key


class ProposalKind(StrEnum):
    """What is proposed; each kind is numbered by itself, without gaps."""

    QUOTE = "quote"
    PLAN = "plan"


class ProposalState(StrEnum):
    """What became of it."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to say yes or no to.

    `minutes` is a quote's ceiling; None for help by the hour without one. `rate` is an hour's, as it was told to the client.
    `number` is negative while it is new: -1 is the first of its decision. `answer` is the Message-ID that settled it.
    """

    kind: ProposalKind
    number: int
    client: str
    ticket: int
    author: str  # staff id
    made_at: datetime
    text: str = ""
    minutes: int | None = None
    rate: Money | None = None
    plan: str = ""
    state: ProposalState = ProposalState.OPEN
    answered_at: datetime | None = None
    answered_by: str = ""
    answer: str = ""
    version: int = 0

    @property
    def as_quote(self) -> Quote:
        """As the ledger prices by it."""
        return Quote(self.number, self.minutes, self.state is ProposalState.AGREED, self.rate)


# purpose of a signed address -> (what it is about, its answer; None: words, or the second mail that confirms)
ANSWERS: dict[Purpose, tuple[ProposalKind, bool | None]] = {
    Purpose.QUOTE: (ProposalKind.QUOTE, None),
    Purpose.QUOTE_YES: (ProposalKind.QUOTE, True),
    Purpose.QUOTE_NO: (ProposalKind.QUOTE, False),
    Purpose.QUOTE_CONFIRM: (ProposalKind.QUOTE, True),
    Purpose.OFFER_YES: (ProposalKind.PLAN, True),
    Purpose.OFFER_NO: (ProposalKind.PLAN, False),
    Purpose.OFFER_CONFIRM: (ProposalKind.PLAN, True),
}
CONFIRM_OF = {ProposalKind.QUOTE: Purpose.QUOTE_CONFIRM, ProposalKind.PLAN: Purpose.OFFER_CONFIRM}
CONFIRMS = frozenset(CONFIRM_OF.values())


def approvers(client: Client, ticket: Ticket) -> tuple[Address, ...]:
    """Whoever may agree to pay for a client. A walk-in asks for themselves, and may be offered a plan."""
    if client.id == WALK_IN:
        return (Address(ticket.requester_name, ticket.requester),) if ticket.requester else ()
    names = {address_key(contact.address): contact.name for contact in client.contacts}
    return tuple(Address(names.get(address_key(address), ""), address) for address in client.approve)
