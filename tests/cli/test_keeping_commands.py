"""`directory`, `quarantine`, `outbox`, `key`: how the operator keeps the desk."""

import pytest

from maild.desk.keyring import Keyring
from maild.store.arrivals import ArrivalState


def change_rate(config_path):
    directory = config_path.with_name("clients.toml")
    directory.write_text(directory.read_text().replace('"60.00 USD"', '"70.00 USD"'))


def test_plan_shows_what_the_file_would_change(cli, filled, config_path):
    assert cli("directory", "plan", "--json").json()["changes"] == []
    change_rate(config_path)
    planned = cli("directory", "plan", "--json").json()
    assert [(c["kind"], c["name"], c["field"], c["old"], c["new"]) for c in planned["changes"]] == [
        ("plan", "minutes", "rate", "60.00 USD", "70.00 USD")
    ]
    assert planned["from"] != planned["to"]
    assert "~ plan minutes: rate 60.00 USD → 70.00 USD" in cli("directory", "plan").out


def test_a_plan_applies_nothing(cli, filled, config_path):
    change_rate(config_path)
    assert cli("directory", "plan", "--json").json() == cli("directory", "plan", "--json").json()
    assert len(filled.directory_versions()) == 1


def test_apply_keeps_the_terms_once(cli, filled, config_path):
    change_rate(config_path)
    assert cli("directory", "apply", "--json").json()["applied"]
    assert "Nothing changes." in cli("directory", "apply").out
    assert len(filled.directory_versions()) == 2
    assert cli("directory", "export").out == config_path.with_name("clients.toml").read_text()


@pytest.mark.thorough
def test_apply_makes_the_database_of_a_desk_that_never_ran(cli):
    assert cli("directory", "plan", "--json").json()["from"] is None
    assert cli("directory", "apply").code == 0
    assert "Nothing changes." in cli("directory", "plan").out


def test_earlier_terms_can_be_had_again(cli, filled, config_path):
    before = config_path.with_name("clients.toml").read_text()
    version = filled.directory_versions()[0][0]
    change_rate(config_path)
    cli("directory", "apply")
    row = cli("directory", "export", "--version", version[:8], "--json").json()
    assert (row["version"], row["text"], row["at"]) == (version, before, "2026-11-20T07:00:00Z")
    assert cli("directory", "export", "--version", "none").code == 1


def test_quarantine_lists_shows_and_releases(cli, filled):
    (row,) = cli("quarantine", "list", "--json").json()
    assert (row["mailbox"], row["arrived_at"], row["reason"]) == ("support", "2026-11-20T07:00:00Z", "nested too deep")
    shown = cli("quarantine", "show", row["id"]).out
    assert "nested too deep" in shown and "bomb" in shown and "\x1b" not in shown
    assert cli("quarantine", "show", row["id"], "--json").json()["headers"][0] == ["From", "x@bad.test"]
    assert "boom" in cli("quarantine", "show", "--raw", row["id"]).out
    assert cli("quarantine", "release", row["id"], "--json").json() == [{"id": row["id"], "released": True}]
    assert filled.arrival(row["id"]).state is ArrivalState.KEPT
    assert cli("quarantine", "list", "--json").json() == []


def test_what_is_not_in_quarantine_is_not_released(cli, filled):
    done = cli("quarantine", "release", 99)
    assert (done.code, "99 is not in quarantine" in done.err) == (1, True)
    assert cli("quarantine", "show", 99).code == 1
    assert cli("quarantine", "release").code == 2


def test_outbox_lists_and_retries(cli, filled):
    (row,) = cli("outbox", "list", "--json").json()
    assert (row["state"], row["to"], row["attempts"], row["reply"]) == ("failed", "olga@vendor.test", 1, "550 no such user")
    assert cli("outbox", "retry", row["id"] + 1).code == 1
    assert cli("outbox", "retry", row["id"], "--json").json() == {"retried": 1}
    assert [row["state"] for row in cli("outbox", "list", "--json").json()] == ["queued"]
    assert cli("outbox", "retry", "--json").json() == {"retried": 0}


@pytest.fixture
def key_file(config_path):
    return config_path.parents[1] / "var" / "desk.key"


def test_keys_rotate_and_old_ones_still_verify(cli, key_file):
    assert cli("key", "list", "--json").json() == []
    first = cli("key", "rotate", "--json").json()
    second = cli("key", "rotate", "--json").json()
    assert [(key["id"], key["state"]) for key in second] == [(1, "retired"), (2, "current")]
    assert second[0]["fingerprint"] == first[0]["fingerprint"] != second[1]["fingerprint"]
    assert (key_file.stat().st_mode & 0o777, len(Keyring.parse(key_file.read_text()).keys)) == (0o600, 2)


def test_a_revoked_key_loses_its_secret(cli, key_file):
    cli("key", "rotate")
    cli("key", "rotate")
    assert [key["state"] for key in cli("key", "revoke", 1, "--json").json()] == ["revoked", "current"]
    assert Keyring.parse(key_file.read_text()).find(1).secret == b""


@pytest.mark.parametrize(("number", "said"), [(2, "no key signs"), (7, "there is no key 7")])
def test_the_last_key_and_unknown_keys_are_not_revoked(cli, key_file, number, said):
    cli("key", "rotate")
    cli("key", "rotate")
    before = key_file.read_text()
    done = cli("key", "revoke", number)
    assert (done.code, said in done.err, key_file.read_text()) == (1, True, before)


@pytest.mark.thorough
def test_no_secret_of_a_key_is_ever_shown(cli, key_file):
    cli("key", "rotate")
    secret = key_file.read_text().splitlines()[-1].split()[2]
    for words in (["key", "list"], ["key", "list", "--json"], ["key", "rotate", "--json"], ["check", "--offline"]):
        done = cli(*words)
        assert secret not in done.out + done.err


def test_a_damaged_key_file_is_a_fault_of_the_configuration(cli, key_file):
    key_file.write_text("1 yesterday c2VjcmV0c2VjcmV0\n")
    done = cli("key", "rotate")
    assert (done.code, "line 1 of the key file" in done.err, "c2VjcmV0" in done.err) == (2, True, False)


def test_a_key_that_stands_elsewhere_is_rotated_there(cli, config_path, key_file):
    cli("key", "rotate")
    text = config_path.read_text().replace('{ file = "../var/desk.key" }', '{ env = "MAILD_TEST_KEY" }')
    config_path.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILD_TEST_KEY", key_file.read_text())
        assert len(cli("key", "list", "--json").json()) == 1
        done = cli("key", "rotate")
    assert (done.code, "environment variable MAILD_TEST_KEY" in done.err) == (1, True)
    assert cli("key", "list").code == 2
