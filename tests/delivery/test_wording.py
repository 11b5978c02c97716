"""Minutes, dates, counts and names in three languages."""

from datetime import UTC, date, datetime

import pytest

from maild.delivery import wording
from maild.delivery.page import WIDTH, wrapped


class Reader(dict):
    """Stands for Jinja's context."""


def reader(language, zone="Europe/Kyiv"):
    return Reader(language=language, zone=zone)


@pytest.mark.parametrize(
    ("count", "en", "ru", "uk"),
    [
        (0, "0 min", "0 мин", "0 хв"),
        (26, "26 min", "26 мин", "26 хв"),
        (60, "1 h", "1 ч", "1 год"),
        (214, "3 h 34 min", "3 ч 34 мин", "3 год 34 хв"),
        (-75, "-1 h 15 min", "-1 ч 15 мин", "-1 год 15 хв"),
    ],
)
def test_minutes(count, en, ru, uk):
    assert [wording.minutes(reader(language), count) for language in wording.LANGUAGES] == [en, ru, uk]


def test_whole_minutes_stand_first():
    assert wording.minutes(reader("en"), 214, whole=True) == "214 min (3 h 34 min)"
    assert wording.minutes(reader("ru"), -90, whole=True) == "-90 мин (-1 ч 30 мин)"
    assert wording.minutes(reader("uk"), 59, whole=True) == "59 хв"


FORMS = {"en": ("%d file", "%d files"), "ru": ("%d файл", "%d файла", "%d файлов"), "uk": ("%d лист", "%d листи", "%d листів")}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "0 files, 1 file, 2 files, 5 files, 11 files, 21 files, 22 files, 111 files"),
        ("ru", "0 файлов, 1 файл, 2 файла, 5 файлов, 11 файлов, 21 файл, 22 файла, 111 файлов"),
        ("uk", "0 листів, 1 лист, 2 листи, 5 листів, 11 листів, 21 лист, 22 листи, 111 листів"),
    ],
)
def test_counts(language, said):
    counted = (wording.plural(reader(language), count, *FORMS[language]) for count in (0, 1, 2, 5, 11, 21, 22, 111))
    assert ", ".join(counted) == said


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Kyiv", "Tue 24 Nov 18:00 (Kyiv)"),
        ("ru", "Europe/Kyiv", "вт 24 ноября 18:00 (Киев)"),
        ("uk", "Europe/Kyiv", "вт 24 листопада 18:00 (Київ)"),
        ("en", "America/New_York", "Tue 24 Nov 11:00 (New York)"),
        ("ru", "Asia/Kolkata", "вт 24 ноября 21:30 (Калькутта)"),
        ("en", "UTC", "Tue 24 Nov 16:00 (UTC)"),
    ],
)
def test_instants_in_the_readers_zone(language, zone, said):
    assert wording.instant(reader(language, zone), datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == said


def test_days():
    assert wording.day(reader("en"), date(2026, 11, 3)) == "3 Nov"
    assert wording.day(reader("uk"), date(2026, 11, 3), "year") == "3 листопада 2026"
    assert wording.day(reader("en"), datetime(2026, 11, 3, 23, 30, tzinfo=UTC)) == "4 Nov", "already tomorrow in Kyiv"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anna", "Anna"),
        ("  Anna \r\n Bcc: all@x.test ", "Anna Bcc: all@x.test"),
        ("a\x00b\u202ec\u2066d\x85e", "abcde"),
        ("דנה לוי", "דנה לוי"),
        ("👩‍🔧 Olga", "👩‍🔧 Olga"),
        ("x" * 100, "x" * 64),
    ],
)
def test_names_become_one_harmless_line(typed, shown):
    assert wording.name(typed) == shown


def test_a_line_that_looks_like_a_command_is_shielded():
    assert wording.shielded("/time 25m\n  /solved\nsee /etc/hosts") == "» /time 25m\n  » /solved\nsee /etc/hosts"


@pytest.mark.parametrize(
    "line", ["word " * 40, "- " + "word " * 40, "type one of " + "/solved " * 20, "x" * 200 + " y", "a > " * 50]
)
def test_long_lines_are_broken_without_making_commands_or_quotes(line):
    pieces = wrapped(line.rstrip())
    assert " ".join(" ".join(pieces).split()) == " ".join(line.split())
    assert not any(piece.lstrip().startswith(("/", ">")) for piece in pieces)
    if "x" * 79 not in line and "/solved" not in line and ">" not in line:
        assert all(len(piece) <= WIDTH for piece in pieces)
