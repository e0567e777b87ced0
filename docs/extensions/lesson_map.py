"""A map of the course: the lessons in reading order, and what builds on what.

The directive ``lesson-map`` lists all lessons with their times. Beside the list, arcs
lead from each lesson to those that need it, as the lessons declare it.
"""

import html

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from lesson_plans import find_lesson, lesson_of, lesson_pages, read_plan

ROW = 44  # pixels of a lesson's row
WIDTH = 120  # of the arcs
DESCRIPTION = (
    "An arc leads from each lesson to every later lesson that needs it. "
    "The page of a lesson names what it needs in words."
)


class LessonMap(nodes.General, nodes.Element):
    """The place of the map."""


class LessonMapDirective(SphinxDirective):
    """Show the map of the lessons."""

    def run(self):
        return [LessonMap()]


def visit_map(translator, node):
    env, builder = translator.builder.env, translator.builder
    pages = lesson_pages(env)
    here = translator.docnames[0]
    rows = "".join(row(env, builder, here, page) for page in pages)
    translator.body.append(
        f'<div class="lesson-map" style="--row:{ROW}px">\n'
        f"<ol>\n{rows}</ol>\n{arcs(env, pages)}</div>\n"
    )
    raise nodes.SkipNode


def row(env, builder, here, page):
    """Write a lesson's row: its title, linked, and its time."""
    address = builder.get_relative_uri(here, page)
    title = html.escape(env.titles[page].astext())
    name = lesson_of(page)
    first = " first-of-section" if "/plot_1_" in page else ""
    return (
        f'<li class="lesson-row{first}"><a href="{address}">{title}</a> '
        f'<span class="minutes" data-lesson="{name}" data-short=""></span></li>\n'
    )


def arcs(env, pages):
    """Draw what builds on what, as arcs beside the rows."""
    paths = []
    for place, page in enumerate(pages):
        for need in read_plan(env.get_doctree(page), page)["needs"]:
            paths.append(arc(pages.index(find_lesson(env, need)), place))
    dots = "".join(
        f'<circle cx="4" cy="{middle(k)}" r="4"/>' for k in range(len(pages))
    )
    height = ROW * len(pages)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'preserveAspectRatio="none" '
        f'role="img" aria-label="{DESCRIPTION}">{"".join(paths)}{dots}</svg>\n'
    )


def middle(place):
    """Return the height of a row's middle."""
    return ROW * place + ROW // 2


def arc(start, end):
    """Draw an arc from one row to another; the further it goes, the wider it is."""
    reach = min(WIDTH - 8, 14 + 9 * (end - start))
    top, bottom = middle(start), middle(end)
    return (
        f'<path d="M 8 {top} C {reach} {top}, {reach} {bottom}, 8 {bottom}" '
        'fill="none"/>'
    )


def setup(app):
    app.add_node(LessonMap, html=(visit_map, None))
    app.add_directive("lesson-map", LessonMapDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
