"""Debian's Dovecot on loopback, for measuring: the mailbox server that a small vendor would really have."""

from __future__ import annotations

import getpass
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
IDLE_SECONDS = 30  # Dovecot ends an LMTP connection that rests for longer
_LMTP = Path("/usr/lib/dovecot/lmtp")


class Dovecot:
    """IMAP and LMTP on free ports; any address may log in; mail lies in Maildirs below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self._lmtp: smtplib.LMTP | None = None
        self._used_at = 0.0

    @classmethod
    def installed(cls, root: Path) -> Dovecot | None:
        """One to be started, or None where Dovecot 2.3 with LMTP is not installed or may not be run here."""
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if binary is None or not _LMTP.exists() or os.geteuid() != 0:
            return None
        version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        return cls(root) if version.startswith("2.3") else None

    def __enter__(self) -> Dovecot:
        self.root.mkdir(mode=0o755)
        mail = self.root / "mail"
        mail.mkdir()
        mail.chmod(0o777)
        configuration = self.root / "dovecot.conf"
        configuration.write_text(_configuration(self.root, self.imap_port, self.lmtp_port), encoding="ascii")
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


def _configuration(root: Path, imap_port: int, lmtp_port: int) -> str:
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    return f"""
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap lmtp
listen = {HOST}
ssl = no
disable_plaintext_auth = no
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_location = maildir:{root}/mail/%Lu
mail_uid = {user}
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid=nogroup home={root}/mail/%Lu allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    address = {HOST}
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {HOST}
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
