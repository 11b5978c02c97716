"""Which proofs an act of staff needs: one table (contract, section 4; the same table stands in docs/trust.md, and a test compares).

Whatever lacks a proof is held, and its person is asked at their registered address whether it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b

OLD_TIME = timedelta(days=3)  # time for longer ago moves money that may be reported already
LONG_DAY_MINUTES = 12 * 60


class Need(StrEnum):
    """What must be proven."""

    AUTHENTICATION = "authentication"  # the From is believed
    BOTH = "both"  # and the mail came to an address signed for this person


class Outcome(StrEnum):
    """What a mail with certain proofs may expect."""

    DONE = "done"
    CHALLENGED = "held, challenge"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is to be done, the commands that do it (none: it is told by other signs), what it needs."""

    act: str
    commands: tuple[type[t.Command], ...]
    need: Need

    def outcome(self, proofs: Proofs) -> Outcome:
        """What happens to a mail that bears these."""
        return Outcome.DONE if proofs.satisfy(self.need) else Outcome.CHALLENGED


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a mail bears."""

    token: bool
    authentication: bool

    def satisfy(self, need: Need) -> bool:
        """Whether these are enough."""
        return self.authentication and (self.token or need is Need.AUTHENTICATION)


ON_TICKET = Row("answer, note, time or state on a ticket", (), Need.BOTH)
OLD_OR_LONG = Row("time for more than 3 days ago or beyond 12 h a day", (), Need.BOTH)
TABLE = (
    ON_TICKET,
    Row("minutes of a client", (b.Topup, b.Adjust, b.Undo), Need.BOTH),
    Row("whose ticket it is, and who takes part", (t.SetClient, t.Merge, b.CcAdd), Need.BOTH),
    Row("closing without the customer's word", (t.Close,), Need.BOTH),
    Row("word to everybody who waits on a defect", (t.Fixed,), Need.BOTH),
    Row("letting a held mail go, or not", (b.Release, b.Drop, b.Send), Need.BOTH),
    OLD_OR_LONG,
    Row("time on a ticket named by number", (t.Time,), Need.AUTHENTICATION),
    Row("looking up", (b.Show, b.Find, b.List, b.BalanceOf, b.Help, b.Statement, b.Act, b.Page), Need.AUTHENTICATION),
    Row("a new ticket for somebody", (t.New,), Need.AUTHENTICATION),
    Row("absence, an idea, stopping a person's mail", (b.Away, b.Idea, b.Freeze), Need.AUTHENTICATION),
)
NEEDS: Mapping[type[t.Command], Need] = {command: row.need for row in TABLE for command in row.commands}
_ALONE = (*(command for row in TABLE if row.need is Need.AUTHENTICATION for command in row.commands),)
_ALONE = (*_ALONE, b.Topup, b.Adjust, b.Undo, t.Fixed, b.Release, b.Drop)


def stands_alone(given: t.Command) -> bool:
    """Whether a command means something in a mail that is on no ticket."""
    return isinstance(given, _ALONE) and not (isinstance(given, t.Time) and given.ticket is None)


def needed(commands: Iterable[t.Command], *, on_ticket: bool, today: date, worked: Mapping[date, int] | None = None) -> Need:
    """What a mail needs in all. `worked` are the minutes that its author has written down before, by day.

    What no row names (`/urgent`, `/free` …) adds nothing: it acts on a ticket, or on the time beside it.
    """
    given = tuple(commands)
    if on_ticket:
        return ON_TICKET.need
    if _is_old_or_long(given, today, worked or {}):
        return OLD_OR_LONG.need
    both = any(NEEDS.get(type(each)) is Need.BOTH for each in given)
    return Need.BOTH if both else Need.AUTHENTICATION


def _is_old_or_long(given: tuple[t.Command, ...], today: date, worked: Mapping[date, int]) -> bool:
    minutes = dict(worked)
    for each in given:
        if isinstance(each, t.Time):
            day = each.work_date or today
            minutes[day] = minutes.get(day, 0) + each.minutes
            if today - day > OLD_TIME or minutes[day] > LONG_DAY_MINUTES:
                return True
    return False
