"""Slides for each lesson, made of the lesson itself.

A page of slides has what a lesson is about, the questions it asks first, the first
paragraph and the equations of each section, its short code with what that prints, each
figure under its finding, the answers, the common mistakes and what one has learnt. The
slides stand below each other, so they are read and printed without a script; slides.js
shows them one at a time. They repeat the lesson and are no pages of Sphinx's, so the
search does not find them.
"""

import html
import re
from dataclasses import dataclass, field
from itertools import zip_longest

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective, new_document

from folds import Fold
from lesson_plans import lesson_of, lesson_pages, read_plan
from predictions import ANSWER, find_answers, find_questions
from themed_figures import CaptionNode, FigureNode

FOLDER = "teach/slides"
MANY_WORDS = 80  # on one slide; with more, its letters are smaller
EQUATION = 20  # an equation takes as much room as so many words
# of code and what it prints, on one slide; what is larger is on none
MOST_LINES, LONGEST_LINE = 14, 88
MOST_EQUATIONS = 3  # on one slide; the others stand on the next
PREDICT, MISTAKES, LEARNT = "Predict first", "Common mistakes", "What you learnt"
NOT_SHOWN = {PREDICT, MISTAKES, LEARNT, "Further reading"}
PAGE = """\
<div class="slides" data-lesson="{name}">
<p class="slides-about">These slides show the lesson <a href="{lesson}">{title}</a>.
Afterwards: <a href="{exercises}">its exercises</a>.</p>
<p class="slides-tools pst-js-only"><button type="button" data-slides="present">Show one
at a time</button> <button type="button" data-print="page">Print</button></p>
<p class="slides-tools pst-js-only">Keys: ← and →, Home and End; F for the full screen,
Escape to come back.</p>
{slides}</div>
"""
SLIDE = """\
<section class="slide{dense}" id="slide-{number}"><{heading}>{title}</{heading}>
{content}</section>
"""
CREDIT = """\
<footer class="slide-credit">nnteach, by the nnteach developers, CC BY 4.0</footer>
"""
LIST_ITEM = '<li><a href="{slides}">{title}</a></li>\n'


@dataclass
class Slide:
    """A slide: what its heading says, and what stands below."""

    title: list
    content: list = field(default_factory=list)


def slides_of(doctree, page):
    """Return the slides of a lesson, in the order of the lesson."""
    answers = find_answers(doctree)
    questions = dict(enumerate(find_questions(doctree), 1))
    lesson = next(doctree.findall(nodes.section))
    plan = read_plan(doctree, page)
    aims, objectives = plan.children[:2]
    # bold alone would look like a heading and be none
    aims = nodes.paragraph("", f"{aims.astext()}:")
    slides = [Slide(lesson[0].children, [aims, objectives])]
    slides += [of_section(lesson, PREDICT, nodes.enumerated_list)]
    for section in lesson.findall(nodes.section):
        if section is not lesson and section[0].astext() not in NOT_SHOWN:
            slides += main_slides(section, questions, answers)
    slides += [of_section(lesson, MISTAKES, nodes.paragraph)]
    slides += [of_section(lesson, LEARNT, nodes.paragraph)]
    return [slide for slide in slides if slide.content]


def of_section(lesson, title, kind):
    """Return a slide with what is of a kind in the section with a title."""
    for section in lesson.findall(nodes.section):
        if section[0].astext() == title:
            shown = [node for node in section if isinstance(node, kind)]
            return Slide(section[0].children, [n for n in shown if not is_about(n)])
    return Slide([])


def is_about(paragraph):
    """Tell whether a paragraph leads to something else, such as the exercises."""
    return "to-exercises" in paragraph["classes"]


def main_slides(section, questions, answers):
    """Return the slides of a section: its beginning, its figures and its answers."""
    title = section[0].children
    beginning = Slide(title)
    slides = [beginning]
    shown = list(unfolded(section))
    for node, following in zip_longest(shown, shown[1:]):
        number = answered(node, answers)
        if is_code(node) and has_room(node, following):
            slides.append(Slide(title, [node]))
            slides[-1].content += [following] if is_output(following) else []
        if not number and announces_what_is_left_out(node, following):
            continue
        if isinstance(node, FigureNode):
            captions = list(node.findall(CaptionNode))
            finding = captions[0][0].children if captions else title
            slides.append(Slide(finding, [without_caption(node)]))
        elif number:
            slides.append(answer_slide(questions[number], node))
        elif isinstance(node, nodes.math_block):
            if len(equations_of(beginning)) == MOST_EQUATIONS:
                beginning = Slide(title)
                slides.append(beginning)
            beginning.content.append(node)
        elif isinstance(node, nodes.paragraph) and not beginning.content:
            beginning.content.append(node)
    return slides


def is_code(node):
    """Tell whether a node is code that the lesson runs."""
    return isinstance(node, nodes.literal_block) and node.get("language") == "Python"


def is_output(node):
    """Tell whether a node is what code has printed."""
    return node is not None and "sphx-glr-script-out" in node["classes"]


def has_room(code, following):
    """Tell whether code and what it prints fit on a slide."""
    lines = code.astext().splitlines()
    if is_output(following):
        lines += following.astext().splitlines()
    return len(lines) <= MOST_LINES and max(map(len, lines)) <= LONGEST_LINE


def equations_of(slide):
    """Return the equations of a slide."""
    return [node for node in slide.content if isinstance(node, nodes.math_block)]


def unfolded(section):
    """Yield what stands in a section, without what is folded or in sections of it."""
    for node in section.children[1:]:
        if not isinstance(node, (Fold, nodes.section)):
            yield node


