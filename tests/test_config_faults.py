"""One row for each thing that may be wrong: where it is told, and in which words."""

from pathlib import Path

import pytest

from maild.config import ConfigFaults, Fault, load

DESK = {"name": '"Desk"', "address": '"support@vendor.test"', "timezone": '"Europe/Kyiv"'}
BOX = {"name": '"in"', "host": '"127.0.0.1"', "security": '"plain"', "user": '"u"', "password": '"canary-password"'}
SMTP = {"host": '"127.0.0.1"', "security": '"plain"'}
STAFF = '[staff.olga]\nname = "Olga"\naddress = "olga@vendor.test"\nroles = ["engineer"]\nteams = ["first"]\n'


def table(head: str, rows: dict[str, str]) -> str:
    return head + "\n" + "".join(f"{key} = {value}\n" for key, value in rows.items() if value)


def faults(folder: Path, service: str = "", directory: str = "", **changes: dict[str, str]) -> dict[str, Fault]:
    (folder / "clients.toml").write_text(STAFF + directory, encoding="utf-8")
    tables = (("[desk]", "desk", DESK), ("[[mailbox]]", "mailbox", BOX), ("[smtp]", "smtp", SMTP))
    text = "".join(table(head, rows | changes.get(name, {})) for head, name, rows in tables)
    (folder / "maild.toml").write_text(text + service, encoding="utf-8")
    try:
        load(folder / "maild.toml")
    except ConfigFaults as error:
        return {fault.key: fault for fault in error.faults}
    return {}


IN_THE_SERVICE = [
    ("desk", {"name": '"a\\nBcc: x"'}, "desk.name", "control characters"),
    ("desk", {"name": ""}, "desk.name", "is missing"),
    ("desk", {"address": '"support"'}, "desk.address", "not a mail address"),
    ("desk", {"address": '"підтримка@vendor.test"'}, "desk.address", "ASCII"),
    ("desk", {"address": '"support-in-words@vendor.test"'}, "desk.address", None),
    ("desk", {"address": '"support-in-words-x@vendor.test"'}, "desk.address", "at most 17 characters"),
    ("desk", {"language": '"de"'}, "desk.language", "'en', 'ru' or 'uk'"),
    ("desk", {"timezone": '"Europe/Kyjiv"'}, "desk.timezone", "did you mean Europe/Kyiv?"),
    ("desk", {"timezone": '"../etc/passwd"'}, "desk.timezone", "no time zone"),
    ("desk", {"separator": '"#"'}, "desk.separator", "'+'"),
    ("desk", {"key": '{ fil = "canary-password" }'}, "desk.key", 'file = "path"'),
    ("desk", {"directory": '"a\\u0000b"'}, "desk.directory", "one line"),
    ("desk", {"directory": "5"}, "desk.directory", "is not text"),
    ("desk", {"directry": '"x"'}, "desk.directry", "did you mean directory?"),
    ("mailbox", {"host": '"mail.vendor.test"'}, "mailbox[0].security", "plain text"),
    ("mailbox", {"host": '"localhost"'}, "mailbox[0].security", None),
    ("mailbox", {"host": '"127.8.8.8"'}, "mailbox[0].security", None),
    ("mailbox", {"host": '"127.0.0.1.vendor.test"'}, "mailbox[0].security", "plain text"),
    ("mailbox", {"port": '"143"'}, "mailbox[0].port", "without quotes"),
    ("mailbox", {"port": "0"}, "mailbox[0].port", "at least 1"),
    ("mailbox", {"user": '""'}, "mailbox[0].user", "is empty"),
    ("mailbox", {"password": '""'}, "mailbox[0].password", "is missing"),
    ("mailbox", {"password": '["canary-password"]'}, "mailbox[0].password", "is no secret"),
    ("mailbox", {"pasword": '"canary-password"'}, "mailbox[0].pasword", "did you mean password?"),
    ("mailbox", {"poll": '"5 minutes"'}, "mailbox[0].poll", '"90s"'),
    ("mailbox", {"poll": "60"}, "mailbox[0].poll", "is not text"),
    ("mailbox", {"idle": '"yes"'}, "mailbox[0].idle", "true or false"),
    ("mailbox", {"filed": '"INBOX"'}, "mailbox[0].filed", "another folder"),
    ("mailbox", {"filed": '""'}, "mailbox[0].filed", None),
    ("mailbox", {"auth": '"oauth2"'}, "mailbox[0].oauth", "is missing"),
    ("mailbox", {"oauth": '{ token_url = "https://x.test", client_id = "i" }'}, "mailbox[0].oauth", 'auth = "oauth2"'),
    (
        "mailbox",
        {"auth": '"oauth2"', "oauth": '{ token_url = "http://x.test", client_id = "i" }'},
        "mailbox[0].oauth.token_url",
        "https://",
    ),
    (
        "mailbox",
        {"auth": '"oauth2"', "oauth": '{ token_url = "http://[::1]:8/t", client_id = "i" }'},
        "mailbox[0].oauth.token_url",
        None,
    ),
    ("mailbox", {"trust_authserv": '"mx"'}, "mailbox[0].trust_authserv", "is not a list"),
    ("mailbox", {"name": '"lmtp"'}, "mailbox[0].name", "is taken"),
    ("smtp", {"host": '"mail.vendor.test"'}, "smtp.security", "plain text"),
    ("smtp", {"password": '"canary-password"'}, "smtp.password", "no user"),
    ("smtp", {"user": '"u"'}, "smtp.password", "is missing"),
    ("smtp", {"connections": "0"}, "smtp.connections", "at least 1"),
]


