"""Behind each wrong attempt stands a misconception, which the record names."""

import pytest

from nnteach.exercises import LESSONS, exercises_of


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_wrong_attempt_has_a_misconception_of_its_own(lesson):
    for exercise in exercises_of(lesson):
        named = [attempt.misconception for attempt in exercise.wrong_attempts]
        assert all(named), exercise.name
        assert len(set(named)) == len(named), exercise.name


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_misconception_states_what_somebody_thinks_and_asks_nothing(lesson):
    for exercise in exercises_of(lesson):
        for attempt in exercise.wrong_attempts:
            assert "?" not in attempt.misconception, (exercise.name, attempt.code)
