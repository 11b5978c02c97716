"""Lines with `/` -> commands and refusals: what staff order by mail, and what stays as the text that the customer sees.

All faulty lines are reported at once, because one of them holds the whole mail. `Line`s that are not fresh are never commands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_check import check, resolve
from maild.desk.command_durations import DAY_MINUTES
from maild.desk.command_kinds import Close, Command, Note, Reason, Refusal, Solved, Source, Time, Wait
from maild.desk.command_kinds_books import Answer
from maild.desk.command_lines import Segment, segments
from maild.desk.command_table import TABLE
from maild.desk.command_words import COMMAND_OF, folded
from maild.lines import Line, LineKind

__all__ = ["Parsed", "as_lines", "check", "meant", "mend", "parse", "resolve", "tidy"]

LINE_LETTERS_MAX = 4000  # nobody types more behind a command; what follows is not even looked at


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a mail orders. Line numbers are indexes into the lines that were parsed, quoted ones included.

    `text` is the fresh text without its command lines; in an internal mail the words behind `/note` stay in it. `answer_text` is
    what follows `/answer` (None where there is no such line). `command_lines` are the indexes that a relay leaves out.
    """

    commands: tuple[Command, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    text: str = ""
    internal: bool = False
    answer_text: str | None = None
    command_lines: frozenset[int] = frozenset()


def parse(body: str | Sequence[Line], today: date) -> Parsed:
    """Read a mail's fresh lines. `today` is the work date by default: the day of the mail's arrival in the client's zone."""
    lines = as_lines(body)
    commands: list[Command] = []
    refusals: list[Refusal] = []
    kept: list[str | None] = []  # None: a command stood here
    command_lines: set[int] = set()
    answer_from: int | None = None
    for number, line in enumerate(lines):
        if line.kind is not LineKind.FRESH:
            continue
        found = segments(line.text[:LINE_LETTERS_MAX])
        if not found:
            kept.append(line.text)
            continue
        command_lines.add(number)
        said = _line(found, Source(line.text, number), today)
        commands += [one for one in said if not isinstance(one, Refusal)]
        refusals += [one for one in said if isinstance(one, Refusal)]
        kept.append(None)
        for one in said:
            if isinstance(one, Answer):
                answer_from = len(kept)
            if isinstance(one, Note | Answer) and one.text:
                kept.append(one.text)
    refusals += _together(commands, today)
    return Parsed(
        tuple(commands),
        tuple(sorted(refusals, key=lambda refusal: refusal.line_no)),
        tidy(kept),
        any(isinstance(one, Note) for one in commands),
        None if answer_from is None else tidy(kept[answer_from:]),
        frozenset(command_lines),
    )


def mend(body: str | Sequence[Line], wrong: Collection[int], reply: str | Sequence[Line]) -> tuple[Line, ...] | None:
    """Put the corrected lines of a reply in the places of a held mail's wrong ones (indexes, as refusals name them).

    One for one where there are as many, all in place of the one where one was wrong. None where the reply holds anything but
    commands or the numbers do not fit: then it is still unclear what was meant.
    """
    corrections = [line for line in as_lines(reply) if line.kind is LineKind.FRESH and line.text.strip()]
    places = sorted(set(wrong))
    if not corrections or not places or not all(segments(line.text) for line in corrections):
        return None
    if len(places) == 1:
        instead = {places[0]: tuple(corrections)}
    elif len(places) == len(corrections):
        instead = {place: (line,) for place, line in zip(places, corrections, strict=True)}
    else:
        return None
    return tuple(new for number, line in enumerate(as_lines(body)) for new in instead.get(number, (line,)))


def as_lines(body: str | Sequence[Line]) -> tuple[Line, ...]:
    """A text as lines, all of them fresh."""
    if isinstance(body, str):
        return tuple(Line(text, LineKind.FRESH) for text in body.split("\n"))
    return tuple(body)


def tidy(kept: Sequence[str | None]) -> str:
    """Join lines so that a command (None) leaves no hole: neither two blank lines in a row nor any at the ends."""
    out: list[str] = []
    after_command = False
    for line in kept:
        if line is None:
            after_command = True
            continue
        if after_command and not line.strip() and (not out or not out[-1].strip()):
            continue
        out.append(line.rstrip("\r"))
        after_command = False
    return "\n".join(out).strip("\n").rstrip()


def _line(found: Sequence[Segment], source: Source, today: date) -> list[Command | Refusal]:
    """Read a line's commands. What to type instead is the whole line, because a correction replaces all of it."""
    if len(source.line) > LINE_LETTERS_MAX:
        return [_refusal(source, Reason.UNREADABLE, source.line[:60], f"/{found[0].typed}")]
    said = [_read(segment, source, today) for segment in found]
    whole = " ".join(one.advice if isinstance(one, Refusal) else segment.text for one, segment in zip(said, found, strict=True))
    return [replace(one, advice=whole) if isinstance(one, Refusal) else one for one in said]


def _read(segment: Segment, source: Source, today: date) -> Command | Refusal:
    if not segment.command:
        advice = f"/{segment.meant} {segment.arguments}".rstrip()
        return _refusal(source, Reason.NEAR_MISS, f"/{segment.typed}", advice)
    row = TABLE[segment.command]
    try:
        return row.reader(Arguments(segment.arguments), source, today)
    except BadValue as bad:
        advice = f"/{segment.typed.lower()} {bad.hint or row.usage}".rstrip()
        return _refusal(source, bad.reason, bad.subject, advice)


def _refusal(source: Source, reason: Reason, subject: str, advice: str) -> Refusal:
    return Refusal(source.line_no, source.line, reason, subject.strip(), advice)


def _together(commands: Sequence[Command], today: date) -> list[Refusal]:
    """What no line is wrong by itself: more than 24 h in one day, two states at once."""
    refusals: list[Refusal] = []
    minutes_of: dict[date, int] = {}
    for one in commands:
        if isinstance(one, Time):
            day = one.work_date or today
            minutes_of[day] = minutes_of.get(day, 0) + one.minutes
            if minutes_of[day] > DAY_MINUTES:
                said = f"{day}: {minutes_of[day]} min"
                refusals.append(_refusal(one.source, Reason.TOO_LONG, said, f"/time {TABLE['time'].usage}"))
    states = [one for one in commands if isinstance(one, Solved | Wait | Close)]
    for one in states[1:]:
        if type(one) is not type(states[0]):
            refusals.append(_refusal(one.source, Reason.CONFLICT, f"/{states[0].word} /{one.word}", f"/{states[0].word}"))
    return refusals


def meant(word: str) -> str | None:
    """The command that a word names in any language, as its English word; None for any other word."""
    return COMMAND_OF.get(folded(word.lstrip("/")))
