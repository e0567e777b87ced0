"""A page of exercises for each lesson, made of the records in nnteach.exercises.

The directive ``exercise`` shows one of them: its question, a form that checks numbers
and choices in the page, folded hints, and the folded answer, which the build has run.
"""

import html
import json
import re
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from folds import Fold
from lesson_plans import lesson_of, lesson_pages
from nnteach.exercises import LESSONS, all_exercises, exercises_of, lessons
from nnteach.exercises.catalogue import heading
from nnteach.exercises.choice_exercise import LETTERS, ChoiceExercise
from nnteach.exercises.code import run
from nnteach.exercises.exercise import CodeExercise
from nnteach.exercises.markup import tex, to_html_line
from nnteach.exercises.notebooks import student_notebook
from nnteach.exercises.notes import reply_to, shown
from nnteach.exercises.number_exercise import NumberExercise
from notebooks import first_cell
from predictions import add_at_end

FOLDER = "exercises"
RECORDS = Path(lessons.__file__).parent
INTRODUCTION = """
These exercises belong to the lesson {{lesson}}`{lesson}` and take about {minutes}
minutes. Numbers and choices are checked here, in this page. The checks are for you, and
{{doc}}`what you have done </exercises/my_progress>` is remembered in this browser and
nowhere else. Exercises with code are answered in the notebook.
"""
DOWNLOAD = """\
<p><a href="{lesson}.ipynb" download>Download the notebook with these exercises</a></p>
"""
FORM = """\
<form class="exercise-form" data-exercise="{name}" data-kind="{kind}" data-key="{key}">
{fields}<p><button type="submit">{button}</button>
<output role="status"></output></p>
</form>
"""
NUMBER_FIELD = """\
<label>Your answer <input name="answer" type="text" inputmode="decimal" size="12"
 autocomplete="off"></label>
"""
CHOICES = """\
<fieldset><legend>Your answer</legend>
{choices}</fieldset>
"""
CHOICE = """\
<label><input name="answer" type="radio" value="{letter}"> <span><b>{letter}</b>
{text}</span></label>
"""
PROGRESS_SECTION = """\
<section class="exercise-section"><h2>{title}</h2>
<p class="exercise-count" role="status"></p>
<ul>
{items}</ul></section>
"""
PROGRESS_ITEM = """\
<li><a href="{address}">{title}</a>
<span class="exercise-state" data-exercise="{name}"></span></li>
"""
CODE_NOTE = "<p>Answer this one in the notebook, which checks it.</p>\n"


def write_pages(app):
    """Write the pages that hold the exercises, one for each lesson."""
    folder = Path(app.srcdir, FOLDER)
    folder.mkdir(exist_ok=True)
    for lesson, title in LESSONS.items():
        parts = [f"# Exercises: {title}\n", f"```{{exercise-links}} {lesson}\n```\n"]
        for exercise in exercises_of(lesson):
            parts.append(f"({anchor(exercise)})=\n## {heading(exercise)}\n")
            parts.append(f"```{{exercise}} {exercise.name}\n```\n")
        write_if_changed(folder / f"{lesson}.md", "\n".join(parts))


def record_path(page):
    """Return the file with the exercises of a page."""
    return str(RECORDS / f"{page.rpartition('/')[2]}.py")


def anchor(exercise):
    """Return the anchor of an exercise on its page."""
    return f"exercise-{exercise.name.replace('_', '-')}"


