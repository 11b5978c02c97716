"""Charts for mail: a PNG on a light card of its own, readable by day and by night, with a text equivalent that tells every figure.

A letter shows one by `{{ picture(chart.cid, chart.png, chart.text) }}`, where `chart` is a `Drawn` in its notice's facts: the picture
travels beside the HTML (multipart/related), and the text alone stands in the plain part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from maild.reports.typesetting import picture

Number = int | float


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, one a label; None is a gap in a line."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `kind`: "bars" standing and stacked, "rows" lying (for long names), "lines" over time."""

    kind: Literal["bars", "rows", "lines"]
    title: str
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]
    language: str = "en"
    skip_zeros: bool = True  # the text leaves out labels at which nothing happened

    def text(self) -> str:
        """The text equivalent: title, unit, and each label with its figures, one a line."""
        head = f"{self.title} ({self.unit})" if self.unit else self.title
        lines = [line for at, label in enumerate(self.labels) if (line := self._line(at, label))]
        return "\n".join([head, *(lines or ["  –"])])

    def _line(self, at: int, label: str) -> str:
        figures = [(each.name, each.values[at]) for each in self.series]
        told = [(name, value) for name, value in figures if value is not None and (value or not self.skip_zeros)]
        if not told:
            return ""
        if len(self.series) == 1:
            return f"  {label}: {_figure(told[0][1])}"
        return f"  {label}: " + ", ".join(f"{name} {_figure(value)}" for name, value in told)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as a letter takes it: content id (RFC 2392), PNG, text equivalent."""

    cid: str
    png: bytes
    text: str


def draw(chart: Chart, name: str) -> Drawn:
    """Draw a chart; the same chart gives the same bytes. `name` tells it from others of its letter ("month")."""
    data = {
        "kind": chart.kind,
        "title": chart.title,
        "unit": chart.unit,
        "labels": list(chart.labels),
        "series": [{"name": each.name, "values": list(each.values)} for each in chart.series],
        "language": chart.language,
    }
    return Drawn(f"{name}@chart.maild", picture("chart.typ", "chart", data), chart.text())


def _figure(value: Number) -> str:
    """A figure as it is said: whole where it is whole, else to one digit."""
    return str(round(value)) if abs(value - round(value)) < 0.05 else f"{value:.1f}"
