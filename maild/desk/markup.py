"""Whether markup says what words say, and nothing else: only then may it stand in their place in a letter.

What may leave is decided by words alone, here as everywhere. Markup comes in blocks, each with its text as the reader of mail reads
it (ingest/clean_html.py). Blocks are kept in their order as far as their texts, joined, are the words letter by letter, white space
aside; what the words do not hold (commands, quotes, signatures, anything hidden) is left out with its block. Where words
remain that no block holds, no markup is used. Quotes are always made of words: between them each run is looked for by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import groupby

from maild.message import Block

_BULLET = re.compile(r"^\s*[*•·–o-]\s+")
_PICTURE = re.compile(r"\[(?:image|cid): ?[^\[\]\n]{0,200}\]")
_MAILTO = re.compile(r"<mailto:([^<>\s]{1,254})>|mailto:", re.IGNORECASE)
_SCHEME = re.compile("mailto:", re.IGNORECASE)
_SIGN = re.compile(r"[*/_]\w")
_EMPHASISED = re.compile(r"(^|[\s>(\"'«])([*/_])(\w(?:(?:(?!\2)[^\n]|\n(?!\n)){0,500}[^\s*/_])?)\2(?![\w*/_])", re.M)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u034f\u2060\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"))
_UNSEEN |= dict.fromkeys(range(0x2066, 0x206A))
_WORDS_MAX = 200_000  # letters
_RUNS_MAX = 50  # between quotes
_MARKER = "--="  # of the desk's own part; a forged one is altered in words alone


def unlinked(text: str) -> str:
    """Without the scheme of `mailto:` addresses; `anna@acme.test<mailto:anna@acme.test>`, as Outlook writes it, is said once."""
    if ":" not in text or "mailto:" not in text.lower():
        return text
    said = _MAILTO.sub(_address, text)
    return said if "mailto:" not in said.lower() else _SCHEME.sub("mail to: ", said)  # put together by what was taken out


def _address(found: re.Match[str]) -> str:
    address = found[1] or ""
    if not address or found.string.endswith(address, 0, found.start()):
        return ""
    return f"<{address}>"


def runs_of(words: str) -> list[tuple[bool, str]]:
    """Words in runs of lines that are quoted, and of lines that are not: (quoted, the lines with their marks)."""
    if not words.startswith(">") and "\n>" not in words:
        return [(False, words)]
    return [(quoted, "\n".join(lines)) for quoted, lines in groupby(words.split("\n"), lambda line: line.startswith(">"))]


def canonical(text: str) -> str:
    """A text without white space and without what nobody sees.

    What mail programs write into plain text for emphasis, bullets and pictures is left out: `*bold*`, `- one`, `[image: a.png]`.
    """
    text = unlinked(text)
    text = _PICTURE.sub("", text) if "[" in text else text
    text = _EMPHASISED.sub(r"\1\3", text) if _SIGN.search(text) else text
    text = text if text.isascii() else text.translate(_UNSEEN)
    return "".join("".join(_BULLET.sub("", line).split()) for line in text.split("\n"))


def markup_of(blocks: Sequence[Block], words: str, pictures: Collection[str]) -> tuple[str, ...]:
    """For each run of these words that is not quoted the blocks that say it, joined; '' where none say exactly that. Linear.

    `pictures` are the content ids of the pictures that travel in the same letter. A picture goes with the words before it,
    the first ones with those behind them.
    """
    if _MARKER in words or len(words) > _WORDS_MAX:
        return ()
    found: list[str] = []
    at = 0
    for run in [text for quoted, text in runs_of(words) if not quoted][:_RUNS_MAX]:
        html, at = _said(blocks, at, canonical(run), pictures)
        found.append(html)
    return tuple(found)


def _said(blocks: Sequence[Block], start: int, wanted: str, pictures: Collection[str]) -> tuple[str, int]:
    """The blocks from `start` on that say what is wanted, and the first one behind them; ('', start) where they do not."""
    kept: list[str] = []
    said, near = 0, start == 0
    for at in range(start, len(blocks)) if wanted else ():
        block = blocks[at]
        if block.words:
            if said == len(wanted):
                return "".join(kept), at
            near = wanted.startswith(block.words, said)
            said += len(block.words) if near else 0
        if near and all(each in pictures for each in block.pictures):
            kept.append(block.html)
        elif near and block.words:
            return "", start
    return ("".join(kept), len(blocks)) if wanted and said == len(wanted) else ("", start)
