"""Debian's Dovecot on loopback, for measuring: the mailbox server that a small vendor would really have."""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import time
from pathlib import Path
from time import monotonic

from maild.sandbox.accounts import PASSWORD
from maild.sandbox.world import HOST, free_port

START_SECONDS = 15
USER, GROUP = "nobody", "nogroup"
IDLE_SECONDS = 30  # Dovecot ends an LMTP connection that rests for longer
_LMTP = Path("/usr/lib/dovecot/lmtp")


class Dovecot:
    """IMAP and LMTP on free ports; any address may log in; mail lies in Maildirs below `root`."""

    def __init__(self, root: Path, version: str) -> None:
        self.root, self.version = root, version
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self._lmtp: smtplib.LMTP | None = None
        self._used_at = 0.0

    @classmethod
    def installed(cls, root: Path) -> Dovecot | None:
        """One to be started, or None where Dovecot 2.3 or 2.4 with LMTP is not installed or may not be run here."""
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if binary is None or not _LMTP.exists() or os.geteuid() != 0:
            return None
        version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        return cls(root, version[:3]) if version.startswith(("2.3", "2.4")) else None

    def __enter__(self) -> Dovecot:
        self.root.mkdir(mode=0o755)
        mail = self.root / "mail"
        mail.mkdir()
        mail.chmod(0o777)
        configuration = self.root / "dovecot.conf"
        configuration.write_text(_configuration(self.version, self.root, self.imap_port, self.lmtp_port), encoding="ascii")
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert binary is not None
        self._process = subprocess.Popen(  # noqa: S603 - a fixed program with our own configuration
            [binary, "-F", "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for port in (self.imap_port, self.lmtp_port):
            _wait_for(port)
        return self

    def __exit__(self, *_: object) -> None:
        if self._lmtp is not None:
            self._lmtp.close()
        self._process.terminate()
        self._process.wait(10)

    def deliver(self, sender: str, recipient: str, raw: bytes) -> None:
        """Hand a mail over by LMTP, as an MX does."""
        if self._lmtp is None or monotonic() - self._used_at > IDLE_SECONDS:
            self._lmtp = smtplib.LMTP(HOST, self.lmtp_port)
        self._used_at = monotonic()
        self._lmtp.sendmail(sender, [recipient], raw)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError("Dovecot did not start") from None
            time.sleep(0.1)
        else:
            return


def _configuration(version: str, root: Path, imap_port: int, lmtp_port: int) -> str:
    return f"""{_by_version(version, root)}
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
listen = {HOST}
ssl = no
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_uid = {USER}
mail_gid = {GROUP}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def _by_version(version: str, root: Path) -> str:
    """What Dovecot 2.3 and 2.4 write differently."""
    if version == "2.3":
        return f"""
protocols = imap lmtp
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%Lu
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={USER} gid={GROUP} home={root}/mail/%Lu allow_all_users=yes
}}
"""
    return f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap lmtp
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {root}/mail/%{{user | lower}}
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  allow_all_users = yes
  fields {{
    uid = {USER}
    gid = {GROUP}
    home = {root}/mail/%{{user | lower}}
  }}
}}
"""
