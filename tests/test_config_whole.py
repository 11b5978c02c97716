"""Every key that the outside face names is taken, and arrives where the program looks for it."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from maild.config import Config, load
from maild.ledger.contract import Charge, Scope
from maild.ledger.money import Money

WHOLE_SERVICE = """
[desk]
name      = "Help"
address   = "help@desk.test"   # customers write here
language  = "ru"
timezone  = "Asia/Kolkata"
directory = "people.toml"
separator = "-"
key       = { file = "../var/own.key" }
templates = "own"

[desk.issuer]
name = "Desk Ltd"
tax_id = "77"
requisites = "Street 1"
signatory = "D. Irector"
vat = [{ from = 2027-01-01, rate = "7.5%", included = false }, { from = 2026-01-01, rate = "20%", included = true }]

[database]
url = "postgresql+psycopg://maild:pw@db.test/maild"

[[mailbox]]
name = "help"
host = "imap.test"
port = 1993
security = "starttls"
user = "help"
password = { env = "MAILD_TEST_PASSWORD" }
folder = "INBOX"
filed = ""
quarantine = "Odd"
idle = false
poll = "90s"
trust_authserv = ["mx.desk.test"]

[[mailbox]]
name = "cloud"
host = "imap.cloud.test"
security = "tls"
user = "help@cloud.test"
auth = "oauth2"
oauth = { token_url = "https://id.test", client_id = "id", client_secret = "cs", refresh_token = { file = "rt" } }

[lmtp]
listen = "127.0.0.1:8024"
trust_authserv = ["mx.desk.test"]

[smtp]
host = "smtp.test"
port = 587
security = "starttls"
user = "help"
password = { file = "smtp.password" }
connections = 3

[health]
listen = "[::1]:9464"

[limits]
message = "10MB"
acks_per_sender_per_hour = 7
upload = "https://files.desk.test/"
parts = 40
"""

WHOLE_DIRECTORY = """
[calendar.day]
timezone = "Asia/Kolkata"
hours    = { mon-fri = "09:00-13:00,14:00-18:00", sat = "10:00-24:00" }
holidays = "IN"
extra = ["2026-12-31"]
workdays = [2026-05-16]

[plan.metered]
title    = "Metered"
price    = "a dollar a minute"
charge   = "prepaid"
covers   = ["question", "moving"]
ack      = "1m"
answer   = { within = "24h", calendar = "always" }
next_answer = { within = "8h", calendar = "day" }
rounding = { step = 15, scope = "ticket-day" }
minimum  = 5
overdraft = 60
rate     = "60.00 USD"
[plan.metered.items]
key = { minutes = 30, title = "New key", waived = "old key sent" }

[plan.monthly]
charge   = "retainer"
included = { minutes = 300, per = "month", rollover = 1 }
fee      = "250.00 EUR"
after_hours = 1.5
urgent   = 2.0
warranty_days = 60
warranty_covers = ["defect", "settings"]
answer   = { within = "4h", calendar = "day" }
rate     = "55.00 EUR"

[goodwill]
minutes = 15
rate    = "70.00 USD"
first_urgent_free = true
offer   = ["metered", "monthly"]

[free]
courtesy = "Ours"

[staff.rita]
name = "Rita"
addresses = ["rita@desk.test", "rita@home.test"]
login = "rita"
roles = ["engineer", "manager"]
receipts = "problems"
teams = ["first", "second"]
language = "uk"

[staff.boris]
name = "Boris"
address = "boris@desk.test"
roles = ["accountant"]

[client.umbrella]
name = "Umbrella"
contacts = [{ name = "Ann", address = "ann@umbrella.test", language = "uk" }]
domains  = ["Umbrella.test"]
timezone = "Asia/Kathmandu"
language = "en"
report   = { at = "18:30", to = ["boss@umbrella.test"] }
approve  = ["cfo@umbrella.test"]
act      = { to = ["books@umbrella.test"], make = "quarterly" }
manager  = "rita"
facts    = { licence = "L-1", seats = 12 }
note     = "Be kind"
tax_id   = "99"
requisites = "Road 2"
signatory = "U. Boss"
contracts = [{ plan = "metered", from = 2026-01-01, until = 2026-12-31, number = "7", signed = 2025-12-20, handover = 2026-01-05 }]

[promises]
warn     = [90, 50]
remind   = ["7d", "1d"]
silence  = { close_after = "14d" }
reopen   = "20d"
week     = "tue 07:30"
summary  = "21:00"
act      = "2 10:00"

