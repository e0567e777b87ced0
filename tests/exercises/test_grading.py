"""Grading a folder of notebooks, some of which are hostile, empty or broken."""

import csv
import os
import resource
import subprocess
import sys
import time
from copy import deepcopy
from datetime import datetime
from decimal import Decimal

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from nnteach.exercises import LESSONS, all_exercises, exercises_of, grading
from nnteach.exercises.__main__ import main
from nnteach.exercises.arguments import last_moment
from nnteach.exercises.grading import Grade, Student
from nnteach.exercises.judgement import Judgement
from nnteach.exercises.notebooks import student_notebook
from nnteach.exercises.results import (
    LOST,
    LOST_LESSON,
    UNREAD,
    UNREAD_LESSON,
    plain_number,
    points_of,
    write_report,
    write_results,
)
from nnteach.exercises.run_submission import exercise_of
from nnteach.exercises.submissions import find_submissions

LESSON = "count_parameters"
SOLUTIONS = {
    exercise.name: exercise.whole_solution for exercise in exercises_of(LESSON)
}
ALL = "7"
STUBBORN = """
while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass
"""


def notebook(answers):
    """A notebook with some answers."""
    book = student_notebook(LESSON)
    for cell in book.cells:
        found = cell.metadata.get("nnteach", {})
        if found.get("part") == "answer":
            cell.source = answers.get(found["exercise"], cell.source)
    return book


def changed(answer):
    return notebook(SOLUTIONS | {"sheet_parameters": answer})


def without(part):
    book = notebook(SOLUTIONS)
    book.cells = [
        cell
        for cell in book.cells
        if cell.metadata.get("nnteach", {}).get("part") != part
    ]
    return book


def with_faked_checks():
    """Two right answers, and checks that always praise."""
    book = notebook(dict(list(SOLUTIONS.items())[:2]))
    for cell in book.cells:
        if cell.metadata.get("nnteach", {}).get("part") == "check":
            cell.source = 'print("Right.")'
    return book


def answer_cells(book):
    """The cells of a notebook for the answers, by exercise."""
    return {
        cell.metadata.nnteach.exercise: cell
        for cell in book.cells
        if cell.metadata.get("nnteach", {}).get("part") == "answer"
    }


def with_accidents():
    """A scratch cell, a cell that became text, a split one, a copy, and no stdout."""
    book = changed("answer = 703")
    cells = answer_cells(book)
    split = new_code_cell("print('done')", metadata=cells["sheet_equations"].metadata)
    copy = deepcopy(cells["relu_instead"])
    copy.source = 'answer = "a"'
    places = book.cells.index
    book.cells.insert(places(cells["sheet_shapes"]) + 2, new_code_cell("answer = 5"))
    book.cells.insert(places(cells["sheet_equations"]) + 1, split)
    book.cells.append(copy)
    cells["sheet_parameters"].cell_type = "raw"
    del cells["sheet_parameters"]["outputs"]
    del cells["sheet_parameters"]["execution_count"]
    cells["shape_for_sklearn"].source += "\nimport sys\nsys.stdout = None"
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    return book


