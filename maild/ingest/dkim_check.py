"""Our own check of DKIM signatures (RFC 6376), for mailboxes whose server is not trusted to have done it.

dkimpy (the extra `dkim`) does the arithmetic and nothing else: it says True for bodies with text added behind `l=` and for
signers who have nothing to do with the From, and it asks the machine's clock. What a signature must cover, whose it must be and
how old it may be is decided here, against the arrival. DNS is a function that is handed in.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from maild.ingest.authentication import DkimOutcome, aligned
from maild.message import Message

try:
    import dkim
    from dkim.util import InvalidTagValueList, parse_tag_value
except ImportError:  # the extra is not installed: tokens alone count, and `maild check` says so
    dkim = None

SIGNATURES_MAX = 5  # looked at; the rest of a mail that bears more is ignored
AGE_MAX = timedelta(hours=72)
CLOCK_SKEW = timedelta(hours=1)  # how far a signer's clock may be ahead
RSA_BITS_MIN = 1024  # RFC 8301, 3.2
_SIGNED = (b"from", b"to", b"subject", b"date", b"message-id")
_ALGORITHMS = (b"rsa-sha256", b"ed25519-sha256")  # RFC 8301: SHA-1 proves nothing
_SILENT = logging.getLogger("maild.dkim.silent")
_SILENT.disabled = True  # it would print header values

Lookup = Callable[[str], bytes | None]
"""TXT record of a name: its octets, None where there is none. Raises DnsUnavailable where nobody answered."""


class DnsUnavailable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """DNS gave no answer: neither a record nor its absence."""


def installed() -> bool:
    """Whether the extra `dkim` is here."""
    return dkim is not None


def check(raw: bytes, message: Message, domain: str, arrived_at: datetime, lookup: Lookup) -> DkimOutcome:
    """Find a signature that proves the From domain. Raises RuntimeError where the extra is missing.

    `raw` are the octets of the mail, `domain` is authentication.from_domain(message).
    """
    if dkim is None:
        raise RuntimeError("dkimpy is not installed")
    if message.date is None or not _fresh(message.date, arrived_at):
        return DkimOutcome(reasons=("Date is missing or not within 72 h",))
    try:
        signatures = [header for header in dkim.DKIM(raw, logger=_SILENT).headers if header[0].lower() == b"dkim-signature"]
    except dkim.MessageFormatError:
        return DkimOutcome(reasons=("headers are malformed",))
    reasons: list[str] = []
    pending = False
    for signature in signatures[:SIGNATURES_MAX]:
        try:
            signer, fault = _judge_signature(raw, signature, domain, arrived_at, lookup)
        except DnsUnavailable:
            signer, fault, pending = "", "DNS gave no answer", True
        if not fault:
            return DkimOutcome(signer, ("dkim=pass",))
        reasons.append(f"{signer}: {fault}" if signer else fault)
    return DkimOutcome(reasons=tuple(reasons) or ("not signed",), pending=pending)


def _judge_signature(
    raw: bytes, header: tuple[bytes, bytes], domain: str, arrived_at: datetime, lookup: Lookup
) -> tuple[str, str]:
    """A signer's domain and why the signature does not count ('' where it does)."""
    try:
        tags = parse_tag_value(header[1])
        dkim.validate_signature_fields({key: value for key, value in tags.items() if key not in (b"t", b"x")})
        signer = tags[b"d"].decode("ascii")
    except (dkim.DKIMException, InvalidTagValueList, ValueError, KeyError, IndexError):
        return "", "signature is malformed"
    verifier = dkim.DKIM(raw, logger=_SILENT, minkey=RSA_BITS_MIN)
    fault = (
        ("is not aligned with From" if not aligned(signer, domain) else "")
        or ("algorithm is not accepted" if tags[b"a"] not in _ALGORITHMS else "")
        or ("leaves a part of the body unsigned (l=)" if b"l" in tags else "")
        or _uncovered(tags[b"h"], verifier.headers)
        or _untimely(tags, arrived_at)
    )
    if fault:
        return signer, fault

    def record(name: bytes, timeout: float = 0) -> bytes | None:
        return lookup(name.decode("ascii", "replace"))

    covered = [name.strip().lower() for name in tags[b"h"].split(b":")]
    try:
        holds = verifier.verify_sig(tags, covered, header, record)
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, ArithmeticError):
        return signer, "signature or key cannot be used"
    return signer, "" if holds else "signature does not hold"


def _uncovered(covered: bytes, headers: list[tuple[bytes, bytes]]) -> str:
    """Which of the fields that matter is unsigned, or stands more often than it was signed (RFC 6376, 8.15)."""
    signed = [name.strip().lower() for name in covered.split(b":")]
    present = [name.strip().lower() for name, _ in headers]
    for name in _SIGNED:
        if name not in signed or present.count(name) > signed.count(name):
            return f"does not cover {name.decode()}"
    return ""


def _untimely(tags: dict[bytes, bytes], arrived_at: datetime) -> str:
    """Whether t= and x= fit the arrival (seconds since 1970, RFC 6376, 3.5)."""
    for name in (b"t", b"x"):
        if name in tags and not re.fullmatch(rb"\d{1,11}", tags[name]):
            return "times are malformed"
    if b"t" in tags and not _fresh(datetime.fromtimestamp(int(tags[b"t"]), UTC), arrived_at):
        return "was not made within 72 h"
    if b"x" in tags and datetime.fromtimestamp(int(tags[b"x"]), UTC) < arrived_at:
        return "has expired"
    return ""


def _fresh(instant: datetime, arrived_at: datetime) -> bool:
    return arrived_at - AGE_MAX <= instant <= arrived_at + CLOCK_SKEW
