"""The byte-level scan before any parser sees a mail: linear, and refuses what is too big, too deep or too many (contract, 4).

It follows the MIME skeleton only: header blocks, boundary lines, mails inside mails. Where its idea of a malformed mail differs from
a parser's nothing is lost: the parser runs in a process with limits of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from maild.ingest.dashed_lines import DashedLines
from maild.ingest.header_fields import addresses, text_of
from maild.ingest.message_ids import message_id
from maild.message import Unreadable

MESSAGE_BYTES_MAX = 25 * 1024 * 1024
PARTS_MAX = 500
LINE_BYTES_MAX = 16 * 1024
FIELD_BYTES_MAX = 4 * 1024  # From, Message-ID, Content-*, unfolded
HEADER_BYTES_MAX = 256 * 1024
FIELDS_MAX = 500
ADDRESSES_MAX = 200
NESTING_MAX = 20
LARGE_BODY_BYTES = 16 * 1024
SALVAGED_BYTES = 64 * 1024

# A line ends with `\r?+\n?+`, which is nothing at the very end alone. Only single characters are repeated without giving back: with
# groups, Python before 3.11.5 goes astray (Debian 12 has 3.11.2).
_FIELD = re.compile(rb"([^:\r\n]*+):([^\r\n]*+\r?+\n?+(?:[ \t][^\r\n]*+\r?+\n?+)*)")
_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")
_MBOX_LINE = re.compile(rb"From (?![ \t]*:)[^\r\n]*+\r?+\n?+")
_REST_OF_LINE = re.compile(rb"[^\r\n]*+")
_BOUNDARY = re.compile(rb"boundary(?:\*0?\*?)?\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)
_QUOTED = re.compile(rb'"[^"]*"')
_NARROW = (b"from", b"message-id", b"content-type", b"content-disposition", b"content-transfer-encoding", b"content-id")
_ONE_LINE = frozenset((b"subject", b"date", b"sender", b"reply-to", b"in-reply-to", b"return-path"))
_ADDRESSED = frozenset((b"from", b"to", b"cc", b"bcc", b"reply-to", b"sender"))


class LargeBody(NamedTuple):
    """Where the body of a part above LARGE_BODY_BYTES begins and ends, and whether it is a file in base64."""

    start: int
    end: int
    is_file: bool


def check(raw: bytes, max_bytes: int = MESSAGE_BYTES_MAX, max_parts: int = PARTS_MAX) -> str | None:
    """Why this mail is not read, in words for a person, or None."""
    return examine(raw, max_bytes, max_parts)[0]


def examine(raw: bytes, max_bytes: int, max_parts: int) -> tuple[str | None, list[LargeBody]]:
    """The same, and the large bodies of a mail within the limits."""
    if len(raw) > max_bytes:
        return f"the message has {len(raw)} octets, more than {max_bytes}", []
    scan = _Scan(raw, max_parts)
    try:
        scan.run()
    except _Beyond as beyond:
        return beyond.reason, []
    return None, scan.large


def salvage(raw: bytes, reason: str) -> Unreadable:
    """What the scan can still tell of a mail that is not read: the first From, Subject and Message-ID of its first 64 KB."""
    found: dict[bytes, str] = {}
    for name, value in _fields(raw[:SALVAGED_BYTES]):
        if name in (b"from", b"subject", b"message-id") and name not in found:
            found[name] = value[:2_000].decode("utf-8", "surrogateescape")
    senders = addresses([found.get(b"from", "")])
    return Unreadable(
        reason=reason,
        sender=senders[0].address if senders else "",
        subject=text_of(found.get(b"subject", ""))[:500],
        message_id=message_id(text_of(found.get(b"message-id", "")))[:500],
    )


class _Beyond(Exception):  # noqa: N818 - no error, the verdict
    def __init__(self, reason: str) -> None:
        self.reason = reason


@dataclass(slots=True)
class _Block:
    """What one header block says about the structure."""

    boundary: bytes = b""
    is_mail: bool = False
    is_report: bool = False
    is_text: bool = True
    is_base64: bool = False
    end: int = 0


@dataclass(slots=True)
class _Scan:
    raw: bytes
    max_parts: int
    parts: int = 1
    addresses: int = 0  # in the header block at hand
    body_start: int = 0
    in_report: bool = False
    in_file: bool = False
    large: list[LargeBody] = field(default_factory=list)
    depths: dict[bytes, int] = field(default_factory=dict)  # open boundaries and how deep they lie
    opened: list[bytes] = field(default_factory=list)

    def run(self) -> None:
        position = self._headers(0, depth=0)
        lines = DashedLines(self.raw)
        while (line_start := lines.next_from(position)) >= 0:
            text = _REST_OF_LINE.match(self.raw, self.raw.find(b"--", line_start) + 2)
            assert text is not None
            position = text.end()
            boundary = text[0].rstrip(b" \t")
            closing = boundary.endswith(b"--") and boundary not in self.depths
            depth = self.depths.get(boundary.removesuffix(b"--") if closing else boundary)
            if depth is None:
                continue
            self._note_body(line_start)
            self._close_below(depth if closing else depth + 1)
            if not closing:
                self._count_part()
                position = self._headers(position, depth + 1)

        self._note_body(len(self.raw))

    def _note_body(self, end: int) -> None:
        if end - self.body_start > LARGE_BODY_BYTES:
            self.large.append(LargeBody(self.body_start, end, self.in_file))
        if self.in_report:  # each recipient's fields are a part of their own to a parser (RFC 3464, 2.1)
            groups = self.raw.count(b"\n\r\n", self.body_start, end) + self.raw.count(b"\n\n", self.body_start, end)
            self._count_part(groups)
        self.body_start, self.in_report = end, False

    def _headers(self, position: int, depth: int) -> int:
        """Read header blocks from `position`: a mail's own block follows at once where a part holds a mail."""
        while True:
            block = self._block(position)
            position = block.end
            if block.boundary and block.boundary not in self.depths:
                if len(self.opened) >= NESTING_MAX or depth >= NESTING_MAX:
                    raise _Beyond(f"parts are nested deeper than {NESTING_MAX}")
                self.depths[block.boundary] = len(self.opened)
                self.opened.append(block.boundary)
            self.body_start, self.in_report = position, block.is_report
            self.in_file = block.is_base64 and not (block.is_text or block.is_mail or block.is_report)
            if not block.is_mail:
                return max(0, position - 2)  # a boundary may follow at once: leave its line end to be found
            depth += 1
            if depth > NESTING_MAX:
                raise _Beyond(f"mails are nested deeper than {NESTING_MAX}")
            self._count_part()

    def _count_part(self, number: int = 1) -> None:
        self.parts += number
        if self.parts > self.max_parts:
            raise _Beyond(f"the message has more than {self.max_parts} parts")

    def _close_below(self, depth: int) -> None:
        for boundary in self.opened[depth:]:
            del self.depths[boundary]
        del self.opened[depth:]

    def _block(self, start: int) -> _Block:
        block, size, self.addresses = _Block(), 0, 0
        for number, (name, value) in enumerate(walker := _Fields(self.raw, start), start=1):
            size += len(name) + len(value) + 2
            self._limit(name, value, walker.longest, number, size)
            if name == b"content-type":
                found = _BOUNDARY.search(value)
                if found:
                    block.boundary = (found[1] or found[2] or b"").strip()
                kind = value.strip().lower()
                block.is_report = kind.startswith((b"message/delivery-status", b"message/global-delivery-status"))
                block.is_mail = not block.is_report and kind.startswith((b"message/rfc822", b"message/global"))
                block.is_text = not kind.startswith((b"image/", b"application/", b"audio/", b"video/"))
            elif name == b"content-transfer-encoding":
                block.is_base64 = value.strip().lower() == b"base64"
        block.end = walker.position
        return block

    def _limit(self, name: bytes, value: bytes, longest: int, number: int, size: int) -> None:
        if longest > LINE_BYTES_MAX or (name in _ONE_LINE and len(value) > LINE_BYTES_MAX):
            raise _Beyond(f"the header field {_shown(name)} is longer than {LINE_BYTES_MAX} octets")
        if len(value) > FIELD_BYTES_MAX and (name in _NARROW or name.startswith(b"content-")):
            raise _Beyond(f"the header field {_shown(name)} is longer than {FIELD_BYTES_MAX} octets")
        if number > FIELDS_MAX:
            raise _Beyond(f"a header has more than {FIELDS_MAX} fields")
        if size > HEADER_BYTES_MAX:
            raise _Beyond(f"a header has more than {HEADER_BYTES_MAX} octets")
        if name in _ADDRESSED:
            self.addresses += sum(1 for item in _QUOTED.sub(b"", value).split(b",") if b"@" in item)
            if self.addresses > ADDRESSES_MAX:
                raise _Beyond(f"the header names more than {ADDRESSES_MAX} addresses")


