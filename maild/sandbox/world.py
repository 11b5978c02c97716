"""A whole little mail world on loopback: start it, write to the desk, stop it.

    with MailWorld() as world:
        config = world.write_config(folder)
        Person(world, "anna@acme.test").send("support@vendor.test", "Printer", "It prints blank pages.")

The servers run in a child process, so that they take nothing from the interpreter that tries or measures the daemon.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO

from maild.sandbox.accounts import ACCOUNTS, PASSWORD, Account
from maild.sandbox.configuration import SQLITE_URL, write_config

HOST = "127.0.0.1"
STOP_SECONDS = 5.0


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class MailWorld:
    """An IMAP and an SMTP server with the accounts of `maild.sandbox.accounts`; everybody's password is `password`.

    Ports of 0 are chosen freely and known after `start`. Mail lives in memory and is gone after `stop`; a world that has
    stopped may be started again, empty, with the same ports and so the same configuration.
    """

    accounts: tuple[Account, ...] = ACCOUNTS
    password: str = PASSWORD
    host: str = HOST

    def __init__(self, imap_port: int = 0, smtp_port: int = 0) -> None:
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self._servers: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None

    def __enter__(self) -> MailWorld:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> MailWorld:
        """Start both servers and return once they listen; RuntimeError tells why they could not."""
        if self._servers is not None:
            raise RuntimeError("this mail world runs already")
        command = [sys.executable, "-m", "maild.sandbox.mailhost", str(self.imap_port), str(self.smtp_port)]
        # A file, for a pipe that nobody reads would fill and block them. It is closed by stop().
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        # A session of its own: Ctrl-C in a terminal reaches the parent alone, which then stops the world in order.
        self._servers = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, start_new_session=True
        )
        assert self._servers.stdout is not None
        announced = self._servers.stdout.readline()
        if not announced:
            complaint = self.complaints()
            self.stop()
            raise RuntimeError(f"the mail world did not start: {complaint or 'it said nothing'}")
        ports = json.loads(announced)
        self.imap_port, self.smtp_port = ports["imap_port"], ports["smtp_port"]
        return self

    def complaints(self) -> str:
        """The last line that the servers wrote to their standard error, or ''."""
        if self._complaints is None:
            return ""
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def stop(self) -> None:
        """Stop both servers; harmless when they do not run."""
        servers, self._servers = self._servers, None
        if servers is not None:
            assert servers.stdin is not None
            assert servers.stdout is not None
            servers.stdin.close()
            try:
                servers.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                servers.kill()
                servers.wait()
            servers.stdout.close()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def write_config(
        self, folder: Path, *, health_port: int | None = None, poll: str = "60s", database: str = SQLITE_URL
    ) -> Path:
        """Write `config/maild.toml` and `config/clients.toml` below `folder` for this running world; returns the first.

        The desk's key, and its database where that is SQLite, go to `var/` beside `config/`.
        """
        return write_config(
            folder,
            imap_port=self.imap_port,
            smtp_port=self.smtp_port,
            health_port=health_port or free_port(),
            password=self.password,
            poll=poll,
            database=database,
        )
