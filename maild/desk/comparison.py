"""A reply beside the letter it answers: which lines are its author's, which are quotes, which are the desk's own and must not go out.

What is told apart here is certain, because the letter's text is known. Nothing is cut by guess: where a line might be the author's
and might be the desk's, it is named, and the mail is held (contract, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from maild.desk.decision import Kind, Stored
from maild.lines import Line, LineKind

MARKER = re.compile(r"^--=.*=--$")
BUTTONS = frozenset(
    (
        *("15 min", "wait", "solved", "note", "15 мин", "ждём", "ждем", "решено", "заметка"),
        *("15 хв", "чекаємо", "вирішено", "нотатка"),
    )
)
"""The labels of a notification's buttons: they stand in its HTML alone, and come back in the quotes of whoever reads HTML."""
_PREFIX = re.compile(r"^(?:\s*[>|»›])+\s?")
_LINK = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\((?:mailto:|https?:)[^()]*\)|mailto:\S+|[^\s<>]+@[^\s<>]+")
_PICTURE = re.compile(r"(?:\s*\[(?:cid|image|изображение|зображення|bild|grafik):?[^\[\]]*\])+\s*", re.I)
"""What mail programs write in the quote where the letter shows a picture."""
_TELLING_CHARACTERS = 4  # shorter lines ("OK", "--") tell nothing about where they come from
_EDITED_CHARACTERS = 8  # a quoted line that still holds so much of a sent one was edited by the author
_RUN_LINES = 2  # so many of the desk's lines in a row are a quote, one may have been typed


@dataclass(frozen=True, slots=True)
class Compared:
    """A reply's lines with their final kinds.

    `unknown` are quoted lines that neither the letter nor any mail of the ticket holds: nobody can tell whose words they are.
    """

    lines: tuple[Line, ...]
    unknown: tuple[str, ...] = ()


def bare_line(text: str) -> str:
    """A line without quote marks, blanks tidied: what is compared."""
    return " ".join(_PREFIX.sub("", text).replace("\xa0", " ").split())


def is_marked(text: str) -> bool:
    """Whether a line bears a quote mark."""
    return bool(_PREFIX.match(text))


def desk_part(sent: Stored) -> frozenset[str]:
    """The lines of a letter to staff that are the desk's own.

    Of a notification its first line and what follows the marker; of anything else all but the quotes in it.
    """
    lines = sent.text.split("\n")
    if sent.kind == Kind.NOTIFICATION:
        marker = next((number for number, line in enumerate(lines) if MARKER.match(line.strip())), len(lines))
        lines = [*lines[:1], *lines[marker:]]
    else:
        lines = [line for line in lines if not is_marked(line)]
    return frozenset(bare for line in lines if len(bare := bare_line(line)) >= _TELLING_CHARACTERS)


def compare(reading: Sequence[Line], own: Sequence[Line], sent: Stored, thread: Collection[Stored] = ()) -> Compared:
    """Settle each line's kind. `own` is the same text compared with the letter's: QUOTED where the letter has those words.

    `thread` are the ticket's other messages: a quote of one of them is known. A line of the desk's that stands alone among the
    author's words stays FRESH: whoever sends them looks for it (`holds_words_of`), because it may have been typed.
    """
    desk = desk_part(sent)
    sent_lines = [bare for line in sent.text.split("\n") if len(bare := bare_line(line)) >= _EDITED_CHARACTERS]
    known = (stored for stored in thread if not stored.recipient or stored.kind in (Kind.RELAY, Kind.NOTIFICATION))
    elsewhere = {bare_line(line) for stored in known for line in stored.text.split("\n")}
    in_run = _in_quoted_run(own, desk)
    lines: list[Line] = []
    unknown: list[str] = []
    among_desk = False  # the last of the letter's lines that was met is the desk's
    for number, (line, theirs) in enumerate(zip(reading, own, strict=True)):
        bare, is_sent = bare_line(line.text), theirs.kind is LineKind.QUOTED
        among_desk = (bare in desk or any(bare in said for said in desk)) if is_sent and bare else among_desk
        kind = line.kind
        if kind is LineKind.FRESH and bare:
            if (is_sent and is_marked(line.text)) or in_run[number] or (among_desk and _is_buttons(line.text)):
                kind = LineKind.QUOTED
        elif kind is LineKind.QUOTED and theirs.kind is LineKind.FRESH and bare:
            if bare in elsewhere or (among_desk and _is_buttons(line.text)) or _PICTURE.fullmatch(bare):
                pass
            elif not is_marked(line.text) or any(said in bare for said in sent_lines):
                kind = LineKind.FRESH  # written between quoted lines, or into one
            elif any(letter.isalnum() for letter in bare):
                unknown.append(line.text)
        elif kind is LineKind.ATTRIBUTION and theirs.kind is LineKind.FRESH and bare and not _introduces(reading, number):
            kind = LineKind.FRESH
        lines.append(Line(line.text, kind))
    return Compared(tuple(lines), tuple(unknown))


def holds_words_of(desk: Collection[str], text: str) -> bool:
    """Whether a line is one of the desk's, or a quoted one of them with words written into it."""
    bare = bare_line(text)
    return bare in desk or (is_marked(text) and any(line in bare for line in desk if len(line) >= _EDITED_CHARACTERS))


def _in_quoted_run(own: Sequence[Line], desk: frozenset[str]) -> list[bool]:
    """Lines without marks that stand in a run of the letter's own, of which some are the desk's: a quote that bears no marks."""
    found = [False] * len(own)
    for start, stop in _runs(own):
        bare = [line for at in range(start, stop) if (line := bare_line(own[at].text))]
        whole = " ".join(bare)  # however a mail program has broken them
        if len(bare) >= _RUN_LINES and any(line in whole for line in desk):
            found[start:stop] = [True] * (stop - start)
    return found


def _runs(own: Sequence[Line]) -> Iterator[tuple[int, int]]:
    start = -1
    for at in range(len(own) + 1):
        quoted = at < len(own) and own[at].kind is LineKind.QUOTED
        if quoted and start < 0:
            start = at
        elif not quoted and start >= 0:
            yield start, at
            start = -1


def _is_buttons(text: str) -> bool:
    """Whether a line holds the labels of our buttons and nothing else but their links."""
    rest = " ".join(_LINK.sub(" ", _PREFIX.sub("", text)).replace("\xa0", " ").lower().split())
    for label in sorted(BUTTONS, key=len, reverse=True):
        rest = rest.replace(label, " ")  # a mail program may set them close
    return not rest.strip(" .,;:<>[]()*_-–—")


def _introduces(reading: Sequence[Line], number: int) -> bool:
    """Whether what follows an introduction is a quote, as it should be."""
    after = (line for line in reading[number + 1 :] if line.text.strip())
    following = next(after, None)
    return following is None or following.kind in (LineKind.QUOTED, LineKind.ATTRIBUTION)
