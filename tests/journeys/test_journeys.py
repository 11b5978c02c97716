"""Every folder beside this file is a story. README.md tells how they are written."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from journeys.desk_of_story import InProcessDesk
from journeys.over_servers import ServersDesk
from journeys.play import Play
from journeys.story import BEGIN, read_story

from maild.store.store import Store

HERE = Path(__file__).parent
STORIES = sorted(folder.name for folder in HERE.iterdir() if (folder / "tickets.txt").exists())
OVER_SERVERS = ("whole-day", "duplicates")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A database with all its tables and nothing in it, to be copied: making it takes longer than a story."""
    path = tmp_path_factory.mktemp("migrated") / "maild.db"
    store = Store(f"sqlite:///{path}", "migrate")
    store.migrate()
    store.close()
    return path


@pytest.mark.parametrize("name", STORIES)
def test_story(name, tmp_path, migrated):
    story = read_story(HERE / name)
    desk = InProcessDesk(story, tmp_path, BEGIN, migrated)
    try:
        Play(story, desk).run()
    finally:
        desk.close()


@pytest.mark.parametrize("name", OVER_SERVERS)
def test_story_over_servers(name, tmp_path, dovecot, sink):
    if datetime.now(UTC) < BEGIN:
        pytest.skip("Dovecot takes no mail of the future, and the stories begin in November 2026")
    story = read_story(HERE / name)
    desk = ServersDesk(story, tmp_path, BEGIN, dovecot, sink)
    try:
        Play(story, desk).run()
    finally:
        desk.close()
