"""The real daemon as a process, between the embedded mail world and its people."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from maild.config import load
from maild.sandbox.people import Person
from maild.sandbox.world import MailWorld

READY_SECONDS = 30


class Running:
    """`maild run` with a configuration; `kill` ends it as a power cut would."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.health_port = load(config).health.port
        self.log = config.parent.parent / "var" / f"maild-{id(self)}.log"
        self.process: subprocess.Popen | None = None
        self.before: list[str] = []  # words in front of the command, such as strace's
        self.environment: dict[str, str] = {}

    def start(self) -> "Running":
        with self.log.open("ab") as log:
            command = [*self.before, sys.executable, "-m", "maild", "run", "--config", str(self.config)]
            environment = os.environ | self.environment
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment)
        return self

    def ready(self) -> "Running":
        deadline = time.monotonic() + READY_SECONDS
        while self.get("/readyz")[0] != 200:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.05)
        return self

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError as error:
            return 0, str(error)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float = 15) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def maild(config: Path, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "maild", *words, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def world():
    with MailWorld() as started:
        yield started


@pytest.fixture
def people(world):
    made = {account.address.split("@")[0]: Person(world, account.address) for account in world.accounts}
    yield made
    for person in made.values():
        person.close()


@pytest.fixture
def config(world, tmp_path):
    return world.write_config(tmp_path, poll="1s")


@pytest.fixture
def daemon(config):
    running = Running(config).start()
    yield running
    running.kill()
