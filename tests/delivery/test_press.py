"""Letters that are composed in another process are the same letters, whatever becomes of that process."""

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from delivery.test_compose import COMPOSER, DESK, KEYRING, NOW

from maild.delivery.compose import Composer
from maild.delivery.press import MANY_MAILS, SHEET_NOTICES, Letters, Press
from maild.delivery.render import Renderer, TemplateFault
from maild.delivery.samples import samples
from maild.mailbox_lease import LEASE_SECONDS
from maild.message import Attachment

NOTICES = list(samples("ru").values())
HERE = [COMPOSER.compose(notice, NOW) for notice in NOTICES]

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def press():
    running = Press()
    yield awake(running)
    running.close()


def awake(press):
    """The press, once its process has said that it can work."""
    deadline = time.monotonic() + 20
    while not press.ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return press


def composed(press, composer, notices, mails=MANY_MAILS, now=NOW):
    with press.batch(composer, now, mails) as letters:
        later = [letters.compose([notice]) for notice in notices]
        return [each for letter in later for each in letter()]


def test_the_same_bytes_come_from_either_side(press):
    assert composed(press, COMPOSER, NOTICES) == HERE
    later = NOW + timedelta(days=2)
    assert composed(press, COMPOSER, NOTICES, now=later) == [COMPOSER.compose(notice, later) for notice in NOTICES]


@pytest.mark.parametrize("octets", [200_000, 2_000_000])
def test_files_go_out_and_stay_with_what_is_stored(press, octets):
    file = Attachment("scan.pdf", "application/pdf", os.urandom(octets))
    notices = [replace(notice, attachments=(file,)) for notice in NOTICES[:SHEET_NOTICES]]
    assert composed(press, COMPOSER, notices) == [COMPOSER.compose(notice, NOW) for notice in notices]


def test_another_composer_takes_over_at_the_next_sheet(press):
    other = Composer(replace(DESK, name="Another desk"), KEYRING, Renderer(DESK))
    assert composed(press, other, NOTICES) == [other.compose(notice, NOW) for notice in NOTICES]
    assert composed(press, COMPOSER, NOTICES) == HERE


def test_what_composing_raises_is_raised_where_it_is_asked_for(press):
    bad = replace(NOTICES[0], facts={})
    with press.batch(COMPOSER, NOW, MANY_MAILS) as letters, pytest.raises(TemplateFault, match="ack"):
        later = [letters.compose([notice]) for notice in [bad, *NOTICES[: 3 * SHEET_NOTICES]]]
        later[0]()
    assert composed(press, COMPOSER, NOTICES) == HERE


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_a_process_that_dies_costs_no_letter_and_is_started_again(press, kill):
    os.kill(press._child.pid, kill)
    began = time.monotonic()
    assert composed(press, COMPOSER, NOTICES) == HERE
    assert time.monotonic() - began < LEASE_SECONDS  # also where it hangs
    awake(press)
    assert composed(press, COMPOSER, NOTICES) == HERE


def test_few_letters_start_nothing():
    with_nothing = Press()
    assert composed(with_nothing, COMPOSER, NOTICES, mails=MANY_MAILS - 1) == HERE
    assert with_nothing._child.pid is None
    with_nothing.close()


def test_after_its_end_letters_are_composed_here():
    ended = awake(Press())
    ended.close()
    assert not ended.ready()
    assert composed(ended, COMPOSER, NOTICES) == HERE
    assert ended._child.pid is None


def test_the_end_waits_for_the_batch_that_is_served():
    ending = awake(Press())
    with ending.batch(COMPOSER, NOW, MANY_MAILS) as letters:
        later = [letters.compose([notice]) for notice in NOTICES]
        end = threading.Thread(target=ending.close)
        end.start()
        assert [each for letter in later for each in letter()] == HERE
        assert end.is_alive()
    end.join(5)
    assert ending._child.pid is None


def test_who_comes_while_another_is_served_composes_here(press):
    with press.batch(COMPOSER, NOW, MANY_MAILS) as letters:
        later = [letters.compose([notice]) for notice in NOTICES]
        assert composed(press, COMPOSER, NOTICES) == HERE
        assert [each for letter in later for each in letter()] == HERE


def test_the_process_composes_its_part(press, monkeypatch):
    here = []
    monkeypatch.setattr(
        Letters,
        "_here",
        lambda self, notices: here.append(len(notices)) or [self._composer.compose(n, self._now) for n in notices],
    )
    with press.batch(COMPOSER, NOW, MANY_MAILS) as letters:
        later = [letters.compose([notice]) for notice in NOTICES]
        deadline = time.monotonic() + 10
        while letters._waiting or letters._begun:  # as if deciding took long
            assert time.monotonic() < deadline
            letters._hear(press, 0.1)
        assert [each for letter in later for each in letter()] == HERE
    assert sum(here) < SHEET_NOTICES


def test_a_machine_without_room_for_a_process_composes_here(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    poor = Press()
    assert composed(poor, COMPOSER, NOTICES) == HERE
    time.sleep(0.2)  # until it has ended
    assert composed(poor, COMPOSER, NOTICES) == HERE
    poor.close()
