"""Octets to text: the declared charset, then its superset, then UTF-8, then what the octets themselves look like.

A label is a claim, not a fact: mail of 25 years calls UTF-8 Latin-1, KOI8-R Windows-1251 and everything us-ascii. Every function
here answers with text, whatever the octets hold. UTF-7 is refused: it hides ASCII from whoever looks for it before decoding.
"""

from __future__ import annotations

import codecs
import functools
import re

# A label promises a repertoire; senders use the larger one that their system really has (WHATWG Encoding, 4.2).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "koi8-r": "koi8-u",
}
_NICKNAMES = {
    "win-1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "x-windows-1251": "cp1251",
    "ansi": "cp1252",
    "koi8r": "koi8-r",
    "koi-8": "koi8-r",
    "x-koi8-r": "koi8-r",
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-cp866": "cp866",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "ks_c_5601": "euc_kr",
    "iso-2022-jp-ms": "iso2022_jp_ext",
}
# Codecs that Python knows but that are no charset of mail, or a trap.
_REFUSED = frozenset(("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
_WESTERN = frozenset(("cp1252", "ascii", "iso8859-1", "iso8859-15"))
_CYRILLIC_RIVALS = ("cp1251", "koi8-u", "cp866")
_CYRILLIC_WORD = re.compile(r"[А-Яа-яЁёІіЇїЄєҐґЎў]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_GUESS_OCTETS_MAX = 16_384


def decode(octets: bytes, declared: str = "", hint: str = "") -> str:
    """Text of `octets`; `declared` is the label they came with, `hint` the charset of the same mail's body. Never raises."""
    name = _codec(declared)
    if name is None or name in _WESTERN:
        if not _HIGH.search(octets) and b"\x1b" not in octets:
            return octets.decode("ascii")
        return _undeclared(octets, name, hint)
    text = _try(octets, name)
    if text is None:
        return _undeclared(octets, name, hint)
    return _righted(octets, name, text)


def known(label: str) -> bool:
    """Whether a charset label names something that mail may be written in."""
    return _codec(label) is not None


@functools.lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """The codec for a label, widened to its superset; None for an unknown, absent or refused one."""
    label = label.strip(" \t\"'<>").lower()[:40]
    if not label or "\0" in label:
        return None
    try:
        info = codecs.lookup(_NICKNAMES.get(label, label))
    except (LookupError, ValueError):
        return None
    if not getattr(info, "_is_text_encoding", False) or info.name in _REFUSED:
        return None
    return _SUPERSETS.get(info.name, info.name)


def _try(octets: bytes, codec: str) -> str | None:
    try:
        text = octets.decode(codec)
        if codec != "utf-8":
            text.encode("utf-8")  # some codecs let lone surrogates through, which no database and no JSON takes
    except (UnicodeError, ValueError):
        return None
    return text


def _undeclared(octets: bytes, declared: str | None, hint: str) -> str:
    """Octets whose label is absent, wrong or only a default."""
    text = _try(octets, "utf-8")
    if text is not None:
        return text
    for name in (declared, _codec(hint)):
        if name and not (name in _WESTERN and _mostly_high(octets)):
            text = _try(octets, name)
            if text is not None:
                return _righted(octets, name, text)
    if declared == "utf-8" and _nearly_utf8(octets):
        return octets.decode("utf-8", "replace")
    if declared not in (None, "utf-8", *_WESTERN) and not _mostly_high(octets):
        return octets.decode(declared or "utf-8", "replace")
    guess = _guess(octets[:_GUESS_OCTETS_MAX])
    text = _try(octets, guess) if guess else None
    if text is not None:
        return _righted(octets, guess or "", text)
    return octets.decode("cp1252", "replace") if not guess else octets.decode(guess, "replace")


def _mostly_high(octets: bytes) -> bool:
    """Western words have few letters above 0x7F; words of another script consist of them."""
    high = len(_HIGH.findall(octets[:_GUESS_OCTETS_MAX]))
    letters = sum(octets[:_GUESS_OCTETS_MAX].count(c) for c in b"aeinorst")
    return high > 4 and high > letters


def _nearly_utf8(octets: bytes) -> bool:
    """A few broken sequences in text that is UTF-8 otherwise: a cut in the middle of a letter, a stray octet."""
    text = octets.decode("utf-8", "replace")
    return text.count("\ufffd") * 10 <= sum(c > "\x7f" for c in text)


def _righted(octets: bytes, codec: str, text: str) -> str:
    """Undo a swap of Cyrillic charsets: KOI8-R read as Windows-1251 has words like пРИВЕТ, and the other way round."""
    if codec not in _CYRILLIC_RIVALS or not _swapped(text):
        return text
    for rival in _CYRILLIC_RIVALS:
        if rival != codec:
            other = _try(octets, rival)
            if other is not None and _CYRILLIC_WORD.search(other) and not _swapped(other):
                return other
    return text


def _swapped(text: str) -> bool:
    """Whether most Cyrillic words begin small and go on in capitals, or hold none of the language's usual letters."""
    words = _CYRILLIC_WORD.findall(text[:4_000])
    wrong = sum(
        1 for word in words if (word[0].islower() and word[1:].isupper()) or (word[-1].isupper() and not word.isupper())
    )
    return wrong * 2 > len(words) > 0


def _guess(octets: bytes) -> str | None:
    """What the octets look like. chardet loads its models (150 ms, 30 MB) only when a mail needs them."""
    import chardet  # noqa: PLC0415

    found = chardet.detect(octets).get("encoding")
    return _codec(found) if found else None
