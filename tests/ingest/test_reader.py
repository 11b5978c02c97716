"""The pool of reading processes: order, limits, deaths, and what does not hurt the others."""

import base64
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.ingest.reader import Reader, ReaderUnavailableError
from maild.message import Message, Unreadable

pytestmark = pytest.mark.thorough


def mail(subject: str, body: bytes = b"body") -> bytes:
    return b"From: a@b.test\r\nSubject: " + subject.encode() + b"\r\nMessage-ID: <1@b.test>\r\n\r\n" + body


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as pool:
        yield pool


def pids(pool: Reader) -> list[int]:
    return [worker.child.pid for worker in pool._workers if worker.child.pid is not None]


def gone(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def test_mails_come_back_in_the_order_they_were_given(reader: Reader) -> None:
    read = reader.read_many([mail(f"number {n}") for n in range(40)])
    assert [one.subject for one in read] == [f"number {n}" for n in range(40)]
    assert reader.read_many([]) == []


def test_everything_about_a_mail_survives_the_way_back(reader: Reader) -> None:
    content = os.urandom(300_000)
    raw = (
        b"From: =?utf-8?B?0JDQvdC90LA=?= <anna@acme.test>\r\nDate: Sat, 21 Nov 2026 10:20:00 +0200\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee file\r\n-- \r\nAnna\r\n--b\r\n"
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
        + b"--b--\r\n"
    )
    message = reader.read(raw)
    assert isinstance(message, Message)
    assert message.sender is not None
    assert message.sender.name == "Анна"
    assert message.date is not None
    assert message.date.isoformat() == "2026-11-21T08:20:00+00:00"
    assert message.attachments[0].content == content
    assert message.reading.signature_text


def test_a_mail_above_the_size_is_refused_with_its_head(reader: Reader) -> None:
    result = reader.read(mail("huge", b"x" * (26 * 1024 * 1024)))
    assert isinstance(result, Unreadable)
    assert (result.sender, result.subject) == ("a@b.test", "huge")
    assert str(26 * 1024 * 1024) in result.reason.replace(",", "") or "more than" in result.reason


@pytest.mark.thorough
def test_too_much_cpu_condemns_that_mail_alone() -> None:
    slow = mail("slow", b"On Monday someone\r\n" * 55_000)
    with Reader(cpu_seconds=0.02) as pool:
        before = pids(pool)
        results = pool.read_many([mail("one"), slow, mail("two"), mail("three")])
        assert [one.subject for one in results] == ["one", "slow", "two", "three"]
        assert [type(one) for one in results] == [Message, Unreadable, Message, Message]
        assert isinstance(results[1], Unreadable)
        assert "CPU" in results[1].reason
        assert results[1].sender == "a@b.test"
        assert set(pids(pool)) != set(before)


@pytest.mark.thorough
def test_too_much_memory_condemns_that_mail_alone() -> None:
    with Reader(processes=1, memory_bytes=80 * 1024 * 1024) as pool:
        results = pool.read_many([mail("one"), mail("large", b"x" * (24 * 1024 * 1024) + b"\xcf\xd2"), mail("two")])
        assert [type(one) for one in results] == [Message, Unreadable, Message]
        assert isinstance(results[1], Unreadable)
        assert results[1].subject == "large"


@pytest.mark.thorough
def test_a_process_that_hangs_is_given_up_after_the_wall_time() -> None:
    with Reader(processes=1, wall_seconds=0.5) as pool:
        assert isinstance(pool.read(mail("one")), Message)
        os.kill(pids(pool)[0], signal.SIGSTOP)
        started = time.monotonic()
        result = pool.read(mail("stuck"))
        assert isinstance(result, Unreadable)
        assert "0.5 s" in result.reason
        assert result.subject == "stuck"
        assert time.monotonic() - started < 30  # a stopped process never answers
        assert isinstance(pool.read(mail("next")), Message)


def test_an_accident_is_tried_again_and_condemns_no_mail() -> None:
    with Reader(processes=1) as pool:
        assert isinstance(pool.read(mail("one")), Message)
        os.kill(pids(pool)[0], signal.SIGKILL)
        result = pool.read(mail("innocent"))
        assert isinstance(result, Message)
        assert result.subject == "innocent"


@pytest.mark.parametrize("accident", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stuck"])
def test_mails_that_travel_together_do_not_pay_for_each_other(accident: signal.Signals) -> None:
    subjects = [f"number {number}" for number in range(20)]
    with Reader(processes=1, wall_seconds=1) as pool:
        assert isinstance(pool.read(mail("warm")), Message)
        os.kill(pids(pool)[0], accident)
        read = pool.read_many([mail(subject) for subject in subjects])
        assert [type(one) for one in read] == [Message] * 20
        assert [one.subject for one in read] == subjects


def test_signals_to_the_group_do_not_stop_the_processes(reader: Reader) -> None:
    reader.read_many([mail("a"), mail("b")])
    before = pids(reader)
    for pid in before:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
    assert [one.subject for one in reader.read_many([mail("c"), mail("d")])] == ["c", "d"]
    assert pids(reader) == before


def test_many_threads_share_one_reader(reader: Reader) -> None:
    wrong: list[str] = []

    def ask(name: str) -> None:
        for n in range(10):
            raws = [mail(f"{name}-{n}-{k}") for k in range(3)]
            if [one.subject for one in reader.read_many(raws)] != [f"{name}-{n}-{k}" for k in range(3)]:
                wrong.append(f"{name}-{n}")

    threads = [threading.Thread(target=ask, args=(f"t{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_close_ends_the_processes() -> None:
    pool = Reader()
    pool.read_many([mail("a"), mail("b")])
    before = pids(pool)
    pool.close()
    assert all(gone(pid) for pid in before)


def test_the_processes_die_with_their_parent() -> None:
    program = (
        "import sys, time\nfrom maild.ingest.reader import Reader\npool = Reader()\n"
        "pool.read_many([b'Subject: a\\n\\nb'] * 2)\n"
        "print(*[w.child.pid for w in pool._workers], flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as parent:
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
        assert all(gone(pid) for pid in workers)


def test_secrets_do_not_reach_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILD_IMAP_PASSWORD", "geheim")
    with Reader(processes=1) as pool:
        pool.read(mail("a"))
        assert b"geheim" not in Path(f"/proc/{pids(pool)[0]}/environ").read_bytes()


def test_a_broken_installation_is_no_verdict_on_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Reader(processes=1) as pool, pytest.raises(ReaderUnavailableError):
        pool.read(mail("a"))


@pytest.mark.thorough
def test_a_machine_without_room_for_a_process_is_no_verdict_either(monkeypatch: pytest.MonkeyPatch) -> None:
    with Reader(processes=1) as pool:
        assert pool.read(mail("before")).subject == "before"
        for pid in pids(pool):
            os.kill(pid, signal.SIGKILL)
        with monkeypatch.context() as patched:
            patched.setattr(subprocess, "Popen", _no_room)
            with pytest.raises(ReaderUnavailableError, match="temporarily unavailable"):
                pool.read(mail("meanwhile"))
        assert pool.read(mail("after")).subject == "after"


def _no_room(*_: object, **__: object) -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


@pytest.mark.thorough
def test_a_process_that_grew_is_replaced() -> None:
    with Reader(processes=1, resident_bytes=1) as pool:
        seen = set()
        for n in range(3):
            assert pool.read(mail(f"number {n}")).subject == f"number {n}"
            seen.update(pids(pool))
        assert pids(pool) == []
        assert seen == set()
        some = [mail(f"number {n}") for n in range(9)]
        (worker,) = pool._workers
        assert len(worker.ask([(raw, len(raw)) for raw in some], 10)) == 1  # the rest is for a fresh process
        assert [one.subject for one in pool.read_many(some)] == [f"number {n}" for n in range(9)]
    with Reader(processes=1) as pool:
        pool.read(mail("one"))
        before = pids(pool)
        pool.read(mail("two"))
        assert pids(pool) == before
