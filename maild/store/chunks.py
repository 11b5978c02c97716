"""Long lists of keys, cut or sorted into lists that one statement carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

KEYS_PER_STATEMENT = 500  # a row value of four keys stays far below SQLite's 32,766 variables

T = TypeVar("T")


def chunks(keys: Iterable[T], size: int = KEYS_PER_STATEMENT) -> Iterator[list[T]]:
    """The keys in lists of at most `size`; nothing at all for no keys."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def grouped(pairs: Iterable[tuple[Any, T]]) -> dict[Any, list[T]]:
    """First halves of pairs with all their second halves: a pair of columns is looked up as one value and a list."""
    groups: dict[Any, list[T]] = {}
    for first, second in pairs:
        groups.setdefault(first, []).append(second)
    return groups
