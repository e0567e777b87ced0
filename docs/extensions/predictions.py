"""Collect the questions that a lesson asks first, with the answers that it gives.

A lesson has a section "Predict first" with numbered questions. Where it comes to an
answer, a paragraph begins with "**Answer 1.**". All of them stand together once more,
folded, at the lesson's end. Readers can write down a guess at each question; the script
exercises.js keeps it and shows it beside the answer.
"""

import re

from docutils import nodes
from sphinx.addnodes import only
from sphinx.errors import ExtensionError

from folds import Fold
from lesson_plans import lesson_of

ANSWER = re.compile(r"Answer (\d+)\.$")
READING = "Further reading"
GUESS_FIELD = """\
<p class="guess-field pst-js-only"><label>Your guess
<input data-guess="{number}" type="text" autocomplete="off"></label></p>
"""
GUESS = ' <span class="guess" data-guess="{number}" hidden>You guessed <q></q>.</span>'
TITLE = "The questions, with their answers"
MARKDOWN_ANSWER = re.compile(r"^\*\*Answer (\d+)\.\*\* *((?:.+\n?)+)", re.MULTILINE)
MARKDOWN_QUESTION = re.compile(r"^(\d+)\. *((?:.+\n?)+?)(?=^\d+\.|\n|\Z)", re.MULTILINE)


def collect(app, doctree):
    """Add a fold with the questions and answers to the end of a lesson."""
    if lesson_of(app.env.docname) is None:
        return
    questions = find_questions(doctree)
    answers = find_answers(doctree)
    if sorted(answers) != list(range(1, len(questions) + 1)):
        raise ExtensionError(
            f"{app.env.docname} asks {len(questions)} questions first and answers "
            f"{sorted(answers)}. Begin the paragraph of each answer with "
            "**Answer 1.**, **Answer 2.**, …"
        )
    if questions:
        add_at_end(doctree, collection(questions, answers))
    for number, question in enumerate(questions, 1):
        question += nodes.raw("", GUESS_FIELD.format(number=number), format="html")
        answers[number].insert(
            1, nodes.raw("", GUESS.format(number=number), format="html")
        )


def find_questions(doctree):
    """Return the questions of the section "Predict first"."""
    for section in doctree.findall(nodes.section):
        if section[0].astext() == "Predict first":
            lists = section.findall(nodes.enumerated_list)
            return [item for found in lists for item in found]
    return []


def find_answers(doctree):
    """Return the paragraphs that answer, by the numbers of their questions."""
    answers = {}
    for paragraph in doctree.findall(nodes.paragraph):
        first = paragraph[0] if isinstance(paragraph[0], nodes.strong) else None
        if first is not None and (match := ANSWER.match(first.astext())):
            if any(isinstance(above, Fold) for above in ancestors(paragraph)):
                raise ExtensionError(
                    f"The answer {paragraph.astext()[:60]!r} is folded. Give the fold "
                    "that follows it a text of its own, after a line with # %%."
                )
            answers[int(match[1])] = paragraph
    return answers


def ancestors(node):
    """Yield the nodes that a node is in."""
    while node.parent is not None:
        node = node.parent
        yield node


def collection(questions, answers):
    """Put each question and its answer into a fold."""
    fold = Fold(title=TITLE, kind="answers")
    listed = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
    for number, question in enumerate(questions, 1):
        item = question.deepcopy()
        answer = answers[number].deepcopy()
        del answer[0]  # its number, which the list shows
        item += answer
        listed += item
    for node in listed.findall(nodes.Element):
        node["ids"] = []
    fold += listed
    return fold


def add_at_end(doctree, fold):
    """Put a fold after what a lesson says last, before reading and downloads."""
    sections = [s for s in doctree.findall(nodes.section) if s[0].astext() == READING]
    last = sections[0] if sections else list(doctree.findall(nodes.section))[-1]
    if sections:
        before = last.parent.index(last)
        last.parent[before - 1].append(fold)
        return
    ends = [node for node in last if isinstance(node, (nodes.target, only))]
    last.insert(last.index(ends[0]) if ends else len(last), fold)


def collect_in_notebook(cells):
    """Add a cell with the questions and answers to the end of a notebook."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    asked = next((text for text in texts if "# Predict first" in text), "")
    questions = dict(MARKDOWN_QUESTION.findall(asked.partition("# Predict first")[2]))
    answers = dict(MARKDOWN_ANSWER.findall("\n".join(texts)))
    parts = [
        f"{number}. {question.strip()}\n\n    {answers[number].strip()}\n"
        for number, question in questions.items()
    ]
    # HTML, since a cell of text cannot be collapsed under a title of its own
    return (
        f"<details><summary>{TITLE}</summary>\n\n{chr(10).join(parts)}\n</details>"
        if parts
        else ""
    )


def setup(app):
    app.connect("doctree-read", collect, priority=310)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
