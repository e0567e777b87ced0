"""An exercise in the hands of a student."""

import contextlib
import sys
import threading
import time
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import IPython.display
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import LinearRegression

import nnteach.exercises
from nnteach import MLPClassifierNet
from nnteach.exercises import (
    exercises_of,
    relu_instead,
    sheet_equations,
    sheet_parameters,
    sheet_shapes,
)
from nnteach.exercises.code import changed, run
from nnteach.exercises.exercise import CodeExercise
from nnteach.exercises.judgement import UNANSWERED, WrongAnswerError, judge
from nnteach.exercises.requirements import (
    call,
    describe,
    require_fitted,
    samples_of,
    to_array,
)
from nnteach.exercises.typed_numbers import to_number


@pytest.fixture(autouse=True)
def no_notebook(monkeypatch):
    """Print, as outside of Jupyter, whatever other tests have imported."""
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)


def test_check_prints_what_is_wrong(capsys):
    sheet_parameters.check(650)
    sheet_parameters.check(703)
    wrong, right = capsys.readouterr().out.splitlines()
    assert wrong.startswith("Not yet. These are the weights alone.")
    assert right == "Right."


def test_a_right_choice_is_explained(capsys):
    relu_instead.check(" (B) ")
    assert capsys.readouterr().out.startswith("Right. The count depends on the sizes")


@pytest.mark.parametrize("answer", ["z", "ab", "", 1, ["b"]])
def test_a_choice_is_a_letter(answer, capsys):
    relu_instead.check(answer)
    assert "one of the letters a, b, c" in capsys.readouterr().out


def test_each_call_shows_the_next_hint(capsys, monkeypatch):
    monkeypatch.setattr("nnteach.exercises.exercise.HINTS_SHOWN", Counter())
    first, second = sheet_parameters.hints
    for number in (None, 1, None, None, 2):
        sheet_parameters.hint(number)
    printed = capsys.readouterr().out
    shown = [f"Hint 1 of 2: {first}", f"Hint 2 of 2: {second}"]
    assert printed.splitlines() == [shown[i] for i in (0, 0, 1, 0, 1)]
    with pytest.raises(ValueError, match=r"has hints 1 to 2. Got 3"):
        sheet_parameters.hint(3)


def test_the_solution_prints_lines_that_run(capsys):
    sheet_equations.solution()
    names = {}
    exec(capsys.readouterr().out, names)
    assert sheet_equations.judge(names["answer"]).right


def test_in_a_notebook_the_exercise_is_its_question_and_feedback_is_markdown(
    monkeypatch,
):
    shown = []
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    monkeypatch.setattr(IPython.display, "display", shown.append)
    sheet_parameters.check(703)
    assert shown[0].data == "Right."
    assert sheet_parameters.question in sheet_parameters._repr_markdown_()
    assert "- **a** " in relu_instead._repr_markdown_()


def test_names_are_imported_and_listed():
    assert "sheet_parameters" in dir(nnteach.exercises)
    with pytest.raises(ImportError, match="no_such_exercise"):
        from nnteach.exercises import no_such_exercise  # noqa: F401
    with pytest.raises(AttributeError, match="all_exercises"):
        _ = nnteach.exercises.no_such_exercise
    with pytest.raises(ValueError, match="There is no lesson 'nonsense'"):
        exercises_of("nonsense")


