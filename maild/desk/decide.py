"""One mail, one decision: which kind of sender it is decides which rules hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.decide_copy import decide_copy
from maild.desk.decide_customer import decide_customer
from maild.desk.decide_machine import answers_by_itself, decide_automatic, decide_bounce
from maild.desk.decide_staff import decide_staff
from maild.desk.decision import Decision, Kind, Outcome
from maild.desk.filing import stored_in
from maild.desk.floods import FOREIGN_TOKENS_PER_HOUR, foreign_to, quieted
from maild.desk.incoming import Incoming, Rules, is_desk_address, own_id
from maild.message import OriginKind


def decide(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """Judge a mail. Pure: the same mail, shelf, rules and instant give the same decision."""
    decision = quieted(_decide(mail, shelf, rules, now), mail, rules, shelf)
    owner = rules.directory.staff.get(mail.foreign_owner)
    if owner is None or not mail.is_person or decision.outcome is Outcome.DUPLICATE:
        return decision
    name = foreign_to(owner.id)
    if shelf.tallies.get(name, 0) >= FOREIGN_TOKENS_PER_HOUR:
        return decision
    facts = {"reason_code": "foreign-token", "detail": {"address": mail.sender_key}}
    told = notices.to_staff(
        Kind.ALERT, owner, rules, key=f"foreign:{own_id(mail)}:{mail.fingerprint}", facts=facts, subject_of=0
    )
    return replace(decision, notices=(*decision.notices, told), tallies=(*decision.tallies, name))


def _decide(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    first = shelf.fingerprints.get(mail.fingerprint)
    if first is not None and first.arrival != mail.arrival and not mail.released:
        return decide_copy(mail, first, shelf, rules, now, _decide_new)
    return _decide_new(mail, shelf, rules, now)


def _decide_new(mail: Incoming, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    if mail.message.sender and is_desk_address(mail.message.sender.address, rules.desk) and not mail.token:
        return Decision(stored=(stored_in(mail, None, "own"),), reason="our own address: filed")  # our own mail in a circle
    if mail.message.origin.kind is OriginKind.BOUNCE:
        return decide_bounce(mail, shelf, rules)
    if mail.staff is not None:
        return decide_staff(mail, mail.staff, shelf, rules, now)
    if answers_by_itself(mail):
        return decide_automatic(mail, shelf, rules)
    return decide_customer(mail, shelf, rules, now)
