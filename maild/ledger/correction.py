"""Corrections: always a new entry, never a change.

A reversal is the exact negative of its entry; where the total of a ticket-day then differs from its rule, one further row (class
`rounding`) that names the entry brings it right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from maild.ledger import account
from maild.ledger.contract import Charge, Contract, Scope
from maild.ledger.cost import at_rate, sold_minutes
from maild.ledger.drawing import minutes_left
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting, live, reverse
from maild.ledger.free import DEFECT, WAIVED, free_entry
from maild.ledger.money import Money
from maild.ledger.retainer import month_of
from maild.ledger.rounding import kept_rule, ticket_day, total_weighted
from maild.ledger.work import Reason, Refused, Terms, Work

_REVERSIBLE = frozenset({EntryKind.TIME, EntryKind.ITEM, EntryKind.TOPUP, EntryKind.ADJUST, EntryKind.FEE})


def undo(
    entry: Entry, related: Iterable[Entry], *, author: str, booked_at: datetime, reason: str, source_message_id: str
) -> tuple[Entry, ...] | Refused:
    """Reverse an entry. `related`: every entry of its ticket; for entries without a ticket, whatever reverses it, if anything."""
    known = tuple(related)
    if any(other.reverses == entry.id for other in known):
        return Refused(Reason.ALREADY_REVERSED, (("entry", str(entry.id)),))
    if entry.kind not in _REVERSIBLE or entry.rule == "retainer:late":
        return Refused(Reason.NOT_REVERSIBLE, (("entry", str(entry.id)), ("kind", entry.kind.value)))
    reversal = reverse(entry, author=author, booked_at=booked_at, reason=reason, source_message_id=source_message_id)
    if not entry.fact("weighted") or kept_rule(entry).scope is Scope.ENTRY:
        return (reversal,)
    group = (*ticket_day(known, entry.ticket, entry.work_date, entry.contract), reversal)
    rounding = _bring_right(entry, reversal, group)
    return (reversal, rounding) if rounding else (reversal,)


def bug(ticket: Iterable[Entry], *, author: str, booked_at: datetime, reason: str, source_message_id: str) -> tuple[Entry, ...]:
    """The ticket proved to be the vendor's defect: everything charged comes back, and its time is booked anew as free."""
    entries: list[Entry] = []
    for entry in live(ticket):
        if entry.entry_class not in {EntryClass.CHARGED, EntryClass.OVER, EntryClass.ROUNDING}:
            continue
        entries.append(reverse(entry, author=author, booked_at=booked_at, reason=reason, source_message_id=source_message_id))
        if entry.kind is EntryKind.TIME:
            entries.append(_freed(entry, author, booked_at, source_message_id))
    return tuple(entries)


def waive(ticket: Iterable[Entry], work: Work, terms: Terms) -> tuple[Entry, ...] | Refused:
    """Take back the latest charge of `work.item` that still stands on the ticket, because of `work.note`.

    Where none was made, a row without minutes says that the item costs nothing, and why. An item of no contract is refused, and
    one that was waived before.
    """
    known = [entry for entry in ticket if entry.item == work.item]
    charged = [entry for entry in live(known) if entry.charged_minutes]
    if charged:
        author, source = work.author or work.staff, work.source_message_id
        return (reverse(charged[-1], author=author, booked_at=work.booked_at, reason=work.note, source_message_id=source),)
    sold = [contract.plan.items[work.item] for contract in terms.in_force(work.work_date) if work.item in contract.plan.items]
    if known or not sold:
        return Refused(Reason.NOTHING_CHARGED, (("item", work.item),))
    return (free_entry(replace(work, note=f"{sold[0].title}: {work.note}"), terms, WAIVED),)


def topup(
    contract: Contract,
    minutes: int,
    amount: Money | None,
    *,
    reference: str,
    day: date,
    author: str,
    booked_at: datetime,
    source_message_id: str,
    directory_version: str = "",
) -> Entry | Refused:
    """Minutes bought for a contract, at the price that was paid (None: not said). A retainer or a support period sells none."""
    if contract.plan.charge not in {Charge.PREPAID, Charge.HOURLY}:
        return Refused(Reason.NO_ACCOUNT, (("contract", contract.id), ("charge", contract.plan.charge.value)))
    name = account.holding(contract.client, contract.id, contract.plan.charge)
    return Entry(
        client=contract.client,
        contract=contract.id,
        kind=EntryKind.TOPUP,
        work_date=day,
        booked_at=booked_at,
        postings=(Posting(account.bought(contract.client), minutes), Posting(name, -minutes)),
        author=author,
        reason=reference,
        rule="topup",
        amount=amount.rounded().amount if amount else Decimal(0),
        currency=amount.currency if amount else "",
        source_message_id=source_message_id,
        directory_version=directory_version,
    )


