"""The page of notes for the instructor, made of what nnteach.exercises says.

The directive ``instructor-notes`` has a section for each lesson: what to ask a class,
what is difficult, and, folded, what may stand behind wrong answers.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from exercise_pages import record_path
from folds import Fold
from nnteach.exercises import LESSONS, exercises_of
from nnteach.exercises.catalogue import heading
from nnteach.exercises.notes import advice, notes_of

LINKS = """\
{{lesson}}`{name}`, {{slides}}`slides <{name}>`,
{{doc}}`exercises </exercises/{name}>` ({minutes} minutes)
"""


class InstructorNotes(SphinxDirective):
    """Show the notes of all lessons."""

    def run(self):
        return [self.section(name, title) for name, title in LESSONS.items()]

    def section(self, name, title):
        """Return the notes of a lesson."""
        self.env.note_dependency(record_path(name))
        section = nodes.section("", nodes.title(title, title))
        section["ids"].append(anchor(name))
        section["names"].append(anchor(name))
        minutes = sum(exercise.minutes for exercise in exercises_of(name))
        links = LINKS.format(name=name, minutes=minutes)
        section += self.parse_text_to_nodes(links)
        section += self.parse_text_to_nodes(advice(name))
        for exercise in exercises_of(name):
            fold = Fold(title=heading(exercise), kind="answers")
            fold += self.parse_text_to_nodes(notes_of(exercise))
            section += fold
        return section


def anchor(lesson):
    """Return the anchor of a lesson's notes on their page."""
    return f"notes-{lesson.replace('_', '-')}"


def setup(app):
    app.add_directive("instructor-notes", InstructorNotes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
