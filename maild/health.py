"""/healthz, /readyz, /metrics and /status on a loopback port: for systemd, load balancers, Prometheus and `maild status`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from maild.tally import Tally


class HealthServer:
    """A little HTTP server in a thread."""

    def __init__(
        self, host: str, port: int, status: Callable[[], dict[str, Any]], ready: Callable[[], str], tally: Tally
    ) -> None:
        answers: dict[str, Callable[[], tuple[int, str, bytes]]] = {
            "/healthz": lambda: (200, "text/plain", b"ok\n"),
            "/readyz": lambda: _readiness(ready()),
            "/status": lambda: (200, "application/json", json.dumps(status()).encode()),
            "/metrics": lambda: _metrics(tally, status()),
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


def _metrics(tally: Tally, status: dict[str, Any]) -> tuple[int, str, bytes]:
    from maild import metrics  # noqa: PLC0415  (a start has no time for Prometheus' library)

    return 200, metrics.CONTENT_TYPE, metrics.exposition(tally, status)


def _readiness(missing: str) -> tuple[int, str, bytes]:
    return (503, "text/plain", f"{missing}\n".encode()) if missing else (200, "text/plain", b"ready\n")
