"""Signed reply addresses: `support+TOKEN@vendor.test` says who may do what to which object, until when.

A token is 230 bits in 46 letters of lower-case base32 (a-z2-7; gateways change case, so case carries nothing):

    purpose 6 | key 8 | number 28 | expiry 20 (hours since 2020) | person's tag 40 | MAC 128

The MAC is HMAC-SHA256 over all the bits before it and over the person's full name, under a key derived for this use alone,
cut to 128 bits. The tag is a keyed digest of the person: it finds the owner among many without telling a reader who it is.
There is exactly one text for one token: nothing is padded, nothing is ignored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from maild.desk.keyring import Key, Keyring
from maild.desk.purpose import PURPOSE_OF, PURPOSES, Purpose
from maild.message import address_key

TOKEN_LETTERS = 46
LOCAL_PART_LETTERS = 64  # RFC 5321, 4.5.3.1.1
MESSAGE_ID_LETTERS = 76  # longer ones are wrapped, and mangled, on their way
NUMBER_MAX = (1 << 28) - 1
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_VALUES = {letter: value for value, letter in enumerate("abcdefghijklmnopqrstuvwxyz234567")}  # base32 (RFC 4648, 6), small
_TOKEN = re.compile(rf"[a-z2-7]{{{TOKEN_LETTERS}}}")
_MESSAGE_ID = re.compile(rf"<([a-z2-7]{{{TOKEN_LETTERS}}})(\.[a-z0-9]+@([^<>@\s]+)>)")


@dataclass(frozen=True, slots=True)
class Token:
    """A token whose MAC holds. `person` is a staff id or a customer's address key; `number` a ticket, hold or document."""

    text: str
    purpose: Purpose
    number: int
    person: str
    key_id: int
    expires_at: datetime

    @property
    def id(self) -> str:
        """A stable digest that tells nothing: what is remembered so that a challenge is answered once."""
        return hashlib.sha256(b"maild token id\0" + self.text.encode()).hexdigest()[:32]


class Reason(StrEnum):
    """Why a token proves nothing."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    REVOKED_KEY = "revoked-key"
    NOT_THEIRS = "not-theirs"  # none of the candidates is its person
    FORGED = "forged"
    EXPIRED = "expired"  # genuine once: `token` says what it was


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is no valid token of any candidate; `token` is filled in only for an expired one."""

    reason: Reason
    token: Token | None = None


@dataclass(frozen=True, slots=True)
class _Fields:
    """A token taken apart, before anything in it is believed."""

    purpose: Purpose
    key_id: int
    number: int
    expiry_hour: int
    tag: int
    mac: int

    @property
    def expires_at(self) -> datetime:
        return _EPOCH + self.expiry_hour * _HOUR


