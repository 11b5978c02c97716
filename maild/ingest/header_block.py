"""Header blocks above a quote: From, Sent, To, Subject in whatever order and language, and the unlabelled block of Lotus Notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.ingest.bare_line import ADDRESS, DATE, TIME, Introduction, is_marked
from maild.ingest.tongues import LABELS

_REPEATABLE = ("cc", "other")
_BLOCK_LINES_MAX = 40
_SEPARATED = re.compile(r"^-{4,}+[^-]{3,60}-{4,}+")
_PLAIN_LINES_MAX = 6
_COLONS_MAX = 16  # in a head of one line
_COLONS = str.maketrans("：՝", "::")  # the wide one and the Armenian one


def label_of(line: str) -> str:
    """The kind of the header label that a line begins with, or ''."""
    label, colon, _ = _divided(line[:40])
    return LABELS.get(label.strip("*_> \t").lower(), "") if colon else ""


def _divided(line: str) -> tuple[str, str, str]:
    """Label, colon and value; NetEase makes a table of the head: "| 发件人 | … |"."""
    if line.startswith("|"):
        return line.strip("| ").partition("|")
    return (line if line.isascii() else line.translate(_COLONS)).partition(":")


def header_block(lines: Sequence[str], at: int) -> Introduction | None:
    """From/Sent/To/Subject in whatever order and language, values wrapped, one blank line allowed between two labels."""
    plain = _without_colons(lines, at)
    if plain:
        return Introduction(len(plain), certain=True, forwards=True)
    if label_of(lines[at]) in ("", *_REPEATABLE):
        glued = lines[at].startswith("----") and _in_one_line(lines[at])
        return Introduction(1, certain=True, forwards=True) if glued else None
    kinds: dict[str, str] = {}
    end = i = at
    while i < len(lines) and i - at < _BLOCK_LINES_MAX:
        kind = label_of(lines[i])
        if kind and (kind in _REPEATABLE or kind not in kinds):
            kinds[kind] = _divided(lines[i])[2]
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


def _without_colons(lines: Sequence[str], at: int) -> dict[str, str]:
    """The fields of eM Client's head, whose labels have no colon: `From "Olga" <olga@vendor.test>`; empty where it is none."""
    if "@" not in lines[at]:
        return {}
    kinds: dict[str, str] = {}
    for line in lines[at : at + _PLAIN_LINES_MAX]:
        label, _, value = line.partition(" ")
        kind = LABELS.get(label.lower(), "")
        if not kind or kind in kinds or not value or value.startswith((":", "：")):
            break
        kinds[kind] = value
    whole = kinds.keys() >= {"from", "to", "date", "subject"}
    return kinds if whole and ADDRESS.search(kinds["from"]) and TIME.search(kinds["date"]) else {}


def _in_one_line(line: str) -> dict[str, str]:
    """The fields of a head that some program left in one line: "De : … Envoyé : … À : … Objet : …"; empty where it is none.

    Samsung's phones put the separator into it as well: "-------- Original message --------From: …".
    """
    pieces = _SEPARATED.sub("", line).translate(_COLONS).split(":")
    if not 5 <= len(pieces) <= _COLONS_MAX:
        return {}
    kinds: dict[str, str] = {}
    last = ""
    for number, piece in enumerate(pieces):
        words = piece.rsplit(None, 2)
        size = next((n for n in (2, 1) if n <= len(words) and " ".join(words[-n:]).lower() in LABELS), 0)
        label = " ".join(words[-size:]) if size and number < len(pieces) - 1 else ""
        if last:
            kinds[last] = f"{kinds.get(last, '')}{':' if last in kinds else ''}{piece[: len(piece) - len(label)]}"
        if label and LABELS[label.lower()] not in kinds:
            last = LABELS[label.lower()]
    whole = kinds.keys() >= {"from", "date", "to", "subject"} and ADDRESS.search(kinds["from"] + kinds["to"])
    return {kind: value.strip() for kind, value in kinds.items()} if whole else {}


def header_values(lines: Sequence[str], at: int) -> dict[str, str]:
    """The fields of the block that `header_block` finds at `at`: kind of label -> value, wrapped lines joined, the first of each."""
    found = header_block(lines, at)
    values = _without_colons(lines, at) or (_in_one_line(lines[at]) if found and found.lines == 1 else {})
    if values:
        return values
    current = ""
    for line in lines[at : at + found.lines] if found else ():
        kind = label_of(line)
        if kind:
            current = kind if kind not in values else ""
            value = _divided(line)[2]
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
