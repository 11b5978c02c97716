"""`maild backup` and `maild restore`: everything that memory holds, to one file and back, on either database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from maild import __version__
from maild.cli import show
from maild.cli.opened import Wrong, opened
from maild.cli.options import reading

SKIPPED = 10_000  # more than a desk of a hundred tickets a day opens in three months


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@reading
def backup(file: Path, as_json: bool, config_path: Path) -> None:
    """Write everything to FILE, while the daemon runs: tickets, mail, books, outbox, and the desk's keys.

    FILE is replaced whole or not at all, and nobody but its owner may read it.
    """
    from maild.store.backup import write_backup  # noqa: PLC0415

    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    with opened(config_path) as desk:
        key = desk.config.key_file
        keys = key.read_text(encoding="ascii") if key and key.exists() else None
        head = {"taken_at": datetime.now(UTC).isoformat(), "program": __version__, "keys": keys}
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                rows = write_backup(desk.store, stream, head)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(file)
            _settle_name(file.parent)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise Wrong(f"{file} cannot be written: {error.strerror or error}") from None
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    size = file.stat().st_size
    if as_json:
        show.print_json({"file": str(file), "rows": rows, "bytes": size})
    else:
        click.echo(f"{file}: {show.counted(rows, 'row')}, {size} bytes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--skip",
    metavar="N",
    type=click.IntRange(0, 1_000_000),
    default=SKIPPED,
    show_default=True,
    help="Numbers of tickets, held mails, quotes and offers that are not given out again, because letters sent after the backup may"
    " bear them. 0 for a move to another database, with nothing done since.",
)
@reading
def restore(file: Path, skip: int, as_json: bool, config_path: Path) -> None:
    """Fill an empty database from FILE. What the mailboxes hold and FILE does not is taken in again at the next start.

    Stop the daemon first. A database that was in use is refused.
    """
    from maild.store.backup import Unrestorable, fill, read_head  # noqa: PLC0415
    from maild.store.faults import AlreadyRunning  # noqa: PLC0415

    try:
        with file.open("rb") as stream:
            head = read_head(stream)
        with opened(config_path, writes=True) as desk, desk.store.hold_exclusive(), file.open("rb") as stream:
            names = tuple(box.name for box in desk.config.mailboxes)
            rows = fill(desk.store, stream, names, skip)
            _restore_keys(desk.config.key_file, head["keys"])
    except AlreadyRunning as fault:
        raise Wrong(f"{fault}: stop it first") from None
    except Unrestorable as fault:
        raise Wrong(str(fault)) from None
    if as_json:
        show.print_json({"rows": rows, "taken_at": head["taken_at"]})
    else:
        click.echo(f"{show.counted(rows, 'row')} of {head['taken_at']} restored. Now: maild verify, then maild run.")
        if skip:
            click.echo(
                f"Tickets are numbered {skip} higher from here on: letters sent after the backup may bear the numbers between."
            )


def _restore_keys(file: Path | None, keys: str | None) -> None:
    """The keys that signed all reply addresses. Others that lie there have signed nothing yet: they are set aside."""
    if file is None or keys is None or (file.exists() and file.read_text(encoding="ascii") == keys):
        return
    from maild.desk.keyring import Keyring  # noqa: PLC0415
    from maild.keys import save_keyring  # noqa: PLC0415

    if file.exists():
        file.rename(file.with_name(f"{file.name}.before-restore"))
    save_keyring(file, Keyring.parse(keys))


def _settle_name(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
