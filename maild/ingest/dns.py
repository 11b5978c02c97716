"""TXT records for our own check of signatures: asked for in the background, and never waited for while mail is judged.  [dnspython]

`lookup` answers from what is known. What is not known is asked for by threads of its own, and the asker comes back later: a slow or
hostile zone delays nobody else's mail. `once`, which has no later, waits instead.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from maild.ingest.dkim_check import DnsUnavailable

KNOWN_SECONDS = (60.0, 3600.0)  # a record is remembered for its own time, within these
ABSENT_SECONDS = 300.0
SILENT_SECONDS = 60.0  # a zone that gave no answer is not asked again for so long
KNOWN_MAX = 10_000
ASKING_MAX = 1_000  # questions on their way at a time: more is a flood, and counts as no answer
THREADS = 8

Ask = Callable[[str], tuple[bytes | None, float]]
"""A name to its record (None: there is none) and how many seconds that holds. Raises DnsUnavailable."""


class DnsPending(DnsUnavailable):
    """The question is on its way: come back in a moment."""


@dataclass(frozen=True, slots=True)
class _Known:
    record: bytes | None
    until: float
    answered: bool = True


class Resolver:
    """Shared by all threads. `waits`: lookups block until there is an answer or none will come."""

    def __init__(self, ask: Ask, *, waits: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.ask = ask
        self.waits = waits
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="dns")

    def lookup(self, name: str) -> bytes | None:
        """The record of a name, None where there is none. Raises DnsPending, or DnsUnavailable where nobody answered."""
        key = name.rstrip(".").lower()
        with self._lock:
            known = self._known.get(key)
            if known is not None and self._clock() < known.until:
                return self._told(known)
            asking = self._asking.get(key)
            if asking is None:
                if len(self._asking) >= ASKING_MAX:
                    raise DnsUnavailable(key)
                asking = self._asking[key] = self._pool.submit(self._find, key)
        if not self.waits:
            raise DnsPending(key)
        asking.exception()  # waits
        with self._lock:
            return self._told(self._known[key])

    def close(self) -> None:
        """End without waiting for answers."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _told(known: _Known) -> bytes | None:
        if not known.answered:
            raise DnsUnavailable
        return known.record

    def _find(self, key: str) -> None:
        """Ask, and remember whatever comes of it: whatever went wrong, there is no answer."""
        known = None
        try:
            record, seconds = self.ask(key)
            low, high = KNOWN_SECONDS if record is not None else (ABSENT_SECONDS, ABSENT_SECONDS)
            known = _Known(record, self._clock() + min(max(seconds, low), high))
        finally:
            with self._lock:
                self._asking.pop(key, None)
                self._known[key] = known or _Known(None, self._clock() + SILENT_SECONDS, answered=False)
                while len(self._known) > KNOWN_MAX:
                    self._known.pop(next(iter(self._known)))


def asker(servers: Sequence[tuple[str, int]] = (), timeout_seconds: float = 5.0) -> Ask:
    """Ask these servers (none: those of the system). Raises RuntimeError where dnspython is missing."""
    try:
        import dns.exception  # noqa: PLC0415
        import dns.name  # noqa: PLC0415
        import dns.resolver  # noqa: PLC0415
    except ImportError:
        raise RuntimeError("dnspython is not installed: it comes with the extra `dkim`") from None
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration:  # a machine without name servers: nobody ever answers
        resolver = dns.resolver.Resolver(configure=False)
    if servers:
        resolver.nameservers = [host for host, _ in servers]
        resolver.nameserver_ports = dict(servers)
    resolver.lifetime, resolver.timeout = timeout_seconds, timeout_seconds / 2

    def ask(name: str) -> tuple[bytes | None, float]:
        try:
            answer = resolver.resolve(dns.name.from_text(name), "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None, ABSENT_SECONDS
        except dns.exception.DNSException as silent:
            raise DnsUnavailable(name) from silent
        first = next(iter(answer.rrset or ()), None)
        return (b"".join(first.strings) if first is not None else None), float(answer.rrset.ttl if answer.rrset else 0)

    return ask


def later_asker(servers: Sequence[tuple[str, int]] = (), timeout_seconds: float = 5.0) -> Ask:
    """The same, made at the first question: importing dnspython takes a tenth of a start, which most desks need not."""
    made = cache(lambda: asker(servers, timeout_seconds))
    return lambda name: made()(name)  # noqa: PLW0108
