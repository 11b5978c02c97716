"""Tables in letters: aligned columns in text, cells in HTML; a table too broad for a phone stands as one small list a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from maild.delivery.rich import MUTED

WIDTH = 76  # letters of the text's broadest row
BROAD = 5  # columns that still fit a letter
PHONE = 4  # columns that still fit a phone: of more the first stands above the others there (`page.py`)
_NARROWEST = 16


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; numbers to the right. In text the columns are aligned, the widest wrapped at the page's width."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()
    wide: int = 0  # the column that gives way

    def text(self) -> str:
        """Aligned columns; lists where they would not fit."""
        grid = [self.head, *self.rows]
        widths = [max(len(row[column]) for row in grid) for column in range(len(self.head))]
        room = WIDTH - sum(widths) + widths[self.wide] - 2 * (len(widths) - 1)
        if room < min(_NARROWEST, widths[self.wide]) or len(self.head) > BROAD:
            return "\n\n".join("\n".join(self._listed(row)) for row in self.rows)
        widths[self.wide] = min(widths[self.wide], room)
        ruled = "  ".join("-" * width for width in widths)
        return "\n".join(
            [*self._lines(self.head, widths), ruled, *(line for row in self.rows for line in self._lines(row, widths))]
        )

    def html(self) -> str:
        """A table, or a table of names and values for each row."""
        if len(self.head) > BROAD:
            return "".join(_table(self._pairs(row), frozenset({1}), wide=1) for row in self.rows)
        return _table(self.rows, self.right, self.head, self.wide)

    def _pairs(self, row: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, value) for name, value in zip(self.head, row, strict=True) if value]

    def _listed(self, row: Sequence[str]) -> list[str]:
        pairs = self._pairs(row)
        names = max(len(name) for name, _ in pairs)
        values = max((len(value) for _, value in pairs), default=0)
        numbers = {self.head[column] for column in self.right}
        aligned = [(name, value.rjust(min(values, 12)) if name in numbers else value) for name, value in pairs]
        return [
            f"{name.ljust(names)}  {piece}" for name, value in aligned for name, piece in _named(name, value, WIDTH - names - 2)
        ]

    def _lines(self, row: Sequence[str], widths: Sequence[int]) -> list[str]:
        made = []
        for number, piece in enumerate(_wrapped(row[self.wide], widths[self.wide])):
            cells = [piece if c == self.wide else (row[c] if number == 0 else "") for c in range(len(widths))]
            padded = (t.rjust(w) if c in self.right else t.ljust(w) for c, (t, w) in enumerate(zip(cells, widths, strict=True)))
            made.append("  ".join(padded).rstrip())
        return made


def _named(name: str, value: str, width: int) -> list[tuple[str, str]]:
    pieces = _wrapped(value, width) if len(value) > width else [value]
    return [(name if number == 0 else "", piece) for number, piece in enumerate(pieces)]


def _table(rows: Sequence[Sequence[str]], right: frozenset[int], head: Sequence[str] = (), wide: int = 0) -> str:
    def cells(row: Sequence[str], tag: str, style: str) -> str:
        return "".join(
            f'<{tag} style="{style};{_placed(column, right, wide, tag)}">{escape(text)}</{tag}>'
            for column, text in enumerate(row)
        )

    top = cells(head, "th", f"padding:6px 10px 6px 0;border-bottom:2px solid #9ca3af;font-size:13px;{MUTED};font-weight:600")
    body = "".join(
        f"<tr>{cells(row, 'td', 'padding:6px 10px 6px 0;border-bottom:1px solid #d1d5db;vertical-align:top')}</tr>"
        for row in rows
    )
    broad = ' class="t"' if len(head) > PHONE else ""
    heads = f"<tr>{top}</tr>" if head else ""
    return f'<table{broad} style="border-collapse:collapse;width:100%;margin:4px 0 16px 0">{heads}{body}</table>'


def _placed(column: int, right: frozenset[int], wide: int, tag: str) -> str:
    """Numbers never break, heads may, the broad column does before the page grows."""
    side = "right" if column in right else "left"
    if column == wide:
        return f"text-align:{side};overflow-wrap:anywhere"
    return f"text-align:{side};white-space:nowrap" if column in right and tag == "td" else f"text-align:{side}"


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many letters, broken at blanks; a longer word is cut."""
    pieces = [word[at : at + width] for word in text.split(" ") for at in range(0, len(word), width) or (0,)]
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) > width:
            lines.append(piece)
        else:
            lines[-1] += f" {piece}"
    return lines
