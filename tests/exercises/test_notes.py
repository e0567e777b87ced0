"""Notes for the instructor: each exercise, each wrong answer, and advice."""

import pytest
from bs4 import BeautifulSoup

from nnteach.exercises import LESSONS, all_exercises, exercises_of
from nnteach.exercises.catalogue import choose, heading
from nnteach.exercises.choice_exercise import ChoiceExercise
from nnteach.exercises.exercise import CodeExercise
from nnteach.exercises.notes import notes_of, telling_lines, write_notes
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
            assert attempt.message in line


def test_a_number_and_a_letter_are_named():
    for exercise in exercises_of("training_by_hand"):
        notes = notes_of(exercise)
        assert exercise.effort in notes
        assert ("- **" in notes) == isinstance(
            exercise, NumberExercise | ChoiceExercise
        )


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_wrong_program_is_known_by_lines_that_no_right_one_has(lesson):
    for exercise in exercises_of(lesson):
        if not isinstance(exercise, CodeExercise):
            continue
        right = [line.strip() for line in exercise.solution_code.splitlines()]
        shown = [telling_lines(exercise, a) for a in exercise.wrong_attempts]
        for lines, attempt in zip(shown, exercise.wrong_attempts, strict=True):
            assert not set(lines) & set(right)
            assert lines or len(attempt.code) < len(exercise.solution_code)
        assert len(set(map(tuple, shown))) == len(shown), exercise.name


def test_question_and_notes_say_what_counts_as_right():
    exercise = all_exercises()["a_rate_for_millimetres"]
    assert "below 0.305" in exercise.text
    assert exercise.accepts in notes_of(exercise)


def test_the_page_of_notes_stands_alone():
    page = BeautifulSoup(
        write_notes(choose(["count_parameters", "digits"])), "html.parser"
    )
    titles = [heading.get_text() for heading in page.select("h2")]
    assert titles == [LESSONS["count_parameters"], LESSONS["digits"]]
    exercises = [*exercises_of("count_parameters"), *exercises_of("digits")]
    assert [h.get_text() for h in page.select("h3")] == [heading(e) for e in exercises]
    assert page.select("math")
    assert "CC BY 4.0" in page.get_text()
    assert not page.select("script, link, img")
