"""The peers' text bodies: our reading agrees with theirs as far as they agree with one another (shared/corpus/README.md)."""

import json
from collections import Counter
from pathlib import Path

import pytest

from maild.ingest.quoting import read_reply

CORPUS = Path(__file__).parents[2] / "../shared/corpus"


def bodies() -> list[tuple[str, str]]:
    """(body, the peer's reply) of every decoded text body with an expectation."""
    found = []
    for facts in sorted(CORPUS.glob("*/expectations.json")):
        for item in json.loads(facts.read_text(encoding="utf-8"))["items"]:
            wanted = item["expect"].get("reply_text")
            if item["kind"] == "text" and wanted is not None and "reply_text" not in item["expect"].get("peer_quirk", []):
                raw = (facts.parent / item["file"]).read_bytes()
                found.append((raw.decode("utf-8", "replace").replace("\r\n", "\n"), wanted))
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_replies_agree_with_the_peers() -> None:
    pairs = [(read_reply(body), wanted) for body, wanted in bodies()]
    exact = sum("".join(got.reply_text.split()) == "".join(wanted.split()) for got, wanted in pairs)
    kept = sum(
        not Counter(wanted.split()) - Counter(f"{got.reply_text}\n{got.signature_text}".split()) for got, wanted in pairs
    )
    assert len(pairs) >= 50
    assert exact / len(pairs) >= 0.9
    assert kept / len(pairs) >= 0.94  # forwards and one-line signatures: the peers contradict each other
