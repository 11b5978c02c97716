"""Word forms: the stem that an English, Russian or Ukrainian word shares with its other forms. Light, and the same for both Cyrillics.

It serves to recognise the words of a configuration in people's letters: `пароль` in "паролем" and "паролів", `licence` in "licences".
Endings are taken off the longest first while at least three letters stay (the idea is Porter's, without his regions).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

STEM_LETTERS_MIN = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_CYRILLIC = re.compile(r"[а-яіїєґ]")
_VOWELS = "аеиіоуыэюяєї"
_REFLEXIVE = ("ся", "сь")
# endings of nouns, adjectives and verbs in both languages, with ё as е
_ENDINGS = tuple(
    sorted(
        set(
            re.findall(
                r"\S+",
                """
            ыми ими его ого ему ому их ых ую юю ая яя ою ею ый ий ой ей ые ие ым им ом ем ої ій іх іми
            ами ями иями іями ах ях иях іях ов ев ів їв ам ям иям іям ию ія ію ії ия ии ью ьо ові еві єві єм єю ием
            овать увати ювати ает яет ует ают яют уют ають яють ують уєш ає яє ує ить
            а е и о у ы э ю я і є ї ь й
            """,
            )
        ),
        key=len,
        reverse=True,
    )
)
_ENGLISH = ("ingly", "edly", "ings", "ing", "ed", "es", "s", "ly", "e")


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return tuple(stem(word) for found in _WORD.findall(folded) for word in re.split(r"-", found))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The stem of one folded word."""
    word = re.sub(r"['’ʼ]", "", word)
    return _cyrillic(word) if _CYRILLIC.search(word) else _english(word)


def _cyrillic(word: str) -> str:
    for ending in _REFLEXIVE:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_LETTERS_MIN + 1:
            word = word[: -len(ending)]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_LETTERS_MIN:
            word = word[: -len(ending)]
            break
    word = word.rstrip("ь")
    if len(word) > STEM_LETTERS_MIN and word[-1] == word[-2]:
        word = word[:-1]  # оновлення, оновлень
    return _without_fleeting_vowel(word)


def _without_fleeting_vowel(word: str) -> str:
    """`сторінок` and `сторінка`, `настроек` and `настройка`: the vowel before a last к comes and goes."""
    if len(word) > STEM_LETTERS_MIN + 1 and word[-1] == "к" and word[-2] in "оеиі":
        return word[:-2] + ("йк" if word[-3] in _VOWELS else "к")
    return word


def _english(word: str) -> str:
    for ending in _ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_LETTERS_MIN and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word.removesuffix("e") if len(word) > STEM_LETTERS_MIN + 1 else word
