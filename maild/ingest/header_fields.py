"""What header fields say: text, addresses and instants, read from the octets that came (RFC 5322, 2047, 2231).

A field's value arrives here as the standard library keeps it: 8-bit octets as lone surrogates, folds still in it. mail-parser's
structural reader of addresses and its date reader come first; what they refuse as ambiguous is recovered here, item by item, because
a mail with a broken From still has to be shown and filed. Identity is nobody's guess: `senders` lists all that a reader might see.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from maild.ingest.charset import decode, known
from maild.message import Address

ADDRESSES_MAX = 200

_FOLD = re.compile(r"\r\n?|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]")
_PROVING = frozenset({"from", "authentication-results"})
_HIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SPACE = re.compile(r"[ \t\xa0]+")
# RFC 2047, 2: no space and no "?" inside; many senders put them, or forget the space between two words, and gateways cut the last word
# short. A word ends at "?=" or with the line, never behind the beginning of another: no character is looked at twice.
# What looks ahead gives nothing back, and the text behind it is matched by being the same.
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?(?=((?:[^?=]++|\?(?!=|\Z)|=(?!\?[^?\s]{1,80}\?[bBqQ]\?))*))\3(?:\?=|\??\Z)")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]++"
_PLAIN_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*"
# What nine of ten fields are, and no reader can take for anything else: one mailbox, its name in atoms or in quotes.
_ONE_MAILBOX = re.compile(rf'(?:"([^"\\]+)" ?|({_ATOM}(?: {_ATOM})*) )?<({_PLAIN_ADDRESS})>|({_PLAIN_ADDRESS})', re.ASCII)
# Bounded on both sides (RFC 5321, 4.5.3.1), so that a run of letters without @ is not tried from each of them to its end.
_BARE_ADDRESS = re.compile(r"[^\s<>\"(),;:@]{1,128}@[^\s<>\"(),;:@]{1,255}")


def octets_of(value: str) -> bytes:
    """The octets of a value as they came over the wire."""
    return value.encode("utf-8", "surrogateescape")


def unfolded(value: str, hint: str = "") -> str:
    """A value as one line of text, encoded words left as they are."""
    if value.isascii() and "\x1b" not in value:  # an escape announces ISO-2022 in seven bits
        return value.strip() if value.isprintable() else _CONTROL.sub(" ", _FOLD.sub("", value)).strip()
    return _CONTROL.sub(" ", decode(octets_of(_FOLD.sub("", value)), "", hint)).strip()


def unfolded_field(name: str, value: str, hint: str = "") -> str:
    """A field's value, unfolded. In those that prove something U+FFFD stands where control characters were: they are not repaired."""
    if name.lower() in _PROVING and not value.isprintable():
        value = _HIDDEN.sub("\ufffd", _FOLD.sub("", value))
    return unfolded(value, hint)


def text_of(value: str, hint: str = "") -> str:
    """A value as a reader sees it: unfolded, encoded words decoded, no control characters, white space collapsed."""
    line = unfolded(value, hint)
    if "=?" in line:
        line = decode_words(line)
    return _SPACE.sub(" ", _CONTROL.sub(" ", line)).strip()


def decode_words(line: str) -> str:
    """Decode RFC 2047 words, joining octets first where a sender cut a letter in two between words of one charset."""
    pieces: list[str] = []
    run: list[bytes] = []
    charset = ""
    end = 0
    for match in _WORD.finditer(line):
        between = line[end : match.start()]
        octets = _word_octets(match[2], match[3])
        label = match[1].split("*", 1)[0]  # RFC 2231, 5: a language may follow
        if run and (between.strip() or label.lower() != charset.lower()):
            pieces.append(decode(b"".join(run), charset))
            run = []
        if not (end and not between.strip()):
            pieces.append(between)
        run.append(octets)
        charset, end = label, match.end()
    if run:
        pieces.append(decode(b"".join(run), charset))
    pieces.append(line[end:])
    return "".join(pieces)


