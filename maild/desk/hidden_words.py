"""Whether a page holds the desk's words, however they were joined, wrapped, marked or dressed up on their way into it.

`comparison.py` tells lines apart; this looks at the whole page once more before it leaves, without lines: letters alone, so that
neither a list mark nor a no-break space, capitals or a soft hyphen hides a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MARK = re.compile(r"^\s*(?:(?:[A-Za-z]{0,4}>|[|*•·»›+-])\s*)+")
TELLING_WORDS = 5  # a sentence of so many words is nobody's by chance
_LABELLED_LETTERS = 10  # "Licence: TS-1180": a label and its value tell as much


def squeezed(text: str) -> str:
    """A text as it is searched: small letters without blanks, marks of lists and quotes, and letters that nobody sees."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not plain.isascii():
        plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Cf", "Cc") or letter in "\n\t")
    return "".join("".join(_MARK.sub("", line).split()) for line in plain.casefold().split("\n"))


def found_in(page: str, hidden: Iterable[str], telling_words: int = TELLING_WORDS) -> str:
    """The first of some lines that a squeezed page holds; '' for none. Short ones prove nothing and are not looked for."""
    for line in hidden:
        bare = squeezed(line).strip("-=_*")
        if (len(line.split()) >= telling_words or (":" in line and len(bare) >= _LABELLED_LETTERS)) and bare in page:
            return line
    return ""
