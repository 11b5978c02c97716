"""Whether an entry costs what its rule says: priced once more, from what was worked and what stood in the books then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from maild.ledger import account
from maild.ledger.billing import BY_THE_MINUTE, paying_contracts, pricing_order
from maild.ledger.charge import Charged, ChargedTime, charge_item, charge_work
from maild.ledger.contract import Contract, Plan, Scope
from maild.ledger.cost import Cost, at_rate, cost, parts_of
from maild.ledger.drawing import draw
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting
from maild.ledger.money import Money
from maild.ledger.retainer import month_fee, month_minutes
from maild.ledger.rounding import Rule, kept_rule, weighted
from maild.ledger.work import Terms, Work

Fault = tuple[str, str]  # kind and text of a discrepancy
_MONTHLY = (EntryKind.GRANT, EntryKind.FEE)
_BY_TERMS = (EntryKind.TIME, EntryKind.ITEM, *_MONTHLY)
TicketDay = tuple[int | None, date, str]  # ticket, work date, contract
Priced = tuple[str, str, str, int, bool, Decimal]  # all that the charge of a plain worklog follows from


@dataclass(slots=True)
class DayTotal:
    """What a ticket-day has come to; `rule` is None once entries of different rules stand on it, which no one rule can judge."""

    rule: Rule | None
    weighted_minutes: Decimal = Decimal(0)
    charged_minutes: int = 0
    last_entry: int = 0

    @property
    def is_right(self) -> bool:
        """Whether the day costs what its total costs."""
        return self.rule is None or self.rule.charge(self.weighted_minutes) == self.charged_minutes


@dataclass(slots=True)
class Books:
    """One client's books up to an entry: sums of accounts, totals of ticket-days."""

    accounts: dict[str, int] = field(default_factory=dict)
    days: dict[TicketDay, DayTotal] = field(default_factory=dict)
    charged: dict[Priced, Charged] = field(default_factory=dict)  # found before: most worklogs cost what others did


def join_ticket_day(entry: Entry, books: Books) -> None:
    """Add an entry that its ticket-day was priced by."""
    if entry.fact("scope") != Scope.TICKET_DAY:
        return
    rule = kept_rule(entry)
    key = (entry.ticket, entry.work_date, entry.contract)
    total = books.days.get(key)
    if total is None:
        total = books.days[key] = DayTotal(rule)
    if total.rule != rule:
        total.rule = None
    total.weighted_minutes += weighted(entry)
    total.charged_minutes += entry.charged_minutes
    total.last_entry = entry.id


def unfinished_ticket_days(books: Books) -> Iterator[tuple[int, str]]:
    """(last entry, what is wrong) of each ticket-day that does not cost what its total costs."""
    for (ticket, day, contract), total in books.days.items():
        if not total.is_right:
            text = f"#{ticket} on {day} by {contract} is charged {total.charged_minutes} for {total.weighted_minutes}"
            yield total.last_entry, text


def faults(entry: Entry, terms: Terms | None, books: Books) -> Iterator[Fault]:
    """What is wrong with an entry by itself, before it joins the books."""
    if entry.entry_class is EntryClass.FREE and entry.reverses is None:
        yield from _free(entry)
    elif entry.kind in _BY_TERMS:
        if terms is None:
            yield "terms", f"the terms of directory {entry.directory_version or '(none)'} are not kept"
        elif entry.kind in _MONTHLY:
            yield from _month(entry, terms)
        else:
            yield from _work(entry, terms, books)


def _free(entry: Entry) -> Iterator[Fault]:
    worked = entry.worked_minutes
    due = [Posting(account.staff(entry.staff), -worked), Posting(account.free(entry.reason, entry.client), worked)]
    if entry.charged_minutes or entry.amount or list(entry.postings) != [posting for posting in due if posting.minutes]:
        yield "free", "free time that is charged or is not where free time belongs"


