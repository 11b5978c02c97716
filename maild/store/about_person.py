"""All that memory holds about one person, found by their addresses: what `maild export person` gives.

It walks through the messages once: it is asked for seldom, and no index is kept for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from maild.desk.decision import Stored
from maild.desk.hold import Hold
from maild.desk.ticket import Ticket
from maild.store import schema as s
from maild.store import schema_work as w
from maild.store.engine import Database
from maild.store.rows import hold_from, stored_from, ticket_from


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """Oldest first.

    `takes_part` are (ticket, name, joined at, why mail to them fails); `mails` are arrivals: id, mailbox, at, octets, state.
    """

    tickets: tuple[Ticket, ...]
    takes_part: tuple[tuple[int, str, datetime, str], ...]
    messages: tuple[Stored, ...]
    mails: tuple[tuple[int, str, datetime, int, str], ...]
    client_remembered: str
    holds: tuple[Hold, ...]
    served: tuple[str, ...]
    frozen_at: datetime | None


def about_person(database: Database, addresses: Collection[str], staff: str = "") -> AboutPerson:
    """Read it. `addresses` are in their compared form; `staff` is the id of a member of the desk."""
    keys = sorted(addresses)
    m = s.message.c
    theirs = or_(func.lower(m.from_address).in_(keys), func.lower(m.recipient).in_(keys))
    theirs = or_(theirs, m.author == staff) if staff else theirs
    requested = select(s.ticket).where(func.lower(s.ticket.c.requester).in_(keys)).order_by(s.ticket.c.number)
    part = select(s.participant).where(s.participant.c.address.in_(keys)).order_by(s.participant.c.ticket)
    with database.reading() as connection:
        rows: list[Any] = list(connection.execute(select(s.message).where(theirs).order_by(m.id)))
        arrivals = sorted({row.arrival for row in rows if row.arrival is not None})
        mails = []
        for arrival_id in arrivals:
            joined = select(s.arrival, s.raw.c.size).join(s.raw, s.raw.c.id == s.arrival.c.raw)
            row = connection.execute(joined.where(s.arrival.c.id == arrival_id)).one()
            mails.append((row.id, row.mailbox, row.arrived_at, row.size, row.state))
        held = connection.execute(select(w.hold).where(w.hold.c.staff == staff).order_by(w.hold.c.id)) if staff else ()
        served = select(w.served.c.client).where(w.served.c.staff == staff).order_by(w.served.c.client)
        return AboutPerson(
            tuple(ticket_from(row) for row in connection.execute(requested)),
            tuple((row.ticket, row.name, row.joined_at, row.flagged) for row in connection.execute(part)),
            tuple(stored_from(row) for row in rows),
            tuple(mails),
            next(iter(connection.execute(select(w.remembered.c.client).where(w.remembered.c.address.in_(keys))).scalars()), ""),
            tuple(hold_from(row) for row in held),
            tuple(connection.execute(served).scalars()) if staff else (),
            connection.execute(select(w.frozen.c.frozen_at).where(w.frozen.c.staff == staff)).scalar_one_or_none(),
        )
