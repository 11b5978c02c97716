"""Tables as values: one model, from which the spreadsheet and the CSV are made, so that the two never tell different figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | date | None


class Sort(StrEnum):
    """What a column holds, and so how its cells are written."""

    TEXT = "text"
    WHOLE = "whole"  # minutes, numbers of things
    MONEY = "money"  # a Decimal; its currency stands in the head or in a column of its own
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what it holds, and how wide it is in letters (0: as wide as its cells, up to a limit)."""

    head: str
    sort: Sort = Sort.TEXT
    width_letters: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """A row of figures below a table: its name stands in the first column, `cells` map columns to figures."""

    label: str
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head, and rows of totals below. `above` are lines of name and value over the head: whose table it is."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Total] = ()
    above: Sequence[tuple[str, Cell]] = ()

    @property
    def total_rows(self) -> list[tuple[Cell, ...]]:
        """The rows of totals, as long as all others."""
        return [
            tuple(each.cells.get(at, each.label if at == 0 else None) for at in range(len(self.columns)))
            for each in self.totals
        ]


def added(rows: Iterable[Sequence[Cell]], column: int) -> int:
    """The sum of a column of whole figures."""
    return sum(cell for row in rows if isinstance(cell := row[column], int))
