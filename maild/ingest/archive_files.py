"""Archives of mail on a disk: mbox files (RFC 4155 and its older relatives) and Maildir folders, read without changing them.

An archive is looked over once for the instant of each mail, so that it can be taken in the order in which it was written: a reply that
comes before what it answers would begin a thread of its own. The octets are read again when they are wanted, a few at a time.
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from maild.ingest.header_fields import instant

HEAD_BYTES = 64 * 1024  # where the fields that tell an instant are looked for
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # what claims to be older has a broken clock
# "From anna@acme.test Mon Nov 23 14:05:33 2026", with or without a zone: a body may hold lines that only begin so.
_FROM_LINE = re.compile(
    rb"From [^\r\n]{0,320}?\d\d:\d\d(?::\d\d)? (?:[A-Z]{1,5} |[+-]\d{4} )?(?:19|20)\d\d(?: [+-]\d{4}| [A-Z]{1,5})?[ \t]*\r?\n"
)
_FROM_LINE_DATE = re.compile(rb"\w{3} +(\w{3}) +(\d{1,2}) +(\d\d:\d\d(?::\d\d)?) +(?:[A-Z]{1,5} +|[+-]\d{4} +)?(\d{4})")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FIELD = re.compile(rb"^(received|date)[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")


class NoArchiveError(Exception):
    """What a path names cannot be read as that kind of archive; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail stands, and when it came as far as can be told. `start` and `stop` are octets of the file."""

    path: Path
    start: int
    stop: int
    at: datetime | None
    is_mbox: bool = False

    def octets(self) -> bytes:
        """The mail as it came; in an mbox without the quoting of its lines that begin with From."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            raw = file.read(self.stop - self.start)
        return _QUOTED_FROM.sub(rb"\1", raw) if self.is_mbox else raw


def mbox_places(path: Path) -> Iterator[Place]:
    """Every mail of an mbox file in its order. Raises NoArchiveError."""
    if path.is_dir():
        raise NoArchiveError(f"{path} is a folder, an mbox is a file: a folder with cur and new in it is brought in as maildir")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size == 0:
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
                yield from _mails_of(path, octets)
    except OSError as fault:
        raise NoArchiveError(f"{path}: {fault.strerror}") from None


def _mails_of(path: Path, octets: mmap.mmap) -> Iterator[Place]:
    line = _FROM_LINE.match(octets)
    if line is None:
        raise NoArchiveError(f'{path} is no mbox: it does not begin with a line "From SENDER DATE"')
    while line is not None:
        start, following = line.end(), _next_from_line(octets, line.end())
        stop = following.start() if following else len(octets)
        head = octets[start : min(stop, start + HEAD_BYTES)]
        yield Place(path, start, stop, _instant_of(head) or _from_line_instant(line[0]), is_mbox=True)
        line = following


def _next_from_line(octets: mmap.mmap, position: int) -> re.Match[bytes] | None:
    """The next line that parts two mails: it stands behind a blank line, or at once where a mail has no body."""
    at = position - 1
    while (at := octets.find(b"\nFrom ", at)) >= 0:
        blank_before = at + 1 == position or octets[at - 1 : at] == b"\n" or octets[at - 2 : at] == b"\n\r"
        if blank_before and (found := _FROM_LINE.match(octets, at + 1)) is not None:
            return found
        at += 1
    return None


def maildir_places(folder: Path) -> Iterator[Place]:
    """Every mail below a folder that holds `cur` or `new`, its subfolders included. Raises NoArchiveError."""
    if folder.is_file():
        raise NoArchiveError(f"{folder} is a file, a Maildir is a folder: a file of mails is brought in as mbox")
    found = False
    for directory, names, _ in os.walk(folder, onerror=_unreadable):
        names[:] = sorted(name for name in names if name != "tmp")
        for name in ("cur", "new"):
            if name in names:
                found = True
                names.remove(name)
                yield from _mails_in(Path(directory, name))
    if not found:
        raise NoArchiveError(f"{folder} is no Maildir: it has no folder cur or new")


def _mails_in(folder: Path) -> Iterator[Place]:
    try:
        for entry in sorted(os.scandir(folder), key=lambda each: each.name):
            if entry.is_file() and not entry.name.startswith("."):
                path = Path(entry.path)
                with path.open("rb") as file:
                    head = file.read(HEAD_BYTES)
                facts = entry.stat()
                yield Place(path, 0, facts.st_size, _instant_of(head) or datetime.fromtimestamp(facts.st_mtime, UTC))
    except OSError as fault:
        raise NoArchiveError(f"{folder}: {fault.strerror}") from None


def _unreadable(fault: OSError) -> None:
    raise NoArchiveError(f"{fault.filename}: {fault.strerror}")


def _instant_of(head: bytes) -> datetime | None:
    """When a mail came: the topmost Received, as the server that held it wrote, else its Date."""
    blank = _BLANK.search(head)
    fields = [(name.lower(), value) for name, value in _FIELD.findall(head[: blank.start()] if blank else head)]
    received = (value.rpartition(b";")[2] for name, value in fields if name == b"received")
    dates = (value for name, value in fields if name == b"date")
    for value in (*list(received)[:1], *dates):
        found = instant(value.decode("latin-1"))
        if found is not None and found > _EARLIEST:
            return found
    return None


def _from_line_instant(line: bytes) -> datetime | None:
    match = _FROM_LINE_DATE.search(line)
    if match is None:
        return None
    month, day, hour, year = (part.decode("ascii") for part in match.groups())
    return instant(f"{day} {month} {year} {hour} +0000")
