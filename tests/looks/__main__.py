"""`python -m looks [FOLDER]`: draws each kind of mail for docs/mails.md, 600 px by day beside 360 px by night, in turn of languages."""

import html
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from looks.measured import browse, measured
from looks.pages import page, pages
from maild.delivery.samples import samples
from maild.reports.chart import Chart, Series
from maild.reports.chart import draw as chart_of

HERE = Path(__file__).parents[2] / "docs" / "mails"
SHOWN = (  # the kinds of docs/mails.md; each in one language, so that every language is seen
    *(
        ("ack", "ru"),
        ("relay:asks", "uk"),
        ("confirm", "en"),
        ("reminder", "ru"),
        ("notification:new", "ru"),
        ("receipt", "en"),
    ),
    *(
        ("hold:unclear-command", "en"),
        ("challenge", "uk"),
        ("warning", "en"),
        ("breach", "ru"),
        ("report", "en"),
        ("summary", "ru"),
    ),
    *(("agenda", "ru"), ("manager", "en"), ("quote", "uk"), ("offer", "en"), ("answer:list", "en"), ("bounce-notice", "uk")),
    *(
        ("refusal", "en"),
        ("alert:away", "uk"),
        ("act:client", "ru"),
        ("notification:handed over", "en"),
        ("manager:ideas", "uk"),
    ),
)
HEIGHT_MAX = 1500
GAP = 12


def shown(name, language):
    """A sample's HTML; the manager's with a real chart in place of the sample's one point."""
    notice = samples(language)[name]
    if "charts" not in notice.facts:
        return pages(language)[name]
    days = ["16.11", "17.11", "18.11", "19.11", "20.11", "21.11", "22.11"]
    series = (Series("in time", [3, 2, 1, 3, 2, 0, 0]), Series("late", [1, 0, 0, 0, 0, 0, 0]))
    chart = chart_of(Chart("bars", "Answers by day", "answers", days, series, "en"), "days")
    return page(name, replace(notice, facts={**notice.facts, "charts": [chart]}))


def draw(name, page, folder, out):
    """One picture: 600 px by day beside 360 px by night."""
    tall = {}
    for width, dark in ((600, False), (360, True)):
        tall[width] = min(HEIGHT_MAX, measured({name: page}, width, dark, folder)[name].height + GAP)
    parts = []
    for width, dark in ((600, False), (360, True)):
        shot, document = folder / f"{width}.png", folder / f"{width}.html"
        frame = f'<iframe style="border:0;width:{width}px;height:{tall[width]}px" srcdoc="{html.escape(page)}"></iframe>'
        document.write_text(f'<body style="margin:0">{frame}</body>', encoding="utf-8")
        size = f"--window-size={max(width, 500)},{tall[width]}"
        browse(folder, dark, size, f"--screenshot={shot}", document.as_uri())
        parts.append(f'<div style="width:{width}px;height:{tall[width]}px;overflow:hidden"><img src="{shot.as_uri()}"></div>')
    both = folder / "both.html"
    both.write_text(
        f'<body style="margin:0;display:flex;gap:{GAP}px;background:#888">{"".join(parts)}</body>', encoding="utf-8"
    )
    size = f"--window-size={600 + GAP + 360},{max(tall.values())}"
    browse(folder, False, size, f"--screenshot={out}", both.as_uri())
    if shutil.which("convert"):  # ImageMagick: a third of the octets
        subprocess.run(["convert", str(out), "-colors", "24", f"PNG8:{out}"], check=True)


def main():
    """Draw all of them."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    target.mkdir(parents=True, exist_ok=True)
    for name, language in SHOWN:
        folder = Path(tempfile.mkdtemp())
        draw(name, shown(name, language), folder, target / f"{name.replace(':', '-').replace(' ', '-')}-{language}.png")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
