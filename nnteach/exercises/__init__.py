"""Exercises that check themselves.

Each exercise has a name, which is imported from here::

    from nnteach.exercises import sheet_parameters

    sheet_parameters  # in a notebook: the question
    sheet_parameters.hint()
    sheet_parameters.check(703)
    sheet_parameters.solution()
"""

from typing import Any

from nnteach.exercises.catalogue import LESSONS, all_exercises, exercises_of
from nnteach.exercises.exercise import Exercise

__all__ = ["LESSONS", "Exercise", "all_exercises", "exercises_of"]


def __getattr__(name: str) -> Any:
    exercises = all_exercises()
    if name not in exercises:
        raise AttributeError(
            f"There is no exercise {name!r}; all_exercises() has the names of all."
        )
    return exercises[name]


def __dir__() -> list[str]:
    return [*__all__, *all_exercises()]
