"""The moments at which the desk speaks by itself: warnings and breaches of awaited answers, reminders, closings by silence.

Each judge reads its tickets in the very transaction that records what was said: an answer that comes meanwhile is seen, or undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from maild.desk.case import Needs, Shelf
from maild.desk.clocks import CONFIRM, PROMISES
from maild.desk.decision import Decision, Due
from maild.desk.escalation import sweep
from maild.desk.reminders import REMINDED, remind
from maild.desk.watch import turned_away
from maild.message import address_key
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.near_dues import near_dues, standing_at
from maild.store.record import Tx
from maild.store.store import Store

Judge = Callable[[Store, Setting, ClaimedDue, datetime], None]
TOGETHER = timedelta(minutes=5)  # warnings due to one person within this time are one mail
TOGETHER_MOST = 200  # tickets of one sweep


def answer(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """The next threshold of an awaited answer has come, here and perhaps on other tickets: one letter a person tells of all."""
    near = near_dues(store, PROMISES, now + TOGETHER, TOGETHER_MOST)
    if moment not in near:
        return  # told already in the letter of another ticket, or moved by an answer
    with store.begin() as tx:
        shelf = tx.load(Needs(tickets=frozenset(int(each.which) for each in near)), now)
        decision = sweep([_due(each) for each in near], shelf, setting.rules, now)
        seen = {(due.what, due.which) for due in decision.dues}
        _record(tx, setting, decision, [each for each in near if (each.what, each.which) in seen], now)


def confirm(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """A solved ticket still waits for its customer's word: they are reminded, or it is closed as it was announced."""
    number = int(moment.which)
    with store.begin() as tx:
        shelf = tx.load(Needs(tickets=frozenset({number})), now)
        decision = remind(_due(moment), shelf, setting.rules, standing_at(store, REMINDED, _requester(shelf, number)), now)
        _record(tx, setting, decision, [moment], now)


def forget(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """A day has ended: whoever was reminded on it may be reminded again."""
    with store.begin() as tx:
        tx.load(Needs(), now)
        _record(tx, setting, Decision(reason="a new day"), [moment], now)


def _requester(shelf: Shelf, number: int) -> str:
    ticket = shelf.tickets.get(number)
    return address_key(ticket.requester) if ticket else ""


def _due(moment: ClaimedDue) -> Due:
    return Due(moment.what, moment.which, moment.at, moment.facts)


def _record(tx: Tx, setting: Setting, decision: Decision, seen: Iterable[ClaimedDue], now: datetime) -> None:
    numbered = tx.number(turned_away(decision, tx.shelf, setting.rules))
    tx.record(None, None, "", numbered, [setting.composer.compose(notice, now) for notice in numbered.notices])
    for moment in seen:
        tx.finish_due(moment)


MOMENTS: dict[str, Judge] = {**dict.fromkeys(PROMISES, answer), CONFIRM: confirm, REMINDED: forget}
