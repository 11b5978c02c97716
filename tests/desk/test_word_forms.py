"""Forms of one word share a stem, and standard questions are found by it."""

from dataclasses import replace

import pytest
from desk.customers import rules

from maild.desk.directory import FaqEntry
from maild.desk.faq import matching
from maild.desk.word_forms import stem

FORMS = """
пароль пароля паролю паролем паролі паролів пароли паролей паролями
чек чеки чеков чеків чеку чеком чеками
лицензия лицензию лицензии лицензий
ліцензія ліцензію ліцензії ліцензій ліцензіями
печать печати печатью
друкувати друкує друкують друк друку
сторінка сторінки сторінок
ошибка ошибки ошибок ошибкой
обновление обновления обновлений обновлением
оновлення оновленням оновлень
настройка настройки настроек
ключ ключи ключа ключей ключів ключем
password passwords
license licenses
"""


@pytest.mark.parametrize("forms", FORMS.strip().split("\n"))
def test_forms_of_a_word_share_its_stem(forms):
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("пароль", "пара"), ("чек", "честь"), ("update", "upset"), ("ключ", "клубок")])
def test_other_words_do_not(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Забыл пароль", "", ["password"]),
        ("Вопрос", "Не помню паролей, и обновления не ставятся", ["password", "update"]),
        ("Оновлень немає", "", ["update"]),
        ("Licence key", "my key of the licence", ["licence"]),
        ("Key", "", []),  # a phrase counts where all its words were said
        ("Compass", "", []),
        ("", "", []),
    ],
)
def test_standard_questions_are_found_by_their_words(subject, text, found):
    entries = (
        FaqEntry("password", ("password", "пароль"), "Passwords"),
        FaqEntry("update", ("update", "обновление", "оновлення"), "Updates"),
        FaqEntry("licence", ("licence key",), "Licence keys"),
    )
    directory = replace(rules().directory, faq={entry.name: entry for entry in entries})
    assert [entry.name for entry in matching(subject, text, directory)] == found
