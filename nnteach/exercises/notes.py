"""Notes for the instructor: what to ask, and what stands behind wrong answers."""

import html
from collections.abc import Iterable

from nnteach.exercises.catalogue import LESSONS, exercises_of
from nnteach.exercises.exercise import (
    LETTERS,
    ChoiceExercise,
    Exercise,
    NumberExercise,
)
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
            *(f"- {line}" for line in wrong_answers(exercise)),
        ]
    )


def wrong_answers(exercise: Exercise) -> list[str]:
    """Write each typical wrong answer, with what whoever gives it may think."""
    if isinstance(exercise, NumberExercise):
        return [
            f"**{wrong.value:.6g}** {with_reply(wrong.misconception, wrong.feedback)}"
            for wrong in exercise.wrong_numbers
        ]
    if isinstance(exercise, ChoiceExercise):
        choices = zip(LETTERS, exercise.choices, strict=False)
        return [
            f"**{letter}** {with_reply(choice.text, choice.feedback)}"
            for letter, choice in choices
            if letter != exercise.right_letter
        ]
    return [attempt.misconception for attempt in exercise.wrong_attempts]


def with_reply(misconception: str, reply: str) -> str:
    """Put the reply after a misconception, if it does not name it itself."""
    return f"{misconception} *Reply:* {reply}" if misconception else reply
