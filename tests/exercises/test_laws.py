"""The laws that each exercise keeps."""

import ast
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnteach.exercises import LESSONS, all_exercises, exercises_of
from nnteach.exercises.choice_exercise import LETTERS, ChoiceExercise
from nnteach.exercises.code import join_code, plain, run
from nnteach.exercises.judgement import UNANSWERED
from nnteach.exercises.notebooks import student_notebook, teacher_notebook
from nnteach.exercises.number_exercise import NumberExercise

EXERCISES = list(all_exercises().values())
LAWS = pytest.mark.parametrize(
    "exercise", EXERCISES, ids=lambda exercise: exercise.name
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def answer_of(exercise, code):
    return run(join_code(exercise.setup_code, code))[1]["answer"]


@LAWS
def test_the_solution_passes(exercise):
    judgement = exercise.judge(answer_of(exercise, exercise.solution_code))
    assert judgement.right, judgement.feedback


@LAWS
def test_the_start_fails(exercise):
    judgement = exercise.judge(answer_of(exercise, exercise.start_code))
    assert not judgement.right
    assert judgement.feedback


@LAWS
def test_an_exercise_shown_without_brackets_tells_no_answer(exercise):
    short = f"{exercise.name}: {exercise.title}>"
    assert repr(exercise) == f"<{type(exercise).__name__} {short}"
    assert repr(exercise.hint).endswith(f"{short}>")


def assigned_names(code):
    """All names that lines of Python give a value, wherever."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found


def code_in(text):
    """The code of Python in a text in Markdown, block by block."""
    return [plain(code) for code in re.findall(r"```(?:python)?\n(.*?)```", text, re.S)]


@LAWS
def test_no_code_takes_the_name_of_an_exercise_away(exercise):
    attempts = [attempt.code for attempt in exercise.wrong_attempts]
    shown = code_in("\n".join((exercise.text, *exercise.hints)))
    own = exercise.setup_code, exercise.start_code, exercise.solution_code
    for code in (*own, *attempts, *shown):
        assert not assigned_names(code) & set(all_exercises()), code


@LAWS
def test_each_wrong_attempt_fails_with_its_own_message(exercise):
    messages = [attempt.message for attempt in exercise.wrong_attempts]
    assert len(messages) >= 2
    assert len(set(messages)) == len(messages)
    for attempt in exercise.wrong_attempts:
        judgement = exercise.judge(answer_of(exercise, attempt.code))
        assert not judgement.right, attempt.code
        assert attempt.message in judgement.feedback
        others = [message for message in messages if message != attempt.message]
        assert not any(message in judgement.feedback for message in others)
        assert_tells_no_answer(exercise, judgement.feedback)
        again = exercise.judge(answer_of(exercise, attempt.code))
        assert again == judgement, "chance decides what is said of this attempt"


def assert_tells_no_answer(exercise, feedback):
    """Feedback has neither the right number nor letter, nor a line of the solution."""
    assert " at 0x" not in feedback, "an address is another one each time"
    given = exercise.text + exercise.setup_code + exercise.start_code
    tells = []
    if isinstance(exercise, NumberExercise):
        number = exercise.right_number
        tells = [f"{number:g}", f"{number:.{exercise.decimals}f}", f"{number:,.0f}"]
    elif isinstance(exercise, ChoiceExercise):
        right = exercise.choices[LETTERS.index(exercise.right_letter)]
        tells = [right.text, right.feedback]
    else:
        lines = map(str.strip, exercise.solution_code.splitlines())
        tells = [line for line in lines if len(line) > 10]
    for told in tells:
        found = re.search(rf"(?<![\d.]){re.escape(told)}(?![\d.])", feedback)
        assert not found or told in given


@LAWS
def test_a_solution_prints_the_same_each_time(exercise):
    """So that the page is the same in each build."""
    assert run(exercise.whole_solution)[0] == run(exercise.whole_solution)[0]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_notebook_with_all_solutions_is_right_at_each_check(lesson, capsys):
    names = {}
    for cell in student_notebook(lesson).cells:
        if cell.cell_type == "markdown":
            continue
        found = cell.metadata.get("nnteach", {})
        exercise = all_exercises().get(found.get("exercise"))
        if found.get("part") == "answer":
            cell.source = join_code(exercise.setup_code, exercise.solution_code)
        capsys.readouterr()
        exec(cell.source, names)
        if found.get("part") == "check":
            assert capsys.readouterr().out.startswith("Right.")
            exec(cell.source, names)
            printed = capsys.readouterr().out
            assert printed == f"Not yet. {UNANSWERED}\n", "the answer is forgotten"


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_teachers_notebook_gets_full_marks(lesson):
    """Its start code runs before the solution, and takes nothing from it."""
    names = {}
    for cell in teacher_notebook(lesson).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            if cell.metadata.get("nnteach", {}).get("part") == "check":
                assert names["right"] is True


def raises(*arguments):
    raise KeyError("odd")


def returns_nothing(*arguments):
    pass


def asks_for_a_function(exercise):
    defined = re.findall(r"^def (\w+)\(", exercise.solution_code, re.MULTILINE)
    return any(
        f"answer = {name}\n" in f"{exercise.solution_code}\n" for name in defined
    )


@pytest.mark.parametrize(
    "exercise", list(filter(asks_for_a_function, EXERCISES)), ids=lambda e: e.name
)
def test_a_function_that_breaks_or_returns_nonsense_is_told_kindly(exercise):
    for function, message in (
        (raises, "raises ended with KeyError: 'odd'."),
        (returns_nothing, "returns_nothing returns nothing yet"),
        (lambda: 1, "and yours takes ()"),
    ):
        assert message in exercise.judge(function).feedback
    for nonsense in (1, -1.5, "no", [], {}, object(), float("nan"), (1, 2), np.ones(3)):
        judgement = exercise.judge(lambda *_, nonsense=nonsense: nonsense)
        assert not judgement.right
        assert "Checking your answer ended" not in judgement.feedback
        assert_tells_no_answer(exercise, judgement.feedback)


@LAWS
def test_exactly_one_choice_holds(exercise):
    if isinstance(exercise, ChoiceExercise):
        assert 3 <= len(exercise.choices) <= len(LETTERS)
        assert sum(bool(choice.holds()) for choice in exercise.choices) == 1


@LAWS
@pytest.mark.parametrize(
    "nonsense",
    [None, ..., [], "", "no idea", object(), lambda: 1 / 0, float("nan"), {"a": 1}],
    ids=[
        "None",
        "dots",
        "list",
        "no text",
        "text",
        "object",
        "function",
        "NaN",
        "dict",
    ],
)
def test_nonsense_is_told_kindly(exercise, nonsense):
    judgement = exercise.judge(nonsense)
    assert not judgement.right
    assert judgement.feedback
    assert "Traceback" not in judgement.feedback
    assert "Checking your answer ended" not in judgement.feedback


@LAWS
def test_an_exercise_has_all_its_parts(exercise):
    assert exercise.title
    assert exercise.question.endswith((".", "?", ":", "$$", "```"))
    assert 1 <= exercise.minutes <= 30
    assert exercise.hints
    assert exercise.objectives


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_three_exercises_or_more(lesson):
    assert len(exercises_of(lesson)) >= 3


def test_an_exercise_is_called_like_its_variable():
    for lesson in LESSONS:
        for exercise in exercises_of(lesson):
            module = __import__(
                f"nnteach.exercises.lessons.{lesson}", fromlist=[exercise.name]
            )
            assert getattr(module, exercise.name) is exercise
    n_exercises = sum(len(exercises_of(lesson)) for lesson in LESSONS)
    assert len(all_exercises()) == n_exercises, "two exercises have one name"
