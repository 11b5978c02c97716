"""The SMTP sink, in a process of its own so that it takes nothing from the daemon's interpreter."""

from __future__ import annotations

import json
import subprocess
import sys


class SinkProcess:
    """Started and stopped by `with`; it listens on `port`."""

    def __enter__(self) -> SinkProcess:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "maild.sandbox.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(5)

    def report(self) -> list[tuple[float, str, str]]:
        """What came since the last report: (when, Maild-Kind, recipient)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        return [(at, kind, to) for at, kind, to in json.loads(self.process.stdout.readline())]
