"""A letter's head read back from its bytes, by a reader that knows nothing of the writer (mime.py), and held against what was meant.

Strict where RFC 5322 lets writers choose: what is not in the one form that we write is a fault. The standard library's reader would
cost as much as all the rest of a letter; tests hold both against each other.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

_FIELD = re.compile(r"([!-9;-~]+): (.*)")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ENCODED = r"=\?utf-8\?B\?[A-Za-z0-9+/=]+\?="
_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: +[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_SPEC = rf"(?:[^<>,;:\s\"@]+|{_QUOTED})@[^<>,;:\s\"@]+"
_MAILBOX = re.compile(rf"(?:(?P<name>{_QUOTED}|{_ATOMS}) +)?<(?P<address>{_SPEC})>|(?P<bare>{_SPEC})")
_WORDS = re.compile(rf"{_ENCODED}(?: {_ENCODED})*")
_WORD = re.compile(_ENCODED)
_PAIR = re.compile(r"\\(.)")


class ProofFault(RuntimeError):  # noqa: N818 - a fault, as everywhere in this house
    """The bytes do not say what was meant: they are not queued."""


def read_head(raw: bytes) -> dict[str, str]:
    """The fields above the first empty line, unfolded, by their names in small letters. Raises ProofFault for a repeated one."""
    head, found, _ = raw.partition(b"\r\n\r\n")
    if not found:
        raise ProofFault("no empty line below the head")
    fields: dict[str, str] = {}
    name = ""
    for line in head.decode("ascii", "strict").split("\r\n"):
        if "\r" in line or "\n" in line:
            raise ProofFault("a bare CR or LF in the head")
        if line[:1] == " " and name and line.strip():
            fields[name] += line
            continue
        field = _FIELD.fullmatch(line)
        if field is None:
            raise ProofFault(f"a line that is no field: {line[:60]!r}")
        name = field[1].lower()
        if name in fields:
            raise ProofFault(f"{field[1]} stands twice")
        fields[name] = field[2]
    return fields


def read_mailbox(value: str) -> tuple[str, str]:
    """(display name, address) of a field that must hold exactly one mailbox. Raises ProofFault for anything else."""
    found = _MAILBOX.fullmatch(value)
    if found is None:
        raise ProofFault(f"not one mailbox: {value[:80]!r}")
    if found["bare"]:
        return "", found["bare"]
    name = found["name"] or ""
    return _PAIR.sub(r"\1", name[1:-1]) if name.startswith('"') else read_words(name), found["address"]


def read_words(value: str) -> str:
    """Free text, its encoded words decoded (RFC 2047)."""
    if not _WORDS.fullmatch(value):
        return value
    return b"".join(base64.b64decode(word[10:-2], validate=True) for word in _WORD.findall(value)).decode("utf-8")


def prove(raw: bytes, mailboxes: Mapping[str, tuple[str, str]], texts: Mapping[str, str]) -> None:
    """Hold the head against what was meant: mailboxes as (name, address), other fields as their text. Raises ProofFault."""
    read = read_head(raw)
    for field, meant in mailboxes.items():
        if read_mailbox(read.get(field, "")) != meant:
            raise ProofFault(f"{field} reads as {read.get(field)!r}")
    for field, text in texts.items():
        if read_words(read.get(field, "")) != text:
            raise ProofFault(f"{field} reads as {read.get(field)!r}")
