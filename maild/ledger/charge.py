"""From a worklog to charged minutes and their price by one plan, with the facts that the rule saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from maild.ledger import account
from maild.ledger.contract import Plan, Scope
from maild.ledger.entry import Entry, EntryClass, EntryKind, Posting
from maild.ledger.money import Money
from maild.ledger.rounding import Rule, Weighing, outside_minutes, ticket_day, total_weighted, weigh
from maild.ledger.work import History, OfficeMinutes, Terms, Work

NOTHING = Money(Decimal(0), "")


@dataclass(frozen=True, slots=True)
class Charged:
    """Minutes that work costs, and where they come from."""

    minutes: int
    sources: tuple[Posting, ...]

    @property
    def modifiers(self) -> tuple[str, ...]:
        """The names of what changed the minutes."""
        return ()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the rule saw."""
        return ()


@dataclass(frozen=True, slots=True)
class ChargedTime(Charged):
    """A worklog's charge: by `rule`, on top of what its ticket-day had come to (`before`)."""

    work: Work
    plan: Plan
    rule: Rule
    weighing: Weighing
    before: Decimal

    @property
    def modifiers(self) -> tuple[str, ...]:
        """The names of what changed the minutes: after-hours, urgent, minimum, rounding."""
        total, minimum = self.before + self.weighing.minutes, Decimal(self.rule.minimum_minutes)
        names = list(self.weighing.factors)
        if total < minimum:
            names.append("minimum")
        if max(total, minimum) % self.rule.step_minutes or (self.before and self.minutes != self.weighing.minutes):
            names.append("rounding")
        return tuple(names)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Scope, step and minimum, minutes after factors, and what else bore on the price."""
        facts = [
            ("scope", self.rule.scope.value),
            ("step", str(self.rule.step_minutes)),
            ("minimum", str(self.rule.minimum_minutes)),
            ("weighted", plain(self.weighing.minutes)),
        ]
        if self.rule.scope is Scope.TICKET_DAY:
            facts.append(("total_before", plain(self.before)))
        if self.work.clock is not None:
            facts.append(("clock", "/".join(instant(moment) for moment in self.work.clock)))
        if self.weighing.outside_minutes:
            facts += [("outside", str(self.weighing.outside_minutes)), ("after_hours", plain(self.plan.after_hours))]
        if self.work.urgent:
            facts.append(("urgent", plain(self.plan.urgent)))
        if self.work.cause:
            facts.append(("cause", self.work.cause))
        return tuple(facts)


@dataclass(frozen=True, slots=True)
class ChargedItem(Charged):
    """The charge of `count` price-list items."""

    item: str
    count: int

    @property
    def modifiers(self) -> tuple[str, ...]:
        """No factor, minimum or step touches an item."""
        return ("item",)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Which item, and how often."""
        return (("item", self.item), ("count", str(self.count)))


def total_before(work: Work, plan: Plan, contract: str, history: History) -> Decimal:
    """Minutes after factors that stand on the ticket-day already, 0 where each entry is rounded by itself."""
    if plan.rounding_scope is Scope.ENTRY:
        return Decimal(0)
    return total_weighted(ticket_day(history.ticket, work.ticket, work.work_date, contract))


def charge_work(work: Work, plan: Plan, office_minutes: OfficeMinutes, before: Decimal) -> Charged:
    """Charge a worklog by a plan's rule: by what it adds to the `before` of its ticket-day (0 with scope entry)."""
    rule = Rule.of(plan)
    weighing = weigh(work, plan, outside_minutes(work, plan, office_minutes))
    minutes = rule.charge(before + weighing.minutes) - rule.charge(before)
    sources = (
        Posting(account.staff(work.staff), -work.worked_minutes),
        Posting(account.surcharge(work.client), work.worked_minutes - weighing.whole_minutes),
        Posting(account.rounding(work.client), weighing.whole_minutes - minutes),
    )
    return ChargedTime(minutes, sources, work, plan, rule, weighing, before)


def charge_item(work: Work, plan: Plan) -> Charged:
    """Charge `work.count` price-list items: fixed minutes, which no factor, minimum or step changes."""
    minutes = plan.items[work.item].minutes * work.count
    return ChargedItem(minutes, (Posting(account.items(work.client), -minutes),), work.item, work.count)


@lru_cache(maxsize=4096)
def plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros, the same whatever database it comes from: "10.5", "600", "0"."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, the same whatever database it comes from: "2026-11-20T14:05:00.000000+00:00"."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(timespec="microseconds")


def entry_of(
    work: Work,
    terms: Terms,
    contract: str,
    postings: Iterable[Posting],
    *,
    entry_class: EntryClass,
    rule: str,
    charged: Charged | None = None,
    rate: Money | None = None,
    amount: Money = NOTHING,
    reason: str = "",
    note: str = "",
    facts: tuple[tuple[str, str], ...] = (),
) -> Entry:
    """The entry of a worklog or item; postings of 0 minutes are left out."""
    return Entry(
        client=work.client,
        contract=contract,
        kind=EntryKind.ITEM if work.item else EntryKind.TIME,
        work_date=work.work_date,
        booked_at=work.booked_at,
        postings=tuple(posting for posting in postings if posting.minutes),
        ticket=work.ticket,
        staff=work.staff,
        author=work.author or work.staff,
        entry_class=entry_class,
        reason=reason,
        rule=rule,
        worked_minutes=0 if work.item else work.worked_minutes,
        charged_minutes=charged.minutes if charged else 0,
        rate=rate.amount if rate else None,
        amount=amount.amount,
        currency=amount.currency,
        item=work.item,
        note=work.note or note,
        note_internal=work.note_internal,
        source_message_id=work.source_message_id,
        directory_version=terms.directory_version,
        facts=(*(charged.facts if charged else ()), *facts),
    )
