"""A retainer's months: minutes granted, fees due, unused minutes carried over or lapsed. Part of a month counts by days.

Each month's minutes are a lot with an account of its own (`acme:R-1:retainer:2026-11`), so what is left of it is the account's
sum. A lot lives through `rollover_months` more months, never beyond the contract, and the oldest is drawn first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from maild.ledger import account
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Entry, EntryKind, Posting
from maild.ledger.money import Money

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Lot:
    """One month's minutes: `left_minutes` by the books, and how much of a work date `room_minutes` can pay, lapsed ones included."""

    month: str
    left_minutes: int
    room_minutes: int


def month_of(day: date) -> str:
    """The month of a day, as "2026-11"."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """The first day of a month named "2026-11"."""
    return date(int(month[:4]), int(month[5:]), 1)


def later_month(month: str, count: int) -> str:
    """The month `count` months on (or back)."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def month_days(contract: Contract, month: str) -> tuple[int, int]:
    """(days of the month on which the contract is in force, days of the month)."""
    first = first_day(month)
    count = monthrange(first.year, first.month)[1]
    last = first.replace(day=count)
    starts, ends = max(first, contract.starts), min(last, contract.ends or last)
    return max((ends - starts).days + 1, 0), count


def month_minutes(contract: Contract, month: str) -> int:
    """Included minutes of a month; part of a month by days, a broken minute rounded up in the client's favour."""
    if contract.plan.included is None:
        return 0
    days, count = month_days(contract, month)
    return -(-contract.plan.included.minutes * days // count)


def month_fee(contract: Contract, month: str) -> Money | None:
    """The fee of a month; part of a month by days, half-even to the minor unit."""
    fee = contract.plan.fee
    days, count = month_days(contract, month)
    return Money(fee.amount * days / count, fee.currency).rounded() if fee else None


def last_day_of(contract: Contract, month: str) -> date:
    """The last day on which a month's lot may be drawn."""
    rollover = contract.plan.included.rollover_months if contract.plan.included else 0
    dies = first_day(later_month(month, rollover + 1)) - timedelta(days=1)
    return min(dies, contract.ends) if contract.ends else dies


def lots_alive(contract: Contract, accounts: Mapping[str, int], day: date) -> tuple[Lot, ...]:
    """Lots that may pay for work of that day, oldest first. A lot overdrawn by a correction lessens the room of the others."""
    if contract.ends and contract.ends < day:
        return ()
    lots = dict(_lots(contract, accounts))
    debt = -sum(left for left in lots.values() if left < 0)
    newest = month_of(day)
    oldest = later_month(newest, -contract.plan.included.rollover_months) if contract.plan.included else newest
    alive = []
    for month, left in sorted(lots.items()):
        if not oldest <= month <= newest:
            continue
        room = max(left, 0) + max(-accounts.get(account.expired(contract.client, contract.id, month), 0), 0)
        paid = min(debt, room)
        debt -= paid
        alive.append(Lot(month, left, room - paid))
    return tuple(alive)


def months_due(contract: Contract, accounts: Mapping[str, int], through: date, books_from: date | None) -> Iterator[str]:
    """Months that have begun by that day and are not in the books yet, oldest first; none before the contract or the books begin."""
    if contract.plan.charge is not Charge.RETAINER or through < max(contract.starts, books_from or contract.starts):
        return
    month = month_of(max(contract.starts, books_from or contract.starts))
    last = month_of(min(through, contract.ends or through))
    while month <= last:
        if account.holding(contract.client, contract.id, Charge.RETAINER, month) not in accounts:
            yield month
        month = later_month(month, 1)


def due(
    contract: Contract,
    accounts: Mapping[str, int],
    now: datetime,
    zone: tzinfo,
    books_from: date | None,
    directory_version: str = "",
) -> tuple[Entry, ...]:
    """What time has brought by now: months that began are opened, minutes whose life ended lapse. Booking it twice changes nothing.

    Each is booked at the instant at which it fell due in the client's zone, however late it is noticed. Call it before anything
    else of a client is priced or reported.
    """
    opened = tuple(
        entry
        for month in months_due(contract, accounts, now.astimezone(zone).date(), books_from)
        for entry in open_month(contract, month, now, zone, books_from, directory_version)
    )
    after = dict(accounts)
    for posting in (posting for entry in opened for posting in entry.postings):
        after[posting.account] = after.get(posting.account, 0) + posting.minutes
    return (*opened, *lapse(contract, after, now, zone, directory_version))


def open_month(
    contract: Contract, month: str, now: datetime, zone: tzinfo, books_from: date | None, directory_version: str = ""
) -> Iterator[Entry]:
    """The entries with which a month begins: its minutes (also when they are none) and its fee."""
    booked_at = min(now, _midnight(max(first_day(month), contract.starts, books_from or contract.starts), zone, now))
    minutes, fee = month_minutes(contract, month), month_fee(contract, month)
    days, count = month_days(contract, month)
    facts = (("month", month), ("days", f"{days}/{count}"))
    day = max(first_day(month), contract.starts)
    lot = account.holding(contract.client, contract.id, Charge.RETAINER, month)
    postings = (Posting(account.granted(contract.client), minutes), Posting(lot, -minutes))
    yield Entry(
        *(contract.client, contract.id, EntryKind.GRANT, day, booked_at, postings),
        rule="retainer:month",
        directory_version=directory_version,
        facts=facts,
    )
    if fee is not None:
        yield Entry(
            *(contract.client, contract.id, EntryKind.FEE, day, booked_at, ()),
            rule="retainer:fee",
            amount=fee.amount,
            currency=fee.currency,
            directory_version=directory_version,
            facts=facts,
        )


def lapse(
    contract: Contract, accounts: Mapping[str, int], now: datetime, zone: tzinfo, directory_version: str = ""
) -> Iterator[Entry]:
    """What lapsed by now.

    The first lapse of a lot is booked at the last instant of its life, so that a month's statement holds it; minutes that come
    back to a dead lot by a later correction lapse when they are seen.
    """
    if contract.plan.charge is not Charge.RETAINER:
        return
    today = now.astimezone(zone).date()
    for month, left in sorted(_lots(contract, accounts)):
        last = last_day_of(contract, month)
        if left <= 0 or last >= today:
            continue
        gone = account.expired(contract.client, contract.id, month)
        end = _midnight(last + timedelta(days=1), zone, now) - _INSTANT
        lot = account.holding(contract.client, contract.id, Charge.RETAINER, month)
        yield Entry(
            *(contract.client, contract.id, EntryKind.EXPIRY, last, now if gone in accounts else min(end, now)),
            (Posting(gone, -left), Posting(lot, left)),
            rule="retainer:lapse",
            directory_version=directory_version,
            facts=(("month", month),),
        )


def next_due_at(contracts: Iterable[Contract], after: datetime, zone: tzinfo) -> datetime | None:
    """When `due` will next have something to say: a month or a contract begins, or one ended. None: never again."""
    today = after.astimezone(zone).date()
    days: set[date] = set()
    for contract in contracts:
        if contract.plan.charge is not Charge.RETAINER:
            continue
        ended = contract.ends + timedelta(days=1) if contract.ends else None
        month = first_day(later_month(month_of(max(today, contract.starts)), 1))
        days |= {contract.starts, min(month, ended) if ended else month}
    return min((_midnight(day, zone, after) for day in days if day > today), default=None)


def _midnight(day: date, zone: tzinfo, like: datetime) -> datetime:
    """The instant at which a local day begins, written as `like` is."""
    return datetime.combine(day, time(), zone).astimezone(like.tzinfo)


def _lots(contract: Contract, accounts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    prefix = account.holding(contract.client, contract.id, Charge.RETAINER) + ":"
    return ((name[len(prefix) :], -total) for name, total in accounts.items() if name.startswith(prefix))
