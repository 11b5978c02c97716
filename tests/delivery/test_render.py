"""Every letter in every language: what stands first, what is never said, and the same words in text and HTML."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from maild import desk
from maild.delivery.page import WIDTH
from maild.delivery.render import Renderer, TemplateFault
from maild.delivery.samples import samples
from maild.delivery.wording import LANGUAGES
from maild.desk.comparison import MARKER
from maild.desk.decision import Kind
from maild.desk.directory import Desk
from maild.ledger.work import Reason

DESK = Desk("Vendor Support", "support@vendor.test", "en", "Europe/Kyiv")
RENDERER = Renderer(DESK)


def links(notice):
    return {
        **{purpose.value: f"support+{purpose}@vendor.test" for purpose in notice.links},
        **{button.name: f"support+{button.name}@vendor.test" for button in notice.buttons},
        **{f"ticket-{each}": f"support+ticket-{each}@vendor.test" for each in notice.writes_on},
        "reply": "support+reply@vendor.test",
    }


KNOWN = {language: samples(language) for language in LANGUAGES}


def page_of(name, language="en", **facts):
    notice = KNOWN[language][name]
    notice = replace(notice, facts={**notice.facts, **facts})
    return RENDERER.render(notice, links(notice))


@pytest.mark.thorough
def test_the_check_finds_no_fault_in_the_built_in_templates():
    assert RENDERER.check() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_reads_well_as_plain_text(language):
    for name in samples():
        page = page_of(name, language)
        lines = page.text.split("\n")
        assert [line for line in lines if len(line) > WIDTH and "mailto:" not in line] == [], name
        assert [line for line in lines if line.lstrip().startswith("/")] == [], f"{name}: copied, it would be a command"
        assert "\n\n\n" not in page.text, name
        assert page.text.strip(), name
        assert page.subject == " ".join(page.subject.split()), name
        assert not re.search("[\ue000-\ue002]|Undefined|None|&amp;|%[ds]", page.text + page.subject), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_hold_has_words_wherever_it_is_read(language):
    words = RENDERER.environment.get_template(f"{language}/_words.j2").module.whys
    source = RENDERER.environment.loader.get_source(RENDERER.environment, f"{language}/hold.txt.j2")[0]
    told = set(re.findall(r'^  "([^"]+)": \(', source, re.MULTILINE))
    code = "".join(path.read_text() for path in Path(desk.__path__[0]).glob("*.py"))
    raised = set(re.findall(r'Trouble\(\s*"([a-z-]+)"', code)) | {f"ledger:{reason}" for reason in Reason}
    assert len(raised) > 35
    assert raised - told == set(), "the hold itself prints the code"
    assert (raised | told) - set(words) == set(), "agenda, summary, act and alert print the code"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(language):
    for name in samples():
        page = page_of(name, language)
        body = LexborHTMLParser(page.html).body
        pictures = " ".join(each.attributes["alt"] for each in body.css("img"))
        shown = set(re.findall(r"\w+", f"{body.text(separator=' ')} {pictures}"))
        said = {word for line in page.text.split("\n") if "mailto:" not in line for word in re.findall(r"\w+", line)}
        assert said <= shown, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_brings_nothing_from_elsewhere(language):
    for name in samples():
        page = page_of(name, language)
        assert f'<html lang="{language}">' in page.html, name
        assert not re.search(r"<script|<link|<iframe|<form|src=\"http|url\(|@import", page.html), name
        assert not LexborHTMLParser(page.html).css("p div, p table, p blockquote"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_that_a_phone_cannot_hold_is_marked_for_it(language):
    for name in ("manager", "act:register", "report:all"):
        tree = LexborHTMLParser(page_of(name, language).html)
        for table in tree.css("table"):
            assert (len(table.css("th")) > 4) == (table.attributes.get("class") == "t"), name
    assert ".t tr{display:flex" in tree.html, "its first column stands above the others there"


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[(ink, paper) for ink in ("#111827", "#5b6472", "#1d4ed8") for paper in ("#ffffff", "#f3f6fc")],
        *[(ink, paper) for ink in ("#e5e7eb", "#a8b0bd", "#93c5fd") for paper in ("#111827", "#1e293b")],
    ],
)
def test_inks_on_their_papers_by_day_and_night_have_the_contrast_of_wcag_aa(ink, paper):
    assert ink in page_of("relay:asks").html
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize(("language", "prefix"), [("en", "NOT SENT: "), ("ru", "НЕ ОТПРАВЛЕНО: "), ("uk", "НЕ НАДІСЛАНО: ")])
def test_a_hold_says_why_and_what_to_type_in_its_first_two_lines(language, prefix):
    for name in samples():
        if name.startswith("hold:"):
            page = page_of(name, language)
            assert page.subject.startswith(prefix)
            why, what, below = page.text.split("\n")[:3]
            assert below == "", "one line each"
            assert why
            assert why[-1] in ".?"
            assert "/" in what
    near_miss = page_of("hold:problem near-miss", language).text.split("\n")
    assert "/tmie" in near_miss[0]
    assert near_miss[1].endswith(": /time 25m cable")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_of_its_own(language):
    """A code that a template does not know shows itself: only those of a later day may."""
    for name in samples():
        kind, _, code = name.partition(":")
        code = code.removeprefix("problem ")
        if kind in ("hold", "alert") and "later day" not in name and "-" in code:
            assert code not in page_of(name, language).text


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Report 23 Nov: 26 min, 3 h 34 min left"),
        ("ru", "Отчёт 23 ноября: 26 мин, остаток 3 ч 34 мин"),
        ("uk", "Звіт 23 листопада: 26 хв, залишок 3 год 34 хв"),
    ],
)
def test_a_report_tells_all_in_its_subject(language, subject):
    assert page_of("report", language).subject == subject


def test_a_report_marks_what_is_late_corrected_free_and_beyond():
    text = " ".join(page_of("report:all").text.split())
    for said in (
        "late, for 20 Nov",
        "correction of entry 41",
        "Before a purchase",
        "beyond the contract",
        "Bought: 600 min (10 h)",
    ):
        assert said in text
    assert "Opening 240 + bought 600 - used 151 - corrected 15 - expired 30 = closing 214 min (3 h 34 min)" in text
    assert "60.00 USD" in page_of("report:hourly").text


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        ("en", "Request #12: a person answers by Mon 23 Nov 18:00 (Kyiv)."),
        ("ru", "Заявка #12: человек ответит до пн 23 ноября 18:00 (Киев)."),
        ("uk", "Заявка #12: людина відповість до пн 23 листопада 18:00 (Київ)."),
    ],
)
def test_an_ack_begins_with_the_number_and_the_promise(language, promise):
    page = page_of("ack", language)
    assert page.text.split("\n")[0] == promise
    assert page.subject == "Re: Labels upside down"
    assert "Olga Ivanova" in page.text
    assert "labels.jpg, settings.txt" in page.text
    assert "By the minute" in page.text


def test_an_ack_to_a_stranger_echoes_nothing():
    notice = samples()["ack:stranger"]
    notice = replace(notice, subject="Buy now", to=replace(notice.to, name="Mallory"))
    page = RENDERER.render(notice, links(notice))
    assert not re.search("Buy|Mallory|Anna", page.subject + page.text + page.html)
    assert page.subject == "Request received"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notification_begins_with_one_line_then_the_words_then_the_marker(language):
    lines = page_of("notification:new", language).text.split("\n")
    assert "18:00" in lines[0]
    assert "214" in lines[0]
    assert "By the minute" in lines[0]
    assert lines[1] == ""
    marker = next(number for number, line in enumerate(lines) if MARKER.match(line))
    assert "\n".join(lines[2:marker]).strip().startswith("Good morning,")
    assert not any("TS-1180" in line or "/time" in line for line in lines[:marker])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["notification:note", "notification:handed over"])
def test_words_for_staff_stand_below_the_marker(language, name):
    lines = page_of(name, language).text.split("\n")
    assert MARKER.match(lines[2])
    assert lines.index("Good morning,") > 2


def test_line_one_stays_one_line_whatever_the_plan_is_called():
    page = page_of("notification:new", plan_title="Extended support with a very long title indeed", unproven=True)
    first = page.text.split("\n")[0]
    assert len(first) <= WIDTH
    assert first.startswith("UNPROVEN · answer by Mon 23 Nov 18:00 (Kyiv)")
    assert "very long title indeed" in page.text


def test_only_the_desk_draws_its_marker():
    forged = "Hello\n--= for the desk only =--\nplease /close everything"
    lines = page_of("notification:new", words_of_customer=forged).text.split("\n")
    assert sum(bool(MARKER.match(line)) for line in lines) == 1
    assert "-= for the desk only =-" in lines


@pytest.mark.parametrize("name", ["relay:asks", "confirm", "reminder"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_address_is_yes_the_second_not_yet_then_the_ratings(language, name):
    page = page_of(name, language)
    wanted = ["yes", "not-yet", *(f"rating-{number}" for number in range(1, 6))]
    assert re.findall(r"mailto:support\+([\w-]+)@", page.text) == wanted
    assert re.findall(r'href="mailto:support\+([\w-]+)@', page.html) == wanted
    answer = page.text.find("please set the feed")
    assert answer < page.text.find("mailto:")
    if "relay" in name:
        assert page.text.rfind("mailto:") < page.text.find("> Good morning,")


def test_a_notification_offers_its_four_buttons_in_html_alone():
    page = page_of("notification:new")
    assert "mailto:" not in page.text
    bodies = re.findall(r'href="mailto:support\+reply@vendor.test\?body=([^"]+)"', page.html)
    assert bodies == ["%2Ftime%2015m%20", "%0A%0A%2Fwait", "%0A%0A%2Fsolved", "%2Fnote%0A"]


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ 7 * 7 }}",
        "{% for x in y %}",
        "<b>bold</b> & <script>alert(1)</script>",
        "a\x00b\x1bc\u202ed",
        "\ue0000\ue001",
        "%s %d {}",
    ],
)
def test_a_customers_words_are_values_and_nothing_else(hostile):
    page = page_of(
        "notification:new", words_of_customer=hostile, client_note=hostile, attachments=[hostile], author_name=hostile
    )
    assert "49" not in page.text
    assert not re.search("<script|<b>", page.html)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ue000-\ue002]", page.text + page.html)
    kept = re.sub("[\x00-\x1f\u202e\ue000-\ue002]", "", hostile)
    assert kept in page.text
    assert kept in html.unescape(page.html)


@pytest.mark.thorough
def test_a_file_of_the_operator_replaces_the_built_in_one(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ack.txt.j2").write_text("Got it\n\nNumber {{ ticket }}, thank you.\n", encoding="utf-8")
    own = Renderer(DESK, tmp_path)
    notice = samples()["ack"]
    assert own.render(notice, links(notice)).text == "Number 12, thank you.\n"
    assert own.check() == []
    assert own.render(samples("ru")["ack"], links(notice)).text.startswith("Заявка #12")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("Subject\n\n{{ no_such_fact }}", "'no_such_fact' is undefined"),
        ("Subject\n\n{% if %}", "TemplateSyntaxError"),
        ("Subject\n\n{{ ''.__class__.__mro__ }}", "SecurityError"),
        ("\n\n", "no subject"),
        ("Subject\n\n{{ due|no_such_filter }}", "no_such_filter"),
    ],
)
def test_the_check_names_the_template_and_the_fault(tmp_path, written, fault):
    (tmp_path / "uk").mkdir()
    (tmp_path / "uk" / "breach.txt.j2").write_text(written, encoding="utf-8")
    found = Renderer(DESK, tmp_path).check()
    assert found
    assert all("uk/breach.txt.j2" in each and fault in each for each in found)


def test_a_fact_that_is_missing_is_a_fault_and_never_an_empty_word():
    notice = samples()["ack"]
    with pytest.raises(TemplateFault, match="ack"):
        RENDERER.render(replace(notice, facts={"zone": "UTC"}), {})


def test_an_unknown_language_falls_back_to_the_desks():
    notice = replace(samples()["ack"], language="de")
    assert RENDERER.render(notice, links(notice)).text.startswith("Request #12")


def test_every_kind_that_the_desk_makes_has_a_sample():
    assert {notice.kind for notice in samples().values()} == set(Kind)
