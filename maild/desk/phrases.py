"""Short words of customers and staff that mean something by themselves: yes, no, thanks; and the language of a letter."""

from __future__ import annotations

import re
import unicodedata

NO = frozenset(("no", "n", "nope", "not yet", "not solved", "нет", "не решено", "ещё нет", "еще нет", "пока нет"))
NO |= frozenset(("ні", "не вирішено", "ще ні", "поки ні", "not mine"))
YES = frozenset(
    (
        *("yes", "y", "yep", "yeah", "yes please", "yes thanks", "ok", "okay", "solved", "yes solved", "resolved", "confirmed"),
        *("да", "ага", "ок", "окей", "решено", "да решено", "да спасибо", "подтверждаю", "согласен", "согласна"),
        *("так", "вирішено", "так вирішено", "так дякую", "підтверджую", "згоден", "згодна", "гаразд"),
    )
)
_THANKS = frozenset(
    (
        *("thanks", "thank you", "thank you very much", "many thanks", "thanks a lot", "thx", "ty", "cheers", "great thanks"),
        *("ok thanks", "thanks again", "thank you so much", "great thank you", "perfect thanks", "perfect thank you"),
        *("спасибо", "большое спасибо", "спасибо большое", "благодарю", "спс", "спасибо вам", "огромное спасибо", "ок спасибо"),
        *("хорошо спасибо", "понятно спасибо", "понял спасибо", "поняла спасибо", "отлично спасибо"),
        *("дякую", "дуже дякую", "щиро дякую", "дякую вам", "красно дякую", "ок дякую", "добре дякую", "зрозуміло дякую"),
    )
)
_GREETING = re.compile(r"^(hi|hello|dear|привет|здравствуйте|добрый день|вітаю|добрий день|доброго дня)\b", re.I)
_CYRILLIC = re.compile(r"[а-яёіїєґ]", re.I)
_UKRAINIAN = re.compile(r"[іїєґ]", re.I)
_RUSSIAN = re.compile(r"[ыэъё]", re.I)
BRIEF_CHARACTERS = 200  # a bare word is short; anything longer is read by a person


def bare(text: str) -> str:
    """A short text as its words alone: lower case, ё as е kept, punctuation and emoji gone, one blank between words."""
    folded = unicodedata.normalize("NFC", text).lower()
    return " ".join(re.findall(r"\w+", re.sub(r"['’ʼ]", "", folded)))


def _sentences(text: str) -> list[str]:
    return [words for part in re.split(r"[\n.!,;]+", text) if (words := bare(part))]


def is_yes(text: str) -> bool:
    """Whether the whole text is only a yes: one of the fixed words, thanks beside it allowed."""
    return _only(text, YES)


def is_no(text: str) -> bool:
    """Whether the whole text is only a no."""
    return _only(text, NO)


def is_thanks(text: str) -> bool:
    """Whether the whole text only thanks: such a mail changes nothing and starts no clock."""
    parts = _sentences(text)
    if not parts or len(text) > BRIEF_CHARACTERS:
        return False
    thanked = bare(text) in _THANKS or any(part in _THANKS for part in parts)
    return thanked and all(part in _THANKS or _GREETING.match(part) or _is_name(part) for part in parts)


def _only(text: str, words: frozenset[str]) -> bool:
    parts = _sentences(text)
    if not parts or len(text) > BRIEF_CHARACTERS:
        return False
    return bare(text) in words or (parts[0] in words and all(part in words or part in _THANKS for part in parts))


def _is_name(part: str) -> bool:
    """A closing name under the thanks: one or two words and nothing that could be a request."""
    return len(part.split()) <= 2 and not any(character.isdigit() for character in part) and part not in NO


def language_of(text: str, default: str) -> str:
    """en, ru or uk by the letters of a text; `default` where they do not tell."""
    sample = text[:4000]
    letters = sum(character.isalpha() for character in sample)
    if not letters:
        return default
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic * 3 < letters:
        return "en"
    ukrainian, russian = len(_UKRAINIAN.findall(sample)), len(_RUSSIAN.findall(sample))
    if ukrainian == russian:
        return default if default in ("ru", "uk") else "ru"
    return "uk" if ukrainian > russian else "ru"
