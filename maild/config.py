"""Configuration: two TOML files become one frozen `Config`, or every fault of both at once.

`load` reads maild.toml and the directory that it names. Nothing else of the program sees TOML or its models.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pydantic import ValidationError

from maild.config_directory import read_directory
from maild.config_fault import ConfigFaults, Fault, Source
from maild.config_secret import IN_THE_FILE, Secret, SecretUnavailable, open_to_others
from maild.config_sections import (
    Config,
    HealthConfig,
    Limits,
    LmtpConfig,
    MailboxConfig,
    OAuthConfig,
    SmtpConfig,
)
from maild.config_service import ServiceFile, service_claims
from maild.config_toml import parse, read_text
from maild.config_values import is_loopback
from maild.desk.directory import Desk, Directory

__all__ = [
    "Config",
    "ConfigFaults",
    "Fault",
    "HealthConfig",
    "Limits",
    "LmtpConfig",
    "MailboxConfig",
    "OAuthConfig",
    "Secret",
    "SecretUnavailable",
    "SmtpConfig",
    "folder_faults",
    "load",
    "permission_faults",
    "read_directory",
    "readable_passwords",
    "secret_faults",
    "stays_at_home",
]

DIRECTORY_NAME = "clients.toml"


def load(path: Path) -> Config:
    """Read both files. Raises ConfigFaults with every fault of both.

    Secrets from the environment or from files are looked up when they are needed, not here: see `secret_faults`.
    """
    folder = path.absolute().parent
    faults: list[Fault] = []
    service, tree = None, {}
    try:
        tree = parse(read_text(path, str(path)), str(path))
        service = _read_service(Source(str(path), tree, secretive=True), folder)
    except ConfigFaults as error:
        faults += error.faults
    directory_path = service.desk.directory if service else _directory_path(tree, folder)
    file = os.path.normpath(path.parent / os.path.relpath(directory_path, folder))
    directory, text = None, ""
    try:
        text = read_text(directory_path, file)
        directory = read_directory(text, file, service.desk_value() if service else _stand_in(tree))
    except ConfigFaults as error:
        faults += error.faults
    if service is None or directory is None:
        raise ConfigFaults(faults)
    return _config(path, service, directory, directory_path, text)


def _read_service(source: Source, folder: Path) -> ServiceFile:
    claims = [source.fault(path, refused) for path, refused in service_claims(source.tree)]
    try:
        service = ServiceFile.model_validate(source.tree, context={"folder": folder})
    except ValidationError as error:
        raise ConfigFaults(source.faults_of(error, ServiceFile) + claims) from None
    if claims:
        raise ConfigFaults(claims)
    return service


def _directory_path(tree: dict[str, object], folder: Path) -> Path:
    """Where a faulty maild.toml says that the directory is: its faults are told in the same breath."""
    desk = tree.get("desk")
    name = desk.get("directory") if isinstance(desk, dict) else None
    return folder / (name if isinstance(name, str) and name.isprintable() else DIRECTORY_NAME)


def _stand_in(tree: dict[str, object]) -> Desk:
    """A desk to check the directory against while the real one cannot be read."""
    desk = tree.get("desk")
    address = desk.get("address") if isinstance(desk, dict) else None
    return Desk("", address if isinstance(address, str) else "", "en", "UTC")


def _config(path: Path, service: ServiceFile, directory: Directory, directory_path: Path, text: str) -> Config:
    return Config(
        path=path.absolute(),
        desk=service.desk_value(),
        key=service.desk.key,
        templates=service.desk.templates,
        database_url=service.database.url.text,
        database_secret=service.database.url.secret,
        mailboxes=tuple(box.value() for box in service.mailbox),
        lmtp=service.lmtp.value() if service.lmtp else None,
        smtp=service.smtp.value(),
        health=service.health.value() if service.health else None,
        limits=service.limits.value(),
        dns=service.dns.value(),
        directory=directory,
        directory_path=directory_path,
        directory_text=text,
    )


def secret_faults(config: Config) -> tuple[Fault, ...]:
    """Secrets that cannot be had now; the desk's key file may be missing, since the first start makes it."""
    faults = []
    for key, secret in config.secrets:
        if key == "desk.key" and secret.file and not secret.file.exists():
            continue
        try:
            empty = not secret.reveal()
        except SecretUnavailable as error:
            faults.append(Fault(str(config.path), key, "", str(error), "set it before maild starts"))
        else:
            if empty:
                faults.append(Fault(str(config.path), key, "", f"{secret.source} is empty", "a secret"))
    return tuple(faults)


def permission_faults(config: Config) -> tuple[Fault, ...]:
    """Files of one secret each that others than their owner may read, and configuration that anybody may change."""
    faults = []
    for key, file in ((key, secret.file) for key, secret in config.secrets if secret.file):
        if whom := open_to_others(file):
            faults.append(Fault(str(file), key, "", f"holds a secret and is open to {whom}", f"chmod 600 {file}"))
    for file in (config.path, config.directory_path):
        if file.stat().st_mode & stat.S_IWOTH:
            faults.append(Fault(str(file), "", "", "may be changed by everybody", f"chmod o-w {file}"))
    return tuple(faults)


def readable_passwords(config: Config) -> tuple[Fault, ...]:
    """maild.toml where a password or a key is written out in it and others than its owner may read it."""
    written_out = any(secret.source == IN_THE_FILE for _, secret in config.secrets)
    if not written_out or not (whom := open_to_others(config.path)):
        return ()
    return (Fault(str(config.path), "", "", f"holds a secret and is open to {whom}", f"chmod 600 {config.path}"),)


def stays_at_home(config: Config) -> bool:
    """Whether every mail server of the configuration is on this very machine, as on a desk that is being tried."""
    return all(is_loopback(host) for host in (config.smtp.host, *(box.host for box in config.mailboxes)))


def folder_faults(config: Config) -> tuple[Fault, ...]:
    """Folders that the configuration names and that are not there."""
    if config.templates is None or config.templates.is_dir():
        return ()
    value = f'"{config.templates}"'
    return (Fault(str(config.path), "desk.templates", value, "is no folder", "an existing folder, or leave the key out"),)
