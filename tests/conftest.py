"""Fixtures that all rooms share: the real peers. A test that asks for one is marked `server`, and skipped where it is missing.

| fixture | what it is |
|---|---|
| `sink` | an SMTP server that records and can fail (Python alone) |
| `token_server` | an OAuth2 authority (Python alone) |
| `certificate` | a TLS certificate for loopback (openssl) |
| `dovecot` | Debian's Dovecot, emptied for each test; `dovecot_world` adds the sandbox's MX, for `Person` |
| `empty_database` | a SQLite file with all tables, to copy |
| `start` | a desk over one, with promises and a clock (promise_desk.py) |
| `postgres_url` | a fresh PostgreSQL database; `database_url` is that one and a fresh SQLite file in turn |
"""

import tempfile
from pathlib import Path

import pytest
from servers import certificates
from servers.daemon_process import ServerMissingError
from servers.dovecot import Dovecot
from servers.mail_world import DovecotWorld
from servers.postgres import Postgres
from servers.smtp import Sink
from servers.tokens import TokenServer

from maild.store.store import Store

NEED_DEBIAN = {"dovecot_server", "postgres_server"}


def pytest_collection_modifyitems(items):
    for item in items:
        on_postgres = getattr(item, "callspec", None) is not None and item.callspec.params.get("database_url") == "postgresql"
        if NEED_DEBIAN & set(item.fixturenames) or on_postgres:
            item.add_marker(pytest.mark.server)


def found(make):
    """What `make` makes, or a skip that says what is missing."""
    try:
        return make()
    except ServerMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def start(tmp_path, empty_database):
    """Desks of promises, closed afterwards."""
    from promise_desk import PromiseDesk

    desks = []

    def begin(promises=""):
        desks.append(PromiseDesk(tmp_path, empty_database, promises))
        return desks[-1]

    yield begin
    for desk in desks:
        desk.close()


@pytest.fixture
def sink():
    running = Sink().start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def token_server():
    running = TokenServer()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return found(lambda: certificates.make(tmp_path_factory.mktemp("tls")))


@pytest.fixture(scope="session")
def server_folder():
    """A folder outside pytest's own, which only its owner may enter: servers run as other users."""
    with tempfile.TemporaryDirectory(prefix="maild-servers-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="session")
def dovecot_server(server_folder, certificate, token_server):
    root = server_folder / "dovecot"
    root.mkdir()
    running = found(lambda: Dovecot(root, certificate, token_server)).start()
    yield running
    running.stop()


@pytest.fixture
def dovecot(dovecot_server):
    dovecot_server.wipe()
    return dovecot_server


@pytest.fixture
def dovecot_world(dovecot):
    world = DovecotWorld(dovecot).start()
    yield world
    world.stop()


@pytest.fixture(scope="session")
def postgres_server(server_folder):
    root = server_folder / "postgres"
    root.mkdir()
    running = found(lambda: Postgres(root)).start()
    yield running
    running.stop()


@pytest.fixture
def postgres_url(postgres_server):
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The same test on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/maild.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    store = Store(f"sqlite:///{path}", "template")
    store.migrate()
    store.close()
    return path
