"""`check`: everything that keeps the desk from working, all at once, each with what to mend; and mail to itself."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from maild.cli import check_mail, check_mx
from maild.cli.check_servers import database
from maild.config import load
from maild.sandbox.world import MailWorld

EXAMPLES = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def world():
    with MailWorld() as running:
        yield running


@pytest.fixture
def working(world, tmp_path):
    """A configuration whose servers run."""
    return world.write_config(tmp_path / "desk")


def edit(path, *changes):
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


def levels(done, level):
    return [(each["what"], each["advice"]) for each in done.json()["findings"] if each["level"] == level]


@pytest.mark.thorough
def test_a_working_desk_has_nothing_to_mend(cli, working):
    done = cli("check", "--json", config=working)
    assert (done.code, levels(done, "fault")) == (0, [])
    told = " ".join(what for what, _ in levels(done, "ok"))
    for word in (
        "clients.toml",
        "templates",
        "database",
        "mailbox support",
        "smtp 127.0.0.1",
        "support+check@vendor.test came",
    ):
        assert word in told


@pytest.mark.thorough
def test_check_leaves_nothing_behind(cli, working, world):
    from maild.ingest.imap import Mailbox

    before = sorted(working.parents[1].rglob("*"))
    assert cli("check", config=working).code == 0
    assert sorted(working.parents[1].rglob("*")) == before
    box = Mailbox(load(working).mailboxes[0])
    box.connect()
    assert box.listing() == []
    box.close()


@pytest.mark.thorough
def test_everything_wrong_is_found_at_once(cli, working, tmp_path):
    """Unknown key, wrong password, closed port, unwritable database, faulty template, rights of the key, in one call."""
    config = load(working)
    (tmp_path / "file").write_text("no folder")
    (working.parent / "templates" / "en").mkdir(parents=True)
    (working.parent / "templates" / "en" / "ack.txt.j2").write_text("{{ no_such_fact }}\n")
    key = working.parents[1] / "var" / "desk.key"
    key.write_text("")
    key.chmod(0o644)
    edit(
        working,
        (
            'user           = "support@vendor.test"\npassword       = "secret"',
            'user = "support@vendor.test"\npassword = "hunter2"',
        ),
        (f"port        = {config.smtp.port}", "port = 9"),
        ("sqlite:///../var/maild.db", f"sqlite:///{tmp_path}/file/maild.db"),
        ('language  = "en"', 'language = "en"\ntemplates = "templates"\ncolour = "blue"'),
    )
    done = cli("check", "--json", config=working)
    assert done.code == 1
    faults = "\n".join(f"{what}: {advice}" for what, advice in levels(done, "fault"))
    for word in (
        "desk.colour: unknown key",
        "refuses support@vendor.test",
        "nothing listens there",
        "is no folder",
        "en/ack.txt.j2",
        "no key signs",
    ):
        assert word in faults, faults
    assert all(advice for _, advice in levels(done, "fault"))
    assert "is open to its group and everybody" in faults
    shown = cli("check", config=working).out
    assert "7 to mend." in shown and "hunter2" not in shown


@pytest.mark.thorough
def test_a_missing_folder_is_named_with_those_that_are_there(cli, working):
    edit(working, ('folder         = "INBOX"', 'folder = "Support"'))
    done = cli("check", "--json", config=working)
    (fault,) = levels(done, "fault")
    assert "the folder Support cannot be opened" in fault[0] and "INBOX" in fault[1]


@pytest.mark.thorough
def test_tls_where_there_is_none(cli, working):
    edit(working, ('security       = "plain"', 'security = "tls"'))
    done = cli("check", "--json", config=working)
    assert (done.code, len(levels(done, "fault"))) == (1, 1)
    assert "starttls" in levels(done, "fault")[0][1]


@pytest.mark.thorough
def test_secrets_that_are_not_set_are_told_once(cli, working):
    edit(working, ('password       = "secret"', 'password = { env = "MAILD_NO_SUCH_SECRET" }'))
    done = cli("check", "--json", config=working)
    (fault,) = levels(done, "fault")
    assert "MAILD_NO_SUCH_SECRET is not set" in fault[0]


@pytest.mark.thorough
@pytest.mark.parametrize(("host", "level", "code"), [("imap.vendor.test", "fault", 1), ("127.0.0.1", "warning", 0)])
def test_passwords_in_a_file_that_others_may_read(cli, working, host, level, code):
    """Of no use to them where every server is on this machine; refused elsewhere."""
    text = re.sub(r'(\[\[mailbox\]\][^\[]*?host\s*= )"127.0.0.1"', rf'\1"{host}"', working.read_text())
    working.write_text(text if code == 0 else re.sub(r'security(\s*)= "plain"', r'security\1= "tls"', text, count=1))
    working.chmod(0o644)
    done = cli("check", "--offline", "--json", config=working)
    assert (done.code, ["chmod 600" in advice for _, advice in levels(done, level)]) == (code, [True])


@pytest.mark.thorough
def test_a_desk_that_trusts_no_server_is_warned(cli, working):
    edit(working, ('trust_authserv = ["mx.vendor.test"]', ""))
    (warning,) = levels(cli("check", "--offline", "--json", config=working), "warning")
    assert "no trusted server is named" in warning[0] and "trust_authserv" in warning[1]


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["maild.toml", "clients.toml"])
def test_a_file_that_is_no_toml_is_told_with_the_other_one(cli, working, name):
    working.with_name(name).write_text("[desk\n")
    done = cli("check", "--offline", "--json", config=working)
    assert (done.code, [what for what, _ in levels(done, "fault") if f"{name}: is not TOML" in what] != []) == (1, True)


@pytest.mark.thorough
def test_offline_visits_nobody(cli, config_path):
    done = cli("check", "--offline", config=config_path)
    assert (done.code, "Nothing to mend." in done.out, "127.0.0.1" in done.out) == (0, True, False)


@pytest.mark.thorough
def test_the_examples_are_accepted_and_their_secrets_are_named(cli):
    done = cli("check", "--offline", "--json", config=EXAMPLES / "maild.toml")
    assert (done.code, levels(done, "fault")) == (0, [])
    named = " ".join(what for what, _ in levels(done, "warning"))
    assert "MAILD_IMAP_PASSWORD is not set" in named and "MAILD_SMTP_PASSWORD is not set" in named


@pytest.mark.thorough
def test_no_mail_is_sent_where_none_is_wanted(cli, working):
    assert "support+check@" not in cli("check", "--no-mail", config=working).out


def test_mail_that_does_not_come_back_is_a_fault(working, sink):
    """A server that takes the mail and delivers it nowhere."""
    edit(working, (f"port        = {load(working).smtp.port}", f"port = {sink.port}"))
    edit(working, ('user        = "support@vendor.test"\npassword    = "secret"', ""))
    (found,) = check_mail.mail_itself(load(working), wait_seconds=0.1)
    assert (found.level, "did not come" in found.what, "support+ANYTHING@vendor.test" in found.advice) == ("fault", True, True)


def test_mail_that_is_refused_is_a_fault(working):
    edit(working, ('address   = "support@vendor.test"', 'address = "support@unknown.test"'))
    (found,) = check_mail.mail_itself(load(working), wait_seconds=0.1)
    assert (found.level, "would not take it" in found.what) == ("fault", True)


@pytest.mark.thorough
def test_mail_that_a_running_daemon_has_filed_is_found(working, world):
    """The daemon is quicker than the check: the mail is in the folder for what is done."""
    from maild.ingest.imap import Mailbox

    config = load(working)
    box = Mailbox(config.mailboxes[0])
    box.connect()

    def file_everything(*_):
        box.move(box.listing(), config.mailboxes[0].filed)
        return original(*_)

    original = check_mail.found_in
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check_mail, "found_in", file_everything)
        (found,) = check_mail.mail_itself(config)
    box.close()
    assert found.level == "ok"


@pytest.mark.parametrize(
    ("make", "level", "said"),
    [
        (lambda file: None, "ok", "will be made at the first start"),
        (lambda file: file.mkdir(), "fault", "unable to open"),
        (lambda file: file.write_bytes(b"no database" * 100), "fault", "not a database"),
        (lambda file: file.write_bytes(b""), "ok", "empty"),
    ],
)
def test_what_stands_in_the_databases_place(tmp_path, make, level, said):
    file = tmp_path / "maild.db"
    make(file)
    (found,) = database(f"sqlite:///{file}")
    assert (found.level, said in found.what) == (level, True)


def test_a_database_in_use_is_written_to_and_nothing_stays(filled):
    (found,) = database(str(filled.url))
    assert (found.level, "takes what is written" in found.what) == ("ok", True)
    with filled.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


@pytest.mark.parametrize(("version", "level", "said"), [("9999", "fault", "later maild"), ("0001", "ok", "next start")])
def test_a_database_of_another_version(filled, version, level, said):
    with filled.writing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    (found,) = database(str(filled.url))
    assert (found.level, said in found.what) == (level, True)


def test_a_database_that_takes_nothing(filled, monkeypatch):
    with filled.writing() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON lease BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    (found,) = database(str(filled.url))
    assert (found.level, "disk is full" in found.what) == ("fault", True)


def test_a_database_out_of_reach_hides_its_password():
    (found,) = database("postgresql+psycopg://maild:geheim@127.0.0.1:9/maild")
    assert (found.level, "geheim" in f"{found.what}{found.advice}") == ("fault", False)
    assert SimpleNamespace(**found.as_json()).advice


@pytest.mark.thorough
def test_a_forged_field_is_sent_through_the_mx(cli, working):
    done = cli("check", "--no-mail", "--probe-mx", f"127.0.0.1:{load(working).smtp.port}", "--json", config=working)
    assert "takes forged results of mx.vendor.test off" in " ".join(what for what, _ in levels(done, "ok"))
    assert done.code == 0


FORGED = b"Authentication-Results: mx.vendor.test; dmarc=pass header.from=v.test; spf=pass smtp.mailfrom=probe-abc@v.test\r\n"
OWN = b"Authentication-Results: mx.vendor.test; dmarc=fail header.from=v.test\r\n"
OTHER = b"Authentication-Results: mx.other.test; dmarc=none\r\n"


@pytest.mark.parametrize(
    ("head", "level"),
    [
        (b"", "ok"),
        (OWN, "ok"),
        (OWN + FORGED, "warning"),
        (OTHER + FORGED, "warning"),
        (FORGED, "fault"),
        (FORGED + OWN, "fault"),
    ],
)
def test_what_the_probe_tells_of_the_mx(head, level):
    found = check_mx.judged(head + b"From: a@v.test\r\n\r\nx\r\n", "mx.vendor.test", "abc", "mx")
    assert found.level.value == level


@pytest.mark.thorough
def test_a_probe_that_is_not_taken(cli, working):
    done = cli("check", "--no-mail", "--probe-mx", "lmtp:127.0.0.1:9", "--json", config=working)
    assert "was not taken by lmtp:127.0.0.1:9" in levels(done, "fault")[0][0]
