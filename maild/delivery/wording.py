"""How templates say minutes, instants, days, counts and names in the reader's language: their filters. Dates and plurals by CLDR."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from maild.desk.markup import unlinked

LANGUAGES = ("en", "ru", "uk")
NAME_LETTERS = 64
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ue000-\ue002]")
_UNITS = {"en": ("h", "min"), "ru": ("ч", "мин"), "uk": ("год", "хв")}
_DAY = {"en": "d MMM", "ru": "d MMMM", "uk": "d MMMM"}  # "24 Nov" but "24 ноября": Slavic short months need a full stop


def plain(text: object) -> str:
    """A value on its way into a page: line feeds and tabs stay, other control characters, direction marks and our own marks go.

    So does the scheme of `mailto:` addresses: the first that a letter holds is its first button, and only a template makes buttons.
    """
    said = str(text)
    if not (said.isascii() and said.isprintable()):  # few values
        if "\r" in said:
            said = said.replace("\r\n", "\n").replace("\r", "\n")
        said = _CONTROL.sub("", said)
    return unlinked(said)  # last: a control character in its midst would have hidden the scheme


def one_line(text: object) -> str:
    """A value that came from outside, as one line."""
    return " ".join(plain(text).split())


def name(value: object) -> str:
    """A person's name as anybody may have typed it: one line, at most 64 letters."""
    return one_line(value)[:NAME_LETTERS]


def said_minutes(count: int, language: str) -> str:
    """26 -> "26 min", 214 -> "3 h 34 min", 120 -> "2 h", in the words of the language."""
    hour, minute = _UNITS[language]
    sign = "-" if count < 0 else ""
    hours, rest = divmod(abs(count), 60)
    if not hours:
        return f"{sign}{rest} {minute}"
    return f"{sign}{hours} {hour} {rest} {minute}" if rest else f"{sign}{hours} {hour}"


@pass_context
def minutes(context: Context, value: int, whole: bool = False) -> str:
    """Minutes as people say them; `whole` puts the integer first, as the books have it: "214 min (3 h 34 min)"."""
    language = context["language"]
    said = said_minutes(value, language)
    return f"{value} {_UNITS[language][1]} ({said})" if whole and abs(value) >= 60 else said


@pass_context
def instant(context: Context, value: datetime, zone: str = "") -> str:
    """An instant in the reader's zone: "Tue 24 Nov 18:00 (Kyiv)"."""
    language, name = context["language"], zone or context["zone"]
    local = value.astimezone(ZoneInfo(name))
    return f"{_date(local.date(), 'EEE ' + _DAY[language], language)} {local:%H:%M} ({_city(name, language)})"


@pass_context
def day(context: Context, value: date, pattern: str = "") -> str:
    """A day, or an instant's day in the reader's zone: "24 Nov"; `pattern` in CLDR letters, "year" for "24 Nov 2026"."""
    language = context["language"]
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(context["zone"])).date()
    wanted = f"{_DAY[language]} yyyy" if pattern == "year" else pattern or _DAY[language]
    return _date(value, wanted, language)


@pass_context
def plural(context: Context, count: int, *forms: str) -> str:
    """The form that goes with a count: two in English, three in Russian and Ukrainian (one, few, many); "%d" becomes the count."""
    language = context["language"]
    category = _plural(language)(abs(count))
    index = {"one": 0, "few": 1, "many": 2}.get(category, len(forms) - 1)
    return forms[min(index, len(forms) - 1)].replace("%d", str(count))


def megabytes(value: int) -> str:
    """Octets as a limit is written: "25 MB"."""
    return f"{value / 1_000_000:g} MB"


def capitalised(value: str) -> str:
    """The first letter large, the others as they are."""
    return value[:1].upper() + value[1:]


def shielded(value: str) -> str:
    """Lines that begin as a command does get a quote mark in front: copied into an answer they order nothing."""
    return re.sub(r"^([ \t]*)(?=/)", r"\1» ", plain(value), flags=re.M)


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, language: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415  (not at the start, here and below)

    return format_date(value, pattern, locale=language)


@lru_cache(maxsize=512)
def _city(zone: str, language: str) -> str:
    """The place a zone is named after, in the language; CLDR still lists some under their older names (Europe/Kiev)."""
    from babel import Locale  # noqa: PLC0415
    from babel.core import get_global  # noqa: PLC0415

    known = Locale(language).time_zones
    older = (old for old, new in get_global("zone_aliases").items() if new == zone)
    return next(
        (known[each]["city"] for each in (zone, *older) if "city" in known.get(each, ())),
        zone.rpartition("/")[2].replace("_", " "),
    )


@lru_cache(maxsize=8)
def _plural(language: str) -> Callable[[int], str]:
    from babel import Locale  # noqa: PLC0415

    plural_form: Callable[[int], str] = Locale(language).plural_form
    return plural_form


FILTERS: dict[str, Callable[..., Any]] = {
    "minutes": minutes,
    "instant": instant,
    "day": day,
    "plural": plural,
    "megabytes": megabytes,
    "name": name,
    "capitalised": capitalised,
    "shielded": shielded,
}
