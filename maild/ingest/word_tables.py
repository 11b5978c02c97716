"""How tables of words are written down: cells parted by bars and line ends, so that a language is a line and not a page."""

from __future__ import annotations

from collections.abc import Iterable


def table(text: str) -> tuple[str, ...]:
    """The cells of a table in their order; a blank that belongs to the edge of a cell is written `␣`."""
    return tuple(cell.strip().replace("␣", " ") for cell in text.replace("\n", "|").split("|") if cell.strip())


def speaks(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text holds one of these phrases. It runs for each line of every mail, and a generator costs three times as much."""
    for phrase in phrases:  # noqa: SIM110
        if phrase in text:
            return True
    return False


def words(text: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(table(text))
