"""Where the author's words end and the signature begins, within one run of fresh lines. A word too much is kept rather than lost.

Certain: the `-- ` line of RFC 3676, 4.3 (and `--`), the line a phone or a program adds. By evidence: a closing formula with a
name and something that only signatures hold (a telephone, an address, a title) under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.ingest.bare_line import is_rule
from maild.ingest.word_tables import table

LINES_MAX = 30  # what stands under a `--` for longer than this is text, not a signature
EVIDENT_LINES_MAX = 12
_DEVICES_LINES_MAX = 100
_DASHES = ("--", "—", "––", "—-", "-—", "- -", "- --", "--–")
_DEVICE = re.compile(
    r"(?:sent|posted|composed|written) (?:from|via|with|using|by) (?:my|the|a|an|mobile|phone|cell|[^\W\d]+ ?mail|[^\W\d]+|\[)"
    r"|from my (?:i|android|phone|mobile|samsung|galaxy|blackberry)|get (?:\[?outlook|[^\W\d]+ ?mail|type ?app|edison|spark) for"
    r"|envoy[ée] (?:de|depuis|à partir|avec|par|via)|télécharge[rz] outlook"
    r"|(?:von meinem|diese nachricht wurde von meine[mr]) |gesendet (?:von|mit|vom|über)|holen sie sich outlook"
    r"|enviado (?:desde|de|do|a partir|via|pelo|con|com) |obtener outlook|obter o outlook"
    r"|inviat[oa] (?:da|dal|con|tramite) |scarica outlook|verzonden (?:met|vanaf|via|van) |outlook voor"
    r"|skickat från |sendt (?:fra|med) |lähetetty |wysłan[eo] (?:z|ze|przy) |pobierz outlook|odesl[aá]no z|odoslané z"
    r"|trimis de pe |elküldve |gönderildi|από το |στάλθηκε από "
    r"|(?:отправлено|послано|написано) (?:с|со|из|через|при|от|в) |отправлен[оа]? (?:с|из) (?:моего|мобильно)"
    r"|получить outlook|скачать outlook"
    r"|с моего (?:iphone|телефона|мобильного)|из (?:мобильной )?(?:почты mail|яндекс|почты)"
    r"|простите за краткость|прошу прощения за краткость"
    r"|(?:надіслано|відправлено|написано|послано) (?:з|зі|із|через|за допомогою|від|в) |отримати outlook|завантажити outlook"
    r"|从我的|從我的|发自|發自|iphoneから|ipadから|나의 |내 iphone"
    r"|(?:đã )?gửi từ |dikirim dari |dihantar dari |verstuurd (?:met|vanaf|via|van) |poslano (?:z|s|iz) |изпратено от |послато са "
    r"|enviat des |נשלח מ|(?:أرسلت|أُرسلت|تم الإرسال) من |ส่งจาก|εστάλη από |saadetud (?:minu )?|nosūtīts no |išsiųsta iš "
    r"|(?:адпраўлена|даслана) з ",
)
_OF_A_SENTENCE = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "does",
        "doesn't",
        "didn't",
        "isn't",
        "wasn't",
        "can't",
        "cannot",
        "ist",
        "war",
        "sind",
        "est",
        "était",
        "es",
        "era",
        "è",
        "non",
        "не",
        "нет",
        "немає",
    ]
)
_DEVICE_ENDS = ("gesendet", "gesendet.", "傳送", "发送", "發送", "から送信", "에서 보냄", "gönderildi", "gönderildi.")
_DEVICE_STARTS = ("von meinem", "von meiner", "從我的", "从我的", "iphone", "ipad", "내 ", "나의", "android")
_CLOSINGS = table(
    """
    regards|best regards|kind regards|warm regards|best|best wishes|all the best|sincerely|yours sincerely|yours truly|cheers
    thanks|thank you|many thanks|thanks and regards|thanks & regards|with best regards|with kind regards|kindest regards
    с уважением|с наилучшими пожеланиями|с наилучшими|всего доброго|всего наилучшего|спасибо|благодарю|заранее спасибо
    с почтением|искренне ваш|искренне ваша|с благодарностью|удачи|хорошего дня|с ув.|с ув|з повагою|з найкращими побажаннями
    щиро ваш|щиро ваша|дякую|наперед дякую|на все добре|усього найкращого|гарного дня|з вдячністю|mit freundlichen grüßen
    mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|mfg|lg|mit besten grüßen|cordialement|bien cordialement
    salutations|bien à vous|meilleures salutations|saludos|un saludo|atentamente|saludos cordiales|atenciosamente|obrigado
    abraços|cumprimentos|cordiali saluti|distinti saluti|saluti|met vriendelijke groet|met vriendelijke groeten|groeten|mvg
    med venlig hilsen|venlig hilsen|mvh|med vennlig hilsen|vennlig hilsen|med vänliga hälsningar|vänliga hälsningar
    hälsningar|ystävällisin terveisin|terveisin|pozdrawiam|z poważaniem|z powazaniem|serdecznie pozdrawiam|s pozdravem
    s pozdravom|üdvözlettel|saygılarımla|cu respect|mit lieben grüßen
    s úctou|iyi çalışmalar|freundliche grüsse|mit freundlichen grüssen|viele grüsse|beste grüsse|bonne journée|bien à toi|此致|敬礼|此致敬礼
    よろしくお願いいたします|よろしくお願いします|감사합니다
    """
)
_CONTACT = re.compile(
    r"https?://|www\.|@[^\s@]|(?:^|\s)(?:tel|t|m|mob|mobile|mobil|phone|ph|cell|fax|f|тел|моб|факс|tél|电话|電話|手机|전화|т|skype|скайп|telegram|viber|whatsapp|direct|office|icq)"
    r"[.:]*\s*[:.]?\s*\+?[\d(]|\+\d[\d ()-]{7,}"
    r"|\b(?:ceo|cto|cfo|coo|founder|co-founder|director|manager|engineer|developer|accountant)\b"
    r"|\b(?:head of|president|assistant|gmbh|ltd|llc|inc|s\.r\.l|corp)\b"
    r"|\b(?:ооо|оао|зао|пао|ао|ип|тов|фоп|чп|прат|директор|менеджер|бухгалтер|инженер|інженер|начальник|специалист|спеціаліст|руководитель|керівник"
    r"|администратор|адміністратор|юрист|программист|програміст|отдел|відділ)\b"
)


def signature_start(lines: Sequence[str], *, dashes: bool = True) -> int:
    """The first line of the signature that ends a run of bare fresh lines; the end of its last words where there is none.

    Without `dashes` a `--` line alone begins none.
    """
    end = len(lines)
    dashed = _trim(lines, _dashed(lines, end) if dashes else end)
    start = _trailing_devices(lines, dashed)
    if start == _trim(lines, end):
        start = _evident(lines, start)
    return _trailing_rules(lines, start)


def is_dashes(line: str) -> bool:
    """The line that parts text and signature (RFC 3676, 4.3), as programs and editors change it."""
    return line in _DASHES


def is_device_line(line: str) -> bool:
    """Whether this is "Sent from my iPhone" or one of its likes: a short line of its own that a program added."""
    if not line or len(line) > 160:
        return False
    low = line.lower().strip("<>()[]*_-–—~ .!")
    if _DEVICE.match(low):
        words = low.split()
        return len(words) <= 11 and _OF_A_SENTENCE.isdisjoint(words)
    return low.endswith(_DEVICE_ENDS) and low.startswith(_DEVICE_STARTS)


def _trim(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1]:
        end -= 1
    return end


def _dashed(lines: Sequence[str], end: int) -> int:
    """The first `--` line with few enough lines under it; a signature under a signature belongs to the first."""
    filled, found = 0, end
    for i in range(end - 1, -1, -1):
        line = lines[i]
        if line in _DASHES and i + 1 < end:
            found = i
        elif line:
            filled += 1
            if filled > LINES_MAX:
                break
    return found


def _trailing_devices(lines: Sequence[str], end: int) -> int:
    """Lines of programs at the end; short lines between two of them go with them ("Someone from mobile")."""
    start, i, between = end, end - 1, 0
    while i >= max(end - _DEVICES_LINES_MAX, 0) and between <= 2:
        line = lines[i]
        if is_device_line(line):
            start, between = i, 0
        elif line:
            between += 1
        i -= 1
    return _trim(lines, start) if start < end else end


def _evident(lines: Sequence[str], end: int) -> int:
    """A closing formula near the end with a contact, a title or a firm among the short lines under it."""
    for i in range(end - 1, max(end - EVIDENT_LINES_MAX, 0) - 1, -1):
        line = lines[i]
        if len(line) > 100:
            return end
        if _closes(line):
            below = [line for line in lines[i + 1 : end] if line]
            evident = _is_name(below[0] if below else "") and any(_CONTACT.search(line.lower()) for line in below)
            above = _trim(lines, i)
            while evident and above and _closes(lines[above - 1]):  # 此致 over 敬礼
                above = _trim(lines, above - 1)
            return above if evident else end
    return end


def _closes(line: str) -> bool:
    """Whether a line is a closing formula and nothing else; `lower` makes two characters of the Turkish İ."""
    return line.lower().replace("i\u0307", "i").rstrip(",.!;- ") in _CLOSINGS_SET


def _is_name(line: str) -> bool:
    """What stands right under "Regards,": a few capitalised words and no number."""
    words = line.split()
    return 1 <= len(words) <= 5 and not words[0][0].islower() and not any(c.isdigit() for c in line) and line[-1] not in "?!:"


def _trailing_rules(lines: Sequence[str], end: int) -> int:
    """Rules at the very end part nothing from nothing."""
    start = _trim(lines, end)
    while start and is_rule(lines[start - 1]):
        start = _trim(lines, start - 1)
    return start


_CLOSINGS_SET = frozenset(_CLOSINGS)
