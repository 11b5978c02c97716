"""HTML made harmless before a parser sees it: one linear pass over the tags.

The HTML parsing algorithm itself is quadratic in places, whoever implements it: in the depth of open elements, in the attributes of
one tag, in the options of a select, and in formatting elements that every new paragraph opens again. Mail needs none of these in
bulk, so what goes beyond is taken out of the markup; text is never taken out.
"""

from __future__ import annotations

import re

CHARACTERS_MAX = 1_000_000
DEPTH_MAX = 500
FORMATTING_OPEN_MAX = 8
TAGS_MAX = 60_000
TAG_CHARACTERS_MAX = 1_024


def names(words: str) -> frozenset[str]:
    """Element names, from one line of words."""
    return frozenset(words.split())


# `(?:>|\Z)` makes every attempt a match: no character is looked at twice.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)(?:>|\Z)")
_ATTRIBUTE = re.compile(
    r"""\b(href|class|id|alt|type|style|cite)\s*=\s*("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"'>]{1,2000})""", re.IGNORECASE
)
_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
# Elements that close themselves before the next of their kind, or that hold nothing, add no depth of their own.
_FLAT = names("p li td tr th tbody thead tfoot dd dt br img hr input meta link col wbr area base html body head")
_DROPPED = frozenset(["select", "option", "optgroup", "frameset"])


def bounded(html: str) -> str:
    """The same text with at most the depth, tags and attributes that the limits above allow. Linear."""
    html = html[:CHARACTERS_MAX]
    if html.count("<") <= DEPTH_MAX and len(html) <= TAG_CHARACTERS_MAX * 16:
        return html
    return _TAG.sub(_Gate(), html)


class _Gate:
    """Decides tag by tag, with the number of elements open so far."""

    def __init__(self) -> None:
        self.seen = 0
        self.open: dict[str, int] = {}
        self.depth = 0
        self.formatting = 0

    def __call__(self, match: re.Match[str]) -> str:
        closing, name, rest = match[1], match[2].lower(), match[3]
        self.seen += 1
        if self.seen > TAGS_MAX or name in _DROPPED:
            return " "
        if closing:
            self._leave(name)
        elif name not in _FLAT and not self._enter(name):
            return " " if name not in _FORMATTING else ""
        return match[0] if len(rest) <= TAG_CHARACTERS_MAX else f"<{closing}{match[2]}{_few_attributes(rest)}>"

    def _enter(self, name: str) -> bool:
        if self.depth >= DEPTH_MAX or (name in _FORMATTING and self.formatting >= FORMATTING_OPEN_MAX):
            return False
        self.open[name] = self.open.get(name, 0) + 1
        self.depth += 1
        self.formatting += name in _FORMATTING
        return True

    def _leave(self, name: str) -> None:
        if self.open.get(name):
            self.open[name] -= 1
            self.depth -= 1
            self.formatting -= name in _FORMATTING


def _few_attributes(rest: str) -> str:
    kept: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(rest[: TAG_CHARACTERS_MAX * 16]):
        kept.setdefault(match[1].lower(), match[2])
    return "".join(f" {name}={value}" for name, value in kept.items())
