"""Standard questions: which entries a letter's words point to. `[faq.NAME] words` name them, in any of their forms."""

from __future__ import annotations

from maild.desk.directory import Directory, FaqEntry
from maild.desk.word_forms import stems

OFFERED_MOST = 2
READ_CHARACTERS = 4000


def matching(subject: str, text: str, directory: Directory) -> tuple[FaqEntry, ...]:
    """The entries that a letter may be about, the one with the most of its words first, at most two."""
    if not directory.faq:
        return ()
    said = frozenset(stems(f"{subject}\n{text[:READ_CHARACTERS]}"))
    scored = [(_score(entry, said), entry) for entry in directory.faq.values()]
    found = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])  # stable: the file's order decides
    return tuple(entry for _, entry in found[:OFFERED_MOST])


def answer_text(entry: FaqEntry) -> str:
    """A standard answer as it stands in a letter."""
    return "\n".join(part for part in (entry.text.strip() or entry.title, entry.url) if part)


def _score(entry: FaqEntry, said: frozenset[str]) -> int:
    """How many of an entry's words were said; a phrase counts where all its words were."""
    keys = {tuple(stems(words)) for words in entry.words}
    return sum(bool(key) and all(each in said for each in key) for key in keys)
