"""May this From be believed? By what the trusted server wrote (RFC 8601), or by our own check of DKIM where no server is trusted.

Only the topmost Authentication-Results field counts, and only where it names a trusted server. What stands right below it under the
same name may be the sender's; where the server's own Received field ends the block (filters of Postfix write one field each, above
it), the further fields are read too, for what they say of DKIM and SPF. Within all that, a method that is stated twice with
different outcomes proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from maild.ingest.authserv import AuthenticationResults, Result, parse
from maild.message import Message, address_key

UNNAMED = "none"  # in trust_authserv: a server that leaves its name out of the field, as Microsoft 365 does
_FIELD = "authentication-results"
_LOCAL = re.compile(r"\bwith\s+lmtp", re.I)  # on its way from the server to the mailbox
_RECEIVED_BY = re.compile(r"\bby\s+([^\s;()]+)\s+(?:\([^()]*\)\s+)?with\s+(?:utf8)?e?smtp", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ufffd]")
_QUOTED_NAME = re.compile(r'"(?:[^"\\]|\\.)*"(?=[^@])')
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", re.I)
_ADDRESS = r"[^\s<>(),:;@\"\\]+@[^\s<>(),:;@\"\\]+"
_COMMENTS = r"(?:\s*\([^()<>@\\]*\))*\s*"
_BRACKETED = re.compile(rf"[^<>()@:;,\\]*{_COMMENTS}<\s*{_ADDRESS}\s*>{_COMMENTS}")
_BARE = re.compile(rf"{_ADDRESS}{_COMMENTS}")
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


class Method(StrEnum):
    """What made a From believed."""

    AUTH = "auth"  # the server's own user, logged in
    DMARC = "dmarc"
    DKIM = "dkim"
    SPF = "spf"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DkimOutcome:
    """What our own check of a mail's signatures found; `pending` where DNS gave no answer and another try may."""

    aligned_domain: str = ""  # d= of the signature that counts, "" for none
    reasons: tuple[str, ...] = ()
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the one From address is proven, by what, and why (not). `required`: without it a token proves nothing either."""

    authenticated: bool
    method: Method
    reasons: tuple[str, ...]
    required: bool = True
    pending: bool = False  # DNS was out of reach: try again within the hour, believe nothing meanwhile


def judge(
    message: Message,
    trusted: Collection[str],
    *,
    logins: Collection[str] | None = None,
    own_check: DkimOutcome | None = None,
) -> Verdict:
    """Judge a mail's From.

    `trusted` are the authserv-ids of the door it came through. `logins` are the login and the addresses of the staff member
    that the From address belongs to; None judges by the rules for customers, where an aligned DKIM or SPF pass is enough if the
    domain has no DMARC policy. `own_check` counts only where no trusted server has spoken; None: it was not made.
    """
    required = bool(trusted) or own_check is not None
    domain = from_domain(message)
    if not domain:
        return Verdict(False, Method.NONE, ("from-not-one-address",), required)
    if trusted:
        field, reason = _topmost(message, trusted)
        if field is None:
            return _by_ourselves(own_check, domain, reason)
        method, reasons = _by_server(field, domain, logins)
        return Verdict(method is not Method.NONE, method, reasons, required)
    if own_check is None:
        return Verdict(False, Method.NONE, ("no-server-trusted",), required)
    return _by_ourselves(own_check, domain, "no-server-trusted")


def has_trusted_results(message: Message, trusted: Collection[str]) -> bool:
    """Whether a trusted server has said something: then nothing of ours is asked for."""
    return bool(trusted) and _topmost(message, trusted)[0] is not None


def from_domain(message: Message) -> str:
    """The domain of the one address in the one From field, as DNS spells it; '' where there is not exactly one."""
    if message.from_fields != 1 or len(message.senders) != 1 or not all(map(is_plain, message.header_values("From"))):
        return ""
    local, _, domain = message.senders[0].key.rpartition("@")
    return _dns_name(domain) if local else ""


def is_plain(field: str) -> bool:
    """Whether all readers find the same one address in a From field (the espoofer cases): the server's may be another than ours.

    One address, bare or in brackets at the end; beside it a name, and comments that hold no address. No routes, groups, escapes,
    control characters.
    """
    if _CONTROL.search(field):
        return False
    bare = _ENCODED_WORD.sub("", _QUOTED_NAME.sub("", field)).strip()
    return bool(_BRACKETED.fullmatch(bare) or _BARE.fullmatch(bare))


def aligned(domain: str, with_from: str) -> bool:
    """Relaxed alignment without a list of public suffixes: equal, or one is the other's subdomain (RFC 7489, 3.1)."""
    name = _dns_name(domain)
    return bool(name) and (name == with_from or name.endswith("." + with_from) or with_from.endswith("." + name))


def _by_ourselves(own_check: DkimOutcome | None, domain: str, reason: str) -> Verdict:
    """By our own check of the signatures, where no trusted server has spoken."""
    if own_check is None:
        return Verdict(False, Method.NONE, (reason,))
    if own_check.aligned_domain and aligned(own_check.aligned_domain, domain):
        return Verdict(True, Method.DKIM, own_check.reasons)
    return Verdict(False, Method.NONE, own_check.reasons or ("not-signed",), pending=own_check.pending)


