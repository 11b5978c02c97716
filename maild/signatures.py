"""Our own check of a mail's signatures, as a step of its own before anything is judged: no transaction waits for DNS.

Where DNS gives no answer, nothing is believed. A question that is on its way sends the mail back to wait a moment; where the zone is
silent, a mail in the name of staff waits and is tried again for an hour, then it is held like any that lacks a proof. A customer's
does not wait so long: it is acknowledged, and shown to staff as unproven.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.ingest import dkim_check
from maild.ingest.authentication import DkimOutcome, from_domain, has_trusted_results
from maild.ingest.dkim_check import Lookup
from maild.ingest.dns import DnsPending
from maild.message import Arrival, Message
from maild.opening import Door

ASKED_AGAIN = timedelta(seconds=1)  # a question is on its way
TRIED_AGAIN = timedelta(minutes=1)  # nobody answered
TRIED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found; None where it is not asked for. `come_back`: when to look again, before anything is decided."""

    outcome: DkimOutcome | None = None
    come_back: datetime | None = None


class Signatures:
    """Checks signatures with records from a lookup."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def checked(
        self, arrival: Arrival, message: Message, door: Door, *, of_staff: bool, kept_at: datetime, now: datetime
    ) -> Checked:
        """Check a mail where no trusted server has said anything about it."""
        if has_trusted_results(message, door.trust_authserv) or not dkim_check.installed():
            return Checked()
        on_its_way = False

        def lookup(name: str) -> bytes | None:
            nonlocal on_its_way
            try:
                return self._lookup(name)
            except DnsPending:
                on_its_way = True
                raise

        domain = from_domain(message)
        if not domain or not message.header_values("DKIM-Signature"):
            return Checked(DkimOutcome(reasons=("not signed",)))
        outcome = dkim_check.check(arrival.raw, message, domain, arrival.arrived_at, lookup)
        if outcome.pending and now - kept_at < TRIED_FOR:
            if on_its_way:
                return Checked(outcome, now + ASKED_AGAIN)
            if of_staff:
                return Checked(outcome, now + TRIED_AGAIN)
        return Checked(outcome)