def _word_octets(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8")
    if encoding in "qQ":
        return _Q_ESCAPE.sub(lambda m: bytes((int(m[1], 16),)), octets.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(octets + b"=" * (-len(octets) % 4))
    except binascii.Error:
        try:
            return binascii.a2b_base64(octets[: len(octets) - len(octets) % 4])
        except binascii.Error:
            return octets


def addresses(values: Iterable[str], hint: str = "") -> tuple[Address, ...]:
    """All mailboxes of address fields, groups opened (RFC 5322, 3.4), in order; at most ADDRESSES_MAX."""
    found: list[Address] = []
    for value in values:
        line = unfolded(value, hint)
        if line:
            found.extend(_one_field(line))
        if len(found) >= ADDRESSES_MAX:
            break
    return tuple(found[:ADDRESSES_MAX])


def _one_field(line: str) -> list[Address]:
    if (one := _ONE_MAILBOX.fullmatch(line)) is not None:
        address = one[3] or one[4]
        return [Address(_display(one[1] or one[2] or "", address), address)]
    faults: list[dict[str, object]] = []
    clean = get_addresses(line, defects=faults)
    if not faults and clean:
        return [Address(_display(name, address), address) for name, address in clean if name or address]
    items = _items(line)
    return [found for item in items if (found := _recovered(item)) is not None]


def _items(line: str) -> list[str]:
    """Cut a field at its commas and semicolons outside quotes, comments and angle brackets; drop group names."""
    items, start, quoted, depth, angle = [], 0, False, 0, False
    skip = False
    for i, c in enumerate(line):
        if skip:
            skip = False
        elif c == "\\":
            skip = True
        elif c == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif c == "(":
            depth += 1
        elif c == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif c == "<":
            angle = True
        elif c == ">":
            angle = False
        elif c == ":" and not angle and "@" not in line[start:i][-ADDRESSES_MAX:]:
            start = i + 1
        elif c in ",;" and (not angle or c == ";"):
            items.append(line[start:i])
            start, angle = i + 1, False
    items.append(line[start:])
    return _rejoined([item.strip() for item in items])


def _rejoined(items: list[str]) -> list[str]:
    """`Smith, John <j@x>` without quotes is one mailbox: an item with no address belongs to the name of the next."""
    joined: list[str] = []
    waiting = ""
    for item in items:
        if item and "@" not in item and "<" not in item:
            waiting = f"{waiting}{item}, "
        elif item:
            joined.append(waiting + item if "<" in item else item)
            waiting = ""
    if waiting:
        joined.append(waiting.rstrip(", "))
    return joined


def _recovered(item: str) -> Address | None:
    """The most likely mailbox of a malformed item; an item without any address keeps its words as the name."""
    left = item.rfind("<")
    inside = item[left + 1 :].split(">", 1)[0].strip() if left >= 0 else ""
    if left >= 0 and inside:
        bare = _BARE_ADDRESS.search(inside)
        address = bare[0] if bare else inside.replace(" ", "")
        return Address(_display(item[:left], address), address)
    bare = _BARE_ADDRESS.search(item)
    if bare is None:
        name = _display(item.strip("<> "), "")
        return Address(name, "") if name else None
    rest = (item[: bare.start()] + " " + item[bare.end() :]).strip()
    return Address(_display(rest.strip("()<> "), bare[0]), bare[0])


def _display(phrase: str, address: str) -> str:
    """The name as a reader sees it: words decoded, quotes and their escapes taken off; '' where it only repeats the address."""
    name = decode_words(phrase) if "=?" in phrase else phrase
    name = _SPACE.sub(" ", _CONTROL.sub(" ", name)).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    name = name.replace('\\"', '"').replace("\\\\", "\\")
    return "" if name == address else name


def instant(value: str) -> datetime | None:
    """A Date field as an aware instant in UTC, or None (RFC 5322, 3.3 and 4.3)."""
    line = unfolded(value)
    found: datetime | None = parse_mail_date(line).value
    if found is not None:
        return found
    try:
        parts = parsedate_tz(line)
        if parts is None:
            return None
        moment = datetime(*parts[:6], tzinfo=UTC).timestamp() - (parts[9] or 0)
        return datetime.fromtimestamp(moment, UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None


def charset_is_known(label: str) -> bool:
    """Whether a label may serve as a hint for undeclared octets."""
    return bool(label) and known(label)
