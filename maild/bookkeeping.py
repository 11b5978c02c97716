"""The moments at which the books move by themselves: a retainer's month begins, its fee falls due, what is left of the old one lapses.

And those at which a client is told that a contract ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from maild.desk.case import Needs
from maild.desk.decision import Decision, Due
from maild.desk.directory import Client, Directory
from maild.ledger import retainer
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Entry
from maild.reports import daily, endings
from maild.reports.standing import DAYS_BEFORE, ending
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.store import Store

Judge = Callable[[Store, Setting, ClaimedDue, datetime], None]
MONTHS = "months"  # a moment's name: something of a client's retainers falls due
_VERSION = "directory"  # a fact of it: the terms by which the moment was computed


def first_moments(directory: Directory, standing: Iterable[Due], now: datetime) -> tuple[Due, ...]:
    """Moments that new terms ask for: clients with a retainer are looked at once, then at what follows; and contracts that end."""
    version = (_VERSION, directory.version)
    known = {(due.what, due.which) for due in standing if version in due.facts}
    clients = directory.clients.values()
    retained = (client for client in clients if _retainers(client) and (MONTHS, client.id) not in known)
    told = {name for what, name in known if what == endings.ENDS}
    return (
        *(Due(MONTHS, client.id, now, (version,)) for client in retained),
        *endings.first_moments(clients, now, version, told),
    )


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


def contract_ends(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """Tell a client that a contract ends; where a report is made at the same time, it says so in its first line."""
    rules = setting.rules
    client = rules.directory.clients.get(moment.which)
    if client is None or not client.report_to:
        decision = Decision(reason="nobody to tell")
    else:
        day, today = (at.astimezone(client.zone).date() for at in (moment.at, now))
        at = endings.next_ends_at(client, moment.at)
        again = (Due(endings.ENDS, client.id, at, moment.facts),) if at else ()
        reported = any(due.which == client.id and due.at == moment.at for due in store.dues(daily.REPORT))
        balances = {balance.contract: balance for balance in store.balances(client.id)}
        is_past = ending(client, today, max(DAYS_BEFORE)) is None  # seen late
        tells = not reported and not is_past and (at is None or at > now)  # of two that passed the later one
        told = endings.ends_letters(client, day, balances, rules) if tells else ()
        decision = Decision(dues=again, notices=told, reason="contract ends")
    with store.begin() as tx:
        tx.load(Needs(), now)
        numbered = tx.number(decision)
        tx.record(None, None, "", numbered, [setting.composer.compose(notice, now) for notice in numbered.notices])
        tx.finish_due(moment)


def _retainers(client: Client) -> list[Contract]:
    return [contract for contract in client.contracts if contract.plan.charge is Charge.RETAINER]


MOMENTS: dict[str, Judge] = {MONTHS: months, endings.ENDS: contract_ends}
