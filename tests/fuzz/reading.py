"""Coverage-guided fuzzing of everything that strangers' octets pass through: limits, read, quoting, forwards, commands.

    tests/fuzz/run SECONDS        (or: make fuzz SECONDS=600)

Each input is read as a mail, as a plain body and as HTML. A finding is an exception, two seconds of CPU, or a broken promise: a
line lost or changed, text that no store takes, a control character where none may be. What it finds becomes a row of
`tests/ingest/test_read_hostile.py`.
"""

import sys
import time
from datetime import date
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parents[1] / "ingest"), str(Path(__file__).parents[2])]

with atheris.instrument_imports(include=["maild.ingest", "maild.desk.command", "maild.message"]):
    from maild.desk.command import parse
    from maild.ingest import quoting
    from maild.ingest.html_text import to_text
    from maild.ingest.read import read
    from maild.lines import Reading
    from maild.message import Message

CPU_SECONDS_MAX = 2.0
TODAY = date(2026, 11, 23)


def whole(reading: Reading, text: str) -> None:
    """No line of a body is lost or changed, and its commands can be read."""
    assert "\n".join(line.text for line in reading.lines) == text or not text, "lines were lost"
    parse(reading.lines, TODAY)
    parse(reading.lines[:50], TODAY)


def as_mail(octets: bytes) -> None:
    """The octets as they might come over the wire."""
    message = read(octets)
    if not isinstance(message, Message):
        assert not message.reason.startswith("reading failed"), message.reason
        return
    whole(message.reading, message.text)
    shown = (message.text, message.subject, message.message_id, *(one.filename for one in message.attachments))
    for words in (*shown, *(a.name + a.address for a in (*message.senders, *message.to, *message.cc))):
        words.encode("utf-8")
    assert not any(c < " " for c in message.subject), "control character in the subject"
    assert not any(c < " " or c in "/\\" for one in message.attachments for c in one.filename), "path in a file name"
    for one in message.forwarded:
        one.text.encode("utf-8")
        assert one.how in ("attached", "inline", "quoted")


def as_body(octets: bytes) -> None:
    """The octets as a decoded body, plain and HTML."""
    text = octets.decode("utf-8", "replace")
    whole(quoting.read_reply(text), text)
    shown = to_text(text)
    whole(quoting.read_html_reply(text, shown), shown)


def one_input(octets: bytes) -> None:
    """What the fuzzer calls."""
    started = time.process_time()
    as_mail(octets)
    as_body(octets)
    assert time.process_time() - started < CPU_SECONDS_MAX, "too slow"


def seeds() -> list[bytes]:
    """Small mails to begin with: the hostile rows, the stories' mails, heads of quotes."""
    from test_read_hostile import READ

    here = Path(__file__).parents[1]
    stories = [path.read_bytes() for path in sorted((here / "journeys").glob("*/*in*.eml"))[:60]]
    heads = [
        f"/time 25m\n\n{section.partition(chr(10))[2]}\n> words\n".encode()
        for path in (here / "ingest/quote_heads").glob("*.txt")
        for section in path.read_text(encoding="utf-8").split("## ")[1:]
    ]
    return [each for each in (*(raw for raw, _ in READ.values()), *stories, *heads) if len(each) <= 8_192]


def main() -> None:
    """Fill the corpus where it is empty, then let libFuzzer run with the arguments given."""
    corpus = Path(sys.argv[-1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
