"""The whole course as one PDF: ``python docs/browser/course_pdf.py``.

The lessons and the pages to look things up in are taken from the built site, put one
after the other into one page, and printed by the browser: once to learn on which sheet
each heading is, and once more with these numbers in the table of contents.
"""

import html
import io
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from chromium import SITE, TYPESET, chromium, served
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

COURSE = "_course.html"  # in the site's folder, so that its pictures are found
PDF = SITE.parent / "nnteach-course.pdf"
LOOK_UP = ("notation.html", "glossary.html", "references.html", "about.html")
NOT_PRINTED = (
    "script, .headerlink, .lesson-downloads, .lesson-cards, .toctree-wrapper, "
    ".only-dark"
)
DOCUMENT = """<!doctype html>
<html lang="en" data-theme="light" data-content_root="./">
<head><meta charset="utf-8"><title>nnteach: the course</title>{styles}
<link rel="stylesheet" href="_static/course.css">{scripts}</head>
<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<article class="bd-article">{title_page}{contents}{parts}</article>
</div></div></main></body></html>
"""
TITLE_PAGE = """
<header class="course-title"><img src="_static/logo.svg" alt="" width="160">
<p class="course-name">nnteach</p><p>A course on small neural networks</p>
<p>Version {version}, {date}. By the nnteach developers.
Text and figures: CC BY 4.0; code: BSD-3-Clause.</p></header>
"""


def read(page):
    """Return a built page."""
    return BeautifulSoup((SITE / page).read_text(encoding="utf-8"), "html.parser")


def lessons():
    """Yield the pages of the sections and lessons in reading order."""
    gallery = SITE / "gallery"
    for section in sorted(gallery.glob("*/index.html")):
        yield f"gallery/{section.parent.name}/index.html"
        for lesson in sorted(section.parent.glob("plot_*.html")):
            yield f"gallery/{section.parent.name}/{lesson.name}"


def take_part(page, names):
    """Return a page's article, to stand in the course under a name of its own."""
    article = read(page).find("article")
    for tag in article.select(NOT_PRINTED):
        tag.decompose()
    name = names[page]
    for tag in article.find_all(id=True):
        tag["id"] = f"{name}-{tag['id']}"
    for tag in article.find_all(src=True):
        tag["src"] = from_root(page, tag["src"])
    for tag in article.find_all(srcset=True):
        tag["srcset"] = from_root(page, tag["srcset"])
    for link in article.find_all("a", href=True):
        link_within(link, page, names)
    for image in article.select("img"):
        image["loading"] = "eager"
    return f'<section class="part" id="{name}">{article.decode_contents()}</section>'


def from_root(page, address):
    """Return an address that a page uses as one from the root of the site."""
    if urlsplit(address).scheme:
        return address
    return os.path.normpath(Path(page).parent / address)


def link_within(link, page, names):
    """Let a link lead to its place in the course, or be text if that is not in it."""
    parts = urlsplit(link["href"])
    if parts.scheme:
        return
    target = from_root(page, parts.path) if parts.path else page
    if target in names:
        anchor = f"-{parts.fragment}" if parts.fragment else ""
        link["href"] = f"#{names[target]}{anchor}"
    else:
        link.unwrap()


def contents(pages, names, sheets):
    """Return the table of contents, with the numbers of the sheets."""
    lines = []
    for page in pages:
        title = read(page).find("h1").find(string=True).strip()
        level = "lesson" if Path(page).name.startswith("plot_") else "section"
        number = sheets.get(title, "")
        lines.append(
            f'<li class="{level}"><a href="#{names[page]}"><span>{html.escape(title)}'
            f"</span><span>{number}</span></a></li>"
        )
    return (
        f'<nav class="course-contents"><h1>Contents</h1><ul>{"".join(lines)}</ul></nav>'
    )


def built_on():
    """Return the date of the sources, which is that of the last commit."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if seconds is None:
        command = ["git", "-C", str(SITE.parents[2]), "log", "-1", "--format=%ct"]
        seconds = subprocess.run(command, capture_output=True, text=True).stdout or "0"
    return f"{datetime.fromtimestamp(int(seconds), UTC):%-d %B %Y}"


def make_document(sheets):
    """Return the page with the whole course."""
    first = read("index.html")
    pages = [*lessons(), *LOOK_UP]
    names = {page: re.sub(r"\W+", "-", page.removesuffix(".html")) for page in pages}
    styles = "".join(
        str(link) for link in first.select("link[rel=stylesheet], head > style")
    )
    math = read("gallery/1_mathematics/plot_3_backpropagation.html")
    scripts = math.find_all("script", src=re.compile("tex-svg"))
    scripts += [s for s in math.find_all("script") if "MathJax" in s.get_text()]
    for script in scripts:
        if script.get("src"):
            script["src"] = "_static/" + Path(urlsplit(script["src"]).path).name
    facts = first.select_one(".site-facts").get_text()
    version = re.search(r"nnteach (\S+),", facts)[1]
    return DOCUMENT.format(
        styles=styles,
        scripts="".join(map(str, scripts)),
        title_page=TITLE_PAGE.format(version=version, date=built_on()),
        contents=contents(pages, names, sheets),
        parts="\n".join(take_part(page, names) for page in pages),
    )


def print_course(browser, root, sheets):
    """Print the course, with the numbers of the sheets in its table of contents."""
    course = SITE / COURSE
    document = make_document(sheets)
    course.write_text(document, encoding="utf-8")
    try:
        page = browser.new_page()
        page.goto(root + COURSE)
        page.evaluate(TYPESET)
        page.wait_for_load_state("networkidle")
    finally:
        course.unlink()
    content = page.pdf(
        format="A4", tagged=True, outline=True, prefer_css_page_size=True
    )
    page.close()
    headings = BeautifulSoup(document, "html.parser").find_all("h1")
    return mend_outline(content, [heading.get_text() for heading in headings])


def mend_outline(content, titles):
    """Name the outer headings as they are: Chromium doubles their first line."""
    names = {"".join(title.split()): title for title in titles}
    writer = PdfWriter(clone_from=io.BytesIO(content))
    entry = writer.root_object["/Outlines"].get_object().get("/First")
    while entry is not None:
        entry = entry.get_object()
        name = without_repetition("".join(entry["/Title"].split()))
        entry[NameObject("/Title")] = TextStringObject(names.get(name, entry["/Title"]))
        entry = entry.get("/Next")
    mended = io.BytesIO()
    writer.write(mended)
    return mended.getvalue()


def without_repetition(text):
    """Drop the longest beginning of a text that stands there twice."""
    for length in range(len(text) // 2, 1, -1):
        if text[:length] == text[length : 2 * length]:
            return text[length:]
    return text


def sheets_of(content):
    """Return the sheet on which each outer heading of a PDF stands, by its title."""
    reader = PdfReader(io.BytesIO(content))
    outer = [entry for entry in reader.outline if not isinstance(entry, list)]
    return {
        entry.title: reader.get_destination_page_number(entry) + 1 for entry in outer
    }


if __name__ == "__main__":
    with chromium() as browser, served(SITE) as root:
        sheets = sheets_of(print_course(browser, root, {}))
        PDF.write_bytes(print_course(browser, root, sheets))
    n_sheets = len(PdfReader(PDF).pages)
    print(f"{PDF}: {n_sheets} pages, {PDF.stat().st_size / 1e6:.1f} MB")
