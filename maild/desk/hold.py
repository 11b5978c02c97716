"""What waits in a hold, and what lets it go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    """Why a staff mail waits."""

    UNCLEAR = "unclear"  # a near miss, an unreadable value, a guess to confirm
    UNPROVEN = "unproven"  # a proof is missing: a challenge was sent


class HoldState(StrEnum):
    """What became of a hold."""

    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Hold:
    """A staff mail that is not acted on yet. The mail itself is the arrival `arrival`; `wrong_lines` are what a correction replaces."""

    id: int
    kind: HoldKind
    staff: str
    arrival: int
    ticket: int | None
    reason: str
    held_at: datetime
    wrong_lines: tuple[str, ...] = ()
    state: HoldState = HoldState.OPEN
    settled_at: datetime | None = None
    settled_by: str = ""  # the mail that released or dropped it
    version: int = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    """A member of staff whose mail stops until the operator lifts it: neither obeyed nor written to."""

    staff: str
    by: str  # a manager's id, or OPERATOR
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A held mail is to be decided again, as proven and cleared by its author.

    `corrections` stand in place of its wrong lines, or above its text where none was wrong; `plain` takes unclear lines as text.
    """

    hold: int
    corrections: tuple[str, ...] = ()
    plain: bool = False