def token(keyring: Keyring, purpose: Purpose, number: int, person: str, now: datetime) -> str:
    """Sign an address's token; the same arguments within one hour give the same text.

    Raises ValueError for a number or a year that a token cannot hold and for an empty person, LookupError where no key signs.
    """
    if not 0 <= number <= NUMBER_MAX or not person:
        raise ValueError(f"a token names a person and a number up to {NUMBER_MAX}, not {person!r} and {number}")
    code, lifetime = PURPOSES[purpose]
    key = keyring.signing
    expiry_hour = -((_EPOCH - now - lifetime) // _HOUR)  # rounded up, so that nothing expires early
    if expiry_hour >> 20:
        raise ValueError(f"a token cannot expire in {(now + lifetime).year}: the hours are counted from 2020")
    tag = _tag(_derived(key, b"person"), person)
    head = (((code << 8 | key.id) << 28 | number) << 20 | expiry_hour) << 40 | tag
    return _encode(head << 128 | _mac(key, head, person))


def verify(text: str, keyring: Keyring, now: datetime, candidates: Iterable[str]) -> Token | Rejected:
    """Check a token against the persons that its sender may be, at an instant. Letters may have come in any case.

    The purpose is the caller's to compare: a valid token of another purpose is valid, and proves nothing.
    """
    text = address_key(text)
    fields = _decode(text)
    if fields is None:
        return Rejected(Reason.MALFORMED)
    key = keyring.find(fields.key_id)
    if key is None:
        return Rejected(Reason.UNKNOWN_KEY)
    if key.revoked:
        return Rejected(Reason.REVOKED_KEY)
    tag_key = _derived(key, b"person")
    person = next((person for person in candidates if _tag(tag_key, person) == fields.tag), None)
    if person is None:
        return Rejected(Reason.NOT_THEIRS)
    head = _number(text) >> 128
    if not hmac.compare_digest(_mac(key, head, person).to_bytes(16, "big"), fields.mac.to_bytes(16, "big")):
        return Rejected(Reason.FORGED)
    found = Token(text, fields.purpose, fields.number, person, key.id, fields.expires_at)
    return found if now < found.expires_at else Rejected(Reason.EXPIRED, found)


def find_owner(text: str, keyring: Keyring, persons: Iterable[str]) -> str | None:
    """Whose token that is, expired ones included, so that its owner can be told; None for whatever is not genuine."""
    match verify(text, keyring, _EPOCH, persons):
        case Token(person=person):
            return person
        case _:
            return None


def reply_address(token_text: str, desk_address: str, separator: str = "+") -> str:
    """The desk's address with a token in it. Raises ValueError where the local part would pass 64 letters."""
    local, _, domain = desk_address.rpartition("@")
    if len(local) + len(separator) + len(token_text) > LOCAL_PART_LETTERS:
        room = LOCAL_PART_LETTERS - TOKEN_LETTERS - len(separator)
        raise ValueError(f'"{local}" is too long for reply addresses: {room} letters at most left of the @')
    return f"{local}{separator}{token_text}@{domain}"


def find_tokens(addresses: Iterable[str], desk_address: str, separator: str = "+") -> tuple[str, ...]:
    """The token texts among addr-specs, in order and once each; only shapes are looked at, nothing is verified."""
    desk_local, _, desk_domain = address_key(desk_address).rpartition("@")
    found: dict[str, None] = {}
    for address in addresses:
        local, _, domain = address_key(address).strip("<>").rpartition("@")
        local = local.strip('"').replace("%2b", "+")
        detail = local.removeprefix(desk_local + separator)
        if domain.rstrip(".") == desk_domain and detail != local and _TOKEN.fullmatch(detail):
            found[detail] = None
    return tuple(found)


def message_id(token_text: str, serial: int, domain: str) -> str:
    """A Message-ID that carries the token, for clients and lists that drop Reply-To; `serial` tells letters apart.

    Where the domain is too long for 76 letters in all, a digest stands in the token's place: still the same id for the same
    letter, but no proof. Raises ValueError where even that has no room (a domain beyond 40 letters).
    """
    whole = f"<{token_text}.{_short(serial)}@{domain}>"
    if len(whole) > MESSAGE_ID_LETTERS:
        whole = f"<{hashlib.sha256(token_text.encode()).hexdigest()[:20]}.{_short(serial)}@{domain}>"
    if len(whole) > MESSAGE_ID_LETTERS:
        raise ValueError(f'the domain "{domain}" is too long for Message-IDs of {MESSAGE_ID_LETTERS} letters')
    return whole


def from_message_id(text: str, domain: str) -> str | None:
    """The token text inside one of our own Message-IDs, not yet verified; None for any other id."""
    found = _MESSAGE_ID.fullmatch(address_key(text))
    return found[1] if found and found[3] == address_key(domain) else None


def behind_token(text: str) -> str:
    """What follows the token in one of our own Message-IDs: the same for the same letter, whatever its token. '' for any other id."""
    found = _MESSAGE_ID.fullmatch(address_key(text))
    return found[2] if found else ""


def _mac(key: Key, head: int, person: str) -> int:
    mac = _mac_of(key).copy()
    mac.update(head.to_bytes(13, "big") + person.encode())
    return int.from_bytes(mac.digest()[:16], "big")


@lru_cache(maxsize=64)
def _mac_of(key: Key) -> hmac.HMAC:
    """The MAC before its first octet: a copy costs less than half of a beginning."""
    return hmac.new(_derived(key, b"mac"), digestmod="sha256")


@lru_cache(maxsize=4096)
def _tag(tag_key: bytes, person: str) -> int:
    return int.from_bytes(hmac.digest(tag_key, person.encode(), "sha256")[:5], "big")


@lru_cache(maxsize=64)
def _derived(key: Key, use: bytes) -> bytes:
    """A key for one use, so that no digest made for one can serve as another (domain separation)."""
    return hmac.digest(key.secret, b"maild/reply-address/1/" + use, "sha256")


def _encode(number: int) -> str:
    return base64.b32encode(number.to_bytes(30, "big"))[-TOKEN_LETTERS:].decode().lower()


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _VALUES[letter]
    return number


def _decode(text: str) -> _Fields | None:
    if not _TOKEN.fullmatch(text):
        return None
    bits = _number(text)
    head = bits >> 128
    purpose = PURPOSE_OF.get(head >> 96)
    if purpose is None:
        return None
    return _Fields(
        purpose, head >> 88 & 0xFF, head >> 60 & NUMBER_MAX, head >> 40 & 0xFFFFF, head & 0xFFFFFFFFFF, bits & (1 << 128) - 1
    )


def _short(number: int) -> str:
    """A number in base 36."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
