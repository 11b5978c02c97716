"""The tree of a mail's parts as the standard library's objects, whose leaves give their payload as it came.

Nearly every mail is whole: heads end with a blank line, every multipart begins and ends. Such a mail is taken apart here, by searching
for its boundaries; whatever is odd, and mails inside mails, are the library's (compat32). It reads line by line, with an expression
compiled for each boundary, which costs as much again as all that is then made of a small mail's parts. Both give the same tree.

The library also decodes 8-bit payloads by the declared charset even where nobody asked it to, and stumbles over labels that are none: one
with a NUL in it, or one written as RFC 2231 has it (`charset*=utf-8''koi8-r`), which it takes for a tuple.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

_FIELD = re.compile(
    r"([!-9;-~]++):[ \t]*+([^\r\n]*+(?:(?:\r\n|\r|\n)[ \t][^\r\n]*+)*)(?:\r\n|\r|\n)"
)  # limits.py says why not *+
_LINE_END = re.compile(r"\r\n|\r|\n")
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
_DEPTH_MAX = 20


class _Part(Message):
    _payload: Any  # where the library keeps it

    def get_payload(self, i: Any = None, decode: bool = False) -> Any:
        """As the library's, but octets above 127 stay lone surrogates."""
        if i is None and not decode:
            return self._payload
        return super().get_payload(i, decode)  # type: ignore[call-overload]


def tree_of(raw: bytes) -> Message:
    """The parts of a mail."""
    return _whole(raw.decode("ascii", "surrogateescape"), 0, "text/plain") or message_from_bytes(
        raw, _class=_Part, policy=compat32
    )


def _whole(text: str, depth: int, default_type: str) -> Message | None:
    """The part that a text is; None where anything about it is odd."""
    part = _Part(policy=compat32)
    part.set_default_type(default_type)
    at = 0
    while field := _FIELD.match(text, at):
        part.set_raw(field[1], field[2])
        at = field.end()
    blank = _LINE_END.match(text, at)
    if blank is None:
        return None
    kind = part.get_content_type()
    if kind.startswith("message/") or depth > _DEPTH_MAX:
        return None
    body = text[blank.end() :]
    if not kind.startswith("multipart/"):
        part.set_payload(body)
        return part
    boundary = part.get_boundary()
    pieces = _pieces(body, boundary) if boundary else None
    if not pieces:
        return None
    for piece in pieces:
        child = _whole(piece, depth + 1, "message/rfc822" if kind == "multipart/digest" else "text/plain")
        if child is None:
            return None
        part.attach(child)
    return part


def _pieces(body: str, boundary: str) -> list[str] | None:
    """What stands between the boundary lines of a multipart that ends (RFC 2046, 5.1.1); None where it is not so simple."""
    mark = f"--{boundary}"
    pieces: list[str] = []
    start, at = -1, 0
    while (at := body.find(mark, at)) >= 0:
        head, tail = at, at + len(mark)
        at = tail
        if head and body[head - 1] not in "\r\n":
            continue
        closes = body.startswith("--", tail)
        end = _LINE_END.search(body, tail)
        if body[tail + 2 * closes : end.start() if end else len(body)].strip(" \t"):
            continue
        if start >= 0:
            if head == start:
                return None  # two boundary lines in a row
            pieces.append(_LAST_LINE_END.sub("", body[start:head]))
        if closes:
            return pieces
        if end is None:
            return None
        start = at = end.end()
    return None
