"""Exercises as a sheet of paper, without and with answers."""

import html
from collections.abc import Iterable

from nnteach.exercises.catalogue import LESSONS, exercises_of
from nnteach.exercises.exercise import Exercise
from nnteach.exercises.markup import to_html

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 20mm; }}
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem;
  font: 11pt/1.5 "DejaVu Serif", Georgia, serif; }}
h1, h2, h3 {{ line-height: 1.2; break-after: avoid; }}
section {{ break-inside: avoid; }}
pre {{ padding: 0.6rem; border: 1px solid #999; white-space: pre-wrap;
  font-size: 9.5pt; }}
.about {{ color: #555; }}
.room {{ border-bottom: 1px solid #999; height: 4rem; }}
.answer {{ border-left: 3px solid #0072b2; padding-left: 0.8rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="about">From nnteach, by the nnteach developers, CC BY 4.0.</p>
{body}</body>
</html>
"""
ROOM = '<div class="room"></div>\n'


def write_sheet(lessons: Iterable[str], *, answers: bool) -> str:
    """Write the exercises of some lessons on a sheet that prints.

    Parameters
    ----------
    lessons : iterable of str
        The names of the lessons.
    answers : bool
        Whether the sheet has solutions, or room for the student's.

    Returns
    -------
    str
        A whole HTML page, which needs nothing else.
    """
    title = "Exercises with answers" if answers else "Exercises"
    parts = []
    for lesson in lessons:
        parts.append(f"<h2>{html.escape(LESSONS[lesson])}</h2>\n")
        for exercise in exercises_of(lesson):
            parts.append(write_exercise(exercise, answers=answers))
    return PAGE.format(title=title, body="".join(parts))


def write_exercise(exercise: Exercise, *, answers: bool) -> str:
    """Write one exercise of a sheet."""
    return (
        f"<section><h3>{html.escape(exercise.title)}</h3>\n"
        f'<p class="about">{exercise.effort}</p>\n'
        f"{to_html(exercise.text)}{code(exercise.given_code)}"
        f"{write_answer(exercise) if answers else ROOM}</section>\n"
    )


def write_answer(exercise: Exercise) -> str:
    """Write the solution of an exercise."""
    answer = to_html(exercise.right_answer)
    return f'<div class="answer">{answer}{code(exercise.solution_code)}</div>\n'


def code(lines: str) -> str:
    """Write lines of Python."""
    return f"<pre>{html.escape(lines)}</pre>\n" if lines else ""
