"""Lines of a body that are nobody's words: files written into it by uuencode, and what OpenPGP puts around a text signed in place."""

from __future__ import annotations

from collections.abc import Sequence

from maild.ingest.embedded import uuencoded
from maild.lines import LineKind

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEAD_LINES_MAX = 6  # "Hash: SHA256" and its likes, down to the blank line


def with_armour(lines: Sequence[str], marked: Sequence[LineKind | None]) -> Sequence[LineKind | None]:
    """The kinds known so far, and those of armour lines (RFC 9580, 7); bare lines in."""
    if _SIGNED not in lines:
        return marked
    kinds = list(marked) + [None] * (len(lines) - len(marked))
    signed = lines.index(_SIGNED)
    blank = next((i for i in range(signed, min(signed + _HEAD_LINES_MAX, len(lines))) if not lines[i]), signed)
    kinds[signed : blank + 1] = [LineKind.BANNER] * (blank + 1 - signed)
    if _SIGNATURE in lines and _END in lines and signed < (start := lines.index(_SIGNATURE)) < (end := lines.index(_END)):
        kinds[start : end + 1] = [LineKind.SIGNATURE] * (end + 1 - start)
    return kinds


def with_files(text: str, lines_max: int) -> Sequence[LineKind | None]:
    """The kinds of the lines of files written into a text; one that ends beyond the first `lines_max` lines is left unmarked."""
    kinds: list[LineKind | None] = []
    octets = text.encode("utf-8", "surrogateescape") if "begin " in text else b""
    for file in uuencoded(octets):
        first = octets.count(b"\n", 0, file.start)
        last = first + octets.count(b"\n", file.start, file.stop)
        if last >= lines_max:
            break
        kinds += [None] * (first - len(kinds))
        kinds += [LineKind.FILE] * (last + 1 - first)
    return kinds
