"""The desk's key file: read, and made at the first start where it is missing, for its owner's eyes alone."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from maild.config import Config
from maild.desk.keyring import SECRET_OCTETS, Keyring, new_key


def load_keyring(config: Config, now: datetime, *, create: bool = True) -> Keyring:
    """The keys that sign reply addresses. Raises OSError or ValueError that say what is wrong with the file."""
    file = config.key_file
    if file is None:
        return Keyring.parse(config.key.reveal())
    if not file.exists() and create:
        save_keyring(file, Keyring((new_key(secrets.token_bytes(SECRET_OCTETS), now),)))
    return Keyring.parse(file.read_text(encoding="ascii"))


def save_keyring(file: Path, keyring: Keyring) -> None:
    """Write the key file whole or not at all; nobody but its owner may read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(keyring.text())
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
