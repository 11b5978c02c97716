"""The words of the commands in English, Russian and Ukrainian: one row a command, the first word of a language is the one shown.

Spelling is folded before comparing: case, ё = е, and no apostrophes; so the table may be written as people write.
"""

from __future__ import annotations

import unicodedata

LANGUAGES = ("en", "ru", "uk")
ALL_CLIENTS = ("all", "все", "всі", "усі")  # in place of a client, where each may be asked for

# command: English | Russian | Ukrainian
WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "time": (("time",), ("время",), ("час",)),
    "solved": (("solved",), ("решено",), ("вирішено",)),
    "wait": (("wait",), ("ждём",), ("чекаємо",)),
    "later": (("later",), ("позже",), ("пізніше",)),
    "close": (("close",), ("закрыть",), ("закрити",)),
    "note": (("note",), ("заметка",), ("нотатка",)),
    "take": (("take",), ("взять",), ("взяти",)),
    "assign": (("assign",), ("назначить",), ("призначити",)),
    "team": (("team",), ("команда",), ("команда",)),
    "cause": (("cause",), ("причина",), ("причина",)),
    "bug": (("bug",), ("дефект",), ("дефект",)),
    "fixed": (("fixed",), ("исправлено",), ("виправлено",)),
    "free": (("free",), ("бесплатно",), ("безкоштовно",)),
    "urgent": (("urgent",), ("срочно",), ("терміново",)),
    "charge": (("charge",), ("начислить",), ("нарахувати",)),
    "waive": (("waive",), ("снять",), ("зняти",)),
    "quote": (("quote",), ("смета",), ("кошторис",)),
    "offer": (("offer",), ("предложение",), ("пропозиція",)),
    "eta": (("eta",), ("срок",), ("термін",)),
    "merge": (("merge",), ("объединить",), ("об'єднати",)),
    "split": (("split",), ("разделить",), ("розділити",)),
    "client": (("client",), ("клиент",), ("клієнт",)),
    "new": (("new",), ("новая",), ("нова",)),
    "answer": (("answer",), ("ответ",), ("відповідь",)),
    "show": (("show",), ("показать",), ("показати",)),
    "find": (("find",), ("найти",), ("знайти",)),
    "list": (("list",), ("список",), ("список",)),
    "balance": (("balance",), ("остаток",), ("залишок",)),
    "help": (("help",), ("помощь",), ("допомога",)),
    "topup": (("topup",), ("пополнить",), ("поповнити",)),
    "adjust": (("adjust",), ("поправка",), ("коригування",)),
    "undo": (("undo",), ("сторно",), ("сторно",)),
    "statement": (("statement",), ("выписка",), ("виписка",)),
    "act": (("act",), ("акт",), ("акт",)),
    "cc": (("cc",), ("копия",), ("копія",)),
    "away": (("away",), ("отсутствую",), ("відсутній", "відсутня")),
    "faq": (("faq",), ("справка",), ("довідка",)),
    "idea": (("idea",), ("идея",), ("ідея",)),
    "freeze": (("freeze",), ("заморозить",), ("заморозити",)),
    "page": (("page",), ("страница",), ("сторінка",)),
    "send": (("send",), ("отправить",), ("надіслати",)),
    "drop": (("drop",), ("отбросить",), ("відкинути",)),
    "release": (("release",), ("выпустить",), ("випустити",)),
}

# the built-in causes, by the words that engineers use for them
CAUSES: dict[str, tuple[str, ...]] = {
    "settings": ("settings", "настройки", "налаштування"),
    "defect": ("defect", "bug", "дефект"),
    "third-party": ("third-party", "стороннее", "стороннє"),
    "question": ("question", "вопрос", "питання"),
    "training": ("training", "обучение", "навчання"),
    "order": ("order", "заказ", "замовлення"),
    "idea": ("idea", "идея", "ідея"),
}


def folded(word: str) -> str:
    """The form in which words are compared."""
    word = unicodedata.normalize("NFC", word).casefold().replace("ё", "е")
    return "".join(letter for letter in word if letter not in "'’ʼ`")


COMMAND_OF = {folded(word): command for command, languages in WORDS.items() for words in languages for word in words}
CAUSE_OF = {folded(word): cause for cause, words in CAUSES.items() for word in words}


def word_for(command: str, language: str) -> str:
    """The word to show to a reader of that language, without its slash; English where the language is not ours."""
    return WORDS[command][LANGUAGES.index(language) if language in LANGUAGES else 0][0]
