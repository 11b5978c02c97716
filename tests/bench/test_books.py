"""The bench's ledger is one that the program itself would have booked: the audit finds nothing, and an evening tells all of it."""

import pytest
from rich.console import Console

from maild.bench import ledger
from maild.bench.books import keep_books, write_clients
from maild.bench.ledger import _evening, _reading
from maild.bench.multiplied import multiply
from maild.cli.client_audit import audit_clients
from maild.cli.verify import terms_reader
from maild.config import load
from maild.sandbox.configuration import write_config
from maild.store.store import Store


@pytest.mark.thorough
def test_a_small_one(tmp_path, database_url, monkeypatch):
    ports = {"imap_port": 9, "smtp_port": 9, "health_port": 9}
    config_path = write_config(tmp_path, password="x", database=database_url, **ports)
    write_clients(config_path, 3)
    config = load(config_path)
    store = Store(config.database_url, "bench")
    store.migrate()
    keep_books(store, config, config_path, 300, Console(quiet=True))
    done = audit_clients(store, terms_reader(store, config.desk), store.chain_heads(), store.balances())
    assert (done.found, done.made_again) == ([], 3 * 9)  # an act for each whole month
    assert done.documents > 3 * 9 + 3 * 90  # and a report for each evening with work
    assert done.entries > 300  # grants, fees, top-ups and what was taken back beside the worklogs
    assert _evening(store, config) == 3
    monkeypatch.setattr(ledger, "SAMPLES", 3)
    before = _reading(store, config)
    assert multiply(store, done.entries, 2 * done.entries) == 2 * done.entries
    assert sum(store.entries_by_client().values()) == 2 * done.entries
    assert all(figure > 0 for figure in (*before, *_reading(store, config)))
    store.close()