MIXED = {
    "sheet_shapes": "1 / 0",
    "sheet_parameters": "answer = 650",
    "sheet_equations": "while True: pass",
    "relu_instead": "bytearray(2**36)",
    "shape_for_sklearn": "globals = {}\n" + SOLUTIONS["shape_for_sklearn"],
}
HALF = {"sheet_shapes": SOLUTIONS["sheet_shapes"], "sheet_parameters": "answer = 650"}
# what each student hands in, the points, and parts of what the report says
CLASS = {
    "right": (notebook(SOLUTIONS), ALL, ["Right."]),
    "half right": (notebook(HALF), "1", ["Right.", "Not attempted"]),
    "untouched": (notebook({}), "0", ["Not attempted: the cell is as it was"]),
    "mixed": (
        notebook(MIXED),
        "2",
        [
            "A cell ended with ZeroDivisionError",
            "These are the weights alone",
            "A cell was stopped because it took too long",
            "A cell needed more memory",
            "Right.",
            "1.1 · 3 took too long and was stopped. 1.1 · 4 needed too much memory.",
        ],
    ),
    "accidents": (
        with_accidents(),
        "5",
        [
            "1.1 · 1 The shapes of all arrays** (1 of 1): Right.",
            "text now, so it was not run",
            "There are 2 cells for this answer",
            "From the equations to scikit-learn** (2 of 2): Right.",
        ],
    ),
    "no Python": (
        changed("x = 1\nanswer = 700 +"),
        "6",
        [
            "A cell ended with SyntaxError in line 2, `answer = 700 +`: invalid",
            "1.1 · 2 has a cell that is no valid Python.",
        ],
    ),
    "stops": (changed("raise KeyboardInterrupt"), "6", ["with KeyboardInterrupt"]),
    "crashes": (
        changed("import os; os._exit(1)"),
        "1",
        ["ended Python in 1.1 · 2", "A cell of this exercise ended Python"],
    ),
    "cannot be interrupted": (
        changed(STUBBORN),
        "1",
        ["could not be interrupted: stopped in 1.1 · 2", "Does each loop end?"],
    ),
    "no checks": (without("check"), ALL, ["Right."]),
    "faked checks": (with_faked_checks(), "2", ["Not attempted"]),
    "no answers": (without("answer"), "0", ["no cell of an exercise"]),
}


def grade_class(folder, numbers, *options):
    """Grade so many of each kind; return the exit code, the rows, and the reports."""
    for name, number in numbers.items():
        for copy in range(number):
            path = folder / f"{name} {copy}" / "exercises.ipynb"
            path.parent.mkdir()
            nbformat.write(CLASS[name][0], path)
    (folder / "nothing").mkdir()
    (folder / "garbage.ipynb").write_text("no notebook")
    output = folder.with_name("graded")
    where = ["--output", str(output), "--lesson", LESSON, "--jobs", "2"]
    code = main(["grade", str(folder), *where, *options])
    with (output / "results.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    reports = {
        path.stem: path.read_text(encoding="utf-8")
        for path in (output / "reports").iterdir()
    }
    whole = (output / "report.md").read_text(encoding="utf-8")
    assert all(f"#{report}" in whole for report in reports.values())
    return code, rows, reports


