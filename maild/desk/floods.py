"""How much mail of strangers the desk bears: what is beyond it costs one line of the summary, and delays nobody else.

A sender of no client, or one that nothing proves, opens so many tickets an hour; what follows is set aside, and the managers hear of
it once. A client's proven contact may open that many beyond those that are acknowledged: no person does, but a program that answers
our acks and says nothing of itself in its head; the managers hear of the first. Acks to strangers are capped by the sender's domain
and in all, because a wave of forged senders would make of us a relay.
What nothing proves and still belongs to a ticket (a forged customer, a report that came to no signed path) is always filed there; beyond
so many an hour nobody gets a letter of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from maild.desk.case import Shelf
from maild.desk.correspondence import to_staff
from maild.desk.decision import Decision, Kind, Notice, Outcome
from maild.desk.directory import WALK_IN, Client, Desk
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.purpose import Purpose
from maild.message import OriginKind

ALL_STRANGERS = "acks:"
UNREADABLE = "unreadable:"
REPORTS = "filed:reports"
UNPROVEN_PER_HOUR = 50  # filed in tickets and told: of one domain, and of delivery reports in all
FOREIGN_TOKENS_PER_HOUR = 5  # so many mails of others to one person's signed addresses are told to them


def tickets_of(sender_key: str) -> str:
    """The tally of tickets that an unproven sender has opened."""
    return f"opened:{sender_key}"


def beyond_of(sender_key: str) -> str:
    """The tally of tickets that a proven contact has opened beyond those that are acknowledged. Who forges them does not fill it."""
    return f"beyond:{sender_key}"


def acks_to(sender_key: str) -> str:
    """The tally of acks to strangers of a domain."""
    return f"acks:{sender_key.rpartition('@')[2]}"


def foreign_to(staff: str) -> str:
    """The tally of mails of others that came to a person's signed addresses."""
    return f"foreign:{staff}"


def names_of(mail: Incoming, rules: Rules) -> tuple[str, ...]:
    """The tallies that bear on a mail that is not of staff."""
    foreign = (foreign_to(mail.foreign_owner),) if mail.foreign_owner else ()
    if mail.message.origin.kind is OriginKind.BOUNCE:
        return (*foreign, REPORTS)
    if mail.staff is not None or not mail.sender_key:
        return foreign
    client = rules.directory.client_at(mail.sender_key)
    if client.id != WALK_IN and mail.authenticated and mail.is_person:
        return (*foreign, beyond_of(mail.sender_key))
    either = (tickets_of(mail.sender_key), beyond_of(mail.sender_key))  # a signed address may prove them yet
    return (*foreign, *either, acks_to(mail.sender_key), ALL_STRANGERS, *_filed(mail))


def is_watched(mail: Incoming, client: Client) -> bool:
    """Whether a sender is one whose tickets are counted: strangers, whatever nothing proves, machines."""
    return bool(mail.sender_key) and (client.id == WALK_IN or not mail.proven or not mail.is_person)


def quieted(decision: Decision, mail: Incoming, rules: Rules, shelf: Shelf) -> Decision:
    """A decision that only files an unproven mail, without its letters where there were too many this hour."""
    names = _filed(mail)
    letters = [notice for notice in decision.notices if notice.kind in (Kind.NOTIFICATION, Kind.BOUNCE_NOTICE)]
    if not names or not letters or decision.tickets or decision.outcome is not Outcome.PROCESSED:
        return decision
    before = shelf.tallies.get(names[0], 0)
    counted = replace(decision, tallies=(*decision.tallies, names[0]))
    if before < UNPROVEN_PER_HOUR:
        return counted
    detail = {"domain": _said(mail), "limit": UNPROVEN_PER_HOUR}
    told = _told(mail, rules, "flood-filed", detail) if before == UNPROVEN_PER_HOUR else ()
    kept = tuple(notice for notice in decision.notices if notice not in letters)
    return replace(counted, notices=(*kept, *told))


def _filed(mail: Incoming) -> tuple[str, ...]:
    """The tally of an unproven mail that may only be filed."""
    if mail.message.origin.kind is OriginKind.BOUNCE:
        return () if mail.token_for(Purpose.BOUNCE) is not None else (REPORTS,)
    if mail.staff is not None or not mail.sender_key or (mail.proven and mail.is_person):
        return ()
    return (f"filed:{_said(mail)}",)


def _said(mail: Incoming) -> str:
    """Whose mails they claim to be: a domain, because whoever forges one address forges all of them."""
    return mail.sender_key.rpartition("@")[2]


def opened(
    mail: Incoming, client: Client, acked: bool, capped: bool, shelf: Shelf, rules: Rules
) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
    """What a new ticket counts towards, and what the managers are told.

    Of a proven contact only those count whose ack a cap holds back.
    """
    if not mail.sender_key:
        return (), ()
    if is_watched(mail, client):
        return (tickets_of(mail.sender_key), *((acks_to(mail.sender_key), ALL_STRANGERS) if acked else ())), ()
    if not capped:
        return (), ()
    name = beyond_of(mail.sender_key)
    first = not shelf.tallies.get(name, 0)
    return (name,), _told(mail, rules, "flood-contact", {"address": mail.sender_key}) if first else ()


def flooded(mail: Incoming, client: Client, shelf: Shelf, rules: Rules) -> Decision | None:
    """What becomes of one mail too many; None where it is not."""
    limit = rules.desk.tickets_per_stranger_per_hour
    name = tickets_of(mail.sender_key) if is_watched(mail, client) else beyond_of(mail.sender_key)
    before = shelf.tallies.get(name, 0)
    if mail.forced or not mail.sender_key or before < limit:
        return None
    told = _told(mail, rules, "flood", {"address": mail.sender_key, "limit": limit}) if before == limit else ()
    reason = f"more than {limit} requests an hour from {mail.sender_key}"
    return Decision(outcome=Outcome.QUARANTINED, reason=reason, notices=told, tallies=(name,))


def _told(mail: Incoming, rules: Rules, code: str, detail: dict[str, Any]) -> tuple[Notice, ...]:
    return tuple(
        to_staff(
            Kind.ALERT,
            person,
            rules,
            key=f"flood:{own_id(mail)}:{mail.fingerprint}:{person.id}",
            facts={"reason_code": code, "detail": detail},
        )
        for person in rules.directory.with_role("manager")
    )


def acks_lift_at(sender_key: str, tallies: dict[str, int], desk: Desk, now: datetime) -> datetime | None:
    """When a stranger may be acknowledged: None for now, else with the next hour."""
    by_domain = tallies.get(acks_to(sender_key), 0) >= desk.acks_per_domain_per_hour
    in_all = tallies.get(ALL_STRANGERS, 0) >= desk.acks_to_strangers_per_hour
    if not by_domain and not in_all:
        return None
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
