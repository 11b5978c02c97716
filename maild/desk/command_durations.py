"""Minutes as engineers write them, in English, Russian and Ukrainian: `1h30m`, `1:30`, `0.5h`, `90`, `1ч 20м`, `полчаса`, `14:05-14:30`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_kinds import Reason

DAY_MINUTES = 24 * 60
OVERNIGHT_MINUTES_MAX = 12 * 60  # a clock range past midnight that is longer is a slip of the pen: 14:30-14:05
_NUMBER = r"(?:\d{1,6}(?:[.,]\d{1,3})?|[.,]\d{1,3})"
_HOURS = r"(?:hours?|hrs?|h|часов|часа|час|ч|години|година|годину|годин|год|г)"
_MINUTES = r"(?:minutes?|mins?|m|минуты|минута|минуту|минут|мин|м|хвилини|хвилина|хвилину|хвилин|хв)"
_END = r"(?![^\W_])"  # no letter or digit follows
_FLAGS = re.IGNORECASE
_SIGN = re.compile(r"[+-]\s?(?=[\d.,])")
_COLON = re.compile(rf"(\d{{1,3}}):([0-5]\d)(?:\s?{_HOURS}\.?)?(?!\w|:\w)", _FLAGS)
_HOURS_AND_MINUTES = re.compile(
    rf"({_NUMBER})\s?{_HOURS}(?:[.,]?\s*(?:(?:and|и|і|й|та|\+)\s*)?(\d{{1,4}})\s?{_MINUTES}{_END}\.?|(\d{{1,2}}){_END}|{_END}\.?)",
    _FLAGS,
)
_ONLY_MINUTES = re.compile(rf"({_NUMBER})\s?{_MINUTES}{_END}\.?", _FLAGS)
_BARE = re.compile(r"(\d{1,6})(?=[,;]?(?:\s|$)|[.:](?:\s|$))")
_JUST_HOURS = re.compile(rf"[+-]?\s?{_NUMBER}\s?{_HOURS}\.?", _FLAGS)
_LOOSE = re.compile(r"\d{1,2}(?=\s|$)")
_HALVES = (
    (re.compile(rf"(?:полчаса|пол[ -]часа|пів[ -]?години|пів[ -]?год|half\s(?:an\s)?hour){_END}\.?", _FLAGS), 30),
    (re.compile(rf"(?:полтора\sчаса|півтори\sгодини|(?:an\s|one\s)?hour\sand\sa\shalf){_END}", _FLAGS), 90),
)
_CLOCK = re.compile(
    r"(?:(?:from|с|з|із)\s+)?(\d{1,2})[:.](\d{2})\s*(?:-|\bto\b|\buntil\b|\btill\b|\bдо\b|\bпо\b)\s*(\d{1,2})[:.](\d{2})(?!\w|:\w)",
    _FLAGS,
)
_CLOCK_TIME = re.compile(r"(?:(?:at|в|о|об)\s+)?(\d{1,2})[:.](\d{2})(?!\w|:\w)", _FLAGS)


def read_duration(arguments: Arguments, *, bare: bool = False, negative: bool = False, number_follows: bool = False) -> int:
    """Take a duration in minutes; `bare` takes numbers without a unit as minutes, `negative` a sign.

    A number behind hours (`1h 30 cable`) is unreadable, because nobody can tell what it counts, unless `number_follows` says that
    one may stand there.

    Raises BadValue: MISSING, UNREADABLE, ZERO, NEGATIVE.
    """
    if arguments.done:
        raise BadValue(Reason.MISSING)
    said = arguments.peek()
    before = arguments.taken
    sign = arguments.match(_SIGN)
    minutes = _unsigned(arguments, bare)
    loose = None if number_follows else _LOOSE.match(arguments.peek())
    if loose and _JUST_HOURS.fullmatch(said[: len(said) - len(arguments.peek())].strip()):
        hours = said[: len(said) - len(arguments.peek())].strip(" .")
        hint = f"{before} {hours} {loose[0]}m{arguments.peek()[loose.end() :]}"
        raise BadValue(Reason.UNREADABLE, f"{hours} {loose[0]}", hint.strip())
    if minutes is None:
        raise BadValue(Reason.UNREADABLE, said)
    if minutes == 0:
        raise BadValue(Reason.ZERO, said)
    below = sign is not None and sign[0].startswith("-")
    if below and not negative:
        raise BadValue(Reason.NEGATIVE, said)
    return -minutes if below else minutes


def _unsigned(arguments: Arguments, bare: bool) -> int | None:
    for pattern, minutes in _HALVES:
        if arguments.match(pattern):
            return minutes
    if found := arguments.match(_COLON):
        return int(found[1]) * 60 + int(found[2])
    if found := arguments.match(_HOURS_AND_MINUTES):
        more = found[2] or found[3]
        if more and not found[1].isdigit():
            raise BadValue(Reason.UNREADABLE, found[0])  # half an hour and a half, plus minutes
        return _rounded(_decimal(found[1]) * 60) + int(more or 0)
    if found := arguments.match(_ONLY_MINUTES):
        minutes_said = _decimal(found[1])
        return int(minutes_said) if minutes_said == int(minutes_said) else None
    if bare and (found := arguments.match(_BARE)):
        return int(found[1])
    return None


def read_clock_range(arguments: Arguments) -> tuple[int, int] | None:
    """Take `14:05-14:30` as minutes of the local day; the end is past 1440 where the work went over midnight.

    None where no range stands here. Raises BadValue: UNREADABLE for no time of day, ZERO, NEGATIVE for an end before its start.
    """
    said = arguments.peek()
    found = arguments.match(_CLOCK)
    if not found:
        return None
    start, end = clock_minute(found[1], found[2], said), clock_minute(found[3], found[4], said)
    if start == end:
        raise BadValue(Reason.ZERO, found[0])
    if end < start:
        end += DAY_MINUTES
        if end - start > OVERNIGHT_MINUTES_MAX:
            raise BadValue(Reason.NEGATIVE, found[0])
    return start, end


def read_clock_time(arguments: Arguments) -> int | None:
    """Take `15:00` as a minute of the day; None where none stands here. Raises BadValue(UNREADABLE) for 25:00."""
    said = arguments.peek()
    found = arguments.match(_CLOCK_TIME)
    return clock_minute(found[1], found[2], said) if found else None


def clock_minute(hours: str, minutes: str, said: str) -> int:
    """A time of day as a minute, 24:00 included. Raises BadValue(UNREADABLE)."""
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > DAY_MINUTES:
        raise BadValue(Reason.UNREADABLE, said)
    return minute


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _rounded(minutes: Decimal) -> int:
    """Whole minutes: 0.33h is 20."""
    return int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
