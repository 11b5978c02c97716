"""Which proofs an act needs: one table (contract, section 4). Whatever lacks one is held, and its person is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b

OLD_TIME = timedelta(days=3)  # time for longer ago moves money that may be reported already
LONG_DAY_MINUTES = 12 * 60


class Need(IntEnum):
    """What must be proven, from little to much."""

    AUTHENTICATION = 1  # the From is believed
    BOTH = 2  # and the mail came to an address signed for this person


NEEDS: dict[type[t.Command], Need] = {
    b.Show: Need.AUTHENTICATION,
    b.Find: Need.AUTHENTICATION,
    b.List: Need.AUTHENTICATION,
    b.BalanceOf: Need.AUTHENTICATION,
    b.Help: Need.AUTHENTICATION,
    b.Page: Need.AUTHENTICATION,
    b.Statement: Need.AUTHENTICATION,
    b.Act: Need.AUTHENTICATION,
    t.Time: Need.AUTHENTICATION,  # with a ticket's number; old or long: see `needed`
    t.New: Need.AUTHENTICATION,
    b.Away: Need.AUTHENTICATION,
    b.Idea: Need.AUTHENTICATION,
    b.Freeze: Need.AUTHENTICATION,
}
"""What needs no token. Everything else needs both proofs: topup, adjust, undo, client, merge, close …"""
STANDALONE = (*NEEDS, b.Topup, b.Adjust, b.Undo, b.Release, b.Drop)
"""What means something in a mail that is on no ticket."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a mail bears."""

    token: bool
    authentication: bool

    def satisfy(self, need: Need) -> bool:
        """Whether these are enough."""
        return self.authentication and (self.token or need is Need.AUTHENTICATION)


def needed(commands: Iterable[t.Command], on_ticket: bool, written_on: date) -> Need:
    """What a mail needs in all: both proofs for words or commands on a ticket, and for whatever moves money."""
    given = tuple(commands)
    if on_ticket:
        return Need.BOTH
    minutes = sum(each.minutes for each in given if isinstance(each, t.Time))
    old = any(each.work_date and written_on - each.work_date > OLD_TIME for each in given if isinstance(each, t.Time))
    if old or minutes > LONG_DAY_MINUTES:
        return Need.BOTH
    return max((NEEDS.get(type(each), Need.BOTH) for each in given), default=Need.AUTHENTICATION)
