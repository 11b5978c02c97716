"""Which lines are commands: splits a line into its commands, and tells slips of the pen from paths and prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from maild.desk.command_arguments import plain, visible
from maild.desk.command_words import COMMAND_OF, folded
from maild.desk.damerau import nearest

_SLASHES = "/／⁄∕"
_START = re.compile(rf"\s*[{_SLASHES}]\s?(?=[^\W\d_])")
_TOKEN = re.compile(r"([^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*)(\S*)")
_NEXT = re.compile(rf"(?<=\s)[{_SLASHES}](?=[^\W\d_])")
# what people put in front of a slash when they make a list or miss the key; a known word behind it is a command gone wrong
_ODD_START = re.compile(rf"\s*(?:[-*•·–—+]\s*|\(|\\|[{_SLASHES}])[{_SLASHES}]?\s?(?=[^\W\d_])")
_CLOSING = re.compile(r"[.,;:!?…)\]»”\"]*")
_GLUED_VALUE = re.compile(r"[:=]?(?=[\d#@])|[:=]")
_SHORT_LETTERS = 3  # in the middle of a line, words as short as /etc are taken literally


@dataclass(frozen=True, slots=True)
class Segment:
    """One command of a line. `command` is '' for a near miss; `meant` is then the word that was probably meant."""

    typed: str
    command: str
    arguments: str
    text: str  # slash, word and arguments as typed
    meant: str = ""


def segments(line: str) -> tuple[Segment, ...]:
    """Split a line that starts with a command; () for a line that is text."""
    line = visible(line)
    start = _START.match(line)
    first = _word_at(line, start.end()) if start else None
    if start is None or first is None:
        return _odd(line)
    begins = [(start.start(), first)]
    for slash in _NEXT.finditer(line, first.end):
        found = _word_at(line, slash.end())
        if found and (found.command or len(found.typed) > _SHORT_LETTERS):
            begins.append((slash.start(), found))
    ends = [begin for begin, _ in begins[1:]] + [len(line)]
    return tuple(
        Segment(word.typed, word.command, line[word.end : end].strip(), line[begin:end].strip(), word.meant)
        for (begin, word), end in zip(begins, ends, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _CommandWord:
    typed: str
    end: int  # where its arguments begin
    command: str = ""
    meant: str = ""


def _word_at(line: str, at: int) -> _CommandWord | None:
    """The known word that stands here, or the near miss; None for text (contract: a second / or . makes it a path)."""
    found = _TOKEN.match(line, at)
    if found is None:
        return None
    typed, behind = found[1], plain(found[2])
    command = COMMAND_OF.get(folded(typed), "")
    closed = _CLOSING.fullmatch(behind) is not None
    if command:
        if closed and ":" not in behind:
            return _CommandWord(typed, found.end(), command)
        glued = _GLUED_VALUE.match(behind)
        if glued:
            return _CommandWord(typed, found.end(1) + glued.end(), command)
    if not closed and ("/" in behind or "." in behind):
        return None
    meant = typed if command else _nearest_word(folded(typed))
    return _CommandWord(typed, found.end(), "", meant) if meant else None


def _odd(line: str) -> tuple[Segment, ...]:
    """A line such as `- /time 25m`, `//solved` or time behind a backslash: nearly a command, so it is neither sent nor obeyed."""
    start = _ODD_START.match(line)
    found = _word_at(line, start.end()) if start else None
    slashed = start is not None and any(letter in _SLASHES + "\\" for letter in start[0])
    if start is None or found is None or not found.command or not slashed:
        return ()
    return (Segment(found.typed, "", line[found.end :].strip(), line.strip(), found.typed),)


@lru_cache(maxsize=4096)
def _nearest_word(typed: str) -> str:
    return nearest(typed, COMMAND_OF) or ""
