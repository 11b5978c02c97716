"""A reply beside the very mail that we sent: which of its lines are ours, whatever the client did to them on the way.

Clients prefix lines, wrap them anew, lose trailing blanks, turn no-break spaces into blanks and one dash into another. So both
texts are compared as words. A line is ours if its words follow one another in the mail that was sent, from where the quote had
come to, or from the beginning of one of its lines. A line with one strange word is the author's: nothing that was written into
a quote is taken for ours. A short line that merely happens to occur in our mail ("/solved") is ours only where the quote goes on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from maild.ingest.bare_line import INVISIBLE, bare, is_rule
from maild.ingest.introduction import INTRODUCTION_LINES_MAX, introduction
from maild.lines import Line, LineKind

LINES_MAX = 20_000
_QUOTES_INTRODUCED_MAX = 50
_PLACES_MAX = 8  # of the lines that begin with the same word, so many are tried: a mail of one repeated word stays linear
_LONG_WORDS = 4  # so many words in a row are no coincidence
_LEVEL = INVISIBLE | str.maketrans({"…": "...", "ё": "е", "Ё": "Е"})
_LEVEL |= (
    dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | dict.fromkeys(map(ord, "“”„«»‟"), '"') | dict.fromkeys(map(ord, "‘’‚‛`´"), "'")
)
_EMPHASISED = re.compile(r"(?<![\w/:.])([*/_|])(\w(?:(?:(?!\1).){0,200}\w)?)\1(?![\w/])")  # bold and slanted words, and code
_HAS_LEVELLED = re.compile("[" + re.escape("".join(map(chr, _LEVEL))) + "]")


def own_lines(reply_text_full: str, sent_text: str) -> tuple[Line, ...]:
    """Every line of the reply as QUOTED (ours), ATTRIBUTION (it introduces ours) or FRESH; joining the lines gives the reply again.

    What follows LINES_MAX lines is one piece and the author's. Linear in both texts.
    """
    lines = reply_text_full.split("\n", LINES_MAX)
    kinds = _compare([_split(line) for line in lines[:LINES_MAX]], _Sent(sent_text))
    kinds += [LineKind.FRESH] * (len(lines) - len(kinds))
    _fill_blanks(lines, kinds)
    _mark_introductions(lines, kinds)
    return tuple(Line(line, kind) for line, kind in zip(lines, kinds, strict=True))


def _split(line: str) -> tuple[list[str], bool]:
    """The words of a line and whether it bears a quote mark."""
    plain = (line.translate(_LEVEL) if not line.isascii() and _HAS_LEVELLED.search(line) else line).strip()
    marked = plain[:1] in (">", "|")
    unmarked = plain.lstrip(">| \t") if marked else plain
    if any(sign in unmarked for sign in "*/_|"):
        unmarked = _EMPHASISED.sub(r"\2", unmarked)
    if unmarked[:1] in "-_=*" and is_rule(unmarked):
        return ["--"], marked
    return [stripped for word in unmarked.split() if (stripped := word.strip("*_•·-"))], marked


class _Sent:
    """The words of the mail that was sent, with the places where its lines begin and end."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.ends: set[int] = set()
        self.begins: dict[str, list[int]] = defaultdict(list)
        for line in text.split("\n", LINES_MAX)[:LINES_MAX]:
            words, _ = _split(line)
            if words:
                self.begins[words[0]].append(len(self.words))
                self.words.extend(words)
                self.ends.add(len(self.words))

    def goes_on(self, words: Sequence[str], at: int) -> bool:
        """Whether these words stand in the mail from word `at` on."""
        return bool(words) and self.words[at : at + len(words)] == words

    def places(self, words: Sequence[str], after: int) -> list[int]:
        """Line beginnings from which these words follow, the nearest behind `after` first."""
        begins = self.begins.get(words[0], [])
        here = bisect_left(begins, after)
        near = begins[here : here + _PLACES_MAX] + begins[max(here - _PLACES_MAX, 0) : here]
        return [at for at in near if self.goes_on(words, at)]


def _compare(lines: Sequence[tuple[list[str], bool]], sent: _Sent) -> list[LineKind]:
    kinds = [LineKind.FRESH] * len(lines)
    following = _following(lines)
    reached = 0  # the word of our mail that the quote has come to
    for i, (words, marked) in enumerate(lines):
        if not words:
            continue
        upcoming = following[i]
        ahead = lines[upcoming][0] if upcoming is not None else []
        end = _end_of_match(words, marked, ahead, reached, sent)
        if end is not None:
            kinds[i] = LineKind.QUOTED
            reached = end
    return kinds


def _end_of_match(words: list[str], marked: bool, ahead: list[str], reached: int, sent: _Sent) -> int | None:
    if sent.goes_on(words, reached):
        end = reached + len(words)
        if marked or len(words) >= _LONG_WORDS or sent.goes_on(ahead, end) or not sent.goes_on(ahead, reached):
            return end
        return None  # the next line is the one that goes on: this one only looks like it
    for at in sent.places(words, reached):
        end = at + len(words)
        if len(words) >= _LONG_WORDS or (marked and end in sent.ends) or sent.goes_on(ahead, end):
            return end
    return None


def _following(lines: Sequence[tuple[list[str], bool]]) -> list[int | None]:
    """For each line the next one that has words."""
    found: list[int | None] = [None] * len(lines)
    upcoming: int | None = None
    for i in range(len(lines) - 1, -1, -1):
        found[i] = upcoming
        if lines[i][0]:
            upcoming = i
    return found


def _fill_blanks(lines: list[str], kinds: list[LineKind]) -> None:
    """Blank lines belong to the quote where it stands on both sides of them; quote marks alone always do."""
    last: int | None = None
    for i, line in enumerate(lines):
        if kinds[i] is LineKind.QUOTED:
            if last is not None:
                kinds[last + 1 : i] = [LineKind.QUOTED] * (i - last - 1)
            last = i
        elif line.strip():
            if line.strip("> |\t\r\u00a0"):
                last = None
            else:
                kinds[i] = LineKind.QUOTED


def _mark_introductions(lines: list[str], kinds: list[LineKind]) -> None:
    """Find "On … wrote:" and header blocks directly above our words."""
    begins = [i for i in range(1, len(kinds)) if kinds[i] is LineKind.QUOTED and kinds[i - 1] is LineKind.FRESH]
    for begin in begins[:_QUOTES_INTRODUCED_MAX]:
        top = max(begin - INTRODUCTION_LINES_MAX, 0)
        above = [bare(line) for line in lines[top : begin + 1]]
        for i in range(len(above) - 1):
            found = introduction(above, i) if kinds[top + i] is LineKind.FRESH else None
            if found and not any(above[i + found.lines : -1]):
                stop = min(top + i + found.lines, begin)
                if all(kind is LineKind.FRESH for kind in kinds[top + i : stop]):
                    kinds[top + i : stop] = [LineKind.ATTRIBUTION] * (stop - top - i)
                break
