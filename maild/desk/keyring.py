"""The keys that sign reply addresses: several at a time, so that a new one can take over while old letters are still answered.

A key is current (it signs), retired (it only verifies, until the last of its tokens has expired) or revoked (nothing that it
signed is believed any more; its secret is forgotten, its number is never used again). Dice and clock are arguments.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

SECRET_OCTETS = 32
IDS = 256  # a key's number takes one octet of each token


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key. `secret` has 32 octets and is empty once the key is revoked; it never shows in a repr."""

    id: int
    created_at: datetime
    secret: bytes = b""
    retired_at: datetime | None = None

    @property
    def revoked(self) -> bool:
        """Whether nothing that this key signed is believed."""
        return not self.secret

    @property
    def state(self) -> str:
        """Word for lists: current, retired or revoked."""
        if self.revoked:
            return "revoked"
        return "retired" if self.retired_at else "current"

    @property
    def fingerprint(self) -> str:
        """Eight hex digits by which people tell keys apart; says nothing about the secret."""
        return hashlib.sha256(b"maild key fingerprint\0" + self.secret).hexdigest()[:8] if self.secret else "-" * 8

    def __repr__(self) -> str:
        return f"Key({self.id}, {self.state}, {self.fingerprint})"


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of the desk, oldest first."""

    keys: tuple[Key, ...]

    @property
    def signing(self) -> Key:
        """The key that signs now. Raises LookupError where every key is retired or revoked."""
        for key in reversed(self.keys):
            if key.state == "current":
                return key
        raise LookupError("no key signs: rotate first")

    def find(self, key_id: int) -> Key | None:
        """The key of that number, whatever its state."""
        return next((key for key in self.keys if key.id == key_id), None)

    def rotate(self, secret: bytes, now: datetime) -> Keyring:
        """Add a current key and retire the others: their tokens verify until they expire."""
        retired = tuple(replace(key, retired_at=now) if key.state == "current" else key for key in self.keys)
        return Keyring((*retired, new_key(secret, now, self._free_id())))

    def revoke(self, key_id: int) -> Keyring:
        """Stop believing a key at once. Raises LookupError for an unknown key and for the only one that signs."""
        if self.find(key_id) is None:
            raise LookupError(f"there is no key {key_id}")
        revoked = Keyring(tuple(replace(key, secret=b"") if key.id == key_id else key for key in self.keys))
        revoked.signing  # noqa: B018 - asked for its error: a desk without a signing key could not write
        return revoked

    def text(self) -> str:
        """The key file: a line a key, `number created secret-in-base64 [retired]`."""
        return "# Keys of signed reply addresses: keep secret, keep a copy.\n" + "".join(
            " ".join(
                (
                    str(key.id),
                    key.created_at.isoformat(),
                    base64.b64encode(key.secret).decode() or "revoked",
                    *((key.retired_at.isoformat(),) if key.retired_at else ()),
                )
            )
            + "\n"
            for key in self.keys
        )

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read a key file. Raises ValueError that names the faulty line, never its secret."""
        keys: list[Key] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                keys.append(_parse_key(line.split()))
            except (ValueError, IndexError, binascii.Error):
                raise ValueError(f'line {number} of the key file is not "number created secret [retired]"') from None
        if len({key.id for key in keys}) != len(keys):
            raise ValueError("two keys of the key file have the same number")
        return cls(tuple(keys))

    def _free_id(self) -> int:
        last = self.keys[-1].id if self.keys else 0
        used = {key.id for key in self.keys}
        for step in range(1, IDS + 1):
            if (last + step) % IDS not in used:
                return (last + step) % IDS
        raise LookupError(f"all {IDS} key numbers are used")


def new_key(secret: bytes, now: datetime, key_id: int = 1) -> Key:
    """Make a key of 32 random octets. Raises ValueError for any other length."""
    if len(secret) != SECRET_OCTETS:
        raise ValueError(f"a key has {SECRET_OCTETS} octets, not {len(secret)}")
    return Key(key_id, now.astimezone(UTC), secret)


def _parse_key(words: list[str]) -> Key:
    key_id, created, secret, *retired = words
    if not 0 <= int(key_id) < IDS or len(retired) > 1:
        raise ValueError
    octets = b"" if secret == "revoked" else base64.b64decode(secret, validate=True)  # noqa: S105 - a word of the format
    if octets and len(octets) != SECRET_OCTETS:
        raise ValueError
    return Key(int(key_id), _instant(created), octets, _instant(retired[0]) if retired else None)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant.astimezone(UTC)
