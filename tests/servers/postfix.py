"""Debian's Postfix with OpenDKIM and OpenDMARC as a desk's MX, on loopback and with a zone of the test's own.

What it takes for the desk's domain goes on by LMTP, stamped as such a server stamps it. `send` says by XCLIENT from which address
in the world a mail comes, so that SPF has something to judge. OpenDMARC asks the resolver of /etc/resolv.conf: it runs in a mount
namespace that has another one.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from servers.daemon_process import HOST, ServerMissingError, end, program, wait_for_ports
from servers.name_server import NameServer

from maild.sandbox.world import free_port

AUTHSERV_ID = "mx.vendor.test"
START_SECONDS = 20


class Postfix:
    """An MX for one domain."""

    def __init__(self, root: Path, names: NameServer, domain: str, lmtp_port: int) -> None:
        if os.geteuid() != 0:
            raise ServerMissingError("Postfix as an MX needs root")
        self.binary = program("postfix", "/usr/sbin", package="postfix")
        self.dkim = program("opendkim", "/usr/sbin", package="opendkim")
        self.dmarc = program("opendmarc", "/usr/sbin", package="opendmarc")
        self.unshare = program("unshare", "/usr/bin", package="util-linux")
        if subprocess.run([self.unshare, "-m", "true"], capture_output=True, check=False).returncode != 0:
            raise ServerMissingError("OpenDMARC's resolver cannot be named here: no mount namespaces")
        self.root, self.names, self.domain, self.lmtp_port = root, names, domain, lmtp_port
        self.port = free_port()
        self.log = root / "postfix.log"
        self._milters: list[subprocess.Popen] = []
        self._master: subprocess.Popen | None = None

    def start(self) -> "Postfix":
        self._start_dkim()
        self._start_dmarc()
        self._start_postfix()
        return self

    def stop(self) -> None:
        if self._master is not None:
            end(self._master)
        for process in self._milters:  # they keep nothing, and take ten seconds to say goodbye
            process.kill()
            process.wait()

    def send(
        self, mail: bytes, sender: str, recipient: str, *, client: str = "203.0.113.66", helo: str = "mail.evil.test"
    ) -> str:
        """Hand in a mail from an address in the world; '' where it was taken, else what was said."""
        with socket.create_connection((HOST, self.port), 20) as connection, connection.makefile("rb") as answers:

            def said(line: bytes | None, wanted: bytes = b"2") -> str:
                if line is not None:
                    connection.sendall(line + b"\r\n")
                while (answer := answers.readline())[3:4] == b"-":
                    pass
                return "" if answer.startswith(wanted) else answer.decode(errors="replace").strip()

            said(None)
            said(b"EHLO test")
            said(f"XCLIENT ADDR={client} NAME={helo}".encode())
            refused = (
                said(f"EHLO {helo}".encode()) or said(f"MAIL FROM:{sender}".encode()) or said(f"RCPT TO:<{recipient}>".encode())
            )
            refused = refused or said(b"DATA", b"3")
            if refused:
                return refused
            body = mail.replace(b"\r\n.", b"\r\n..")
            return said(body + (b"." if body.endswith(b"\r\n") else b"\r\n."))

    # --- servers -------------------------------------------------------------------------------------------------------------------

    def _start_dkim(self) -> None:
        (self.root / "nobody").write_text("192.0.2.1\n")
        resolver = self.root / "unbound.conf"  # Debian's OpenDKIM resolves by libunbound, which knows "test." as empty
        resolver.write_text(
            'server:\n  do-not-query-localhost: no\n  local-zone: "test." nodefault\n  module-config: "iterator"\n'
            f'forward-zone:\n  name: "."\n  forward-addr: {self.names.address}\n'
        )
        configuration = self.root / "opendkim.conf"
        configuration.write_text(
            f"Mode v\nAuthservID {AUTHSERV_ID}\nSocket local:{self.root}/dkim.sock\nResolverConfiguration {resolver}\n"
            f"InternalHosts {self.root}/nobody\nAlwaysAddARHeader yes\nUMask 000\nSyslog no\nTemporaryDirectory {self.root}\n"
        )
        self._run("dkim", f'"{self.dkim}" -f -x "{configuration}"')

    def _start_dmarc(self) -> None:
        configuration = self.root / "opendmarc.conf"
        configuration.write_text(
            f"AuthservID {AUTHSERV_ID}\nTrustedAuthservIDs {AUTHSERV_ID}\nSocket local:{self.root}/dmarc.sock\n"
            f"IgnoreHosts {self.root}/nobody\nRejectFailures false\nRequiredHeaders false\nSPFSelfValidate true\nUMask 000\nSyslog false\n"
        )
        self._run("dmarc", f'"{self.dmarc}" -f -c "{configuration}"')

    def _run(self, name: str, command: str) -> None:
        """Both ask the resolver of /etc/resolv.conf: each runs in a mount namespace that has another one."""
        resolver = self.root / "resolv.conf"
        resolver.write_text(f"nameserver {self.names.address}\noptions timeout:2 attempts:2\n")
        there = f'mount --bind "{resolver}" /etc/resolv.conf && exec {command}'
        log = (self.root / f"{name}.log").open("wb")
        process = subprocess.Popen([self.unshare, "-m", "sh", "-c", there], stdout=log, stderr=log)
        self._milters.append(process)
        deadline = time.monotonic() + START_SECONDS
        while not (self.root / f"{name}.sock").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerMissingError(f"{name} did not start: {(self.root / f'{name}.log').read_text()[-300:]}")
            time.sleep(0.02)

    def _start_postfix(self) -> None:
        etc, queue, data = (self.root / name for name in ("etc", "queue", "data"))
        for folder in (etc, queue, data):
            folder.mkdir()
        shutil.chown(data, "postfix", "postfix")
        (etc / "main.cf").write_text(
            "compatibility_level = 3.6\n"
            f"queue_directory = {queue}\ndata_directory = {data}\nmaillog_file = {self.log}\nmaillog_file_prefixes = {self.root}\n"
            f"myhostname = {AUTHSERV_ID}\nmydestination =\nalias_maps =\nalias_database =\nlocal_recipient_maps =\n"
            f"virtual_mailbox_domains = {self.domain}\nvirtual_transport = lmtp:inet:{HOST}:{self.lmtp_port}\n"
            f"inet_interfaces = {HOST}\ninet_protocols = ipv4\nmynetworks = 192.0.2.1\nsmtpd_authorized_xclient_hosts = {HOST}\n"
            f"smtpd_milters = unix:{self.root}/dkim.sock, unix:{self.root}/dmarc.sock\nmilter_default_action = tempfail\n"
            "milter_protocol = 6\nsmtpd_relay_restrictions = reject_unauth_destination\nstrict_rfc821_envelopes = no\n"
            "smtp_dns_support_level = disabled\nlmtp_dns_support_level = disabled\nsmtpd_peername_lookup = no\n"
            "smtpd_client_connection_rate_limit = 0\nsmtputf8_enable = yes\nsmtpd_client_connection_count_limit = 0\nbiff = no\n"
            "in_flow_delay = 0\nsmtpd_error_sleep_time = 0\n"
        )
        services = (
            f"{self.port} inet n - n - - smtpd",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 300 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "lmtp unix - - n - - lmtp",
            "smtp unix - - n - - smtp",
            "anvil unix - - n - 1 anvil",
            "postlog unix-dgram n - n - 1 postlogd",
        )
        (etc / "master.cf").write_text("\n".join(services) + "\n")
        made = subprocess.run([self.binary, "-c", str(etc), "check"], capture_output=True, text=True, check=False)
        command = ["/usr/lib/postfix/sbin/master", "-c", str(etc), "-d"]
        if not Path(command[0]).exists():
            raise ServerMissingError(f"Postfix has no master: {made.stderr[-200:]}")
        environment = {**os.environ, "MAIL_CONFIG": str(etc)}
        self._master = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_ports(self._master, [self.port], self.log)
        except RuntimeError:
            self.stop()
            raise

    def deferred(self) -> list[str]:
        """What Postfix's log says of mails that it could not hand on."""
        said = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in said if "status=" in line and "status=sent" not in line]
