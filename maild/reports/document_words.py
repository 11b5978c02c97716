"""The words of acts, statements and registers: one table, and how they say days, minutes and sums in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

LANGUAGES = ("en", "ru", "uk")
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    "uk": ("січень", "лютий", "березень", "квітень", "травень", "червень", "липень", "серпень", "вересень", "жовтень",
           "листопад", "грудень"),
}  # fmt: skip
_OF_MONTHS = {
    "en": _MONTHS["en"],
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    "uk": ("січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
}  # fmt: skip
_UNITS = {"en": ("h", "min"), "ru": ("ч", "мин"), "uk": ("год", "хв")}

WORDS: Mapping[str, tuple[str, str, str]] = {
    "act": ("Report on services rendered", "Отчёт об оказанных услугах", "Звіт про надані послуги"),
    "annex": ("annex to act No {} of {}", "приложение к акту № {} от {}", "додаток до акта № {} від {}"),
    "draft": ("draft without a number", "черновик без номера", "чернетка без номера"),
    "corrects": (
        "Corrects and replaces act No {} of {}.",
        "Исправляет и заменяет акт № {} от {}.",
        "Виправляє та замінює акт № {} від {}.",
    ),
    "statement": ("Statement of account", "Выписка по договорам", "Виписка за договорами"),
    "register": ("Register of services rendered", "Реестр оказанных услуг", "Реєстр наданих послуг"),
    "file-act": ("act", "akt", "akt"),
    "period": ("Period", "Период", "Період"),
    "issuer": ("Contractor", "Исполнитель", "Виконавець"),
    "client": ("Customer", "Заказчик", "Замовник"),
    "tax-id": ("Tax ID", "ИНН", "Код ЄДРПОУ / РНОКПП"),
    "contract": ("Contract", "Договор", "Договір"),
    "contract-of": ("No {} of {}", "№ {} от {}", "№ {} від {}"),
    "rendered": (
        "The contractor has rendered to the customer the services listed below.",
        "Исполнитель оказал, а Заказчик принял перечисленные ниже услуги.",
        "Виконавець надав, а Замовник прийняв перелічені нижче послуги.",
    ),
    "nothing": (
        "Nothing was booked in this period.",
        "За этот период ничего не учтено.",
        "За цей період нічого не обліковано.",
    ),
    "fee": ("Monthly fee", "Абонентская плата", "Абонентська плата"),
    "fee-of": ("Monthly fee for {}", "Абонентская плата за {}", "Абонентська плата за {}"),
    "fee-days": ("({} of {} days)", "({} из {} дней)", "({} з {} днів)"),
    "work": ("Work", "Работы", "Роботи"),
    "item": ("Price-list items", "Услуги по прейскуранту", "Послуги за прейскурантом"),
    "quote": ("Work by agreed quote", "Работы по согласованной смете", "Роботи за погодженим кошторисом"),
    "quote-no": ("quote {}", "смета {}", "кошторис {}"),
    "late": (
        "Work of earlier periods, entered late",
        "Работы прошлых периодов, внесённые позже",
        "Роботи минулих періодів, внесені пізніше",
    ),
    "late-for": ("late, for {}", "внесено позже, за {}", "внесено пізніше, за {}"),
    "correction": ("Corrections", "Исправления", "Виправлення"),
    "correction-of": ("correction of entry {}", "исправление записи {}", "виправлення запису {}"),
    "movement": ("Bought and adjusted", "Пополнения и корректировки", "Поповнення та коригування"),
    "bought": ("Minutes bought", "Куплены минуты", "Придбано хвилини"),
    "granted": ("Included minutes for {}", "Минуты по абонементу за {}", "Хвилини за абонементом за {}"),
    "lapsed": ("Minutes lapsed", "Сгорели минуты", "Згоріли хвилини"),
    "adjusted": ("Adjustment", "Корректировка", "Коригування"),
    "rounding": ("Rounding of the day", "Округление за день", "Округлення за день"),
    "free": ("free", "бесплатно", "безкоштовно"),
    "over": ("beyond the contract", "сверх договора", "понад договір"),
    "presale": ("before a purchase", "до покупки", "до покупки"),
    "defect": ("our own defect", "наша ошибка в программе", "наша помилка у програмі"),
    "warranty": ("warranty", "гарантия", "гарантія"),
    "goodwill": ("a small question", "небольшой вопрос", "невелике запитання"),
    "first-urgent": ("the first urgent help", "первая срочная помощь", "перша термінова допомога"),
    "courtesy": ("our courtesy", "наша любезность", "наша люб’язність"),
    "entry": ("Entry", "Запись", "Запис"),
    "entry-no": ("entry {}", "запись {}", "запис {}"),
    "day": ("Date", "Дата", "Дата"),
    "ticket": ("Request", "Заявка", "Заявка"),
    "staff": ("By whom", "Исполнил", "Виконав"),
    "what": ("What was done", "Что сделано", "Що зроблено"),
    "about": ("Remarks", "Примечание", "Примітка"),
    "section": ("Section", "Раздел", "Розділ"),
    "worked": ("Worked, min", "Отработано, мин", "Відпрацьовано, хв"),
    "charged": ("Charged, min", "К оплате, мин", "До сплати, хв"),
    "minutes": ("Balance, min", "Изменение остатка, мин", "Зміна залишку, хв"),
    "left": ("Left, min", "Остаток, мин", "Залишок, хв"),
    "rate": ("Rate per hour", "Ставка за час", "Ставка за годину"),
    "amount": ("Amount", "Сумма", "Сума"),
    "with-tax": ("incl. VAT", "с НДС", "з ПДВ"),
    "before-tax": ("before VAT", "без НДС", "без ПДВ"),
    "paid": ("paid in advance: {}", "оплачено вперёд: {}", "сплачено наперед: {}"),
    "currency": ("Currency", "Валюта", "Валюта"),
    "together": ("Together", "Итого", "Разом"),
    "account": ("Minutes by contract", "Минуты по договорам", "Хвилини за договорами"),
    "opening": ("Opening", "На начало", "На початок"),
    "bought-column": ("Bought", "Куплено", "Придбано"),
    "used": ("Used", "Израсходовано", "Використано"),
    "corrected": ("Corrected", "Исправлено", "Виправлено"),
    "expired": ("Expired", "Сгорело", "Згоріло"),
    "closing": ("Closing", "На конец", "На кінець"),
    "net": ("Net", "Сумма без НДС", "Сума без ПДВ"),
    "tax": ("VAT {} %", "НДС {} %", "ПДВ {} %"),
    "tax-column": ("VAT", "НДС", "ПДВ"),
    "no-tax": ("No VAT", "Без НДС", "Без ПДВ"),
    "gross": ("Total due for services", "Всего оказано услуг на сумму", "Усього надано послуг на суму"),
    "in-words": ("In words: {}.", "Прописью: {}.", "Словами: {}."),
    "chart-month": ("{} so far", "{}: с начала месяца", "{}: від початку місяця"),
    "chart-unit": ("minutes a day", "минут в день", "хвилин на день"),
    "chart-charged": ("charged", "к оплате", "до сплати"),
    "chart-free": ("free", "бесплатно", "безкоштовно"),
    "got": ("What you got", "Что вы получили", "Що ви отримали"),
    "got-requests": ("Requests in the period: {}.", "Заявок за период: {}.", "Заявок за період: {}."),
    "got-answer": (
        "Median time to a person’s answer: {} ({} answered).",
        "Медианное время до ответа человека: {} (с ответом: {}).",
        "Медіанний час до відповіді людини: {} (з відповіддю: {}).",
    ),
    "got-free": ("Not charged: {} ({}).", "Не включено в оплату: {} ({}).", "Не включено до оплати: {} ({})."),
    "got-all-charged": (
        "There was no time free of charge.",
        "Бесплатной работы не было.",
        "Безкоштовної роботи не було.",
    ),
    "no-claims": (
        "The parties have no claims as to volume, quality and dates of the services.",
        "Услуги оказаны в полном объёме. Стороны не имеют претензий по объёму, качеству и срокам.",
        "Послуги надано в повному обсязі. Сторони не мають претензій щодо обсягу, якості та строків.",
    ),
    "signed-by": ("For the contractor", "От исполнителя", "Від виконавця"),
    "accepted-by": ("For the customer", "От заказчика", "Від замовника"),
    "signature": ("position, name, signature, date", "должность, Ф. И. О., подпись, дата", "посада, П. І. Б., підпис, дата"),
    "page": ("page {} of {}", "стр. {} из {}", "стор. {} з {}"),
    "act-no": ("Act No", "Акт №", "Акт №"),
    "state": ("State", "Состояние", "Стан"),
    "client-column": ("Client", "Клиент", "Клієнт"),
    "in-minutes": ("All figures are minutes.", "Все величины в минутах.", "Усі величини в хвилинах."),
}


class Words:
    """The table in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.at = LANGUAGES.index(self.language)

    def __call__(self, key: str, *values: object) -> str:
        """A word or a phrase, with values in its places."""
        return WORDS[key][self.at].format(*values) if values else WORDS[key][self.at]

    def known(self, key: str, default: str = "") -> str:
        """A word of the table, else `default`, else the key itself."""
        return WORDS[key][self.at] if key in WORDS and not default else default or key

    def day(self, value: date) -> str:
        """A day in words: 30 November 2026, 30 ноября 2026 г., 30 листопада 2026 р."""
        tail = {"en": "", "ru": " г.", "uk": " р."}[self.language]
        return f"{value.day}\u00a0{_OF_MONTHS[self.language][value.month - 1]}\u00a0{value.year}{tail}"

    def short_day(self, value: date) -> str:
        """A day in figures: 2026-11-30, or 30.11.2026."""
        return value.isoformat() if self.language == "en" else value.strftime("%d.%m.%Y")

    def month(self, value: date) -> str:
        """A month: November 2026, ноябрь 2026 г."""
        tail = {"en": "", "ru": " г.", "uk": " р."}[self.language]
        return f"{_MONTHS[self.language][value.month - 1]} {value.year}{tail}"

    def minutes(self, count: int) -> str:
        """Minutes: 214 min (3 h 34 min)."""
        hour, minute = _UNITS[self.language]
        if abs(count) < 60:
            return f"{count} {minute}"
        sign, (hours, rest) = "-" if count < 0 else "", divmod(abs(count), 60)
        return f"{count} {minute} ({sign}{hours} {hour}{f' {rest} {minute}' if rest else ''})"

    def figure(self, value: int) -> str:
        """A whole number as the books have it."""
        return str(value)

    def amount(self, text: str) -> str:
        """A decimal as the language writes it: "1,234.50", "1 234,50"."""
        value = Decimal(text)
        digits = len(text.partition(".")[2])
        written = f"{value:,.{digits}f}"
        return written if self.language == "en" else written.replace(",", "\u00a0").replace(".", ",")

    def money(self, text: str, currency: str) -> str:
        """An amount with its currency."""
        return f"{self.amount(text)}\u00a0{currency}" if currency else self.amount(text)
