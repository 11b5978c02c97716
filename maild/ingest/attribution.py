"""What introduces a quote: attribution lines, header blocks, separators. Works on bare lines (see `bare`), never backtracks.

An attribution is recognised by evidence, not by one pattern a program: it opens like one (a date, a lead such as "On", "23 ноя."),
holds a time or an address, and ends with a verb of writing or with a colon. So a new language costs a word in `tongues.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maild.ingest.tongues import (
    BEGINS,
    EARLIER,
    FIRST_PERSON,
    LABELS,
    LEADS,
    MESSAGE,
    PREVIOUS_REPLIES,
    SENT,
    WRITE_ABOVE,
    WROTE,
)

INTRODUCTION_LINES_MAX = 12  # of a header block that `own_lines` looks for above our words
LINES_MAX = 4  # an attribution is wrapped over at most so many lines
CHARS_MAX = 400  # no attribution or header line is longer; longer lines are not looked at further than this
INVISIBLE: dict[int, str | int | None] = dict.fromkeys(
    map(ord, "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad")
)
INVISIBLE |= dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u3000"), " ")
_HAS_INVISIBLE = re.compile("[" + "".join(map(chr, INVISIBLE)) + "]")
_TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d\d(?!\d|\.\d)|\d{1,2}\s[ap]m\b|\d\d?時")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}-[^\W\d]{3,9}-\d\d|\d\s?[月일]")
_ADDRESS = re.compile(r"[^\s<>\"(@]@[^\s<>\"()@]")
_GMT = re.compile(r"\d{4}-\d\d-\d\d \d\d?:\d\d (?:GMT|UTC)?[+-]\d")
_WORD = re.compile(r"[^\s,;:<>\"«»“”]+")
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
_REPEATABLE = ("cc", "other")
_DIGIT = re.compile(r"\d")
_JOINED_VERBS = ("写道", "寫道", "書きました", "작성")  # tongues that put no blank before the verb
_RULE = "-–—_*=~#>+ "


def bare(text: str) -> str:
    """A line as rules look at it: no invisible characters, plain spaces, no bold marks around, at most CHARS_MAX long."""
    text = text[:CHARS_MAX]
    if not text.isascii() and _HAS_INVISIBLE.search(text):
        text = text.translate(INVISIBLE)
    return text.strip()


@dataclass(frozen=True, slots=True)
class Introduction:
    """`lines` lines that introduce a quote. `certain`: what follows is a quote even where no line of it is marked with `>`."""

    lines: int
    certain: bool
    forwards: bool = False  # a header block or a separator: what follows is foreign even in a mail that says nothing else


def introduction(lines: Sequence[str], at: int) -> Introduction | None:
    """The introduction that begins exactly at line `at` of bare lines, or None. Looks at a bounded number of lines."""
    if not may_introduce(lines[at]):
        return None
    return _separator(lines, at) or _header_block(lines, at) or _attribution(lines, at)


def may_introduce(line: str) -> bool:
    """A quick test that lets every first line of an introduction pass, and few others."""
    if not line or len(line) >= CHARS_MAX:
        return False
    return (
        line[0] in _RULE
        or _may_open(line)
        or ":" in line[:40]
        or "：" in line[:40]
        or any(stem in line.lower() for stem in _ABOVE)
    )


def is_marked(line: str) -> bool:
    """A quoted line: `>` at its head, or the initials that The Bat! puts before it ("ОИ> ")."""
    if line.startswith(">"):
        return True
    initials = line[:5].partition(">")[0] if ">" in line[1:5] else ""
    return initials.isalpha() and initials.isupper() and initials not in ("PS", "SQL")


def is_rule(line: str) -> bool:
    """A line of nothing but dashes, underscores, stars and the like."""
    return bool(line) and not line.strip("-–—_*=~#+ᐧ ·.")


# --- separators ------------------------------------------------------------------------------------------------------------------


def _separator(lines: Sequence[str], at: int) -> Introduction | None:
    line = lines[at]
    low = line.lower()
    if len(line) <= 160 and any(stem in low for stem in _ABOVE) and any(phrase in low for phrase in WRITE_ABOVE):
        return Introduction(1, certain=True, forwards=True)
    inner = low.strip(_RULE).replace("i\u0307", "i")  # what `lower` makes of the Turkish İ
    if len(inner) > 60:
        return None
    if inner and (line[0] in _RULE or inner.endswith((":", "："))) and _names_a_message(inner):
        ruled = line[0] in _RULE and line[-1] in _RULE and len(line) - len(inner) >= 4
        if ruled:
            return Introduction(1, certain=True, forwards=True)
        if inner.endswith((":", "：")) and inner.startswith(BEGINS):
            follows = _next_filled(lines, at + 1)
            if follows is not None and (_label(lines[follows]) or lines[follows].startswith(">")):
                return Introduction(1, certain=True, forwards=True)
    if is_rule(line) and len(line) >= 3:
        follows = _next_filled(lines, at + 1)
        if follows is not None and follows - at <= 3:
            if lines[follows].lower().strip("*_: ") in PREVIOUS_REPLIES:
                return Introduction(follows - at + 1, certain=True, forwards=True)
            block = _header_block(lines, follows)
            if block:
                return Introduction(follows - at + block.lines, certain=True, forwards=True)
    return None


def _names_a_message(inner: str) -> bool:
    return len(inner.split()) <= 6 and any(stem in inner for stem in EARLIER) and any(stem in inner for stem in MESSAGE)


def _next_filled(lines: Sequence[str], at: int) -> int | None:
    """The next line that is not empty, within 5 lines."""
    return next((i for i in range(at, min(at + 5, len(lines))) if lines[i]), None)


# --- header blocks ---------------------------------------------------------------------------------------------------------------


def _label(line: str) -> str:
    """The kind of the header label that a line begins with, or ''."""
    label, colon, _ = line[:40].replace("：", ":").partition(":")
    return LABELS.get(label.strip("*_> \t").lower(), "") if colon else ""


def _header_block(lines: Sequence[str], at: int) -> Introduction | None:
    """From/Sent/To/Subject in whatever order and language, values wrapped, one blank line allowed between two labels."""
    if _label(lines[at]) in ("", *_REPEATABLE):
        return None
    kinds: dict[str, str] = {}
    end = i = at
    while i < len(lines) and i - at < 40:
        kind = _label(lines[i])
        if kind and (kind in _REPEATABLE or kind not in kinds):
            kinds[kind] = lines[i].replace("：", ":").partition(":")[2]
            end = i
            i += 1
        else:
            following = _next_label(lines, i + 1, kinds) if not kind else None
            if following is None:
                break
            i = following
    if not _proves_a_mail(kinds):
        return None
    return Introduction(_end_of_last_value(lines, end) - at + 1, certain=True, forwards=True)


def _next_label(lines: Sequence[str], at: int, seen: dict[str, str]) -> int | None:
    """The line within the next three that bears a label not seen yet: what stands before it is a wrapped value or a blank."""
    for i in range(at, min(at + 3, len(lines))):
        kind = _label(lines[i])
        if kind:
            return i if kind in _REPEATABLE or kind not in seen else None
    return None


def _end_of_last_value(lines: Sequence[str], end: int) -> int:
    """A long last value (To with many recipients, a wrapped Subject) goes on until the blank line, for at most two lines more."""
    for more in (1, 2):
        if end + more >= len(lines) or is_marked(lines[end + more]):
            return end
        if not lines[end + more]:
            return end + more - 1
    return end


def _proves_a_mail(kinds: dict[str, str]) -> bool:
    if "from" in kinds and ("date" in kinds or "to" in kinds):
        evidence = _ADDRESS.search(kinds["from"]) or _DATE.search(kinds.get("date", "")) or _ADDRESS.search(kinds.get("to", ""))
        return bool(evidence) or len(kinds.keys() & {"from", "date", "to", "subject"}) >= 3
    dated = "date" in kinds and (_TIME.search(kinds["date"]) or _DATE.search(kinds["date"]))
    return bool(dated and "to" in kinds and _ADDRESS.search(kinds["to"]))


# --- attribution lines -----------------------------------------------------------------------------------------------------------


def _attribution(lines: Sequence[str], at: int) -> Introduction | None:
    first = lines[at]
    if not _may_open(first):
        return None
    # Only a first line with the date at its head or with an address can be the beginning of a wrapped attribution.
    longest = LINES_MAX if "@" in first or "<" in first or _opens_with_date(first) else 1
    for count in range(1, longest + 1):
        if at + count > len(lines) or not lines[at + count - 1]:
            return None
        last = lines[at + count - 1]
        if count > 1 and last.startswith(">") and not _closes_bracket(lines[at + count - 2], last):
            return None
        if not (_may_close(last) or (count == 1 and _GMT.match(first))):
            continue
        joined = " ".join(lines[at : at + count])
        if len(joined) > CHARS_MAX:
            return None
        follows = _next_filled(lines, at + count)
        before_quote = follows is not None and is_marked(lines[follows])
        found = _judge(joined, before_quote)
        if found is not None:
            # The shortest run that ends here wins: words of the author above an attribution are not part of it.
            if any(
                _may_open(lines[at + k]) and _judge(" ".join(lines[at + k : at + count]), before_quote) for k in range(1, count)
            ):
                return None
            return Introduction(count, certain=found)
    return None


def _closes_bracket(before: str, line: str) -> bool:
    """A `>` that ends an address broken off in the line before is no quote mark."""
    return before.rfind("<") > before.rfind(">") and len(line) <= 40 and line.endswith(":")


def _may_open(line: str) -> bool:
    return "@" in line or "<" in line or line.endswith((":", "：")) or _DIGIT.search(line, 0, 60) is not None


def _may_close(line: str) -> bool:
    tail = line.rstrip("-–—_* ")
    if tail.endswith((":", "：")):
        return True
    words = tail.rsplit(None, 1)
    return bool(words) and words[-1].lower() in WROTE


def _judge(joined: str, before_quote: bool) -> bool | None:
    """None: no attribution. Else whether it is certain, that is, introduces a quote even without `>` marks."""
    text = joined.strip("-–—_*> ")
    colon = text.endswith((":", "："))
    timed, dated, addressed = _TIME.search(text), _DATE.search(text), _ADDRESS.search(text)
    if not (timed or dated or addressed or (before_quote and colon)):
        return None
    words = [word.lower().rstrip(".") for word in _WORD.findall(text)]
    if not words or (FIRST_PERSON.intersection(words) and not before_quote):
        return None
    verb = not WROTE.isdisjoint(words) or any(phrase in text for phrase in _JOINED_VERBS)
    sent = not verb and words[-1] in SENT
    opens = _opens_with_date(text)
    if _GMT.match(text) and (colon or (len(words) <= 9 and not text.endswith("<"))):
        return True
    if opens and (verb or sent) and (timed or dated):
        return bool(timed or addressed) if colon or words[-1] in WROTE else None
    if colon and addressed and (verb or sent):
        when = [found.start() for found in (timed, dated) if found]
        if when and min(when) < addressed.start():
            return None  # words of the author stand before "On …, x@y wrote:" in the same line
        return bool(when)
    if colon and addressed and opens and (timed or dated):
        return True
    if before_quote and colon and (verb or ((opens or addressed) and (timed or dated))):
        return False
    return None


def _opens_with_date(text: str) -> bool:
    """A digit, a lead ("On", "Am", "в"), or an abbreviation with its dot or comma at the head, and a digit soon after."""
    words = text[:60].split(None, 6)[:6]
    if not words:
        return False
    first = words[0].lower()
    short_day = len(first) <= 4 and len(words) > 1 and words[1][0].isdigit()  # "po 23. 11. 2026"
    if not (first[0].isdigit() or first[-1] in ",." or short_day or first.strip('-–—*>"') in LEADS):
        return False
    return any(word.lstrip('("')[:1].isdigit() for word in words)
