"""Photograph each page of the site: light, dark, and as wide as a phone.

Usage: ``python docs/browser/screenshots.py``. The pictures, and ``index.html``, a sheet
with all of them, go to docs/_build/screenshots; a high page takes several pictures.
"""

import html

from chromium import LOAD_ALL, SITE, TYPESET, chromium, pages, served

FOLDER = SITE.parent / "screenshots"
MODES = {"light": (1280, "light"), "dark": (1280, "dark"), "390": (390, "light")}
HIGHEST = 12_000  # pixels of a picture; Chromium repeats itself from 16 384 on
SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>All pages</title>
<style>body{{font:14px sans-serif}} td{{vertical-align:top}} img{{width:30vw;
max-height:60vh;object-fit:cover;object-position:top;border:1px solid #999}}</style>
<h1>All pages</h1><table>{rows}</table></html>
"""


def photograph(browser, address, name):
    """Save the pictures of a page; return its row of the sheet."""
    cells = []
    for mode, (width, theme) in MODES.items():
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
        page = context.new_page()
        page.goto(address)
        page.evaluate(TYPESET)
        page.evaluate(LOAD_ALL)
        page.wait_for_timeout(300)
        pictures = photograph_parts(page, f"{name}-{mode}")
        context.close()
        links = [
            f'<a href="{picture}"><img src="{picture}" alt="" loading="lazy"></a>'
            for picture in pictures
        ]
        cells.append(f"<td>{''.join(links)}</td>")
    return f"<tr><th>{html.escape(name)}</th>{''.join(cells)}</tr>"


def photograph_parts(page, name):
    """Save the pictures of an open page from its top to its end; return their names."""
    width = page.viewport_size["width"]
    height = page.evaluate("document.documentElement.scrollHeight")
    pictures = []
    for top in range(0, height, HIGHEST):
        pictures.append(f"{name}-{len(pictures) + 1}.png" if top else f"{name}.png")
        part = {"x": 0, "y": top, "width": width, "height": min(HIGHEST, height - top)}
        page.screenshot(path=FOLDER / pictures[-1], full_page=True, clip=part)
    return pictures


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, served(SITE) as root:
        rows = [
            photograph(browser, root + page, page[:-5].replace("/", "-"))
            for page in pages()
        ]
    (FOLDER / "index.html").write_text(SHEET.format(rows="\n".join(rows)), "utf-8")
    print(FOLDER / "index.html")
