"""One page with every mail in a frame of its own; a script measures widths and contrasts of what is really shown."""

import html
import json
import re
import subprocess
from dataclasses import dataclass

SCRIPT = """
const rgb = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
function paper(element) {
  for (; element; element = element.parentElement) {
    const c = rgb(getComputedStyle(element).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c;
  }
  return [255, 255, 255];
}
addEventListener('load', () => {
  const found = {dark: matchMedia('(prefers-color-scheme: dark)').matches, frames: {}};
  for (const frame of document.querySelectorAll('iframe')) {
    const doc = frame.contentDocument, faint = [];
    let words = 0, worst = 99;
    const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.textContent.trim(), element = walk.currentNode.parentElement;
      const style = frame.contentWindow.getComputedStyle(element);
      if (!text || !element.getClientRects().length || style.visibility === 'hidden' || style.fontSize === '0px') continue;
      words += 1;
      const pair = [light(rgb(style.color)), light(paper(element))].sort((a, b) => b - a);
      const ratio = (pair[0] + 0.05) / (pair[1] + 0.05), size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
      worst = Math.min(worst, ratio);
      if (ratio < (large ? 3 : 4.5)) faint.push([text.slice(0, 40), style.color, Math.round(ratio * 10) / 10]);
    }
    found.frames[frame.id] = {
      height: doc.body.scrollHeight, width: Math.max(doc.documentElement.scrollWidth, doc.body.scrollWidth),
      words, worst: Math.round(worst * 100) / 100, faint,
    };
  }
  document.getElementById('found').textContent = JSON.stringify(found);
});
"""
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--hide-scrollbars", "--virtual-time-budget=20000"),
)


@dataclass(frozen=True)
class Frame:
    """A mail as it was shown: its least width, how many pieces of text it has, the faintest of them."""

    width: int
    height: int
    words: int
    worst: float
    faint: list


def measured(pages, width, dark, folder):
    """Show these pages in Chromium; return name -> Frame. Raises RuntimeError where the scheme is not the one that was asked for."""
    names = list(pages)
    frames = "".join(
        f'<iframe id="f{number}" style="border:0;width:{width}px;height:400px" srcdoc="{html.escape(pages[name])}"></iframe>'
        for number, name in enumerate(names)
    )
    document = folder / f"all-{width}-{dark}.html"
    document.write_text(f'<body><pre id="found"></pre>{frames}<script>{SCRIPT}</script></body>', encoding="utf-8")
    shown = browse(folder, dark, "--dump-dom", document.as_uri())
    told = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)[1]))
    if told["dark"] is not dark:
        raise RuntimeError(f"Chromium shows dark={told['dark']}, not {dark}")
    return {name: Frame(**told["frames"][f"f{number}"]) for number, name in enumerate(names)}


def browse(folder, dark, *arguments):
    """Run Chromium once; return what it prints."""
    scheme = ("--blink-settings=preferredColorScheme=0",) if dark else ("--blink-settings=preferredColorScheme=1",)
    command = ["chromium", *FLAGS, *scheme, f"--user-data-dir={folder}/profile", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout
