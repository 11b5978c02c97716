"""Tables as values: one model, from which the spreadsheet and the CSV are made, so that the two never tell different figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
class Table:
    """Rows under a head, and a row of totals (column -> figure) below; `label` names the totals in the first column.

    `above` are lines of name and value over the head: whose table it is, which period.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Mapping[int, Cell] = field(default_factory=dict)
    label: str = ""
    above: Sequence[tuple[str, Cell]] = ()

    @property
    def total_row(self) -> tuple[Cell, ...]:
        """The row of totals, empty where there are none."""
        if not self.totals:
            return ()
        return tuple(self.totals.get(at, self.label if at == 0 else None) for at in range(len(self.columns)))


def total(table_rows: Sequence[Sequence[Cell]], column: int) -> int | Decimal:
    """The sum of a column of figures."""
    return sum((row[column] for row in table_rows if isinstance(row[column], int | Decimal)), 0)  # type: ignore[misc]
