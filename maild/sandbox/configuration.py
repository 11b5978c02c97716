"""The desk of the little mail world, as its operator would configure it: two clients, two plans, three languages."""

from __future__ import annotations

from pathlib import Path

SQLITE_URL = "sqlite:///../var/maild.db"  # relative to config/


def write_config(
    folder: Path,
    *,
    imap_port: int,
    smtp_port: int,
    health_port: int,
    password: str,
    poll: str = "60s",
    database: str = SQLITE_URL,
) -> Path:
    """Write `config/maild.toml` and `config/clients.toml` below `folder`; returns the first. `var/` is made beside `config/`."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    (folder / "var").mkdir(exist_ok=True)
    (config / "clients.toml").write_text(CLIENTS_TOML, encoding="utf-8")
    service = config / "maild.toml"
    text = _maild_toml(
        imap_port=imap_port, smtp_port=smtp_port, health_port=health_port, password=password, poll=poll, database=database
    )
    service.touch(mode=0o600)  # it holds a password
    service.write_text(text, encoding="utf-8")
    return service


def _maild_toml(*, imap_port: int, smtp_port: int, health_port: int, password: str, poll: str, database: str) -> str:
    return f"""\
[desk]
name      = "Vendor Support"
address   = "support@vendor.test"
language  = "en"
timezone  = "Europe/Kyiv"
directory = "clients.toml"
key       = {{ file = "../var/desk.key" }}

[desk.issuer]
name       = "Vendor LLC"
tax_id     = "12345678"
requisites = "Kyiv, Khreshchatyk 1"
signatory  = "Max Weber"
vat        = "none"

[database]
url = "{database}"

[[mailbox]]
name           = "support"
host           = "127.0.0.1"
port           = {imap_port}
security       = "plain"
user           = "support@vendor.test"
password       = "{password}"
folder         = "INBOX"
filed          = "maild/Done"
quarantine     = "maild/Quarantine"
idle           = true
poll           = "{poll}"
trust_authserv = ["mx.vendor.test"]

[smtp]
host        = "127.0.0.1"
port        = {smtp_port}
security    = "plain"
user        = "support@vendor.test"
password    = "{password}"
connections = 2

[health]
listen = "127.0.0.1:{health_port}"
"""


CLIENTS_TOML = """\
[calendar.office]
timezone = "Europe/Kyiv"
hours    = { mon-fri = "09:00-18:00" }
holidays = "UA"

[plan.minutes]
title     = "By the minute"
charge    = "prepaid"
ack       = "1m"
answer    = { within = "24h", calendar = "always" }
rounding  = { step = 1, scope = "entry" }
minimum   = 1
overdraft = 60
rate      = "60.00 USD"
[plan.minutes.items]
relicense = { minutes = 30, title = "Licence re-registration", waived = "release code supplied" }

[plan.half-hours]
title    = "By the half hour"
charge   = "hourly"
answer   = { within = "8h", calendar = "office" }
rounding = { step = 30, scope = "ticket-day" }
minimum  = 30
rate     = "40.00 EUR"

[goodwill]
minutes = 15
rate    = "70.00 USD"
offer   = ["minutes", "half-hours"]

[free]
presale  = "Before a purchase"
courtesy = "Our courtesy"

[staff.olga]
name     = "Olga Ivanova"
address  = "olga@vendor.test"
roles    = ["engineer"]
teams    = ["printing"]
language = "ru"

[staff.petr]
name     = "Petr Petrov"
address  = "petr@vendor.test"
roles    = ["engineer"]
teams    = ["developers"]
language = "en"

[staff.alla]
name     = "Alla Schmidt"
address  = "alla@vendor.test"
roles    = ["accountant"]
language = "en"

[staff.max]
name     = "Max Weber"
address  = "max@vendor.test"
roles    = ["manager"]
language = "en"

[client.acme]
name      = "Акме Учёт"
contacts  = [
  { name = "Анна Кравец", address = "anna@acme.test" },
  { name = "Борис Левченко", address = "boris@acme.test" },
  { name = "Ирина Бойко", address = "boss@acme.test" },
]
domains   = ["acme.test"]
timezone  = "Europe/Kyiv"
language  = "ru"
report    = { at = "19:00", to = ["boss@acme.test"] }
manager   = "olga"
facts     = { licence = "TS-1180", version = "8.2" }
contracts = [{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }]

[client.globex]
name      = "Globex Trading"
contacts  = [{ name = "Gleb Stone", address = "gleb@globex.test" }, { name = "Nina North", address = "nina@globex.test" }]
domains   = ["globex.test"]
timezone  = "Europe/London"
language  = "en"
report    = { at = "19:00", to = ["nina@globex.test"] }
contracts = [{ plan = "half-hours", from = 2026-01-01, until = 2027-12-31, number = "H-3/26" }]

[routing]
teams       = { printing = ["printer", "принтер"] }
fallback    = ["petr"]
escalate_to = "developers"
"""
