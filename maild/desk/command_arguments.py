"""What stands behind a command word: read from left to right, forgiving what phones do to dashes, blanks and full stops."""

from __future__ import annotations

import re
import unicodedata

from maild.desk.command_kinds import Reason

_DASHES = "‐‑‒–—―−﹣－"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F) if chr(code) not in _DASHES)
# one letter becomes one letter, so that places in the plain text are places in the text as typed
_PLAIN = str.maketrans(
    _DASHES + _BLANKS + _WIDE + "“”„«»",
    "-" * len(_DASHES) + " " * len(_BLANKS) + "".join(chr(ord(letter) - 0xFEE0) for letter in _WIDE) + '"' * 5,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_LOOSE = ",;.:"  # what may stand behind a value and means nothing
_BREAKS = re.compile(r"\s+")


class BadValue(Exception):  # noqa: N818 - a value that mail may bring; parse() turns it into a Refusal
    """A value that cannot be read. `subject` are the words at fault, `hint` the argument to type instead ('': the usage)."""

    def __init__(self, reason: Reason, subject: str = "", hint: str = "") -> None:
        super().__init__(reason, subject, hint)
        self.reason, self.subject, self.hint = reason, subject, hint


def plain(text: str) -> str:
    """The same text with one sort of dash, blank, digit and slash; as long as it was."""
    return text.translate(_PLAIN)


def visible(text: str) -> str:
    """The text with composed letters and without those of no width, which phones and web mail leave behind."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


class Arguments:
    """A reading head over the words behind a command."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = plain(text)
        self._at = 0
        self._skip()

    @property
    def done(self) -> bool:
        """Whether nothing is left but a closing full stop."""
        return not self._plain[self._at :].strip(" .,;:!")

    @property
    def taken(self) -> str:
        """What was read so far, as typed."""
        return self._text[: self._at].strip()

    def peek(self) -> str:
        """What is left, in plain letters."""
        return self._plain[self._at :]

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take what the pattern finds here, and the blanks behind it."""
        found = pattern.match(self._plain, self._at)
        if found:
            self._at = found.end()
            self._skip()
        return found

    def word(self) -> str:
        """Take the next word, without closing punctuation. Raises BadValue(MISSING) where there is none."""
        if self.done:
            raise BadValue(Reason.MISSING)
        found = re.compile(r'"[^"]*"|\S+').match(self._plain, self._at)
        assert found is not None  # `done` is false, so a letter stands here
        self._at = found.end()
        self._skip()
        return found[0].strip('"').rstrip(_LOOSE + "!")

    def rest(self) -> str:
        """Take all that is left, as typed but for runs of blanks."""
        text = self._text[self._at :]
        self._at = len(self._text)
        return _BREAKS.sub(" ", text).strip()

    def needed_rest(self) -> str:
        """Take all that is left. Raises BadValue(MISSING) where there is nothing."""
        if self.done:
            raise BadValue(Reason.MISSING)
        return self.rest()

    def end(self) -> None:
        """Say that nothing may follow. Raises BadValue(SURPLUS) with what does."""
        if not self.done:
            raise BadValue(Reason.SURPLUS, self.rest())

    def skip_loose(self) -> None:
        """Pass a comma, colon or dash between a value and the text behind it."""
        self.match(re.compile(r"[,;:]+|[.\-]+(?=\s|$)"))

    def _skip(self) -> None:
        while self._at < len(self._plain) and self._plain[self._at].isspace():
            self._at += 1
