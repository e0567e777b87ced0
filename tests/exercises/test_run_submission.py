"""What a submitted notebook becomes before it runs, and what comes back."""

import json
import resource
import sys
from copy import deepcopy
from types import SimpleNamespace

import IPython
import IPython.display
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from nnteach.exercises import run_submission
from nnteach.exercises.in_kernel import forget, load, report, report_if_new
from nnteach.exercises.notebooks import student_notebook
from nnteach.exercises.run_submission import (
    CHECK,
    CHECK_AT_END,
    FORGET,
    LOAD,
    MIME,
    NO_CODE,
    SEVERAL,
    exercise_of,
    explain_cells,
    judgements,
    limit_memory,
    read_notebook,
    trouble_in,
    with_checks,
    written_in,
)


def cell(source, part=None, exercise="sheet_parameters"):
    found = {"nnteach": {"exercise": exercise, "part": part}} if part else {}
    return new_code_cell(source, metadata=found)


def short(cells):
    """What runs, in short: code of students as it is, and what the grader adds."""
    shown = {LOAD: "load", FORGET: "forget"}
    for name in ("sheet_parameters", "relu_instead"):
        shown[CHECK.format(name=name, mark="mark")] = f"check {name}"
        shown[CHECK_AT_END.format(name=name, mark="mark")] = f"end {name}"
    return [shown.get(cell.source, cell.source) for cell in cells]


def test_a_check_stands_where_the_students_stands_and_at_the_end():
    cells = with_checks(
        [
            cell("import"),
            new_markdown_cell("a question"),
            cell("first", "answer"),
            cell("more"),
            cell("own check", "check"),
            cell("scratch"),
            cell("second", "answer", "relu_instead"),
            cell("a check that was moved", "check"),
        ],
        "mark",
    )
    assert short(cells) == [
        *("load", "import", "forget", "first", "more", "check sheet_parameters"),
        *("scratch", "end sheet_parameters", "forget", "second", "end relu_instead"),
    ]


def test_what_a_student_has_written_is_known_by_exercise():
    cells = [cell("import"), cell("first", "answer"), cell("more"), cell("c", "check")]
    assert written_in(with_checks(cells, "mark")) == {
        "": "import",
        "sheet_parameters": "first\nmore",
    }


def test_a_lost_cell_begins_its_exercise_and_a_split_one_does_not():
    lost = new_markdown_cell("x", metadata=cell("x", "answer").metadata)
    others = [cell("1", "answer", "relu_instead"), cell("2", "answer", "relu_instead")]
    assert short(with_checks([*others, lost, cell("own")], "mark")) == [
        *("load", "forget", "1", "2", "end relu_instead"),
        *("forget", "own", "end sheet_parameters"),
    ]


def test_what_became_of_the_cells_is_told_with_a_wrong_answer_alone():
    lost = new_markdown_cell("x", metadata=cell("x", "answer", "lost").metadata)
    cells = [lost, *(cell("x", "answer", name) for name in ("twice", "right") * 2)]
    found = {"lost": [False, "none"], "twice": [False, "no."], "right": [True, ""]}
    explain_cells(found, cells)
    assert found["lost"] == [False, NO_CODE]
    assert found["twice"] == [False, "no. " + SEVERAL.format(number=2)]
    assert found["right"] == [True, ""]


@pytest.mark.parametrize(
    "found", ["hi", {"exercise": ["x"], "part": "answer"}, {"part": "answer"}, 5]
)
def test_odd_metadata_belong_to_no_exercise(found):
    odd = new_code_cell("x", metadata={"nnteach": found})
    assert exercise_of(odd, "answer") is None


def check_of(name, right, feedback, mark="mark", unanswered=False):
    content = {"name": name, "mark": mark, "right": right, "feedback": feedback}
    data = {MIME: content | {"unanswered": unanswered, "trouble": ""}}
    return new_code_cell("check", outputs=[new_output("display_data", data=data)])


def ended(ename, evalue="", *, too_long=False):
    output = new_output("error", ename=ename, evalue=evalue, traceback=[])
    metadata = {"exercise": "b", "too_long": too_long}
    return new_code_cell("x", metadata=metadata, outputs=[output])


def test_judgements_without_the_mark_are_not_believed():
    cells = [check_of("a", True, ""), check_of("a", False, "no", mark="other")]
    assert judgements(cells, "mark") == {"a": [True, ""]}


