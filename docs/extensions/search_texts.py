"""Excerpts in the search of a site that is opened from a disk.

Sphinx's search shows an excerpt of each page that it finds, and asks the server for
that page. Browsers refuse this for files on a disk. There, and only there, the search
page loads all texts as a script, ``search_texts.js``.
"""

import json
from pathlib import Path

from bs4 import BeautifulSoup

SCRIPT = "search_texts.js"


def read_sections(page):
    """Return a page's text, cut at its headings: pairs of an anchor and a text."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    article = soup.find("article")
    if article is None:
        return []
    for hidden in article.select(
        "script, style, .headerlink, .lesson-downloads, .sk-top-container"
    ):
        hidden.decompose()
    sections = []
    for section in article.find_all("section"):
        parts = [c for c in section.children if getattr(c, "name", None) != "section"]
        texts = [part.get_text(" ") if part.name else str(part) for part in parts]
        sections.append([section.get("id", ""), " ".join(" ".join(texts).split())])
    for term in article.select("dt[id]"):
        meaning = term.find_next_sibling("dd")
        text = f"{term.get_text(' ')} {meaning.get_text(' ') if meaning else ''}"
        sections.append([term["id"], " ".join(text.split())])
    return sections


def write_texts(app, exception):
    """Write the texts of all pages as a script."""
    if exception or app.builder.format != "html":
        return
    root = Path(app.outdir)
    texts = {
        name: sections
        for name in sorted(app.env.found_docs)
        if (sections := read_sections(root / app.builder.get_target_uri(name)))
    }
    pages = {app.builder.get_target_uri(name): texts[name] for name in texts}
    script = f"window.searchTexts = {json.dumps(pages, ensure_ascii=False)};\n"
    (root / "_static" / SCRIPT).write_text(script, encoding="utf-8")


def setup(app):
    app.add_js_file("search_excerpts.js")
    app.connect("build-finished", write_texts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
