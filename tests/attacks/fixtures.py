"""A desk for each test. One store serves all of a session, because its statements are compiled once; each test finds it empty."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attacks.desk_at_work import DeskAtWork

from maild.store.store import Store


@pytest.fixture(scope="session")
def empty_database():
    """A store for all tests, migrated once, and a copy of its file as it was then; in memory, where no test waits for a disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="maild-desk-", dir=memory if memory.is_dir() else None) as folder:
        for name in ("empty", "used"):
            store = Store(f"sqlite:///{folder}/{name}.db", "test")
            store.migrate()
        yield store, Path(folder)
        store.close()


@pytest.fixture
def make_desk(empty_database, tmp_path):
    """A function that makes a desk; what is given replaces its defaults."""
    store, folder = empty_database
    with closing(sqlite3.connect(folder / "empty.db")) as empty, closing(sqlite3.connect(folder / "used.db")) as used:
        empty.backup(used)
    return lambda **more: DeskAtWork(tmp_path, store, **more)


@pytest.fixture
def desk(make_desk):
    return make_desk()
