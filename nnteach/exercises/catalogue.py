"""All exercises, by lesson."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from nnteach.exercises.exercise import Exercise

# the lessons of each section in reading order, with their titles
SECTIONS: tuple[dict[str, str], ...] = (
    {
        "what_a_network_learns": "What does a network learn?",
        "training_by_hand": "Training by hand",
        "why_twenty_seeds": "Why twenty seeds?",
    },
    {
        "count_parameters": "How many parameters does a network have?",
        "forward_pass": "The forward pass by hand",
        "backpropagation": "Backpropagation by hand",
        "gradient_descent": "Gradient descent, momentum and Adam by hand",
    },
    {
        "decision_boundary": "Where does a network draw the line?",
        "loss_and_accuracy": "When should training stop?",
        "batch_size": "What does the batch size change?",
        "activation": "Which activation function?",
    },
    {
        "fit_a_function": "Fit a function with fifty sigmoids",
        "learning_rate": "What does the learning rate change?",
        "sum_of_sigmoids": "How do fifty sigmoids add up to a function?",
        "what_the_theorem_does_not_promise": "What does the theorem not promise?",
    },
    {
        "stopping_and_peeking": "A rule that never stops, and a test set that chose",
        "checking_the_wrong_network": "Is it the network you think it is?",
        "reading_loss_curves": "Two ways to draw a loss curve wrongly",
        "one_seed": "One seed, and an explanation nobody tested",
    },
    {
        "digits": "Digits: ten classes",
        "scale_inputs": "Why scale the inputs?",
        "starting_weights": "How to start the weights",
        "overfitting": "Overfitting, and what holds it back",
        "choosing_settings": "Choosing settings without fooling yourself",
    },
)
LESSONS = {name: title for lessons in SECTIONS for name, title in lessons.items()}


def exercises_of(lesson: str) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, the easiest first.

    Parameters
    ----------
    lesson : str
        The name of the lesson: its file without ``plot_``, number and ``.py``.

    Returns
    -------
    tuple of Exercise
        Its exercises.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    if lesson not in LESSONS:
        raise ValueError(
            f"There is no lesson {lesson!r}. The lessons are {', '.join(LESSONS)}."
        )
    module = import_module(f"nnteach.exercises.lessons.{lesson}")
    return tuple(v for v in vars(module).values() if isinstance(v, Exercise))


@cache
def all_exercises() -> dict[str, Exercise]:
    """Return all exercises by their names, in reading order."""
    return {
        exercise.name: exercise
        for lesson in LESSONS
        for exercise in exercises_of(lesson)
    }


def choose(
    lessons: Collection[str] = (), names: Collection[str] = ()
) -> dict[str, tuple[Exercise, ...]]:
    """Return some exercises by their lessons, in reading order.

    Parameters
    ----------
    lessons : collection of str, default=()
        Lessons whose exercises are all chosen.
    names : collection of str, default=()
        Exercises that are chosen beside them.

    Returns
    -------
    dict of str to tuple of Exercise
        The chosen exercises of each lesson that has any.

    Raises
    ------
    ValueError
        If there is no such lesson or exercise.
    """
    for lesson in lessons:
        require_known("lesson", lesson, LESSONS)
    for name in names:
        require_known("exercise", name, all_exercises())
    found = {
        lesson: tuple(
            e for e in exercises_of(lesson) if lesson in lessons or e.name in names
        )
        for lesson in LESSONS
    }
    return {lesson: exercises for lesson, exercises in found.items() if exercises}


def require_known(kind: str, name: str, known: Collection[str]) -> None:
    """Raise ValueError, with the name that may be meant, unless a name is known."""
    if name not in known:
        similar = get_close_matches(name, known, n=1)
        meant = f" Did you mean {similar[0]!r}?" if similar else ""
        raise ValueError(f"There is no {kind} {name!r}.{meant}")


@cache
def numbers() -> dict[str, str]:
    """Return the number of each exercise: "1.2 · 3" is the third of lesson 1.2.

    Sections count from 0 and lessons from 1, as in the names of the lessons' notebooks.
    """
    return {
        exercise.name: f"{section}.{place} · {number}"
        for section, lessons in enumerate(SECTIONS)
        for place, lesson in enumerate(lessons, 1)
        for number, exercise in enumerate(exercises_of(lesson), 1)
    }


def heading(exercise: Exercise) -> str:
    """Return the number and the title of an exercise: "1.2 · 3 A way back"."""
    return f"{numbers()[exercise.name]} {exercise.title}"
