"""Roundup's mail gateway on a backlog: run by a Python that has Roundup, never by maild. Prints one line of JSON.

`peer_roundup.py FOLDER MBOX SMTP_PORT`: a classic tracker on SQLite in FOLDER, which takes in whoever writes and answers the author of
a new issue.
"""

import json
import re
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

STRANGERS = "db.security.addPermissionToRole('Anonymous', 'Email Access')"
SETTINGS = (
    ("tracker", "web", "http://localhost/"),
    ("tracker", "email", "support"),
    ("mail", "domain", "vendor.test"),
    ("mail", "host", "127.0.0.1"),
    ("nosy", "messages_to_author", "new"),
)


def main(folder: Path, mbox: str, smtp_port: str) -> None:
    """Make the tracker, take the mail in, tell what became of it."""
    home = folder / "tracker"
    _call("roundup-admin", "-i", str(home), "install", "classic", "sqlite")
    config, schema = home / "config.ini", home / "schema.py"
    text = config.read_text()
    for section, name, value in (*SETTINGS, ("mail", "port", smtp_port)):
        text = re.sub(rf"(?ms)(^\[{section}\]\n.*?)^#?{name} *=.*?$", rf"\g<1>{name} = {value}", text, count=1)
    config.write_text(text)
    schema.write_text(schema.read_text().replace(f"#{STRANGERS}", STRANGERS))
    _call("roundup-admin", "-i", str(home), "initialise", "secret")
    began = time.monotonic()
    _call("roundup-mailgw", str(home), "mailbox", mbox)
    seconds = time.monotonic() - began
    db = import_module("roundup.instance").open(str(home)).open("admin")
    told = {
        "name": f"Roundup {import_module('roundup').__version__}, mailgw",
        "seconds": seconds,
        "tickets": len(db.issue.list()),
    }
    print(json.dumps(told | {"memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
    db.close()


def _call(program: str, *words: str) -> None:
    command = [str(Path(sys.executable).parent / program), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - beside this Python


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
