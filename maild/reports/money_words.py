"""Sums in words, as acts of Russia and Ukraine want them: "Сто двадцать пять рублей 50 копеек"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maild.ledger.money import MINOR_DIGITS

LANGUAGES = ("ru", "uk")  # elsewhere figures suffice


@dataclass(frozen=True, slots=True)
class _Noun:
    """A thing that is counted: one, two to four, five and more; `gender`: m, f or n."""

    one: str
    few: str
    many: str
    gender: str = "m"

    def after(self, count: int) -> str:
        """The form that goes with a count."""
        if count % 100 in range(11, 15):
            return self.many
        return {1: self.one, 2: self.few, 3: self.few, 4: self.few}.get(count % 10, self.many)


_ONES = {
    "ru": {"m": ("один", "два"), "f": ("одна", "две"), "n": ("одно", "два")},
    "uk": {"m": ("один", "два"), "f": ("одна", "дві"), "n": ("одне", "два")},
}
_DIGITS = {
    "ru": ("", "", "", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"),
    "uk": ("", "", "", "три", "чотири", "п’ять", "шість", "сім", "вісім", "дев’ять"),
}
_TEENS = {
    "ru": (
        *("десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать"),
        *("семнадцать", "восемнадцать", "девятнадцать"),
    ),
    "uk": (
        *("десять", "одинадцять", "дванадцять", "тринадцять", "чотирнадцять", "п’ятнадцять", "шістнадцять"),
        *("сімнадцять", "вісімнадцять", "дев’ятнадцять"),
    ),
}
_TENS = {
    "ru": ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"),
    "uk": ("", "", "двадцять", "тридцять", "сорок", "п’ятдесят", "шістдесят", "сімдесят", "вісімдесят", "дев’яносто"),
}
_HUNDREDS = {
    "ru": ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"),
    "uk": ("", "сто", "двісті", "триста", "чотириста", "п’ятсот", "шістсот", "сімсот", "вісімсот", "дев’ятсот"),
}
_POWERS = {
    "ru": (
        _Noun("тысяча", "тысячи", "тысяч", "f"),
        _Noun("миллион", "миллиона", "миллионов"),
        _Noun("миллиард", "миллиарда", "миллиардов"),
    ),
    "uk": (
        _Noun("тисяча", "тисячі", "тисяч", "f"),
        _Noun("мільйон", "мільйони", "мільйонів"),
        _Noun("мільярд", "мільярди", "мільярдів"),
    ),
}
_ZERO = {"ru": "ноль", "uk": "нуль"}
_MINUS = {"ru": "минус", "uk": "мінус"}
_CURRENCIES = {
    "ru": {
        "RUB": (_Noun("рубль", "рубля", "рублей"), _Noun("копейка", "копейки", "копеек")),
        "UAH": (_Noun("гривна", "гривны", "гривен", "f"), _Noun("копейка", "копейки", "копеек")),
        "BYN": (_Noun("белорусский рубль", "белорусских рубля", "белорусских рублей"), _Noun("копейка", "копейки", "копеек")),
        "KZT": (_Noun("тенге", "тенге", "тенге"), _Noun("тиын", "тиына", "тиынов")),
        "USD": (_Noun("доллар США", "доллара США", "долларов США"), _Noun("цент", "цента", "центов")),
        "EUR": (_Noun("евро", "евро", "евро"), _Noun("цент", "цента", "центов")),
        "PLN": (_Noun("польский злотый", "польских злотых", "польских злотых"), _Noun("грош", "гроша", "грошей")),
        "GBP": (_Noun("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"), _Noun("пенс", "пенса", "пенсов")),
    },
    "uk": {
        "RUB": (_Noun("рубль", "рублі", "рублів"), _Noun("копійка", "копійки", "копійок")),
        "UAH": (_Noun("гривня", "гривні", "гривень", "f"), _Noun("копійка", "копійки", "копійок")),
        "BYN": (_Noun("білоруський рубль", "білоруські рублі", "білоруських рублів"), _Noun("копійка", "копійки", "копійок")),
        "KZT": (_Noun("теньге", "теньге", "теньге"), _Noun("тиїн", "тиїни", "тиїнів")),
        "USD": (_Noun("долар США", "долари США", "доларів США"), _Noun("цент", "центи", "центів")),
        "EUR": (_Noun("євро", "євро", "євро"), _Noun("цент", "центи", "центів")),
        "PLN": (_Noun("польський злотий", "польські злоті", "польських злотих"), _Noun("грош", "гроші", "грошів")),
        "GBP": (
            _Noun("фунт стерлінгів", "фунти стерлінгів", "фунтів стерлінгів"),
            _Noun("пенс", "пенси", "пенсів"),
        ),
    },
}
LARGEST = 10**12  # a sum that no act of a help desk reaches


def in_words(amount: Decimal, currency: str, language: str) -> str:
    """An amount with its currency, whole units in words and minor ones in figures, the first letter large; '' where not expected."""
    if language not in LANGUAGES or abs(amount) >= LARGEST:
        return ""
    digits = MINOR_DIGITS.get(currency, 2)
    minor = int(abs(amount).scaleb(digits).to_integral_value())
    whole, rest = divmod(minor, 10**digits)
    major_noun, minor_noun = _CURRENCIES[language].get(currency, (_Noun(currency, currency, currency), None))
    words = [_MINUS[language]] if amount < 0 else []
    words += [number_in_words(whole, major_noun.gender, language), major_noun.after(whole)]
    if digits and minor_noun is not None:
        words += [f"{rest:0{digits}}", minor_noun.after(rest)]
    elif digits and rest:
        words.append(f"{rest:0{digits}}/{10**digits}")
    said = " ".join(words)
    return said[:1].upper() + said[1:]


def number_in_words(count: int, gender: str, language: str) -> str:
    """A whole number below 10¹² in the gender of what is counted."""
    if not count:
        return _ZERO[language]
    words = _below_thousand(count % 1000, gender, language)
    count //= 1000
    for noun in _POWERS[language]:
        group = count % 1000
        if group:
            words = [*_below_thousand(group, noun.gender, language), noun.after(group), *words]
        count //= 1000
    return " ".join(words)


def _below_thousand(count: int, gender: str, language: str) -> list[str]:
    words = [_HUNDREDS[language][count // 100]]
    count %= 100
    if 10 <= count < 20:
        words.append(_TEENS[language][count - 10])
    else:
        words.append(_TENS[language][count // 10])
        ones = count % 10
        words.append(_ONES[language][gender][ones - 1] if ones in {1, 2} else _DIGITS[language][ones])
    return [word for word in words if word]
