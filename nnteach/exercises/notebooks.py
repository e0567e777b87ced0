"""Exercises as Jupyter notebooks, for students and for teachers."""

import textwrap
from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnteach.exercises.catalogue import LESSONS, exercises_of, heading
from nnteach.exercises.code import join_code
from nnteach.exercises.credit import CREDIT
from nnteach.exercises.exercise import Exercise

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
HOW_TO = """\
Write your answer where the dots are, or change the code that is there, and run the
cell. The cell below it checks the answer, and forgets it: run your cell again before
you check again. `{name}.hint()` shows one hint more each time, and
`{name}.solution()` one way to do it."""
FORGET = "answer = None  # so that no later check sees this answer"
SOLUTION = """\
### BEGIN SOLUTION
{hints}

{code}
### END SOLUTION"""
SCHEMA = 3  # of nbgrader's metadata


def student_notebook(
    lesson: str, exercises: Sequence[Exercise] | None = None
) -> NotebookNode:
    """Return exercises of a lesson, to be answered.

    Parameters
    ----------
    lesson : str
        The name of the lesson.
    exercises : sequence of Exercise or None, default=None
        Some of its exercises; None means all.

    Returns
    -------
    NotebookNode
        For each exercise a cell with the question, one for the answer, and one that
        checks it. No answer is in it.
    """
    exercises = exercises or exercises_of(lesson)
    cells = []
    for exercise in exercises:
        cells += [
            question_cell(exercise),
            answer_cell(exercise, exercise.handed_out),
            check_cell(exercise, f"{exercise.name}.check(answer)\n{FORGET}"),
        ]
    return notebook(lesson, exercises, cells)


def teacher_notebook(
    lesson: str, exercises: Sequence[Exercise] | None = None
) -> NotebookNode:
    """Return exercises of a lesson with solutions, hints and points.

    Parameters
    ----------
    lesson : str
        The name of the lesson.
    exercises : sequence of Exercise or None, default=None
        Some of its exercises; None means all.

    Returns
    -------
    NotebookNode
        The source of an assignment as nbgrader reads it.
    """
    exercises = exercises or exercises_of(lesson)
    cells = []
    for exercise in exercises:
        check = (
            f"{exercise.name}.check(answer)\n"
            f"right = {exercise.name}.judge(answer).right\n{FORGET}\nassert right"
        )
        cells += [
            question_cell(exercise),
            answer_cell(exercise, join_code(exercise.handed_out, solution(exercise))),
            check_cell(exercise, check),
        ]
    return notebook(lesson, exercises, cells)


def solution(exercise: Exercise) -> str:
    """Write hints and solution between the marks of what nbgrader takes out."""
    hints = [
        textwrap.fill(hint, 84, initial_indent=f"# Hint {n}: ", subsequent_indent="# ")
        for n, hint in enumerate(exercise.hints, 1)
    ]
    return SOLUTION.format(hints="\n".join(hints), code=exercise.solution_code)


def notebook(
    lesson: str, exercises: Sequence[Exercise], cells: list[NotebookNode]
) -> NotebookNode:
    """Put the cells of a lesson's exercises into a notebook."""
    names = [exercise.name for exercise in exercises]
    how_to = HOW_TO.format(name=names[0])
    title = f"# Exercises: {LESSONS[lesson]}\n\n{how_to}\n\n{CREDIT}"
    imports = "from nnteach.exercises import (\n    " + ",\n    ".join(names) + ",\n)"
    imports += "\n\nanswer = None"
    book = new_notebook(
        cells=[new_markdown_cell(title), new_code_cell(imports), *cells],
        metadata={"kernelspec": KERNEL},
    )
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    nbformat.validate(book)
    return book


def question_cell(exercise: Exercise) -> NotebookNode:
    """Return the cell that asks an exercise's question."""
    return new_markdown_cell(
        f"## {heading(exercise)}\n\n*{exercise.effort}*\n\n{exercise.text}"
    )


def answer_cell(exercise: Exercise, code: str) -> NotebookNode:
    """Return the cell in which an exercise is answered."""
    return new_code_cell(code, metadata=metadata(exercise, "answer", solution=True))


def check_cell(exercise: Exercise, code: str) -> NotebookNode:
    """Return the cell that checks an answer."""
    graded = {"grade": True, "locked": True, "points": exercise.points}
    return new_code_cell(code, metadata=metadata(exercise, "check", **graded))


def metadata(exercise: Exercise, part: str, **settings: Any) -> dict[str, Any]:
    """Return what says which part of which exercise a cell is, for nbgrader, too."""
    grader = {"schema_version": SCHEMA, "grade_id": f"{exercise.name}-{part}"}
    grader |= {"cell_type": "code", "task": False}
    grader |= {"grade": False, "solution": False, "locked": False}
    return {
        "nnteach": {"exercise": exercise.name, "part": part},
        "nbgrader": grader | settings,
    }
