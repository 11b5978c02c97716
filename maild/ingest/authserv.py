"""The grammar of Authentication-Results (RFC 8601, 2.2), read in one pass and strictly.

What a sloppy server copies into this field may come from an attacker (RFC 8601, 7.1; the espoofer cases), so whatever is not
plain is not repaired: a control character, an open quote or comment makes the whole field unreadable; a statement with words
that are no property, or a comment glued to a value (`header.d=acme.test(.evil.test`), makes that statement unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNREADABLE = "unreadable"  # result of a statement that names a method but breaks the grammar
_METHOD = re.compile(r"([a-z0-9-]+)(?:/\d+)?=([a-z]+)", re.ASCII)
_PROPERTY = re.compile(r"[a-z0-9-]+\.[a-z0-9_-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_SPACE = " \t\r\n"
_PLAIN = re.compile(r'[^ \t\r\n;()"]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Result:
    """One statement: `dkim=pass header.d=acme.test`. Names are lower case; values are as they came, unquoted."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def only(self, name: str) -> str:
        """The value of a property that stands exactly once, else ''."""
        values = [value for key, value in self.properties if key == name]
        return values[0] if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One field: who says it ('' where the server leaves its name out, as Microsoft 365 does) and what."""

    authserv_id: str
    results: tuple[Result, ...] = ()

    def of(self, method: str) -> tuple[Result, ...]:
        """All statements on a method, in order."""
        return tuple(result for result in self.results if result.method == method)


def parse(value: str) -> AuthenticationResults | None:
    """Read a field's value; None where it breaks the grammar as a whole or has a version that nobody knows."""
    statements = _statements(value)
    if statements is None or not statements:
        return None
    head, *rest = statements
    if head and "=" in head[0].text:
        return AuthenticationResults("", tuple(map(_result, statements)))
    if not 1 <= len(head) <= 2 or head[0].glued or (len(head) == 2 and head[1].text != "1"):
        return None
    said = [words for words in rest if words and [word.text.lower() for word in words] != ["none"]]
    return AuthenticationResults(head[0].text.lower(), tuple(map(_result, said)))


@dataclass(slots=True)
class _Word:
    text: str
    glued: bool = False  # a comment stands right after it or inside it


def _statements(value: str) -> list[list[_Word]] | None:
    """Split at `;` and white space, outside quotes and comments. None where a quote or comment is left open."""
    if _CONTROL.search(value):
        return None
    statements: list[list[_Word]] = [[]]
    at, in_word = 0, False
    while at < len(value):
        letter = value[at]
        if letter in _SPACE or letter == ";":
            in_word = False
            if letter == ";":
                statements.append([])
            at += 1
        elif letter == "(":
            end = _comment_end(value, at)
            if end is None:
                return None
            if in_word:
                statements[-1][-1].glued = True
            at = end
        else:
            found = _QUOTED.match(value, at) if letter == '"' else _PLAIN.match(value, at)
            if found is None:
                return None
            text = re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) if letter == '"' else found[0]
            if in_word:
                statements[-1][-1].text += text
            else:
                statements[-1].append(_Word(text))
            in_word, at = True, found.end()
    return [_joined(words) for words in statements]


def _comment_end(value: str, at: int) -> int | None:
    """Where a comment ends that opens at `at`, nested ones and escapes included (RFC 5322, 3.2.2)."""
    depth = 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == "(":
            depth += 1
        elif value[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return None


def _joined(words: list[_Word]) -> list[_Word]:
    """Close the gaps that white space and comments may leave around `=`."""
    joined: list[_Word] = []
    for word in words:
        before = joined[-1].text if joined else ""
        if joined and ((before.count("=") == 1 and before.endswith("=")) or ("=" not in before and word.text.startswith("="))):
            joined[-1] = _Word(before + word.text, word.glued)
        else:
            joined.append(word)
    return joined


def _result(words: list[_Word]) -> Result:
    """Read one statement; a broken one keeps its method, so that it still counts against a second one on the same method."""
    spec = _METHOD.fullmatch(words[0].text.lower()) if words else None
    if spec is None:
        return Result(words[0].text.lower().partition("=")[0] if words else "", UNREADABLE)
    properties: list[tuple[str, str]] = []
    for word in words[1:]:
        key, equals, value = word.text.partition("=")
        if not equals or word.glued:
            return Result(spec[1], UNREADABLE)
        if _PROPERTY.fullmatch(key.lower()):
            properties.append((key.lower(), value))
    return Result(spec[1], spec[2], tuple(properties))