def write_if_changed(path, text):
    """Write a file unless it has this text already, so that Sphinx leaves it alone."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


class ExerciseDirective(SphinxDirective):
    """Show an exercise."""

    required_arguments = 1

    def run(self):
        exercise = all_exercises()[self.arguments[0]]
        self.env.note_dependency(record_path(self.env.docname))
        given = exercise.given_code
        shown = self.parse_text_to_nodes(f"*{exercise.effort}*\n\n{exercise.asked}")
        shown += [python(given)] if given else []
        shown += [nodes.raw("", form(exercise), format="html")]
        for number, hint in enumerate(exercise.hints, 1):
            title = f"Hint {number}" if len(exercise.hints) > 1 else "Hint"
            shown += [self.fold(title, self.parse_text_to_nodes(hint))]
        shown += [self.fold("Answer", self.answer(exercise))]
        if isinstance(exercise, CodeExercise):
            shown += [self.fold("Tempting answers", self.tempting_answers(exercise))]
        return shown

    def fold(self, title, content):
        """Put nodes into a fold."""
        fold = Fold(title=title, kind="answers")
        fold += content
        return fold

    def answer(self, exercise):
        """Return the solution with what it gives, and why other answers are wrong."""
        printed, names = run(exercise.whole_solution)
        judgement = exercise.judge(names["answer"])
        if not judgement.right:
            raise ExtensionError(f"{exercise.name}: {judgement.feedback}")
        shown = [python(exercise.whole_solution)]
        if printed:
            shown.append(nodes.literal_block(printed, printed, language="none"))
        if isinstance(exercise, CodeExercise):
            return shown
        text = f"{exercise.right_answer}\n\n{other_answers(exercise)}"
        return shown + self.parse_text_to_nodes(text)

    def tempting_answers(self, exercise):
        """Return lines of Python that are tempting, and why each is wrong."""
        shown = self.parse_text_to_nodes("Each of these is wrong. The check says why:")
        for attempt in exercise.wrong_attempts:
            shown.append(python(attempt.code))
            reply = reply_to(exercise.name, attempt.code)
            shown += self.parse_text_to_nodes(reply)
        return shown


def python(code):
    """Show lines of Python."""
    return nodes.literal_block(code, code, language="python")


def other_answers(exercise):
    """Say in Markdown what is wrong with other numbers or letters."""
    lines = ["What is wrong with other answers:", ""]
    for attempt in exercise.wrong_attempts:
        reply = reply_to(exercise.name, attempt.code)
        lines.append(f"- {shown(exercise, attempt)} {reply}")
    return "\n".join(lines)


def form(exercise):
    """Write the form in which an exercise is answered on the page."""
    if isinstance(exercise, NumberExercise):
        kind, fields = "number", NUMBER_FIELD
        key = [
            [known.value, known.tolerance, markdown_in_line(known.feedback)]
            for known in exercise.known_numbers
        ]
    elif isinstance(exercise, ChoiceExercise):
        kind, key = "choice", {"right": exercise.right_letter}
        letters = LETTERS[: len(exercise.choices)]
        feedback = [markdown_in_line(choice.feedback) for choice in exercise.choices]
        key["feedback"] = dict(zip(letters, feedback, strict=True))
        fields = CHOICES.format(choices="".join(map(radio, letters, exercise.choices)))
    else:
        kind, key, fields = "code", {}, CODE_NOTE
    return FORM.format(
        name=exercise.name,
        kind=kind,
        key=html.escape(json.dumps(key)),
        fields=fields,
        button="I have done it" if kind == "code" else "Check",
    )


def radio(letter, choice):
    """Write a statement that can be chosen."""
    return CHOICE.format(letter=letter, text=markdown_in_line(choice.text))


def markdown_in_line(text):
    """Write a line of Markdown as HTML, its formulas where MathJax looks for them."""
    formula = r'<span class="math notranslate nohighlight">\1</span>'
    return re.sub(r"(\\\(.*?\\\))", formula, to_html_line(text, tex))


class ExerciseLinks(SphinxDirective):
    """Say which lesson the exercises of a page belong to, and offer the notebook."""

    required_arguments = 1

    def run(self):
        lesson = self.arguments[0]
        exercises = exercises_of(lesson)
        minutes = sum(exercise.minutes for exercise in exercises)
        text = INTRODUCTION.format(lesson=lesson, minutes=minutes)
        return [
            *self.parse_text_to_nodes(text),
            nodes.raw("", DOWNLOAD.format(lesson=lesson), format="html"),
        ]


class ExerciseProgress(SphinxDirective):
    """List all exercises, with a place for whether this browser has them done."""

    def run(self):
        return [Progress()]


class Progress(nodes.General, nodes.Element):
    """The place of the list."""


def visit_progress(translator, node):
    builder, here = translator.builder, translator.docnames[0]
    for section, names in sections(translator.builder.env).items():
        items = []
        for lesson in names:
            address = builder.get_relative_uri(here, f"{FOLDER}/{lesson}")
            for exercise in exercises_of(lesson):
                items.append(
                    PROGRESS_ITEM.format(
                        address=f"{address}#{anchor(exercise)}",
                        title=html.escape(heading(exercise)),
                        name=exercise.name,
                    )
                )
        translator.body.append(
            PROGRESS_SECTION.format(title=html.escape(section), items="".join(items))
        )
    raise nodes.SkipNode


def sections(env):
    """Return the lessons of each section of the course, by its title."""
    found = {}
    for page in lesson_pages(env):
        title = env.titles[f"{page.rpartition('/')[0]}/index"].astext()
        found.setdefault(title, []).append(lesson_of(page))
    return found


def link_exercises(app, doctree):
    """Lead from the end of a lesson to its exercises."""
    lesson = lesson_of(app.env.docname)
    if lesson not in LESSONS:
        return
    reference = pending_xref(
        "",
        nodes.inline("", f"Exercises: {LESSONS[lesson]}"),
        refdoc=app.env.docname,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{FOLDER}/{lesson}",
        refexplicit=True,
        refwarn=True,
    )
    paragraph = nodes.paragraph("", "Now do it yourself: ", classes=["to-exercises"])
    paragraph += [reference, nodes.Text(".")]
    add_at_end(doctree, paragraph)


def write_notebooks(app, exception):
    """Write the students' notebooks into the site."""
    if exception or app.builder.format != "html":
        return
    for lesson in LESSONS:
        book = student_notebook(lesson)
        book.cells.insert(0, nbformat.v4.new_code_cell(first_cell(app), id="install"))
        nbformat.write(book, Path(app.outdir, FOLDER, f"{lesson}.ipynb"))


def setup(app):
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("exercise-links", ExerciseLinks)
    app.add_directive("exercise-progress", ExerciseProgress)
    app.add_node(Progress, html=(visit_progress, None))
    app.connect("builder-inited", write_pages)
    app.connect("doctree-read", link_exercises, priority=320)
    app.connect("build-finished", write_notebooks, priority=610)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
