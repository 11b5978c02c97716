"""What a check found: one line, how bad it is, and what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. Only faults make `maild check` exit 1."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to mend or mind."""

    level: Level
    what: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        """The same for `--json`."""
        return asdict(self)


def ok(what: str, advice: str = "") -> Finding:
    """All is well."""
    return Finding(Level.OK, what, advice)


def warning(what: str, advice: str) -> Finding:
    """It works, and somebody should still look at it."""
    return Finding(Level.WARNING, what, advice)


def fault(what: str, advice: str = "") -> Finding:
    """It does not work."""
    return Finding(Level.FAULT, what, advice)


def of_visit(found: Iterable[tuple[str, bool, str]]) -> Iterator[Finding]:
    """What the doors to IMAP and SMTP found: (what was looked at, whether it is well, what to mend or mind)."""
    for what, well, advice in found:
        yield fault(what, advice) if not well else warning(what, advice) if advice else ok(what)
