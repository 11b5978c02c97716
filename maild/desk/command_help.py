"""What `/help` answers: each command as it is typed in the reader's language, and one line on what it does."""

from __future__ import annotations

from collections.abc import Iterable

from maild.desk.command_table import TABLE
from maild.desk.command_words import LANGUAGES, word_for

# command: (arguments, effect) in English, Russian, Ukrainian
HELP: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "time": (
        ("25m what // for staff", "time spent; also 1h30m, 1:30, 14:05-14:30, @yesterday, #12 for another ticket"),
        ("25м что // для своих", "затраченное время; также 1ч 30м, 1:30, 14:05-14:30, @вчера, #12 для другой заявки"),
        ("25хв що // для своїх", "витрачений час; також 1год 30хв, 1:30, 14:05-14:30, @вчора, #12 для іншої заявки"),
    ),
    "solved": (
        ("[CAUSE]", "solved; the customer is asked to confirm"),
        ("[ПРИЧИНА]", "решено; клиента спросят, так ли это"),
        ("[ПРИЧИНА]", "вирішено; клієнта запитають, чи це так"),
    ),
    "wait": (
        ("", "waits for the customer; the clocks pause"),
        ("", "ждём клиента; часы стоят"),
        ("", "чекаємо на клієнта; годинники стоять"),
    ),
    "later": (
        ("2026-11-23", "back in my agenda on that day"),
        ("23.11", "вернуть в мой план в этот день"),
        ("23.11", "повернути до мого плану цього дня"),
    ),
    "close": (
        ("reason", "close without the customer's word (manager; anyone: spam, duplicate)"),
        ("причина", "закрыть без ответа клиента (руководитель; любой: спам, дубликат)"),
        ("причина", "закрити без відповіді клієнта (керівник; будь-хто: спам, дублікат)"),
    ),
    "note": (
        ("", "the whole mail is for staff only"),
        ("", "всё письмо только для своих"),
        ("", "увесь лист лише для своїх"),
    ),
    "take": (("", "I have it"), ("", "беру себе"), ("", "беру собі")),
    "assign": (
        ("NAME", "give it to somebody"),
        ("ИМЯ", "передать сотруднику"),
        ("ІМ'Я", "передати співробітнику"),
    ),
    "team": (("NAME", "give it to a team"), ("НАЗВАНИЕ", "передать команде"), ("НАЗВА", "передати команді")),
    "cause": (
        ("WORD", "what it came from: settings, defect, question…"),
        ("СЛОВО", "отчего обращение: настройки, дефект, вопрос…"),
        ("СЛОВО", "звідки звернення: налаштування, дефект, питання…"),
    ),
    "bug": (
        ("[REF]", "our own defect: all time on the ticket is free"),
        ("[НОМЕР]", "наш дефект: всё время по заявке бесплатно"),
        ("[НОМЕР]", "наш дефект: увесь час за заявкою безкоштовний"),
    ),
    "fixed": (
        ("REF BUILD", "tell everybody who waits on a defect that it is mended"),
        ("НОМЕР ВЕРСИЯ", "сообщить всем, кто ждёт исправления дефекта"),
        ("НОМЕР ВЕРСІЯ", "повідомити всіх, хто чекає на виправлення дефекту"),
    ),
    "free": (
        ("WORD [text]", "the time of this mail is free, and why"),
        ("СЛОВО [текст]", "время этого письма бесплатно, и почему"),
        ("СЛОВО [текст]", "час цього листа безкоштовний, і чому"),
    ),
    "urgent": (
        ("", "the time of this mail is urgent work"),
        ("", "время этого письма — срочная работа"),
        ("", "час цього листа — термінова робота"),
    ),
    "charge": (
        ("ITEM [x2]", "charge a price-list item"),
        ("ПОЗИЦИЯ [x2]", "начислить позицию прайс-листа"),
        ("ПОЗИЦІЯ [x2]", "нарахувати позицію прайс-листа"),
    ),
    "waive": (
        ("ITEM reason", "do not charge an item, or take the charge back"),
        ("ПОЗИЦИЯ причина", "не начислять позицию или снять начисление"),
        ("ПОЗИЦІЯ причина", "не нараховувати позицію або зняти нарахування"),
    ),
    "quote": (
        ("3h text", "ask the client to agree to work outside the contract"),
        ("3ч текст", "согласовать с клиентом работу вне договора"),
        ("3год текст", "погодити з клієнтом роботу поза договором"),
    ),
    "offer": (
        ("[PLAN]", "offer the client plans to choose from"),
        ("[ТАРИФ]", "предложить клиенту тарифы на выбор"),
        ("[ТАРИФ]", "запропонувати клієнтові тарифи на вибір"),
    ),
    "eta": (
        ("2026-11-23 15:00 text", "promise a time to the customer"),
        ("23.11 15:00 текст", "пообещать клиенту срок"),
        ("23.11 15:00 текст", "пообіцяти клієнтові термін"),
    ),
    "merge": (
        ("N", "join with another ticket"),
        ("N", "объединить с другой заявкой"),
        ("N", "об'єднати з іншою заявкою"),
    ),
    "split": (
        ("[subject]", "make this mail a ticket of its own"),
        ("[тема]", "сделать письмо отдельной заявкой"),
        ("[тема]", "зробити лист окремою заявкою"),
    ),
    "client": (
        ("ID [once]", "whose ticket it is; remembers the address"),
        ("ID [разово]", "чья это заявка; адрес запомнится"),
        ("ID [одноразово]", "чия це заявка; адресу буде запам'ятовано"),
    ),
    "new": (
        ("CLIENT", "a ticket for a phone call or a forwarded mail; also /new ADDRESS"),
        ("КЛИЕНТ", "заявка по звонку или пересланному письму; можно адрес"),
        ("КЛІЄНТ", "заявка за дзвінком або пересланим листом; можна адресу"),
    ),
    "answer": (
        ("", "with /new: what follows goes to the customer"),
        ("", "вместе с /новая: дальше — ответ клиенту"),
        ("", "разом з /нова: далі — відповідь клієнтові"),
    ),
    "show": (("[N]", "a ticket by return of mail"), ("[N]", "заявка ответным письмом"), ("[N]", "заявка листом у відповідь")),
    "find": (("WORDS", "search tickets"), ("СЛОВА", "поиск по заявкам"), ("СЛОВА", "пошук у заявках")),
    "list": (
        ("[mine, overdue, unanswered, CLIENT]", "open tickets"),
        ("[мои, просроченные, неотвеченные, КЛИЕНТ]", "открытые заявки"),
        ("[мої, прострочені, невідповіджені, КЛІЄНТ]", "відкриті заявки"),
    ),
    "balance": (("CLIENT", "a client's balance"), ("КЛИЕНТ", "остаток клиента"), ("КЛІЄНТ", "залишок клієнта")),
    "help": (("", "this list"), ("", "этот список"), ("", "цей список")),
    "topup": (
        ("CLIENT 10h [500.00 EUR] REF", "minutes that a client bought"),
        ("КЛИЕНТ 10ч [500.00 EUR] ДОКУМЕНТ", "клиент купил время"),
        ("КЛІЄНТ 10год [500.00 EUR] ДОКУМЕНТ", "клієнт купив час"),
    ),
    "adjust": (
        ("CLIENT -15m reason", "correct a balance"),
        ("КЛИЕНТ -15м причина", "поправить остаток"),
        ("КЛІЄНТ -15хв причина", "скоригувати залишок"),
    ),
    "undo": (
        ("ENTRY reason", "reverse an entry"),
        ("ЗАПИСЬ причина", "сторнировать запись"),
        ("ЗАПИС причина", "сторнувати запис"),
    ),
    "statement": (
        ("CLIENT 2026-11", "a statement by return of mail; of all clients: all 2026-11"),
        ("КЛИЕНТ 2026-11", "выписка ответным письмом; по всем клиентам: все 2026-11"),
        ("КЛІЄНТ 2026-11", "виписка листом у відповідь; за всіма клієнтами: всі 2026-11"),
    ),
    "act": (
        ("CLIENT 2026-11 [corrected]", "an act by return of mail; corrected: a new one in place of the one that was made"),
        ("КЛИЕНТ 2026-11 [исправленный]", "акт ответным письмом; исправленный: новый взамен сделанного"),
        ("КЛІЄНТ 2026-11 [виправлений]", "акт листом у відповідь; виправлений: новий замість зробленого"),
    ),
    "cc": (
        ("add ADDRESS", "one more participant"),
        ("добавить АДРЕС", "ещё один участник"),
        ("додати АДРЕСА", "ще один учасник"),
    ),
    "away": (
        ("until 2026-11-23", "I am absent up to and including that day; /away back"),
        ("до 23.11", "меня нет по этот день включительно; /отсутствую на месте"),
        ("до 23.11", "мене немає по цей день включно; /відсутній на місці"),
    ),
    "faq": (
        ("NAME", "insert a standard answer"),
        ("НАЗВАНИЕ", "вставить стандартный ответ"),
        ("НАЗВА", "вставити стандартну відповідь"),
    ),
    "idea": (("[text]", "an idea for the product"), ("[текст]", "идея для продукта"), ("[текст]", "ідея для продукту")),
    "freeze": (
        ("NAME", "stop a person's mail until the operator lifts it"),
        ("ИМЯ", "остановить письма сотрудника, пока оператор не снимет запрет"),
        ("ІМ'Я", "зупинити листи співробітника, доки оператор не зніме заборону"),
    ),
    "page": (
        ("[2026-11]", "the manager's page now"),
        ("[2026-11]", "страница руководителя сейчас"),
        ("[2026-11]", "сторінка керівника зараз"),
    ),
    "send": (
        ("", "send a held mail as plain text"),
        ("", "отправить задержанное письмо как простой текст"),
        ("", "надіслати затриманий лист як простий текст"),
    ),
    "drop": (("[ID]", "forget a held mail"), ("[ID]", "отбросить задержанное письмо"), ("[ID]", "відкинути затриманий лист")),
    "release": (
        ("[ID]", "let a held mail go on"),
        ("[ID]", "пропустить задержанное письмо"),
        ("[ID]", "пропустити затриманий лист"),
    ),
}


def usage(command: str, language: str) -> str:
    """What to type: `/time 25m what // for staff`, in the words of a language (English where it is not ours)."""
    return f"/{word_for(command, language)} {_row(command, language)[0]}".rstrip()


def help_lines(language: str, roles: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """(what to type, what it does) for every command that these roles may give, in the order of the table."""
    held = frozenset(roles)
    return tuple(
        (usage(command, language), _row(command, language)[1])
        for command, row in TABLE.items()
        if not row.roles or row.roles & held
    )


def _row(command: str, language: str) -> tuple[str, str]:
    return HELP[command][LANGUAGES.index(language) if language in LANGUAGES else 0]
