"""Notes for the instructor: each exercise, each wrong answer, and advice."""

import pytest
from bs4 import BeautifulSoup

from nnteach.exercises import LESSONS, exercises_of
from nnteach.exercises.choice_exercise import ChoiceExercise
from nnteach.exercises.notes import notes_of, write_notes
from nnteach.exercises.number_exercise import NumberExercise
from nnteach.exercises.teaching import TEACHING


def test_each_lesson_has_advice_that_asks_and_answers():
    assert list(TEACHING) == list(LESSONS)
    for advice in TEACHING.values():
        assert "?" in advice.ask
        assert advice.listen_for.endswith(".")
        assert advice.difficulty.endswith(".")


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_notes_have_a_line_for_each_wrong_answer(lesson):
    for exercise in exercises_of(lesson):
        lines = [line for line in notes_of(exercise).splitlines() if line[:2] == "- "]
        assert len(lines) == len(exercise.wrong_attempts)
        for line, attempt in zip(lines, exercise.wrong_attempts, strict=True):
            assert attempt.misconception in line


def test_a_number_and_a_letter_are_named_and_a_program_is_not():
    for exercise in exercises_of("training_by_hand"):
        notes = notes_of(exercise)
        assert exercise.effort in notes
        assert ("- **" in notes) == isinstance(
            exercise, NumberExercise | ChoiceExercise
        )


def test_the_page_of_notes_stands_alone():
    page = BeautifulSoup(write_notes(["count_parameters", "digits"]), "html.parser")
    titles = [heading.get_text() for heading in page.select("h2")]
    assert titles == [LESSONS["count_parameters"], LESSONS["digits"]]
    exercises = [*exercises_of("count_parameters"), *exercises_of("digits")]
    assert [h.get_text() for h in page.select("h3")] == [e.title for e in exercises]
    assert page.select("math")
    assert "CC BY 4.0" in page.get_text()
    assert not page.select("script, link, img")
