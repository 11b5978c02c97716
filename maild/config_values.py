"""How names, addresses, sizes, money and hosts are written in the configuration files (times: `config_times`).

Each parser takes what TOML made of the value and returns the program's own; it raises `Refused` with what would be allowed.
"""

from __future__ import annotations

import ipaddress
import re
from decimal import Decimal, InvalidOperation

from maild.config_fault import Refused, nearest, text_of
from maild.config_known import COUNTRIES, CURRENCIES, PUBLIC_MAIL_DOMAINS
from maild.ledger.money import Money

OCTETS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def line(value: object) -> str:
    """One line of text that may stand in a mail's header: not empty, no control characters."""
    text = text_of(value, "text in quotes").strip()
    if not text:
        raise Refused("is empty", "some text")
    if not text.isprintable():
        raise Refused("has line ends or control characters", "one line of text")
    return text


def line_or_nothing(value: object) -> str:
    """The same, or nothing at all."""
    return line(value) if value != "" else ""


def word(value: object) -> str:
    """A name that people type in commands and that stands in account names: no spaces, no colon."""
    text = text_of(value, "a word in quotes")
    if len(text) > 40 or not re.fullmatch(r"[^\W_][\w.-]*", text):
        raise Refused(
            "cannot be typed as a name", 'letters, digits, "-", "_" and ".", at most 40, beginning with a letter or digit'
        )
    return text


def size(value: object) -> int:
    """A number of octets: "25MB" (decimal), "25MiB" (binary) or a plain number."""
    allowed = 'a number with KB, MB, GB, KiB, MiB or GiB, such as "25MB"'
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = re.fullmatch(r"(\d{1,12})\s*([kmg]?i?b)?", text_of(value, allowed).strip().lower())
    if not match or (match[2] or "") not in OCTETS or not int(match[1]):
        raise Refused("is not a size", allowed)
    return int(match[1]) * OCTETS[match[2] or ""]


def money(value: object) -> Money:
    """An amount of a known currency, such as "60.00 USD"; not below zero."""
    allowed = 'an amount and a currency of ISO 4217, such as "60.00 USD"'
    try:
        price = Money.parse(text_of(value, allowed))
    except ValueError:
        raise Refused("is not an amount of money", allowed) from None
    if price.currency not in CURRENCIES:
        raise Refused(f"names no currency in use{nearest(price.currency, CURRENCIES)}", allowed)
    if price.amount < 0:
        raise Refused("is below zero", allowed)
    return price


def fraction(value: object) -> Decimal:
    """A share such as "20%", as 0.2."""
    allowed = 'a percentage from "0%" to "100%"'
    try:
        share = Decimal(text_of(value, allowed).strip().removesuffix("%").strip().replace(",", ".")) / 100
    except InvalidOperation:
        raise Refused("is not a percentage", allowed) from None
    if not share.is_finite() or not 0 <= share <= 1 or not str(value).strip().endswith("%"):
        raise Refused("is not a percentage", allowed)
    return share


def factor(value: object) -> Decimal:
    """What worked minutes are multiplied by; never less than one."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Refused("is not a number", "a number from 1 to 10, such as 1.5, without quotes")
    number = Decimal(str(value))
    if not number.is_finite() or not 1 <= number <= 10:
        raise Refused("is not a factor", "a number from 1 to 10, such as 1.5")
    return number


def email(value: object) -> str:
    """One bare mail address (RFC 5321, 4.5.3.1: 64 octets left of the @), as it was written."""
    allowed = 'one address without a name, such as "anna@acme.test"'
    text = text_of(value, allowed).strip()
    local, _, right = text.rpartition("@")
    if not re.fullmatch(r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\"]+", local) or ".." in f".{local}.":
        raise Refused("is not a mail address", allowed)
    if len(local.encode()) > 64:
        raise Refused("has more than 64 characters left of the @", allowed)
    if not _is_domain(right):
        raise Refused("has no domain right of the @", allowed)
    return text


def mail_domain(value: object) -> str:
    """A client's own mail domain, in lower case; never one where anybody may have an address."""
    allowed = 'a domain of the client\'s own, such as "acme.test"'
    text = text_of(value, allowed).strip().lower()
    if not _is_domain(text):
        raise Refused("is not a domain", allowed)
    if text in PUBLIC_MAIL_DOMAINS:
        raise Refused(
            "is a public mail domain, where anybody may have an address", f"{allowed}; name the person under contacts instead"
        )
    return text


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    return len(text) <= 253 and all(re.fullmatch(r"[^\W_](?:[\w-]{0,61}[^\W_])?", label) for label in labels)


def listen(value: object) -> tuple[str, int]:
    """A door's place such as "127.0.0.1:8024" or "[::1]:8024"."""
    allowed = 'host:port, such as "127.0.0.1:8024"'
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):(\d{1,5})", text_of(value, allowed).strip(), re.ASCII)
    if not match or not 1 <= int(match[2]) <= 65_535:
        raise Refused("is not a host and a port", allowed)
    return match[1].strip("[]"), int(match[2])


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, where plain text stays inside."""
    if host.lower().rstrip(".") in {"localhost", "localhost.localdomain", "ip6-localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def fact(value: object) -> str:
    """What staff are told about a client: text, or anything that TOML can write in a word."""
    if isinstance(value, dict | list):
        raise Refused("is not a single value", "text in quotes")
    return line_or_nothing(str(value).lower() if isinstance(value, bool) else str(value))


def country(value: object) -> str:
    """The code of a country whose public holidays are known, such as "UA"; "" for none."""
    code = text_of(value, 'a country code such as "UA"').strip().upper()
    if code and code not in COUNTRIES:
        raise Refused(
            "is no country whose holidays are known", 'a code of ISO 3166 such as "UA"; days of your own stand under extra'
        )
    return code
