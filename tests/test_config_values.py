"""How single values are written: a column of odd inputs for each of them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from holidays import registry
from hypothesis import given
from hypothesis import strategies as st

from maild import config_times as times
from maild import config_values as values
from maild.config_diff import duration_text
from maild.config_fault import Refused
from maild.config_known import COUNTRIES
from maild.ledger.money import Money

DAY = 24 * 60

READ = [
    (times.duration, "90s", timedelta(seconds=90)),
    (times.duration, " 5M ", timedelta(minutes=5)),
    (times.duration, "24h", timedelta(hours=24)),
    (times.duration, "3d", timedelta(days=3)),
    (times.duration, "1h30m", timedelta(minutes=90)),
    (values.size, "25MB", 25_000_000),
    (values.size, "25 mib", 25 * 2**20),
    (values.size, "1gb", 10**9),
    (values.size, 1000, 1000),
    (values.size, "1000", 1000),
    (times.clock, "00:00", 0),
    (times.clock, "9:05", 545),
    (times.clock, "23:59", 1439),
    (times.clock, time(19, 30), 1170),
    (times.weekday_clock, "Mon 08:00", (0, 480)),
    (times.weekday_clock, "sun  23:59", (6, 1439)),
    (times.monthday_clock, "1 09:00", (1, 540)),
    (times.monthday_clock, "28 00:00", (28, 0)),
    (times.day_spans, "09:00-18:00", ((540, 1080),)),
    (times.day_spans, "09:00-13:00, 14:00-18:00", ((540, 780), (840, 1080))),
    (times.day_spans, "09:00-13:00,13:00-18:00", ((540, 780), (780, 1080))),
    (times.day_spans, "18:00-24:00", ((1080, DAY),)),
    (times.day_spans, "18:00-00:00", ((1080, DAY),)),
    (times.day_spans, "00:00–24:00", ((0, DAY),)),
    (times.day_spans, "", ()),
    (times.day, date(2026, 1, 2), date(2026, 1, 2)),
    (times.day, "2026-01-02", date(2026, 1, 2)),
    (times.zone, "Asia/Kathmandu", "Asia/Kathmandu"),
    (values.money, "60.00 USD", Money(Decimal("60.00"), "USD")),
    (values.money, "0 uah", Money(Decimal(0), "UAH")),
    (values.fraction, "20%", Decimal("0.2")),
    (values.fraction, "7,5 %", Decimal("0.075")),
    (values.fraction, "0%", Decimal(0)),
    (values.factor, 1.5, Decimal("1.5")),
    (values.factor, 2, Decimal(2)),
    (values.email, "Anna.B+shop@Acme.test", "Anna.B+shop@Acme.test"),
    (values.email, "анна@пошта.укр", "анна@пошта.укр"),
    (values.email, "root@localhost", "root@localhost"),
    (values.mail_domain, "Acme.TEST", "acme.test"),
    (values.listen, "127.0.0.1:8024", ("127.0.0.1", 8024)),
    (values.listen, "[::1]:24", ("::1", 24)),
    (values.listen, "localhost:1", ("localhost", 1)),
    (values.country, "ua", "UA"),
    (values.country, "", ""),
    (values.word, "printing", "printing"),
    (values.word, "скидка", "скидка"),
    (values.word, "half-hours.2", "half-hours.2"),
    (values.line, " a line ", "a line"),
    (values.fact, True, "true"),
    (values.fact, 8.2, "8.2"),
    (values.fact, date(2026, 1, 2), "2026-01-02"),
]

REFUSED = [
    *((times.duration, v) for v in ("", "5", "m", "-5m", "0s", "5 minutes", "1.5h", "9999999d", 60, True, None)),
    *((values.size, v) for v in ("", "MB", "-1MB", "0", 0, -1, True, 1.5, "1 ib", "25 MB!", "9" * 40)),
    *((times.clock, v) for v in ("", "24:00", "25:00", "12:60", "noon", "1200", "12:00:00", "１２:00", 12)),
    *((times.weekday_clock, v) for v in ("", "08:00", "monday 08:00", "mon", "mon 24:00", 1)),
    *((times.monthday_clock, v) for v in ("", "0 09:00", "29 09:00", "1", "²  09:00", "-1 09:00")),
    *((times.day_spans, v) for v in ("9-18", "09:00", "18:00-09:00", "09:00-09:00", "09:00-25:00", "09:00-12:00,11:00-13:00")),
    *((times.day, v) for v in ("1.2.2026", "2026-02-30", datetime(2026, 1, 1, 12), 20260101)),
    *((times.zone, v) for v in ("", "Kyiv", "/etc/passwd", "../UTC", "a\0b", 3)),
    *((values.money, v) for v in ("60", "USD", "60 $", "sixty USD", "-1 USD", "NaN USD", "60 XXX", "60 USD now", 60)),
    *((values.fraction, v) for v in ("20", "120%", "-1%", "%", "NaN%", 20, 0.2)),
    *((values.factor, v) for v in (0.5, 0, -1, 11, True, "2", float("nan"), float("inf"))),
    *(
        (values.email, v)
        for v in ("", "a", "@b.test", "a@", "a b@c.test", "a@b..test", "a..b@c.test", "A <a@b.test>", "a@b.test,c@d.test")
    ),
    *((values.email, v) for v in ("a\n@b.test", "a@b.test\r\nBcc: c@d.test", "x" * 65 + "@b.test", "a@-b.test", 1)),
    *(
        (values.mail_domain, v)
        for v in ("", "@a.test", "*.a.test", "a b", "gmail.com", "Mail.RU", "ukr.net", "i.ua", "yandex.ru")
    ),
    *((values.listen, v) for v in ("", "24", ":24", "host:", "host:0", "host:65536", "::1:24", "a b:24", 24)),
    *((values.country, v) for v in ("ZZ", "Ukraine", "UKR", 1)),
    *((values.word, v) for v in ("", "two words", "a:b", "-x", "x" * 41, "a/b", 1)),
    *((values.line, v) for v in ("", "  ", "a\nb", "a\0b", "a\u2028b", "a\u202eb", 1)),
    *((values.fact, v) for v in ([1], {"a": 1}, "a\nb")),
]


@pytest.mark.parametrize(("parse", "written", "read"), READ)
def test_is_read_as(parse, written, read):
    assert parse(written) == read


@pytest.mark.parametrize(("parse", "written"), REFUSED)
def test_is_refused_with_advice(parse, written):
    with pytest.raises(Refused) as caught:
        parse(written)
    assert caught.value.problem


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ({"mon-fri": "09:00-18:00"}, [0, 1, 2, 3, 4]),
        ({"Mon-Fri": "09:00-18:00", "fri": ""}, [0, 1, 2, 3]),
        ({"fri": "", "mon-fri": "09:00-18:00"}, [0, 1, 2, 3]),
        ({"mon,wed": "09:00-18:00"}, [0, 2]),
        ({"fri-mon": "09:00-18:00"}, [0, 4, 5, 6]),
        ({"sun": "09:00-18:00"}, [6]),
        ({"mon-sun": "09:00-18:00"}, [0, 1, 2, 3, 4, 5, 6]),
        ({"mon–tue, sat": "09:00-18:00"}, [0, 1, 5]),
    ],
)
def test_a_week_is_read(written: dict[str, str], days: list[int]):
    assert times.week_hours(written) == tuple(((540, 1080),) if day in days else () for day in range(7))


@pytest.mark.parametrize(
    "written",
    [
        "09:00-18:00",
        {},
        {"mon": ""},
        {"weekdays": "09:00-18:00"},
        {"mon,tue": "09:00-18:00", "tue,wed": "09:00-18:00"},
        {"mon-": "09:00-18:00"},
    ],
)
def test_a_week_is_refused(written: object):
    with pytest.raises(Refused):
        times.week_hours(written)


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("localhost.vendor.test", False), ("127.0.0.1.x.test", False), ("::", False), ("", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, inside: bool):
    assert values.is_loopback(host) is inside


@given(st.integers(1, 10**8))
def test_a_duration_is_written_as_it_is_read(seconds: int):
    span = timedelta(seconds=seconds)
    assert times.duration(duration_text(span)) == span


@given(
    st.one_of(
        st.text(max_size=40),
        st.integers(),
        st.floats(),
        st.none(),
        st.lists(st.text(max_size=3)),
        st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
    )
)
def test_no_value_brings_a_parser_down(value: object):
    for parse in {parse for parse, _ in REFUSED} | {times.week_hours}:
        try:
            parse(value)
        except Refused as refused:
            assert str(refused)


def test_the_countries_are_those_whose_holidays_the_library_knows():
    assert {code for names in registry.COUNTRIES.values() for code in names[1:] if len(code) == 2} == COUNTRIES
