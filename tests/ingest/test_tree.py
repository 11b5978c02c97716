"""Whole mails are taken apart without the standard library: the tree must be the one that the library makes."""

from __future__ import annotations

import random
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

import pytest
from test_read_hostile import READ

from maild.ingest import tree

PIECES = [
    *(b"--b", b"--b--", b"--c", b"--c--", b"--", b"--bb", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b" ", b"\t", b"words"),
    *(
        b"Content-Type: text/plain",
        b"Content-Type: multipart/mixed; boundary=c",
        b'Content-Type: multipart/digest; boundary="c"',
    ),
    *(b"Content-Type: multipart/alternative; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: multipart/mixed"),
    *(b"A: b", b": x", b"From x", b"x: y\n z", b"x : y", b"\xff", b"\x0b", b"\x1c", b"\x85", b"\0"),
]
BEGINNINGS = [
    b"",
    b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n",
]
ENDS = [b"", b"\n--b--", b"\r\n--c--\r\n--b--\r\n"]


def shape(part: Message) -> tuple[Any, ...]:
    payload = part.get_payload()
    inside = [shape(child) for child in payload] if isinstance(payload, list) else payload
    ends = [type(defect).__name__ for defect in part.defects if "CloseBoundary" in type(defect).__name__]
    return list(part.raw_items()), part.get_content_type(), part.get_default_type(), ends, inside


def by_library(raw: bytes) -> Message:
    return message_from_bytes(raw, _class=tree._Part, policy=compat32)


@pytest.mark.parametrize("seed", range(4))
def test_a_mail_of_chance_has_the_tree_that_the_library_makes(seed: int) -> None:
    rng = random.Random(seed)
    divided = 0
    for _ in range(2_000):
        raw = rng.choice(BEGINNINGS) + b"".join(rng.choices(PIECES, k=rng.randrange(25))) + rng.choice(ENDS)
        made = tree.tree_of(raw)
        assert shape(made) == shape(by_library(raw)), raw
        divided += made.is_multipart()
    assert divided > 300


@pytest.mark.parametrize("name", [name for name, row in READ.items() if len(row[0]) < 200_000])
def test_a_hostile_mail_has_the_tree_that_the_library_makes(name: str) -> None:
    raw = READ[name][0]
    assert shape(tree.tree_of(raw)) == shape(by_library(raw))


def test_a_whole_mail_is_divided_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "message_from_bytes", None)
    raw = b"A: b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n"
    assert [part.get_payload() for part in tree.tree_of(raw).get_payload()] == ["one", "two"]
