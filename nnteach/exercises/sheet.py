"""Exercises as a sheet of paper, without and with answers."""

import html
from collections.abc import Iterable

from nnteach.exercises.catalogue import LESSONS, exercises_of
from nnteach.exercises.exercise import ChoiceExercise, Exercise, NumberExercise
from nnteach.exercises.markup import to_html, to_html_line

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
.room {{ border-bottom: 1px solid #999; height: {room}; }}
.answer {{ border-left: 3px solid #0072b2; padding-left: 0.8rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="about">From nnteach, by the nnteach developers, CC BY 4.0.</p>
{body}</body>
</html>
"""


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
    return PAGE.format(
        title=title, body="".join(parts), room="0" if answers else "4rem"
    )


def write_exercise(exercise: Exercise, *, answers: bool) -> str:
    """Write one exercise of a sheet."""
    points = "1 point" if exercise.points == 1 else f"{exercise.points} points"
    about = f"{exercise.minutes} minutes, {points}"
    return (
        f"<section><h3>{html.escape(exercise.title)}</h3>\n"
        f'<p class="about">{about}</p>\n'
        f"{to_html(exercise.text)}{code(given(exercise))}"
        f"{write_answer(exercise) if answers else ROOM}</section>\n"
    )


ROOM = '<div class="room"></div>\n'


def given(exercise: Exercise) -> str:
    """Return the code that belongs to the question."""
    parts = [exercise.setup_code]
    if not isinstance(exercise, NumberExercise | ChoiceExercise):
        parts.append(exercise.start_code)
    return "\n\n".join(filter(None, parts))


def write_answer(exercise: Exercise) -> str:
    """Write the solution of an exercise."""
    answer = ""
    if isinstance(exercise, NumberExercise):
        answer = f"<p><b>{exercise.right_number:.6g}</b></p>\n"
    elif isinstance(exercise, ChoiceExercise):
        letter = exercise.right_letter
        feedback = to_html_line(exercise.judge(letter).feedback)
        answer = f"<p><b>{letter}</b> {feedback}</p>\n"
    return f'<div class="answer">{answer}{code(exercise.solution_code)}</div>\n'


def code(lines: str) -> str:
    """Write lines of Python."""
    return f"<pre>{html.escape(lines)}</pre>\n" if lines else ""
