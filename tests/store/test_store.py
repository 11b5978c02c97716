"""The store as a whole: its tables, its durability, and what it says when the database is not there."""

import re
import subprocess
import sys
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from desk_values import NOW, keep_one, opened
from sqlalchemy import text

import maild.store.migrations as migrations
from maild.desk.ticket import Ticket
from maild.store.engine import Line
from maild.store.faults import AlreadyRunning, StoreFault, Unavailable
from maild.store.founding import VERSION_TABLE, found
from maild.store.rows import TICKET_FIELDS
from maild.store.schema import HEAD, metadata, ticket
from maild.store.store import Store


def test_the_migrations_make_exactly_the_tables_that_the_code_expects(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_that_a_start_looks_for(store):
    (folder,) = migrations.__path__
    assert ScriptDirectory(folder).get_current_head() == HEAD == store.version()


@pytest.mark.thorough
def test_a_start_on_ready_tables_does_not_import_alembic(store, store_url):
    start = f"import sys; from maild.store.store import Store; Store({store_url!r}, 'n').migrate(); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", start], check=False).returncode == 0


CATALOGUE = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master"],
    "postgresql": [
        """SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
           WHERE table_schema = 'public'""",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        """SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace""",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    ],
}


def catalogue(connection):
    """All that there is, and the rows that are there from the start; columns and constraints of a table in any order."""
    rows = {tuple(row) for query in CATALOGUE[connection.dialect.name] for row in connection.execute(text(query))}
    parts = {tuple(tuple(sorted(re.split(r",?\s*\n\s*", str(value)))) for value in row) for row in rows}
    return parts | {tuple(row) for row in connection.execute(text("SELECT name, last FROM counter"))}


def test_an_empty_database_gets_what_the_migrations_make(database_url):
    made = []
    for make in (found, migrations.upgrade):
        node = Store(database_url, "node")
        with pytest.raises(ZeroDivisionError), node.writing() as connection:
            if make is found:
                connection.execute(text(VERSION_TABLE))
            make(connection)
            made.append(catalogue(connection))
            raise ZeroDivisionError  # undone, for the next one
        node.close()
    assert len(made[0]) > 30
    assert made[0] ^ made[1] == set()


def test_nodes_that_start_together_on_an_empty_database_migrate_it_once(database_url):
    stores, faults = [Store(database_url, f"node-{place}") for place in range(3)], []

    def start(node):
        try:
            node.migrate()
        except Exception as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [Thread(target=start, args=(node,)) for node in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, [node.version() for node in stores]) == ([], [HEAD] * 3)
    assert opened(stores[0]) == 1
    for node in stores:
        node.close()


@pytest.mark.thorough
def test_connections_that_open_one_new_file_together_all_get_it(tmp_path):
    """SQLite says "locked" at once to some of those that turn a new file to WAL together, whatever their patience."""
    for turn in range(30):
        nodes, faults, together = (
            [Store(f"sqlite:///{tmp_path}/{turn}.db", f"node-{place}") for place in range(4)],
            [],
            Barrier(4),
        )

        def start(node, faults=faults, together=together):
            together.wait()
            try:
                with node.reading() as connection:
                    connection.execute(text("SELECT 1"))
            except Exception as fault:  # noqa: BLE001 - told by the assertion below
                faults.append(fault)

        threads = [Thread(target=start, args=(node,)) for node in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for node in nodes:
            node.close()
        assert faults == []


def test_tables_of_a_newer_program_are_refused(store):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFault, match="another version"):
        store.migrate()


def test_tickets_columns_stand_in_the_order_of_its_fields():
    assert [column.name for column in ticket.c] == list(TICKET_FIELDS) == list(Ticket.__slots__)


def test_sqlite_waits_for_the_disk_except_for_attempts(store):
    if not store.is_sqlite:
        pytest.skip("PostgreSQL waits by its own setting")
    settings = {}
    for durable in (True, False):
        with store.writing(durable) as connection:
            names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            settings[durable] = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    assert settings == {True: ["wal", 2, 1, 1], False: ["wal", 1, 1, 1]}


def test_postgresql_waits_for_the_disk_except_for_attempts(store):
    if store.is_sqlite:
        pytest.skip("SQLite waits by its own setting")
    settings = {}
    for durable in (True, False):
        with store.writing(durable) as connection:
            settings[durable] = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    assert settings == {True: "on", False: "off"}


def test_a_reader_sees_one_state_while_others_write(store):
    opened(store)
    with store.reading() as connection:
        count = text("SELECT count(*) FROM ticket")
        before = connection.execute(count).scalar_one()
        opened(store)
        assert connection.execute(count).scalar_one() == before == 1


def test_only_one_run_works_on_a_sqlite_file(store, store_url, other):
    with store.hold_exclusive():
        if store.is_sqlite:
            with pytest.raises(AlreadyRunning), other.hold_exclusive():
                pass
        else:
            with other.hold_exclusive():
                pass
    with other.hold_exclusive():
        pass


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/maild.db", "postgresql+psycopg://maild@127.0.0.1:1/maild"])
def test_a_database_out_of_reach_is_unavailable(url):
    with pytest.raises(Unavailable):
        Store(url, "n").migrate()


def test_a_full_disk_changes_nothing_and_passes(store):
    if not store.is_sqlite:
        pytest.skip("a page limit exists in SQLite alone")
    kept = keep_one(store)
    with store.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(Unavailable), store.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.execute(text("INSERT INTO directory VALUES ('v', '2026', :text)"), {"text": "x" * 1_000_000})
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert store.arrival(kept.arrival_id) is not None and store.directory_text("v") is None
    store.remember_directory("v", "x" * 1_000_000, NOW)


def test_threads_that_write_are_served_in_the_order_in_which_they_came():
    line, served, waiting = Line(), [], []

    def wait(name):
        with line:
            served.append(name)

    with line:
        for name in range(5):
            thread = Thread(target=wait, args=(name,))
            thread.start()
            waiting.append(thread)
            while len(line._waiting) <= name:
                pass
    for thread in waiting:
        thread.join()
    assert served == [0, 1, 2, 3, 4]


@pytest.mark.thorough
def test_many_threads_open_tickets_without_gaps_or_doubles(store, other):
    numbers, faults = [], []

    def work(node):
        try:
            numbers.extend(opened(node) for _ in range(5))
        except Exception as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [Thread(target=work, args=(node,)) for node in (store, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, sorted(numbers)) == ([], list(range(1, 31)))


def test_a_closed_store_opens_again(store):
    opened(store)
    store.close()
    store.ping()
    assert len(store.tickets()) == 1
