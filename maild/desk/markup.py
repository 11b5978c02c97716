"""Whether markup says what words say, and nothing else: only then may it stand in their place in a letter.

What may leave is decided by words alone, here as everywhere. Markup comes in blocks, each with its text as the reader of mail reads
it (ingest/clean_html.py). Blocks are kept in their order as far as their texts, joined, are the words letter by letter, white space
aside; what the words do not hold (commands, quotes, signatures, anything hidden) is left out with its block. Where words
remain that no block holds, no markup is used at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from maild.message import Block

_QUOTE_MARKS = re.compile(r"(?:\s*>)+")
_BULLET = re.compile(r"^\s*[*•·–o-]\s+")
_PICTURE = re.compile(r"\[(?:image|cid): ?[^\[\]\n]{0,200}\]")
_MAILTO = re.compile(r"<mailto:([^<>\s]{1,254})>|mailto:", re.IGNORECASE)
_SIGN = re.compile(r"[*/_]\w")
_EMPHASISED = re.compile(r"(^|[\s>(\"'«])([*/_])(\w(?:(?:(?!\2)[^\n]|\n(?!\n)){0,500}[^\s*/_])?)\2(?![\w*/_])", re.M)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u034f\u2060\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"))
_UNSEEN |= dict.fromkeys(range(0x2066, 0x206A))
_WORDS_MAX = 200_000  # letters
_MARKER = "--="  # of the desk's own part; a forged one is altered in words alone


def unlinked(text: str) -> str:
    """Without the scheme of `mailto:` addresses; `anna@acme.test<mailto:anna@acme.test>`, as Outlook writes it, is said once."""
    if ":" not in text or "mailto:" not in text.lower():
        return text
    return _MAILTO.sub(_address, text)


def _address(found: re.Match[str]) -> str:
    address = found[1] or ""
    if not address or found.string.endswith(address, 0, found.start()):
        return ""
    return f"<{address}>"


def canonical(text: str) -> str:
    """A text without white space and without what nobody sees; how deep each run of lines is quoted stays told.

    What mail programs write into plain text for emphasis, bullets and pictures is left out: `*bold*`, `- one`, `[image: a.png]`.
    """
    text = unlinked(text)
    text = _PICTURE.sub("", text) if "[" in text else text
    text = _EMPHASISED.sub(r"\1\3", text) if _SIGN.search(text) else text
    told: list[str] = []
    before = 0
    for line in (text if text.isascii() else text.translate(_UNSEEN)).split("\n"):
        marks = _QUOTE_MARKS.match(line)
        depth = marks[0].count(">") if marks else 0
        bare = "".join(_BULLET.sub("", line[marks.end() if marks else 0 :]).split())
        if not bare:
            continue
        if depth != before:
            told.append(f"{' >' if before else ''}{f'{depth}> ' if depth else ''}")
            before = depth
        told.append(bare)
    return "".join(told) + (" >" if before else "")


def markup_of(blocks: Sequence[Block], words: str, pictures: Collection[str]) -> str:
    """The blocks that say these words, joined; '' where they do not say them exactly. Linear.

    `pictures` are the content ids of the pictures that travel in the same letter. A picture goes with the words before it,
    the first ones with those behind them.
    """
    wanted = "" if _MARKER in words or len(words) > _WORDS_MAX else canonical(words)
    if not wanted:
        return ""
    kept: list[str] = []
    said, near = 0, True
    for block in blocks:
        if block.words:
            near = wanted.startswith(block.words, said)
            said += len(block.words) if near else 0
        if near and all(each in pictures for each in block.pictures):
            kept.append(block.html)
        elif near and block.words:
            return ""
    return "".join(kept) if said == len(wanted) else ""
