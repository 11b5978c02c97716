"""Time that costs the client nothing, and why: /free, before a purchase, the vendor's defect, warranty, goodwill."""

from __future__ import annotations

from datetime import timedelta

from maild.ledger import account
from maild.ledger.charge import entry_of
from maild.ledger.contract import Contract
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting, live
from maild.ledger.work import WALK_IN, History, Reason, Refused, Terms, Work

PRESALE, DEFECT, WARRANTY, GOODWILL, FIRST_URGENT = "presale", "defect", "warranty", "goodwill", "first-urgent"
WAIVED = "waived"  # a price-list item that was not charged


def why_free(work: Work, terms: Terms) -> str | Refused:
    """The reason for which this time is free whatever the contract says, or ''."""
    if work.free and not work.item:  # /free is a class of time
        allowed = ("allowed", ", ".join(sorted(terms.free_words)))
        return work.free if work.free in terms.free_words else Refused(Reason.UNKNOWN_FREE, (("word", work.free), allowed))
    if work.client == WALK_IN:
        return PRESALE
    if work.vendor_defect:
        return DEFECT
    if any(_under_warranty(work, contract) for contract in terms.contracts):
        return WARRANTY
    return ""


def free_entry(work: Work, terms: Terms, reason: str) -> Entry:
    """Book time as free: worked minutes stay visible, the contract in force (if any) is named, nothing is charged."""
    contracts = terms.in_force(work.work_date)
    minutes = 0 if work.item else work.worked_minutes
    postings = (Posting(account.staff(work.staff), -minutes), Posting(account.free(reason, work.client), minutes))
    contract = contracts[0].id if contracts else ""
    facts = (("cause", work.cause),) if work.cause else ()
    rule = f"free:{reason}"
    return entry_of(work, terms, contract, postings, entry_class=EntryClass.FREE, rule=rule, reason=reason, facts=facts)


def without_contract(work: Work, terms: Terms, history: History) -> tuple[Entry, ...] | Refused:
    """What a client without a contract in force gets: a first urgent favour, and small questions up to so many minutes a ticket."""
    if work.urgent and not work.item:
        if terms.first_urgent_free and history.urgent_favour in {None, work.ticket}:
            return (free_entry(work, terms, FIRST_URGENT),)
    elif not work.item:
        given = sum(e.worked_minutes for e in live(history.ticket) if e.kind is EntryKind.TIME and e.reason == GOODWILL)
        if given + work.worked_minutes <= terms.goodwill_minutes:
            return (free_entry(work, terms, GOODWILL),)
    limit = ("goodwill_minutes", str(terms.goodwill_minutes))
    return Refused(Reason.NO_CONTRACT, (("minutes", str(work.worked_minutes)), ("date", work.work_date.isoformat()), limit))


def _under_warranty(work: Work, contract: Contract) -> bool:
    """A fault reported within so many days of the hand-over is mended free, also after the contract itself has ended."""
    plan = contract.plan
    if contract.handover is None or not plan.warranty_days or work.cause not in plan.warranty_covers:
        return False
    reported = min(work.opened_on or work.work_date, work.work_date)
    return contract.handover <= reported <= contract.handover + timedelta(days=plan.warranty_days)
