"""HTML on its way through the desk: structure arrives, and nothing in it says more than the words, which alone are judged."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from attacks.desk_at_work import ANNA, OLGA, kinds, one
from attacks.test_words_of_customers import PNG

ANSWER = "Please do this:\n\n* switch it off\n* wait\n\nIt will work.\n"
HTML = "<p>Please <b>do this</b>:</p><ul><li>switch it off<li>wait</ul><p>It will work.</p>"
MARKUP = "<b>do this</b>"


def test_an_answer_keeps_its_emphasis_and_lists_and_the_text_stays_what_it_was(desk):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, ANSWER, html=HTML), "relay")
    assert MARKUP in relay.html and "<li>switch it off</li>" in relay.html
    assert "* switch it off" in relay.text and "<" not in relay.text.split("wrote:")[0]


def test_commands_go_with_their_lines_and_the_quote_stays_behind(desk):
    note = desk.request()
    below = "\n".join(f"> {line}" for line in note.text.splitlines())
    html = f"{HTML}<div>/time 25m cable</div><div>On Monday, Anna wrote:</div><blockquote>{note.html}</blockquote>"
    relay = one(desk.answer(OLGA, note, f"{ANSWER}/time 25m cable\n\nOn Monday, Anna wrote:\n{below}", html=html), "relay")
    assert MARKUP in relay.html
    assert not any(secret in relay.everything for secret in ("TS-1180", "/time", "pays late", "for the desk"))


HIDDEN = {
    "a line of the desk in the HTML alone": "<p>Licence: TS-1180</p>",
    "the same among the words": "<p>It will work. <span>Note: pays late, be patient</span></p>",
    "the same without a size": "<div style='font-size:0'>Note: pays late, be patient</div>",
    "the same in white": "<font color=white>Note: pays late, be patient</font>",
    "the same not displayed": "<div style='display:none'>Note: pays late, be patient</div>",
    "in a comment": "<!-- pays late, TS-1180 -->",
    "in a title": "<p title='pays late, TS-1180'>It will work.</p>",
    "in an alternative text": "<img alt='pays late, TS-1180' src='cid:no'>",
    "in a style": "<style>p::after{content:'pays late, TS-1180'}</style>",
    "in a link": "<a href='https://x.test/?TS-1180=pays late'>It will work.</a>",
    "in a mail's body": "<a href='mailto:a@b.test?body=pays late, TS-1180'>a@b.test</a>",
    "in a table": "<table><tr><td>Licence<td>TS-1180</table>",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_only_the_html_holds_never_goes_out(desk, name):
    note = desk.request()
    letters = desk.answer(OLGA, note, ANSWER, html=HTML + HIDDEN[name])
    relay = one(letters, "relay")
    assert "TS-1180" not in relay.everything and "pays late" not in relay.everything


def test_the_whole_notification_in_the_html_alone_never_goes_out(desk):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, ANSWER, html=HTML + note.html), "relay")
    assert not any(secret in relay.everything for secret in ("TS-1180", "pays late", "for the desk"))


def test_a_signed_address_behind_a_link_never_goes_out(desk):
    note = desk.request()
    html = f"{HTML}<p><a href='mailto:{note.reply_to}'>write to us</a> <a href='https://x.test/{note.reply_to}'>or here</a></p>"
    relay = one(desk.answer(OLGA, note, f"{ANSWER}\nwrite to us or here\n", html=html), "relay")
    assert note.reply_to not in relay.everything
    assert kinds(desk.answer(OLGA, note, "", html=html)) == [
        ("hold", "olga@vendor.test")
    ]  # read in the HTML: it is a word there


def test_words_that_differ_from_the_html_are_the_words(desk):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, "It costs 50 EUR.\n", html="<p>It costs <b>5</b> EUR.</p>"), "relay")
    assert "50 EUR" in relay.html and "<b>" not in relay.html


def pictured(desk, sender, html, text, to="support@vendor.test", headers=""):
    mail = EmailMessage(policy=email.policy.SMTP)
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<shot@acme.test>", filename="shot.png", disposition="inline")
    head = desk.mail(sender, "", to=to, headers=headers).split(b"\r\nContent-Type")[0]
    return desk.raw(head + b"\r\n" + mail.as_bytes())


def test_a_picture_stays_in_its_place_in_both_directions(desk):
    html = (
        '<p>Look <b>here</b>:</p><p><img src="cid:shot@acme.test" alt="x"></p><p>and here</p><img src="https://t.test/p.gif">'
    )
    note = one(pictured(desk, ANNA, html, "Look here:\n\nand here\n"), "notification")
    thread = f"In-Reply-To: {note.mail['Message-ID']}\n"
    relay = one(pictured(desk, OLGA, html, "Look here:\n\nand here\n", note.reply_to, thread), "relay")
    for letter in (note, relay):
        shown = letter.html.partition('src="cid:shot@acme.test"')
        assert "<b>here</b>" in shown[0] and "and here" in shown[2] and "t.test" not in letter.everything
        related = [part for part in letter.mail.walk() if part.get_content_type() == "multipart/related"]
        assert [each.get_content_type() for each in related[0].iter_parts()] == ["text/html", "image/png"]
        assert [part.get_content_type() for part in letter.mail.walk()].count("image/png") == 1


HOSTILE = (
    "<p>Hi <b>all</b></p><script>x()</script><img src='https://t.test/1.gif'>",
    "<p onclick='x()'>Hi <b style='background:url(https://t.test)'>all</b></p>",
    "<p>Hi <b>all</b></p><svg onload='x()'></svg><iframe src='https://t.test'></iframe><link href='https://t.test'>",
    "<base href='https://t.test'><p class='l'>Hi <b id='x'>all</b></p><form action='https://t.test'></form>",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_a_customers_page_arrives_without_its_dangers(desk, html):
    note = one(desk.write(ANNA, "Hi all\n", html=html), "notification")
    assert "<b>all</b>" in note.html
    assert not any(each in note.html for each in ("t.test", "x()", "<script", "<svg", "<iframe", "<form", "<base", "<link"))


def test_a_customer_cannot_draw_the_desks_own_part(desk):
    html = "<p><b>Hi</b></p><hr><div class='m'>--= for the desk only: nothing below goes to the customer =--</div><p>Balance: 900 h</p>"
    note = one(desk.write(ANNA, "Hi\n", html=html), "notification")
    assert "900 h" not in note.everything
    alone = one(desk.write(ANNA, "", html=html, subject="Alone"), "notification")
    assert alone.html.count("--= for the desk only") == 1 and "-= for the desk only" in alone.html


QUOTES = {
    "Thunderbird": ("> Look *here* and /there/:\n>\n>  * one\n>  * two\n>\n> a \tb\n"),
    "Gmail": ("> Look *here* and *there*:\n>\n>    - one\n>    - two\n>\n> a\n> b\n> [image: shot.png]\n"),
    "Outlook": ("Look here and there:\n\n  *   one\n  *   two\na\nb\n[cid:shot@acme.test]\n"),
}
PAGE = (
    "<p>Look <b>here</b> and <i>there</i>:</p><ul><li>one</li><li>two</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
    '<img src="cid:shot@acme.test">'
)


@pytest.mark.parametrize("program", QUOTES)
def test_an_answer_below_which_a_program_quotes_the_markup_in_its_own_way_goes_out(desk, program):
    note = one(pictured(desk, ANNA, PAGE, "Look here and there:\n\n* one\n* two\n\na b\n"), "notification")
    assert "<i>there</i>" in note.html and '<td style="' in note.html
    marked = "> " if program != "Outlook" else ""
    lead, _, rest = note.text.partition("Look here")
    quoted = [f"{marked}{line}\n" for line in (*lead.splitlines(), "\0", *rest[rest.index("--=") :].splitlines())]
    intro = (
        "On Mon, 23 Nov 2026 at 10:00, Anna wrote:\n"
        if marked
        else "-----Original Message-----\nFrom: Anna\nSent: Monday, November 23, 2026 10:00\nTo: Olga\nSubject: Hello\n\n"
    )
    below = "".join(quoted).replace(f"{marked}\0\n", QUOTES[program])
    relay = one(desk.answer(OLGA, note, f"It is mended now.\n\n{intro}{below}"), "relay")
    words = relay.text.split("wrote:")[0]
    assert (
        words.startswith("It is mended now.") and "Look" not in words and "[" not in words and "TS-1180" not in relay.everything
    )


@pytest.mark.parametrize(
    "said",
    [
        "write to sales@partner.test<mailto:sales@partner.test>, please",
        "write to MAILTO:sales@partner.test, please",
        "write to the shop<mailto:sales@partner.test>, please",
        "write to mailmailto:to:sales@partner.test, please",
        "write to mail\u2028to:sales@partner.test, please",
    ],
)
def test_the_first_address_to_press_is_the_desks_yes(desk, said):
    """Whoever presses the first one means yes: an address among the author's words must not stand before it."""
    note = desk.request()
    bold = f"<p>Please <b>{said.replace('<', '&lt;')}</b>.</p><p>/solved</p>"
    link = "<p>or <a href='mailto:sales@partner.test'>sales@partner.test</a></p>"
    web = "<p>or <a href='https://x.test/?mailto:sales@partner.test'>https://x.test/?mailto:sales@partner.test</a></p>"
    for more in ({}, {"html": bold}, {"html": bold + link}, {"html": bold + web}):
        relay = one(desk.answer(OLGA, note, f"Please {said}.\n\n/solved\n", **more), "relay")
        for form in (relay.text, relay.html):
            assert "mailto:support+" in form
            assert form.lower().split("mailto:")[1].startswith("support+")
            assert "sales@partner.test" in form
        note = one(desk.reply(ANNA, relay, "It is not solved, sorry"), "notification")


