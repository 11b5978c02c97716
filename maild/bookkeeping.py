"""The moments at which the books move by themselves: a retainer's month begins, its fee falls due, what is left of the old one lapses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from maild.desk.case import Needs
from maild.desk.decision import Decision, Due
from maild.desk.directory import Client, Directory
from maild.ledger import retainer
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Entry
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.store import Store

Judge = Callable[[Store, Setting, ClaimedDue, datetime], None]
MONTHS = "months"  # a moment's name: something of a client's retainers falls due
_VERSION = "directory"  # a fact of it: the terms by which the moment was computed


def first_moments(directory: Directory, standing: Iterable[Due], now: datetime) -> tuple[Due, ...]:
    """Moments that new terms ask for: each client with a retainer is looked at once, and then at the moments that follow."""
    known = {due.which for due in standing if (_VERSION, directory.version) in due.facts}
    wanted = (client for client in directory.clients.values() if _retainers(client) and client.id not in known)
    return tuple(Due(MONTHS, client.id, now, ((_VERSION, directory.version),)) for client in wanted)


def months(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """Book what a client's retainers have brought by now, and come back when the next month begins."""
    directory = setting.rules.directory
    client = directory.clients.get(moment.which)
    with store.begin() as tx:
        shelf = tx.load(Needs(clients=frozenset({moment.which})), now)
        decision = Decision(reason="no retainer any more")
        if client is not None:
            decision = fallen_due(client, shelf.accounts.get(client.id, {}), directory, now)
        tx.record(None, None, "", tx.number(decision))
        tx.finish_due(moment)


def fallen_due(client: Client, accounts: dict[str, int], directory: Directory, now: datetime) -> Decision:
    """What is booked by now, and the next moment. Judged twice, it books nothing the second time."""
    entries: list[Entry] = []
    for contract in _retainers(client):
        entries += retainer.due(contract, accounts, now, client.zone, None, directory.version)
    at = retainer.next_due_at(client.contracts, now, client.zone)
    again = (Due(MONTHS, client.id, at, ((_VERSION, directory.version),)),) if at else ()
    return Decision(entries=tuple(entries), dues=again, reason="months of retainers")


def _retainers(client: Client) -> list[Contract]:
    return [contract for contract in client.contracts if contract.plan.charge is Charge.RETAINER]


MOMENTS: dict[str, Judge] = {MONTHS: months}
