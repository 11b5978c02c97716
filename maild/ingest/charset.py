"""Octets to text: the declared charset, then its superset, then UTF-8, then what the octets themselves look like.

A label is a claim, not a fact: mail of 25 years calls UTF-8 Latin-1, KOI8-R Windows-1251 and everything us-ascii. Every function
here answers with text, whatever the octets hold. UTF-7 that hides ASCII from whoever looks for it before decoding stays as it came.
"""

from __future__ import annotations

import codecs
import functools
import re

from maild.ingest.cyrillic import RIVALS, best_reading
from maild.ingest.utf7 import from_utf7

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
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "iso-8859-8-i": "iso8859-8",
    "ks_c_5601": "euc_kr",
    "iso-2022-jp-ms": "iso2022_jp_ext",
}
# Codecs that Python knows but that are no charset of mail.
_REFUSED = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
_WESTERN = frozenset(("cp1252", "ascii", "iso8859-1", "iso8859-15"))
# Families whose members are taken for one another.
_RIVALS = {"iso2022_jp_ext": ("cp932", "euc_jp"), "euc_jp": ("cp932",), "cp932": ("euc_jp",), "gb18030": ("big5hkscs",)}
_DOS_LETTER = re.compile(rb"[A-Za-z][\x80-\x9a\xe1][A-Za-z]")
_UNICODE = frozenset(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
_EAST_ASIAN = frozenset(
    ("gb18030", "big5hkscs", "cp950", "cp932", "euc_jp", "iso2022_jp_ext", "cp949", "johab", "hz", "iso2022_kr")
)
_LATIN = frozenset(("cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "iso8859-16", "utf-8"))
_AMONG_ASCII = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_HIGH = re.compile(rb"[\x80-\xff]")
_GUESS_OCTETS_MAX = 16_384


def decode(octets: bytes, declared: str = "", hint: str = "") -> str:
    """Text of `octets`; `declared` is the label they came with, `hint` the charset of the same mail's body. Never raises."""
    name = _codec(declared)
    if name == "utf-7":
        return from_utf7(octets) or _undeclared(octets, None, hint)
    if name is None or name in _WESTERN:
        if not _HIGH.search(octets) and b"\x1b" not in octets:
            return octets.decode("ascii")
        return _undeclared(octets, name, hint)
    if name not in _UNICODE | _EAST_ASIAN and _HIGH.search(octets) and (text := _try(octets, "utf-8")) is not None:
        return text  # well-formed UTF-8 is no accident in a charset of one octet a letter
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
    if not getattr(info, "_is_text_encoding", False) or info.name.replace("-", "_") in _REFUSED:
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
    if b"\x1b" in octets and (text := _try(octets, "iso2022_jp_ext")) is not None:
        return text  # seven bits whose escapes announce Japanese, and no terminal's
    text = _try(octets, "utf-8")
    if text is not None:
        return text
    if declared == "utf-8" and _nearly_utf8(octets):
        return octets.decode("utf-8", "replace")
    if _is_dos(octets):
        return octets.decode("cp850")
    for name in (declared, *_RIVALS.get(declared or "", ()), _codec(hint)):
        if name and not (name in _WESTERN and _mostly_high(octets)):
            text = _try(octets, name)
            if text is not None:
                return _righted(octets, name, text)
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
    broken = text.count("\ufffd")
    return broken * 2 <= sum(c > "\x7f" for c in text)


def _is_dos(octets: bytes) -> bool:
    """Every high octet is a letter of code page 850 between ASCII letters, where Windows-1252 has only punctuation."""
    high = len(_HIGH.findall(octets[:_GUESS_OCTETS_MAX]))
    return high <= 40 and len(_DOS_LETTER.findall(octets[:_GUESS_OCTETS_MAX])) == high


def _righted(octets: bytes, codec: str, text: str) -> str:
    """Undo a swap of Cyrillic charsets."""
    return best_reading(octets, codec, text) if codec in RIVALS else text


def _guess(octets: bytes) -> str | None:
    """What the octets look like. chardet loads its models (150 ms, 30 MB) only when a mail needs them."""
    if len(_HIGH.findall(octets)) == 1:
        return "cp1252"  # of one octet no model can tell anything
    import chardet  # noqa: PLC0415

    found = chardet.detect(octets).get("encoding")
    codec = _codec(found) if found else None
    if codec not in _LATIN and len(_AMONG_ASCII.findall(octets)) * 2 > len(_HIGH.findall(octets)):
        return "cp1252"  # accents among ASCII letters: a Latin alphabet, whatever the models say of so few octets
    return codec