def announces_what_is_left_out(node, following):
    """Tell whether a paragraph ends with a colon, before what no slide has."""
    is_shown = isinstance(following, (nodes.math_block, FigureNode))
    is_open = isinstance(node, nodes.paragraph) and node.astext().endswith(":")
    return is_open and not is_shown


def without_caption(figure):
    """Return a figure alone; its finding is the slide's heading."""
    shown = figure.deepcopy()
    for caption in list(shown.findall(CaptionNode)):
        caption.parent.remove(caption)
    return shown


def answered(paragraph, answers):
    """Return the number of the question that a paragraph answers, or None."""
    return next((n for n, answer in answers.items() if answer is paragraph), None)


def answer_slide(question, answer):
    """Return a slide that repeats a question and answers it."""
    asked = nodes.block_quote("", *(node.deepcopy() for node in question))
    shown = answer.deepcopy()
    number = shown.pop(0)  # it becomes the heading
    title = ANSWER.sub(r"Answer \1", number.astext())
    return Slide([nodes.Text(title)], [asked, shown])


def render(app, page, content):
    """Write nodes of a lesson as HTML of another page."""
    document = new_document(page)
    document += [node.deepcopy() for node in content]
    for node in list(document.findall(nodes.raw)):
        node.parent.remove(node)  # the fields for guesses
    for node in document.findall(nodes.Element):
        node["ids"] = []  # they are anchors of the lesson
        if isinstance(node, pending_xref):
            node["refdoc"] = page
    app.env.resolve_references(document, page, app.builder)
    app.builder.current_docname = page
    return "".join(
        app.builder.render_partial(node)["fragment"] for node in document.children
    )


def slide_html(app, page, number, slide):
    """Write a slide."""
    heading = nodes.inline("", "", *(node.deepcopy() for node in slide.title))
    title = render(app, page, [heading])
    return SLIDE.format(
        number=number,
        heading="h1" if number == 1 else "h2",
        dense=" dense" if is_dense(slide) else "",
        title=title,
        content=render(app, page, slide.content) + (CREDIT if number == 1 else ""),
    )


def is_dense(slide):
    """Tell whether a slide wants smaller letters."""
    return any(map(is_code, slide.content)) or n_words(slide) > MANY_WORDS


def n_words(slide):
    """Return how many words take as much room as what stands on a slide."""
    equations = equations_of(slide)
    words = [node.astext().split() for node in slide.content if node not in equations]
    return sum(map(len, words)) + EQUATION * len(equations)


def write_slides(app):
    """Yield a page of slides for each lesson."""
    for lesson in lesson_pages(app.env):
        name = lesson_of(lesson)
        page = f"{FOLDER}/{name}"
        title = app.env.titles[lesson].astext()
        slides = slides_of(app.env.get_doctree(lesson), lesson)
        body = PAGE.format(
            name=name,
            lesson=app.builder.get_relative_uri(page, lesson),
            exercises=app.builder.get_relative_uri(page, f"exercises/{name}"),
            title=html.escape(title),
            slides="".join(
                slide_html(app, page, number, slide)
                for number, slide in enumerate(slides, 1)
            ),
        )
        above = [
            {
                "link": app.builder.get_relative_uri(page, doc),
                "title": app.env.titles[doc].astext(),
            }
            for doc in ("teach", "teach/slides")
        ]
        context = {"title": f"Slides: {title}", "body": body, "parents": above}
        yield page, {**context, "has_maths_elements": True}, "page.html"


def add_files(app, pagename, templatename, context, doctree):
    """Give the pages of slides their style and their script."""
    if pagename.startswith(f"{FOLDER}/"):
        app.add_css_file("slides.css")
        app.add_js_file("slides.js")


def offer_slides(app, pagename, context, body):
    """Lead from the end of a lesson to its slides."""
    for downloads in body.select(".lesson-downloads ul"):
        address = app.builder.get_relative_uri(
            pagename, f"{FOLDER}/{lesson_of(pagename)}"
        )
        item = f'<li><a href="{address}">Slides of this lesson</a></li>\n'
        downloads.append(type(body)(item, "html.parser"))


def link_slides(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Link to the slides of a lesson: ``:slides:`title <lesson>```."""
    title, lesson = re.fullmatch(r"(.+?)\s*<(\w+)>", text, flags=re.DOTALL).groups()
    docname = inliner.document.settings.env.docname
    address = f"{'../' * docname.count('/')}{FOLDER}/{lesson}.html"
    return [nodes.reference(rawtext, title, refuri=address, internal=True)], []


class SlideList(nodes.General, nodes.Element):
    """The place of the list of all slides."""


class SlideListDirective(SphinxDirective):
    """Link the slides of all lessons."""

    def run(self):
        return [SlideList()]


def visit_list(translator, node):
    builder, here = translator.builder, translator.docnames[0]
    translator.body.append('<ol class="slide-list">\n')
    for page in lesson_pages(builder.env):
        address = builder.get_relative_uri(here, f"{FOLDER}/{lesson_of(page)}")
        title = html.escape(builder.env.titles[page].astext())
        translator.body.append(LIST_ITEM.format(slides=address, title=title))
    translator.body.append("</ol>\n")
    raise nodes.SkipNode


def setup(app):
    app.setup_extension("page_markup")  # whose event this is
    app.add_node(SlideList, html=(visit_list, None))
    app.add_directive("slide-list", SlideListDirective)
    app.add_role("slides", link_slides)
    app.connect("html-collect-pages", write_slides)
    app.connect("html-page-context", add_files)
    # after the downloads, among which the slides are offered
    app.connect("body-parsed", offer_slides, priority=550)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
