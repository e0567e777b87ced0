"""Notes for the instructor: what to ask, and what stands behind wrong answers."""

import html
from collections.abc import Iterable

from nnteach.exercises.catalogue import LESSONS, exercises_of
from nnteach.exercises.code import run
from nnteach.exercises.exercise import CodeExercise, Exercise, WrongAttempt
from nnteach.exercises.markup import to_html
from nnteach.exercises.sheet import PAGE
from nnteach.exercises.teaching import TEACHING

ADVICE = """\
**Ask the class:** {ask}

**Listen for:** {listen_for}

**Difficult:** {difficulty}
"""


def write_notes(lessons: Iterable[str]) -> str:
    """Write the notes for some lessons.

    Parameters
    ----------
    lessons : iterable of str
        The names of the lessons.

    Returns
    -------
    str
        A whole HTML page, which needs nothing else.
    """
    parts = []
    for lesson in lessons:
        minutes = sum(exercise.minutes for exercise in exercises_of(lesson))
        parts.append(f"<h2>{html.escape(LESSONS[lesson])}</h2>\n")
        parts.append(f'<p class="about">Exercises: {minutes} minutes</p>\n')
        parts.append(to_html(advice(lesson)))
        for exercise in exercises_of(lesson):
            parts.append(f"<section><h3>{html.escape(exercise.title)}</h3>\n")
            parts.append(f"{to_html(notes_of(exercise))}</section>\n")
    return PAGE.format(title="Notes for the instructor", body="".join(parts))


def advice(lesson: str) -> str:
    """Say in Markdown what to ask a class in a lesson, and what is difficult."""
    teaching = TEACHING[lesson]
    return ADVICE.format(
        ask=teaching.ask,
        listen_for=teaching.listen_for,
        difficulty=teaching.difficulty,
    )


def notes_of(exercise: Exercise) -> str:
    """Say in Markdown what an exercise practises, and what wrong answers tell."""
    practised = ", ".join(name.replace("-", " ") for name in exercise.objectives)
    return "\n".join(
        [
            f"*{exercise.effort}; practises: {practised}.*",
            "",
            "What may stand behind a wrong answer:",
            "",
            *(f"- {wrong_answer(exercise, a)}" for a in exercise.wrong_attempts),
        ]
    )


def wrong_answer(exercise: Exercise, attempt: WrongAttempt) -> str:
    """Say in Markdown what whoever answers so may think, and what they are told."""
    if isinstance(exercise, CodeExercise):
        return attempt.misconception
    answer = run(attempt.code)[1]["answer"]
    shown = answer if isinstance(answer, str) else f"{answer:.6g}"
    is_named = attempt.message == attempt.misconception
    reply = "" if is_named else f" *Reply:* {attempt.message}"
    return f"**{shown}** {attempt.misconception}{reply}"
