"""Everything to one file and back: the same rows, on either database; what is no whole backup is refused."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from maild.desk.decision import Due
from maild.sandbox.configuration import write_config
from maild.store import backup
from maild.store.backup import tables
from maild.store.schema_work import counter
from maild.store.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PORTS = {"imap_port": 9, "smtp_port": 9, "health_port": 9}


def rows(store):
    """All that is kept but leases, table by table."""
    kept = {}
    with store.reading() as connection:
        for table in tables():
            columns = [column for column in table.c if column.name not in ("owner", "lease_until")]
            kept[table.name] = connection.execute(select(*columns).order_by(*table.primary_key.columns)).all()
    kept["counter"] = [row for row in kept["counter"] if not row.name.startswith("reclaim:")]
    return kept


@pytest.fixture
def elsewhere(tmp_path, database_url):
    """The configuration of an empty machine."""
    return write_config(tmp_path / "elsewhere", **PORTS, password="s3cret", database=database_url)


def test_everything_comes_back_and_the_books_agree(cli, filled, tmp_path, elsewhere, database_url):
    file = tmp_path / "desk.backup"
    assert cli("backup", file).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert cli("restore", file, "--skip", "0", config=elsewhere).code == 0
    restored = Store(database_url, "test")
    assert rows(restored) == rows(filled)
    assert restored.wants_reclaim("support")
    assert cli("verify", config=elsewhere).code == 0
    assert cli("tickets", "--json", config=elsewhere).json() == cli("tickets", "--json").json()
    again = cli("restore", file, config=elsewhere)
    assert again.code == 1 and "in use" in again.err
    restored.close()


def test_numbers_given_out_after_the_backup_are_not_given_out_again(cli, filled, tmp_path, elsewhere, database_url):
    """Entries and papers apart, which are numbered without gaps, and which no address opens to a stranger."""

    def counters(store):
        with store.reading() as connection:
            return {row.name: row.last for row in connection.execute(select(counter)) if not row.name.startswith("reclaim:")}

    before = counters(filled)
    assert cli("backup", tmp_path / "b").code == 0
    told = cli("restore", tmp_path / "b", config=elsewhere)
    assert "10000 higher" in told.out
    restored = Store(database_url, "test")
    named = {name: before.get(name, 0) + 10_000 for name in ("ticket", "hold", "quote", "plan")}
    assert counters(restored) == before | named
    assert before["ticket"] > 0 and before["entry"] > 0
    restored.close()
    assert cli("verify", config=elsewhere).code == 0


def test_the_desks_keys_come_with_it(cli, filled, tmp_path, config_path, elsewhere):
    key = config_path.parents[1] / "var" / "desk.key"
    if not key.exists():
        from maild.config import load
        from maild.keys import load_keyring

        load_keyring(load(config_path), filled.ticket(1).ticket.opened_at)
    there = elsewhere.parents[1] / "var" / "desk.key"
    cli("backup", tmp_path / "b")
    assert cli("restore", tmp_path / "b", config=elsewhere).code == 0
    assert there.read_text() == key.read_text()
    assert there.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["cut", "flipped", "other"])
def test_a_damaged_file_is_refused_and_nothing_is_filled(cli, filled, tmp_path, damage):
    file = tmp_path / "b"
    cli("backup", file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "cut": whole[:middle],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "other": b"no",
    }
    file.write_bytes(damaged[damage])
    config = write_config(tmp_path / "elsewhere", **PORTS, password="s3cret")
    refused = cli("restore", file, config=config)
    assert refused.code == 1 and "backup" in refused.err
    assert cli("tickets", "--json", config=config).json() == []


def test_a_backup_that_cannot_be_written_leaves_the_old_one_alone(cli, filled, tmp_path):
    file = tmp_path / "b"
    cli("backup", file)
    before = file.read_bytes()
    assert cli("backup", tmp_path / "no such folder" / "b").code == 1
    assert cli("backup", file, "--json").json()["rows"] > 40
    assert file.read_bytes()[:2] == before[:2] == b"\x1f\x8b"
    assert [path.name for path in tmp_path.glob("b*")] == ["b"]


def test_a_backup_is_one_view_while_others_write(filled, tmp_path, monkeypatch):
    """What is committed after it began is not in it, whatever table it belongs to."""
    before = len(filled.dues())

    def and_meanwhile():
        first, *others = tables()
        yield first
        filled.set_dues([Due("cap", f"meanwhile{number}@acme.test", NOW) for number in range(3)])
        yield from others

    monkeypatch.setattr(backup, "tables", and_meanwhile)
    with (tmp_path / "b").open("wb") as file:
        backup.write_backup(filled, file, {})
    assert len(filled.dues()) == before + 3
    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "b").read_bytes()).splitlines()]
    assert not any("meanwhile" in str(line) for line in lines)
    assert sum(isinstance(line, list) for line in lines) == lines[-1]["end"]
