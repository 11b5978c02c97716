"""Whatever people write and whenever the desk wakes: what it says equals what a few lines of arithmetic say it must."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from promise_desk import OLGA, STRANGER, PromiseDesk, at

from maild.store.store import Store

pytestmark = pytest.mark.thorough

BEGIN = at("01 00:00")
MINUTE = timedelta(minutes=1)
PROMISED = 24 * 60  # minutes: a stranger's answer, and each next one
THRESHOLDS = [(50, PROMISED // 2), (75, PROMISED * 3 // 4), (90, PROMISED * 9 // 10), (100, PROMISED)]

ACTS = st.sampled_from(["customer", "answer", "wait", "note", "solved", "thanks"])
STORIES = st.lists(st.tuples(st.integers(1, 2200), ACTS), min_size=1, max_size=7)
RARE = st.lists(st.integers(1, 8000), max_size=8).map(sorted)
DENSE = st.just(list(range(10, 7000, 30)))  # each half hour: nothing may be missed


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "empty.db"
    store = Store(f"sqlite:///{path}", "template")
    store.migrate()
    store.close()
    return path


def expected(moments):
    """What is said, as (minute, percent): of the thresholds that were passed since the last sweep only the most urgent."""
    since, said, out = None, 0, []
    for minute, what in moments:
        if what == "sweep":
            passed = [percent for percent, after in THRESHOLDS if since is not None and since + after <= minute]
            if passed and passed[-1] > said:
                said = passed[-1]
                out.append((minute, said))
        elif what == "customer" and since is None:
            since, said = minute, 0
        elif what in ("answer", "wait", "solved"):
            since = None
    return out


def play(desk, moments):
    """The same moments at a real desk; returns what it said."""
    last = {}
    for minute, what in moments:
        now = BEGIN + minute * MINUTE
        if what == "sweep":
            came = desk.sweep(now)
        elif what in ("customer", "thanks"):
            words = "Thank you!" if what == "thanks" else f"It does nothing, minute {minute}."
            relay = last.get("relay")
            came = desk.reply(now, STRANGER, relay, words) if relay else desk.write(now, STRANGER, words, "Re: [#1] Printer")
        else:
            command = {"answer": "", "wait": "/wait", "note": "/note", "solved": "/solved"}[what]
            came = desk.reply(now, OLGA, last["notification"], f"Switch cable {minute}.\n\n{command}")
        last |= {letter.kind: letter for letter in came if letter.to == OLGA or letter.kind == "relay"}
    return [
        ((event.at - BEGIN) // MINUTE, int(event.detail.split()[1]))
        for event in desk.store.ticket(1).events
        if event.what in ("warned", "promise broken")
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=STORIES, sweeps=RARE | DENSE)
def test_every_threshold_speaks_once_unless_it_was_answered_before(template, story, sweeps):
    moments, minute = [(0, "customer")], 0
    for pause, what in story:
        minute += pause
        moments.append((minute, what))
    taken = {minute for minute, _ in moments}
    moments = sorted([*moments, *((each, "sweep") for each in sweeps if each not in taken)], key=lambda moment: moment[0])
    with tempfile.TemporaryDirectory() as folder:
        desk = PromiseDesk(Path(folder), template, '[routing.teams]\nprinting = ["printer"]\n')
        try:
            assert play(desk, moments) == expected(moments)
            told = [(kind, to, when) for kind, to, when in desk.said("warning", "breach")]
            assert len(told) == len(set(told))
        finally:
            desk.close()
