"""What the sender wrote, apart from quotes, introductions, signatures and banners. Line-based, linear, nothing is ever dropped.

A reading is a guess that serves commands and previews; the whole text stays in the ledger. Where a line may be the author's own,
it is kept as the author's: a desk would rather show a word too much than lose one. The surest reading is `own_lines`, which
compares with the very mail that we sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.ingest.armour import with_armour, with_files
from maild.ingest.bare_line import Introduction, bare_lines, is_marked, is_rule
from maild.ingest.disclaimers import banner_end, disclaimer_start
from maild.ingest.html_marks import marked_lines
from maild.ingest.introduction import introduction, is_dated_mark, may_introduce, names_a_forward, speaks_of_above
from maild.ingest.sent_lines import own_lines
from maild.ingest.signature import is_dashes, is_device_line, signature_start
from maild.lines import Line, LineKind, Reading

__all__ = ["MARKER_PREFIX", "own_lines", "read_html_reply", "read_reply"]

MARKER_PREFIX = (
    "--="  # a line that begins so and ends with its mirror parts the desk's own words from the customer's in a notification
)
_MARKER_SUFFIX = "=--"
LINES_MAX = 12_000  # what follows is kept as one piece, so that a megabyte of line ends costs no more than a megabyte of words
_EXAMINED_MAX = 1000  # a body with more lines that look like "On …, … wrote:" is a log or an attack
_CITATION_LINES_MAX = 10
_SIGNED = "-- "  # RFC 3676, 4.3, its blank not lost
_WRAP_WIDTH = 66  # a quoted line this long may have been broken by a program that wraps at 72 to 78


def read_reply(text: str) -> Reading:
    """Take a plain text body apart. Joining the lines with line feeds gives the text again."""
    return _read(text, with_files(text, LINES_MAX))


def read_html_reply(html: str, text: str) -> Reading:
    """The same for `text` made from `html`: where the HTML marks quotes, the marks decide; the words decide about the rest."""
    return _read(text, marked_lines(html, text))


def _read(text: str, marked: Sequence[LineKind | None]) -> Reading:
    raw = text.split("\n", LINES_MAX)
    lines = bare_lines(raw, text)
    page = _Page(lines, with_armour(lines, marked), above=speaks_of_above(text))
    if _SIGNED in text:
        page.signed = frozenset(number for number, line in enumerate(raw) if line.rstrip("\r") == _SIGNED)
    page.walk()
    page.keep_citation()
    page.trim()
    return Reading(tuple(map(Line, raw, page.kinds)), page.only_forwards())


class _Page:
    """The lines of one body while their kinds are being found."""

    def __init__(self, lines: list[str], marked: Sequence[LineKind | None], *, above: bool) -> None:
        self.lines = lines
        self.above = above
        self.kinds = [LineKind.FRESH] * len(lines)
        self.signed: frozenset[int] = frozenset()  # lines that are the mark of a signature to the letter
        self.passed_on = -1  # the line of "Forwarded message", where one begins a quote
        self.known = list(marked) + [None] * (len(lines) - len(marked))
        self.examined = 0  # lines that looked like an introduction so far
        self.introduced = False  # an introduction was seen: initials before `>` are quotes from now on
        self.forwarded = False  # a separator was seen: the next introduction is no opening words of the author
        self.wrote = False  # the author has written something above

    def walk(self) -> None:
        """First pass: introductions and quotes."""
        at = banner_end(self.lines)
        self._set(0, at, LineKind.BANNER)
        while at < len(self.lines):
            at = at + 1 if self._is_plain(at) else self._step(at)

    def _is_plain(self, at: int) -> bool:
        """Nearly all lines of nearly all mails: one more of the author's, with which nothing begins."""
        if self.introduced or not self.wrote or self.known[at] is not None:
            return False
        line = self.lines[at]
        return not line or not (line[0] == ">" or may_introduce(line, above=self.above))

    def _step(self, at: int) -> int:
        line, known = self.lines[at], self.known[at]
        if known is not None:
            self.kinds[at] = known
            if known is LineKind.FILE:
                return at + 1
            self.introduced = self.introduced or known is not LineKind.FRESH
            self.wrote = self.wrote or known is LineKind.FRESH
            return at + 1
        if not line:
            return at + 1
        if self._is_quoted(at):
            return self._quoted_run(at)
        found = self._introduction(at)
        if found is None:
            self.wrote = self.wrote or not is_device_line(line)
            return at + 1
        behind = at + found.lines
        first = next((i for i in range(behind, len(self.lines)) if self.lines[i]), len(self.lines))
        before_marks = first == len(self.lines) or is_marked(self.lines[first]) or self.known[first] is not None
        if not (before_marks or found.addressed or self._stands_alone(at, behind)):
            self.wrote = True  # "On 12 May at 14:05 the system wrote:" in the middle of a paragraph
            return behind
        self.introduced = True
        if self.passed_on < 0 and found.forwards and names_a_forward(line):
            self.passed_on = at
        self._set(at - found.above, behind, LineKind.ATTRIBUTION)
        if before_marks:
            return behind
        if found.forwards and self._introduction(first) is not None:
            self.forwarded = True
            return behind  # "-----Original Message-----" and a header block under it
        if found.certain and (found.forwards or self.forwarded or self.wrote):
            self._set(behind, len(self.lines), LineKind.QUOTED)
            return len(self.lines)
        return behind

    def _stands_alone(self, at: int, behind: int) -> bool:
        """Between blank lines and below words of the author, where programs put it."""
        return self.wrote and not self.lines[at - 1] and behind < len(self.lines) and not self.lines[behind]

    def _introduction(self, at: int) -> Introduction | None:
        line = self.lines[at]
        if line.startswith(MARKER_PREFIX) and line.endswith(_MARKER_SUFFIX) and len(line) > len(MARKER_PREFIX + _MARKER_SUFFIX):
            return Introduction(1, certain=True, forwards=True)
        if self.examined >= _EXAMINED_MAX or not may_introduce(line, above=self.above):
            return None
        self.examined += 1
        return introduction(self.lines, at)

    def _set(self, start: int, stop: int, kind: LineKind) -> None:
        for i in range(start, stop):
            self.kinds[i] = kind

    # --- lines with marks --------------------------------------------------------------------------------------------------------

    def _is_quoted(self, at: int) -> bool:
        line = self.lines[at]
        if line.startswith(">"):
            if is_dated_mark(line):
                return False
            alone = not (at and self.lines[at - 1].startswith(">")) and not (
                at + 1 < len(self.lines) and self.lines[at + 1].startswith(">")
            )
            escaped = line.startswith(">From ") or line.endswith("<<<")  # mbox escaping; decoration
            return not (alone and escaped)
        return self.introduced and is_marked(line)  # initials are a mark only under an introduction

    def _quoted_run(self, at: int) -> int:
        """A run of marked lines, the blank lines inside it, and the tails of quoted lines that a program wrapped without a mark."""
        self.kinds[at] = LineKind.QUOTED
        i = at + 1
        while i < len(self.lines) and self.known[i] is None:
            if not self.lines[i]:
                following = i + 1
                if following < len(self.lines) and self._is_quoted(following):
                    self.kinds[i] = LineKind.QUOTED
                    i = following
                    continue
                return i
            if not (self._is_quoted(i) or self._is_tail(i)):
                return i
            self.kinds[i] = LineKind.QUOTED
            i += 1
        return i

    def _is_tail(self, at: int) -> bool:
        """The second part of a quoted line that was wrapped: between two marked lines, and the first part breaks off in a sentence."""
        before, line = self.lines[at - 1], self.lines[at]
        if at + 1 >= len(self.lines) or not self._is_quoted(at + 1) or not self._is_quoted(at - 1):
            return False
        if "://" in before.rpartition(" ")[2] or (
            line.startswith(("(http", "<http")) and line.rstrip("> ").endswith((")", "t", "/"))
        ):
            return " " not in line.rstrip("> ")
        return (
            len(before) >= _WRAP_WIDTH
            and before[-1] not in ".?!:;,…)"
            and not line[0].isupper()
            and line[0] not in "/-*"
            and not line[0].isdigit()
        )

    def keep_citation(self) -> None:
        """A few marked lines above all words of a mail that nothing introduces are what the author cites, not the mail answered to."""
        quoted = [i for i, kind in enumerate(self.kinds) if kind is LineKind.QUOTED]
        if self.introduced or not quoted or len(quoted) > _CITATION_LINES_MAX or any(self.lines[: quoted[0]]):
            return
        inner = [self.lines[i].lstrip("> ") for i in quoted]
        if any(introduction(inner, at) is not None for at in range(min(2, len(inner)))):
            return  # Mail.ru and Orange put the introduction inside the marks
        if quoted[-1] - quoted[0] == len(quoted) - 1 and any(self.lines[quoted[-1] + 1 :]):
            self._set(quoted[0], quoted[-1] + 1, LineKind.FRESH)

    # --- second pass: the edges of what the author wrote ---------------------------------------------------------------------------

    def trim(self) -> None:
        """Signatures, disclaimers and rules at the end of each run of fresh lines."""
        runs = self._fresh_runs()
        filled = [n for n, (start, stop) in enumerate(runs) if any(self.lines[start:stop])]
        for n in filled:
            start, stop = runs[n]
            ends = n == filled[-1] or (stop < len(self.kinds) and self.kinds[stop] is LineKind.ATTRIBUTION)
            if ends:
                self._trim_run(start, stop, first=n == filled[0])

    def only_forwards(self) -> bool:
        """Whether the mail begins with "Forwarded message" and nobody wrote a word to it."""
        return self.passed_on >= 0 and not any(
            line and (kind is LineKind.FRESH or at < self.passed_on)
            for at, (line, kind) in enumerate(zip(self.lines, self.kinds, strict=True))
        )

    def _fresh_runs(self) -> list[tuple[int, int]]:
        runs, start = [], -1
        for i, kind in enumerate([*self.kinds, LineKind.BANNER]):
            if kind is LineKind.FRESH and start < 0:
                start = i
            elif kind is not LineKind.FRESH and start >= 0:
                runs.append((start, i))
                start = -1
        return runs

    def _trim_run(self, start: int, stop: int, *, first: bool) -> None:
        run = self.lines[start:stop]
        foot = disclaimer_start(run)
        if foot == 0 and first:
            foot = len(run)  # a mail must not vanish because it speaks of confidential things
        self._set(start + foot, stop, LineKind.BANNER)
        # Programs introduce the quote that they put above a signature. Who cites lines by hand may draw dashes by hand, too.
        by_hand = not first and not self.introduced and not any(start <= at < stop for at in self.signed)
        signed = signature_start(run[:foot], dashes=not by_hand)
        if signed == 0 and first and not self._is_signed_only(run[:foot]):
            return
        while signed < foot and not run[signed]:
            signed += 1
        self._set(start + signed, start + foot, LineKind.SIGNATURE)

    @staticmethod
    def _is_signed_only(run: list[str]) -> bool:
        """A mail that says nothing but its signature."""
        first = next((line for line in run if line), "")
        return is_dashes(first) or all(is_rule(line) or is_device_line(line) for line in run if line)
