"""A line as the rules for quotes look at it, and what can be told of it alone. Everything else about quotes builds on this."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CHARS_MAX = 400  # no attribution or header line is longer; longer lines are not looked at further than this
RULE = "-–—_*=~#>+ "  # the characters that rules are drawn with
TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d\d(?!\d|\.\d)|\d{1,2}\s[ap]m\b|\d\d?時")
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}-[^\W\d]{3,9}-\d\d|\d\s?[月일]")
ADDRESS = re.compile(r"[^\s<>\"(@]@[^\s<>\"()@]")
INVISIBLE: dict[int, str | int | None] = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\u00ad",
    )
)
INVISIBLE |= dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u3000"), " ")
_HAS_INVISIBLE = re.compile("[" + "".join(map(chr, INVISIBLE)) + "]")


@dataclass(frozen=True, slots=True)
class Introduction:
    """`lines` lines that introduce a quote. `certain`: what follows is a quote even where no line of it is marked with `>`."""

    lines: int
    certain: bool
    forwards: bool = False  # a header block or a separator: what follows is foreign even in a mail that says nothing else
    addressed: bool = True  # it holds an address, as people's own sentences seldom do
    above: int = 0  # lines above that belong to it


def bare(text: str) -> str:
    """A line as rules look at it: no invisible characters, plain spaces, no bold marks around, at most CHARS_MAX long."""
    text = text[:CHARS_MAX]
    if not text.isascii() and _HAS_INVISIBLE.search(text):
        text = text.translate(INVISIBLE)
    return text.strip()


def bare_lines(lines: Sequence[str], text: str) -> list[str]:
    """`bare` of each line of `text`, or of what is left of them; what is invisible is looked for once."""
    if text.isascii() or not _HAS_INVISIBLE.search(text):
        return [line[:CHARS_MAX].strip() for line in lines]
    return [bare(line) for line in lines]


def is_marked(line: str) -> bool:
    """A quoted line: `>` at its head, or the initials that The Bat! puts before it ("ОИ> ")."""
    if line.startswith(">"):
        return True
    initials = line[:5].partition(">")[0] if ">" in line[1:5] else ""
    return initials.isalpha() and initials.isupper() and initials not in ("PS", "SQL")


def is_rule(line: str) -> bool:
    """A line of nothing but dashes, underscores, stars and the like."""
    return bool(line) and not line.strip("-–—_*=~#+ᐧ ·.")


def next_filled(lines: Sequence[str], at: int) -> int | None:
    """The next line that is not empty, within 5 lines."""
    return next((i for i in range(at, min(at + 5, len(lines))) if lines[i]), None)
