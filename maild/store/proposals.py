"""Quotes and plans that were proposed to clients: written once, settled by whoever is first, read by ticket or by number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from maild.desk.proposal import Proposal, ProposalKind, ProposalState
from maild.ledger.money import Money
from maild.store.bulk import insert_rows
from maild.store.chunks import chunks, grouped
from maild.store.engine import Database
from maild.store.faults import StaleProposal
from maild.store.schema_work import proposal

_PLAIN = tuple(f.name for f in fields(Proposal) if f.name not in ("kind", "state", "rate"))


class Proposals(Database):
    """Reading what was proposed."""

    def quotes_on(self, tickets: Collection[int]) -> list[Proposal]:
        """The quotes of tickets, by number."""
        with self.reading() as connection:
            return [each for each in proposals_of(connection, tickets) if each.kind is ProposalKind.QUOTE]


def write_proposals(connection: Connection, proposals: Iterable[Proposal]) -> None:
    """Keep new ones, and what became of others. Raises StaleProposal where another mail has settled one since it was read."""
    rows = [_row(each) for each in proposals]
    insert_rows(connection, proposal, (row for row in rows if row["version"] == 1))
    settled = [{f"of_{name}": value for name, value in row.items()} for row in rows if row["version"] > 1]
    if settled:
        same = (proposal.c.kind == bindparam("of_kind"), proposal.c.number == bindparam("of_number"))
        change = update(proposal).where(*same, proposal.c.version == bindparam("of_version") - 1)
        names = ("state", "answered_at", "answered_by", "answer")
        change = change.values({name: bindparam(f"of_{name}", type_=proposal.c[name].type) for name in names})
        change = change.values(version=proposal.c.version + 1)
        if connection.execute(change, settled).rowcount != len(settled):
            raise StaleProposal("a proposal was answered by another mail")


def proposals_named(connection: Connection, keys: Collection[tuple[str, int]]) -> list[Proposal]:
    """Proposals by kind and number."""
    return [
        _proposal(row)
        for kind, numbers in grouped(keys).items()
        for some in chunks(sorted(numbers))
        for row in connection.execute(select(proposal).where(proposal.c.kind == kind, proposal.c.number.in_(some)))
    ]


def proposals_of(connection: Connection, tickets: Collection[int]) -> list[Proposal]:
    """What was proposed on tickets, oldest first."""
    found = [
        _proposal(row)
        for some in chunks(sorted(tickets))
        for row in connection.execute(select(proposal).where(proposal.c.ticket.in_(some)))
    ]
    return sorted(found, key=lambda each: (each.kind, each.number))


def _row(each: Proposal) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(each, name) for name in _PLAIN}
    rate, currency = (each.rate.amount, each.rate.currency) if each.rate else (None, "")
    return row | {"kind": each.kind.value, "state": each.state.value, "rate": rate, "currency": currency}


def _proposal(row: Row[Any]) -> Proposal:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    rate = Money(row.rate, row.currency) if row.rate is not None else None
    return Proposal(**values, kind=ProposalKind(row.kind), state=ProposalState(row.state), rate=rate)