@pytest.mark.parametrize(("where", "change", "key", "says"), IN_THE_SERVICE)
def test_a_wrong_line_of_a_table(tmp_path: Path, where: str, change: dict[str, str], key: str, says: str | None):
    found = faults(tmp_path, **{where: change})
    assert set(found) == ({key} if says else set())
    if says:
        assert says in str(found[key])
    assert "canary" not in " ".join(map(str, found.values()))


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[desk.issuer]\nvat = 'zero'", "desk.issuer.vat", '"none"'),
        ("[desk.issuer]\nvat = 'none'", "", ""),
        ("[desk.issuer]\nvat = [{ from = 2026-01-01, rate = 20 }]", "desk.issuer.vat[0].rate", "is not text"),
        ("[desk.issuer]\nvat = [{ from = 2026-01-01, rate = '120%' }]", "desk.issuer.vat[0].rate", "percentage"),
        ("[desk.issuer]\nvat = [{ rate = '20%' }]", "desk.issuer.vat[0].from", "2026-01-01"),
        ("[database]\nurl = 'mysql://root:canary@h/d'", "database.url", "postgresql+psycopg"),
        ("[database]\nurl = 'sqlite://'", "database.url", "keeps books"),
        ("[database]\nurl = 'sqlite:///:memory:'", "database.url", "keeps books"),
        ("[lmtp]\nlisten = '0.0.0.0:24'", "lmtp.listen", "loopback"),
        ("[lmtp]\nlisten = '24'", "lmtp.listen", "host:port"),
        ("[lmtp]\ntrust_authserv = []", "lmtp.listen", "is missing"),
        ("[health]\nlisten = '0.0.0.0:9464'", "", ""),
        ("[health]\nlisten = '127.0.0.1:99999'", "health.listen", "host:port"),
        ("[limits]\nmessage = '25 apples'", "limits.message", '"25MB"'),
        ("[limits]\nacks_per_sender_per_hour = true", "limits.acks_per_sender_per_hour", "whole number"),
        ("[limits]\nmesage = '25MB'", "limits.mesage", "did you mean message?"),
        ("[mailboxes]\nx = 1", "mailboxes", "did you mean mailbox?"),
        ("[[mailbox]]\nname = 'in'\nhost = 'h'\nuser = 'u'\npassword = 'canary'", "mailbox[1].name", "is taken"),
    ],
)
def test_a_wrong_table_of_the_service(tmp_path: Path, text: str, key: str, says: str):
    found = faults(tmp_path, service=text)
    assert set(found) == ({key} if key else set())
    assert says in " ".join(map(str, found.values()))
    assert "canary" not in " ".join(map(str, found.values()))


def test_a_desk_needs_a_door_and_a_way_out(tmp_path: Path):
    (tmp_path / "clients.toml").write_text(STAFF, encoding="utf-8")
    (tmp_path / "maild.toml").write_text(table("[desk]", DESK), encoding="utf-8")
    with pytest.raises(ConfigFaults) as caught:
        load(tmp_path / "maild.toml")
    assert {fault.key for fault in caught.value.faults} == {"smtp", "mailbox"}
    (tmp_path / "maild.toml").write_text(
        table("[desk]", DESK) + table("[smtp]", SMTP) + "[lmtp]\nlisten = 'localhost:24'", encoding="utf-8"
    )
    assert load(tmp_path / "maild.toml").mailboxes == ()


def client(name: str, **rows: str) -> str:
    return table(f"[client.{name}]", {"name": f'"{name}"'} | rows)


