"""Secrets are nowhere: not in logs, database, backups, mails, errors or what commands print. A canary stands for each, and all is searched.

The servers are as rude as can be: they repeat in their refusal what they were told.
"""

import base64
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from attacks.desk_at_work import ALLA, ANNA, DIRECTORY, OLGA, SERVICE

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]  # a score of commands, each a process of its own

CANARIES = {
    "imap": "canary-imap-7f3a",
    "smtp": "canary-smtp-9c1d",
    "key": base64.b64encode(b"canary of the key, of 32 octets!").decode(),
}


class Rude(socketserver.StreamRequestHandler):
    """Speaks as much IMAP or SMTP as it takes to be told a password, and repeats it."""

    def handle(self):
        smtp = self.server.smtp
        self.wfile.write(b"220 rude ESMTP\r\n" if smtp else b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] rude\r\n")
        for line in self.rfile:
            said = line.strip()
            plain = b" ".join(_decoded(word) for word in said.split())
            if smtp:
                answer = (
                    b"250-rude\r\n250 AUTH PLAIN LOGIN\r\n"
                    if said[:4].upper() == b"EHLO"
                    else b"535 5.7.8 refused: " + plain + b"\r\n"
                )
            else:
                tag = said.split(b" ")[0]
                answer = tag + (b" OK done\r\n" if b"CAPABILITY" in said.upper() else b" NO refused: " + plain + b"\r\n")
                if b"CAPABILITY" in said.upper():
                    answer = b"* CAPABILITY IMAP4rev1\r\n" + answer
            self.wfile.write(answer)


def _decoded(word):
    try:
        return word + b" " + base64.b64decode(word, validate=True).replace(b"\0", b" ")
    except ValueError:
        return word


@pytest.fixture
def rude():
    servers = []
    for smtp in (False, True):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Rude)
        server.daemon_threads, server.smtp = True, smtp
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield [server.server_address[1] for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def forms(secret):
    """What a secret may look like where it slipped out."""
    octets = secret.encode()
    coded = {base64.b64encode(b"\0" * n + octets)[4 if n else 0 : -4] for n in range(3)}
    return {octets, octets.hex().encode(), octets.upper(), octets[::-1], *coded}


def test_no_secret_is_printed_logged_stored_backed_up_or_mailed(tmp_path, desk, rude):
    imap, smtp = rude
    (tmp_path / "config").mkdir(exist_ok=True)
    key = tmp_path / "canary.key"
    key.write_text(f"1 2026-11-01T00:00:00+00:00 {CANARIES['key']}\n")
    key.chmod(0o600)
    text = SERVICE.replace("TRUST", 'trust_authserv = ["mx.vendor.test"]').replace("../desk.key", str(key))
    text = text.replace('port = 993\nsecurity = "tls"', f'port = {imap}\nsecurity = "plain"')
    text = text.replace(
        'port = 587\nsecurity = "starttls"\nuser = ""\npassword = ""',
        f'port = {smtp}\nsecurity = "plain"\nuser = "desk"\npassword = "{CANARIES["smtp"]}"',
    )
    text = text.replace('password = "not used"', f'password = "{CANARIES["imap"]}"')
    path = tmp_path / "config" / "maild.toml"
    path.write_text(text)
    path.chmod(0o600)
    (tmp_path / "config" / "clients.toml").write_text(DIRECTORY)
    note = desk.request()  # a desk of the same rooms, for the letters
    desk.reply(OLGA, note, "Switch it.\n/time 5m x\n/solved")
    desk.write(ALLA, "/list\n")
    desk.write(ANNA, "/show password\n")
    printed = b""
    said = """check|once|check staff|status --json|outbox list|key list|key rotate|tickets|quarantine list|export json|verify
        |export person anna@acme.test|directory plan|ticket 999|nonsense|once --now nonsense"""
    commands = [*(words.split() for words in said.split("|")), ["backup", str(tmp_path / "kept.backup")]]
    for words in commands:
        done = subprocess.run(
            [sys.executable, "-m", "maild", *words, "--config", str(path)], capture_output=True, check=False, timeout=300
        )
        assert b"Traceback" not in done.stderr, (words, done.stderr[-2000:])
        printed += done.stdout + done.stderr
    path.write_text(text.replace("[smtp]", "[smtp]\nnonsense = 1").replace("port = 993", "port = true"))
    printed += subprocess.run(
        [sys.executable, "-m", "maild", "check", "--config", str(path)], capture_output=True, check=False
    ).stderr
    key.write_text(f"nonsense {CANARIES['key']}\n")
    done = subprocess.run([sys.executable, "-m", "maild", "once", "--config", str(path)], capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False), done.stderr[-500:]
    printed += done.stderr
    assert b"refuse" in printed  # the rude servers were really met
    stored = b"".join(
        each.read_bytes()
        for each in tmp_path.rglob("*")
        if each.is_file() and each not in (path, key) and ".key" not in each.name
    )
    mailed = b"".join(letter.mail.as_bytes() for letter in desk.letters)
    everywhere = {"printed": printed, "stored": stored, "mailed": mailed}
    for name, secret in CANARIES.items():
        for where, octets in everywhere.items():
            found = [form for form in forms(secret) if form in octets]
            assert not found, f"{name} was {where}: {octets[max(0, octets.find(found[0]) - 200) :][:300]!r}"
    assert Path(tmp_path / "kept.backup").exists()
