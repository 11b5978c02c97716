"""Attribution lines: "On …, … wrote:" in any language and order, wrapped over at most four lines.

Recognised by evidence, not by one pattern a program: an attribution opens like one (a date, a lead such as "On", "23 ноя."), holds
a time or an address, and ends with a verb of writing or with a colon. So a new language costs a word in `tongues.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.ingest.bare_line import ADDRESS, CHARS_MAX, DATE, TIME, Introduction, is_marked, next_filled
from maild.ingest.tongues import DAYS, FIRST_PERSON, LEADS, SENT, WROTE
from maild.ingest.word_tables import speaks

LINES_MAX = 4  # an attribution is wrapped over at most so many lines
_GMT = re.compile(r"\d{4}-\d\d-\d\d \d\d?:\d\d (?:GMT|UTC)?[+-]\d")
_WORD = re.compile(r"[^\s,;:<>\"«»“”]+")
_DIGIT = re.compile(r"\d")
_PHRASES = ("写道", "寫道", "書きました", "작성", "գրել է")  # verbs with no blank before them, and those of two words
_COLONS = (":", "：", "՝", "գրել է.", "գրեց.")  # Armenian has its own colon, or a full stop
_VERB_IN_SENTENCE = re.compile(
    r"\b(?:" + "|".join(sorted(word for word in WROTE if word.isalpha())) + "),"
)  # "he writes, that …"


def attribution(lines: Sequence[str], at: int) -> Introduction | None:
    """The attribution that begins at line `at`, or None; certain where it holds a time or an address."""
    first = lines[at]
    if not may_open(first):
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
        follows = next_filled(lines, at + count)
        before_quote = follows is not None and is_marked(lines[follows])
        found = _judge(joined, before_quote)
        if found is not None:
            # The shortest run that ends here wins: words of the author above an attribution are not part of it.
            if any(
                may_open(lines[at + k]) and _judge(" ".join(lines[at + k : at + count]), before_quote) for k in range(1, count)
            ):
                return None
            return Introduction(count, certain=found, addressed="@" in joined)
    return None


def _closes_bracket(before: str, line: str) -> bool:
    """A `>` that ends an address broken off in the line before is no quote mark."""
    return before.rfind("<") > before.rfind(">") and len(line) <= 40 and line.endswith(":")


def may_open(line: str) -> bool:
    """Whether an attribution may begin with this line: a quick test."""
    return "@" in line or "<" in line or line.endswith((":", "：")) or _DIGIT.search(line, 0, 60) is not None


def _may_close(line: str) -> bool:
    tail = line.rstrip("-–—_* ")
    if tail.endswith(_COLONS):
        return True
    words = tail.rsplit(None, 1)
    if line.endswith(">") and line[:1].isdigit():
        return True
    return bool(words) and words[-1].lower() in WROTE


def _judge(joined: str, before_quote: bool) -> bool | None:
    """None: no attribution. Else whether it is certain, that is, introduces a quote even without `>` marks."""
    text = joined.lstrip("-–—_*> ").rstrip("-–—_* ")
    colon = text.endswith(_COLONS)
    timed, dated, addressed = TIME.search(text), DATE.search(text), ADDRESS.search(text)
    if not (timed or dated or addressed or (before_quote and colon)):
        return None
    words = [word.lower().rstrip(".") for word in _WORD.findall(text)]
    if not words or (not before_quote and _tells_of_oneself(words)):
        return None
    verb = not WROTE.isdisjoint(words) or speaks(text, _PHRASES)
    if verb and _VERB_IN_SENTENCE.search(text.lower()):
        return None
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
    if before_quote and addressed and len(words) <= 8 and text.endswith((">:", "):")):
        return False  # "Quoting Olga <…>:"
    if before_quote and dated and addressed and text[0].isdigit() and text.endswith(">"):
        return False  # Gmail's oldest form has no colon
    if before_quote and colon and (verb or ((opens or addressed) and (timed or dated))):
        return False
    return None


def _tells_of_oneself(words: Sequence[str]) -> bool:
    """A first person; the Croatian, Slovene or Serbian "je" of "napisao je" is none."""
    persons = FIRST_PERSON.intersection(words)
    return bool(persons) and not (persons == {"je"} and any(word.startswith("napis") for word in words))


def _opens_with_date(text: str) -> bool:
    """A digit, a lead ("On", "Am", "в"), or an abbreviation with its dot or comma at the head, and a digit soon after."""
    words = text[:60].split(None, 6)[:6]
    if not words:
        return False
    first = words[0].lower()
    short_day = len(first) <= 4 and len(words) > 1 and words[1][0].isdigit()  # "po 23. 11. 2026"
    if not (first[0].isdigit() or first[-1] in ",." or short_day or first.strip('-–—*>"') in LEADS or first in DAYS):
        return False
    return any(word.lstrip('("')[:1].isdigit() for word in words)
