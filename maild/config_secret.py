"""Secrets: passwords and keys that never show themselves, and the files that hold them.

A secret stands in a configuration file as text, as `{ env = "NAME" }` or as `{ file = "path" }`. The two latter are looked up when the
secret is needed, so that a command that only reads the books runs without the mailbox's password, and a changed file
counts at once.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import NoReturn

from maild.config_fault import Refused

IN_THE_FILE = "the configuration file"
FORMS = 'text, { env = "NAME" } or { file = "path" }'


class SecretUnavailable(Exception):  # noqa: N818 - says what is so, not that the program erred
    """A secret cannot be had now: its variable is not set, or its file cannot be read."""


class Secret:
    """A secret and where it comes from. Prints as `***` in every way; cannot be pickled or written as JSON."""

    __slots__ = ("_env", "_text", "file")

    def __init__(self, text: str = "", *, env: str = "", file: Path | None = None) -> None:
        self._text = text
        self._env = env
        self.file = file

    @classmethod
    def parse(cls, value: object, folder: Path) -> Secret:
        """Read one of the three forms; a relative path is relative to `folder`. Raises Refused."""
        match value:
            case str():
                return cls(value)
            case {"env": str(name), **rest} if name and name.isprintable() and not rest:
                return cls(env=name)
            case {"file": str(name), **rest} if name and name.isprintable() and not rest:
                return cls(file=Path(os.path.normpath(folder / Path(name).expanduser())))
        raise Refused("is no secret", FORMS)

    @property
    def given(self) -> bool:
        """Whether there is one at all: an empty text is none."""
        return bool(self._text or self._env or self.file)

    @property
    def source(self) -> str:
        """Where it comes from, in words that may be shown."""
        if self._env:
            return f"environment variable {self._env}"
        return f"file {self.file}" if self.file else IN_THE_FILE

    def reveal(self) -> str:
        """The secret itself, without a line end. Raises SecretUnavailable."""
        if self._env:
            try:
                return os.environ[self._env]
            except KeyError:
                raise SecretUnavailable(f"{self.source} is not set") from None
        if self.file:
            try:
                return self.file.read_text(encoding="utf-8").rstrip("\r\n")
            except OSError as error:
                raise SecretUnavailable(f"{self.source} cannot be read: {error.strerror}") from None
            except UnicodeDecodeError:
                raise SecretUnavailable(f"{self.source} is not text in UTF-8") from None
        return self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        same_text = hmac.compare_digest(self._text.encode(), other._text.encode())
        return same_text and (self._env, self.file) == (other._env, other.file)

    def __hash__(self) -> int:
        return hash((self._env, self.file))

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")


def open_to_others(path: Path) -> str:
    """Whom a file's rights let in besides its owner: "" for nobody or where there is no such file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    whom = [name for name, bits in (("its group", 0o070), ("everybody", 0o007)) if mode & bits]
    return " and ".join(whom)
