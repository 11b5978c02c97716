"""A story is a folder: mails that come in, letters that must leave, what the desk remembers at the end. README.md tells the form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo

KYIV = ZoneInfo("Europe/Kyiv")
BEGIN = datetime(2026, 11, 9, 9, 0, tzinfo=KYIV).astimezone(UTC)  # a Monday
STEP = timedelta(minutes=1)
AUTHSERV = "mx.vendor.test"
DESK = "support@vendor.test"
NOTES = ("at", "proof", "answers", "same", "via", "size")  # fields that are for the runner and not for the mail


@dataclass
class MailIn:
    """`NN-in.eml`: fields in the order of the file, `notes` are those for the runner."""

    name: str
    notes: dict[str, str]
    fields: list[tuple[str, str]]
    body: str


@dataclass
class LetterOut:
    """One paragraph of `NN-out.txt`: a letter that must leave, and what is expected of it."""

    kind: str
    to: str
    fields: dict[str, str] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)
    hides: list[str] = field(default_factory=list)
    holds: list[tuple[str, str]] = field(default_factory=list)  # how an attachment's name ends, and a line of it


@dataclass
class LettersOut:
    """`NN-out.txt`: exactly these letters leave, in any order; `at` lets the day go on until then first."""

    name: str
    at: str
    letters: list[LetterOut]


@dataclass
class TicketsThen:
    """`NN-tickets.txt` or `tickets.txt`: the tickets as they stand."""

    name: str
    text: str


Step = MailIn | LettersOut | TicketsThen


@dataclass
class Story:
    """The whole folder, in order. `directory` and `limits` replace the shared ones."""

    name: str
    steps: list[Step]
    journal: str
    directory: str
    settings: str


def read_story(folder: Path) -> Story:
    """Read a story's folder. Raises ValueError for a file that is none of its kinds."""
    steps = [_step(path) for path in sorted(folder.glob("[0-9][0-9]-*"))]
    steps.append(TicketsThen("tickets.txt", (folder / "tickets.txt").read_text(encoding="utf-8")))
    shared = folder.parent / "clients.toml"
    own = folder / "clients.toml"
    journal, settings = folder / "journal.txt", folder / "maild.toml"
    return Story(
        folder.name,
        steps,
        journal.read_text(encoding="utf-8") if journal.exists() else "nothing",
        (own if own.exists() else shared).read_text(encoding="utf-8"),
        settings.read_text(encoding="utf-8") if settings.exists() else "",
    )


def _step(path: Path) -> Step:
    name, text = path.name[:2], path.read_text(encoding="utf-8")
    if path.name == f"{name}-in.eml":
        return _mail_in(name, text)
    if path.name == f"{name}-out.txt":
        return _letters_out(name, text)
    if path.name == f"{name}-tickets.txt":
        return TicketsThen(path.name, text)
    raise ValueError(f"{path} is neither NN-in.eml nor NN-out.txt nor NN-tickets.txt")


def _mail_in(name: str, text: str) -> MailIn:
    head, _, body = text.partition("\n\n")
    notes: dict[str, str] = {}
    fields: list[tuple[str, str]] = []
    for line in re.sub(r"\n[ \t]+", " ", head).splitlines():
        key, _, value = line.partition(":")
        if key.lower() in NOTES:
            notes[key.lower()] = value.strip()
        else:
            fields.append((key, value.strip()))
    return MailIn(name, notes, fields, body)


def _letters_out(name: str, text: str) -> LettersOut:
    at = ""
    letters: list[LetterOut] = []
    for line in (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")):
        if line.startswith("At:"):
            at = line[3:].strip()
        elif line[0] == "|":
            letters[-1].says.append(line[1:].strip())
        elif line[0] == "!":
            letters[-1].hides.append(line[1:].strip())
        elif found := re.fullmatch(r"(\.[a-z]+)> (.*)", line):
            letters[-1].holds.append((found[1], found[2]))
        elif found := re.fullmatch(r"([a-z-]+) to (\S+@\S+)", line):
            letters.append(LetterOut(found[1], found[2]))
        elif found := re.fullmatch(r"([A-Z][\w-]*): (.*)", line):
            letters[-1].fields[found[1]] = found[2]
        elif line != "nothing":
            raise ValueError(f"{name}-out.txt: {line!r} is no line of a letter")
    return LettersOut(name, at, letters)


def moved_clock(now: datetime, at: str) -> datetime:
    """The clock after a note `At:`. "14:05" is today in Kyiv, "2026-11-10 14:05" a day, "+31d" "+2h" "+5m" "+3s" later."""
    if not at:
        return now + STEP
    if later := re.fullmatch(r"\+(\d+)([dhms])", at):
        return now + int(later[1]) * {"d": timedelta(days=1), "h": timedelta(hours=1), "m": STEP, "s": STEP / 60}[later[2]]
    day, _, clock = at.rpartition(" ")
    local = now.astimezone(KYIV)
    date = datetime.fromisoformat(day).date() if day else local.date()
    hour, minute = clock.split(":")
    return datetime(date.year, date.month, date.day, int(hour), int(minute), tzinfo=KYIV).astimezone(UTC)


def written(mail: MailIn, now: datetime, resolve: Callable[[str], str], answered: dict[str, str] | None) -> bytes:
    """The octets as they lie in the mailbox: the MX's own fields on top, then the sender's, what the story left out filled in."""
    fields = {key: (key, resolve(value)) for key, value in mail.fields}
    given = {key.lower(): value for key, value in fields.values()}
    sender = parseaddr(given.get("from", ""))[1]
    domain = sender.rpartition("@")[2]
    defaults = {
        "To": DESK,
        "Subject": "",
        "Date": formatdate(now.timestamp()),
        "Message-ID": f"<{mail.name}@{domain}>",
        **(answered or {}),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = [(key, value) for key, value in fields.values() if key.lower() not in ("return-path", "authentication-results")]
    head += [(key, value) for key, value in defaults.items() if key.lower() not in given]
    path = given.get("return-path", f"<{sender}>")
    top = [] if path == "missing" else [("Return-Path", path)]
    proof = mail.notes.get("proof", "pass")
    if proof != "none":
        top.append(
            ("Authentication-Results", f"{AUTHSERV}; dmarc={proof} header.from={domain}; dkim={proof} header.d={domain}")
        )
    lines = [f"{key}: {value}" for key, value in (*top, *head) if value or key == "Subject"]
    return "\r\n".join([*lines, "", *resolve(mail.body).splitlines(), ""]).encode()
