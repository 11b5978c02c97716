"""/quote and /offer: what a client is asked to agree to, mailed to whoever may agree for it. Nothing is charged before their yes."""

from __future__ import annotations

from typing import Any

from maild.desk import command_kinds as t
from maild.desk import notices
from maild.desk.decision import Button, Kind, Notice
from maild.desk.directory import Client, Directory
from maild.desk.draft import Draft, Trouble
from maild.desk.incoming import own_id
from maild.desk.proposal import Proposal, ProposalKind, approvers
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket
from maild.ledger.contract import Plan
from maild.ledger.money import Money

ASKED_PLANS_MAX = 12  # buttons of one letter
HELP_MAX = 5


def quote(draft: Draft, given: t.Quote, ticket: Ticket) -> Trouble | None:
    """Ask whoever may approve to agree to work beside the contract, for so many minutes at most."""
    client = draft.client_of(ticket)
    people = approvers(client, ticket) if client.contacts or client.approve else ()
    if not people:
        return Trouble("nobody-approves", facts={"client": client.name})
    made = _propose(draft, ProposalKind.QUOTE, ticket, text=given.text, minutes=given.minutes, rate=rate_of(draft, client))
    facts = quote_facts(made, client)
    buttons = (Button("yes", Purpose.QUOTE_YES, made.number), Button("no", Purpose.QUOTE_NO, made.number))
    for person in people:
        draft.extra.append(_letter(draft, Kind.QUOTE, person, ticket, facts, buttons, Purpose.QUOTE, made.number))
    draft.changed("quoted", ", ".join(person.address for person in people))
    draft.note_event("quoted", f"{given.minutes} min: {given.text}")
    draft.touch(ticket)
    return None


def offer(draft: Draft, given: t.Offer, ticket: Ticket) -> Trouble | None:
    """Mail plans to choose from, one button each; without a contract in force also help by the hour on this very ticket."""
    client, directory = draft.client_of(ticket), draft.rules.directory
    people = approvers(client, ticket)
    plans = tuple(directory.plans[name] for name in given.plans or directory.goodwill.offer or directory.plans)
    if not people or not plans:
        return Trouble("nobody-approves" if plans else "nothing-to-offer", facts={"client": client.name})
    shown: list[dict[str, Any]] = []
    buttons: list[Button] = []
    for plan in plans[:ASKED_PLANS_MAX]:
        made = _propose(draft, ProposalKind.PLAN, ticket, plan=plan.name)
        buttons.append(Button(f"plan{len(buttons) + 1}", Purpose.OFFER_YES, made.number))
        shown.append({**plan_facts(plan, directory), "button": buttons[-1].name})
    rate = directory.goodwill.rate
    once = bool(rate and client.approve and not client.contracts_on(draft.local_date(client)))
    if once:
        made = _propose(draft, ProposalKind.QUOTE, ticket, text=ticket.subject, rate=rate)
        buttons.append(Button("once", Purpose.QUOTE_YES, made.number))
    help_ = _self_help(draft, ticket)
    facts = {
        "plans": shown,
        "rate": str(rate) if once else "",
        "self_help": help_,
        "client_name": client.name,
        "confirm": False,
    }
    for person in people:
        draft.extra.append(_letter(draft, Kind.OFFER, person, ticket, facts, tuple(buttons), Purpose.CUSTOMER, ticket.number))
    draft.changed("offered", ", ".join(person.address for person in people))
    draft.note_event("offered", ", ".join(plan.name for plan in plans))
    draft.touch(ticket)
    return None


def rate_of(draft: Draft, client: Client) -> Money | None:
    """What an hour beside the contract costs: as the contract in force has it, else as goodwill does."""
    contracts = client.contracts_on(draft.local_date(client))
    return contracts[0].plan.rate if contracts else draft.rules.directory.goodwill.rate


def quote_facts(proposal: Proposal, client: Client) -> dict[str, Any]:
    """What a quote's letter says: the work, its ceiling in minutes (None: by the hour), an hour's rate and what it costs at most."""
    rate = proposal.rate
    most = str(rate.for_minutes(proposal.minutes)) if rate and proposal.minutes is not None else ""
    return {
        "minutes": proposal.minutes,
        "text": proposal.text,
        "rate": str(rate) if rate else "",
        "most": most,
        "client_name": client.name,
        "confirm": False,
    }


def plan_facts(plan: Plan, directory: Directory) -> dict[str, Any]:
    """What an offer says of a plan."""
    covers = None if plan.covers is None else sorted(directory.causes.get(cause, cause) for cause in plan.covers)
    return {
        "title": plan.title,
        "price": plan.price,
        "covers": covers,
        "answer_minutes": int(plan.answer.within.total_seconds() // 60),
        "rate": str(plan.rate) if plan.rate else "",
        "fee": str(plan.fee) if plan.fee else "",
        "included": plan.included.minutes if plan.included else None,
    }


def _propose(draft: Draft, kind: ProposalKind, ticket: Ticket, **more: Any) -> Proposal:
    made = Proposal(kind, -len(draft.proposals) - 1, ticket.client, ticket.number, draft.staff.id, draft.now, **more)
    draft.proposals.append(made)
    return made


def _letter(
    draft: Draft,
    kind: Kind,
    person: Any,
    ticket: Ticket,
    facts: dict[str, Any],
    buttons: tuple[Button, ...],
    purpose: Purpose,
    number: int,
) -> Notice:
    thread = notices.thread_for(person.key, ticket.number, draft.shelf)
    return notices.to_customer(
        kind,
        person,
        ticket,
        draft.rules,
        key=f"{kind}:{own_id(draft.mail)}:{draft.mail.fingerprint}:{number}:{person.key}",
        facts={**facts, "staff_name": draft.staff.name},
        purpose=purpose,
        subject_of=number,
        buttons=buttons,
        thread=thread,
        in_reply_to=thread[-1] if thread else "",
    )


def _self_help(draft: Draft, ticket: Ticket) -> list[dict[str, str]]:
    """Standard answers that may spare the customer a plan: those whose words the ticket holds, else the first of the directory."""
    said = " ".join((ticket.subject, *(stored.text for stored in draft.shelf.threads.get(ticket.number, ())))).casefold()
    linked = [entry for entry in draft.rules.directory.faq.values() if entry.url]
    fitting = [entry for entry in linked if any(word.casefold() in said for word in entry.words)]
    return [{"title": entry.title, "url": entry.url} for entry in (fitting or linked)[:HELP_MAX]]
