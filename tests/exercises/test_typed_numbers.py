"""The page and Python read and judge a typed number alike."""

import json
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from nnteach.exercises import all_exercises
from nnteach.exercises.number_exercise import COMMAS, NumberExercise

SCRIPT = Path(__file__, "../../../docs/_static/exercises.js").resolve()
NUMBERS = [e for e in all_exercises().values() if isinstance(e, NumberExercise)]
TEXTS = [
    *("703", " 703 ", "703.", "703,0", "+703", "7.03e2", "1406/2", "−1406 / −2"),
    *("70 3", "\ufeff703", "703\x85", "7\u202f03", "\x1c703", "\u200b703", "７０３"),
    *("7,03", "703,", "1,200", "1,200.", "1,200,000", "6,50", "0,65e3", ",65E3"),
    *("1/0", "0/0", "1/1e-400", "1e999", "703/1e999", "1e308/1e-308", "-1e-400"),
    *("½", "٧٠٣", "703%", "0x10", "1_000", "1/2/3", "/2", "1/", "-", "--1", "e5"),
    *("", " ", ".", ",", "1..2", "Infinity", "nan", "650", "0", "702.9999999", "703.4"),
]


@pytest.fixture(scope="module")
def page():
    """Judge texts in V8, as the page does: whether each is right, and the feedback."""
    with MiniRacer() as context:
        context.eval("const document = { addEventListener() {} };")
        context.eval(SCRIPT.read_text(encoding="utf-8"))

        def judge(texts, exercise):
            key = [[k.value, k.tolerance, k.feedback] for k in exercise.known_numbers]
            judged = "nnteach_exercises.judge.number(text, key)"
            code = f"{json.dumps(texts)}.map((text) => {judged})"
            wrapped = f"((key) => JSON.stringify({code}))({json.dumps(key)})"
            return json.loads(context.eval(wrapped))

        yield judge


def kind(right, feedback, exercise):
    """What became of an answer, in the words that page and Python share."""
    known = {k.feedback for k in exercise.known_numbers} | {COMMAS}
    if right or feedback in known:
        return right, feedback
    unreadable = "The answer is", "Type a number"
    return "no number" if feedback.startswith(unreadable) else "another number"


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda exercise: exercise.name)
def test_page_and_python_judge_a_text_alike(exercise, page):
    values = [
        f"{known.value + share * known.tolerance:.{digits}f}"
        for known in exercise.known_numbers
        for share in (-1.01, -1, -0.5, 0, 0.5, 1, 1.01)
        for digits in (exercise.decimals, 12)
    ]
    grouped = [f"{known.value:,.12f}" for known in exercise.known_numbers]
    rounded = [f"{exercise.right_number:.{n}f}" for n in range(exercise.decimals)]
    texts = [*TEXTS, *values, *grouped, *rounded]
    for text, in_page in zip(texts, page(texts, exercise), strict=True):
        judged = exercise.judge(text)
        in_python = kind(judged.right, judged.feedback, exercise)
        assert kind(*in_page, exercise) == in_python, text


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda exercise: exercise.name)
def test_a_number_may_be_rounded_as_the_question_says_and_no_further(exercise):
    right, decimals = exercise.right_number, exercise.decimals
    unit = 10.0**-decimals
    assert exercise.judge(f"{right:.{decimals}f}").right
    assert not exercise.judge(right + 0.6 * unit).right
    assert not exercise.judge(right - 0.6 * unit).right
    assert f"{decimals} decimal" in exercise.text or "whole number" in exercise.text


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda exercise: exercise.name)
def test_a_rounded_mistake_gets_its_own_message(exercise):
    for wrong in exercise.wrong_numbers:
        judged = exercise.judge(f"{wrong.value:.{exercise.decimals}f}")
        assert judged.feedback == wrong.feedback


def test_whole_numbers_are_hit_exactly():
    exercise = all_exercises()["sheet_parameters"]
    assert not exercise.judge(703.001).right
    assert exercise.judge(2109 / 3).right


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("7,03", True),
        ("6,50", True),
        ("1,406", False),
        ("1,2,3", False),
        ("x,1", False),
    ],
)
def test_commas_are_explained_only_where_they_are_the_mistake(text, hint, page):
    exercise = all_exercises()["sheet_parameters"]
    assert (exercise.judge(text).feedback == COMMAS) is hint
    ((_, feedback),) = page([text], exercise)
    assert (feedback == COMMAS) is hint


def test_an_answer_that_is_not_precise_enough_is_told_so():
    exercise = all_exercises()["back_through_two_neurons"]
    close = "That is close. Give the answer to 3 decimals."
    assert exercise.judge(0.08).feedback == close


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda exercise: exercise.name)
def test_the_right_number_rounded_too_much_is_told_so(exercise):
    told = {known.feedback for known in exercise.known_numbers}
    for decimals in range(1, exercise.decimals):
        rounded = f"{exercise.right_number:.{decimals}f}"
        if float(rounded) != 0:
            assert exercise.judge(rounded).feedback in told, rounded


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("one_step_of_a_neuron", False),  # 2.5
        ("boundary_by_hand", False),  # 1.5
        ("a_way_back", False),  # 1.92
        ("noise_of_a_batch", False),  # 2.18, where 2 is a mistake of its own
        ("all_it_can_learn_from_zero", True),  # 1.03 to one decimal is 1
        ("fall_of_a_logarithm", True),  # 54.6
    ],
)
def test_a_whole_number_is_close_only_if_it_is_hardly_off(name, close, page):
    exercise = all_exercises()[name]
    text = f"{exercise.right_number:.0f}"
    assert exercise.judge(text).feedback.startswith("That is close") is close
    ((_, feedback),) = page([text], exercise)
    assert feedback.startswith("That is close") is close


@pytest.mark.parametrize(
    ("name", "scale"),
    [("ceiling_of_two_strips", 100), ("error_in_per_cent", 0.01)],
)
def test_who_mixes_up_share_and_per_cent_is_told_so(name, scale):
    exercise = all_exercises()[name]
    feedback = exercise.judge(scale * exercise.right_number).feedback
    assert "per cent" in feedback
    assert "between 0 and 1" in feedback


def test_a_long_text_is_read(page):
    """A search that goes back over all digits would not come to its end."""
    exercise = all_exercises()["sheet_parameters"]
    text = "1" * 1_000_000 + "x"
    assert not exercise.judge(text).right
    assert page([text], exercise)[0][0] is False
