"""A table of what the lessons teach, and of the exercises that practise it."""

from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from exercise_pages import anchor
from lesson_plans import PLAN, lesson_of, lesson_pages, read_fields
from nnteach.exercises import exercises_of
from nnteach.exercises.catalogue import heading

HEAD = """\
.. list-table::
   :class: fixed-columns stacked
   :header-rows: 1
   :widths: 24 42 34

   * - Lesson
     - Afterwards students can
     - Exercises
"""
ROW = """\
   * - {lesson}
     - {objective}
     - {exercises}
"""


class ObjectiveTable(SphinxDirective):
    """Show each objective of each lesson with its exercises."""

    def run(self):
        rows = [HEAD]
        for page in lesson_pages(self.env):
            source = Path(self.env.srcdir, f"{page}.py")
            rows += lesson_rows(lesson_of(page), source.read_text(encoding="utf-8"))
        return self.parse_text_to_nodes("".join(rows))


def lesson_rows(lesson, source):
    """Return the rows of a lesson, whose name stands in the first one alone."""
    objectives = read_fields(PLAN.search(source)["content"])[2]
    rows = []
    for identifier, text in objectives.items():
        links = [
            f":ref:`{heading(exercise)} <{anchor(exercise)}>`"
            for exercise in exercises_of(lesson)
            if identifier in exercise.objectives
        ]
        named = "" if rows else f":lesson:`{lesson}`"
        rows.append(
            ROW.format(lesson=named, objective=text, exercises="; ".join(links))
        )
    return rows


def setup(app):
    app.add_directive("objective-table", ObjectiveTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