def _topmost(message: Message, trusted: Collection[str]) -> tuple[AuthenticationResults | None, str]:
    values = message.header_values("Authentication-Results")
    if not values:
        return None, "no-results"
    field = parse(values[0])
    if field is None:
        return None, "unreadable-results"
    if (field.authserv_id or UNNAMED) not in {name.lower() for name in trusted}:
        return None, "results-of-another-server"
    return AuthenticationResults(field.authserv_id, (*field.results, *_further(message, field.authserv_id))), ""


def _further(message: Message, authserv_id: str) -> tuple[Result, ...]:
    """What the trusted server says of DKIM and SPF in further fields below its topmost one; () where they may be the sender's.

    They are the server's own where its Received field stands right below them, and nothing above them but local delivery: a mail
    passes it once, so whatever a sender wrote stands below.
    """
    names = [name.lower() for name, _ in message.headers]
    first = names.index(_FIELD)
    end = next((at for at in range(first, len(names)) if names[at] != _FIELD), len(names))
    above = [value for name, value in message.headers[:first] if name.lower() == "received"]
    if end == len(names) or names[end] != "received" or not all(map(_LOCAL.search, above)):
        return ()
    by = _RECEIVED_BY.search(message.headers[end][1])
    fields = [parse(value) for _, value in message.headers[first + 1 : end]]
    if by is None or by[1].lower() != authserv_id or any(each is None or each.authserv_id != authserv_id for each in fields):
        return ()
    return tuple(result for each in fields if each for result in each.results if result.method in ("dkim", "spf"))


def _by_server(field: AuthenticationResults, domain: str, logins: Collection[str] | None) -> tuple[Method, tuple[str, ...]]:
    """Which method of a trusted field proves the From domain (or the login), and what was found on the way."""
    if logins is not None:
        said = _agreed(field.of("auth"))
        if said is not None and said.result == "pass":
            if address_key(said.only("smtp.auth")) in {address_key(login) for login in logins if login}:
                return Method.AUTH, ("auth=pass",)
            return Method.NONE, ("auth=pass of another login",)
    statements = field.of("dmarc")
    dmarc = _agreed(statements)
    if statements and dmarc is None:
        return Method.NONE, ("dmarc stated twice",)
    stated = f"dmarc={dmarc.result}" if dmarc else "dmarc not stated"
    if dmarc and dmarc.properties and _dns_name(dmarc.only("header.from")) != domain:
        return Method.NONE, (stated, "header.from of another domain")
    if dmarc and dmarc.result == "pass":
        if not dmarc.properties:
            return Method.NONE, (stated, "no header.from")
        return (
            (Method.DMARC, (stated,)) if _rests_on_something(field, domain) else (Method.NONE, (stated, "on nothing aligned"))
        )
    if logins is not None or (dmarc and dmarc.result not in ("none", "bestguesspass")):
        return Method.NONE, (stated,)
    for method, proven in ((Method.DKIM, _dkim_domains(field)), (Method.SPF, _spf_domains(field))):
        if any(aligned(name, domain) for name in proven):
            return method, (stated, f"{method}=pass")
    return Method.NONE, (stated, "neither dkim=pass nor spf=pass is aligned")


def _rests_on_something(field: AuthenticationResults, domain: str) -> bool:
    """Whether a DMARC pass has a pass of DKIM or SPF for a domain of the same house beside it, where any of these is stated.

    OpenDMARC is deceived by a route in the reverse-path (espoofer, A7): its pass stands beside `spf=pass` of the sender's own domain.
    """
    stated = [result for result in field.results if result.method in ("dkim", "spf")]
    passed = [_named_domain(result) for result in stated if result.result == "pass"]
    return not stated or any(not name or name.split(".")[-2:] == domain.split(".")[-2:] for name in passed)


def _named_domain(result: Result) -> str:
    """The domain that a pass of DKIM or SPF is about; '' where none is told."""
    named = (value for name in ("header.d", "header.i", "smtp.mailfrom", "smtp.helo") if (value := result.only(name)))
    return next(named, "").rpartition("@")[2].rstrip(".").lower()


def _agreed(results: Sequence[Result]) -> Result | None:
    """The one thing that all statements on a method say; None where there is none or they differ."""
    return results[0] if results and all(result == results[0] for result in results) else None


def _dkim_domains(field: AuthenticationResults) -> list[str]:
    """Domains whose signature holds: header.d, or the domain of header.i; both, where both stand, must agree."""
    domains = []
    for result in field.of("dkim"):
        signer, identity = result.only("header.d"), result.only("header.i").rpartition("@")[2]
        if result.result == "pass" and (not signer or not identity or (identity == signer or identity.endswith("." + signer))):
            domains.append(signer or identity)
    return domains


def _spf_domains(field: AuthenticationResults) -> list[str]:
    """The domain of the reverse-path that passed SPF, where it is stated once."""
    spf = _agreed(field.of("spf"))
    return [spf.only("smtp.mailfrom").rpartition("@")[2]] if spf and spf.result == "pass" else []


def _dns_name(domain: str) -> str:
    """A domain in lower-case A-labels without a final dot; '' for what is no domain name."""
    labels = domain.rstrip(".").lower().split(".")
    name = ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels)
    return name if len(name) <= 253 and _DOMAIN.fullmatch(name) else ""
