"""From a file to a raw TOML tree, or the one fault that keeps it from being read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from maild.config_fault import ConfigFaults, Fault


def read_text(path: Path, file: str) -> str:
    """The file's text, its line ends as they are, a byte order mark taken off. Raises ConfigFaults."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigFaults([Fault(file, "", "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise ConfigFaults([Fault(file, "", "", f"is not UTF-8: octet {error.start + 1} is wrong")]) from None


def parse(text: str, file: str) -> dict[str, Any]:
    """The text as a tree. Raises ConfigFaults."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFaults([Fault(file, "", "", f"is not TOML: {error}")]) from None
    except RecursionError:
        raise ConfigFaults([Fault(file, "", "", "is nested too deep")]) from None
