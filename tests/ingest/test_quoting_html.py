"""HTML bodies as mail programs write them: their marks decide where the quote begins, on the lines of the text made from them."""

import pytest

from maild.ingest.html_text import to_text
from maild.ingest.quoting import read_html_reply
from maild.message import LineKind, Reading


def read(html: str) -> Reading:
    text = to_text(html)
    reading = read_html_reply(html, text)
    assert "\n".join(line.text for line in reading.lines) == text
    return reading


GMAIL_HEAD = (
    '<div dir="ltr" class="gmail_attr">пн, 23 нояб. 2026&nbsp;г. в 14:05, Olga Ivanova '
    '&lt;<a href="mailto:s@v.test">s@v.test</a>&gt;:<br></div>'
)
GMAIL_QUOTE = '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
OUTLOOK_HEAD = (
    '<p class=MsoNormal><b>From:</b> Olga Ivanova &lt;s@v.test&gt; <br><b>Sent:</b> Monday, November 23, 2026 2:05 PM<br>'
    "<b>To:</b> anna@acme.test<br><b>Subject:</b> RE: x</p>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("html", "reply"),
    [
        pytest.param(
            f'<div dir="ltr">Печатает!<div>Спасибо.</div></div><br>'
            f'<div class="gmail_quote">{GMAIL_HEAD}{GMAIL_QUOTE}<div>Здравствуйте</div>'
            "</blockquote></div>",
            "Печатает!\nСпасибо.",
            id="gmail",
        ),
        pytest.param(
            f'<div dir="ltr"><div class="gmail_quote">{GMAIL_HEAD}{GMAIL_QUOTE}<div>One?</div></blockquote>'
            f"<div>Yes</div>{GMAIL_QUOTE}<div>Two?"
            "</div></blockquote><div>No</div></div></div>",
            "Yes\n\nNo",
            id="gmail, answers between quotes",
        ),
        pytest.param(
            '<div dir="ltr">FYI<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>X</b>'
            " &lt;a@b.test&gt;<br>Date: Mon<br>Subject: s<br>To: &lt;c@d.test&gt;<br></div><br>/close it<br></div></div>",
            "FYI",
            id="gmail, forward",
        ),
        pytest.param(
            '<div>Да</div><div id="Signature">Анна<br>тел. 123</div><div id="appendonsend"></div><hr>'
            '<div id="divRplyFwdMsg"><b>От:</b> Olga<br>'
            "<b>Отправлено:</b> 23 ноября 2026 г. 14:05<br></div><div>Старый текст</div><p>ещё</p>",
            "Да",
            id="outlook web",
        ),
        pytest.param(
            f"<div class=WordSection1><p class=MsoNormal>Good day</p>"
            f'<div style="border-top:solid #E1E1E1 1.0pt">{OUTLOOK_HEAD}</div><p>Old</p></div>',
            "Good day",
            id="outlook",
        ),
        pytest.param(
            f'<p>Good day</p><span id="OLK_SRC_BODY_SECTION"><div>{OUTLOOK_HEAD}</div><div>Old</div></span>',
            "Good day",
            id="outlook for mac",
        ),
        pytest.param(
            "<div>It works.</div><br><blockquote type=cite>"
            "<div>On 23 Nov 2026, at 14:05, Olga &lt;s@v.test&gt; wrote:</div><div>old</div></blockquote>",
            "It works.",
            id="apple mail",
        ),
        pytest.param(
            '<p>It works.</p><div class="moz-cite-prefix">23.11.2026 14:05, Olga пишет:<br></div>'
            '<blockquote type="cite" cite="mid:1@v"><p>old</p>'
            '</blockquote><p>below</p><div class="moz-signature">-- <br>Anna</div>',
            "It works.\n\nbelow",
            id="thunderbird",
        ),
        pytest.param(
            '<div>It works.</div><div id="yahoo_quoted_12" class="yahoo_quoted"><div>On Monday, Olga wrote:</div><div>old</div></div>',
            "It works.",
            id="yahoo",
        ),
        pytest.param(
            "<div>Спасибо!</div>"
            '<blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">Понедельник, 23 ноября 2026, 14:05'
            " +03:00 от Olga &lt;s@v.test&gt;:<br><div>старое</div></blockquote>",
            "Спасибо!",
            id="mail.ru",
        ),
        pytest.param(
            '<div>Работает.</div><div>23.11.2026, 14:05, "Olga" &lt;s@v.test&gt;:</div><blockquote><p>старое</p></blockquote>',
            "Работает.",
            id="yandex",
        ),
        pytest.param(
            '<div>It works.</div><div class="protonmail_quote">On Monday, Olga wrote:<br><blockquote>old</blockquote></div>',
            "It works.",
            id="proton",
        ),
        pytest.param(
            '<p>The list:</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>first thing</div></blockquote><p>end</p>',
            "The list:\n\n> first thing\n\nend",
            id="a paragraph that the author indented",
        ),
        pytest.param("<p>No marks</p><p>at all</p>", "No marks\n\nat all", id="no marks"),
    ],
)
def test_marks(html: str, reply: str) -> None:
    lines = read(html).reply_text.split("\n")
    assert [line for line in lines if line not in ("", ">")] == [line for line in reply.split("\n") if line]


def test_words_of_the_author_that_recur_in_the_quote_are_kept() -> None:
    html = f'<div>ok</div><div>yes</div><div class="gmail_quote">{GMAIL_QUOTE}<div>ok</div><div>yes</div></blockquote></div><div>ok</div>'
    assert read(html).reply_text.split() == ["ok", "yes", "ok"]


COLOURED = (
    '<div>{}</div><div id="divRplyFwdMsg"><b>From:</b> Olga<br><b>Sent:</b> Monday</div><p>Is it on?</p>'
    '<p><span style="color:red">Yes, since the morning.</span></p><p style="color:black">Which model?</p>'
)


@pytest.mark.parametrize("words", ["See my answers in red.", "Ответы ниже красным", "Відповіді нижче, червоним кольором"])
def test_answers_in_colour_inside_the_quote_are_kept_where_they_are_announced(words: str) -> None:
    lines = read(COLOURED.format(words)).reply_text.split("\n")
    assert [line for line in lines if line] == [words, "Yes, since the morning."]


def test_colours_in_a_quote_that_nobody_announced_are_the_quotes() -> None:
    assert read(COLOURED.format("Thank you.")).reply_text == "Thank you."


def test_text_typed_into_a_signature_element_is_text() -> None:
    html = f'<div>Hello</div><div class="gmail_signature">{"<p>many words were typed here by mistake</p>" * 60}</div>'
    assert "many words" in read(html).reply_text


def test_a_text_that_does_not_match_its_html_is_judged_by_its_words() -> None:
    reading = read_html_reply("<blockquote type=cite>other</blockquote>", "Hello\n\n-- \nAnna")
    assert reading.reply_text == "Hello"


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote type=cite>" * 3000,
        "<blockquote type=cite>x</blockquote>" * 20_000,
        '<div class="gmail_quote">' * 3000 + "x",
        "<p>quote</p>" * 30_000,
    ],
)
def test_hostile_trees_cost_little(html: str) -> None:
    reading = read_html_reply(html, "x\n" * 1000)
    assert len(reading.lines) == 1001
    assert all(isinstance(line.kind, LineKind) for line in reading.lines)