@pytest.mark.parametrize(
    "answer",
    [
        *(703, 703.0, "703", "1406/2", "703,0", Fraction(703), np.int64(703)),
        *([703], np.array([[703]]), np.array(703), torch.tensor(703), Decimal("703")),
        *(torch.tensor(703.0, requires_grad=True).detach(), pd.Series([703])),
    ],
    ids=repr,
)
def test_a_number_is_taken_in_every_form(answer):
    assert to_number(answer) == 703


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e3", 1000), ("-.5", -0.5), (" − 3 / −4 ", 0.75), ("1,5e-1", 0.15), ("+7.", 7)],
)
def test_a_typed_number_is_read(text, number):
    assert to_number(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "answer",
    [
        *(True, [1, 2], None, float("inf"), {}, 10**400, "a", "1/0", "1e999", "0x10"),
        *("1_000", "١", "1/2/3", "", "-", "1,000.5", Decimal("nan"), Decimal("sNaN")),
        *((), (1, 2), torch.ones(1, requires_grad=True), np.array("703"), "½"),
    ],
)
def test_what_is_no_number_is_named(answer):
    with pytest.raises(WrongAnswerError, match="number"):
        to_number(answer)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("text", "An array of numbers is wanted. You gave a str, 'text'"),
        ([[1, 2], [3]], "An array of numbers is wanted"),
        ([1, np.nan], "not finite"),
        ([1, 2, 3], r"shape \(2,\) is wanted. Yours has the shape \(3,\)"),
    ],
)
def test_what_is_no_such_array_is_named(answer, message):
    with pytest.raises(WrongAnswerError, match=message):
        to_array(answer, (2,))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([(10, 1)], "a dict with the keys x, y, W1, b1, W2, b2. You gave a list"),
        ({"X": (10, 1)}, "The key 'x' is missing"),
        ({"x": "10x1"}, "\"x\" is a str, '10x1'. Its shape is wanted"),
        (
            {"x": np.ones((10, 1))},
            '"x" is an ndarray of shape (10, 1). Its shape is wanted',
        ),
        ({"x": [[10], [1, 2]]}, '"x" is a list, [[10], [1, 2]]. Its shape is wanted'),
        ({"x": 10}, "x has one dimension"),
    ],
)
def test_what_is_no_shape_is_named(answer, message):
    assert message in sheet_shapes.judge(answer).feedback


def test_a_sign_for_per_cent_is_told_apart_from_nonsense():
    assert "without the sign %" in sheet_parameters.judge("703 %").feedback


def returns_nothing(x):
    pass


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (5, "The answer is a function. You gave an int, 5"),
        (lambda: 1, r"is called with 1 argument, and yours takes \(\). Take those"),
        (lambda x: 1 / x, "ended with ZeroDivisionError: division by zero.$"),
        (returns_nothing, "returns nothing yet"),
        (max, "max ended with TypeError"),  # tells nobody what it takes
    ],
)
def test_a_function_that_breaks_is_explained(function, message):
    with pytest.raises(WrongAnswerError, match=message):
        call(function, 0)


def test_an_error_is_shown_with_the_students_own_line():
    code = """
    import numpy as np

    def helper(x):
        return np.ones(2) @ x

    def double(x):
        x = 2 * x
        return helper(x)
    """
    double = run(code)[1]["double"]
    with pytest.raises(WrongAnswerError) as caught:
        call(double, np.ones(3))
    assert str(caught.value).startswith("double ended with ValueError: matmul")
    assert str(caught.value).endswith("in the line `return np.ones(2) @ x`.")


def test_a_program_is_changed_only_where_it_has_the_text():
    assert changed("a = 1\nb = 2", ("1", "3"), ("b", "c")) == "a = 3\nc = 2"
    with pytest.raises(ValueError, match="The program has no 'd'"):
        changed("a = 1", ("d", "e"))


def adds_in_place(x):
    x += 1
    return x


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (lambda x: x.pop(), [1, 2]),
        (adds_in_place, np.zeros(2)),
        (lambda x: x["a"].sort() or 1, {"a": np.array([2, 1])}),
        (lambda x: x.setdefault("b", 1), {"a": 1}),
        (lambda x: x[0].resize((3,), refcheck=False) or 1, [np.zeros(2)]),
    ],
)
def test_a_function_must_not_change_its_arguments(function, argument):
    before = repr(argument)
    with pytest.raises(WrongAnswerError, match="changes what it is given"):
        call(function, argument)
    assert repr(argument) == before, "it was given a copy"


def moves_and_moves_back(x):
    x[0] += 1e-5
    x[0] -= 1e-5
    return x


