"""A desk for the command line to look at: Anna's ticket with work, a top-up and a correction, one report, a mail set aside."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from desk_day import fill

from maild.cli.program import maild
from maild.config import load
from maild.sandbox.configuration import write_config
from maild.store.store import Store

CLOSED_PORT = 9  # discard: nothing listens there


def configuration(folder):
    ports = {"imap_port": CLOSED_PORT, "smtp_port": CLOSED_PORT, "health_port": CLOSED_PORT}
    return write_config(folder, **ports, password="s3cret")


@pytest.fixture
def config_path(tmp_path):
    """A configuration whose servers are out of reach, of a desk that never ran."""
    return configuration(tmp_path)


@pytest.fixture
def cli(config_path):
    """Run a command on that desk: its exit code, what it printed, what it said of errors; `json` reads the first."""

    def run(*words, config=config_path):
        done = CliRunner().invoke(maild, [*map(str, words), "--config", str(config)], catch_exceptions=False)
        return SimpleNamespace(code=done.exit_code, out=done.stdout, err=done.stderr, json=lambda: json.loads(done.stdout))

    return run


@pytest.fixture(scope="session")
def day_of_work(tmp_path_factory):
    """The database of a desk after a day's work, filled once."""
    config = load(configuration(tmp_path_factory.mktemp("filled")))
    store = Store(config.database_url, "filler")
    store.migrate()
    fill(store, config)
    store.close()
    return Path(store.url.database)


@pytest.fixture
def filled(config_path, day_of_work):
    """The same desk after a day's work; returns its store."""
    file = config_path.parents[1] / "var" / "maild.db"
    shutil.copy(day_of_work, file)
    store = Store(f"sqlite:///{file}", "test")
    yield store
    store.close()
