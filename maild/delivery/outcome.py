"""What became of a letter that was handed to a server: five answers, and no sixth."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server has taken it upon itself."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nobody has it; try again later. `of_recipient`: this address is put off, others may be taken."""

    reply: str
    of_recipient: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class ServerAway(Deferred):
    """No letter can leave over this server now: back off from it as a whole. `advice` where time alone will not mend it."""

    advice: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never be taken as it is. `advice` where the operator could change that."""

    reply: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The dot left and no answer came: it may or may not have arrived."""

    reason: str


Outcome = Delivered | Deferred | ServerAway | Failed | Uncertain
