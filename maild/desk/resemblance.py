"""Perhaps the same: a client's other open request of the last day on the same subject. Proposed to staff, never joined by itself."""

from __future__ import annotations

from datetime import timedelta

from maild.desk.case import Shelf
from maild.desk.directory import WALK_IN
from maild.desk.incoming import base_subject
from maild.desk.ticket import State, Ticket
from maild.desk.word_forms import stems
from maild.message import address_key

WITHIN = timedelta(days=1)
TELLING_LETTERS = 4  # shorter words are in every subject
ALIKE = 0.5  # of the words that either subject holds


def alike_of_the_day(ticket: Ticket, shelf: Shelf) -> int | None:
    """The newest ticket that a new one may repeat, by subject; of a stranger only their own."""
    own = base_subject(ticket.subject)
    words = _telling(own)
    for other in shelf.recent.get(ticket.client, ()):
        if other.state is State.CLOSED or other.merged_into is not None or ticket.opened_at - other.opened_at > WITHIN:
            continue
        if ticket.client == WALK_IN and address_key(other.requester) != address_key(ticket.requester):
            continue
        subject = base_subject(other.subject)
        theirs = _telling(subject)
        if (own and own == subject) or (words and theirs and len(words & theirs) >= ALIKE * len(words | theirs)):
            return other.number
    return None


def _telling(subject: str) -> frozenset[str]:
    return frozenset(each for each in stems(subject) if len(each) >= TELLING_LETTERS)
