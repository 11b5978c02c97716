"""/healthz, /readyz, /metrics and /status on a loopback port: for systemd, load balancers, Prometheus and `maild status`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from maild.store.outbox import ClaimedLetter

LATENCY_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)


class Metrics:
    """Figures that Prometheus collects."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.letters = Counter("maild_letters_sent", "Letters that a server has taken", ["kind"], registry=self.registry)
        self.ack_seconds = Histogram(
            "maild_ack_queue_seconds", "From queueing an ack to its acceptance", buckets=LATENCY_SECONDS, registry=self.registry
        )
        self.outbox = Gauge("maild_outbox_letters", "Letters that wait", ["state"], registry=self.registry)
        self.quarantine = Gauge("maild_quarantine_messages", "Mails set aside", registry=self.registry)
        self.connected = Gauge("maild_mailbox_connected", "1 while a mailbox is watched", ["mailbox"], registry=self.registry)
        self.backlog = Gauge("maild_mailbox_backlog", "Messages seen and not yet taken in", ["mailbox"], registry=self.registry)

    def sent(self, claimed: ClaimedLetter, at: datetime) -> None:
        """Count a letter that was taken."""
        self.letters.labels(claimed.letter.kind).inc()
        if claimed.letter.kind == "ack" and claimed.queued_at is not None:
            self.ack_seconds.observe(max(0.0, (at - claimed.queued_at).total_seconds()))

    def text(self, status: dict[str, Any]) -> bytes:
        """The exposition, with gauges as of now."""
        for state, count in {"queued": 0, "deferred": 0, "failed": 0, **status["letters"]}.items():
            self.outbox.labels(state).set(count)
        self.quarantine.set(status["quarantine"])
        for box in status["mailboxes"]:
            self.connected.labels(box["name"]).set(int(box["connected"]))
            self.backlog.labels(box["name"]).set(box["backlog"] or 0)
        return generate_latest(self.registry)


class HealthServer:
    """A little HTTP server in a thread."""

    def __init__(
        self, host: str, port: int, status: Callable[[], dict[str, Any]], ready: Callable[[], str], metrics: Metrics
    ) -> None:
        answers: dict[str, Callable[[], tuple[int, str, bytes]]] = {
            "/healthz": lambda: (200, "text/plain", b"ok\n"),
            "/readyz": lambda: _readiness(ready()),
            "/status": lambda: (200, "application/json", json.dumps(status()).encode()),
            "/metrics": lambda: (200, CONTENT_TYPE_LATEST, metrics.text(status())),
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = answers.get(self.path.partition("?")[0])
                code, kind, body = answer() if answer else (404, "text/plain", b"not here\n")
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Scrapes are no events."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True

    def start(self) -> None:
        """Serve until `stop`."""
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()


def _readiness(missing: str) -> tuple[int, str, bytes]:
    return (503, "text/plain", f"{missing}\n".encode()) if missing else (200, "text/plain", b"ready\n")
