"""What introduces a quote: separators, header blocks, attribution lines; and the quick test that spares most lines the search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.ingest.attribution import attribution, may_open
from maild.ingest.bare_line import CHARS_MAX, DATE, RULE, TIME, Introduction, is_rule, next_filled
from maild.ingest.header_block import header_block, label_of, notes_block
from maild.ingest.tongues import BEGINS, EARLIER, FORWARDED, FORWARDED_BY, MESSAGE, PREVIOUS_REPLIES, WRITE_ABOVE, WROTE
from maild.ingest.word_tables import speaks

_HEAD_LINES_MAX = 12
_TITLE_WORDS_MAX = 5
INTRODUCTION_LINES_MAX = 12  # of a header block that `own_lines` looks for above our words
_WRITE_ABOVE_CHARS_MAX = 160
_GLUED = re.compile(r"-{4,}+ ?([^-]{3,60}?) ?-{4,}+[^-]")
_ABOVE = (
    "above",
    "oberhalb",
    "über",
    "dessus",
    "encima",
    "sobre",
    "acima",
    "sopra",
    "boven",
    "ovanför",
    "powyżej",
    "выше",
    "вище",
    "nad ",
    "над ",
)


def is_dated_mark(line: str) -> bool:
    """GroupWise's head: ">>> Olga Ivanova <olga@vendor.test> 11/23/2026 2:05 PM >>>"; the words under it bear no marks."""
    return line.startswith(">>>") and line.endswith(">>>") and bool(TIME.search(line) and DATE.search(line))


def introduction(lines: Sequence[str], at: int) -> Introduction | None:
    """The introduction that begins exactly at line `at` of bare lines, or None. Looks at a bounded number of lines."""
    if not may_introduce(lines[at]):
        return None
    if is_dated_mark(lines[at]):
        return Introduction(1, certain=True, forwards=True)
    return _separator(lines, at) or header_block(lines, at) or notes_block(lines, at) or attribution(lines, at)


def may_introduce(line: str, *, above: bool = True) -> bool:
    """A quick test that lets every first line of an introduction pass, and few others; `above` is `speaks_of_above` of the body."""
    if not line or len(line) >= CHARS_MAX:
        return False
    if line[0] in RULE or may_open(line) or ":" in line[:40] or "：" in line[:40]:
        return True
    return above and len(line) <= _WRITE_ABOVE_CHARS_MAX and speaks(line.lower(), _ABOVE)


def names_a_forward(line: str) -> bool:
    """Whether a separator says that what follows is passed on, not answered."""
    low = line.lower()
    return speaks(low, FORWARDED + FORWARDED_BY)


def speaks_of_above(text: str) -> bool:
    """Whether any line of a body may be "write above this line": asked once a body it spares each of its lines the question."""
    return speaks(text.lower(), _ABOVE)


def _separator(lines: Sequence[str], at: int) -> Introduction | None:
    line = lines[at]
    low = line.lower()
    if len(line) <= _WRITE_ABOVE_CHARS_MAX and speaks(low, _ABOVE) and speaks(low, WRITE_ABOVE):
        return Introduction(1, certain=True, forwards=True)
    inner = low.strip(RULE).replace("i\u0307", "i")  # what `lower` makes of the Turkish İ
    glued = _GLUED.match(low) if line.startswith("----") else None
    if glued is not None and _names_a_message(glued[1]):
        return Introduction(1, certain=True, forwards=True)  # Samsung's head, with its fields or without, in one line
    if len(inner) > 100:
        return None
    words = inner.split()  # none where a lone CR is all that stands between the dashes
    if words and line[:3] == line[-3:] == "---" and (words[-1] in WROTE or inner.startswith(FORWARDED_BY)):
        return Introduction(1, certain=True, forwards=True)
    begins = inner.endswith((":", "：")) and inner.startswith(BEGINS)
    if inner and (line[0] in RULE or begins) and _names_a_message(inner):
        ruled = line[0] in RULE and line[-1] in RULE and len(line) - len(inner) >= 4
        if ruled:
            return Introduction(1, certain=True, forwards=True)
        if begins:
            follows = next_filled(lines, at + 1)
            if follows is not None and (label_of(lines[follows]) or lines[follows].startswith(">")):
                return Introduction(1, certain=True, forwards=True)
    if len(line) >= 6 and line[:3] == line[-3:] == "---" and len(words) <= _TITLE_WORDS_MAX:
        follows = next_filled(lines, at + 1)
        if words and follows is not None and header_block(lines, follows):
            return Introduction(1, certain=True, forwards=True)  # whatever its tongue calls it
    if is_rule(line) and len(line) >= 3:
        follows = next_filled(lines, at + 1)
        if follows is not None and follows - at <= 3:
            if lines[follows].startswith(">"):
                return _marked_head(lines, at, follows)
            if lines[follows].lower().strip("*_: ") in PREVIOUS_REPLIES:
                return Introduction(follows - at + 1, certain=True, forwards=True)
            block = header_block(lines, follows)
            if block:
                return Introduction(follows - at + block.lines, certain=True, forwards=True)
    return None


def _marked_head(lines: Sequence[str], at: int, first: int) -> Introduction | None:
    """A rule over a head whose every line is marked while the words under it are not, as Centrum writes it."""
    behind = first
    while behind < len(lines) and behind - first < _HEAD_LINES_MAX and lines[behind].startswith(">"):
        behind += 1
    inner = [line.lstrip("> ") for line in lines[first:behind]]
    head = header_block(inner, 0)
    whole = head is not None and not any(inner[head.lines :])
    return Introduction(behind - at, certain=True, forwards=True) if whole else None


def _names_a_message(inner: str) -> bool:
    return len(inner) <= 60 and len(inner.split()) <= 6 and speaks(inner, EARLIER + FORWARDED) and speaks(inner, MESSAGE)
