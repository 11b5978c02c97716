"""A multipart whose boundary lines are not the ones that its header announces, or whose header announces none.

Gateways that write headers anew lose the parameter or change its case. A parser then sees one long text full of Content- lines and
base64; a reader wants the words and the files. The lines themselves show what the boundary is.
"""

from __future__ import annotations

import re
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
