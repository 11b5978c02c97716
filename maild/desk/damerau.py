"""How far a typed word is from a known one: insertions, deletions, replacements and swaps of neighbours (Damerau, 1964)."""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str, limit: int) -> int:
    """Edits between two words, no part edited twice; `limit + 1` stands for anything farther."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                edits = min(edits, before_last[j - 2] + 1)
            row.append(edits)
        if min(row) > limit:
            return limit + 1
        before_last, last = last, row
    return min(last[-1], limit + 1)


def slips_allowed(word: str) -> int:
    """Edits after which a known word is still recognised: one, and two from six letters up."""
    return 2 if len(word) >= 6 else 1


def nearest(typed: str, words: Iterable[str]) -> str | None:
    """The known word that was probably meant, the first of the closest; None where none is near. Exact words are nearest."""
    best: tuple[int, str] | None = None
    for word in words:
        allowed = slips_allowed(word)
        found = distance(typed, word, allowed)
        if found <= allowed and (best is None or found < best[0]):
            best = found, word
    return best[1] if best else None
