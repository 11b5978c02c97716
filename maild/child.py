"""A process of ours that answers what it is asked over its standard streams: started as a fresh interpreter, never by a fork.

It has no secret in its environment and ends when its input ends, so that it never outlives this process, however that died.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

READY = b"R"  # the first octet a child writes: its imports succeeded
MEGABYTE = 1024 * 1024
START_SECONDS_MAX = 20
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ")


class ChildStartError(RuntimeError):
    """The process cannot be started: a fault of this machine or installation."""


class Child:
    """One process, started when it is asked to and again after each end. One thread at a time.

    `send` and `receive` raise TimeoutError, BrokenPipeError or EOFError; then `end` it.
    """

    def __init__(self, module: str, words: Sequence[str] = ()) -> None:
        self._command = [sys.executable, "-m", module, *words]
        self._process: subprocess.Popen[bytes] | None = None
        self._said_ready = False

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it where it does not run. Raises ChildStartError."""
        if self._process is not None:
            return
        root = str(Path(__file__).parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"PYTHONPATH": path}
        self._said_ready = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True, bufsize=0
            )
        except OSError as fault:  # out of processes, memory or open files
            raise ChildStartError(f"cannot be started: {fault.strerror}") from fault
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)

    def ready(self, seconds: float = START_SECONDS_MAX) -> bool:
        """Whether it has said, within so many seconds, that it can work. Raises ChildStartError where it ended instead."""
        self.start()
        if not self._said_ready:
            try:
                self._said_ready = self.receive(len(READY), time.monotonic() + seconds) == READY
            except TimeoutError:
                return False
            except EOFError:
                raise ChildStartError(f"did not start: it ended with {self.end(kill=True)}") from None
        return self._said_ready

    def pipes(self) -> tuple[int, int]:
        """Its input and its output, which do not block. Raises BrokenPipeError where it does not run."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise BrokenPipeError
        return self._process.stdin.fileno(), self._process.stdout.fileno()

    def send(self, octets: bytes, deadline: float) -> None:
        """Write all of it, by a deadline of the steady clock."""
        if self._process is None or self._process.stdin is None:
            raise BrokenPipeError
        number, view = self._process.stdin.fileno(), memoryview(octets)
        while view:
            _wait(number, select.POLLOUT, deadline)
            try:
                view = view[os.write(number, view[:MEGABYTE]) :]
            except BlockingIOError:
                continue

    def receive(self, wanted: int, deadline: float) -> bytes:
        """Read exactly so many octets, by a deadline of the steady clock."""
        if self._process is None or self._process.stdout is None:
            raise EOFError
        number, octets = self._process.stdout.fileno(), bytearray()
        while len(octets) < wanted:
            _wait(number, select.POLLIN, deadline)
            piece = os.read(number, min(MEGABYTE, wanted - len(octets)))
            if not piece:
                raise EOFError
            octets += piece
        return bytes(octets)

    def end(self, kill: bool = False) -> int:
        """Close the pipes and wait for its end, which comes by itself when its input ends; `kill` has less patience. Its code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return process.wait(0.5 if kill else 2)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _wait(number: int, event: int, deadline: float) -> None:
    poller = select.poll()
    poller.register(number, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poller.poll(left * 1000):
        raise TimeoutError
