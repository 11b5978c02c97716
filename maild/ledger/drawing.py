"""Which of a client's accounts pay: contracts in the order in which they are listed, then overdrafts, then `over`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from maild.ledger import account
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Posting
from maild.ledger.retainer import lots_alive


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Minutes of a retainer's month that had lapsed when work of that month was booked late: they are given back first."""

    contract: str
    month: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Who pays: postings on the client's accounts, minutes that went `over`, lapsed minutes to give back beforehand."""

    postings: tuple[Posting, ...]
    over_minutes: int = 0
    given_back: tuple[Lapsed, ...] = ()


class _Source(NamedTuple):
    """An account that can pay up to `room_minutes` (None: any number); what it pays beyond `left_minutes` had lapsed."""

    contract: Contract
    account: str
    room_minutes: int | None
    left_minutes: int | None = None
    month: str = ""


def minutes_left(accounts: Mapping[str, int], name: str) -> int:
    """What a holding still has; negative when it is overdrawn."""
    return -accounts.get(name, 0)


def has_room(contract: Contract, accounts: Mapping[str, int], day: date) -> bool:
    """Whether a contract can pay at least a minute of work of that day without an overdraft."""
    return any(source.room_minutes is None or source.room_minutes > 0 for source in _sources(contract, accounts, day))


def draw(minutes: int, contracts: tuple[Contract, ...], accounts: Mapping[str, int], day: date) -> Drawing:
    """Spread charged minutes of a work date over the contracts that pay for it. What none can pay is `over` on the first."""
    if len(contracts) == 1 and minutes > 0 and (name := _pays_all(contracts[0], minutes, accounts)):
        return Drawing((Posting(name, minutes),))
    taken: dict[str, int] = {}
    given_back: list[Lapsed] = []
    rest = minutes
    for source in _in_order(contracts, accounts, day):
        if not rest:
            break
        part = rest if source.room_minutes is None else min(rest, max(source.room_minutes, 0))
        if part <= 0:
            continue
        taken[source.account] = taken.get(source.account, 0) + part
        if source.left_minutes is not None and part > source.left_minutes:
            given_back.append(Lapsed(source.contract.id, source.month, part - source.left_minutes))
        rest -= part
    if rest:
        taken[account.over(contracts[0].client, contracts[0].id)] = rest
    return Drawing(tuple(Posting(name, part) for name, part in taken.items()), rest, tuple(given_back))


def _pays_all(contract: Contract, minutes: int, accounts: Mapping[str, int]) -> str:
    """The one account that pays for everything, as it mostly is; '' where it must be looked at closer."""
    if contract.plan.charge is Charge.RETAINER:
        return ""
    name = account.holding(contract.client, contract.id, contract.plan.charge)
    return name if contract.plan.charge is not Charge.PREPAID or minutes_left(accounts, name) >= minutes else ""


def _in_order(contracts: tuple[Contract, ...], accounts: Mapping[str, int], day: date) -> Iterator[_Source]:
    for contract in contracts:
        yield from _sources(contract, accounts, day)
    for contract in contracts:
        if contract.plan.charge is Charge.PREPAID:
            name = account.holding(contract.client, contract.id, Charge.PREPAID)
            left = minutes_left(accounts, name)
            yield _Source(contract, name, contract.plan.overdraft_minutes + min(left, 0))


def _sources(contract: Contract, accounts: Mapping[str, int], day: date) -> Iterator[_Source]:
    if contract.plan.charge is Charge.RETAINER:
        for lot in lots_alive(contract, accounts, day):
            name = account.holding(contract.client, contract.id, Charge.RETAINER, lot.month)
            yield _Source(contract, name, lot.room_minutes, max(lot.left_minutes, 0), lot.month)
        return
    name = account.holding(contract.client, contract.id, contract.plan.charge)
    prepaid = contract.plan.charge is Charge.PREPAID
    yield _Source(contract, name, max(minutes_left(accounts, name), 0) if prepaid else None)
