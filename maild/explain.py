"""`maild explain`: how maild reads a mail, and why; a person's view and the JSON of the contract, section 5."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from maild.ingest import quoting
from maild.ingest.charset import decode
from maild.ingest.html_bounds import bounded
from maild.ingest.html_text import to_text
from maild.ingest.limits import MESSAGE_BYTES_MAX
from maild.ingest.read import read
from maild.lines import Reading
from maild.message import Address, Message, Unreadable

Authenticate = Callable[[bytes, Message], Mapping[str, Any]]
Commands = Callable[[Reading], tuple[Sequence[Any], Sequence[Any]]]

KINDS = ("mail", "text", "html")


def explain(
    path: Path, kind: str = "mail", authenticate: Authenticate | None = None, commands: Commands | None = None
) -> dict[str, Any]:
    """One mail (or, by `kind`, one decoded UTF-8 body) as the contract's JSON object; `ms` is the time that reading took.

    The path `-` is standard input. One that cannot be opened is explained too, with its reason as `unreadable`.
    """
    return _explained(path, kind, authenticate, commands)[0]


def _explained(
    path: Path, kind: str, authenticate: Authenticate | None, commands: Commands | None
) -> tuple[dict[str, Any], Reading]:
    try:
        raw = _octets(path)
    except IsADirectoryError:
        return {"path": str(path), "ms": 0.0, **_unreadable(Unreadable("a folder: name the mails in it"))}, Reading()
    except OSError as fault:
        return {"path": str(path), "ms": 0.0, **_unreadable(Unreadable(f"cannot be opened: {fault.strerror}"))}, Reading()
    started = time.perf_counter()
    shape, reading = _mail(raw, authenticate, commands) if kind == "mail" else _body(raw, kind, commands)
    return {"path": str(path), "ms": round((time.perf_counter() - started) * 1000, 3), **shape}, reading


def _octets(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(MESSAGE_BYTES_MAX + 1)
    with path.open("rb") as file:
        return file.read(MESSAGE_BYTES_MAX + 1)


def run(
    paths: Sequence[str],
    kind: str = "mail",
    as_json: bool = False,
    *,
    out: TextIO | None = None,
    authenticate: Authenticate | None = None,
    commands: Commands | None = None,
) -> int:
    """Explain each path in order on `out` (standard output); 1 where any of them could not be read, else 0."""
    target = out or sys.stdout
    unreadable = 0
    for name in paths:
        shape, reading = _explained(Path(name), kind, authenticate, commands)
        unreadable += shape["unreadable"] is not None
        if as_json:
            print(json.dumps(shape, ensure_ascii=True, allow_nan=False), file=target)
        else:
            _print_page(shape, reading, target)
    return 1 if unreadable else 0


def _print_page(shape: Mapping[str, Any], reading: Reading, target: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 - other programs ask for JSON, and need no page

    from maild.explain_page import page  # noqa: PLC0415

    console = Console(file=target, soft_wrap=True, highlight=False, markup=False, emoji=False)
    for line in page(shape, reading):
        console.print(line)
    console.print()


def _mail(raw: bytes, authenticate: Authenticate | None, commands: Commands | None) -> tuple[dict[str, Any], Reading]:
    message = read(raw)
    if isinstance(message, Unreadable):
        return _unreadable(message), Reading()
    found, refused = commands(message.reading) if commands else ((), ())
    return _told(raw, message, authenticate, found, refused), message.reading


def _told(
    raw: bytes, message: Message, authenticate: Authenticate | None, found: Sequence[Any], refused: Sequence[Any]
) -> dict[str, Any]:
    return {
        "unreadable": None,
        "from": _address(message.sender),
        "to": [_address(one) for one in message.to],
        "cc": [_address(one) for one in message.cc],
        "reply_to": [_address(one) for one in message.reply_to],
        "subject": message.subject,
        "date": message.date.isoformat().replace("+00:00", "Z") if message.date else None,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "body": {"text": message.text, "is_html": message.is_html},
        **_reply(message.reading),
        "attachments": [
            {
                "filename": one.filename,
                "size": one.size,
                "content_type": one.content_type,
                "inline": one.inline,
                "content_id": one.content_id,
            }
            for one in message.attachments
        ],
        "origin": {
            "kind": str(message.origin.kind),
            "reasons": list(message.origin.reasons),
            "answerable": message.origin.answerable,
        },
        "bounces": [
            {"recipient": one.recipient, "status": one.status, "permanent": one.permanent, "diagnostic": one.diagnostic}
            for one in message.bounces
        ],
        "forwarded": [
            {
                "how": one.how,
                "from": _address(one.sender),
                "subject": one.subject,
                "date": one.date,
                "message_id": one.message_id,
            }
            for one in message.forwarded
        ],
        "sealed": message.sealed,
        "authentication": dict(authenticate(raw, message)) if authenticate else {},
        "commands": list(found),
        "refusals": list(refused),
    }


def _body(raw: bytes, kind: str, commands: Commands | None) -> tuple[dict[str, Any], Reading]:
    source = decode(raw, "utf-8").replace("\r\n", "\n")
    text = to_text(source) if kind == "html" else source
    reading = quoting.read_html_reply(bounded(source), text) if kind == "html" else quoting.read_reply(text)
    found, refused = commands(reading) if commands else ((), ())
    shape = {
        "unreadable": None,
        "body": {"text": text, "is_html": kind == "html"},
        **_reply(reading),
        "commands": list(found),
        "refusals": list(refused),
    }
    return shape, reading


def _reply(reading: Reading) -> dict[str, Any]:
    return {"reply_text": reading.said_text, "signature_text": reading.signature_text, "quoted_text": reading.quoted_text}


def _address(one: Address | None) -> dict[str, str] | None:
    return None if one is None else {"name": one.name, "address": one.address}


def _unreadable(message: Unreadable) -> dict[str, Any]:
    """The same keys as for a readable mail, with what the byte-level scan could still tell."""
    return {
        "unreadable": message.reason,
        "from": {"name": "", "address": message.sender} if message.sender else None,
        "to": [],
        "cc": [],
        "reply_to": [],
        "subject": message.subject,
        "date": None,
        "message_id": message.message_id,
        "in_reply_to": [],
        "references": [],
        "body": {"text": "", "is_html": False},
        **_reply(Reading()),
        "attachments": [],
        "origin": {"kind": "person", "reasons": [], "answerable": False},
        "bounces": [],
        "forwarded": [],
        "sealed": "",
        "authentication": {},
        "commands": [],
        "refusals": [],
    }


def main(words: Sequence[str]) -> int:
    """`python -m maild.explain [explain] [--as KIND] [--json] PATH…`."""
    rest = list(words[1:] if words[:1] == ["explain"] else words)
    kind = "mail"
    if "--as" in rest:
        at = rest.index("--as")
        kind = rest[at + 1] if at + 1 < len(rest) else ""
        del rest[at : at + 2]
    as_json = "--json" in rest
    paths = [word for word in rest if word != "--json"]
    if kind not in KINDS or not paths:
        print("usage: explain [--as mail|text|html] [--json] PATH…", file=sys.stderr)
        return 2
    return run(paths, kind, as_json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
