"""Which Cyrillic charset octets are in, judged by the text that each would make of them.

KOI8-R, Windows-1251 and code page 866 decode each other's octets without an error, into words like пРХБЕР. Two things tell: how
common the letters are in Russian and Ukrainian, and that words do not begin small and go on in capitals.
"""

from __future__ import annotations

import re
from collections import Counter

RIVALS = ("cp1251", "koi8-u", "cp866")

_WORD = re.compile(r"[А-Яа-яЁёІіЇїЄєҐґ]{2,}")
_LOOKED_AT = 4_000
# Per mille of running text, Russian and Ukrainian taken together.
_COMMON = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфіїє",
        (
            110,
            80,
            80,
            70,
            66,
            60,
            52,
            47,
            47,
            42,
            35,
            32,
            31,
            28,
            28,
            20,
            15,
            17,
            17,
            17,
            16,
            14,
            11,
            10,
            9,
            7,
            7,
            6,
            4,
            3,
            3,
            30,
            5,
            4,
        ),
        strict=True,
    )
)
_BETTER_BY = 1.2


def best_reading(octets: bytes, codec: str, text: str) -> str:
    """`text`, or what a rival charset makes of the same octets where that is clearly the better Russian or Ukrainian."""
    best, best_likelihood = text, likelihood(text) * _BETTER_BY
    for rival in RIVALS:
        if rival == codec:
            continue
        try:
            other = octets.decode(rival)
        except UnicodeError:
            continue
        found = likelihood(other)
        if found > best_likelihood:
            best, best_likelihood = other, found
    return best


def likelihood(text: str) -> float:
    """How much the Cyrillic words of a text look like words; 0 where it has none."""
    words = _WORD.findall(text[:_LOOKED_AT])
    if not words:
        return 0.0
    letters = Counter("".join(words).lower())
    foreign = sum(1 for c in text[:_LOOKED_AT] if c > "\x7f") - letters.total()
    frequency = sum(_COMMON.get(letter, 0) * number for letter, number in letters.items()) / (letters.total() + 2 * foreign)
    ill = sum(1 for word in words if not (word[1:].islower() or word.isupper()))
    return frequency * (1 - ill / len(words))
