"""Words that mean something by themselves, as people type them."""

import pytest

from maild.desk.phrases import is_no, is_thanks, is_yes, language_of

YES = """
yes | Yes. | YES! | y | Yes, thanks | yes, solved | Solved. | Confirmed | ok | It is solved.
да | Да | ДА! | Да, спасибо! | решено | Решено. | Да. Решено. | Подтверждаю
так | Так! | Так, дякую | вирішено | Вирішено, дякую! | гаразд
"""
NO = """
no | No. | not yet | Not yet! | No, not yet | Nope
нет | Нет! | не решено | Нет, не решено | Пока нет | Ещё нет.
ні | Ні. | не вирішено | Ще ні | Поки що ні
"""
THANKS = """
thanks | Thanks! | Thank you very much. | Many thanks | ok, thanks | Ok thanks | Thanks a lot for your help! | Got it, thanks
спасибо | Спасибо! | Большое спасибо | спасибо большое за помощь | Понятно, спасибо | Хорошо. Спасибо. | Спасибо, Ольга! | спс
дякую | Дякую! | Щиро дякую за відповідь | Зрозуміло, дякую | Дякуємо! | Дякую, Ольго!
"""
WORDS = r"""
Thanks. Still broken | Thanks, not working | thanks, but it prints twice | Спасибо, не работает | Спасибо. Не работает | Дякую, не друкує
yes, but the other printer is silent | Да, но не всё | Так, але не все | no idea what to do | нет принтера | Thanks, it works | 5
Yes\nBut not the second one | Да\nНе совсем | when? | да? а чек | no thanks needed, it is worse now | Thanks for nothing
"""


def said(table):
    return [words.strip().replace("\\n", "\n") for line in table.strip().splitlines() for words in line.split(" | ")]


@pytest.mark.parametrize("words", said(YES))
def test_only_a_yes(words):
    assert (is_yes(words), is_no(words)) == (True, False)


@pytest.mark.parametrize("words", said(NO))
def test_only_a_no(words):
    assert (is_yes(words), is_no(words), is_thanks(words)) == (False, True, False)


@pytest.mark.parametrize("words", said(THANKS))
def test_only_thanks(words):
    assert (is_yes(words), is_no(words), is_thanks(words)) == (False, False, True)


@pytest.mark.parametrize("words", said(WORDS))
def test_words_for_a_person_to_read(words):
    assert (is_yes(words), is_no(words), is_thanks(words)) == (False, False, False)


@pytest.mark.parametrize(
    ("words", "judge"),
    [
        ("Yes\n\nAnna", is_yes),
        ("да\nАнна Петрова", is_yes),
        ("Ні\n\nГалина", is_no),
        ("Спасибо!\n\nАнна", is_thanks),
        ("Hello,\n\nthank you!\n\nAnna", is_thanks),
        ("Добрий день!\nДякую.", is_thanks),
    ],
)
def test_a_name_below_changes_nothing(words, judge):
    assert judge(words)


def test_a_long_text_is_read_by_a_person():
    assert not is_thanks("thanks " * 40)
    assert not is_yes("yes. " * 60)


def test_nothing_at_all_means_nothing():
    assert not (is_yes("") or is_no("") or is_thanks("") or is_thanks("\n"))


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("The printer is silent", "en"),
        ("Принтер не печатает, это срочно", "ru"),
        ("Принтер не друкує вже дві години", "uk"),
        ("Принтер", "ru"),
        ("Drucker druckt nicht", "en"),
        ("Ошибка ERROR 0x5 in printer.dll", "ru"),
        ("12345", "uk"),
        ("", "uk"),
    ],
)
def test_the_language_of_a_letter(words, language):
    assert language_of(words, "uk" if not any(map(str.isalpha, words)) else "en") == language
