"""Secrets never show themselves, and files that others may read are found."""

import copy
import dataclasses
import json
import logging
import pickle
from pathlib import Path

import pytest

from maild.config import (
    Config,
    Secret,
    SecretUnavailable,
    folder_faults,
    load,
    permission_faults,
    readable_passwords,
    secret_faults,
)
from maild.config_fault import Refused

CANARY = "correct-horse-battery"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "clients.toml").write_text(
        '[staff.o]\nname = "O"\naddress = "o@vendor.test"\nroles = ["manager"]\n', encoding="utf-8"
    )
    (tmp_path / "maild.toml").write_text(
        f"""
        [desk]
        name = "Desk"
        address = "support@vendor.test"
        timezone = "UTC"
        key = {{ file = "desk.key" }}
        templates = "own"
        [database]
        url = "postgresql+psycopg://maild:{CANARY}@db.test/maild"
        [[mailbox]]
        name = "in"
        host = "mail.test"
        user = "u"
        auth = "oauth2"
        oauth = {{ token_url = "https://id.test", client_id = "i", client_secret = "{CANARY}", refresh_token = {{ file = "token" }} }}
        [smtp]
        host = "mail.test"
        user = "u"
        password = {{ env = "MAILD_TEST_PASSWORD" }}
        """,
        encoding="utf-8",
    )
    for name in ("maild.toml", "clients.toml"):
        (tmp_path / name).chmod(0o600)
    return load(tmp_path / "maild.toml")


@pytest.mark.parametrize(
    "show", [str, repr, ascii, "{}".format, "{!r:>5}".format, lambda s: f"{s:*^9}", lambda s: "".join(map(str, [s]))]
)
def test_a_secret_prints_as_stars(show):
    text = show(Secret(CANARY))
    assert "***" in text and CANARY not in text


def test_a_secret_does_not_travel():
    secret = Secret(CANARY)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps({"password": secret})
    assert json.dumps([secret], default=str) == '["***"]'
    assert copy.deepcopy([secret]) == [secret]
    assert not hasattr(secret, "__dict__")


def test_a_configuration_that_is_logged_shows_none(config: Config, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO):
        logging.getLogger("maild").info("%s %r %s", config, config, dataclasses.asdict(config.smtp))
    assert "mail.test" in caplog.text and CANARY not in caplog.text


def test_the_three_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "password").write_text("of the file\n", encoding="utf-8")
    monkeypatch.setenv("MAILD_TEST_PASSWORD", "of the environment")
    assert Secret.parse("of the text", tmp_path).reveal() == "of the text"
    assert Secret.parse({"env": "MAILD_TEST_PASSWORD"}, tmp_path).reveal() == "of the environment"
    assert Secret.parse({"file": "password"}, tmp_path).reveal() == "of the file"
    assert Secret.parse({"file": "../password"}, tmp_path / "config").file == tmp_path / "password"


@pytest.mark.parametrize(
    "value",
    [1, None, [], {}, {"env": ""}, {"file": 1}, {"env": "A", "file": "b"}, {"evn": "A"}, {"file": "a\0b"}, {"env": "a\0b"}],
)
def test_no_other_form_is_taken(value: object, tmp_path: Path):
    with pytest.raises(Refused):
        Secret.parse(value, tmp_path)


def test_two_secrets_are_the_same_only_if_all_of_them_is():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret(env="A") != Secret("A") and Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret(env="A")}) == 2


def test_a_secret_that_cannot_be_had_says_where_it_was_sought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MAILD_TEST_PASSWORD", raising=False)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for secret, says in (
        (Secret(env="MAILD_TEST_PASSWORD"), "MAILD_TEST_PASSWORD is not set"),
        (Secret(file=tmp_path / "none"), "none cannot be read"),
        (Secret(file=tmp_path / "binary"), "not text"),
    ):
        with pytest.raises(SecretUnavailable, match=says):
            secret.reveal()


def test_all_missing_secrets_are_told_but_the_key_that_is_made_at_first_start(config: Config, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MAILD_TEST_PASSWORD", raising=False)
    assert {fault.key for fault in secret_faults(config)} == {"mailbox[0].oauth.refresh_token", "smtp.password"}
    monkeypatch.setenv("MAILD_TEST_PASSWORD", "")
    (config.path.parent / "token").write_text("t", encoding="utf-8")
    assert ["is empty" in str(fault) for fault in secret_faults(config)] == [True]
    monkeypatch.setenv("MAILD_TEST_PASSWORD", "p")
    assert secret_faults(config) == ()


def test_files_that_others_may_read_are_found(config: Config):
    folder = config.path.parent
    assert permission_faults(config) == readable_passwords(config) == ()
    for name, mode in (("maild.toml", 0o640), ("desk.key", 0o604), ("token", 0o600)):
        (folder / name).touch()
        (folder / name).chmod(mode)
    found = {Path(fault.file).name: str(fault) for fault in (*permission_faults(config), *readable_passwords(config))}
    assert found.keys() == {"maild.toml", "desk.key"}
    assert "its group" in found["maild.toml"] and "everybody" in found["desk.key"] and "chmod 600" in found["desk.key"]


def test_a_file_without_secrets_may_be_read_but_not_changed_by_everybody(config: Config):
    directory = config.path.parent / "clients.toml"
    directory.chmod(0o644)
    assert permission_faults(config) == ()
    directory.chmod(0o666)
    assert ["changed by everybody" in str(fault) for fault in permission_faults(config)] == [True]


def test_a_service_file_without_written_secrets_may_be_read(config: Config):
    text = config.path.read_text(encoding="utf-8").replace(f":{CANARY}@", "@").replace(f'"{CANARY}"', '{ env = "X" }')
    config.path.write_text(text, encoding="utf-8")
    config.path.chmod(0o644)
    assert permission_faults(load(config.path)) == readable_passwords(load(config.path)) == ()


def test_a_folder_of_templates_that_is_not_there_is_told(config: Config):
    assert [fault.key for fault in folder_faults(config)] == ["desk.templates"]
    (config.path.parent / "own").mkdir()
    assert folder_faults(config) == ()
