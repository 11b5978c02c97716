"""What gateways and companies put around a mail: banners above ("[EXTERNAL]"), disclaimers and list footers below."""

from __future__ import annotations

from collections.abc import Sequence

from maild.ingest.word_tables import speaks, table

_BANNER_STARTS = table(
    """
    caution:|caution!|warning:|external email|external sender|external mail|external message|[external|(external|*external
    **external|[ext]|this message originated|this email originated|this message was sent from outside
    you don't often get email from|you don’t often get email from|some people who received this message don't often
    think before you click|be careful with this message|attention: external|attention!|achtung:|externe e-mail|externe mail
    [extern|diese e-mail stammt|sie erhalten nicht oft|attention :|message externe|[externe]|correo externo|[externo]
    e-mail externo|внешняя почта|внешнее письмо|[внешн|(внешн|внешний отправитель|внимание!|внимание:|осторожно
    это письмо получено|данное письмо получено|письмо от внешнего|это внешнее|это сообщение отправлено|сообщение от внешнего
    вы не часто получаете|вы редко получаете|зовнішня пошта|зовнішній лист|[зовн|(зовн|зовнішній відправник|увага!|увага:
    обережно|цей лист отримано|цей лист надійшов|лист від зовнішнього|ви нечасто отримуєте|ви не часто отримуєте
    zewnętrzna wiadomość|uwaga:|wiadomość zewnętrzna
    """
)
_BANNER_STEMS = table(
    """
    outside of|outside your|outside the|external|don't often get|don’t often get|don't often|do not click|externe|extern
    außerhalb|externo|внешн|извне|зовнішн|ззовні|не переходите по|не открывайте|не відкривайте|не часто|нечасто
    редко получаете|zewnętrzn|spoza
    """
)
_FOOT_STARTS = table(
    """
    disclaimer|confidentiality notice|confidentiality:|legal notice|privacy notice|this email has been scanned
    this e-mail has been scanned|this message has been scanned|virus-free.|scanned by|this email has been checked
    this e-mail has been checked|haftungsausschluss|vertraulichkeitshinweis|avis de confidentialité|aviso legal
    please consider the environment|before printing|проверено антивирусом|без вирусов.|это сообщение проверено
    это письмо проверено|подумайте об окружающей среде|перевірено антивірусом|без вірусів.|цей лист перевірено
    you received this message because you are subscribed|to unsubscribe from this group|you are receiving this because
    to unsubscribe
    virus-free␣
    """
)
_LEGAL_STEMS = table(
    """
    confidential|privileged|intended recipient|intended only|intended solely|addressee|disclos|delete|notify the sender
    prohibited|unauthori|dissemination|liabilit|vertraulich|empfänger|vernicht|unbefugt|absender|confidentiel|destinataire
    destinatari|riservat|confidencial|propriet|конфиденциальн|предназначен|адресат|уведомить|сообщите отправителю|удалит
    несанкционир|разглаш|запрещ|ответственност|конфіденційн|призначен|повідомте|повідомити|видалит|несанкціонов|заборон
    відповідальн|получател|отримувач
    """
)
# Of a text that calls itself confidential; in others these are words like any.
_CONFIDENTIAL = table(
    """
    confidenti|vertraulich|confidenciai|confidencial|riservat|poufn|vertrouwelijk|konfidentiell|fortrolig|luottamuks|důvěrn|dôvern
    gizli|保密|机密|機密|秘密|конфиденциальн|конфіденційн
    """
)
_LEGAL_MORE = table(
    """
    par erreur|expéditeur|détruire|remitente|por error|elimin|mittente|per errore|cancellar|remetente|por engano|adresat|nadawc
    usuni|geadresseerde|ten onrechte|verwijder|afzender|adressat|misstag|avsändare|radera|ved en fejl|afsender|slette|avsender
    adresát|omylem|odesílatel|smaž|odosielateľ|vymaž|muhatab|yanlışlıkla|gönderen|siliniz|yetkisiz|收件人|错收|误收|发件人|删除
    泄露|名宛人|誤って受信|誤送信|送信者|削除|無断
    """
)
_LEGAL_CHARS_MIN = 100
_PARAGRAPHS_AT_TOP = 2


def banner_end(lines: Sequence[str]) -> int:
    """How many bare lines at the top are a gateway's banner; 0 where there is none."""
    end = 0
    for start, stop in _paragraphs(lines[:30])[:_PARAGRAPHS_AT_TOP]:
        text = " ".join(lines[start:stop]).lower().strip("*_ ")
        alone = len(text) <= 60 and text.strip("[]()*! .:-").count(" ") <= 3
        if not text.startswith(_BANNER_STARTS) or not speaks(text, _BANNER_STEMS):
            break
        if text.startswith(("[", "(")) and not alone:
            break  # "[EXTERNAL] Good day, our printer …": the tag shares its line with the author's words
        end = stop
    return end


def disclaimer_start(lines: Sequence[str]) -> int:
    """The first line of the legal and virus-scanner paragraphs, or the list footer, that end a run of bare lines."""
    start = len(lines)
    for first, stop in reversed(_paragraphs(lines)):
        text = " ".join(lines[first:stop]).lower().strip("*_-=~ ")
        if text and not _is_foot(text, lines[first:stop]):
            break
        start = first
    return start if start else len(lines)


def _is_foot(text: str, lines: Sequence[str]) -> bool:
    if text.startswith(_FOOT_STARTS):
        return True
    if len(text) >= _LEGAL_CHARS_MIN:
        head = text[:4000]
        found = sum(map(head.__contains__, _LEGAL_STEMS))
        if found >= 3:
            return True
        if speaks(head, _CONFIDENTIAL) and found + sum(stem in head for stem in _LEGAL_MORE) >= 3:
            return True
    return len(lines) >= 2 and len(lines[0]) >= 20 and not lines[0].strip("_") and "mailing list" in text


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of filled lines as (first, behind the last)."""
    found: list[tuple[int, int]] = []
    first = -1
    for i, line in enumerate(lines):
        if line and first < 0:
            first = i
        elif not line and first >= 0:
            found.append((first, i))
            first = -1
    if first >= 0:
        found.append((first, len(lines)))
    return found