def _work(entry: Entry, terms: Terms, books: Books) -> Iterator[Fault]:
    contracts = terms.in_force(entry.work_date)
    facts = dict(entry.facts)
    quoted = entry.rule.startswith(account.QUOTE)
    paying = contracts[:1] if quoted else paying_contracts(entry.item, facts.get("cause", ""), contracts)
    if not quoted:
        paying = pricing_order(paying, books.accounts, entry.work_date) if paying else ()
        if not paying or paying[0].id != entry.contract:
            yield "charge", f"is priced by {entry.contract or '(none)'}, not by {paying[0].id if paying else '(none)'}"
            return
    plan = paying[0].plan if paying else BY_THE_MINUTE
    charged = _charged(entry, facts, plan, terms, books)
    if isinstance(charged, ChargedTime) and charged.weighing.minutes != weighted(entry):
        yield "charge", f"counts as {weighted(entry)} minutes after factors, its plan gives {charged.weighing.minutes}"
    if charged.minutes != entry.charged_minutes:
        yield "charge", f"is charged {entry.charged_minutes}, its rule gives {charged.minutes}"
        return
    due = _postings(entry, charged, paying, books, quoted)
    if entry.postings != due and _sorted(entry.postings) != _sorted(due):
        yield "draw", "is not drawn from the accounts that were to pay"
    rate = Money(entry.rate, entry.currency) if entry.rate is not None else None
    owed = Cost(rate, at_rate(rate, charged.minutes)) if quoted else cost(due, paying)
    if rate != owed.rate:
        yield "amount", f"has the rate {rate}, its plan {owed.rate}"
    if entry.amount != owed.amount.amount:
        yield "amount", f"costs {entry.amount}, its rate gives {owed.amount.amount}"
    if parts_of(entry) != owed.parts:
        yield "amount", "is not divided among the contracts that pay as their rates say"


def _sorted(postings: tuple[Posting, ...]) -> list[tuple[str, int]]:
    return sorted((posting.account, posting.minutes) for posting in postings)


def _as_written(entry: Entry, facts: Mapping[str, str]) -> Work:
    """The worklog or item as it came, from what the entry keeps of it."""
    start, _, end = facts.get("clock", "").partition("/")
    return Work(
        client=entry.client,
        staff=entry.staff,
        work_date=entry.work_date,
        booked_at=entry.booked_at,
        worked_minutes=entry.worked_minutes,
        ticket=entry.ticket,
        clock=(datetime.fromisoformat(start), datetime.fromisoformat(end)) if end else None,
        urgent="urgent" in facts,
        cause=facts.get("cause", ""),
        item=entry.item,
        count=int(facts.get("count", 1)),
    )


def _charged(entry: Entry, facts: Mapping[str, str], plan: Plan, terms: Terms, books: Books) -> Charged:
    """What an entry was to be charged by a plan; worked out once for all worklogs that differ in nothing that matters."""
    if entry.kind is EntryKind.ITEM:
        return charge_item(_as_written(entry, facts), plan)
    before = Decimal(0)
    if plan.rounding_scope is Scope.TICKET_DAY:
        total = books.days.get((entry.ticket, entry.work_date, entry.contract))
        before = total.weighted_minutes if total else before
    if "clock" in facts:  # its hours bear on it
        return charge_work(_as_written(entry, facts), plan, terms.office_minutes, before)
    key = (entry.directory_version, plan.name, entry.staff, entry.worked_minutes, "urgent" in facts, before)
    if (known := books.charged.get(key)) is None:
        known = books.charged[key] = charge_work(_as_written(entry, facts), plan, terms.office_minutes, before)
    return known


def _postings(entry: Entry, charged: Charged, paying: tuple[Contract, ...], books: Books, quoted: bool) -> tuple[Posting, ...]:
    """All postings that were due."""
    if quoted:
        paid: tuple[Posting, ...] = (Posting(account.quoted(entry.client, entry.contract), charged.minutes),)
    else:
        paid = draw(charged.minutes, paying, books.accounts, entry.work_date).postings
    return tuple(posting for posting in (*charged.sources, *paid) if posting.minutes)


def _month(entry: Entry, terms: Terms) -> Iterator[Fault]:
    contract = next((contract for contract in terms.contracts if contract.id == entry.contract), None)
    if contract is None:
        yield "terms", f"there was no contract {entry.contract}"
        return
    month = entry.fact("month")
    if entry.kind is EntryKind.GRANT and sum(max(posting.minutes, 0) for posting in entry.postings) != month_minutes(
        contract, month
    ):
        yield "charge", f"grants other minutes for {month} than the contract does"
    fee = month_fee(contract, month)
    if entry.kind is EntryKind.FEE and (fee is None or (fee.amount, fee.currency) != (entry.amount, entry.currency)):
        yield "amount", f"the fee for {month} is {fee}, not {entry.amount} {entry.currency}"
