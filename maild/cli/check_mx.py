"""Does the MX take forged results off? `maild check --probe-mx HOST` sends a mail with a forged Authentication-Results field through it.

Whoever may write that field above the server's own may be anybody: it is what `trust_authserv` trusts (RFC 8601, 5 and 7.1).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from maild.cli.check_mail import LOOK_EVERY_SECONDS, WAIT_SECONDS, check_address, taken_from
from maild.cli.finding import Finding, fault, ok, warning

if TYPE_CHECKING:
    from maild.config import Config


def probe(config: Config, place: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[Finding]:
    """One mail for each trusted name, through the server at `[lmtp:]HOST[:PORT]`, and what came of the forged field."""
    trusted = sorted({name for box in config.mailboxes for name in box.trust_authserv})
    if not trusted:
        yield warning("no trusted server is named, so no field of any server is believed", "trust_authserv = [your MX's name]")
    for name in trusted:
        yield _probe(config, place, name, wait_seconds)


def _probe(config: Config, place: str, trusted: str, wait_seconds: float) -> Finding:
    from maild.delivery.smtp import NotTaken, hand_in  # noqa: PLC0415

    mark = secrets.token_hex(8)
    message_id = make_msgid("probe", config.desk.domain)
    try:
        hand_in(place, config.desk.domain, check_address(config), _mail(config, trusted, mark, message_id))
    except NotTaken as trouble:
        return fault(
            f"the probe was not taken by {place}: {trouble}", "name the server that takes mail for the desk from outside"
        )
    raw = _wait(config, message_id, wait_seconds)
    if raw is None:
        return fault(
            f"the probe was taken by {place} and did not come within {wait_seconds:g} s", "look into that server's log"
        )
    return judged(raw, trusted, mark, place)


def judged(raw: bytes, trusted: str, mark: str, place: str) -> Finding:
    """What the mail that arrived tells of the server on its way."""
    from maild.ingest.authentication import has_trusted_results  # noqa: PLC0415
    from maild.ingest.read import read  # noqa: PLC0415
    from maild.message import Message  # noqa: PLC0415

    message = read(raw)
    fields = message.header_values("Authentication-Results") if isinstance(message, Message) else ()
    forged = [number for number, value in enumerate(fields) if mark in value]
    if not forged:
        return ok(f"{place} takes forged results of {trusted} off")
    if isinstance(message, Message) and forged[0] == 0 and has_trusted_results(message, (trusted,)):
        return fault(
            f"{place} lets a forged Authentication-Results of {trusted} through: anybody may be anybody",
            "let the MX remove fields of its own name from what comes in (RFC 8601, 5), or take that name out of trust_authserv",
        )
    return warning(
        f"{place} leaves forged results of {trusted} in the mail, below its own: only the topmost field counts here",
        "let the MX remove fields of its own name from what comes in (RFC 8601, 5)",
    )


def _mail(config: Config, trusted: str, mark: str, message_id: str) -> bytes:
    lines = (
        f"Authentication-Results: {trusted}; dmarc=pass header.from={config.desk.domain};"
        f" spf=pass smtp.mailfrom=probe-{mark}@{config.desk.domain}",
        f"From: {config.desk.address}",
        f"To: {check_address(config)}",
        "Subject: maild check: forged results",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "",
        "maild check looks whether the mail server takes a forged field off. Nobody needs to answer.",
        "",
    )
    return "\r\n".join(lines).encode("ascii", "replace")


def _wait(config: Config, message_id: str, wait_seconds: float) -> bytes | None:
    started = time.monotonic()
    while True:
        for box in config.mailboxes:
            _, raw = taken_from(box, message_id)
            if raw:
                return raw
        if time.monotonic() - started > wait_seconds:
            return None
        time.sleep(LOOK_EVERY_SECONDS)
