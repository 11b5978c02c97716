"""Debian's Dovecot (2.3 or 2.4) on loopback ports of its own: IMAP plain, with STARTTLS and over TLS; LMTP; passwords and OAuth2.

Any address may log in with the password `secret`, or by XOAUTH2 or OAUTHBEARER with a token that the token server vouches for.
Mail lies in Maildirs below `root`. Runs as root (mail then belongs to nobody) and as an ordinary user.
"""

import getpass
import grp
import os
import re
import shutil
import signal
import smtplib
import subprocess
import textwrap
from pathlib import Path

from servers.certificates import Certificate
from servers.daemon_process import HOST, ServerMissingError, end, program, wait_for_ports
from servers.tokens import TokenServer

from maild.sandbox.world import free_port

PASSWORD = "secret"
INTROSPECTED = "username_attribute = email\nactive_attribute = active\nactive_value = true\nforce_introspection = yes\n"


class Dovecot:
    """`start`, `stop` and `start` again keep ports and mail, so that a lost server can be played."""

    host = HOST
    password = PASSWORD

    def __init__(self, root: Path, certificate: Certificate, tokens: TokenServer) -> None:
        self.binary = program("dovecot", "/usr/sbin", package="dovecot-imapd dovecot-lmtpd")
        self.doveadm = program("doveadm", "/usr/bin", package="dovecot-imapd")
        if not Path("/usr/lib/dovecot/lmtp").exists():
            raise ServerMissingError("Dovecot has no LMTP: apt install dovecot-lmtpd")
        version = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True).stdout
        if not version.startswith(("2.3", "2.4")):
            raise ServerMissingError(f"these tests configure Dovecot 2.3 and 2.4, here is {version.strip()}")
        self.version = version[:3]
        self.root, self.certificate, self.tokens = root, certificate, tokens
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.log = root / "dovecot.log"
        self._process: subprocess.Popen | None = None
        self._mail = root / "mail"
        root.chmod(0o755)
        self._mail.mkdir()
        self._mail.chmod(0o777)

    def start(self) -> "Dovecot":
        configuration = self.root / "dovecot.conf"
        configuration.write_text(self._configuration())
        command = [self.binary, "-F", "-c", str(configuration)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_ports(self._process, [self.imap_port, self.imaps_port, self.lmtp_port], self.log)
        return self

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def kill(self) -> None:
        """SIGKILL to the master and all that it started: no index is closed, no client is told."""
        process, self._process = self._process, None
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in (process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        process.wait()

    def count_uids_anew(self, address: str) -> None:
        """While it is stopped: INBOX goes on counting at 1 under the UIDVALIDITY it had, as after a restore of half a mailbox."""
        folder = self._mail / address
        uidlist = folder / "dovecot-uidlist"
        head, _, rest = uidlist.read_text().partition("\n")
        uidlist.write_text(re.sub(r" N\d+", " N1", head) + "\n" + rest)
        for index in folder.glob("dovecot.index*"):
            index.unlink()

    def deliver(self, raw: bytes, recipient: str, reverse_path: str = "sender@elsewhere.test") -> None:
        """Hand a mail over by LMTP, as an MX does; `local+detail@` reaches `local@`."""
        with smtplib.LMTP(HOST, self.lmtp_port) as lmtp:
            lmtp.sendmail(reverse_path, [recipient], raw)

    def wipe(self) -> None:
        """Forget all mail. Sessions are ended first, so that none of them writes into what is gone."""
        subprocess.run([self.doveadm, "-c", str(self.root / "dovecot.conf"), "kick", "*"], capture_output=True, check=False)
        for mailbox in self._mail.iterdir():
            shutil.rmtree(mailbox)

    def _configuration(self) -> str:
        if os.geteuid() == 0:
            user, group, rootless = "nobody", "nogroup", ""
        else:
            user, group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
            unchrooted = "".join(f"service {name} {{\n  chroot =\n}}\n" for name in ("anvil", "imap-login", "stats"))
            rootless = (
                f"default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n{unchrooted}"
            )
        by_version = self._as_2_3(user, group) if self.version == "2.3" else self._as_2_4(user, group)
        return (
            by_version
            + textwrap.dedent(f"""
            base_dir = {self.root}/run
            state_dir = {self.root}/state
            log_path = {self.log}
            listen = {HOST}
            ssl = yes
            auth_mechanisms = plain login xoauth2 oauthbearer
            auth_failure_delay = 0
            recipient_delimiter = +
            lmtp_save_to_detail_mailbox = no
            mail_fsync = never
            mail_uid = {user}
            mail_gid = {group}
            first_valid_uid = 1
            first_valid_gid = 1
            mail_max_userip_connections = 200
            service imap-login {{
              inet_listener imap {{
                port = {self.imap_port}
              }}
              inet_listener imaps {{
                port = {self.imaps_port}
              }}
            }}
            service lmtp {{
              inet_listener lmtp {{
                port = {self.lmtp_port}
              }}
            }}
            service anvil {{
              unix_listener anvil-auth-penalty {{
                mode = 0
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
            """)
            + rootless
        )

    def _as_2_3(self, user: str, group: str) -> str:
        oauth2 = self.root / "oauth2.conf"
        oauth2.write_text(f"introspection_mode = post\nintrospection_url = {self.tokens.introspection_url}\n{INTROSPECTED}")
        return textwrap.dedent(f"""
            protocols = imap lmtp
            ssl_cert = <{self.certificate.certificate}
            ssl_key = <{self.certificate.key}
            disable_plaintext_auth = no
            mail_location = maildir:{self._mail}/%Lu
            passdb {{
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {oauth2}
            }}
            passdb {{
              driver = static
              mechanisms = plain login
              args = password={PASSWORD}
            }}
            userdb {{
              driver = static
              args = uid={user} gid={group} home={self._mail}/%Lu allow_all_users=yes
            }}
            """)

    def _as_2_4(self, user: str, group: str) -> str:
        return textwrap.dedent(f"""
            dovecot_config_version = 2.4.0
            dovecot_storage_version = 2.4.0
            protocols = imap lmtp
            ssl_server_cert_file = {self.certificate.certificate}
            ssl_server_key_file = {self.certificate.key}
            auth_allow_cleartext = yes
            mail_driver = maildir
            mail_path = {self._mail}/%{{user | lower}}
            oauth2 {{
              introspection_mode = post
              introspection_url = {self.tokens.introspection_url}
              INTROSPECTED
            }}
            passdb oauth2 {{
              mechanisms_filter = xoauth2 oauthbearer
            }}
            passdb static {{
              mechanisms_filter = plain login
              password = {PASSWORD}
            }}
            userdb static {{
              allow_all_users = yes
              fields {{
                uid = {user}
                gid = {group}
                home = {self._mail}/%{{user | lower}}
              }}
            }}
            """).replace("INTROSPECTED", INTROSPECTED)
