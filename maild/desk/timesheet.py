"""The evening's timesheet: an engineer who answered without writing time down gets a line for each answer, and fills in the numbers.

The lines come back as people edit them: quoted or not, `___` replaced by minutes. Each becomes a `/time` for its ticket and day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from maild.desk import notices
from maild.desk.decision import Kind, Notice
from maild.desk.incoming import Rules
from maild.desk.purpose import Purpose
from maild.lines import Line, LineKind

SUBJECT_LETTERS = 48
_LINE = re.compile(r"^[>|\s]*#(\d{1,9})\s+(\S.*)$")
_UNFILLED = re.compile(r"(?:_{2,}|-|–|—|0)(?:\s|$)")


def letters(missing: Iterable[Mapping[str, Any]], day: date, rules: Rules) -> tuple[Notice, ...]:
    """One mail a person, with a line for each answer without time. `missing`: `ticket`, `person` (staff id), `subject`."""
    by_person: dict[str, list[dict[str, Any]]] = {}
    for each in missing:
        subject = " ".join(str(each["subject"]).split())[:SUBJECT_LETTERS]
        by_person.setdefault(each["person"], []).append({"ticket": each["ticket"], "subject": subject})
    return tuple(
        notices.to_staff(
            Kind.AGENDA,
            rules.directory.staff[person],
            rules,
            key=f"times:{day.isoformat()}:{person}",
            facts={"page": "times", "day": day, "lines": lines},
            purpose=Purpose.TIMES,
            subject_of=int(day.strftime("%y%m%d")),
        )
        for person, lines in by_person.items()
        if person in rules.directory.staff
    )


def filled_in(lines: Sequence[Line], number: int) -> tuple[Line, ...]:
    """A reply's lines with every filled one as the command that it stands for; `number` is the day's, as the address signs it."""
    day = f"20{number // 10000:02d}-{number // 100 % 100:02d}-{number % 100:02d}"
    made: list[Line] = []
    for line in lines:
        found = _LINE.match(line.text)
        if found is None:
            if line.kind is LineKind.FRESH:
                made.append(line)
        elif not _UNFILLED.match(found[2]):
            made.append(Line(f"/time #{found[1]} @{day} {found[2].replace('_', ' ').strip()}", LineKind.FRESH))
    return tuple(made)
