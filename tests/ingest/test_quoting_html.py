"""HTML bodies as mail programs write them: their marks decide where the quote begins, on the lines of the text made from them."""

import pytest

from maild.ingest.html_text import to_text
from maild.ingest.quoting import read_html_reply
from maild.lines import LineKind, Reading


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


@pytest.mark.parametrize(
    ("html", "reply"),
    [
        pytest.param(
            '<div>Reply</div><div><br><hr id="stopSpelling">Date: Mon, 2 Apr 2012 17:44:22 +0400<br>Subject: Test'
            "<br>From: b@x.test<br>To: a@y.test<br><br>Old</div>",
            "Reply",
            id="hotmail",
        ),
        pytest.param(
            '<div>Hi. I am fine.<br><br><div><div id="SkyDrivePlaceholder"></div><hr id="stopSpelling">Subject: T'
            "est<br>From: x@y.test<br>Date: Wed, 22 Aug 2012 15:34:16 -0700<br>To: z@y.test<br><br>old<br></div><"
            "/div>",
            "Hi. I am fine.",
            id="hotmail2",
        ),
        pytest.param(
            "<div class=WordSection1><p class=MsoNormal>Hi. I am fine.</p><p class=MsoNormal>Thanks</p><div><div "
            "style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>F"
            "rom:</b> Foo [mailto:foo@bar.test] <br><b>Sent:</b> Thursday, August 23, 2012 10:00 AM<br><b>To:</b>"
            " bar@foo.test<br><b>Subject:</b> Test</p></div></div><p class=MsoNormal>Hello! How are you?</p></div"
            ">",
            "Hi. I am fine.\nThanks",
            id="outlook 2007",
        ),
        pytest.param(
            '<div class=WordSection1><p class=MsoNormal>Да</p><div><div style="border:none;border-top:solid #E1E1'
            'E1 1.0pt"><p class=MsoNormal><b>От:</b> Ольга &lt;o@v.test&gt; <br><b>Отправлено:</b> 23 ноября 2026'
            " г. 14:05<br><b>Кому:</b> Анна<br><b>Тема:</b> x</p></div></div><p>Старое</p></div>",
            "Да",
            id="outlook ru",
        ),
        pytest.param(
            '<div style="font-family:arial">Hi. I am fine.</div><div><br><br></div><div style="font-family:arial"'
            "><div>-----Original Message-----<br>From: Foo &lt;f@x.test&gt;<br>To: b@x.test<br>Sent: Thu, Aug 23,"
            " 2012 10:00 am<br>Subject: Test<br><br></div>Hello!</div>",
            "Hi. I am fine.",
            id="aol",
        ),
        pytest.param(
            '<div>Hi. I am fine.</div><div>Thanks</div><div>24.08.2012, 12:34, "Foo" &lt;f@x.test&gt;:</div><bloc'
            'kquote type="cite"><p>Hello!</p></blockquote>',
            "Hi. I am fine.\nThanks",
            id="yandex ru",
        ),
        pytest.param(
            "<HTML><BODY><p>Hi. I am fine.</p><br><br>Thu, 23 Aug 2012 10:00:00 +0400 от Foo &lt;f@x.test&gt;:<br"
            '><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Hello!</blockqu'
            "ote></BODY></HTML>",
            "Hi. I am fine.",
            id="mail ru",
        ),
        pytest.param(
            '<html><body dir="auto"><div>Hi. I am fine.</div><div><br>Sent from my iPhone</div><div><br>On Aug 23'
            ', 2012, at 10:00 AM, Foo &lt;<a href="mailto:f@x.test">f@x.test</a>&gt; wrote:<br><br></div><blockqu'
            'ote type="cite"><div>Hello!</div></blockquote></body></html>',
            "Hi. I am fine.",
            id="iphone",
        ),
        pytest.param(
            '<div style="font-family: Arial">Hi. I am fine.<br><br><hr id="zwchr"><div style="color:#000"><b>From'
            ': </b>"Foo" &lt;f@x.test&gt;<br><b>To: </b>b@x.test<br><b>Sent: </b>Thursday, August 23, 2012 10:00:'
            "00 AM<br><b>Subject: </b>Test<br><br>Hello!</div></div>",
            "Hi. I am fine.",
            id="comcast",
        ),
        pytest.param(
            '<div>Ok</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"F'
            'oo" &lt;f@x.test&gt;<br><b>To: </b>b<br><b>Sent: </b>Thu<br><b>Subject: </b>T<br></div><div data-mar'
            'ker="__QUOTED_TEXT__">old</div>',
            "Ok",
            id="zimbra",
        ),
        pytest.param(
            '<div dir="ltr">Reply</div><div class="gmail_extra"><br><br><div class="gmail_quote">On Thu, Aug 23, '
            '2012 at 10:00 AM, Foo <span dir="ltr">&lt;f@x.test&gt;</span> wrote:<br><blockquote class="gmail_quo'
            'te" style="margin:0 0 0 .8ex">Hello</blockquote></div></div>',
            "Reply",
            id="gmail no blockquote class",
        ),
        pytest.param(
            'Hi<br><div class="protonmail_quote">On Monday, Foo wrote:<br><blockquote class="protonmail_quote" ty'
            'pe="cite">Old</blockquote></div>',
            "Hi",
            id="proton",
        ),
        pytest.param(
            '<div>Works</div><div class="zmail_extra_hr"></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">--'
            "-- On Mon, 23 Nov 2026 14:05 <b>Foo &lt;f@x.test&gt;</b> wrote ---</div><blockquote>Old</blockquote>"
            "</div>",
            "Works",
            id="zoho",
        ),
        pytest.param(
            '<div>Works</div><div>23 Nov 2026, 14:05 by f@x.test:<br></div><blockquote class="tutanota_quote">Old</blockquote>',
            "Works",
            id="tutanota",
        ),
        pytest.param(
            '<div>Works</div><blockquote type="cite" class="front-blockquote"><div>old</div></blockquote>',
            "Works",
            id="front",
        ),
        pytest.param(
            '<div>Works</div><div class="trix-content">On November 23, 2026, Foo &lt;f@x.test&gt; wrote:<blockquo'
            "te>old</blockquote></div>",
            "Works",
            id="hey",
        ),
        pytest.param(
            '<div dir="auto">Works</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/x">Outl'
            'ook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> Foo</div><div>old</div>',
            "Works",
            id="outlook mobile",
        ),
        pytest.param(
            '<div class="elementToProof">Works</div><div id="mail-editor-reference-message-container"><div><b>Fro'
            "m:</b> Foo<br></div>old</div>",
            "Works",
            id="new outlook",
        ),
        pytest.param(
            "<div>Works</div><br><div>On Nov 23, 2026, at 2:05 PM, Foo &lt;f@x.test&gt; wrote:<br><br></div><div>"
            '<blockquote type="cite"><div class="msg-quote">old</div></blockquote></div>',
            "Works",
            id="icloud web",
        ),
        pytest.param(
            '<div>Works</div><div style="font-size: 12px;padding:2px 0;">------------------&nbsp;原始邮件&nbsp;------'
            '------------</div><div style="background:#efefef;"><div><b>发件人:</b> Foo &lt;f@x.test&gt;</div><div><'
            "b>发送时间:</b> 2026年11月23日 14:05</div><div><b>收件人:</b> Anna</div><div><b>主题:</b> x</div></div><div>old<"
            "/div>",
            "Works",
            id="qq",
        ),
        pytest.param(
            '<div>Works</div><div id="divNeteaseMailCard"></div><br><pre>At 2026-11-23 14:05:33, "Foo" &lt;f@x.te'
            'st&gt; wrote:</pre><blockquote id="isReplyContent">old</blockquote>',
            "Works",
            id="netease",
        ),
        pytest.param(
            '<div>Works</div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border'
            '-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Montag, 23. November 2026 um 14:05 Uhr<br><b>Vo'
            "n:</b>&nbsp;Foo &lt;f@x.test&gt;<br><b>An:</b>&nbsp;a@b.test<br><b>Betreff:</b>&nbsp;x</div><div nam"
            'e="quoted-content">old</div></div>',
            "Works",
            id="gmx",
        ),
        pytest.param(
            '<p>Работает</p><br><p><i>23 листопада 2026, 14:05:33, від "Foo" &lt;f@x.test&gt;:</i></p><blockquote'
            ' style="border-left:1px solid #ccc;margin:0 0 0 10px;padding:0 0 0 10px">old</blockquote>',
            "Работает",
            id="ukrnet",
        ),
        pytest.param(
            '<div>Works</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, Foo wrote: '
            "old</blockquote></div>",
            "Works",
            id="freshdesk",
        ),
        pytest.param(
            '<div>Works</div><blockquote type="cite"><p style="color:#b5b5b5">##- Please type your reply above th'
            "is line -##</p>old</blockquote>",
            "Works",
            id="zendesk",
        ),
    ],
)
def test_more_programs(html: str, reply: str) -> None:
    assert read(html).reply_text.split() == reply.split()
