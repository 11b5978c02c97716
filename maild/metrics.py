"""/metrics: the daemon's tally as Prometheus reads it. Imported at the first scrape, for a start has no time for its library."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from maild.tally import LATENCY_SECONDS, Tally, Waits

STATES = ("new", "open", "waiting", "solved")
CLOCKS = ("answer", "next_answer", "eta", "solution")
CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(tally: Tally, status: dict[str, Any]) -> bytes:
    """All figures as of now, in Prometheus' text."""
    registry = CollectorRegistry()
    registry.register(_Now(tally, status))
    return generate_latest(registry)


class _Now(Collector):
    """One scrape."""

    def __init__(self, tally: Tally, status: dict[str, Any]) -> None:
        self.tally = tally
        self.status = status

    def collect(self) -> Iterator[Metric]:
        """What was counted since the start, and what stands now."""
        letters = CounterMetricFamily("maild_letters_sent", "Letters that a server has taken", labels=["kind"])
        for kind, count in sorted(self.tally.letters.items()):
            letters.add_metric([kind], count)
        yield letters
        yield _latency("maild_ack_queue_seconds", "From queueing an ack to its acceptance", self.tally.ack_queue)
        yield _latency("maild_ack_latency_seconds", "From a mail's arrival to its ack's acceptance", self.tally.ack_latency)
        waiting = {"queued": 0, "deferred": 0, "failed": 0, **self.status["letters"]}
        yield _gauge("maild_outbox_letters", "Letters that wait", "state", waiting)
        yield GaugeMetricFamily("maild_quarantine_messages", "Mails set aside", value=self.status["quarantine"])
        yield _gauge(
            "maild_tickets", "Tickets that are not closed", "state", {**dict.fromkeys(STATES, 0), **self.status["tickets"]}
        )
        overdue = {**dict.fromkeys(CLOCKS, 0), **self.status["overdue"]}
        yield _gauge("maild_promises_overdue", "Promises that are broken and still awaited", "clock", overdue)
        lag = self.status["sweep_lag_seconds"]
        yield GaugeMetricFamily("maild_sweep_lag_seconds", "How long the oldest moment that has come waits", value=lag)
        unacked = self.status["oldest_unacked_seconds"]
        yield GaugeMetricFamily("maild_oldest_unacked_seconds", "How long the oldest mail waits for its ack", value=unacked)
        boxes = {box["name"]: box for box in self.status["mailboxes"]}
        connected = {name: int(box["connected"]) for name, box in boxes.items()}
        yield _gauge("maild_mailbox_connected", "1 while a mailbox is watched", "mailbox", connected)
        backlog = {name: box["backlog"] or 0 for name, box in boxes.items()}
        yield _gauge("maild_mailbox_backlog", "Messages seen and not yet taken in", "mailbox", backlog)


def _gauge(name: str, said: str, label: str, values: dict[str, int]) -> Metric:
    gauge = GaugeMetricFamily(name, said, labels=[label])
    for value, count in values.items():
        gauge.add_metric([value], count)
    return gauge


def _latency(name: str, said: str, waits: Waits) -> Metric:
    counts = accumulate(waits.counts)  # Prometheus' buckets hold what lies at or below their limit
    limits = [*(str(float(limit)) for limit in LATENCY_SECONDS), "+Inf"]
    return HistogramMetricFamily(name, said, buckets=list(zip(limits, counts, strict=True)), sum_value=waits.seconds)
