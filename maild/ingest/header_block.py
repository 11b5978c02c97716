"""Header blocks above a quote: From, Sent, To, Subject in whatever order and language, and the unlabelled block of Lotus Notes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from maild.ingest.bare_line import ADDRESS, DATE, TIME, Introduction, is_marked
from maild.ingest.tongues import LABELS

_REPEATABLE = ("cc", "other")
_BLOCK_LINES_MAX = 40
_COLONS = str.maketrans("：՝", "::")  # the wide one and the Armenian one


def label_of(line: str) -> str:
    """The kind of the header label that a line begins with, or ''."""
    label, colon, _ = line[:40].translate(_COLONS).partition(":")
    return LABELS.get(label.strip("*_> \t").lower(), "") if colon else ""


def header_block(lines: Sequence[str], at: int) -> Introduction | None:
    """From/Sent/To/Subject in whatever order and language, values wrapped, one blank line allowed between two labels."""
    if label_of(lines[at]) in ("", *_REPEATABLE):
        return None
    kinds: dict[str, str] = {}
    end = i = at
    while i < len(lines) and i - at < _BLOCK_LINES_MAX:
        kind = label_of(lines[i])
        if kind and (kind in _REPEATABLE or kind not in kinds):
            kinds[kind] = lines[i].translate(_COLONS).partition(":")[2]
            end = i
            i += 1
        else:
            following = _next_label(lines, i + 1, kinds) if not kind else None
            if following is None:
                break
            i = following
    if not _proves_a_mail(kinds):
        return Introduction(1, certain=True, forwards=True) if _in_one_line(lines[at]) else None
    return Introduction(_end_of_last_value(lines, end) - at + 1, certain=True, forwards=True)


def _in_one_line(line: str) -> bool:
    """All the fields run together, as some programs leave them of an HTML head: "De : … Envoyé : … À : … Objet : …"."""
    pieces = line.translate(_COLONS).split(":")
    kinds: dict[str, str] = {}
    for label, value in pairwise(pieces):
        words = label.lower().rsplit(None, 2)
        kind = LABELS.get(" ".join(words[-2:])) or LABELS.get(words[-1]) if words else None
        if kind:
            kinds.setdefault(kind, value)
    return kinds.keys() >= {"from", "date", "to", "subject"} and ADDRESS.search(kinds["from"] + kinds["to"]) is not None


def header_values(lines: Sequence[str], at: int) -> dict[str, str]:
    """The fields of the block that `header_block` finds at `at`: kind of label -> value, wrapped lines joined, the first of each."""
    found = header_block(lines, at)
    values: dict[str, str] = {}
    current = ""
    for line in lines[at : at + found.lines] if found else ():
        kind = label_of(line)
        if kind:
            current = kind if kind not in values else ""
            value = line.translate(_COLONS).partition(":")[2]
        else:
            value = line
        if current:
            values[current] = f"{values.get(current, '')} {value.strip('*_ ')}".strip()
    return values


def _next_label(lines: Sequence[str], at: int, seen: dict[str, str]) -> int | None:
    """The line within the next three that bears a label not seen yet: what stands before it is a wrapped value or a blank."""
    for i in range(at, min(at + 3, len(lines))):
        kind = label_of(lines[i])
        if kind:
            return i if kind in _REPEATABLE or kind not in seen else None
    return None


def _end_of_last_value(lines: Sequence[str], end: int) -> int:
    """A long last value (To with many recipients, a wrapped Subject) goes on until the blank line, for at most two lines more."""
    for more in (1, 2):
        if end + more >= len(lines) or is_marked(lines[end + more]):
            return end
        if not lines[end + more]:
            return end + more - 1
    return end


def _proves_a_mail(kinds: dict[str, str]) -> bool:
    """Labels alone are a form or an order; an address, an hour or the whole set of labels makes them a mail's head."""
    when = kinds.get("date", "")
    addressed = ADDRESS.search(kinds.get("from", "")) or ADDRESS.search(kinds.get("to", ""))
    main = len(kinds.keys() & {"from", "date", "to", "subject"})
    if "from" in kinds and ("date" in kinds or main == 3):
        return bool(addressed) or (main == 3 and bool(TIME.search(when) or "subject" in kinds)) or main == 4
    return bool("to" in kinds and addressed and (TIME.search(when) or DATE.search(when)))


def notes_block(lines: Sequence[str], at: int) -> Introduction | None:
    """Lotus Notes: a name, under it the date, then "To", "cc" and "Subject" on lines of their own above their values."""
    if len(lines[at]) > 40 or not (DATE.search(lines[at]) and TIME.search(lines[at])):
        return None
    alone = [(i, LABELS.get(lines[i].lower(), "")) for i in range(at + 1, min(at + 14, len(lines))) if lines[i]]
    kinds = [kind for _, kind in alone]
    if "to" not in kinds[:4] or "subject" not in kinds:
        return None
    subject = alone[kinds.index("subject")][0]
    named = at > 0 and 0 < len(lines[at - 1]) <= 80
    return Introduction(min(subject + 2, len(lines)) - at, certain=True, forwards=True, above=int(named))
