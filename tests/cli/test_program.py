"""The program as a whole: every command of the contract, where options may stand, what exit codes say, what help costs."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from maild.cli.program import SECTIONS, maild

COMMANDS = [
    *(
        "run",
        "once",
        "check",
        "status",
        "tickets",
        "ticket",
        "time",
        "balance",
        "statement",
        "act",
        "report",
        "verify",
        "plans",
    ),
    *(
        "directory",
        "quarantine",
        "outbox",
        "explain",
        "export",
        "faq",
        "import",
        "key",
        "staff",
        "demo",
        "sandbox",
        "bench",
        "backup",
        "restore",
    ),
]
SUBCOMMANDS = {
    "faq": {"suggest"},
    "plans": {"advise"},
    "directory": {"plan", "apply", "export"},
    "quarantine": {"list", "show", "release"},
    "outbox": {"list", "retry"},
    "key": {"rotate", "list", "revoke"},
    "staff": {"list", "freeze", "thaw"},
}
READING = {
    *("status", "tickets", "ticket", "time", "balance", "statement", "act", "report", "verify", "check"),
    *(
        "plans advise",
        "directory plan",
        "directory export",
        "quarantine list",
        "quarantine show",
        "outbox list",
        "key list",
        "staff list",
    ),
}


def options(command):
    return {name for parameter in command.params for name in parameter.opts}


def test_help_names_every_command_with_what_it_does():
    lines = CliRunner().invoke(maild, ["--help"]).stdout.splitlines()
    told = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("  ") and len(line.split()) > 2}
    assert [name for name in COMMANDS if not told.get(name)] == []


def test_help_tells_each_command_once():
    listed = [command.name for commands in SECTIONS.values() for command in commands]
    assert sorted(listed) == sorted(COMMANDS) == sorted(maild.commands)


@pytest.mark.parametrize("group", sorted(SUBCOMMANDS))
def test_groups_have_their_commands(group):
    assert set(maild.commands[group].commands) == SUBCOMMANDS[group]


@pytest.mark.parametrize("words", sorted(READING))
def test_every_reading_command_takes_json_and_config(words):
    command = maild
    for word in words.split():
        command = command.commands[word]
    assert {"--json", "--config"} <= options(command)


@pytest.mark.parametrize("name", ["once", "report", "statement", "balance"])
def test_the_desks_clock_can_be_set(name):
    assert "--now" in options(maild.commands[name])


@pytest.mark.parametrize("before", [True, False])
def test_options_stand_before_or_behind_arguments(filled, config_path, before):
    options = ["--json", "--config", str(config_path)]
    words = ["ticket", *options, "1"] if before else ["ticket", "1", *options]
    assert json.loads(CliRunner().invoke(maild, words).stdout)["number"] == 1


def test_config_may_stand_before_the_command_or_in_the_environment(filled, config_path):
    ways = [
        (["--config", str(config_path), "tickets", "--json"], {}),
        (["tickets", "--json"], {"MAILD_CONFIG": str(config_path)}),
        (["directory", "--config", str(config_path), "plan", "--json"], {}),
        (["--config", str(config_path), "directory", "plan", "--json"], {"MAILD_CONFIG": "/nowhere.toml"}),
    ]
    for words, environment in ways:
        assert CliRunner().invoke(maild, words, env=environment).exit_code == 0, words


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["tickets"], 0, ""),
        (["ticket", "99"], 1, "there is no ticket 99"),
        (["report", "acme", "2026-11-19"], 1, "no contact"),
        (["tickets", "--state", "asleep"], 2, "asleep"),
        (["nonsense"], 2, "nonsense"),
        (["ticket", "none"], 2, "none"),
        (["time", "--client", "acmee"], 2, "did you mean acme?"),
        (["statement", "globx", "2026-11"], 2, "did you mean globex?"),
        (["time", "--from", "2026-11-22", "--to", "2026-11-01"], 2, "comes before"),
        (["balance", "--now", "2026-11-22T10:00"], 2, "names no zone"),
    ],
)
def test_exit_codes_tell_wrong_from_misuse(cli, filled, words, code, said):
    done = cli(*words)
    assert (done.code, said in done.err) == (code, True)


def test_every_fault_of_the_configuration_is_told_and_it_is_misuse(cli, config_path):
    text = config_path.read_text()
    config_path.write_text(text.replace('language  = "en"', 'langage = "en"').replace("connections = 2", 'connections = "two"'))
    done = cli("tickets", "--json")
    assert (done.code, done.out) == (2, "")
    assert "desk.langage" in done.err and "did you mean language?" in done.err and "smtp.connections" in done.err


def test_a_missing_configuration_is_misuse(cli, tmp_path):
    assert (cli("tickets", config=tmp_path / "none.toml").code, cli("once", config=tmp_path / "none.toml").code) == (2, 2)


def test_a_database_out_of_reach_is_a_matter_of_time(cli, config_path):
    text = config_path.read_text()
    config_path.write_text(text.replace("sqlite:///../var/maild.db", "postgresql+psycopg://maild@127.0.0.1:9/maild"))
    done = cli("tickets")
    assert (done.code, "maild check" in done.err) == (75, True)
    assert cli("once").code == 75


def test_a_database_of_another_version_is_left_alone(cli, filled):
    with filled.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    done = cli("tickets")
    assert (done.code, "restart" in done.err) == (75, True)


@pytest.mark.thorough
def test_reading_a_desk_that_never_ran_makes_nothing(cli, config_path):
    before = sorted(config_path.parents[1].rglob("*"))
    assert cli("tickets", "--json").json() == cli("time", "--json").json() == []
    assert (cli("status").code, cli("verify").code, cli("directory", "plan").code) == (0, 0, 0)
    assert sorted(config_path.parents[1].rglob("*")) == before


@pytest.mark.thorough
def test_once_says_that_no_server_was_reached(cli):
    assert cli("once", "--now", "2026-11-23T20:00:00+00:00").code == 75


def test_help_imports_nothing_that_it_does_not_show():
    heavy = [
        "sqlalchemy",
        "pydantic",
        "rich",
        "jinja2",
        "imapclient",
        "aiosmtpd",
        "structlog",
        "alembic",
        "mailparser",
        "selectolax",
    ]
    program = f"import sys, maild.cli.program; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.thorough
def test_the_installed_program_answers(filled, config_path):
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}  # a terminal that knows no Cyrillic
    for words, starts in (
        (["tickets", "--json", "--config", str(config_path)], b"[\n{"),
        (["ticket", "1", "--config", str(config_path)], b"#1"),
        (["--version"], b"maild"),
    ):
        done = subprocess.run([sys.executable, "-m", "maild", *words], capture_output=True, env=environment, check=False)
        assert (done.returncode, done.stdout.startswith(starts), done.stderr) == (0, True, b""), words
        assert b"\xd0" not in done.stdout


@pytest.mark.thorough
def test_a_reader_that_stops_listening_is_no_fault(filled, config_path):
    command = f"{sys.executable} -m maild time --json --config {config_path} | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
