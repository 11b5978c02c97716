"""The lines that OpenPGP puts around a text signed in place (RFC 9580, 7): they are nobody's words."""

from __future__ import annotations

from collections.abc import Sequence

from maild.message import LineKind

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEAD_LINES_MAX = 6  # "Hash: SHA256" and its likes, down to the blank line


def with_armour(lines: Sequence[str], marked: Sequence[LineKind | None]) -> Sequence[LineKind | None]:
    """The kinds known so far, and those of armour lines; bare lines in."""
    if _SIGNED not in lines:
        return marked
    kinds = list(marked) + [None] * (len(lines) - len(marked))
    signed = lines.index(_SIGNED)
    blank = next((i for i in range(signed, min(signed + _HEAD_LINES_MAX, len(lines))) if not lines[i]), signed)
    kinds[signed : blank + 1] = [LineKind.BANNER] * (blank + 1 - signed)
    if _SIGNATURE in lines and _END in lines and signed < (start := lines.index(_SIGNATURE)) < (end := lines.index(_END)):
        kinds[start : end + 1] = [LineKind.SIGNATURE] * (end + 1 - start)
    return kinds
