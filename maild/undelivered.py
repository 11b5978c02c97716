"""The moment that a letter which failed leaves behind (store/outbox.py): judged and recorded like every other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.case import Needs, Shelf
from maild.desk.clocks import dues_for
from maild.desk.decision import Decision
from maild.desk.undelivered import Undelivered, decide_undelivered
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.store import Store


def undelivered(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """Tell of one letter, unless somebody has had it sent again meanwhile."""
    letter = store.failed_letter(int(moment.which))
    with store.begin() as tx:
        shelf = tx.load(Needs(tickets=frozenset({letter.ticket} if letter and letter.ticket else ())), now)
        decision = _judged(letter, shelf, setting, now)
        numbered = tx.number(decision)
        tx.record(None, None, "", numbered, [setting.composer.compose(notice, now) for notice in numbered.notices])
        tx.finish_due(moment)


def _judged(letter: Undelivered | None, shelf: Shelf, setting: Setting, now: datetime) -> Decision:
    if letter is None:
        return Decision(reason="sent again")
    decision = decide_undelivered(letter, shelf, setting.rules, now)
    return replace(decision, dues=dues_for(decision, shelf, setting.rules))
