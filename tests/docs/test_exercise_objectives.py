"""Objectives of the lessons and the exercises that serve them belong together."""

import re
from pathlib import Path

import pytest

from lesson_plans import PLAN, lesson_of, read_fields
from nnteach.exercises import LESSONS, exercises_of
from nnteach.exercises.catalogue import numbers

GALLERY = Path(__file__).parents[2] / "gallery"
SCRIPTS = {lesson_of(path.stem): path for path in sorted(GALLERY.glob("*/plot_*.py"))}


def objectives(lesson):
    text = SCRIPTS[lesson].read_text(encoding="utf-8")
    return read_fields(PLAN.search(text)["content"])[2]


def test_the_catalogue_has_the_lessons_and_their_titles_in_order():
    titles = {
        name: re.match(r'r?"""\n(.+)\n=', path.read_text(encoding="utf-8"))[1]
        for name, path in SCRIPTS.items()
    }
    assert list(LESSONS.items()) == list(titles.items())


def test_the_number_of_an_exercise_is_that_of_its_lessons_notebook():
    for lesson, path in SCRIPTS.items():
        section, place = path.parent.name.split("_")[0], path.stem.split("_")[1]
        for number, exercise in enumerate(exercises_of(lesson), 1):
            assert numbers()[exercise.name] == f"{section}.{place} · {number}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_objective_has_an_exercise(lesson):
    served = {name for exercise in exercises_of(lesson) for name in exercise.objectives}
    assert served == set(objectives(lesson))
