"""Exercises as a sheet of paper, without and with answers."""

import html
from collections.abc import Mapping, Sequence

from nnteach.exercises.catalogue import LESSONS, heading
from nnteach.exercises.credit import CREDIT
from nnteach.exercises.exercise import CodeExercise, Exercise, in_words
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
.student {{ display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; }}
.line {{ display: inline-block; border-bottom: 1px solid #999; }}
.name .line {{ width: 16rem; }}
.date .line {{ width: 7rem; }}
.line.mark {{ width: 2.5rem; }}
.marks {{ float: right; margin: 0; }}
.room {{ border-bottom: 1px solid #999; height: 4rem; }}
.room.program {{ height: 14rem; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: 0.2rem 0.6rem; border: 1px solid #999; }}
.answer {{ border-left: 3px solid #0072b2; padding-left: 0.8rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<div class="about">{credit}</div>
{body}</body>
</html>
"""
STUDENT = """\
<p class="student"><span class="name">Name <span class="line"></span></span>
<span class="date">Date <span class="line"></span></span>
<span>{marks}</span></p>
"""
MARKS = '<span class="line mark"></span> of {points}'
ROOM = '<div class="room{kind}"></div>\n'


def write_sheet(chosen: Mapping[str, Sequence[Exercise]], *, answers: bool) -> str:
    """Write exercises on a sheet that prints.

    Parameters
    ----------
    chosen : mapping of str to sequence of Exercise
        The exercises of each lesson, as :func:`choose` returns them.
    answers : bool
        Whether the sheet has solutions, or room for the student's, for a name and for
        marks.

    Returns
    -------
    str
        A whole HTML page, which needs nothing else.
    """
    title = "Exercises with answers" if answers else "Exercises"
    parts = [] if answers else [write_student(chosen)]
    for lesson, exercises in chosen.items():
        parts.append(f"<h2>{html.escape(LESSONS[lesson])}</h2>\n")
        for exercise in exercises:
            parts.append(write_exercise(exercise, answers=answers))
    return write_page(title, "".join(parts))


def write_page(title: str, body: str) -> str:
    """Write a whole page that says where it comes from."""
    return PAGE.format(title=title, credit=to_html(CREDIT), body=body)


def write_student(chosen: Mapping[str, Sequence[Exercise]]) -> str:
    """Write lines for a student's name, the date and all points."""
    points = sum(exercise.points for found in chosen.values() for exercise in found)
    return STUDENT.format(marks=MARKS.format(points=in_words(points)))


def write_exercise(exercise: Exercise, *, answers: bool) -> str:
    """Write one exercise of a sheet."""
    room = MARKS.format(points=in_words(exercise.points))
    marks = "" if answers else f'<p class="marks">{room}</p>\n'
    return (
        f"<section><h3>{html.escape(heading(exercise))}</h3>\n{marks}"
        f'<p class="about">{exercise.effort}</p>\n'
        f"{to_html(exercise.text)}{code(exercise.given_code)}"
        f"{write_answer(exercise) if answers else write_room(exercise)}</section>\n"
    )


def write_room(exercise: Exercise) -> str:
    """Leave room for an answer, more of it for a program."""
    return ROOM.format(kind=" program" if isinstance(exercise, CodeExercise) else "")


def write_answer(exercise: Exercise) -> str:
    """Write the solution of an exercise."""
    answer = to_html(exercise.right_answer)
    return f'<div class="answer">{answer}{code(exercise.solution_code)}</div>\n'


def code(lines: str) -> str:
    """Write lines of Python."""
    return f"<pre>{html.escape(lines)}</pre>\n" if lines else ""
