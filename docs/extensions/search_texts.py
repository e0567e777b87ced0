"""Excerpts in the search of a site that is opened from a disk.

Sphinx's search shows an excerpt of each page that it finds, and asks the server for
that page. Browsers refuse this for files on a disk. There, and only there, the search
page loads all texts as a script, ``search_texts.js``.
"""

import json
from pathlib import Path

from bs4 import NavigableString

from lesson_lengths import read_article

SCRIPT = "search_texts.js"
NOT_FOUND = {"headerlink", "lesson-downloads", "minutes", "sk-top-container"}


def texts_of(tag):
    """Yield the texts of a tag that a search may find."""
    for child in tag.children:
        if type(child) is NavigableString:
            yield child
        elif child.name and NOT_FOUND.isdisjoint(child.get("class", ())):
            yield from texts_of(child)


def join_texts(tags):
    """Join the texts of tags, with single spaces."""
    return " ".join(" ".join(text for tag in tags for text in texts_of(tag)).split())


def read_sections(body):
    """Return a page's text, cut at its headings: pairs of an anchor and a text."""
    sections = []
    for section in body.find_all("section"):
        parts = section.find_all(lambda tag: tag.name != "section", recursive=False)
        sections.append([section.get("id", ""), join_texts(parts)])
    for term in body.find_all("dt", id=True):
        meaning = term.find_next_siblings("dd", limit=1)
        sections.append([term["id"], join_texts([term, *meaning])])
    return sections


def keep_sections(app, pagename, context, body):
    """Keep the text of a page that is being written."""
    app.search_texts[pagename] = read_sections(body)


def find_sections(app, name):
    """Return the text of a page, from its file if it was written at another time."""
    if name not in app.search_texts:
        page = Path(app.outdir, app.builder.get_target_uri(name))
        return read_sections(read_article(page))
    return app.search_texts[name]


def write_texts(app, exception):
    """Write the texts of all pages as a script."""
    if exception or app.builder.format != "html":
        return
    pages = {
        app.builder.get_target_uri(name): sections
        for name in sorted(app.env.found_docs)
        if "nosearch" not in app.env.metadata[name]
        and (sections := find_sections(app, name))
    }
    script = f"window.searchTexts = {json.dumps(pages, ensure_ascii=False)};\n"
    Path(app.outdir, "_static", SCRIPT).write_text(script, encoding="utf-8")


def setup(app):
    app.search_texts = {}
    app.add_js_file("search_excerpts.js")
    app.setup_extension("page_markup")  # whose event this is
    app.connect("body-parsed", keep_sections, priority=600)
    app.connect("build-finished", write_texts)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