def require_expected(student, kind, graded):
    """Require the points and the feedback that a kind of student gets."""
    _, rows, reports = graded
    _, points, parts = CLASS[kind]
    assert rows[student]["points"] == points
    assert rows[student]["out_of"] == "7"
    assert all(part in reports[student] for part in parts)
    assert "Not yet" not in reports[student], "points are final"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with one student of each kind."""
    folder = tmp_path_factory.mktemp("class")
    limits = "--cell-seconds", "6", "--seconds", "120"
    return grade_class(folder, dict.fromkeys(CLASS, 1), *limits)


@pytest.mark.parametrize("name", CLASS)
def test_each_student_gets_the_points_and_the_feedback(name, graded):
    require_expected(f"{name} 0", name, graded)


def test_what_cannot_be_graded_stops_nobody_else(graded):
    code, rows, reports = graded
    assert code == 1, "some notebooks did not run to their end"
    assert set(rows) == {*(f"{name} 0" for name in CLASS), "nothing", "garbage"}
    assert set(reports) == set(rows)
    assert "No notebook was handed in" in rows["nothing"]["notes"]


def test_a_notebook_that_cannot_be_read_gets_one_line(graded):
    _, rows, reports = graded
    note = rows["garbage"]["notes"]
    reason = "It is damaged or cut off, or no notebook at all."
    assert note == f"garbage.ipynb: It cannot be read. {reason}"
    assert reports["garbage"].rstrip() == f"# garbage\n\n0 of 7 points\n\n*{note}*"


def test_the_table_says_what_took_too_long_or_too_much(graded):
    _, rows, _ = graded
    assert "1.1 · 3 took too long" in rows["mixed 0"]["notes"]
    assert "1.1 · 4 needed too much memory" in rows["mixed 0"]["notes"]
    assert "ended Python in 1.1 · 2" in rows["crashes 0"]["notes"]
    assert "could not be interrupted" in rows["cannot be interrupted 0"]["notes"]
    assert not rows["right 0"]["notes"]
    assert "1.1 · 2 sheet_parameters" in rows["right 0"]


THIRTY = {
    **{"right": 9, "half right": 7, "accidents": 2, "no checks": 1},
    **{"mixed": 1, "cannot be interrupted": 1, "crashes": 2, "stops": 1},
    **{"faked checks": 2, "untouched": 1, "no answers": 1},
}


@pytest.mark.slow
def test_a_class_of_thirty_takes_less_than_five_minutes(tmp_path):
    (tmp_path / "class").mkdir()
    began = time.monotonic()
    graded = grade_class(tmp_path / "class", THIRTY)
    seconds = time.monotonic() - began
    _, rows, _ = graded
    assert len(rows) == 30
    for kind, number in THIRTY.items():
        for copy in range(number):
            require_expected(f"{kind} {copy}", kind, graded)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = used.ru_utime + used.ru_stime
    print(f"30 students took {seconds:.0f} seconds, {busy:.0f} of a core")
    assert seconds < 300


def test_single_exercises_count_alone(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    nbformat.write(notebook(HALF), tmp_path / "class" / "ada.ipynb")
    names = ["--exercise", "sheet_shapes", "--exercise", "relu_instead"]
    output = ["--output", str(tmp_path / "graded")]
    assert main(["grade", str(tmp_path / "class"), *names, *output]) == 0
    assert "ada: 1 of 2 right.\n" in capsys.readouterr().out
    table = (tmp_path / "graded" / "results.csv").read_text(encoding="utf-8-sig")
    columns = "student,1.1 · 1 sheet_shapes,1.1 · 4 relu_instead,points,out_of"
    assert table.startswith(columns)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Which exercises count?"),
        (["--exercise", "sheet_shape"], "Did you mean 'sheet_shapes'?"),
        (["--lesson", "count_parameter"], "Did you mean 'count_parameters'?"),
        (["--lesson", "zzz"], "There is no lesson 'zzz'. The command list has"),
        (["--exercise", "zzz"], "There is no exercise 'zzz'. The command list has"),
    ],
)
def test_what_is_graded_has_to_be_named(options, message, tmp_path, capsys):
    (tmp_path / "ada.ipynb").touch()
    assert main(["grade", str(tmp_path), *options]) == 2
    assert message in capsys.readouterr().err


def test_an_exercise_without_a_cell_is_told_what_may_have_happened():
    student = Student("ada", {"sheet_shapes": Grade(Judgement(True))})
    report = write_report(student, ["sheet_shapes", "sheet_parameters"], 0)
    assert LOST in report
    student.unread = True
    assert UNREAD in write_report(student, ["sheet_parameters"], 0)


def test_a_lesson_that_was_not_handed_in_gets_one_line():
    student = Student("ada", {"sheet_shapes": Grade(Judgement(True))})
    missing = [exercise.name for exercise in exercises_of("forward_pass")]
    asked = ["sheet_shapes", *missing]
    lines = write_report(student, asked, 0).split("- **")
    lost = LOST_LESSON.format(number=len(missing))
    assert len(lines) == 3
    assert lines[2].startswith(f"{LESSONS['forward_pass']}** (0 of ")
    assert lines[2].rstrip().endswith(lost)
    student.unread = True
    unread = UNREAD_LESSON.format(number=len(missing))
    assert unread in write_report(student, asked, 0)
    student.grades[missing[0]] = Grade(Judgement(True))
    assert len(write_report(student, asked, 0).split("- **")) == len(asked) + 1


def test_a_loop_that_cannot_be_interrupted_ends_with_its_notebook(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(grading, "KERNEL_SECONDS", 10)
    (tmp_path / "class").mkdir()
    nbformat.write(changed(STUBBORN), tmp_path / "class" / "stubborn.ipynb")
    limits = ["--cell-seconds", "60", "--seconds", "10"]
    output = ["--output", str(tmp_path / "graded")]
    lesson = ["--lesson", LESSON]
    assert main(["grade", str(tmp_path / "class"), *lesson, *output, *limits]) == 1
    assert "not end within 10 seconds: stopped in 1.1 · 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("exercise", "died", "killed", "reason"),
    [
        ("a", True, False, grading.ENDED_HERE),
        ("a", True, True, grading.STUBBORN_HERE),
        ("a", False, False, grading.OUT_OF_TIME_HERE),
        ("b", True, False, grading.NEVER_RUN),
    ],
)
def test_where_a_notebook_has_stopped_is_told(exercise, died, killed, reason):
    known = {"running": "a", "died": died, "killed": killed}
    assert grading.why_not_judged(exercise, known) == reason


@pytest.mark.parametrize("exercise", all_exercises())
def test_a_cell_counts_as_attempted_as_soon_as_it_differs(exercise):
    (cell,) = (
        cell.source
        for cell in student_notebook(lesson_of(exercise)).cells
        if exercise_of(cell, "answer") == exercise
    )
    assert grading.is_untouched(exercise, {exercise: f"\n{cell}  \n\n"})
    assert not grading.is_untouched(exercise, {exercise: f"{cell}\nanswer = 1"})
    assert not grading.is_untouched(exercise, {exercise: ""})
    assert not grading.is_untouched(exercise, {})


def lesson_of(exercise):
    (lesson,) = (
        lesson
        for lesson in LESSONS
        if exercise in [found.name for found in exercises_of(lesson)]
    )
    return lesson


def test_the_newest_notebook_counts(tmp_path):
    for age, name in enumerate(["new", "old"]):
        path = tmp_path / "ada" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (1e9 - age, 1e9 - age))
    (paths,) = find_submissions(tmp_path).values()
    assert [path.stem for path in paths] == ["old", "new"]


@pytest.mark.parametrize(
    ("points", "shown"), [("0", "0"), ("1.00", "1"), ("0.50", "0.5"), ("10.00", "10")]
)
def test_points_are_written_without_empty_decimals(points, shown):
    assert plain_number(Decimal(points)) == shown


def test_who_reads_the_beginning_of_the_list_alone_sees_no_error():
    command = [sys.executable, "-m", "nnteach.exercises", "list"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout.readline().startswith("what_a_network_learns")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


@pytest.mark.parametrize(
    ("late", "penalty", "points"),
    [(False, 50, "1"), (True, 0, "1"), (True, 50, "0.50"), (True, 33.335, "0.67")],
)
def test_late_answers_lose_their_share(late, penalty, points):
    student = Student("ada", {"sheet_parameters": Grade(Judgement(True), late)})
    assert points_of(student, "sheet_parameters", penalty) == Decimal(points)


def test_grading_again_keeps_the_earlier_results(tmp_path):
    student = Student("ada", {"sheet_parameters": Grade(Judgement(True))})
    for _ in range(2):
        files = write_results([student], ["sheet_parameters"], 0, tmp_path)
        for path in (files.table, files.report, files.by_student):
            os.utime(path, (1e9, 1e9))
    written = datetime.fromtimestamp(1e9).strftime("%Y-%m-%dT%H%M%S-%f")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "results.csv",
        "report.md",
        f"results-{written}.csv",
        f"report-{written}.md",
        "reports",
        f"reports-{written}",
    }


@pytest.mark.parametrize(
    ("make", "message"),
    [(False, "There is no folder"), (True, "has no notebooks")],
)
def test_a_folder_without_notebooks_is_an_error(make, message, tmp_path, capsys):
    if make:
        (tmp_path / "class").mkdir()
    assert main(["grade", str(tmp_path / "class"), "--lesson", LESSON]) == 2
    assert message in capsys.readouterr().err


def run_of(judgements, untouched):
    """What is known of a notebook after its run."""
    names = [*judgements, *untouched]
    written = {name: all_exercises()[name].handed_out for name in untouched}
    known = {"read": True, "answered": names, "judgements": judgements}
    return dict(grading.NOTHING_KNOWN) | known | {"written": written}


def test_of_two_notebooks_the_newest_attempt_counts_and_a_note_says_so(
    tmp_path, monkeypatch
):
    shapes, parameters, equations = list(SOLUTIONS)[:3]
    wrong, right = [False, "no"], [True, ""]
    runs = {
        "old.ipynb": run_of({shapes: right, parameters: right}, [equations]),
        "new.ipynb": run_of({parameters: wrong, equations: right}, [shapes]),
    }
    monkeypatch.setattr(grading, "run_notebook", lambda path, _: (runs[path.name], ""))
    for age, name in enumerate(runs):
        path = tmp_path / "ada" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (1e9 + age, 1e9 + age))
    (student,) = grading.grade_folder(tmp_path)
    assert student.is_right(shapes), "the newer cell was never touched"
    assert not student.is_right(parameters)
    assert student.is_right(equations)
    note = "new.ipynb: It counts for 1.1 · 2, which an older notebook has too."
    assert student.notes == [note]
    assert not student.broken


def test_odd_files_are_no_submissions_and_odd_names_no_obstacle(tmp_path):
    notebooks = [
        "ada/week 1/x.ipynb",
        "ada/.ipynb_checkpoints/x.ipynb",
        "__MACOSX/ada/._x.ipynb",
        ".hidden.ipynb",
        "bob.ipynb",
        "bob/again.ipynb",
    ]
    for name in notebooks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "dir.ipynb").mkdir()
    (tmp_path / "broken.ipynb").symlink_to(tmp_path / "nowhere.ipynb")
    (tmp_path / "linked").symlink_to(tmp_path / "ada")
    os.mkdir(os.fsencode(tmp_path) + b"/J\xfcrgen")
    found = {
        name: [path.name for path in paths]
        for name, paths in find_submissions(tmp_path).items()
    }
    assert found == {
        "ada": ["x.ipynb"],
        "linked": ["x.ipynb"],
        "bob": found["bob"],
        "dir.ipynb": [],
        "J\\udcfcrgen": [],
    }
    assert sorted(found["bob"]) == ["again.ipynb", "bob.ipynb"]


def test_whatever_happens_to_a_student_stops_nobody_else(tmp_path, monkeypatch):
    def fail(path, limits):
        raise PermissionError("no")

    (tmp_path / "ada.ipynb").touch()
    monkeypatch.setattr(grading, "run_notebook", fail)
    (student,) = grading.grade_folder(tmp_path)
    assert student.broken
    assert student.notes == ["The notebooks cannot be graded: PermissionError: no."]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-05-06", datetime(2030, 5, 7)),
        ("2030-05-06 23:59", datetime(2030, 5, 7)),
        ("2030-05-06 12:00:30", datetime(2030, 5, 6, 12, 0, 30)),
    ],
)
def test_a_due_day_or_minute_lasts_until_its_end(text, moment):
    assert last_moment(text) == moment


def test_a_due_time_may_have_a_zone():
    assert last_moment("2030-05-06T12:00+00:00").tzinfo is None


def test_a_place_for_the_results_that_is_a_file_is_found_before_grading(
    tmp_path, capsys
):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").touch()
    (tmp_path / "file").touch()
    output = ["--lesson", LESSON, "--output", str(tmp_path / "file")]
    assert main(["grade", str(tmp_path / "class"), *output]) == 2
    assert "file" in capsys.readouterr().err


def test_results_are_not_put_among_the_submissions(tmp_path, capsys):
    (tmp_path / "ada.ipynb").touch()
    output = ["--lesson", LESSON, "--output", str(tmp_path / "graded")]
    assert main(["grade", str(tmp_path), *output]) == 2
    assert "among the submissions" in capsys.readouterr().err
    assert not (tmp_path / "graded").exists()


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("--due", "tomorrow", "a time such as 2030-05-06"),
        ("--due", "9999-12-31", "a time such as 2030-05-06"),
        ("--jobs", "4G", "a whole number above 0"),
        ("--megabytes", "0", "a whole number above 0"),
        ("--late-penalty", "ten", "a number between 0 and 100"),
        ("--seconds", "nan", "above 0, as a number of seconds"),
    ],
)
def test_a_wrong_argument_is_told_what_it_must_be(option, text, expected, capsys):
    with pytest.raises(SystemExit):
        main(["grade", "class", "--lesson", LESSON, option, text])
    said = capsys.readouterr().err
    assert f"argument {option}: {text!r} is not {expected}" in said
