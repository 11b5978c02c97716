"""The lines of a body, each with its kind: what the author wrote, what they quote, what a program put in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class LineKind(StrEnum):
    """What a line of a body is."""

    FRESH = "fresh"  # the author's own words
    QUOTED = "quoted"  # words of an earlier mail
    ATTRIBUTION = "attribution"  # "On … wrote:", a header block, a marker: what introduces a quote
    SIGNATURE = "signature"
    BANNER = "banner"  # put in by a gateway: "[EXTERNAL]", disclaimers
    FILE = "file"  # of a file that uuencode wrote into the text: an attachment besides


_KINDS = tuple(LineKind)
_NUMBER_OF = {kind: number for number, kind in enumerate(_KINDS)}


class Line(NamedTuple):
    """One line of a body with its kind; `text` is unchanged, without its line end."""

    text: str
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Reading:
    """A body taken apart. Nothing is dropped: joining the lines gives the body again."""

    lines: tuple[Line, ...] = ()
    only_forwards: bool = False  # a mail under "Forwarded message", and not a word of whoever passes it on

    def __getstate__(self) -> tuple[tuple[str, ...], bytes, bool]:
        """Texts and kinds apart: a reading crosses from the process that made it, and an object a line costs more than its words."""
        return tuple(line.text for line in self.lines), bytes(_NUMBER_OF[line.kind] for line in self.lines), self.only_forwards

    def __setstate__(self, state: tuple[tuple[str, ...], bytes, bool]) -> None:
        texts, kinds, only_forwards = state
        lines = tuple(map(Line, texts, map(_KINDS.__getitem__, kinds)))
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "only_forwards", only_forwards)

    def _join(self, *kinds: LineKind) -> str:
        return "\n".join(line.text for line in self.lines if line.kind in kinds).strip("\n").rstrip()

    @property
    def reply_text(self) -> str:
        """The author's own words, wherever they stand."""
        return self._join(LineKind.FRESH)

    @property
    def said_text(self) -> str:
        """What the mail says that is new to its reader: the author's own words, or the mail that they pass on without one.

        For previews, language and search. No command, consent or thanks may be read in it: `reply_text` alone is the author's.
        """
        return self.reply_text or (self._join(LineKind.QUOTED) if self.only_forwards else "")

    @property
    def signature_text(self) -> str:
        """The signature lines."""
        return self._join(LineKind.SIGNATURE)

    @property
    def quoted_text(self) -> str:
        """Quotes and what introduces them."""
        return self._join(LineKind.QUOTED, LineKind.ATTRIBUTION)
