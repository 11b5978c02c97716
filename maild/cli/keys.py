"""`maild key rotate|list|revoke`: the keys that sign reply addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Faulty, Wrong, load
from maild.cli.options import config_option, reading

if TYPE_CHECKING:
    from maild.config import Config
    from maild.desk.keyring import Key, Keyring

TOLD = "A running daemon takes this up on SIGHUP (systemctl reload maild)."


@click.group()
@config_option
def key(config_path: Path) -> None:
    """The keys that sign reply addresses. Keep a copy of their file: without it no letter that is out can be answered."""


@key.command("list")
@reading
def list_keys(as_json: bool, config_path: Path) -> None:
    """List the keys; their secrets are never shown."""
    keyring = _keyring(load(config_path))
    if as_json:
        show.print_json([_key_row(each) for each in keyring.keys])
        return
    rows = [(k.id, k.state, f"{k.created_at:%Y-%m-%d %H:%M}", k.fingerprint) for k in keyring.keys]
    show.print_table(
        ("Id", "State", "Made (UTC)", "Fingerprint"), rows, right=("Id",), empty="No key yet: the first start makes one."
    )


@key.command()
@reading
def rotate(as_json: bool, config_path: Path) -> None:
    """Sign with a new key from now on. Letters that are out can be answered until their addresses expire."""
    import secrets  # noqa: PLC0415

    from maild.desk.keyring import SECRET_OCTETS  # noqa: PLC0415

    config = load(config_path)
    keyring = _keyring(config)
    try:
        rotated = keyring.rotate(secrets.token_bytes(SECRET_OCTETS), datetime.now(UTC))
    except LookupError as full:
        raise Wrong(str(full)) from None
    _save(config, rotated)
    _tell(rotated, f"Key {rotated.signing.id} ({rotated.signing.fingerprint}) signs now. {TOLD}", as_json)


@key.command()
@click.argument("key_id", type=click.IntRange(0, 255), metavar="ID")
@reading
def revoke(key_id: int, as_json: bool, config_path: Path) -> None:
    """Stop believing a key at once: nothing that it signed opens a ticket or proves anybody. For a key that leaked."""
    config = load(config_path)
    try:
        revoked = _keyring(config).revoke(key_id)
    except LookupError as wrong:
        raise Wrong(f"{wrong}; `maild key list`, `maild key rotate`") from None
    _save(config, revoked)
    _tell(revoked, f"Key {key_id} is revoked. {TOLD}", as_json)


def _keyring(config: Config) -> Keyring:
    """The keys, none where the file is not made yet. Raises Faulty."""
    from maild import keys  # noqa: PLC0415
    from maild.config import SecretUnavailable  # noqa: PLC0415
    from maild.desk.keyring import Keyring  # noqa: PLC0415

    if config.key_file is not None and not config.key_file.exists():
        return Keyring(())
    try:
        return keys.load_keyring(config, datetime.now(UTC), create=False)
    except (OSError, ValueError, SecretUnavailable) as fault:
        raise Faulty(f"the desk's key cannot be read: {fault}") from None


def _save(config: Config, keyring: Keyring) -> None:
    from maild import keys  # noqa: PLC0415

    if config.key_file is None:
        raise Wrong(f"the key stands in {config.key.source}, which maild cannot write: use key = {{ file = … }}")
    try:
        keys.save_keyring(config.key_file, keyring)
    except OSError as fault:
        raise Wrong(f"the key file cannot be written: {fault}") from None


def _tell(keyring: Keyring, words: str, as_json: bool) -> None:
    if as_json:
        show.print_json([_key_row(each) for each in keyring.keys])
    else:
        click.echo(words)


def _key_row(key: Key) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "id": key.id,
        "state": key.state,
        "created_at": instant(key.created_at),
        "retired_at": instant(key.retired_at),
        "fingerprint": key.fingerprint,
    }