def adjust(
    contract: Contract,
    minutes: int,
    accounts: Mapping[str, int],
    *,
    reason: str,
    day: date,
    author: str,
    booked_at: datetime,
    source_message_id: str,
    directory_version: str = "",
) -> Entry | Refused:
    """Give a contract minutes, or take some (negative). A retainer's are given to, or taken from, the month of `day`."""
    month = month_of(day) if contract.plan.charge is Charge.RETAINER else ""
    name = account.holding(contract.client, contract.id, contract.plan.charge, month)
    if month and minutes < 0 and minutes_left(accounts, name) < -minutes:
        return Refused(Reason.MORE_THAN_LEFT, (("minutes", str(-minutes)), ("left", str(minutes_left(accounts, name)))))
    return Entry(
        client=contract.client,
        contract=contract.id,
        kind=EntryKind.ADJUST,
        work_date=day,
        booked_at=booked_at,
        postings=(Posting(account.adjusted(contract.client), minutes), Posting(name, -minutes)),
        author=author,
        reason=reason,
        rule="adjust",
        source_message_id=source_message_id,
        directory_version=directory_version,
    )


def _freed(entry: Entry, author: str, booked_at: datetime, source_message_id: str) -> Entry:
    worked = entry.worked_minutes
    free = Posting(account.free(DEFECT, entry.client), worked)
    return replace(
        entry,
        id=0,
        booked_at=booked_at,
        author=author,
        postings=(Posting(account.staff(entry.staff), -worked), free),
        entry_class=EntryClass.FREE,
        reason=DEFECT,
        rule=f"free:{DEFECT}",
        charged_minutes=0,
        rate=None,
        amount=Decimal(0),
        currency="",
        source_message_id=source_message_id,
        facts=(("corrects", str(entry.id)),),
    )


def _bring_right(entry: Entry, reversal: Entry, group: tuple[Entry, ...]) -> Entry | None:
    """The row that makes a ticket-day cost what its rule says, now that `entry` is gone.

    What more is due is taken where the reversal gave back; what is too much goes back where the day's time was drawn, `over` first.
    """
    due = kept_rule(entry).charge(total_weighted(group)) - sum(e.charged_minutes for e in group)
    moves = _moves(due, reversal, group)
    if not moves:
        return None
    postings = (Posting(account.rounding(entry.client), -due), *moves)
    rate = Money(entry.rate, entry.currency) if entry.rate is not None else None
    row = replace(
        reversal,
        kind=EntryKind.ROUNDING,
        entry_class=EntryClass.ROUNDING,
        postings=tuple(posting for posting in postings if posting.minutes),
        rule=f"{entry.rule.partition('+')[0]}+rounding",
        worked_minutes=0,
        charged_minutes=due,
        note="",
        note_internal="",
        reverses=None,
        corrects=entry.id,
        facts=(*((key, value) for key, value in entry.facts if key in {"scope", "step", "minimum"}), ("weighted", "0")),
    )
    return replace(row, amount=_rounding_amount(row, rate, group))


def _rounding_amount(row: Entry, rate: Money | None, group: tuple[Entry, ...]) -> Decimal:
    """What a rounding row costs: a ticket-day's are priced together, so that no cent is left over when they cancel out."""
    before = [entry for entry in group if entry.entry_class is EntryClass.ROUNDING]
    sold = sum(sold_minutes(entry.postings) for entry in (*before, row))
    return at_rate(rate, sold).amount - sum((entry.amount for entry in before), Decimal(0))


def _moves(due: int, reversal: Entry, group: tuple[Entry, ...]) -> tuple[Posting, ...]:
    """Postings on the client's accounts that add `due` minutes to a ticket-day.

    An account that gave back more than the day had drawn from it (an earlier rounding row had given back part of this entry)
    is filled up first; the rest follows the rule of `_bring_right`.
    """
    drawn: dict[str, int] = {}
    for posting in (posting for entry in group for posting in entry.postings):
        if account.client_account(posting.account):
            drawn[posting.account] = drawn.get(posting.account, 0) + posting.minutes
    moves = {name: -minutes for name, minutes in drawn.items() if minutes < 0}
    rest = due - sum(moves.values())
    if rest > 0:
        rooms = [(posting.account, -posting.minutes) for posting in reversal.postings if posting.account in drawn]
    else:
        rooms = [(name, minutes) for name, minutes in reversed(drawn.items()) if minutes > 0]
        rooms.sort(key=lambda room: not room[0].endswith(f":{account.OVER}"))
    for name, room in rooms:
        part = min(abs(rest), room) if rest > 0 else -min(abs(rest), room)
        moves[name] = moves.get(name, 0) + part
        rest -= part
    return tuple(Posting(name, minutes) for name, minutes in moves.items() if minutes)
