"""What reading costs on this machine: `.venv/bin/python tests/bench/reading_cost.py` (a minute; best with nothing else running).

CPU time of small mails and of the bench's backlog, of a megabyte of each hostile text, and CPU time and memory of each hostile mail.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "ingest"))

from test_quoting import HOSTILE
from test_read_hostile import READ, REFUSED, memory_mb

from maild.bench.backlog import mixed_mail
from maild.ingest.quoting import read_reply
from maild.ingest.read import read

HEAD = (
    "Received: from mx by y; Mon, 23 Nov 2026 14:05:33 +0200\nFrom: =?utf-8?B?0JDQvdC90LA=?= <anna@acme.test>\n"
    "To: Support <support@vendor.test>\nSubject: =?utf-8?B?0KfQtdC6?= printer\nDate: Mon, 23 Nov 2026 14:05:33 +0200\n"
    "Message-ID: <abc@acme.test>\nMIME-Version: 1.0\nAuthentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test\n"
)
WORDS = "Добрый день!\n\nПринтер не печатает чеки, что делать?\n\n-- \nАнна\n"
QUOTE = "\nOn Mon, 23 Nov 2026 at 14:05, Olga <support@vendor.test> wrote:\n\n" + "> строка с каким-то текстом внутри\n" * 25
HTML = f"<html><body><p>{WORDS}</p><blockquote type=cite><p>old words<br>more</blockquote></body></html>"
PLAIN_TYPE, HTML_TYPE = "Content-Type: text/plain; charset=utf-8\n\n", "Content-Type: text/html; charset=utf-8\n\n"
BOUNDARY = "(another in each mail)"
SMALL = {
    "plain text": HEAD + PLAIN_TYPE + WORDS,
    "plain text over a quote of 25 lines": HEAD + PLAIN_TYPE + WORDS + QUOTE,
    "HTML": HEAD + HTML_TYPE + HTML,
    "multipart/alternative with that quote": HEAD
    + f'Content-Type: multipart/alternative; boundary="b{BOUNDARY}"\n\n--b{BOUNDARY}\n{PLAIN_TYPE}{WORDS}{QUOTE}\n'
    + f"--b{BOUNDARY}\n{HTML_TYPE}{HTML}\n--b{BOUNDARY}--\n",
}


def seconds(work: Callable[[], object]) -> float:
    """CPU time of one call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Print the figures."""
    for name, mail in SMALL.items():
        mails = [mail.replace("\n", "\r\n").replace(BOUNDARY, f"{number:09}").encode() for number in range(400)]
        taken = [seconds(lambda raw=raw: read(raw)) * 1000 for raw in mails][100:]
        print(f"{statistics.median(taken):6.2f} ms (quickest {min(taken):.2f})  {name}")
    rng = random.Random(7)
    backlog = [mixed_mail(rng, n, f"u{n % 400}@acme.test", "<a@b.test>" if rng.random() < 0.4 else "", 0.0) for n in range(400)]
    taken = [seconds(lambda: [read(raw) for raw in backlog]) / len(backlog) * 1000 for _ in range(3)]
    print(f"{min(taken):6.2f} ms  a mail of the bench's backlog, on average")
    texts = {name: (piece * (1_000_000 // len(piece) + 1))[:1_000_000] for name, piece in HOSTILE.items()}
    cost = {name: min(seconds(lambda text=text: read_reply(text)) for _ in range(3)) for name, text in texts.items()}
    worst = max(cost, key=lambda name: cost[name])
    print(f"{cost[worst]:6.2f} s   quoting a megabyte of {worst!r}, the dearest of {len(cost)}")
    spent, weight = {}, {}
    for name, raw in {**{name: row[0] for name, row in READ.items()}, **REFUSED}.items():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = memory_mb("VmRSS")
        spent[name] = seconds(lambda raw=raw: read(raw))
        weight[name] = memory_mb("VmHWM") - before
    for unit, figures in (("s ", spent), ("MB", weight)):
        worst = max(figures, key=lambda name: figures[name])
        print(f"{figures[worst]:6.2f} {unit}  {worst!r}, the dearest of {len(figures)} hostile mails")


if __name__ == "__main__":
    main()
