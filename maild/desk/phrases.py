"""Short words of customers and staff that mean something by themselves: yes, no, thanks; and the language of a letter."""

from __future__ import annotations

import re
import unicodedata

OK = frozenset(("ok", "okay", "ок", "окей", "хорошо", "добре", "гаразд"))
YES = OK | frozenset(
    (
        *("yes", "y", "yep", "yeah", "yes please", "yes thanks", "solved", "yes solved", "resolved", "confirmed"),
        *("yes it is", "yes it is solved", "it is solved"),
        *("да", "ага", "решено", "да решено", "подтверждаю", "согласен", "согласна"),
        *("так", "вирішено", "так вирішено", "підтверджую", "згоден", "згодна"),
    )
)
NO = frozenset(
    (
        *("no", "n", "nope", "not yet", "no not yet", "not solved", "no not solved", "not mine"),
        *("нет", "не решено", "нет не решено", "ещё нет", "еще нет", "нет ещё", "нет еще", "пока нет", "нет пока"),
        *("ні", "не вирішено", "ні не вирішено", "ще ні", "ні ще ні", "поки ні", "поки що ні"),
    )
)
_THANK = frozenset(
    (
        *("thanks", "thank", "thx", "ty", "cheers"),
        *(
            "спасибо",
            "спс",
            "благодарю",
            "благодарим",
            "признателен",
            "признательна",
            "дякую",
            "дякуємо",
            "спасибі",
            "вдячний",
            "вдячна",
        ),
    )
)
_BESIDE_THANKS = _THANK | frozenset(
    (
        *(
            "you",
            "so",
            "very",
            "much",
            "many",
            "a",
            "lot",
            "again",
            "all",
            "for",
            "your",
            "the",
            "quick",
            "fast",
            "prompt",
            "kind",
        ),
        *(
            "help",
            "support",
            "reply",
            "answer",
            "response",
            "assistance",
            "great",
            "perfect",
            "super",
            "got",
            "it",
            "understood",
        ),
        *(
            "большое",
            "огромное",
            "вам",
            "тебе",
            "за",
            "помощь",
            "поддержку",
            "ответ",
            "быстрый",
            "оперативный",
            "быструю",
            "очень",
        ),
        *("понятно", "понял", "поняла", "ясно", "принято", "отлично", "супер", "ещё", "еще", "раз", "всем", "ваш", "вашу"),
        *("дуже", "щиро", "красно", "велике", "допомогу", "підтримку", "відповідь", "швидку", "оперативну", "зрозуміло"),
        *("зрозумів", "зрозуміла", "чудово", "ще", "всім", "вашу"),
        *OK,
    )
)
_GREETING = re.compile(r"^(hi|hello|dear|привет|здравствуйте|добрый день|вітаю|добрий день|доброго дня)\b", re.I)
_CYRILLIC = re.compile(r"[а-яёіїєґ]", re.I)
_UKRAINIAN = re.compile(r"[іїєґ]", re.I)
_RUSSIAN = re.compile(r"[ыэъё]", re.I)
BRIEF_CHARACTERS = 200  # a bare word is short; anything longer is read by a person


def bare(text: str) -> str:
    """A short text as its words alone: lower case, punctuation and emoji gone, one blank between words."""
    folded = unicodedata.normalize("NFC", text).lower()
    return " ".join(re.findall(r"\w+", re.sub(r"['’ʼ]", "", folded)))


def is_yes(text: str) -> bool:
    """Whether the whole text is only a yes: one of the fixed words, thanks and a name beside it allowed. "Ok, thanks" only thanks."""
    parts = _parts(text)
    return bool(parts) and _only(parts, YES) and not (bare(parts[0]) in OK and len(parts) > 1)


def is_no(text: str) -> bool:
    """Whether the whole text is only a no."""
    parts = _parts(text)
    return bool(parts) and _only(parts, NO)


def is_thanks(text: str) -> bool:
    """Whether the whole text only thanks: such a mail changes nothing and starts no clock."""
    parts = [part for part in _parts(text) if not _GREETING.match(bare(part))]
    return all(_thanks(part) for part in parts) and any(_THANK & set(bare(part).split()) for part in parts)


def _only(parts: list[str], words: frozenset[str]) -> bool:
    return bare(parts[0]) in words and all(bare(part) in words or _thanks(part) for part in parts)


def _thanks(part: str) -> bool:
    return all(word in _BESIDE_THANKS for word in bare(part).split())


def _parts(text: str) -> list[str]:
    """The sentences of a brief text, without the name that it ends with or that it thanks; nothing where it is longer."""
    if len(text) > BRIEF_CHARACTERS:
        return []
    lines = [line.strip() for line in text.split("\n") if bare(line)]
    if len(lines) > 1 and _is_name(lines[-1]):
        lines.pop()
    parts = [part for line in lines for part in _sentences(line)]
    return [part for part in parts if bare(part)]


def _sentences(line: str) -> list[str]:
    """What commas and full stops part; "Thanks, Olga!" names whom it thanks, and a name is no sentence."""
    found: list[str] = []
    for sentence in re.split(r"[.!?;]+", line):
        first, *rest = sentence.split(",")
        found += [first, *(each for each in rest if not _is_name(each.strip()))]
    return found


def _is_name(words: str) -> bool:
    """One or two capitalised words that mean nothing else here."""
    names = words.strip(" .,!").split()
    return 0 < len(names) <= 2 and all(n[0].isupper() and n[1:].islower() for n in names) and not _means_something(words)


def _means_something(words: str) -> bool:
    return bare(words) in YES | NO or all(word in _BESIDE_THANKS for word in bare(words).split())


def language_of(text: str, default: str) -> str:
    """en, ru or uk by the letters of a text; `default` where they do not tell."""
    sample = text[:4000]
    letters = sum(character.isalpha() for character in sample)
    if not letters:
        return default
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic * 5 < letters:  # names of programs and pieces of logs are Latin in every letter
        return "en"
    ukrainian, russian = len(_UKRAINIAN.findall(sample)), len(_RUSSIAN.findall(sample))
    if ukrainian == russian:
        return default if default in ("ru", "uk") else "ru"
    return "uk" if ukrainian > russian else "ru"
