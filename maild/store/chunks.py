"""Long lists of keys, cut into lists that one statement carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

KEYS_PER_STATEMENT = 500  # a row value of four keys stays far below SQLite's 32,766 variables

T = TypeVar("T")


def chunks(keys: Iterable[T], size: int = KEYS_PER_STATEMENT) -> Iterator[list[T]]:
    """The keys in lists of at most `size`; nothing at all for no keys."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some