def test_what_took_too_long_or_too_much_is_told_by_exercise():
    checked = new_code_cell("check", metadata={"exercise": "a"})
    content = {"mark": "mark", "trouble": "time"}
    checked.outputs = [new_output("display_data", data={MIME: content})]
    forged = deepcopy(checked)
    forged.outputs[0].data[MIME]["mark"] = "other"
    forged.metadata["exercise"] = "c"
    cells = [checked, forged, ended("MemoryError"), new_code_cell("x")]
    assert trouble_in(cells, "mark") == {"a": "time", "b": "memory"}
    assert trouble_in([ended("KeyError")], "mark") == {}
    no_python = ended("SyntaxError", "invalid syntax (40600.py, line 1)")
    assert trouble_in([no_python], "mark") == {"b": "syntax"}
    assert trouble_in([ended("KeyboardInterrupt", too_long=True)], "mark") == {
        "b": "time"
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty."),
        (" \n", "The file is empty."),
        ("no notebook", "It is damaged or cut off, or no notebook at all."),
        ('{"cells": [', "It is damaged or cut off, or no notebook at all."),
        ("[]", "Jupyter could not open it: "),
        ("{}", "Jupyter could not open it: "),
        ('{"cells": 5, "metadata": {}, "nbformat": 4}', "Jupyter could not open it: "),
    ],
)
def test_a_notebook_that_cannot_be_read_is_told_why(text, reason, tmp_path):
    (tmp_path / "x.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        read_notebook(tmp_path / "x.ipynb")
    assert str(end.value).startswith(reason)
    assert "\n" not in str(end.value)


def test_no_answer_in_a_copy_takes_nothing_away():
    cells = [check_of("a", True, ""), check_of("a", False, "", unanswered=True)]
    assert judgements(cells, "mark") == {"a": [True, ""]}


@pytest.mark.parametrize(
    ("error", "feedback"),
    [
        (ended("ValueError", "bad"), "A cell ended with ValueError: bad"),
        (ended("KeyboardInterrupt"), "A cell ended with KeyboardInterrupt"),
        (
            ended("IndentationError", "unexpected indent (40600.py, line 1)"),
            "A cell ended with IndentationError in line 1, `x`: unexpected indent",
        ),
        (
            ended("SyntaxError", "invalid syntax (40600.py, line 2)"),
            "A cell ended with SyntaxError: invalid syntax (40600.py, line 2)",
        ),
        (ended("MemoryError"), "A cell needed more memory"),
        (
            ended("KeyboardInterrupt", too_long=True),
            "A cell was stopped because it took too long",
        ),
    ],
)
def test_a_missing_answer_is_explained_by_the_error_before_it(error, feedback):
    cells = [error, check_of("b", False, "no answer yet", unanswered=True)]
    (found,) = judgements(cells, "mark").values()
    assert found[1].startswith(feedback)
    judged = [error, check_of("b", False, "wrong")]
    assert judgements(judged, "mark") == {"b": [False, "wrong"]}


def test_the_kernel_reports_each_answer_once_and_keeps_it(monkeypatch):
    shown, names = [], {"answer": 703}
    monkeypatch.setattr(
        IPython.display, "display", lambda data, raw: shown.append(data[MIME])
    )
    after_each_cell = []
    events = SimpleNamespace(register=lambda _, what: after_each_cell.append(what))
    kernel = SimpleNamespace(user_ns=names, events=events)
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)
    load()
    out = sys.stdout
    monkeypatch.setattr(sys, "stdout", None)
    (restore,) = after_each_cell
    restore("the result of a cell")
    assert sys.stdout is out
    report("sheet_parameters", "mark")
    names["answer"] = 650  # in a cell after the check
    report_if_new("sheet_parameters", "mark")
    forget()
    assert names == {"answer": None}
    report_if_new("sheet_parameters", "mark")
    assert [(found["right"], found["unanswered"]) for found in shown] == [
        (True, False),
        (False, True),
    ]
    assert "703" not in json.dumps(shown)


def test_memory_is_limited(monkeypatch):
    limits = []
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: limits.append(limit))
    limit_memory(2)
    assert limits == [(resource.RLIMIT_DATA, (2**21, 2**21))]


def test_what_is_known_is_written_while_the_notebook_runs(tmp_path):
    book = student_notebook("count_parameters")
    for found in book.cells:
        if found.metadata.get("nnteach", {}).get("part") == "answer":
            found.source = "answer = 703"
    nbformat.write(book, tmp_path / "x.ipynb")
    run_submission.run_submission(tmp_path / "x.ipynb", tmp_path / "results", 60)
    known = json.loads((tmp_path / "results").read_text(encoding="utf-8"))
    assert not known["died"]
    assert len(known["answered"]) == 5
    right = {name for name, (right, _) in known["judgements"].items() if right}
    assert right == {"sheet_parameters"}


STUBBORN = """
while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass
"""


def test_a_cell_that_cannot_be_interrupted_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(run_submission, "PATIENCE", 1)
    book = student_notebook("count_parameters")
    for found in book.cells:
        if exercise_of(found, "answer") == "sheet_parameters":
            found.source = STUBBORN
    nbformat.write(book, tmp_path / "x.ipynb")
    run_submission.run_submission(tmp_path / "x.ipynb", tmp_path / "results", 5)
    known = json.loads((tmp_path / "results").read_text(encoding="utf-8"))
    assert known["killed"]
    assert known["died"]
    assert known["running"] == "sheet_parameters"
    assert list(known["judgements"]) == ["sheet_shapes"]
