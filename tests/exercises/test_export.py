"""Notebooks, sheets and question banks that are made of the exercises."""

import re
from xml.etree import ElementTree as ET

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.preprocessors import ClearSolutions

from nnteach.exercises import LESSONS, all_exercises, exercises_of
from nnteach.exercises.__main__ import main
from nnteach.exercises.catalogue import choose, heading
from nnteach.exercises.choice_exercise import ChoiceExercise
from nnteach.exercises.code import join_code
from nnteach.exercises.moodle import write_moodle
from nnteach.exercises.notebooks import student_notebook, teacher_notebook
from nnteach.exercises.notes import write_notes
from nnteach.exercises.number_exercise import NumberExercise
from nnteach.exercises.sheet import write_sheet


def source_lines(*texts):
    """The lines of texts that are more than a bracket or an import."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return {
        line
        for line in lines
        if re.search(r"\w", line) and not line.startswith(("import ", "from "))
    }


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_students_notebook_holds_no_line_of_a_solution(lesson):
    shown = source_lines(*(cell.source for cell in student_notebook(lesson).cells))
    data = source_lines(*(exercise.setup_code for exercise in exercises_of(lesson)))
    for exercise in exercises_of(lesson):
        given = source_lines(exercise.question, exercise.start_code) | data
        own = source_lines(exercise.solution_code) - given
        assert own, "a solution has lines that the start lacks"
        assert not own & shown


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("make", [student_notebook, teacher_notebook])
def test_notebooks_are_valid_for_jupyter_and_for_nbgrader(lesson, make):
    book = make(lesson)
    nbformat.validate(book)
    validator = MetadataValidatorV3()
    validator.validate_nb(book)
    grade_ids = [
        cell.metadata.nbgrader.grade_id
        for cell in book.cells
        if "nbgrader" in cell.metadata
    ]
    assert len(grade_ids) == len(set(grade_ids)) == 2 * len(exercises_of(lesson))


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_nbgrader_releases_has_the_start_and_nothing_for_teachers(lesson):
    book, _ = ClearSolutions().preprocess(teacher_notebook(lesson), {})
    released = "\n".join(cell.source for cell in book.cells)
    questions = "\n".join(cell.source for cell in student_notebook(lesson).cells)
    for exercise in exercises_of(lesson):
        assert join_code(exercise.setup_code, exercise.start_code) in released
        own = source_lines(exercise.solution_code) - source_lines(questions)
        assert not own & source_lines(released)
    assert "Hint 1" not in released


def test_the_teachers_notebook_has_every_solution_and_all_points():
    for lesson in LESSONS:
        book = teacher_notebook(lesson)
        code = "\n".join(cell.source for cell in book.cells)
        points = sum(
            cell.metadata.nbgrader.get("points", 0)
            for cell in book.cells
            if "nbgrader" in cell.metadata
        )
        assert points == sum(exercise.points for exercise in exercises_of(lesson))
        for exercise in exercises_of(lesson):
            assert exercise.solution_code in code


def test_a_sheet_shows_formulas_without_a_script_and_answers_only_if_asked():
    plain, solved = (
        BeautifulSoup(write_sheet(choose(LESSONS), answers=answers), "html.parser")
        for answers in (False, True)
    )
    for sheet in (plain, solved):
        for code in sheet.find_all(["pre", "code"]):
            code.decompose()
        assert len(sheet.find_all("section")) == len(all_exercises())
        assert sheet.find("math")
        assert not sheet.find("script")
        assert "$" not in sheet.find("body").get_text()
        assert "--|" not in sheet.find("body").get_text(), "a table in Markdown"
    assert not plain.select(".answer")
    assert len(solved.select(".answer")) == len(all_exercises())


def test_a_sheet_has_room_for_a_name_and_for_marks_unless_it_has_the_answers():
    chosen = choose(["count_parameters"])
    for answers in (False, True):
        sheet = BeautifulSoup(write_sheet(chosen, answers=answers), "html.parser")
        assert len(sheet.select(".name")) == (not answers)
        marks = [mark.get_text().strip() for mark in sheet.select(".marks")]
        points = [e.effort.split(", ")[1] for e in chosen["count_parameters"]]
        assert marks == ([] if answers else [f"of {text}" for text in points])
        assert ("of 7 points" in sheet.get_text()) == (not answers)
        rooms = len(sheet.select(".room")), len(sheet.select(".room.program"))
        assert rooms == ((0, 0) if answers else (5, 3))


def test_what_is_exported_says_where_it_comes_from_and_what_its_number_is():
    chosen = choose(["count_parameters"])
    (exercises,) = chosen.values()
    pages = [
        *(
            "\n".join(cell.source for cell in make("count_parameters").cells)
            for make in (student_notebook, teacher_notebook)
        ),
        *(write_sheet(chosen, answers=answers) for answers in (False, True)),
        write_notes(chosen),
    ]
    for page in pages:
        assert "CC BY 4.0" in page
        assert "https://creativecommons.org/licenses/by/4.0/" in page
        assert all(heading(exercise) in page for exercise in exercises)
    assert heading(exercises[1]) == "1.1 · 2 Count by hand"
    assert all(heading(e) in write_moodle(chosen) for e in exercises[1:2])


def test_only_what_is_chosen_is_exported(tmp_path):
    names = ["a_way_back", "relu_instead", "sheet_shapes"]
    options = [word for name in names for word in ("--exercise", name)]
    whole = ["--lesson", "digits"]
    assert main(["export", "--teacher", str(tmp_path), *options, *whole]) == 0
    books = {path.stem: nbformat.read(path, 4) for path in tmp_path.glob("*.ipynb")}
    found = {
        lesson: [
            cell.metadata.nnteach.exercise
            for cell in book.cells
            if cell.metadata.get("nnteach", {}).get("part") == "answer"
        ]
        for lesson, book in books.items()
    }
    assert found == {
        "count_parameters": ["sheet_shapes", "relu_instead"],
        "backpropagation": ["a_way_back"],
        "digits": [exercise.name for exercise in exercises_of("digits")],
    }
    sheet = BeautifulSoup((tmp_path / "sheet.html").read_text(), "html.parser")
    assert len(sheet.find_all("section")) == 3 + len(found["digits"])
    quiz = ET.fromstring((tmp_path / "moodle.xml").read_text(encoding="utf-8"))
    asked = {element.text for element in quiz.iter("idnumber")}
    assert {"a_way_back", "relu_instead"} < asked


def test_an_exercise_that_is_not_there_is_named(tmp_path, capsys):
    name = ["--exercise", "sheet_shape"]
    assert main(["export", "--student", str(tmp_path / "out"), *name]) == 2
    assert "There is no exercise 'sheet_shape'. Did you mean 'sheet_shapes'?" in (
        capsys.readouterr().err
    )
    assert not (tmp_path / "out").exists()


def test_moodle_gets_back_what_was_written():
    quiz = ET.fromstring(write_moodle(choose(LESSONS)))
    questions = {
        q.findtext("idnumber"): q for q in quiz if q.find("idnumber") is not None
    }
    expected = {
        name: exercise
        for name, exercise in all_exercises().items()
        if isinstance(exercise, NumberExercise | ChoiceExercise)
    }
    assert set(questions) == set(expected)
    for name, exercise in expected.items():
        right = [
            (answer.findtext("text"), answer.findtext("tolerance"))
            for answer in questions[name].findall("answer")
            if answer.get("fraction") == "100"
        ]
        assert len(right) == 1
        ((text, tolerance),) = right
        if isinstance(exercise, NumberExercise):
            assert float(text) == exercise.right_number
            assert float(tolerance) == exercise.known_numbers[0].tolerance
        else:
            letters = "abcdefgh"
            answers = questions[name].findall("answer")
            place = letters.index(exercise.right_letter)
            assert answers[place].get("fraction") == "100"
        feedback = [f.findtext("text") for f in questions[name].iter("feedback")]
        assert all(feedback[1:])
    categories = quiz.findall("question[@type='category']")
    assert len(categories) == len(LESSONS)


def test_export_writes_what_it_says(tmp_path, capsys):
    lesson = ["--lesson", "count_parameters"]
    assert main(["export", "--teacher", str(tmp_path / "new" / "folder"), *lesson]) == 0
    written = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {
        "count_parameters.ipynb",
        "sheet.html",
        "notes.html",
        "moodle.xml",
    }
    printed = capsys.readouterr().out
    assert all(name in printed for name in written)


def test_export_replaces_a_file_only_if_told_so(tmp_path, capsys):
    arguments = ["export", "--student", str(tmp_path), "--lesson", "count_parameters"]
    (tmp_path / "sheet.html").write_text("mine")
    assert main(arguments) == 2
    assert "sheet.html already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.html"]
    assert (tmp_path / "sheet.html").read_text() == "mine"
    assert main([*arguments, "--overwrite"]) == 0
    assert (tmp_path / "sheet.html").read_text() != "mine"


def test_export_into_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["export", "--student", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["export"], "--student"),
        (["export", "--student", "a", "--teacher", "b"], "not allowed with"),
        (["export", "--student", "a", "--nonsense"], "nonsense"),
        (["grade", "folder", "--late-penalty", "120"], "between 0 and 100"),
        (["grade", "folder", "--due", "tomorrow"], "tomorrow"),
        (["grade", "folder", "--seconds", "0"], "not above 0"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert message in capsys.readouterr().err


def test_list_names_every_exercise(capsys):
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(f" {name} " in printed for name in all_exercises())
