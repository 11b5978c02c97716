"""The figures of a daily report: opening, movements and closing of each contract, and what is left. They agree with the books or raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from maild.desk.decision import Document
from maild.desk.directory import Client
from maild.desk.proposal import Proposal
from maild.desk.ticket import Ticket
from maild.ledger import account
from maild.ledger.balance import Balance, effects
from maild.ledger.contract import Charge, Contract
from maild.ledger.entry import Entry
from maild.ledger.statement import Line, corrected_by, lines
from maild.reports import standing


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What the next report of a client will tell: entries that no report has covered, and tickets that are open."""

    entries: tuple[Entry, ...]
    had_contact: bool
    last: Document | None  # the report before
    later: tuple[Entry, ...]  # booked after the cut: they stand in the kept balances, and not in this report
    balances: Mapping[str, Balance]  # contract -> as kept
    open_tickets: tuple[Ticket, ...]
    subjects: Mapping[int, str]  # of the tickets that entries name
    quotes: tuple[Proposal, ...] = ()  # of those tickets
    accounts: Mapping[str, int] = field(default_factory=dict)  # sums as kept, later entries included
    lately: tuple[int, int] = (0, 0)  # minutes used of the first account, within so many days
    proven: frozenset[int] = (
        frozenset()
    )  # tickets of which somebody's words were proven: the others' subjects are told to nobody
    month: tuple[Entry, ...] = ()  # booked since the first of the local month, up to the cut: for the picture
    next_seq: int = 0  # the place in the client's chain from which the report after this one looks for more


class IdentityError(ArithmeticError):
    """Opening and movements do not give the closing that the books hold: nothing is sent, the operator is told."""


def closings(document: Document | None) -> dict[str, int]:
    """What each contract closed with in a report, those that did not move since included: the openings of the next."""
    return dict(document.facts["closings"]) if document else {}


def sums_of(client: Client, day: date, uncovered: Uncovered) -> tuple[list[dict[str, Any]], list[Line]]:
    """Opening, movements and closing of each contract, and the lines in booking order, each once."""
    before = closings(uncovered.last)
    in_force = [contract.id for contract in client.contracts_on(day)]
    moved = [contract for entry in uncovered.entries for contract in (entry.contract, *effects(entry))]
    plans = {contract.id: contract.plan for contract in client.contracts}
    sums: list[dict[str, Any]] = []
    listed: dict[int, Line] = {}
    through = uncovered.last.day if uncovered.last else None
    for contract in dict.fromkeys((*in_force, *moved)):
        if not contract or quote_number(contract):
            continue  # free time without a contract, and work by quote, are no contract's movements
        kept = uncovered.balances.get(contract) or Balance(client.id, contract)
        opening = Balance(client.id, contract, opening=before.get(contract, 0))
        after, made = lines(opening, uncovered.entries, through)
        later = sum(effects(entry).get(contract, 0) for entry in uncovered.later)
        if after.closing != kept.closing - later:
            raise IdentityError(
                f"{client.id} {contract} {day}: the report gives {after.closing}, the books {kept.closing - later}"
            )
        for line in made:
            listed.setdefault(line.entry.id, line)
        plan = plans.get(contract)
        sums.append(
            {
                "contract": contract,
                "plan_title": plan.title if plan else contract,
                "opening": after.opening,
                "bought": after.bought,
                "used": after.used,
                "corrected": after.corrected,
                "expired": after.expired,
                "closing": after.closing,
                "is_balance": plan is not None and plan.charge in (Charge.PREPAID, Charge.RETAINER),
            }
        )
    for entry in uncovered.entries:  # free time of clients without a contract moves no balance and is still told
        listed.setdefault(entry.id, Line(entry, 0, 0, None, corrected_by(entry)))
    return sums, [listed[number] for number in sorted(listed)]


def accounts_of(client: Client, day: date) -> tuple[Contract, ...]:
    """The contracts in force that keep an account, in the order in which they are drawn from."""
    return tuple(c for c in client.contracts_on(day) if c.plan.charge in (Charge.PREPAID, Charge.RETAINER))


def payer_of(client: Client, day: date) -> Contract | None:
    """Who pays for time once no account has anything left: what is charged by the hour or included, else the first account."""
    known = client.contracts_on(day)
    return next((c for c in known if c.plan.charge in (Charge.HOURLY, Charge.INCLUDED)), next(iter(known), None))


def left_of(sums: Sequence[Mapping[str, Any]], accounts: Sequence[Contract]) -> int | None:
    """What is left of all accounts in force together; of the one that moved where none is in force any more; None without any."""
    names = {contract.id for contract in accounts}
    held = [c["closing"] for c in sums if c["is_balance"] and c["contract"] in names]
    return sum(held) if held else next((c["closing"] for c in sums if c["is_balance"]), None)


def used_up(client: Client, day: date, sums: Sequence[Mapping[str, Any]], uncovered: Uncovered) -> list[dict[str, Any]]:
    """Accounts of which 80 or 95 percent are used up since this report's entries: told once, when it happens.

    Of a retainer's minutes it is the month's that count; of a prepaid account all that was ever bought.
    """
    found = []
    known = {contract.id: contract for contract in client.contracts}
    for each in sums:
        contract, kept = known.get(each["contract"]), uncovered.balances.get(each["contract"])
        if contract is None or kept is None or not each["is_balance"]:
            continue
        plan = contract.plan
        after = standing.percent_used(standing.allowance(contract, kept.bought, day), each["closing"])
        had_before = standing.allowance(contract, kept.bought - each["bought"], day)
        is_new_month = plan.charge is Charge.RETAINER and each["bought"]
        before = None if is_new_month else standing.percent_used(had_before, each["opening"])
        if standing.crossed(before, after) is not None:
            found.append({"percent": after, "plan_title": plan.title, "contract": each["contract"], "left": each["closing"]})
    return found


def quotes_of(client: Client, uncovered: Uncovered) -> list[dict[str, Any]]:
    """How far each quote has come that this report has time on."""
    named = {quote_number(entry.contract) for entry in uncovered.entries} - {0}
    found = []
    for quote in uncovered.quotes:
        if quote.number in named:
            name = account.quoted(client.id, quote.as_quote.id)
            later = sum(p.minutes for entry in uncovered.later for p in entry.postings if p.account == name)
            used = uncovered.accounts.get(name, 0) - later
            found.append({"number": quote.number, "used": used, "minutes": quote.minutes})
    return found


def quote_number(contract: str) -> int:
    """The quote that stands in place of a contract, 0 for a contract."""
    prefix, _, number = contract.partition("-")
    return int(number) if prefix == account.QUOTE and number.isdecimal() else 0
