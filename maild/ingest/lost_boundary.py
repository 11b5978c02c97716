"""A multipart whose boundary lines are not the ones that its header announces, or whose header announces none.

Gateways that write headers anew lose the parameter or change its case. A parser then sees one long text full of Content- lines and
base64; a reader wants the words and the files. The lines themselves show what the boundary is. Others forget to end a multipart inside
another: its later parts then stand, boundary line and all, in the text of a part of the outer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.errors import CloseBoundaryNotFoundDefect
from email.message import Message as Part

from maild.ingest import limits
from maild.ingest.set_aside import SMALL_MAIL_BYTES
from maild.ingest.tree import tree_of

_BOUNDARY_LINE = re.compile(
    rb"^--([^\s\"][^\r\n\"]{0,199}?)[ \t]*\r?\n(?=Content-[A-Za-z-]{2,40}:)", re.MULTILINE | re.IGNORECASE
)


def parts_by_sight(content_type: str, octets: bytes) -> Part | None:
    """The multipart that `octets` turn out to be; None where no boundary line shows itself or the limits forbid to look."""
    seen = _BOUNDARY_LINE.search(octets) if len(octets) <= SMALL_MAIL_BYTES else None
    if seen is None:
        return None
    whole = b'Content-Type: %s; boundary="%s"\r\n\r\n' % (content_type.encode("ascii", "replace"), seen[1]) + octets
    return None if limits.check(whole) else tree_of(whole)


def split_at_stray(leaf: Part, boundaries: Iterable[str]) -> Part | None:
    """Cut a leaf at the first line that is a boundary of its own mail; the parts behind that line, None where there is no such line."""
    payload = leaf.get_payload()
    if not isinstance(payload, str) or "--" not in payload:
        return None
    seen = [match for boundary in boundaries if boundary and (match := _boundary_line(boundary, payload)) is not None]
    first = min(seen, key=lambda match: match.start(), default=None)
    if first is None:
        return None
    behind = payload[first.start() :].encode("utf-8", "surrogateescape")
    whole = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % first[1].encode("utf-8", "surrogateescape") + behind
    if limits.check(whole) or not (parts := tree_of(whole)).is_multipart():
        return None
    leaf.set_payload(payload[: first.start()])
    return parts


def _boundary_line(boundary: str, payload: str) -> re.Match[str] | None:
    if f"--{boundary}" not in payload:
        return None
    return re.search(rf"^--({re.escape(boundary)})[ \t]*\r?$", payload, re.MULTILINE)


def is_left_open(multipart: Part) -> bool:
    """Whether the closing line of a multipart never came."""
    return any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in multipart.defects)
