"""A certificate for loopback, so that verified TLS can be tried: made once a session by openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from servers.daemon_process import ServerMissingError


@dataclass(frozen=True)
class Certificate:
    """Self-signed, for 127.0.0.1 and localhost; `certificate` is its own authority for clients that shall trust it."""

    certificate: Path
    key: Path


def make(folder: Path) -> Certificate:
    """Two days valid, a fresh key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise ServerMissingError("openssl is missing: apt install openssl")
    made = Certificate(folder / "server.pem", folder / "server.key")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", str(made.key), "-out", str(made.certificate)], check=True, capture_output=True)
    return made
