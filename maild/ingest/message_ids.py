"""Message-IDs as other programs write them: RFC 5322, 3.6.4, and everything that is not.

Threads hang on these, so the reader is generous: ids run together, folded in the middle, without brackets, between comments.
"""

from __future__ import annotations

import re

IDS_MAX = 1_000
ID_CHARACTERS_MAX = 998

_ID = re.compile(r"<([^<>]*)>")
_DELIMITERS = re.compile(r"[\s<>(),;\"]+")
_SPACE = re.compile(r"\s+")


def message_ids(value: str) -> tuple[str, ...]:
    """All ids of a field in order, each once, in angle brackets without white space inside; () where there is none."""
    found = (_SPACE.sub("", inside) for inside in _ID.findall(value))
    ids = [f"<{inside}>" for inside in found if inside and len(inside) <= ID_CHARACTERS_MAX]
    if not ids:
        ids = [f"<{word}>" for word in _DELIMITERS.split(_without_comments(value)) if _is_id(word)]
    # The newest ids stand last and are the ones that still matter.
    return tuple(dict.fromkeys(ids))[-IDS_MAX:]


def message_id(value: str) -> str:
    """The id of a Message-ID field; the whole word where it is no id at all, so that copies of the mail are still known; or ''."""
    ids = message_ids(value)
    if ids:
        return ids[0]
    word = _SPACE.sub("", value).strip("<>")[:ID_CHARACTERS_MAX]
    return f"<{word}>" if word else ""


def _is_id(word: str) -> bool:
    return 2 < len(word) <= ID_CHARACTERS_MAX and "@" in word[1:-1]


def _without_comments(value: str) -> str:
    depth, kept = 0, []
    for c in value:
        if c == "(":
            depth += 1
        elif c == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(c)
    return "".join(kept)
