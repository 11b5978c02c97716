"""What is pressed below an act: an accountant lets it go to its client, the client accepts it or objects. The signed address decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk import holds
from maild.desk.case import Shelf
from maild.desk.challenge import challenge
from maild.desk.decision import Decision, Due, Mark
from maild.desk.directory import Staff
from maild.desk.filing import stored_in
from maild.desk.incoming import Incoming, Rules
from maild.desk.phrases import is_thanks, is_yes
from maild.desk.purpose import Purpose

ACT = "act"
MAY_SEND = frozenset({"accountant", "manager"})


def let_go(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision | None:
    """Let an act go to its client: needs both proofs, and one of the roles that see figures. None for any other mail."""
    if (signed := mail.token_for(Purpose.ACT_SEND)) is None:
        return None
    stored = (holds.stored_staff(mail, None, staff, "act button"),)
    if not MAY_SEND & staff.roles:
        return Decision(stored=stored, reason="an act is sent by an accountant")
    if not mail.both_proofs:
        return challenge(mail, staff, None, shelf, rules, now)
    year, number = named(signed)
    return Decision(stored=stored, dues=(Due("act-send", f"{year}-{number}", now, (("by", staff.id),)),), reason="act goes")


def accepted(mail: Incoming, now: datetime) -> Decision | None:
    """The client has pressed "accepted", and written nothing beside it that somebody should read. None for any other mail."""
    if mail.token_for(Purpose.ACT_ACCEPTED) is None or not mail.is_person or _words(mail):
        return None
    filed = replace(stored_in(mail, None, "button:act-accepted"), contact=False)
    return answered(mail, Decision(stored=(filed,), reason="act accepted"), now)


def answered(mail: Incoming, decision: Decision, now: datetime) -> Decision:
    """The decision about a client's word on an act, with what becomes of the act."""
    signed = mail.token_for(Purpose.ACT_ACCEPTED, Purpose.ACT_OBJECTED)
    if signed is None or mail.token is None or not mail.is_person:
        return decision
    what = "accepted" if mail.token.purpose is Purpose.ACT_ACCEPTED else "objected"
    year, number = named(signed)
    facts = (("what", what), ("who", mail.sender_key))
    told = (Due("act-answered", f"{year}-{number} {what}", now, facts),) if what == "accepted" else ()
    mark = Mark(ACT, year, number, what, mail.arrived_at, mail.sender_key)
    return replace(decision, marks=(mark,), dues=(*decision.dues, *told))


def subject(mail: Incoming) -> str:
    """What a ticket is called that a bare press of "I object" opens: the act, in any language; '' for any other mail."""
    signed = mail.token_for(Purpose.ACT_OBJECTED, Purpose.ACT_ACCEPTED)
    return "" if signed is None else "Act {1}/{0}: ?".format(*named(signed))


def named(signed: int) -> tuple[int, int]:
    """(year, number) of a document by the number in a signed address."""
    return 2000 + signed // 100_000, signed % 100_000


def _words(mail: Incoming) -> str:
    text = mail.message.reading.reply_text.strip()
    if any(not attachment.inline for attachment in mail.message.attachments):
        return text or "…"
    return "" if is_yes(text) or is_thanks(text) else text
