"""Keys from DNS: asked for in the background, remembered, and never believed where nobody answers."""

import threading

import pytest

from maild.ingest.dkim_check import DnsUnavailable
from maild.ingest.dns import ABSENT_SECONDS, SILENT_SECONDS, DnsPending, Resolver


class Zone:
    """Answers of a name server; `gate` holds them back."""

    def __init__(self, **records):
        self.records, self.asked, self.gate = records, [], threading.Event()
        self.gate.set()

    def __call__(self, name):
        self.gate.wait(5)
        self.asked.append(name)
        found = self.records.get(name.split(".")[0], None)
        if isinstance(found, Exception):
            raise found
        return found, 120.0


class Hands:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self):
        return self.now


def settled(resolver):
    resolver._pool.submit(lambda: None).result()
    for asking in list(resolver._asking.values()):
        asking.exception()


@pytest.fixture
def zone():
    return Zone(k1=b"v=DKIM1; p=AAAA", silent=DnsUnavailable("silent"), odd=ZeroDivisionError())


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def resolver(zone, hands):
    made = Resolver(zone, clock=hands)
    yield made
    made.close()


def test_an_answer_that_is_on_its_way_is_not_waited_for(zone, resolver):
    zone.gate.clear()
    for _ in range(3):
        with pytest.raises(DnsPending):
            resolver.lookup("k1._domainkey.acme.test.")
    zone.gate.set()
    settled(resolver)
    assert resolver.lookup("K1._domainkey.acme.test") == b"v=DKIM1; p=AAAA"
    assert zone.asked == ["k1._domainkey.acme.test"]


@pytest.mark.parametrize(("name", "after"), [("k1", 121), ("absent", ABSENT_SECONDS + 1), ("silent", SILENT_SECONDS + 1)])
def test_everything_is_remembered_for_its_time(zone, hands, resolver, name, after):
    def ask():
        try:
            return resolver.lookup(name)
        except DnsPending:
            return "pending"
        except DnsUnavailable:
            return "silent"

    assert ask() == "pending"
    settled(resolver)
    first = ask()
    assert first == {"k1": b"v=DKIM1; p=AAAA", "absent": None, "silent": "silent"}[name]
    assert ask() == first
    hands.now = after
    assert ask() == "pending"
    settled(resolver)
    assert zone.asked == [name, name]


def test_once_waits(zone):
    resolver = Resolver(zone, waits=True)
    assert resolver.lookup("k1.x") == b"v=DKIM1; p=AAAA"
    assert resolver.lookup("absent.x") is None
    for name in ("silent.x", "odd.x"):
        with pytest.raises(DnsUnavailable):
            resolver.lookup(name)
    resolver.close()


def test_a_flood_of_questions_is_no_answer(zone, resolver, monkeypatch):
    monkeypatch.setattr("maild.ingest.dns.ASKING_MAX", 2)
    zone.gate.clear()
    for number in range(2):
        with pytest.raises(DnsPending):
            resolver.lookup(f"a{number}.x")
    with pytest.raises(DnsUnavailable) as refused:
        resolver.lookup("a3.x")
    assert not isinstance(refused.value, DnsPending)
    zone.gate.set()
