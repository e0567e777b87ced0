"""All exercises, by lesson."""

from functools import cache
from importlib import import_module

from nnteach.exercises.exercise import Exercise

# in reading order
LESSONS = (
    "what_a_network_learns",
    "training_by_hand",
    "why_twenty_seeds",
    "count_parameters",
    "forward_pass",
    "backpropagation",
    "gradient_descent",
    "decision_boundary",
    "loss_and_accuracy",
    "batch_size",
    "activation",
    "fit_a_function",
    "learning_rate",
    "sum_of_sigmoids",
    "what_the_theorem_does_not_promise",
    "stopping_and_peeking",
    "checking_the_wrong_network",
    "reading_loss_curves",
    "one_seed",
    "digits",
    "scale_inputs",
    "starting_weights",
    "overfitting",
    "choosing_settings",
)


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
