"""The desk as a command sees it: configuration and store, opened for one call; and what is said where that cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from maild.config import Config
    from maild.desk.directory import Client
    from maild.store.store import Store

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h


class Wrong(click.ClickException):
    """Something is wrong with what was asked about: exit 1."""

    exit_code = 1


class Faulty(click.ClickException):
    """The configuration cannot be used: exit 2."""

    exit_code = 2


class TryAgain(click.ClickException):
    """A server or the database is out of reach: exit 75."""

    exit_code = TRY_AGAIN


@dataclass(frozen=True, slots=True)
class Opened:
    """A loaded configuration and its store."""

    config: Config
    store: Store

    def client(self, name: str) -> Client:
        """A client of the directory, or as it last knew one who has books. Misuse, with the nearest name, where there is none."""
        clients = self.config.directory.clients
        if client := clients.get(name) or (self._former(name) if name in self.store.chain_heads() else None):
            return client
        refuse("client", name, clients)

    def _former(self, name: str) -> Client | None:
        """A client who was taken out of the file, by the newest terms that name them."""
        from maild.config import ConfigFaults, read_directory  # noqa: PLC0415

        for version, _ in reversed(self.store.directory_versions()):
            text = self.store.directory_text(version) or ""
            with suppress(ConfigFaults):  # terms that this program cannot read any more: older ones may do
                known = read_directory(text, f"version {version[:12]}", self.config.desk)
                if name in known.clients:
                    return known.clients[name]
        return None

    def known_client(self, name: str | None) -> str | None:
        """A client of the directory or of the books alone: one that was taken out of the file keeps its entries."""
        if name is not None and name not in self.config.directory.clients and name not in self.store.chain_heads():
            refuse("client", name, self.config.directory.clients)
        return name


def refuse(what: str, name: str, known: object) -> NoReturn:
    """End with misuse: there is no such thing; did you mean …?"""
    from maild.config_fault import unknown  # noqa: PLC0415

    raise click.UsageError(str(unknown(what, name, list(known))))  # type: ignore[call-overload]


def load(config_path: Path) -> Config:
    """Load the configuration. Raises Faulty with every fault."""
    from maild import config  # noqa: PLC0415

    try:
        return config.load(config_path)
    except config.ConfigFaults as faults:
        raise Faulty(faults_text(faults.faults)) from None


def faults_text(faults: tuple[object, ...]) -> str:
    """Every fault of the configuration, one a line."""
    return "\n  ".join(
        ["the configuration is faulty:" if len(faults) > 1 else "the configuration has a fault:", *map(str, faults)]
    )


@contextmanager
def opened(config_path: Path, *, writes: bool = False) -> Iterator[Opened]:
    """Configuration and store for one command. `writes` brings the tables to this program's version first.

    A desk that never ran is read as an empty one and nothing is made on the disk: a database that root made by looking at
    `maild status` would be one that the daemon cannot write to.
    """
    from maild.store.faults import StoreFault, Unavailable  # noqa: PLC0415

    config = load(config_path)
    with ExitStack() as stack:
        try:
            store = open_store(config.database_url, stack, writes=writes)
            yield Opened(config, store)
        except Unavailable as fault:
            raise TryAgain(f"the database cannot be reached or read: {fault}. `maild check` says more.") from None
        except StoreFault as fault:
            raise Wrong(f"the database refuses: {fault}") from None


def open_store(url: str, stack: ExitStack, *, writes: bool) -> Store:
    """The store at a URL, or an empty one in a folder of its own where there is none yet. Raises Unavailable, TryAgain."""
    import socket  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    from maild.store.schema import HEAD  # noqa: PLC0415
    from maild.store.store import Store  # noqa: PLC0415

    store = Store(url, f"cli-{os.getpid()}@{socket.gethostname()}")
    stack.callback(store.close)
    if writes:
        store.migrate()
        return store
    version = store.version() if is_there(store) else None
    if version == HEAD:
        return store
    if version is not None:
        raise TryAgain(
            f"the database has version {version} and this program needs {HEAD}: restart `maild run`, which brings it up"
        )
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="maild-empty-"))
    empty = Store(f"sqlite:///{folder}/empty.db", "cli")
    stack.callback(empty.close)
    empty.migrate()
    return empty


def is_there(store: Store) -> bool:
    """Whether a SQLite file exists; a server's database is asked."""
    return not store.is_sqlite or Path(str(store.url.database)).exists()
