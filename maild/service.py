"""What the daemon and `once` are built of: configuration in, store, reader, pipeline and timetable out."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from maild import keys
from maild.clock import SharedClock
from maild.config import Config, SecretUnavailable, load
from maild.delivery.compose import Composer
from maild.delivery.render import Renderer
from maild.desk.incoming import Rules
from maild.ingest import dkim_check
from maild.ingest.dns import Resolver, later_asker
from maild.ingest.reader import Reader
from maild.opening import Door
from maild.pipeline import Pipeline
from maild.setting import Setting
from maild.signatures import Signatures
from maild.store.store import Store
from maild.timetable import Timetable

Clock = Callable[[], datetime]


def node_name(what: str = "") -> str:
    """A name that no other process bears: in containers two nodes may have the same host name and process id."""
    return f"{what}{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def machine_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def setting_of(config: Config, now: datetime) -> Setting:
    """The part that a reload replaces: rules, templates, whom to trust. Raises SecretUnavailable where the keys cannot be read."""
    try:
        keyring = keys.load_keyring(config, now)
    except (OSError, ValueError) as fault:
        raise SecretUnavailable(f"the desk's key cannot be read: {fault}") from None
    doors = {box.name: Door(box.trust_authserv) for box in config.mailboxes}
    if config.lmtp:
        doors["lmtp"] = Door(config.lmtp.trust_authserv)
    composer = Composer(config.desk, keyring, Renderer(config.desk, config.templates))
    return Setting(Rules(config.desk, config.directory, keyring), composer, doors)


def resolver_of(config: Config, waits: bool = False) -> Resolver | None:
    """Whom the own check of signatures asks; None where the extra `dkim` is missing."""
    if not dkim_check.installed():
        return None
    return Resolver(later_asker(config.dns.servers, config.dns.timeout_seconds), waits=waits)


class Service:
    """One process's parts. `clock` is the machine's; `desk_clock` is what `--now` sets."""

    def __init__(
        self, path: Path, clock: Clock = machine_clock, desk_clock: Clock | None = None, node: str = "", *, waits: bool = False
    ) -> None:
        """`waits`: answers of DNS are waited for, by a call that does not come back."""
        self.path = path
        self.config = load(path)
        self.store = Store(self.config.database_url, node or node_name())
        self.store.migrate()
        self.clock = SharedClock(clock, self.store.shared_now)
        self.clock.look()
        self.desk_clock: Clock = desk_clock or self.clock
        self.reader = Reader(2, self.config.limits.message_bytes, self.config.limits.parts)
        self.resolver = resolver_of(self.config, waits)
        signatures = Signatures(self.resolver.lookup) if self.resolver else None
        self.pipeline = Pipeline(self.store, self.reader, setting_of(self.config, self.clock()), signatures)
        self.timetable = Timetable(self.store, lambda: self.pipeline.setting)
        self._apply_directory()

    def reload(self) -> None:
        """Read both files again. Raises ConfigFaults, and the running configuration stays in force."""
        config = load(self.path)
        setting = setting_of(config, self.clock())
        self.config = config
        self.pipeline.setting = setting
        self._apply_directory()
        self.begin_day()

    def close(self) -> None:
        """Let go of everything."""
        self.reader.close()
        self.pipeline.press.close()
        if self.resolver:
            self.resolver.close()
        self.store.close()

    def begin_day(self) -> None:
        """Set the moments that exist by themselves. Not part of the start: the first holiday asked for costs 0.2 s of imports."""
        self.timetable.begin_day(self.desk_clock())

    def _apply_directory(self) -> None:
        """The terms in force are kept with what they price."""
        self.store.remember_directory(self.config.directory.version, self.config.directory_text, self.desk_clock())
