"""Both files together: what the outside face promises of them, and that every fault is told at once."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from maild import config as configuration
from maild.config import ConfigFaults, load
from maild.ledger.contract import Charge, Scope

ROOT = Path(__file__).parents[1]

SERVICE = """
[desk]
name = "Vendor Support"
address = "support@vendor.test"
timezone = "Europe/Kyiv"
[[mailbox]]
name = "support"
host = "127.0.0.1"
security = "plain"
user = "support"
password = "secret"
[smtp]
host = "127.0.0.1"
security = "plain"
user = ""
password = ""
"""


def write(
    folder: Path,
    service: str = SERVICE,
    directory: str = '[staff.o]\nname = "O"\naddress = "o@vendor.test"\nroles = ["engineer"]\n',
) -> Path:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config/clients.toml").write_text(directory, encoding="utf-8")
    path = folder / "config/maild.toml"
    path.write_text(service, encoding="utf-8")
    return path


def faults(path: Path) -> dict[str, str]:
    with pytest.raises(ConfigFaults) as caught:
        load(path)
    return {fault.key: str(fault) for fault in caught.value.faults}


def test_what_is_not_said_has_the_promised_defaults(tmp_path: Path):
    directory = """
    [plan.p]
    charge = "hourly"
    [staff.o]
    name = "O"
    address = "o@vendor.test"
    roles = ["engineer"]
    [staff.a]
    name = "A"
    address = "a@vendor.test"
    roles = ["accountant"]
    [client.c]
    name = "C"
    contacts = [{ name = "One", address = "one@c.test" }, { address = "two@c.test" }]
    contracts = [{ plan = "p", from = 2026-01-01 }]
    """
    config = load(write(tmp_path, directory=directory))
    plan, client = config.directory.plans["p"], config.directory.clients["c"]
    assert (plan.title, plan.ack, plan.answer.within, plan.answer.calendar) == (
        "p",
        timedelta(minutes=5),
        timedelta(hours=24),
        "always",
    )
    assert (plan.next_answer, plan.minimum_minutes, plan.rounding_step_minutes, plan.rounding_scope) == (
        None,
        0,
        1,
        Scope.ENTRY,
    )
    assert (client.report_to, client.approve, client.act_every) == (("one@c.test",), ("one@c.test",), "monthly")
    assert (client.timezone, client.report_at_minute, client.language) == ("Europe/Kyiv", 19 * 60, "")
    assert client.contracts[0].ends is None and client.contracts[0].id == "p-2026-01-01"
    assert config.directory.promises == type(config.directory.promises)()
    assert config.directory.routing.fallback == ("o",)
    assert config.directory.staff["o"].login == "o@vendor.test"
    walk_in = config.directory.client_at("stranger@nowhere.test")
    assert (walk_in.id, walk_in.report_to, walk_in.timezone, walk_in.language) == ("walk-in", (), "Europe/Kyiv", "")
    assert (config.mailboxes[0].port, config.smtp.port) == (143, 25)
    assert config.database_url == f"sqlite:///{tmp_path}/var/maild.db"
    assert config.key_file == tmp_path / "var/desk.key"
    assert (config.limits.message_bytes, config.limits.acks_per_sender_per_hour, config.limits.parts) == (25_000_000, 5, 500)


def test_staff_who_read_a_report_approve_nothing(tmp_path: Path):
    directory = """
    [staff.o]
    name = "O"
    address = "o@vendor.test"
    roles = ["engineer"]
    [client.c]
    name = "C"
    report = { to = ["boss@c.test", "O@vendor.test"] }
    """
    client = load(write(tmp_path, directory=directory)).directory.clients["c"]
    assert (client.report_to, client.approve) == (("boss@c.test", "O@vendor.test"), ("boss@c.test",))


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("sqlite:////tmp/world/maild.db", "sqlite:////tmp/world/maild.db"),
        ("sqlite:///../var/maild.db", "sqlite:///{root}/var/maild.db"),
        ("sqlite:///books.db?timeout=5", "sqlite:///{root}/config/books.db?timeout=5"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg:///maild?host=/run/postgresql", "postgresql+psycopg:///maild?host=/run/postgresql"),
    ],
)
def test_a_database_is_found_from_the_file_that_names_it(tmp_path: Path, url: str, becomes: str):
    config = load(write(tmp_path, SERVICE + f'[database]\nurl = "{url}"\n'))
    assert config.database_url == becomes.format(root=tmp_path)


def test_a_database_url_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path, SERVICE + '[database]\nurl = { env = "MAILD_TEST_URL" }\n')
    monkeypatch.delenv("MAILD_TEST_URL", raising=False)
    assert "MAILD_TEST_URL is not set" in faults(path)["database.url"]
    monkeypatch.setenv("MAILD_TEST_URL", "postgresql+psycopg://u:canary@h/d")
    config = load(path)
    assert config.database_url.endswith("u:canary@h/d")
    assert "canary" not in repr(config)


def test_the_faults_of_both_files_are_told_at_once(tmp_path: Path):
    service = SERVICE.replace("Europe/Kyiv", "Europe/Atlantis").replace("[smtp]", "[smtp]\nport = 70000")
    directory = """
    [plan.p]
    charge = "prepaid"
    answer = { within = "24h", calendar = "offise" }
    [client.acme]
    name = "Acme"
    contracts = [{ plan = "q", from = 2026-03-01, until = 2026-02-01 }]
    """
    found = faults(write(tmp_path, service, directory))
    assert found.keys() == {
        "desk.timezone", "smtp.port", "staff", "plan.p.answer.calendar", "client.acme.contracts[0].plan", "client.acme.contracts[0].until",
    }  # fmt: skip
    assert str(tmp_path / "config/maild.toml") in found["smtp.port"] and "70000" in found["smtp.port"]
    assert str(tmp_path / "config/clients.toml") in found["plan.p.answer.calendar"]
    assert "allowed: p" in found["client.acme.contracts[0].plan"]


def test_a_directory_elsewhere_is_read_even_if_the_service_is_faulty(tmp_path: Path):
    path = write(tmp_path, SERVICE.replace("[desk]", '[desk]\ndirectory = "others.toml"\ncolour = "red"'))
    (tmp_path / "config/others.toml").write_text("[plan.p]\n", encoding="utf-8")
    assert faults(path).keys() == {"desk.colour", "plan.p.charge", "staff"}


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"[desk\n", "is not TOML"), (b"name = '\xff'", "is not UTF-8"), (None, "cannot be read"), (b"a=" + b"[" * 5000, "nested")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path, content: bytes | None, says: str):
    path = write(tmp_path)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert says in faults(path)[""]


def test_a_file_saved_by_notepad_is_read(tmp_path: Path):
    path = write(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + SERVICE.replace("\n", "\r\n").encode())
    assert load(path).desk.name == "Vendor Support"


def test_the_examples_are_accepted_as_they_stand(monkeypatch: pytest.MonkeyPatch):
    config = load(ROOT / "config/maild.toml")
    assert {plan.charge for plan in config.directory.plans.values()} == set(Charge)
    monkeypatch.setattr(os, "environ", {"MAILD_IMAP_PASSWORD": "a", "MAILD_SMTP_PASSWORD": "b"})
    assert configuration.secret_faults(config) == ()
    assert configuration.readable_passwords(config) == ()


def test_the_version_is_that_of_the_text_and_the_text_reads_back(tmp_path: Path):
    config = load(write(tmp_path))
    again = configuration.read_directory(config.directory_text, "stored", config.desk)
    assert again == config.directory and len(again.version) == 64
    changed = configuration.read_directory(config.directory_text + "\n# a word\n", "stored", config.desk)
    assert changed.version != again.version
