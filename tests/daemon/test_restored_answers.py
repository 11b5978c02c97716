"""After a restore, an answer to a letter that memory has lost goes to whom it was written for, and to nobody else."""

import json

import pytest
from daemon.conftest import maild

from maild.sandbox.people import Person

pytestmark = pytest.mark.server
DESK = "support@vendor.test"


ADDRESSES = {"anna": "anna@acme.test", "gleb": "gleb@globex.test", "olga": "olga@vendor.test"}


@pytest.fixture
def people(dovecot_world):
    made = {name: Person(dovecot_world, address) for name, address in ADDRESSES.items()}
    yield made
    for person in made.values():
        person.close()


@pytest.fixture(params=["maild/Done", ""], ids=["moved away", "left in place"])
def filed(request):
    """Where done mail lies."""
    return request.param


@pytest.fixture
def restored(dovecot_world, tmp_path, people, database_url, filed):
    """A desk that was backed up before Anna's second request came and was solved, and restored after Gleb had written."""
    anna, gleb, olga = people["anna"], people["gleb"], people["olga"]
    first = dovecot_world.write_config(tmp_path / "first")
    second = dovecot_world.write_config(tmp_path / "second", database=database_url)
    for config in (first, second):
        config.write_text(config.read_text().replace('"maild/Done"', f'"{filed}"'))
    anna.send(DESK, "Before", "This is in the backup.")
    once(first)
    assert maild(first, "backup", str(tmp_path / "b")).returncode == 0
    anna.send(DESK, "The second till", "It prints nothing.")
    once(first)
    olga.reply(olga.wait_for("notification", count=2), "Turn it off and on.\n/time 25m the second till")
    once(first)
    anna.reply(anna.wait_for("relay"), "It prints, but askew.")
    once(first)
    olga.reply(olga.wait_for("notification", count=3), "Press the paper down.\n/time 10m the paper\n/solved")
    once(first)
    anna.wait_for("asks")
    gleb.send(DESK, "Another matter", "Of another client, while the desk was down.")
    assert maild(second, "restore", str(tmp_path / "b")).returncode == 0
    once(second)
    return second


def once(config):
    done = maild(config, "once")
    assert done.returncode == 0, done.stderr


def states(config):
    return {ticket["subject"]: ticket["state"] for ticket in json.loads(maild(config, "tickets", "--json").stdout)}


def of_kind(kind, person):
    return [mail for mail in person.inbox() if mail.kind == kind]


def test_all_of_it_is_done_again_on_the_right_ticket(restored, people):
    assert states(restored) == {"Before": "new", "The second till": "solved", "Another matter": "new"}
    booked = json.loads(maild(restored, "time", "--client", "acme", "--json").stdout)
    assert [entry["worked_minutes"] for entry in booked] == [25, 10]
    assert len(of_kind("relay", people["anna"])) == 4
    assert not of_kind("relay", people["gleb"])
    assert not of_kind("hold", people["olga"])


def test_answers_to_letters_of_the_lost_hours_reach_their_ticket_and_a_bare_button_opens_none(restored, people):
    anna, olga = people["anna"], people["olga"]
    anna.press(anna.wait_for("asks").buttons[0])
    olga.reply(olga.wait_for("notification", count=3), "One more thing: clean the rollers.")
    lost = anna.wait_for("relay")
    anna.reply(
        lost, "I did. How often should that be done?", headers={"References": lost["Message-ID"]}
    )  # its client trims the thread
    once(restored)
    assert "clean the rollers" in anna.wait_for("relay", count=5).text
    assert "How often" in of_kind("notification", olga)[-1].text
    assert not of_kind("relay", people["gleb"])
    assert states(restored) == {"Before": "new", "The second till": "open", "Another matter": "new"}
