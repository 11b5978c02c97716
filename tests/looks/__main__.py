"""`python -m looks [FOLDER]`: draws each kind of mail for docs/mails.md, at both widths, by day and by night, in turn of languages."""

import html
import shutil
import sys
import tempfile
from pathlib import Path

from looks.measured import browse, measured
from looks.pages import pages

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


def main():
    """Draw all of them."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    target.mkdir(parents=True, exist_ok=True)
    for name, language in SHOWN:
        folder = Path(tempfile.mkdtemp())
        draw(name, pages(language)[name], folder, target / f"{name.replace(':', '-').replace(' ', '-')}-{language}.png")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
