"""Delivery reports: which recipient did not get which of our mails, and is that final.

First RFC 3464 as the standard library parses it; then, for mail whose sender or title is a mail system's, the free text of old
MTAs by flufl.bounce (which raises on some mails) and by the rules of `bounce_text`. A person who writes about a bounce is not one:
free text counts only behind the gate `_from_a_mail_system`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email.message import Message as ParsedMessage

from flufl.bounce import all_failures

from maild.ingest import bounce_text
from maild.ingest import origin_words as words
from maild.ingest.word_tables import speaks
from maild.message import DeliveryStatus

RECIPIENTS_MAX = 200
_TYPED = re.compile(r"^\s*[\w-]+\s*;\s*")  # "rfc822; address" (RFC 3464, 2.3.2)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_LOG = logging.getLogger(__name__)
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)  # it prints a traceback for every detector that stumbles


def read(raw: bytes, parsed: ParsedMessage) -> tuple[DeliveryStatus, ...]:
    """The failed and delayed recipients that a mail reports; empty where it reports none. Never raises."""
    found = list(_reported(parsed))
    if not found and _from_a_mail_system(parsed):
        notice = bounce_text.notice(parsed)
        found = _by_raw_fields(raw) or _by_flufl(parsed, notice) or bounce_text.failures(parsed, notice)
    if not found:
        return ()
    original = bounce_text.original_message_id(parsed)
    kept: dict[str, DeliveryStatus] = {}
    for status in found[:RECIPIENTS_MAX]:
        key = status.recipient.lower()
        if key not in kept:
            kept[key] = DeliveryStatus(status.recipient, status.status, status.permanent, status.diagnostic, original)
    return tuple(kept.values())


# --- RFC 3464 --------------------------------------------------------------------------------------------------------------------


def _reported(parsed: ParsedMessage) -> Iterator[DeliveryStatus]:
    for part in parsed.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        for block in payload if isinstance(payload, list) else ():
            if isinstance(block, ParsedMessage):
                status = _from_fields({name.lower(): str(value) for name, value in reversed(block.items())})
                if status:
                    yield status


def _from_fields(fields: dict[str, str]) -> DeliveryStatus | None:
    """One per-recipient block (RFC 3464, 2.3); None for a success and for the per-message block."""
    recipients = [_address(fields.get(name, "")) for name in ("original-recipient", "final-recipient")]
    recipient = next((r for r in recipients if "@" in r), next((r for r in recipients if r), ""))
    action = (fields.get("action", "").split() or [""])[0].lower()
    if not recipient or action in ("delivered", "relayed", "expanded"):
        return None
    diagnostic = " ".join(_TYPED.sub("", fields.get("diagnostic-code", "")).split())
    code = _STATUS.search(fields.get("status", "")) or _STATUS.search(diagnostic)
    status = code.group() if code else ""
    if status.startswith("2") and not action:
        return None
    permanent = action == "failed" or (action != "delayed" and not status.startswith("4"))
    return DeliveryStatus(recipient, status, permanent, diagnostic)


def _address(value: str) -> str:
    return " ".join(_TYPED.sub("", value).split()).strip("<>\"' ")


def _by_raw_fields(raw: bytes) -> list[DeliveryStatus]:
    """Per-recipient blocks in a report whose MIME structure is broken: field lines wherever they stand at the start of a line."""
    found: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    last = ""
    for line in raw[:262_144].decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        low = name.lower()
        if line[:1] in (" ", "\t") and last:
            fields[last] += " " + line.strip()
        elif colon and low in ("final-recipient", "original-recipient", "action", "status", "diagnostic-code"):
            fields[low], last = value.strip(), low
        else:
            last = ""
            if not line.strip():
                found.append(fields)
                fields = {}
    found.append(fields)
    return [
        status
        for block in found
        if "final-recipient" in block and ("action" in block or "status" in block) and (status := _from_fields(block))
    ]


def local_part(value: str) -> str:
    """What stands before the @ of the last address in a field, lower case; '' for `<>` and for an empty field."""
    return value.lower().rpartition("<")[2].strip("<>\"'\\ ").partition("@")[0].strip("<>\"'\\ ")


# --- free text -------------------------------------------------------------------------------------------------------------------


def _from_a_mail_system(parsed: ParsedMessage) -> bool:
    fields: dict[str, str] = {}
    for name, value in parsed.raw_items():  # one pass: `get` walks the header for each name
        fields.setdefault(name.lower(), str(value))
    sender = fields.get("from", "").lower()
    local = local_part(sender)
    return_path = fields.get("return-path")
    subject = " ".join(fields.get("subject", "").lower().split())
    return (
        local in words.DAEMONS
        or local in words.POSTMASTERS
        or local.startswith(words.EXCHANGE)
        or (local in words.OFFICES and subject.startswith(words.BOUNCE_SUBJECTS))
        or (local.endswith(words.LIST_OFFICERS) and "x-mlserver" in fields)
        or speaks(sender, words.DAEMON_NAMES)
        or ("from" in fields and not local)
        or "x-amz-sns-message-id" in fields
        or (return_path is not None and local_part(return_path) in ("", *words.DAEMONS))
        or parsed.get_content_type() in ("multipart/report", "message/delivery-status")
        or "x-failed-recipients" in fields
        or subject.startswith(words.BOUNCE_SUBJECTS_CERTAIN)
    )


def _by_flufl(parsed: ParsedMessage, notice: str) -> list[DeliveryStatus]:
    try:
        temporary, permanent = all_failures(parsed)
    except Exception:  # noqa: BLE001 - it raises whatever its detectors stumble over; our own rules come next
        _LOG.debug("flufl.bounce could not read a bounce", exc_info=True)
        return []
    found = [(address, True) for address in permanent] + [(address, False) for address in temporary - permanent]
    return [
        bounce_text.described(recipient, notice, permanent=final)
        for address, final in sorted(found)
        if bounce_text.is_address(recipient := bytes(address).decode("utf-8", "replace").strip("<>\"' "))
    ]
