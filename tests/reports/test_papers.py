"""Acts and statements on paper, in a spreadsheet and as CSV: the same figures to the minute and the cent, the same bytes again."""

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import month
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from maild.reports.document_words import LANGUAGES, WORDS, Words
from maild.reports.figures_of_period import FiguresError, figures
from maild.reports.paper import Heading
from maild.reports.paper_files import files

ACT = Heading("act", 3, date(2026, 11, 30))
STATEMENT = Heading("statement", 0, date(2026, 11, 30))
AT = datetime(2026, 12, 1, tzinfo=UTC)
paper = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")


def made(heading, facts):
    return {each.filename.rpartition(".")[2]: each.content for each in files(heading, facts, "2026-11", AT)}


def text_of(pdf, tmp_path):
    place = tmp_path / "paper.pdf"
    place.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, check=True).stdout.decode()


def sums_on_paper(text, words):
    """Worked, charged and amount of the line of totals, then net, tax and gross."""

    def figure(said):
        return Decimal(re.sub("[\u00a0\u202f ]", "", said).replace(",", "." if words.language != "en" else ""))

    together = re.search(rf"{words('together')}\s+(-?\d+)\s+(-?\d+)\s+(-?\d+(?:[\u00a0\u202f ,]\d{{3}})*[.,]\d\d)", text)
    found = [int(together[1]), int(together[2]), figure(together[3])]
    for label in (words("net"), words("gross")):
        found.append(figure(re.search(rf"{re.escape(label)}\s+(-?[\d.,\u00a0\u202f ]+)[\u00a0\u202f ]USD", text)[1]))
    return found


def sums_in_sheet(xlsx, words):
    rows = list(load_workbook(io.BytesIO(xlsx)).worksheets[0].iter_rows(values_only=True))
    (together,) = [row for row in rows if row[0] == words("together")]
    cents = lambda value: Decimal(str(value)).quantize(Decimal("0.01"))  # noqa: E731
    named = {row[0]: row for row in rows if row[0]}
    return [together[8], together[9], cents(together[11]), cents(named[words("net")][11]), cents(named[words("gross")][11])]


def sums_in_csv(octets, words):
    separator = "," if words.language == "en" else ";"
    rows = list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=separator))
    named = {row[0]: row for row in rows}
    money = lambda text: Decimal(text.replace(",", "."))  # noqa: E731
    together = named[words("together")]
    return [
        int(together[8]),
        int(together[9]),
        money(together[11]),
        money(named[words("net")][11]),
        money(named[words("gross")][11]),
    ]


@paper
@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("heading", [ACT, STATEMENT])
def test_one_month_by_hand_in_all_forms(language, heading, tmp_path):
    """25 + 40 late + 15 − 15 + 90 + 45 + 60 quoted + 10 free worked; 30 more charged for an item; fee 125, 345.00 in all.

    Of the 90 minutes the retainer paid 35: 55.00, not 90.00.
    """
    facts = month.facts(language)
    words = Words(language)
    forms = made(heading, facts)
    by_hand = [270, 290, Decimal("345.00"), Decimal("287.50"), Decimal("345.00")]
    assert sums_in_sheet(forms["xlsx"], words) == by_hand
    assert sums_in_csv(forms["csv"], words) == by_hand
    assert sums_on_paper(text_of(forms["pdf"], tmp_path), words) == by_hand


def test_the_minutes_of_each_contract_by_hand():
    prepaid, retainer = month.facts()["contracts"]
    columns = ("opening", "bought", "used", "corrected", "expired", "closing")
    assert [prepaid[name] for name in columns] == [0, 120, 135, 15, 0, 0]
    assert [retainer[name] for name in columns] == [0, 150, 80, 0, 0, 70]


def test_every_entry_stands_in_one_section():
    found = {row["entry"]: row["section"] for row in month.facts()["lines"]}
    assert found == {
        **{
            8: "fee",
            2: "work",
            3: "work",
            5: "work",
            9: "work",
            11: "work",
            10: "item",
            12: "quote",
            4: "late",
            6: "correction",
        },
        **{1: "movement", 7: "movement"},
    }


def test_tax_by_date_and_none():
    lines = month.facts(vat=())
    assert lines["totals"] == [{"currency": "USD", "net": "345.00", "tax": "0.00", "gross": "345.00"}]
    changed = ((date(2026, 1, 1), Decimal("0.2"), True), (date(2026, 11, 18), Decimal("0.1"), False))
    parts = month.facts(vat=changed)["sums"]
    # until the 17th: 125 + 25 + 15 − 15 + 40 + 55 = 245 with tax; then 30 + 0 + 70 = 100 before it
    assert [(p["rate"], p["net"], p["tax"], p["gross"]) for p in parts] == [
        ("0.1", "100.00", "10.00", "110.00"),
        ("0.2", "204.17", "40.83", "245.00"),
    ]


@paper
def test_what_the_law_asks_for_is_on_paper(tmp_path):
    text = " ".join(text_of(made(ACT, month.facts("uk"))["pdf"], tmp_path).split())
    for said in (
        *("Звіт про надані послуги", "додаток до акта № 3 від 30 листопада 2026 р.", "Vendor LLC", "00000000", "Acme Books"),
        *("00000001", "Director V. Director", "Director A. Buyer", "№ M-17/26 від 20 грудня 2025 р.", "ПДВ 20 %"),
        "Словами: Триста сорок п’ять доларів США 00 центів.",
    ):
        assert said.replace(" ", "") in text.replace("\u00a0", "").replace(" ", ""), said


@paper
def test_a_correction_names_what_it_corrects(tmp_path):
    text = text_of(made(replace(ACT, corrects=(2, date(2026, 10, 31))), month.facts())["pdf"], tmp_path)
    assert "Corrects and replaces act No 2 of 31 October 2026." in text.replace("\u00a0", " ")


