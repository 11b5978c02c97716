"""Where a mail really begins, and a header block that a strict parser can follow: the few repairs that old and broken senders need.

Only the outermost header is touched, the boundaries of inner ones aside, and only lines that no parser takes for a field; a whole mail
passes unchanged.
"""

from __future__ import annotations

import re

_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:[ \t]+\r?\n)*(?:>?From (?![ \t]*:)[^\r\n]*(?:\r\n|\n|\r))?(?:[ \t]*\r?\n)*")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"[!-9;-~]+:|[ \t]")
_WHOLE_HEADER = re.compile(rb"(?:(?:[!-9;-~]++:|[ \t])[^\r\n]*+\r?+\n?+)*")  # limits.py says why not *+
_SPACED_NAME = re.compile(rb"([!-9;-~]{1,76})[ \t]+:")  # RFC 5322, 4.5: white space before the colon was allowed once
_TELLING = re.compile(rb"(?:from|to|subject|date|message-id|mime-version|content-type|received)[ \t]*:", re.IGNORECASE)
_NO_SEMICOLON = re.compile(
    rb"^(content-type:[ \t]*multipart/[a-z-]+)((?:\r?\n)?[ \t]+boundary[ \t]*=)", re.IGNORECASE | re.MULTILINE
)
# A gateway that lost the indent of a continuation line, in the header of any part.
_NO_INDENT = re.compile(rb"^(content-type:[ \t]*multipart/[^\r\n]*;[ \t]*\r?\n)(?=boundary=)", re.IGNORECASE | re.MULTILINE)
HEADER_BYTES_MAX = 256 * 1024


def from_first_field(raw: bytes) -> bytes:
    """The mail without byte order mark, blank lines and mbox `From ` line before its first field; lone CRs as line ends made LF."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    match = _LEADING.match(raw)
    raw = raw[match.end() :] if match and match.end() else raw
    if b"\nboundary=" in raw:
        raw = _NO_INDENT.sub(rb"\1 ", raw)
    return _repaired(raw)


def _repaired(raw: bytes) -> bytes:
    end = _WHOLE_HEADER.match(raw, 0, HEADER_BYTES_MAX).end()  # type: ignore[union-attr] # it matches the empty string too
    head = raw[:end]
    if raw[end : end + 1] not in (b"", b"\r", b"\n") and end < HEADER_BYTES_MAX:
        lines = _header_lines(raw)
        end = sum(map(len, lines))
        head = b"".join(_mended(lines))
    if b"multipart/" in head.lower():
        head = _NO_SEMICOLON.sub(rb"\1;\2", head)
    return raw if head == raw[:end] else head + raw[end:]


def _header_lines(raw: bytes) -> list[bytes]:
    """The lines up to the first blank one."""
    lines: list[bytes] = []
    position = 0
    while position < min(len(raw), HEADER_BYTES_MAX):
        match = _LINE.match(raw, position)
        line = match[0] if match else b""
        if not line.rstrip(b"\r\n"):
            break
        lines.append(line)
        position += len(line)
    return lines


def _mended(lines: list[bytes]) -> list[bytes]:
    """Make a field of `Subject : x`, and a continuation of a line that stands between two fields."""
    last = max((number for number, line in enumerate(lines) if _TELLING.match(line)), default=-1)
    mended: list[bytes] = []
    for number, line in enumerate(lines):
        if _FIELD.match(line) or (number >= last > -1 and not _SPACED_NAME.match(line)):
            mended.append(line)
        elif (spaced := _SPACED_NAME.match(line)) is not None and number <= last:
            mended.append(spaced[1] + line[spaced.end() - 1 :])
        else:
            mended.append(b" " + line if mended and last >= 0 else line)
    return mended
