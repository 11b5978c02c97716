"""How tables of words are written down: cells parted by bars and line ends, so that a language is a line and not a page."""

from __future__ import annotations


def table(text: str) -> tuple[str, ...]:
    """The cells of a table in their order; a blank that belongs to the edge of a cell is written `␣`."""
    return tuple(cell.strip().replace("␣", " ") for cell in text.replace("\n", "|").split("|") if cell.strip())


def words(text: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(table(text))