def plan(**rows: str) -> str:
    return table("[plan.p]", {"charge": '"prepaid"'} | rows)


def under_contract(*terms: str) -> str:
    return plan() + client("a", contracts="[" + ", ".join(f'{{ plan = "p", {each} }}' for each in terms) + "]")


ONE = '[{ address = "x@a.test" }]'
HOURS = '{ mon = "09:00-18:00" }'

IN_THE_DIRECTORY = [
    (client("a", domains='["Gmail.com"]'), "client.a.domains[0]", "public mail domain"),
    (client("a", domains='["ukr.net"]'), "client.a.domains[0]", "under contacts"),
    (client("a", domains='["@a.test"]'), "client.a.domains[0]", "not a domain"),
    (client("a", domains='["a.test"]') + client("b", domains='["A.test"]'), "client.b.domains[0]", "client.a.domains[0]"),
    (client("a", contacts='[{ address = "x@a.test" }, { address = "X@a.test" }]'), "client.a.contacts[1].address", "contacts[0]"),
    (client("a", contacts=ONE) + client("b", contacts=ONE), "client.b.contacts[0].address", "client.a"),
    (client("a", contacts='[{ address = "Olga@vendor.test" }]'), "client.a.contacts[0].address", "staff.olga.address"),
    (client("a", contacts='[{ address = "support+x@vendor.test" }]'), "client.a.contacts[0].address", "desk's own"),
    (client("a", contacts='[{ address = "Anna <anna@a.test>" }]'), "client.a.contacts[0].address", "without a name"),
    (client("a", contacts='[{ name = "x" }]'), "client.a.contacts[0].address", "is missing"),
    (client("a", report='{ to = ["support@vendor.test"] }'), "client.a.report.to[0]", "desk's own"),
    (client("a", report='{ at = "7pm" }'), "client.a.report.at", "23:59"),
    (client("a", approve='["olga@vendor.test"]'), "client.a.approve[0]", "agrees to pay"),
    (client("a", act='{ make = "weekly" }'), "client.a.act.make", "'monthly', 'quarterly' or 'never'"),
    (client("a", manager='"olgs"'), "client.a.manager", "did you mean olga?"),
    (client("a", language='"de"'), "client.a.language", "'uk'"),
    (client("a", timezone='"Kyiv"'), "client.a.timezone", "no time zone"),
    (client("a", facts="{ x = [1] }"), "client.a.facts.x", "single value"),
    (client("a", contracts='[{ plan = "q", from = 2026-01-01 }]'), "client.a.contracts[0].plan", "nothing is defined yet"),
    (under_contract("from = 2026-02-01, until = 2026-01-31"), "client.a.contracts[0].until", "2026-02-01 or later"),
    (under_contract('number = "7"'), "client.a.contracts[0].from", "first day"),
    (under_contract('from = "1.2.2026"'), "client.a.contracts[0].from", "2026-12-31"),
    (under_contract("from = 2026-02-01", "from = 2026-02-01"), "client.a.contracts[1]", "same contract"),
    (under_contract('number = "7", from = 2026-02-01', 'number = "7", from = 2027-01-01'), "client.a.contracts[1].number", "same contract"),
    (under_contract("from = 2026-01-01, until = 2026-12-31", "from = 2026-06-01"), "", ""),  # several in force are drawn in order
    (client("walk-in"), "client.walk-in", "built in"),
    (client("a") + client("A"), "client.A", "case alone"),
    ('[client."a b"]\nname = "A"', 'client."a b"', "typed"),
    (table("[calendar.always]", {"hours": HOURS}), "calendar.always", "built in"),
    (table("[calendar.c]", {"timezone": '"UTC"'}), "calendar.c.hours", "is missing"),
    (table("[calendar.c]", {"hours": '{ mon = "9-18" }'}), "calendar.c.hours", "not a span"),
    (table("[calendar.c]", {"hours": HOURS, "holidays": '"ZZ"'}), "calendar.c.holidays", "country"),
    (table("[calendar.c]", {"hours": HOURS, "extra": "[2026-01-01]", "workdays": '["2026-01-01"]'}), "calendar.c.workdays", "under extra"),
    (plan(charge='"free"'), "plan.p.charge", "'hourly'"),
    (plan(rate='"60"'), "plan.p.rate", '"60.00 USD"'),
    (plan(rate='"60.00 USX"'), "plan.p.rate", "no currency in use"),
    (plan(rate='"-1 USD"'), "plan.p.rate", "below zero"),
    (plan(covers='["qestion"]'), "plan.p.covers[0]", "did you mean question?"),
    (plan(answer='{ within = "0h" }'), "plan.p.answer.within", "no time at all"),
    (plan(answer='"4h"'), "", ""),
    (plan(answer='{ within = "4h", calendar = "office" }'), "plan.p.answer.calendar", "always"),
    (plan(rounding="{ step = 0 }"), "plan.p.rounding.step", "at least 1"),
    (plan(rounding='{ scope = "day" }'), "plan.p.rounding.scope", "'ticket-day'"),
    (plan(minimum="1.5"), "plan.p.minimum", "whole number"),
    (plan(overdraft="-1"), "plan.p.overdraft", "at least 0"),
    (plan(after_hours="0.5"), "plan.p.after_hours", "from 1"),
    (plan(urgent='"2"'), "plan.p.urgent", "without quotes"),
    (plan(fee='"10.00 EUR"'), "plan.p.fee", 'charge = "retainer"'),
    (plan(charge='"retainer"', included='{ minutes = 60, per = "week" }'), "plan.p.included.per", "'month'"),
    (plan(charge='"retainer"', included='{ minutes = 60, rollover = "some" }'), "plan.p.included.rollover", '"none"'),
    (plan(items='{ k = { title = "K" } }'), "plan.p.items.k.minutes", "is missing"),
    ('[goodwill]\noffer = ["p"]', "goodwill.offer[0]", 'no plan "p"'),
    ('[free]\n"two words" = "x"', 'free."two words"', "typed"),
    ('[staff.petr]\nname = "P"\nroles = ["engineer"]', "staff.petr.addresses", "could write"),
    ('[staff.petr]\nname = "P"\naddress = "p"\nroles = ["engineer"]', "staff.petr.address", "not a mail address"),
    ('[staff.petr]\nname = "P"\naddress = "p@v.test"\nroles = []', "staff.petr.roles", "is empty"),
    ('[staff.petr]\nname = "P"\naddress = "p@v.test"\nroles = ["boss"]', "staff.petr.roles[0]", "'engineer'"),
    ('[staff.petr]\nname = "P"\naddress = "olga@vendor.test"\nroles = ["manager"]', "staff.petr.address", "staff.olga.address"),
    ('[staff.petr]\nname = "P"\naddress = "support@vendor.test"\nroles = ["manager"]', "staff.petr.address", "write to itself"),
    ("[promises]\nwarn = [0]", "promises.warn[0]", "at least 1"),
    ('[promises]\nsilence = "close"', "promises.silence", "close_after"),
    ('[promises]\nweek = "08:00"', "promises.week", '"mon 08:00"'),
    ('[promises]\nact = "31 09:00"', "promises.act", "1 to 28"),
    ('[routing]\nteams = { nobody = ["x"] }', "routing.teams.nobody", "first"),
    ('[routing]\nescalate_to = "frist"', "routing.escalate_to", "did you mean first?"),
    ('[routing]\nfallback = ["petr"]', "routing.fallback[0]", "olga"),
    ('[faq.x]\nwords = []\ntitle = "X"', "faq.x.words", "1 at least"),
    ("[promise]\nwarn = [1]", "promise", "did you mean promises?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "says"), IN_THE_DIRECTORY)
def test_a_wrong_line_of_the_directory(tmp_path: Path, text: str, key: str, says: str):
    found = faults(tmp_path, directory=text)
    assert set(found) == ({key} if key else set())
    assert says in " ".join(map(str, found.values()))
    assert all(fault.file.endswith("clients.toml") for fault in found.values())


def test_a_login_belongs_to_one_person(tmp_path: Path):
    person = '[staff.{0}]\nname = "{0}"\naddress = "{0}@vendor.test"\nlogin = "{1}"\nroles = ["engineer"]\n'
    assert set(faults(tmp_path, directory=person.format("petr", "box") + person.format("ivan", "Box"))) == {"staff.ivan.login"}
    assert set(faults(tmp_path, directory=person.format("petr", "olga@vendor.test"))) == {"staff.petr.login"}


def test_a_fault_tells_file_key_value_and_what_is_allowed(tmp_path: Path):
    fault = faults(tmp_path, smtp={"port": "70000"})["smtp.port"]
    assert str(fault) == f"{tmp_path / 'maild.toml'}: smtp.port = 70000: is too large (allowed: at most 65535)"
    assert fault.as_json()["key"] == "smtp.port"


def test_a_value_that_would_move_the_terminal_is_tamed(tmp_path: Path):
    fault = faults(tmp_path, desk={"timezone": '"\\u001b[2J' + "x" * 500 + '"'})["desk.timezone"]
    assert "\x1b" not in str(fault) and len(fault.value) <= 80