def _shown(name: bytes) -> str:
    return name[:40].decode("ascii", "replace")


class _Fields:
    """The fields of one header block as (lower-case name, value with its folds); `position` ends behind the block's blank line.

    A block that begins behind a boundary line begins with that line's own end.
    """

    def __init__(self, raw: bytes, position: int) -> None:
        self.raw, self.position = raw, position
        self.longest = 0  # the longest line of the field at hand
        if position:
            self._skip_line_end()

    def __iter__(self) -> _Fields:
        return self

    def __next__(self) -> tuple[bytes, bytes]:
        match = _FIELD.match(self.raw, self.position)
        if match is None:  # the blank line, or the body has begun without one, as parsers see it
            self._skip_line_end()
            raise StopIteration
        name = match[1].rstrip(b" \t")
        if b" " in name and not name.startswith((b">From ", b"From ")):
            raise StopIteration
        self.position = match.end()
        self.longest = len(match[0])
        if self.longest > LINE_BYTES_MAX:
            self.longest = max(map(len, match[0].splitlines(keepends=True)))
        return name.strip().lower(), match[2].strip()

    def _skip_line_end(self) -> None:
        match = _LINE_END.match(self.raw, self.position)
        self.position = match.end() if match else self.position


def _fields(raw: bytes) -> _Fields:
    start = len(raw) - len(raw.lstrip(b"\r\n \t"))
    mbox = _MBOX_LINE.match(raw, start)
    return _Fields(raw, mbox.end() if mbox else start)
