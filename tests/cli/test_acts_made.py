"""Acts as the timetable makes them: killed at any step their numbers have no gap, and kept figures give the kept bytes again."""

import random
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.cli import verify
from maild.config import load
from maild.desk.decision import Due
from maild.paperwork import rendered_again
from maild.service import setting_of
from maild.store.record import Tx
from maild.timetable import Timetable

DECEMBER = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
FACTS = (("first", "2026-11-01"), ("last", "2026-11-30"), ("for", "alla"))


class Killed(BaseException):
    """What no handler catches: the process is gone."""

    count = 0

    def __init__(self, step):
        super().__init__(step)
        Killed.count += 1


@pytest.fixture
def kept(filled, config_path):
    return filled, setting_of(load(config_path), DECEMBER)


def play(kept, rng, rounds):
    """Ask for an act and its corrections, killed now and then at one of three places; return the store."""
    store, setting = kept
    clock = DECEMBER
    finish, number = Tx.finish_due, Tx.number

    def dying(step, call):
        def run(*words):
            if rng.random() < 0.2:
                raise Killed(step)
            done = call(*words)
            if rng.random() < 0.1:
                raise Killed(f"after {step}")
            return done

        return run

    for round_ in range(rounds):
        corrected = (("corrected", "yes"),) if round_ else ()
        store.set_dues((Due("act", f"acme {round_}", DECEMBER, (*FACTS, ("at", str(round_)), *corrected)),))
        while any(due.what == "act" for due in store.dues("act")):
            clock += timedelta(minutes=5)  # its lease is over
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Tx, "finish_due", dying("finish", finish))
                patch.setattr(Tx, "number", dying("number", number))
                composer = type("Composer", (), {"compose": staticmethod(dying("compose", setting.composer.compose))})()
                try:
                    Timetable(store, lambda: replace(setting, composer=composer)).keep(DECEMBER, clock)  # noqa: B023
                except Killed:
                    continue
    return store


def check(store, rounds):
    made = store.documents("act")
    assert [(each.year, each.number) for each in made] == [(2026, number + 1) for number in range(rounds)]
    assert len({each.period for each in made}) == rounds
    for each in made:
        whole = store.numbered_document("act", 2026, each.number)
        assert rendered_again(whole) == whole.files
        letters = store.document_letters("act", "acme", each.period)
        assert letters and all(f'name="{file.filename}"'.encode() in letter.raw for letter in letters for file in whole.files)


@pytest.mark.thorough
def test_no_kill_leaves_a_gap_and_no_act_differs_when_it_is_made_again(kept):
    check(play(kept, random.Random(7), 4), 4)


@pytest.mark.long
def test_two_hundred_kills_leave_no_gap(kept):
    before = Killed.count
    check(play(kept, random.Random(11), 130), 130)
    assert Killed.count - before >= 200


def test_all_acts_of_a_month_are_asked_for_at_once(kept):
    store, setting = kept
    store.set_dues((Due("act", "all 2026-11-01..2026-11-30 alla", DECEMBER, FACTS),))
    Timetable(store, lambda: setting).keep(DECEMBER, DECEMBER)
    made = store.documents("act")
    assert [(each.client, each.number) for each in made] == [("acme", 1)]  # clients without work get no word
    letters = store.document_letters("act", "acme", "2026-11")
    assert letters and {letter.kind for letter in letters} == {"act"}


def test_a_client_taken_out_of_the_directory_gets_its_last_act(kept):
    store, setting = kept
    rules = setting.rules
    clients = {name: client for name, client in rules.directory.clients.items() if name != "acme"}
    gone = replace(rules, directory=replace(rules.directory, clients=clients, version="later"))
    first = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    store.set_dues((Due("acts", "desk", first),))
    Timetable(store, lambda: replace(setting, rules=gone)).keep(DECEMBER, DECEMBER)
    assert [(each.client, each.facts["client"]["name"]) for each in store.documents("act")] == [("acme", "Акме Учёт")]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE document_file SET content = X'00' WHERE position = 2", "its files are not what its figures give"),
        ("UPDATE document_file SET content = X'00' WHERE position = 2", "is not what was made"),
        ("UPDATE document SET facts = '{}' WHERE kind = 'act'", "its figures cannot be read"),
        ("UPDATE document SET facts = 'x' WHERE kind = 'act'", "its figures cannot be read"),
        (
            "UPDATE document SET facts = replace(facts, '\"worked\": 25', '\"worked\": 24') WHERE kind = 'act'",
            "otherwise than it was",
        ),
    ],
)
def test_verify_makes_acts_again(kept, cli, statement, said):
    """An act and its correction: 0 differ; one octet or figure that somebody changed is found."""
    check(play(kept, random.Random(3), 2), 2)
    done = cli("verify", "--json")
    assert (done.code, done.json()["rendered_again"], done.json()["discrepancies"]) == (0, 2, [])
    with sqlite3.connect(kept[0].url.database) as connection:
        connection.execute(statement)
    found = cli("verify", "--json").json()["discrepancies"]
    assert any(said in each["text"] for each in found)


@pytest.mark.thorough
def test_of_many_acts_some_are_typeset_anew_and_no_byte_of_the_others_may_differ(kept, cli, monkeypatch):
    monkeypatch.setattr(verify, "MADE_AGAIN", 1)
    check(play(kept, random.Random(3), 3), 3)
    assert cli("verify").out.endswith("(1 of 3 acts made again, by chance; all of them: --documents): all agrees.\n")
    assert cli("verify", "--documents", "--json").json()["rendered_again"] == 3
    monkeypatch.setattr(verify, "MADE_AGAIN", 0)
    with sqlite3.connect(kept[0].url.database) as connection:
        connection.execute("UPDATE document_file SET content = content || X'00' WHERE position = 0")
    done = cli("verify", "--json").json()
    assert (done["rendered_again"], len(done["discrepancies"])) == (0, 3)
