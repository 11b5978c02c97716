"""A Debian server as a child process of the tests: found, started as a user who may run it, waited for, ended."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 20
STOP_SECONDS = 10


class ServerMissingError(Exception):
    """This machine has no such server; the text says what to install."""


def program(name: str, *places: str, package: str) -> str:
    """Path of a server's program: of the newest version in `places` (globs), else in PATH."""
    found = sorted((str(path) for place in places for path in Path("/").glob(f"{place}/{name}".lstrip("/"))), key=_by_version)
    path = found[-1] if found else shutil.which(name)
    if path is None:
        raise ServerMissingError(f"{name} is missing: apt install {package}")
    return path


def _by_version(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path)]


def unprivileged(*wanted: str) -> dict[str, object]:
    """Arguments for subprocess that drop root's rights to the first of these users that exists; {} for anybody else."""
    if os.geteuid() != 0:
        return {}
    for name in (*wanted, "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServerMissingError(f"no user to run it as: none of {wanted}")


def wait_for_ports(process: subprocess.Popen, ports: list[int], log: Path) -> None:
    """Return once every port answers; RuntimeError with the log's end if the process died or took too long."""
    deadline = time.monotonic() + START_SECONDS
    waiting = list(ports)
    while waiting:
        try:
            socket.create_connection((HOST, waiting[0]), 1).close()
            waiting.pop(0)
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                end(process)
                said = log.read_text(errors="replace")[-800:] if log.exists() else ""
                raise RuntimeError(f"{process.args[0]} did not start: {said}") from None
            time.sleep(0.02)


def end(process: subprocess.Popen) -> None:
    """Ask it to stop, then make it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
