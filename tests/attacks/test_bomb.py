"""A mail bomb of thousands over a real Dovecot, and the daemon behind it: who writes meanwhile is acknowledged as ever."""

import json
import os
import shutil
import subprocess
import sys
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from maild.sandbox.people import Person

pytestmark = [pytest.mark.server, pytest.mark.long]

MAILS = int(os.environ.get("BOMB", "2000"))  # BOMB=10000: half an hour on a busy machine
FORGED = "Authentication-Results: mx.vendor.test; dmarc=pass header.from=evil.test"
ACK_SECONDS = 60  # the strictest target of the example configuration
FIRST_SECONDS = 300  # with the daemon's start, and the server's first look at all the new files


def bomb(root: Path):
    """Lay that many mails of one sender into the mailbox, as they would lie there after a night."""
    folder = root / "mail" / "support@vendor.test" / "new"
    for number in range(MAILS):
        lines = (
            "Return-Path: <eve@evil.test>",
            FORGED,
            "From: Eve <eve@evil.test>",
            "To: support@vendor.test",
            f"Subject: Offer {number}",
            f"Message-ID: <bomb.{number}@evil.test>",
            f"Date: {formatdate()}",
            "",
            f"Buy {number} at once.",
            "",
        )
        (folder / f"{1000000000 + number}.M{number}P1.bomb").write_bytes("\r\n".join(lines).encode())
    owner = folder.stat()
    for each in folder.iterdir():
        os.chown(each, owner.st_uid, owner.st_gid)


def test_thousands_of_mails_of_one_sender_delay_nobody_elses_ack(dovecot_world, tmp_path):
    world = dovecot_world
    config = world.write_config(tmp_path, poll="1s")
    world.dovecot.deliver(b"From: x@y.test\r\nSubject: first\r\n\r\nhello\r\n", "support@vendor.test")  # makes the folders
    bomb(world.dovecot.root)
    log = (tmp_path / "maild.log").open("wb")
    daemon = subprocess.Popen([sys.executable, "-m", "maild", "run", "--config", str(config)], stdout=log, stderr=log)
    anna = Person(world, "anna@acme.test")
    try:
        waits = []
        for number in range(4):
            began = time.monotonic()
            anna.send("support@vendor.test", f"Question {number}", "Hello")
            while len([mail for mail in anna.inbox() if mail.kind == "ack"]) <= number:
                assert daemon.poll() is None, (tmp_path / "maild.log").read_text()[-2000:]
                allowed = ACK_SECONDS if number else FIRST_SECONDS
                assert time.monotonic() - began < allowed, f"no ack within {allowed} s"
                time.sleep(0.2)
            waits.append(time.monotonic() - began)
            time.sleep(5)
        deadline = time.monotonic() + 1200
        while status(config)["quarantine"] < MAILS - 101:
            assert time.monotonic() < deadline, status(config)
            time.sleep(2)
    finally:
        anna.close()
        daemon.terminate()
        daemon.wait(30)
        shutil.rmtree(tmp_path / "var", ignore_errors=True)
    print(f"{MAILS} mails of one sender: acks to somebody else after {', '.join(f'{wait:.1f}' for wait in waits)} s")


def status(config):
    done = subprocess.run(
        [sys.executable, "-m", "maild", "status", "--json", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)
