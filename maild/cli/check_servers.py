"""What `maild check` visits: the database, the mailboxes, the outgoing server. It leaves nothing behind at any of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from maild.cli.check_files import Usable
from maild.cli.finding import Finding, fault, of_visit, ok, warning

if TYPE_CHECKING:
    from maild.config import Config, MailboxConfig, SmtpConfig
    from maild.store.store import Store


class _Undo(Exception):  # noqa: N818 - what is wanted
    """Ends a trial transaction so that nothing of it stays."""


def visit(usable: Usable) -> Iterator[Finding]:
    """Everything that can be tried, one after the other."""
    if usable.database_url:
        yield from database(usable.database_url)
    for box in usable.mailboxes:
        yield from mailbox(box)
    if usable.smtp:
        yield from outgoing(usable.smtp, usable.message_bytes)
    if usable.config:
        yield from names(usable.config)


def names(config: Config) -> Iterator[Finding]:
    """Whether DNS answers, where our own check of signatures will ask it."""
    from maild.ingest import dkim_check  # noqa: PLC0415

    doors = (*config.mailboxes, *((config.lmtp,) if config.lmtp else ()))
    if all(door.trust_authserv for door in doors) or not dkim_check.installed():
        return
    from maild.ingest.dns import asker  # noqa: PLC0415

    name = f"_dmarc.{config.desk.domain}"
    try:
        record, _ = asker(config.dns.servers, config.dns.timeout_seconds)(name)
    except dkim_check.DnsUnavailable:
        yield warning(f"DNS gives no answer about {name}", "signatures cannot be checked: look at [dns], or trust your MX")
    else:
        yield ok(f"DNS answers about {name}: {'there is a record' if record else 'there is none'}")


def mailbox(box: MailboxConfig) -> Iterator[Finding]:
    """What a visit to a mailbox finds."""
    from maild.ingest.imap_check import check  # noqa: PLC0415

    if _has_secrets(box):
        yield from of_visit(check(box))


def outgoing(smtp: SmtpConfig, message_bytes: int) -> Iterator[Finding]:
    """What a visit to the outgoing server finds."""
    from maild.delivery.wire import check  # noqa: PLC0415

    if _has_secrets(smtp):
        yield from of_visit(check(smtp, message_bytes=message_bytes))


def _has_secrets(server: MailboxConfig | SmtpConfig) -> bool:
    """Whether a login can be tried; what is missing is told among the files' faults."""
    from maild.config import SecretUnavailable  # noqa: PLC0415

    given = (server.oauth.client_secret, server.oauth.refresh_token) if server.oauth else (server.password,)
    try:
        for secret in given:
            secret.reveal()
    except SecretUnavailable:
        return False
    return True


def database(url: str) -> Iterator[Finding]:
    """Whether the database answers, is of this program's version, and takes what is written."""
    from maild.store.faults import StoreFault  # noqa: PLC0415
    from maild.store.store import Store  # noqa: PLC0415

    store = Store(url, "check")
    name = f"database {store.url.render_as_string(hide_password=True)}"
    try:
        if store.is_sqlite and not Path(str(store.url.database)).exists():
            yield _room(Path(str(store.url.database)), name)
            return
        yield _tables(store, name)
    except (StoreFault, OSError) as trouble:
        advice = (
            "look at the file's rights and at the disk" if store.is_sqlite else "look at `url` in [database], and at the server"
        )
        yield fault(f"{name}: {trouble}", advice)
    finally:
        store.close()


def _room(file: Path, name: str) -> Finding:
    """Whether a SQLite file that is not there yet can be made."""
    folder = next(parent for parent in file.parents if parent.exists())
    if not folder.is_dir():
        return fault(f"{name}: {folder} is no folder", "mend `url` in [database]")
    if not os.access(folder, os.W_OK | os.X_OK):
        return fault(
            f"{name}: {folder} cannot be written to", f"let maild's user write to {folder}, or mend `url` in [database]"
        )
    return ok(f"{name}: will be made at the first start")


def _tables(store: Store, name: str) -> Finding:
    from maild.store.schema import HEAD  # noqa: PLC0415

    version = store.version()
    if version is None:
        with store.writing():
            return ok(f"{name}: empty; its tables will be made at the first start")
    if version > HEAD:
        return fault(f"{name}: has version {version}, made by a later maild than this ({HEAD})", "use that program again")
    if version < HEAD:
        return ok(f"{name}: has version {version}, which the next start brings to {HEAD}")
    try_writing(store)
    return ok(f"{name}: version {version}, takes what is written")


def try_writing(store: Store) -> None:
    """Write a row and take it back. Raises StoreFault where the database takes nothing."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from maild.store.schema_work import lease  # noqa: PLC0415

    row = {"name": f"check {os.getpid()}", "owner": "check", "until": datetime.now(UTC), "fence": 1}
    try:
        with store.writing() as connection:
            connection.execute(store.insert(lease).values(row))
            raise _Undo
    except _Undo:
        pass
