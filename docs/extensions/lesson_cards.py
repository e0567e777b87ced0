"""Cards for lessons, in place of sphinx-gallery's thumbnails.

A card is one link, with the lesson's first figure, its title and what it is about. The
original shows the last only under the mouse, and hides its link from screen readers.
"""

import html
import re
from itertools import count
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util.docutils import new_document

from lesson_plans import read_plan

CARD = """
<li class="lesson-card">{picture}
<a class="lesson-card-title" href="{address}" aria-describedby="{name}">{title}</a>
<p id="{name}">{about}</p>{plan}</li>
"""
PICTURE = (
    '<img class="only-{theme}" src="{stem}_001-{theme}-narrow.webp" alt="" '
    'width="{width}" height="{height}" loading="lazy">'
)
WIDTH, HEIGHT = 240, 150


def show_cards(app, pagename, templatename, context, doctree):
    """Replace the thumbnails in a page's body."""
    if "sphx-glr-thumbcontainer" not in context.get("body", ""):
        return
    soup = BeautifulSoup(context["body"], "html.parser")
    for tags in soup.select("#sg-tag-list"):
        tags.decompose()
    is_section = pagename.startswith("gallery/") and pagename.count("/") == 2
    numbers = count(1)
    for box in soup.select(".sphx-glr-thumbnails"):
        cards = ""
        for thumbnail in box.select(".sphx-glr-thumbcontainer"):
            name = Path(pagename).parent / Path(link_of(thumbnail)["href"]).stem
            plan = show_plan(app, name.as_posix()) if is_section else ""
            cards += card(thumbnail, next(numbers), plan)
        kind = "lesson-cards section-plan" if is_section else "lesson-cards"
        markup = f'<ul class="{kind}">{cards}</ul>'
        box.replace_with(BeautifulSoup(markup, "html.parser"))
    context["body"] = str(soup)
    if soup.select(".math"):  # in what a lesson says of itself
        context["has_maths_elements"] = True


def link_of(thumbnail):
    """Return the link of sphinx-gallery's thumbnail."""
    return thumbnail.find("a", class_="reference")


def show_plan(app, docname):
    """Return what a lesson says of itself: objectives, what it needs, minutes."""
    document = new_document(docname)
    document += read_plan(app.env.get_doctree(docname), docname)
    app.env.resolve_references(document, docname, app.builder)
    plan = document[0]
    for item in plan.findall(nodes.list_item):
        item["ids"] = []  # they are anchors of the lesson's own page
    return app.builder.render_partial(plan)["fragment"]


def card(thumbnail, number, plan=""):
    """Make a lesson's card, the n-th of its page, from sphinx-gallery's thumbnail."""
    link = link_of(thumbnail)
    stem = re.sub(r"_thumb\.\w+$", "", thumbnail.img["src"])
    size = {"stem": stem, "width": WIDTH, "height": HEIGHT}
    return CARD.format(
        address=link["href"],
        title=html.escape(link.get_text(strip=True)),
        about=html.escape(smartyPants(thumbnail["tooltip"], "q")),
        name=f"card-{number}",
        plan=plan,
        picture="".join(PICTURE.format(theme=t, **size) for t in ("light", "dark")),
    )


def setup(app):
    # before Sphinx decides whether the page needs MathJax
    app.connect("html-page-context", show_cards, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
