"""Secrets are nowhere: not in logs, database, backups, mails, errors or what commands print. A canary stands for each, and all is searched.

The servers are as rude as can be: they repeat in their refusal what they were told.
"""

import base64
import json
import socketserver
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from attacks.desk_at_work import ALLA, ANNA, DIRECTORY, OLGA, SERVICE

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]  # a score of commands, each a process of its own

CANARIES = {
    "imap": "canary-imap-7f3a",
    "smtp": "canary-smtp-9c1d",
    "key": base64.b64encode(b"canary of the key, of 32 octets!").decode(),
    "client": "canary-client-1b6e",
    "refresh": "canary-refresh-8d2f",
    "database": "canary-database-5e0a",
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


def search(everywhere):
    for name, secret in CANARIES.items():
        for where, octets in everywhere.items():
            found = [form for form in forms(secret) if form in octets]
            assert not found, f"{name} was {where}: {octets[max(0, octets.find(found[0]) - 200) :][:300]!r}"


def run(path, *words):
    """A command's output; none ends with a traceback."""
    command = [sys.executable, "-m", "maild", *words, "--config", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert b"Traceback" not in done.stderr, (words, done.stderr[-2000:])
    return done.stdout + done.stderr


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
        printed += run(path, *words)
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
    search({"printed": printed, "stored": stored, "mailed": mailed})
    assert Path(tmp_path / "kept.backup").exists()


class RudeTokens(BaseHTTPRequestHandler):
    """Refuses every grant, and repeats it."""

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = json.dumps({"error": "invalid_grant", "error_description": f"refused: {asked}", "error_uri": asked}).encode()
        self.send_response(400, f"refused {asked}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.server.asked += 1

    def log_message(self, *_):
        pass


@pytest.fixture
def rude_tokens():
    server = ThreadingHTTPServer(("127.0.0.1", 0), RudeTokens)
    server.asked = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_no_grant_and_no_password_of_the_database_is_told(tmp_path, rude, rude_tokens, postgres_url):
    """PostgreSQL trusts loopback here, so the password goes along; then there is no such database, then no server at all."""
    imap, smtp = rude
    (tmp_path / "config").mkdir()
    with_password = postgres_url.replace("//maild@", f"//maild:{quote(CANARIES['database'])}@")
    grant = f'auth = "oauth2"\noauth = {{ token_url = "http://127.0.0.1:{rude_tokens.server_port}/token", client_id = "desk", '
    grant += f'client_secret = "{CANARIES["client"]}", refresh_token = "{CANARIES["refresh"]}", scope = "mail" }}'
    text = SERVICE.replace("TRUST", 'trust_authserv = ["mx.vendor.test"]')
    text = text.replace('port = 993\nsecurity = "tls"', f'port = {imap}\nsecurity = "plain"').replace(
        'password = "not used"', grant
    )
    text = text.replace('port = 587\nsecurity = "starttls"', f'port = {smtp}\nsecurity = "plain"')
    path = tmp_path / "config" / "maild.toml"
    path.touch(mode=0o600)
    (tmp_path / "config" / "clients.toml").write_text(DIRECTORY)
    said = "check|once|status --json|tickets|outbox list|verify|directory plan|nonsense"
    nowhere = with_password.rpartition(":")[0] + ":1/maild"
    printed = b""
    for url in (f"{with_password}_gone", nowhere, with_password):
        path.write_text(text.replace("sqlite:///../maild.db", url))
        for words in said.split("|"):
            printed += run(path, *words.split())
    printed += run(path, "backup", str(tmp_path / "kept.backup"))
    assert rude_tokens.asked
    assert b"refuse" in printed
    files = (each for each in tmp_path.rglob("*") if each.is_file() and each != path and ".key" not in each.name)
    stored = b"".join(each.read_bytes() for each in files)
    search({"printed": printed, "stored": stored})
