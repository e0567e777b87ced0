"""Photograph each page of the site: light, dark, and as wide as a phone.

Usage: ``python docs/browser/screenshots.py``. The pictures, and ``index.html``, a sheet
with all of them, go to docs/_build/screenshots.
"""

import html

from chromium import LOAD_ALL, SITE, TYPESET, chromium, pages, served

FOLDER = SITE.parent / "screenshots"
MODES = {"light": (1280, "light"), "dark": (1280, "dark"), "390": (390, "light")}
HIGHEST = 12_000  # pixels of a picture
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
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})
        picture = f"{name}-{mode}.png"
        page.screenshot(path=FOLDER / picture)
        context.close()
        image = f'<img src="{picture}" alt="" loading="lazy">'
        cells.append(f'<td><a href="{picture}">{image}</a></td>')
    return f"<tr><th>{html.escape(name)}</th>{''.join(cells)}</tr>"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, served(SITE) as root:
        rows = [
            photograph(browser, root + page, page[:-5].replace("/", "-"))
            for page in pages()
        ]
    (FOLDER / "index.html").write_text(SHEET.format(rows="\n".join(rows)), "utf-8")
    print(FOLDER / "index.html")
