"""What `maild check --offline` looks at: both configuration files, rights, secrets, the key ring, templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.cli import show
from maild.cli.finding import Finding, fault, ok, warning

if TYPE_CHECKING:
    from maild.config import Config, Fault, MailboxConfig, Secret, SmtpConfig
    from maild.desk.directory import Desk


@dataclass(frozen=True, slots=True)
class Usable:
    """What can be tried of a configuration, also of one that has faults elsewhere."""

    config: Config | None = None
    desk: Desk | None = None
    key: Secret | None = None
    templates: Path | None = None
    mailboxes: tuple[MailboxConfig, ...] = ()
    smtp: SmtpConfig | None = None
    database_url: str = ""
    message_bytes: int = 0


def read(config_path: Path) -> tuple[Usable, list[Finding]]:
    """Both files, with every fault; and what of them can be tried all the same, so that one call finds all there is to mend."""
    from maild import config as configuration  # noqa: PLC0415

    try:
        config = configuration.load(config_path)
    except configuration.ConfigFaults as faults:
        return _parts(config_path), [_told(each) for each in faults.faults]
    servers = (config.mailboxes, config.smtp, config.database_url, config.limits.message_bytes)
    usable = Usable(config, config.desk, config.key, config.templates, *servers)
    return usable, [ok(f"{config_path} and {config.directory_path.name}: {_counted(config)}")]


def look(usable: Usable, offline: bool = False) -> Iterator[Finding]:
    """Everything that the files alone can tell. `offline`: a secret that is not set here may be set where the daemon runs."""
    from maild.config import folder_faults, permission_faults, readable_passwords, secret_faults, stays_at_home  # noqa: PLC0415

    config = usable.config
    if config:
        missing = [_told(each) for each in secret_faults(config)]
        yield from (warning(each.what, each.advice) for each in missing) if offline else missing
        yield from map(_told, folder_faults(config))
        yield from map(_told, permission_faults(config))
        readable = [_told(each) for each in readable_passwords(config)]  # of no use elsewhere where all servers are here
        yield from (warning(each.what, each.advice) for each in readable) if stays_at_home(config) else readable
    elif usable.key and usable.key.file:
        yield from _rights(usable.key.file)
    if usable.key:
        yield from _keys(usable.key)
    if usable.desk:
        yield from _templates(usable.desk, usable.templates)
    if config:
        yield from _trust(config)


def _told(each: Fault) -> Finding:
    place = f"{each.file}: {each.key}" if each.key else each.file
    value = f" = {each.value}" if each.value else ""
    return fault(f"{place}{value}: {each.problem}", f"allowed: {each.allowed}" if each.allowed else "")


def _counted(config: Config) -> str:
    boxes, clients = len(config.mailboxes), len(config.directory.clients) - 1  # walk-in is built in
    people = show.counted(len(config.directory.staff), "person of the desk", "people of the desk")
    return f"{show.counted(boxes, 'mailbox', 'mailboxes')}, {people}, {show.counted(clients, 'client')}"


def _rights(file: Path) -> Iterator[Finding]:
    from maild.config_secret import open_to_others  # noqa: PLC0415

    if whom := open_to_others(file):
        yield fault(f"{file}: holds a secret and is open to {whom}", f"chmod 600 {file}")


def _keys(key: Secret) -> Iterator[Finding]:
    from maild.config import SecretUnavailable  # noqa: PLC0415
    from maild.desk.keyring import Keyring  # noqa: PLC0415

    if key.file is not None and not key.file.exists():
        yield ok(f"key {key.file}: will be made at the first start")
        return
    try:
        signing = Keyring.parse(key.reveal()).signing
    except SecretUnavailable:
        return  # told among the secrets
    except (ValueError, LookupError) as error:
        yield fault(f"key in {key.source}: {error}", "restore it from a copy; `maild key rotate` adds a new one")
    else:
        yield ok(f"key {signing.id} ({signing.fingerprint}) signs reply addresses")


def _templates(desk: Desk, named: Path | None) -> Iterator[Finding]:
    from maild.delivery.render import Renderer  # noqa: PLC0415

    folder = named if named and named.is_dir() else None
    faults = Renderer(desk, folder).check()
    mend = f"mend it in {folder}, or take it away there: the built-in one serves" if folder else "install maild anew"
    yield from (fault(each, mend) for each in faults)
    if not faults:
        yield ok("templates: all letters render in all languages")


def _trust(config: Config) -> Iterator[Finding]:
    """Where nobody's Authentication-Results count and maild cannot check signatures itself, only signed addresses prove anybody."""
    from importlib.util import find_spec  # noqa: PLC0415

    doors: list[tuple[str, tuple[str, ...]]] = [(f"mailbox {box.name}", box.trust_authserv) for box in config.mailboxes]
    if config.lmtp:
        doors.append(("lmtp", config.lmtp.trust_authserv))
    for name, trusted in doors:
        if trusted:
            continue
        if find_spec("dkim"):
            yield warning(
                f"{name}: no trusted server is named", "maild checks DKIM itself; trust_authserv = [your MX's name] is surer"
            )
        else:
            advice = (
                "name your MX in trust_authserv, or install maild with the extra `dkim`: without either a From proves nothing"
            )
            yield warning(f"{name}: no trusted server is named, so signed addresses alone prove who writes", advice)


def _parts(config_path: Path) -> Usable:
    """What a faulty maild.toml still names well enough to be tried."""
    from maild.config import ConfigFaults, Limits  # noqa: PLC0415
    from maild.config_servers import MailboxTable, SmtpTable  # noqa: PLC0415
    from maild.config_service import DatabaseTable, DeskTable  # noqa: PLC0415
    from maild.config_toml import parse, read_text  # noqa: PLC0415
    from maild.desk.directory import Desk  # noqa: PLC0415

    try:
        tree = parse(read_text(config_path, str(config_path)), str(config_path))
    except ConfigFaults:
        return Usable()
    folder = config_path.absolute().parent
    listed = tree.get("mailbox")
    boxes = [_part(MailboxTable, box, folder) for box in (listed if isinstance(listed, list) else [])]
    smtp = _part(SmtpTable, tree.get("smtp"), folder)
    database = _part(DatabaseTable, tree.get("database", {}), folder)
    desk = _part(DeskTable, tree.get("desk"), folder)
    return Usable(
        desk=Desk(desk.name, desk.address, desk.language, desk.timezone, desk.separator) if desk else None,
        key=desk.key if desk else None,
        templates=desk.templates if desk else None,
        mailboxes=tuple(box.value() for box in boxes if box),
        smtp=smtp.value() if smtp else None,
        database_url=database.url.text if database else "",
        message_bytes=Limits().message_bytes,
    )


def _part(model: Any, table: object, folder: Path) -> Any:
    """One table without the keys that are unknown, which were told already; None where it cannot be used."""
    if not isinstance(table, Mapping):
        return None
    known = {field.alias or name for name, field in model.model_fields.items()}
    try:
        return model.model_validate({key: value for key, value in table.items() if key in known}, context={"folder": folder})
    except ValueError:  # its faults were told with the file's
        return None
