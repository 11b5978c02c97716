"""A reply beside the letter it answers: which lines are its author's, which are quotes, which are the desk's own and must not go out.

What is told apart here is certain, because the letter's text is known: nothing is cut by guess (contract, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maild.desk.decision import Kind, Stored
from maild.message import Line, LineKind

MARKER = re.compile(r"^--=.*=--$")
_PREFIX = re.compile(r"^(?:\s*[>|»›])+\s?")
_TELLING_CHARACTERS = 4  # shorter lines ("OK", "--") tell nothing about where they come from
_EDITED_CHARACTERS = 8  # a quoted line that still holds so much of a sent one was edited by the author


@dataclass(frozen=True, slots=True)
class Compared:
    """A reply's lines with their final kinds; `leaks` are desk's lines that stood among fresh ones and were cut; `unknown` are
    quoted lines that nobody sent to the author, so that nobody can tell whose words they are.
    """

    lines: tuple[Line, ...]
    leaks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    quotable: str = ""  # the customer's words in that letter, blanks tidied: these may go back to them


def bare_line(text: str) -> str:
    """A line without quote marks, blanks tidied: what is compared."""
    return " ".join(_PREFIX.sub("", text).replace("\xa0", " ").split())


def desk_part(sent: Stored) -> frozenset[str]:
    """The lines of a letter to staff that are the desk's own: of a notification its first line and what follows the marker, of
    anything else the whole.
    """
    lines = sent.text.split("\n")
    if sent.kind == Kind.NOTIFICATION:
        marker = next((number for number, line in enumerate(lines) if MARKER.match(line.strip())), len(lines))
        lines = [*lines[:1], *lines[marker:]]
    return frozenset(bare for line in lines if len(bare := bare_line(line)) >= _TELLING_CHARACTERS)


def compare(reading: Sequence[Line], own: Sequence[Line], sent: Stored) -> Compared:
    """Settle each line's kind. `own` is the same text compared with the letter's: QUOTED where the letter has that line."""
    desk = desk_part(sent)
    known = [bare for line in sent.text.split("\n") if len(bare := bare_line(line)) >= _EDITED_CHARACTERS]
    shown = frozenset(known)
    lines: list[Line] = []
    leaks: list[str] = []
    unknown: list[str] = []
    for line, theirs in zip(reading, own, strict=True):
        kind = _settled(line, theirs.kind is LineKind.QUOTED, desk, shown, known)
        if line.kind is LineKind.FRESH and kind is LineKind.QUOTED and not _marked(line.text):
            leaks.append(line.text)
        if line.kind is LineKind.QUOTED and kind is LineKind.QUOTED and theirs.kind is LineKind.FRESH and bare_line(line.text):
            unknown.append(line.text)
        lines.append(Line(line.text, kind))
    words = " ".join(bare for line in sent.text.split("\n") if (bare := bare_line(line)) and bare not in desk)
    return Compared(tuple(lines), tuple(leaks), tuple(unknown), words if sent.kind == Kind.NOTIFICATION else "")


def _settled(line: Line, is_sent: bool, desk: frozenset[str], shown: frozenset[str], known: Sequence[str]) -> LineKind:
    bare = bare_line(line.text)
    if line.kind is LineKind.FRESH:
        if bare.startswith("/"):  # a command that the desk's part offers, typed or copied
            return LineKind.QUOTED if _marked(line.text) else LineKind.FRESH
        if bare in desk or (is_sent and _marked(line.text)):
            return LineKind.QUOTED
        if is_sent and bare not in shown and len(bare) >= _EDITED_CHARACTERS and any(bare in line for line in desk):
            return LineKind.QUOTED  # a piece of the desk's line that a mail program broke
        return LineKind.FRESH
    if line.kind is LineKind.QUOTED and not is_sent:
        if not _marked(line.text) or any(sent in bare for sent in known):
            return LineKind.FRESH  # written between quoted lines, or into one
        return LineKind.QUOTED
    return line.kind


def _marked(text: str) -> bool:
    return bool(_PREFIX.match(text))
