"""Debian's PostgreSQL with a cluster of its own in a temporary folder: loopback, no fsync, a fresh database whenever asked."""

import itertools
import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from servers.daemon_process import HOST, end, program, unprivileged, wait_for_ports

from maild.sandbox.world import free_port

_PLACES = "/usr/lib/postgresql/*/bin"


class Postgres:
    """One server; each `create` makes an empty database and gives its URL, `drop` removes it whoever is connected."""

    def __init__(self, root: Path) -> None:
        self.initdb = program("initdb", _PLACES, package="postgresql")
        self.postgres = program("postgres", _PLACES, package="postgresql")
        self.port = free_port()
        self.log = root / "postgres.log"
        self._data = root / "data"
        self._as = unprivileged("postgres")
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen | None = None
        root.chmod(0o755)
        self._data.mkdir(mode=0o700)
        if self._as:
            os.chown(self._data, self._as["user"], self._as["group"])
        make = [self.initdb, "-D", str(self._data), "-U", "maild", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd="/", **self._as)

    def start(self) -> "Postgres":
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.postgres, "-D", str(self._data), *options], stdout=log, stderr=log, cwd="/", **self._as
            )
        wait_for_ports(self._process, [self.port], self.log)
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGINT)  # fast shutdown, which waits for no session
            end(process)

    def crash(self) -> None:
        """SIGQUIT: every backend drops dead, and the next start recovers from the log."""
        process, self._process = self._process, None
        process.send_signal(signal.SIGQUIT)
        process.wait()

    def create(self) -> str:
        """URL (SQLAlchemy's, for psycopg) of a new empty database."""
        name = f"maild_{os.getpid()}_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+psycopg://maild@{HOST}:{self.port}/{name}"

    def drop(self, url: str) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(f"host={HOST} port={self.port} user=maild dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _wait_until_ready(self) -> None:
        """The port opens before recovery is over."""
        for _ in range(1000):
            try:
                self._administer("SELECT 1")
            except psycopg.OperationalError as error:
                if not any(words in str(error) for words in ("starting up", "not yet accepting connections")):
                    raise
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"PostgreSQL does not get ready: {self.log.read_text()[-800:]}")
