"""Notes for the instructor: what to ask, and what stands behind wrong answers."""

import html
from collections.abc import Mapping, Sequence
from functools import cache

from nnteach.exercises.catalogue import LESSONS, all_exercises, heading
from nnteach.exercises.code import join_code, run
from nnteach.exercises.exercise import CodeExercise, Exercise, WrongAttempt
from nnteach.exercises.markup import to_html
from nnteach.exercises.sheet import write_page
from nnteach.exercises.teaching import TEACHING

ADVICE = """\
**Ask the class:** {ask}

**Listen for:** {listen_for}

**Difficult:** {difficulty}
"""


MOST_LINES = 2  # of a program in the notes
NO_DEED = "import ", "from ", "def ", "#", ")", "]", "}"


def write_notes(chosen: Mapping[str, Sequence[Exercise]]) -> str:
    """Write the notes for some lessons and exercises of them.

    Parameters
    ----------
    chosen : mapping of str to sequence of Exercise
        The exercises of each lesson, as :func:`choose` returns them.

    Returns
    -------
    str
        A whole HTML page, which needs nothing else.
    """
    parts = []
    for lesson, exercises in chosen.items():
        minutes = sum(exercise.minutes for exercise in exercises)
        parts.append(f"<h2>{html.escape(LESSONS[lesson])}</h2>\n")
        parts.append(f'<p class="about">Exercises: {minutes} minutes</p>\n')
        parts.append(to_html(advice(lesson)))
        for exercise in exercises:
            parts.append(f"<section><h3>{html.escape(heading(exercise))}</h3>\n")
            parts.append(f"{to_html(notes_of(exercise))}</section>\n")
    return write_page("Notes for the instructor", "".join(parts))


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
    accepted = [f"What counts as right: {exercise.accepts}", ""]
    return "\n".join(
        [
            f"*{exercise.effort}; practises: {practised}.*",
            "",
            *(accepted if exercise.accepts else []),
            "What may stand behind a wrong answer:",
            "",
            *(f"- {wrong_answer(exercise, a)}" for a in exercise.wrong_attempts),
        ]
    )


def wrong_answer(exercise: Exercise, attempt: WrongAttempt) -> str:
    """Say in Markdown what whoever answers so may think, and what they are told."""
    reply = reply_to(exercise.name, attempt.code)
    told = "" if reply == attempt.misconception else f" *Reply:* {reply}"
    return f"{shown(exercise, attempt)} {attempt.misconception}{told}".strip()


@cache
def reply_to(name: str, code: str) -> str:
    """Return what the check of an exercise says of lines of Python."""
    exercise = all_exercises()[name]
    names = run(join_code(exercise.setup_code, code))[1]
    return " ".join(exercise.judge(names["answer"]).feedback.split())


def shown(exercise: Exercise, attempt: WrongAttempt) -> str:
    """Write in Markdown by what somebody knows a wrong attempt."""
    if isinstance(exercise, CodeExercise):
        return " ".join(f"`{line}`" for line in telling_lines(exercise, attempt))
    answer = run(attempt.code)[1]["answer"]
    return f"**{answer if isinstance(answer, str) else f'{answer:.6g}'}**"


def telling_lines(exercise: Exercise, attempt: WrongAttempt) -> list[str]:
    """Return the lines, two at most, that neither solution nor another attempt has.

    There is none where the attempt only lacks something.
    """
    others = [other.code for other in exercise.wrong_attempts if other is not attempt]
    right = lines_of(exercise.whole_solution)
    own = [line for line in lines_of(attempt.code) if line not in right]
    known = {line for code in others for line in lines_of(code)}
    return ([line for line in own if line not in known] or own)[:MOST_LINES]


def lines_of(code: str) -> list[str]:
    """Return what lines of Python do, without imports and the heads of functions."""
    lines = (line.partition("  # ")[0].strip() for line in code.splitlines())
    return [line for line in lines if line and not line.startswith(NO_DEED)]
