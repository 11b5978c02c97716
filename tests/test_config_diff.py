"""What `directory plan` says of a change, before it is applied."""

from maild.config_diff import diff
from maild.config_directory import read_directory
from maild.desk.directory import Desk, Directory

DESK = Desk("Desk", "support@vendor.test", "en", "Europe/Kyiv")
BASE = """
[calendar.office]
hours = { mon-fri = "09:00-18:00" }
[plan.minutes]
charge = "prepaid"
answer = { within = "24h", calendar = "office" }
rate = "60.00 USD"
[plan.minutes.items]
key = { minutes = 30, title = "New key" }
[staff.olga]
name = "Olga Ivanova"
address = "olga@vendor.test"
roles = ["engineer"]
[client.acme]
name = "Acme"
contacts = [{ name = "Anna", address = "anna@acme.test" }]
contracts = [{ plan = "minutes", from = 2026-01-01, number = "M-1" }]
"""


def directory(text: str = BASE) -> Directory:
    return read_directory(text, "clients.toml", DESK)


def lines(new: str) -> list[str]:
    return [str(change) for change in diff(directory(), directory(new))]


def test_nothing_changed_says_nothing():
    assert lines(BASE + "\n# only a remark\n") == []


def test_terms_tell_the_old_and_the_new():
    new = (
        BASE.replace("60.00 USD", "65.00 USD")
        .replace('within = "24h"', 'within = "90m"')
        .replace("minutes = 30", "minutes = 40")
    )
    assert lines(new) == [
        "plan minutes: answer within 24h by calendar office → within 1h30m by calendar office",
        "plan minutes: rate 60.00 USD → 65.00 USD",
        "item minutes key: minutes 30 → 40",
    ]


def test_people_and_contracts_come_and_go():
    new = BASE.replace("Olga Ivanova", "Olga Petrova").replace(
        'contracts = [{ plan = "minutes", from = 2026-01-01, number = "M-1" }]',
        'contracts = [{ plan = "minutes", from = 2027-01-01, until = 2027-12-31, number = "M-2" }]',
    )
    new += '[client.globex]\nname = "Globex"\n[client.globex.report]\nat = "18:05"\n'
    assert lines(new.replace("anna@", "ann@")) == [
        "staff olga: name Olga Ivanova → Olga Petrova",
        "client acme: report_to anna@acme.test → ann@acme.test",
        "client acme: approve anna@acme.test → ann@acme.test",
        "client acme: act_to anna@acme.test → ann@acme.test",
        "client acme: contracts, in order M-1 → M-2",
        "contact acme ann@acme.test added: Anna",
        "contract acme M-2 added: minutes, from 2027-01-01 until 2027-12-31",
        "client globex added: Globex",
        "contact acme anna@acme.test removed: Anna",
        "contract acme M-1 removed: minutes, from 2026-01-01",
    ]


def test_an_end_that_is_agreed_later_is_a_change_of_the_contract():
    assert lines(BASE.replace('number = "M-1"', 'until = 2026-12-31, number = "M-1"')) == [
        "contract acme M-1: ends none → 2026-12-31"
    ]


def test_hours_and_times_of_day_are_told_as_they_are_written():
    new = (
        BASE.replace('{ mon-fri = "09:00-18:00" }', '{ mon = "09:00-13:00,14:00-24:00" }')
        + '[promises]\nweek = "tue 07:05"\nsilence = { close_after = "14d" }\n'
    )
    hours = "; ".join(f"{day} 09:00-18:00" for day in ("mon", "tue", "wed", "thu", "fri"))
    assert lines(new) == [
        f"calendar office: hours {hours} → mon 09:00-13:00,14:00-24:00",
        "promises: close_after none → 14d",
        "promises: week_day mon → tue",
        "promises: week 08:00 → 07:05",
    ]


def test_the_first_directory_is_all_new_and_names_nothing_built_in():
    changes = diff(None, directory())
    assert {change.change for change in changes} == {"added"}
    assert ("client", "acme") in {(change.kind, change.name) for change in changes}
    assert not {"walk-in", "always", "training"} & {change.name for change in changes}


def test_a_built_in_cause_may_be_retitled():
    assert lines(BASE + '[causes]\ndefect = "Our fault"\n') == ["cause defect added: Our fault"]


def test_a_change_as_json_has_stable_keys():
    (change,) = diff(directory(), directory(BASE.replace("60.00", "61.00")))
    expected = {"kind": "plan", "name": "minutes", "change": "changed", "field": "rate", "old": "60.00 USD", "new": "61.00 USD"}
    assert change.as_json() == expected
