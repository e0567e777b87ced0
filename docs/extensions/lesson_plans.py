"""What a lesson declares of itself: what it needs, and what one can do afterwards.

It stands in the docstring of its script::

    .. lesson-plan::
       :needs: training_by_hand, forward_pass
       :besides: the product of two matrices

       :read-a-shape: read off the shape of every weight matrix
       :count: count the parameters of a network

Lessons are named by their files, without ``plot_``, number and ``.py``; the role
``lesson`` links to one with its title. Each objective has an identifier, which becomes
the anchor ``objective-count`` on the page.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

PLAN = re.compile(r"\.\. lesson-plan::\n(?P<content>(?:   .*\n|\n(?=   ))+)")
FIELD = re.compile(
    r"^ *:(?P<name>[\w-]+): (?P<text>.+(?:\n +(?![ :]).+)*)", re.MULTILINE
)


def lesson_of(page):
    """Return the name of the lesson that a page or a file is, or None."""
    lesson = re.fullmatch(r"(?:.*/)?plot_\d+_(\w+)", page)
    return lesson and lesson[1]


def lesson_pages(env):
    """Return the names of the pages that are lessons, in reading order."""
    return sorted(page for page in env.found_docs if lesson_of(page))


def find_lesson(env, name):
    """Return the page of the lesson with a name."""
    for page in lesson_pages(env):
        if lesson_of(page) == name:
            return page
    raise ExtensionError(f"There is no lesson called {name!r}.")


def read_fields(content):
    """Return what a plan needs, what it needs besides, and its objectives by name."""
    fields = {f["name"]: " ".join(f["text"].split()) for f in FIELD.finditer(content)}
    needs = re.findall(r"\w+", fields.pop("needs", ""))
    return needs, fields.pop("besides", None), fields


def plan_text(needs, besides, objectives, name):
    """Write a plan in reStructuredText."""
    wanted = [f":lesson:`{need}`" for need in needs]
    wanted += [besides] if besides else []
    lines = ["**Afterwards you can**", ""]
    lines += [f"- {text};" for text in objectives.values()]
    lines[-1] = lines[-1].removesuffix(";") + "."
    lines += ["", f"**What you need**: {'; '.join(wanted)}." if wanted else "", ""]
    return "\n".join([*lines, f"**Time**: :minutes:`{name}`.", ""])


class Plan(nodes.General, nodes.Element):
    """The plan of a lesson."""


class LessonPlan(SphinxDirective):
    """Say what a lesson needs, what it teaches, and how long it takes."""

    has_content = True

    def run(self):
        needs, besides, objectives = read_fields("\n".join(self.content))
        plan = Plan(needs=needs)
        name = lesson_of(self.env.docname)
        text = plan_text(needs, besides, objectives, name)
        plan += self.parse_text_to_nodes(text)
        items = plan.findall(nodes.list_item)
        for item, identifier in zip(items, objectives, strict=True):
            item["ids"].append(f"objective-{identifier}")
        return [plan]


def link_lesson(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Link to a lesson by its name."""
    env = inliner.document.settings.env
    titled = re.fullmatch(r"(.+?)\s*<(\w+)>", text, flags=re.DOTALL)
    title, lesson = titled.groups() if titled else (text, text)
    link = pending_xref(
        rawtext,
        nodes.inline("", title),
        refdoc=env.docname,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{find_lesson(env, lesson)}",
        refexplicit=bool(titled),
        refwarn=True,
    )
    return [link], []


def name_minutes(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Leave a place for the time that a lesson takes; lesson_times.py fills it in."""
    place = f'<span class="minutes" data-lesson="{text}"></span>'
    return [nodes.raw(rawtext, place, format="html")], []


def visit_plan(translator, node):
    translator.body.append('<div class="lesson-plan">\n')


def depart_plan(translator, node):
    translator.body.append("</div>\n")


def read_plan(doctree, page):
    """Return the plan of a lesson."""
    for plan in doctree.findall(Plan):
        return plan
    raise ExtensionError(f"{page} has no plan; its docstring needs a lesson-plan.")


def plan_in_words(text):
    """Write the plan in a text of a lesson as its page shows it, for a notebook."""
    return PLAN.sub(lambda m: plan_text(*read_fields(m["content"]), "this"), text)


def check_plans(app, env):
    """Make sure that each lesson has a plan, and needs none that comes after it."""
    pages = lesson_pages(env)
    for place, page in enumerate(pages):
        for need in read_plan(env.get_doctree(page), page)["needs"]:
            if find_lesson(env, need) not in pages[:place]:
                raise ExtensionError(f"{page} needs {need}, which comes after it.")


def setup(app):
    app.add_node(Plan, html=(visit_plan, depart_plan))
    app.add_directive("lesson-plan", LessonPlan)
    app.add_role("lesson", link_lesson)
    app.add_role("minutes", name_minutes)
    app.connect("env-check-consistency", check_plans)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
