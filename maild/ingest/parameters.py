"""Parameters of Content-Type and Content-Disposition, in the forms that senders really use (RFC 2045, 5.1; RFC 2231; RFC 2047).

`name="a.txt"`, `name*=utf-8''a.txt`, `name*0*=…; name*1*=…` in any order, encoded words inside and outside the quotes, raw 8-bit
octets, no quotes around spaces, and continuations whose charset stands nowhere.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from maild.ingest.charset import decode
from maild.ingest.header_fields import decode_words, octets_of

_LINE_END = re.compile(r"[\r\n]+[ \t]*")
_DELIMITER = re.compile(r'\\.|[";]', re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)\*(\d{1,3})(\*?)$")


def split_value(value: str) -> tuple[str, dict[str, str]]:
    """The main value in lower case, and the parameters by lower-case name, continuations joined, nothing charset-decoded yet."""
    main, *rest = _pieces(_LINE_END.sub(" ", value))
    plain: dict[str, str] = {}
    for piece in rest:
        name, sign, raw = piece.partition("=")
        if sign:
            plain.setdefault(name.strip().lower(), _unquoted(raw.strip()))
    return main.split("(", 1)[0].strip().strip('"').lower(), plain


def parameter(parameters: dict[str, str], name: str, hint: str = "") -> str:
    """One parameter as text, '' where it is absent."""
    if name + "*" in parameters:
        return _extended(parameters[name + "*"], hint)
    pieces = sorted(
        (int(found[2]), bool(found[3]), value)
        for key, value in parameters.items()
        if "*" in key and (found := _CONTINUED.match(key)) and found[1] == name
    )
    if pieces:
        return _continued(pieces, hint)
    line = parameters.get(name, "")
    if not line.isascii():
        line = decode(octets_of(line), "", hint)
    return decode_words(line) if "=?" in line else line


def _continued(pieces: list[tuple[int, bool, str]], hint: str) -> str:
    if not any(encoded for _, encoded, _ in pieces):
        line = decode(octets_of("".join(value for _, _, value in pieces)), "", hint)
        return decode_words(line) if "=?" in line else line
    charset, first = "", pieces[0][2]
    if first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    values = [first, *(value for _, _, value in pieces[1:])]
    octets = b"".join(
        unquote_to_bytes(octets_of(value)) if encoded else octets_of(value)
        for (_, encoded, _), value in zip(pieces, values, strict=True)
    )
    return decode(octets, charset, hint)


def _extended(value: str, hint: str) -> str:
    charset, first, rest = value.partition("'")
    _, second, text = rest.partition("'")
    if not (first and second):
        charset, text = "", value
    decoded = decode(unquote_to_bytes(octets_of(text)), charset, hint)
    return decode_words(decoded) if "=?" in decoded else decoded


def _pieces(line: str) -> list[str]:
    """Cut at semicolons outside quotes; a quote that never closes does not swallow the rest. Linear."""
    if '"' not in line:
        return line.split(";")
    pieces, start, quoted = [], 0, False
    for found in _DELIMITER.finditer(line):
        if found[0] == '"':
            quoted = not quoted
        elif found[0] == ";" and not quoted:
            pieces.append(line[start : found.start()])
            start = found.end()
    return line.split(";") if quoted else [*pieces, line[start:]]


def _unquoted(raw: str) -> str:
    if raw.startswith('"'):
        raw = raw[1:-1] if len(raw) > 1 and raw.endswith('"') else raw[1:]
        return raw.replace('\\"', '"').replace("\\\\", "\\")
    return raw
