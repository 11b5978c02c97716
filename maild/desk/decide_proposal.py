"""A client's yes or no to a quote or an offer: only from whoever may approve, by token and authentication, or by a second mail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.decision import Button, Decision, Event, Kind, Notice
from maild.desk.directory import Client, Staff
from maild.desk.effects_proposals import plan_facts, quote_facts
from maild.desk.filing import stored_in
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.phrases import bare, is_no, is_thanks, is_yes
from maild.desk.proposal import ANSWERS, CONFIRM_OF, CONFIRMS, Proposal, ProposalKind, ProposalState, approvers
from maild.desk.purpose import Purpose
from maild.desk.routing import audience
from maild.desk.threading import followed
from maild.desk.ticket import Ticket
from maild.message import Address

AGREES = frozenset(
    ("agreed", "i agree", "we agree", "approved", "согласовано", "согласны", "утверждаю", "погоджено", "погоджуюсь", "згодні")
)


def decide_proposal(mail: Incoming, shelf: Shelf, rules: Rules) -> Decision | None:
    """Judge a mail to a signed address of a quote or an offer; None for words, which are an ordinary reply on its ticket."""
    if mail.token is None or mail.token.purpose not in ANSWERS or not mail.is_person:
        return None
    kind, answer = ANSWERS[mail.token.purpose]
    proposal = shelf.proposals.get((kind, mail.token.number))
    ticket = followed(proposal.ticket, shelf) if proposal else None
    client = rules.directory.clients.get(proposal.client) if proposal else None
    if proposal is None or ticket is None or client is None:
        return None
    said = mail.message.reading.reply_text
    if answer is None or mail.token.purpose in CONFIRMS:
        answer = False if is_no(said) else True if _agrees(said) else answer
    person = next((each for each in approvers(client, ticket) if each.key == mail.sender_key), None)
    if answer is None or person is None:
        return None
    words = _words(mail)
    stored = stored_in(mail, ticket, f"button:{mail.token.purpose}")
    filed = Decision(stored=(replace(stored, contact=stored.contact and bool(words)),))
    if words:
        filed = replace(filed, notices=notices.notifications(mail, ticket, client, rules, shelf, "comment"))
    if proposal.state is ProposalState.AGREED and answer:
        return replace(filed, reason="agreed already")
    if answer and not mail.authenticated and mail.token.purpose not in CONFIRMS:
        asked = _second_mail(mail, proposal, person, ticket, client, rules)
        return replace(filed, notices=(*filed.notices, asked), reason="agreed without proof: asked for a second mail")
    return _settled(filed, mail, proposal, ticket, client, shelf, rules, agreed=answer)


def _settled(
    filed: Decision,
    mail: Incoming,
    proposal: Proposal,
    ticket: Ticket,
    client: Client,
    shelf: Shelf,
    rules: Rules,
    *,
    agreed: bool,
) -> Decision:
    """Keep the answer and tell of it. A no after the yes is told, and takes nothing back: people must speak with each other."""
    after = proposal
    if proposal.state is not ProposalState.AGREED:
        after = replace(
            proposal,
            state=ProposalState.AGREED if agreed else ProposalState.DECLINED,
            answered_at=mail.arrived_at,
            answered_by=mail.sender_key,
            answer=own_id(mail),
        )
    what = "agreed" if agreed else "declined"
    event = Event(ticket.number, mail.arrived_at, what, mail.sender_key, f"{proposal.kind} {proposal.number}", own_id(mail))
    facts = {"reason_code": what, "detail": _told(proposal, client, mail, rules)}
    told = tuple(
        notices.to_staff(
            Kind.ALERT,
            person,
            rules,
            key=f"{what}:{own_id(mail)}:{mail.fingerprint}:{person.id}",
            facts=facts,
            ticket=ticket.number,
            client=client.id,
            subject=ticket.subject,
        )
        for person in _concerned(proposal, ticket, shelf, rules, agreed=agreed)
    )
    changed = (after,) if after is not proposal else ()
    return replace(filed, proposals=changed, events=(event,), notices=(*filed.notices, *told), reason=what)


def _concerned(proposal: Proposal, ticket: Ticket, shelf: Shelf, rules: Rules, *, agreed: bool) -> list[Staff]:
    """Whoever proposed it and has the ticket; what was agreed reaches managers and accountants too. Who is away only if all are."""
    directory = rules.directory
    author = directory.staff.get(proposal.author)
    people = [*((author,) if author else ()), *audience(ticket, directory, shelf.unavailable)]
    if agreed:
        people += [*directory.with_role("manager"), *directory.with_role("accountant")]
    told = {person.id: person for person in people}
    return [person for person in told.values() if person.id not in shelf.unavailable] or list(told.values())


def _told(proposal: Proposal, client: Client, mail: Incoming, rules: Rules) -> dict[str, Any]:
    plan = rules.directory.plans.get(proposal.plan)
    return {
        "kind": proposal.kind.value,
        "number": proposal.number,
        "client": client.name,
        "by": mail.sender_key,
        "minutes": proposal.minutes,
        "text": proposal.text,
        "rate": str(proposal.rate) if proposal.rate else "",
        "plan": plan.title if plan else proposal.plan,
        "before": proposal.state.value,
    }


def _second_mail(mail: Incoming, proposal: Proposal, person: Address, ticket: Ticket, client: Client, rules: Rules) -> Notice:
    """Ask at the registered address whether the yes was theirs: a forger who saw one letter does not see this one."""
    plan = rules.directory.plans.get(proposal.plan)
    if proposal.kind is ProposalKind.QUOTE:
        kind, facts = Kind.QUOTE, quote_facts(proposal, client)
    else:
        plans = [{**plan_facts(plan, rules.directory), "button": "yes"}] if plan else []
        kind, facts = Kind.OFFER, {"plans": plans, "rate": "", "self_help": [], "client_name": client.name}
    return notices.to_customer(
        kind,
        person,
        ticket,
        rules,
        key=f"confirm:{proposal.kind}:{proposal.number}:{own_id(mail)}:{mail.fingerprint}",
        facts={**facts, "confirm": True, "staff_name": ""},
        purpose=Purpose.CUSTOMER,
        subject_of=ticket.number,
        buttons=(Button("yes", CONFIRM_OF[proposal.kind], proposal.number),),
        in_reply_to=mail.message.message_id,
    )


def _agrees(text: str) -> bool:
    return is_yes(text) or bare(text) in AGREES


def _words(mail: Incoming) -> str:
    """What was written beside the answer, where it says more than the answer; files count as words."""
    text = mail.message.reading.reply_text.strip()
    if any(not attachment.inline for attachment in mail.message.attachments):
        return text or "…"
    return "" if _agrees(text) or is_no(text) or is_thanks(text) else text
