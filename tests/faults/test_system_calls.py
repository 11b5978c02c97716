"""The daemon under strace: killed at its Nth system call of a kind, or told that the call failed."""

import subprocess

import pytest

from faults.world import FIGURES, STRACE, FaultWorld

pytestmark = [pytest.mark.long, pytest.mark.server]
KILLED_AT = [
    *(("fdatasync", n) for n in (3, 9, 17)),
    *(("pwrite64", n) for n in (20, 90, 200)),
    *(("sendto", n) for n in (20, 60, 110)),
    *(("recvfrom", n) for n in (25, 70, 120)),
    ("rename", 1),
    ("ftruncate", 1),
]
FAILING = [
    ("fdatasync", "EIO", "4..6"),
    ("pwrite64", "ENOSPC", "40..60"),
    ("pwrite64", "EIO", "80..84"),
    ("recvfrom", "ECONNRESET", "30..32"),
    ("sendto", "EPIPE", "30..32"),
    ("socket", "EMFILE", "1..2"),
    ("openat", "EMFILE", "500..520"),
]


def may_trace():
    if STRACE is None:
        return False
    done = subprocess.run(
        [STRACE, "-o", "/dev/null", "-e", "inject=getpid:error=EIO", "true"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.fixture(scope="module", autouse=True)
def traced():
    if not may_trace():
        pytest.skip("strace is missing or may not trace here: apt install strace")


def trace_of(world: FaultWorld):
    return world.folder / "strace"


def start(world: FaultWorld, inject):
    daemon = world.daemon
    call = inject.partition(":")[0]
    quiet = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        str(trace_of(world)),
    ]
    if "signal=" not in inject:
        quiet.append("--seccomp-bpf")  # quicker; but where it stops a process, no signal can be injected
    daemon.before = [*quiet, "-e", f"trace={call}", "-e", f"inject={inject}"]
    daemon.start()
    daemon.before = []


@pytest.mark.parametrize(("call", "nth"), KILLED_AT)
def test_killed_at_a_system_call(world, call, nth):
    start(world, f"{call}:signal=SIGKILL:when={nth}")
    traced = world.daemon.process
    while traced.poll() is None and len(world.subjects) < 60:  # each thread counts its own calls
        world.offer(1, pause=0.3)
    assert traced.poll() is not None, f"it came through without {nth} times {call}"
    world.may_copy = 2
    FIGURES.faults[f"killed at {call}"] += 1
    world.recovers("kill", 0)
    world.judge()


@pytest.mark.parametrize(("call", "error", "when"), FAILING)
def test_a_system_call_fails_for_a_while_and_the_daemon_goes_on(world, call, error, when):
    start(world, f"{call}:error={error}:when={when}")
    world.offer(6)
    world.may_copy = 2
    world.all_acked()
    fired = trace_of(world).read_text(errors="replace").count("(INJECTED)")
    assert fired, "it came through without that many calls"
    world.recovers(f"{error} at {call}", fired)
    world.judge()