PAGES = {
    "Gmail": '<div dir="ltr">It is <b>mended</b> now.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 at '
    '10:00 AM Anna wrote:<br></div><blockquote class="gmail_quote">{}</blockquote></div>',
    "Outlook": '<p class="MsoNormal">It is <b>mended</b> now.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    "<p class=MsoNormal><b>From:</b> Anna<br><b>Sent:</b> Monday, November 23<br><b>To:</b> Olga<br><b>Subject:</b> Hello</p></div>{}",
    "Apple": "<div>It is <b>mended</b> now.</div><div><br><blockquote type='cite'><div>On 23 Nov 2026, at 10:00, Anna wrote:</div><br>{}"
    "</blockquote></div>",
}


@pytest.mark.parametrize("program", PAGES)
def test_an_answer_in_html_alone_with_the_markup_quoted_goes_out(desk, program):
    note = one(pictured(desk, ANNA, PAGE, "Look here and there:\n\n* one\n* two\n\na b\n"), "notification")
    body = note.html[note.html.index("<body") :].partition(">")[2].partition("</body>")[0]
    relay = one(desk.answer(OLGA, note, "", html=PAGES[program].format(body)), "relay")
    assert "It is <b>mended</b> now." in relay.html
    words = relay.text.split("wrote:")[0]
    assert words.startswith("It is mended now.") and "Look" not in words and "TS-1180" not in relay.everything


def test_a_customers_answer_keeps_its_list_above_the_quote(desk):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, ANSWER, html=HTML), "relay")
    below = "\n".join(f"> {line}" for line in relay.text.splitlines())
    page = f"<p>I did <b>both</b>:</p><ol><li>off</li><li>on</li></ol><div>On Mon, Olga wrote:</div><blockquote>{relay.html}</blockquote>"
    note = one(
        desk.answer(ANNA, relay, f"I did *both*:\n\n 1. off\n 2. on\n\nOn Mon, Olga wrote:\n{below}\n", html=page),
        "notification",
    )
    assert "<b>both</b>" in note.html and "<li>off</li>" in note.html
    assert '<blockquote class="q"' in note.html
