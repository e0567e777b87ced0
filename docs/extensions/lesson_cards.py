"""Cards for lessons, in place of sphinx-gallery's thumbnails.

A card is one link, with the lesson's first figure, its title and what it is about. The
original shows the last only under the mouse, and hides its link from screen readers.
"""

import html
import re

from bs4 import BeautifulSoup

CARD = """
<li class="lesson-card"><a href="{address}">{picture}
<span class="lesson-card-title">{title}</span></a>
<p>{about}</p></li>
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
    for box in soup.select(".sphx-glr-thumbnails"):
        cards = "".join(map(card, box.select(".sphx-glr-thumbcontainer")))
        markup = f'<ul class="lesson-cards">{cards}</ul>'
        box.replace_with(BeautifulSoup(markup, "html.parser"))
    context["body"] = str(soup)


def card(thumbnail):
    """Make a lesson's card from sphinx-gallery's thumbnail."""
    link = thumbnail.find("a", class_="reference")
    stem = re.sub(r"_thumb\.\w+$", "", thumbnail.img["src"])
    size = {"stem": stem, "width": WIDTH, "height": HEIGHT}
    return CARD.format(
        address=link["href"],
        title=html.escape(link.get_text(strip=True)),
        about=html.escape(thumbnail["tooltip"]),
        picture="".join(PICTURE.format(theme=t, **size) for t in ("light", "dark")),
    )


def setup(app):
    app.connect("html-page-context", show_cards, priority=890)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
