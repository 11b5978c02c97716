"""What a worklog or an item costs: `price` says which rule applies, and names it on the entry it returns.

Asked in this order: /free; a question before a purchase; the vendor's own defect; warranty; a quote; goodwill where no contract
is in force on the work date; else the contracts that cover the cause. The first of them that has minutes left sets the price
(factors, minimum, rounding), and all of them pay, in the order in which they are listed (`drawing.py`), each at its own rate
(`cost.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from maild.ledger import account
from maild.ledger.charge import Charged, charge_item, charge_work, entry_of, plain, total_before
from maild.ledger.contract import Charge, Contract, Plan
from maild.ledger.cost import at_rate, cost
from maild.ledger.drawing import Drawing, Lapsed, draw, has_room
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting
from maild.ledger.free import free_entry, why_free, without_contract
from maild.ledger.retainer import months_due, open_month
from maild.ledger.work import History, Quote, Reason, Refused, Terms, Work

BY_THE_MINUTE = Plan("", "", Charge.HOURLY)  # prices quoted work where no contract is in force


def price(work: Work, terms: Terms, history: History) -> tuple[Entry, ...] | Refused:
    """Price one worklog or item; the last entry is its own, nothing is booked when refused.

    Other entries stand before it where a retainer's month had to be opened first, or where lapsed minutes are given back to
    work of their month that was logged late.
    """
    free = why_free(work, terms)
    if isinstance(free, Refused):
        return free
    if free:
        return (free_entry(work, terms, free),)
    contracts = terms.in_force(work.work_date)
    if work.quote is not None and not work.item:
        return _by_quote(work, work.quote, contracts, terms, history)
    if not contracts:
        return without_contract(work, terms, history)
    paying = paying_contracts(work.item, work.cause, contracts)
    if not paying:
        return _refused(work, contracts)
    opened = tuple(
        entry
        for contract in paying
        for month in months_due(contract, history.accounts, work.work_date, history.books_from)
        for entry in open_month(contract, month, work.booked_at, terms.zone, history.books_from, terms.directory_version)
    )
    return (*opened, *_by_contract(work, paying, terms, history.after(opened)))


def paying_contracts(item: str, cause: str, contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """The contracts that pay: for an item those whose price-list has it; for time those that cover its cause, known or not yet."""
    if item:
        return tuple(contract for contract in contracts if item in contract.plan.items)
    return tuple(
        contract for contract in contracts if not cause or contract.plan.covers is None or cause in contract.plan.covers
    )


def pricing_order(paying: tuple[Contract, ...], accounts: Mapping[str, int], day: date) -> tuple[Contract, ...]:
    """The contract that sets the price first: the first with minutes left, or else simply the first."""
    if len(paying) == 1:
        return paying
    pricing = next((contract for contract in paying if has_room(contract, accounts, day)), paying[0])
    return (pricing, *(contract for contract in paying if contract is not pricing))


def _refused(work: Work, contracts: tuple[Contract, ...]) -> Refused:
    if not work.item:
        return Refused(Reason.NOT_COVERED, (("cause", work.cause), ("contract", contracts[0].id)))
    known = sorted({name for contract in contracts for name in contract.plan.items})
    return Refused(Reason.UNKNOWN_ITEM, (("item", work.item), ("allowed", ", ".join(known))))


def _by_contract(work: Work, paying: tuple[Contract, ...], terms: Terms, history: History) -> tuple[Entry, ...]:
    paying = pricing_order(paying, history.accounts, work.work_date)
    contract, plan = paying[0], paying[0].plan
    charged = charge_item(work, plan) if work.item else _charge(work, plan, contract.id, terms, history)
    drawing = draw(charged.minutes, paying, history.accounts, work.work_date)
    due = cost(drawing.postings, paying)
    entry = entry_of(
        *(work, terms, contract.id, (*charged.sources, *drawing.postings)),
        entry_class=EntryClass.OVER if drawing.over_minutes else EntryClass.CHARGED,
        rule="+".join((plan.charge.value, *charged.modifiers)),
        charged=charged,
        rate=due.rate,
        amount=due.amount,
        note=plan.items[work.item].title if work.item else "",
        facts=(*_drawing_facts(drawing, plan), *due.facts),
    )
    return (*(_given_back(work, terms, lapsed) for lapsed in drawing.given_back), entry)


def _charge(work: Work, plan: Plan, contract: str, terms: Terms, history: History) -> Charged:
    return charge_work(work, plan, terms.office_minutes, total_before(work, plan, contract, history))


def _drawing_facts(drawing: Drawing, plan: Plan) -> tuple[tuple[str, str], ...]:
    """What went beyond the contract, and what that alone costs."""
    if not drawing.over_minutes:
        return ()
    over = plan.rate.for_minutes(drawing.over_minutes).amount if plan.rate else None
    amount = (("over_amount", plain(over)),) if over is not None else ()
    return (("over", str(drawing.over_minutes)), *amount)


def _given_back(work: Work, terms: Terms, lapsed: Lapsed) -> Entry:
    """Minutes that had lapsed before work of their own month was logged: they pay for it, so they come back first."""
    return Entry(
        client=work.client,
        contract=lapsed.contract,
        kind=EntryKind.ADJUST,
        work_date=work.work_date,
        booked_at=work.booked_at,
        postings=(
            Posting(account.expired(work.client, lapsed.contract, lapsed.month), lapsed.minutes),
            Posting(account.holding(work.client, lapsed.contract, Charge.RETAINER, lapsed.month), -lapsed.minutes),
        ),
        ticket=work.ticket,
        author=work.author or work.staff,
        rule="retainer:late",
        source_message_id=work.source_message_id,
        directory_version=terms.directory_version,
        facts=(("month", lapsed.month),),
    )


def _by_quote(
    work: Work, quote: Quote, contracts: tuple[Contract, ...], terms: Terms, history: History
) -> tuple[Entry, ...] | Refused:
    if not quote.agreed:
        return Refused(Reason.QUOTE_PENDING, (("quote", str(quote.number)),))
    plan = contracts[0].plan if contracts else BY_THE_MINUTE
    charged = _charge(work, plan, quote.id, terms, history)
    name = account.quoted(work.client, quote.id)
    used = history.accounts.get(name, 0)
    if quote.minutes is not None and used + charged.minutes > quote.minutes:
        left = ("left", str(max(quote.minutes - used, 0)))
        return Refused(Reason.QUOTE_EXCEEDED, (("quote", str(quote.number)), ("minutes", str(charged.minutes)), left))
    rate = quote.rate or (plan.rate if contracts else terms.goodwill_rate)
    entry = entry_of(
        *(work, terms, quote.id, (*charged.sources, Posting(name, charged.minutes))),
        entry_class=EntryClass.CHARGED,
        rule="+".join(("quote", *charged.modifiers)),
        charged=charged,
        rate=rate,
        amount=at_rate(rate, charged.minutes),
        facts=(("quote", str(quote.number)),),
    )
    return (entry,)
