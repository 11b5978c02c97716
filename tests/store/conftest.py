"""Stores on both databases: `store` and `other` are two nodes on the same one."""

import shutil

import pytest

from maild.store.store import Store


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "maild.db"
    empty = Store(f"sqlite:///{path}", "maker")
    empty.migrate()
    empty.close()
    return path


@pytest.fixture
def store_url(database_url, request):
    """A database with its tables; on SQLite a copy of one that was migrated once."""
    if database_url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("migrated_sqlite"), database_url.removeprefix("sqlite:///"))
    return database_url


@pytest.fixture
def store(store_url):
    opened = Store(store_url, "node-a")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def other(store, store_url):
    opened = Store(store_url, "node-b")
    yield opened
    opened.close()