@pytest.mark.parametrize(
    "argument", [np.array([0.1, np.nan]), [0.1, "text"], np.array([1e-5], dtype=object)]
)
def test_a_rounding_is_no_change(argument):
    call(moves_and_moves_back, argument)


def test_a_column_is_as_good_as_an_array_of_one_dimension():
    assert to_array([[1], [2]], (2,)).shape == (2,)


def test_the_samples_of_a_training_are_counted():
    net = MLPClassifierNet((2,), max_iter=3, n_iter_no_change=np.inf)
    assert samples_of(net.fit(np.ones((30, 2)), [0, 1] * 15)) == 30


def test_a_fitted_estimator_is_wanted():
    with pytest.raises(WrongAnswerError, match="You gave a str, 'net'"):
        require_fitted("net", LinearRegression)
    with pytest.raises(WrongAnswerError, match="not fitted yet"):
        require_fitted(LinearRegression(), LinearRegression)
    with pytest.raises(WrongAnswerError, match="the class LinearRegression itself"):
        require_fitted(LinearRegression, LinearRegression)
    require_fitted(LinearRegression().fit([[0], [1]], [0, 1]), LinearRegression)


def test_long_answers_are_named_by_their_type():
    assert describe(list(range(100))) == "a list"


def wait(answer):
    while True:
        time.sleep(0.01)


def test_an_answer_that_does_not_end_is_stopped():
    judgement = judge(wait, 1, 0.05)
    assert not judgement.right
    assert "still busy after 0.05 seconds" in judgement.feedback
    function = "def answer(*arguments):\n    while True:\n        pass"
    names = {}
    exec(function, names)
    quick = CodeExercise(**{**vars(sheet_equations), "seconds": 0.05})
    assert "still busy" in quick.judge(names["answer"]).feedback


def needs_much(answer):
    raise MemoryError


def test_what_takes_too_long_or_too_much_is_marked():
    assert judge(wait, 1, 0.05).trouble == "time"
    assert judge(lambda answer: call(needs_much, answer), 1, 1).trouble == "memory"
    assert "needed more memory" in judge(needs_much, 1, 1).feedback
    assert judge(lambda answer: None, 1, 1).trouble == ""


def test_an_answer_that_had_to_wait_is_not_stopped():
    """As on a computer that is busy with other things."""
    assert judge(lambda answer: time.sleep(0.3), 1, 0.1).right


def evasive(answer):
    end = time.monotonic() + 2
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


def ends_the_program(answer):
    raise SystemExit


def test_an_answer_cannot_hide_from_the_limit_nor_end_the_program():
    assert "still busy" in judge(evasive, 1, 0.05).feedback
    assert "SystemExit" in judge(ends_the_program, 1, 1).feedback
    endless = []
    endless.append(endless)
    assert not judge(lambda answer: None, endless, 1).right


def test_a_long_answer_is_named_and_not_shown():
    assert len(relu_instead.judge("x" * 10**6).feedback) < 200
    assert len(sheet_parameters.judge("x" * 10**6).feedback) < 500


def test_outside_of_the_main_thread_there_is_no_limit():
    judgements = []
    thread = threading.Thread(
        target=lambda: judgements.append(judge(lambda answer: "good", 1, 0.01))
    )
    thread.start()
    thread.join()
    assert str(judgements[0]) == "Right. good"


@pytest.mark.parametrize("answer", [None, ..., [1, ...], {"a": (..., 2)}])
def test_dots_are_no_answer(answer):
    assert judge(lambda answer: None, answer, 1).feedback == UNANSWERED


def test_whose_cell_ended_with_an_error_is_not_told_of_dots_alone():
    """Then the variable still has the None of the check before."""
    assert "ended with an error, mend it; if it still has dots" in UNANSWERED


def test_a_check_that_fails_says_how():
    def examine(answer):
        raise RuntimeError

    assert judge(examine, 1, 1).feedback == (
        "Checking your answer ended with RuntimeError."
    )