@pytest.mark.parametrize("heading", [ACT, STATEMENT])
def test_the_same_figures_give_the_same_bytes(heading):
    kept = json.loads(json.dumps(month.facts("ru")))
    assert made(heading, month.facts("ru")) == made(heading, kept)


def test_paper_is_pdf_a():
    pdf = made(ACT, month.facts())["pdf"]
    assert b"pdfaid:part" in pdf and re.search(rb"pdfaid:part>2<", pdf) and re.search(rb"pdfaid:conformance>B<", pdf)


def test_a_client_may_want_another_csv():
    facts = {**month.facts("ru"), "csv": {"separator": ",", "bom": False, "decimal": "."}}
    first = made(ACT, facts)["csv"].split(b"\r\n")[1]
    assert not made(ACT, facts)["csv"].startswith(b"\xef\xbb\xbf") and b",125.00,USD" in first and b"16.11.2026" in first


def test_no_cell_is_computed():
    book, _ = month.full_month()
    book.work(25, 5, "=HYPERLINK(1)")
    facts = figures(month.client(), (month.FIRST, month.LAST), book.covered(), month.desk(), month.DIRECTORY)
    forms = made(ACT, facts)
    sheet = load_workbook(io.BytesIO(forms["xlsx"])).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert b",'=HYPERLINK(1)," in forms["csv"]


def test_a_balance_that_does_not_follow_is_not_told():
    book, _ = month.full_month()
    covered = replace(book.covered(), closed={"M-17/26": 5, "S-4/26": 0})
    with pytest.raises(FiguresError, match="opens with 0, the document before closed with 5"):
        figures(month.client(), (month.FIRST, month.LAST), covered, month.desk(), month.DIRECTORY)


def test_every_word_stands_in_every_language():
    assert all(len(said) == len(LANGUAGES) and all(said) for said in WORDS.values())
    assert all(len({said.count("{}") for said in row}) == 1 for row in WORDS.values())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("work"), st.integers(1, 28), st.integers(1, 300), st.sampled_from(["", "training"])),
        st.tuples(st.just("late"), st.integers(5, 28), st.integers(1, 300), st.just("")),
        st.tuples(st.just("free"), st.integers(1, 28), st.integers(1, 100), st.just("")),
        st.tuples(st.just("topup"), st.integers(1, 28), st.integers(1, 600), st.sampled_from(["60.00", "33.33", "0.01"])),
        st.tuples(st.just("undo"), st.integers(1, 28), st.integers(0, 50), st.just("")),
        st.tuples(st.just("quote"), st.integers(1, 28), st.integers(1, 90), st.sampled_from(["70.00", "47.35", "0.07"])),
    ),
    max_size=14,
)
TAXES = st.sampled_from([(), ((date(2026, 1, 1), Decimal("0.2"), True),), ((date(2026, 11, 10), Decimal("0.07"), False),)])
PAPERS = st.tuples(st.sampled_from([ACT, STATEMENT]), st.sampled_from(LANGUAGES))


def booked(history):
    book = month.Month()
    for what, day, count, more in history:
        if what == "work":
            book.work(day, count, "", cause=more)
        elif what == "late":
            book.work(day, count, "told late", work_date=date(2026, 11, day - 4))
        elif what == "free":
            book.work(day, count, "", free="courtesy")
        elif what == "topup":
            book.topup(day, count, f"{more} USD")
        elif what == "quote":
            book.work(day, count, "", quote=month.Quote(3, None, True, month.Money.parse(f"{more} USD")))
        else:
            taken = {entry.reverses for entry in book.entries}
            standing = [
                e for e in book.entries if e.reverses is None and e.id not in taken and e.kind.value in {"time", "topup"}
            ]
            if standing:
                book.undo(day, standing[count % len(standing)], "by mistake")
    return book


def check_all_forms(tmp_path, history, vat, heading, language):
    facts = figures(
        month.client(language), (month.FIRST, month.LAST), booked(history).covered(), month.desk(vat=vat), month.DIRECTORY
    )
    json.dumps(facts)
    for each in facts["contracts"]:
        moved = each["bought"] - each["used"] + each["corrected"] - each["expired"]
        assert each["opening"] + moved == each["closing"] == each["opening"] + sum(move["minutes"] for move in each["moves"])
    if not facts["totals"]:
        return False
    words, forms = Words(language), made(heading, facts)
    expected = [facts["worked"], facts["charged"], sum(Decimal(r["amount"]) for r in facts["lines"] if r["rendered"])]
    expected += [Decimal(facts["totals"][0]["net"]), Decimal(facts["totals"][0]["gross"])]
    assert sums_in_sheet(forms["xlsx"], words) == sums_in_csv(forms["csv"], words) == expected
    assert sums_on_paper(text_of(forms["pdf"], tmp_path), words) == expected
    return True


@paper
@pytest.mark.thorough
@settings(max_examples=25, deadline=None)
@given(STEPS, TAXES, PAPERS)
def test_all_forms_agree_on_any_month(tmp_path_factory, history, vat, how):
    check_all_forms(tmp_path_factory.mktemp("paper"), history, vat, *how)


@paper
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_all_forms_agree_on_a_thousand_months(tmp_path_factory):
    """Prints how many were compared."""
    compared = 0

    @settings(max_examples=1000, deadline=None)
    @given(STEPS, TAXES, PAPERS)
    def run(history, vat, how):
        nonlocal compared
        compared += check_all_forms(tmp_path_factory.getbasetemp(), history, vat, *how)

    run()
    print(f"\n{compared} months of one client in three languages: PDF, XLSX and CSV agree to the minute and the cent")