[causes]
moving = "Moving house"
defect = "Our fault"
[routing]
teams = { first = ["printer", "принтер"] }
fallback = ["rita"]
escalate_to = "second"
[faq]
lost = { words = ["lost"], title = "Lost things", url = "https://desk.test/lost", text = "Look again." }
"""


@pytest.fixture
def whole(tmp_path: Path) -> Config:
    path = tmp_path / "config/maild.toml"
    path.parent.mkdir()
    path.write_text(WHOLE_SERVICE, encoding="utf-8")
    (tmp_path / "config/people.toml").write_text(WHOLE_DIRECTORY, encoding="utf-8")
    return load(path)


def test_every_key_of_the_service_arrives(whole: Config, tmp_path: Path):
    assert (whole.desk.name, whole.desk.address, whole.desk.separator, whole.desk.language) == (
        "Help",
        "help@desk.test",
        "-",
        "ru",
    )
    assert whole.desk.vat == ((date(2026, 1, 1), Decimal("0.2"), True), (date(2027, 1, 1), Decimal("0.075"), False))
    assert (whole.issuer.tax_id, whole.issuer.signatory) == ("77", "D. Irector")
    assert whole.key_file == tmp_path / "var/own.key"
    assert whole.templates == tmp_path / "config/own"
    assert whole.database_url == "postgresql+psycopg://maild:pw@db.test/maild"
    first, cloud = whole.mailboxes
    assert (first.port, first.security, first.filed, first.quarantine, first.idle) == (1993, "starttls", "", "Odd", False)
    assert (first.poll, first.trust_authserv) == (timedelta(seconds=90), ("mx.desk.test",))
    assert (cloud.port, cloud.folder, cloud.filed, cloud.poll) == (993, "INBOX", "maild/Done", timedelta(minutes=1))
    assert (
        cloud.oauth and cloud.oauth.client_secret.reveal() == "cs" and cloud.oauth.refresh_token.file == tmp_path / "config/rt"
    )
    assert whole.lmtp and (whole.lmtp.host, whole.lmtp.port) == ("127.0.0.1", 8024)
    assert whole.health and (whole.health.host, whole.health.port) == ("::1", 9464)
    assert (whole.smtp.connections, whole.smtp.password.file) == (3, tmp_path / "config/smtp.password")
    assert (whole.limits.message_bytes, whole.desk.max_message_bytes, whole.limits.parts) == (10_000_000, 10_000_000, 40)


def test_every_key_of_the_directory_arrives(whole: Config):
    directory = whole.directory
    day = directory.calendars["day"]
    assert day.hours[0] == ((540, 780), (840, 1080)) and day.hours[5] == ((600, 1440),) and day.hours[6] == ()
    assert (day.holidays, day.days_off, day.workdays) == ("IN", {date(2026, 12, 31)}, {date(2026, 5, 16)})
    assert directory.calendars["always"].hours == (((0, 1440),),) * 7
    metered, monthly = directory.plans["metered"], directory.plans["monthly"]
    assert (metered.charge, metered.covers, metered.rounding_scope) == (
        Charge.PREPAID,
        {"question", "moving"},
        Scope.TICKET_DAY,
    )
    assert metered.next_answer and (metered.next_answer.within, metered.next_answer.calendar) == (timedelta(hours=8), "day")
    assert (metered.rate, metered.items["key"].waived) == (Money(Decimal("60.00"), "USD"), "old key sent")
    assert monthly.included and (monthly.included.minutes, monthly.included.rollover_months) == (300, 1)
    assert (monthly.after_hours, monthly.urgent, monthly.warranty_covers) == (
        Decimal("1.5"),
        Decimal(2),
        {"defect", "settings"},
    )
    rita = directory.staff["rita"]
    assert (rita.addresses, rita.login, rita.receipts) == (("rita@desk.test", "rita@home.test"), "rita", "problems")
    umbrella = directory.clients["umbrella"]
    assert (umbrella.domains, umbrella.report_at_minute, umbrella.approve) == (
        ("umbrella.test",),
        18 * 60 + 30,
        ("cfo@umbrella.test",),
    )
    assert (umbrella.act_to, umbrella.act_every, umbrella.facts) == (
        ("books@umbrella.test",),
        "quarterly",
        (("licence", "L-1"), ("seats", "12")),
    )
    contract = umbrella.contracts[0]
    assert (contract.plan, contract.ends, contract.id, contract.handover) == (
        metered,
        date(2026, 12, 31),
        "7",
        date(2026, 1, 5),
    )
    promises = directory.promises
    assert (promises.warn_percent, promises.close_after) == ((50, 90), timedelta(days=14))
    assert (promises.week_weekday, promises.week_minute, promises.act_day, promises.act_minute) == (1, 450, 2, 600)
    assert directory.causes["defect"] == "Our fault" and directory.causes["training"] == "Training"
    assert directory.routing.teams == {"first": ("printer", "принтер")}
    assert directory.faq["lost"].text == "Look again."
    assert directory.client_at("someone@umbrella.test").id == "umbrella"
