"""What a submitted notebook becomes before it runs, and what comes back."""

import json
import resource
from types import SimpleNamespace

import IPython
import IPython.display
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from nnteach.exercises import run_submission
from nnteach.exercises.notebooks import student_notebook
from nnteach.exercises.run_submission import (
    FORGET,
    LOAD,
    MIME,
    exercise_of,
    forget,
    judgements,
    limit_memory,
    load,
    report,
    with_checks,
)


def cell(source, part=None, exercise="sheet_parameters"):
    found = {"nnteach": {"exercise": exercise, "part": part}} if part else {}
    return new_code_cell(source, metadata=found)


def test_a_check_stands_after_the_cells_of_each_answer():
    cells = with_checks(
        [
            cell("import"),
            new_markdown_cell("a question"),
            cell("first", "answer"),
            cell("more"),
            cell("own check", "check"),
            cell("added"),
            cell("second", "answer", "relu_instead"),
        ],
        "mark",
    )
    sources = [found.source for found in cells]
    assert sources[:5] == [LOAD, "import", FORGET, "first", "more"]
    assert sources[5] == "added"
    assert "sheet_parameters" in sources[6]
    assert "mark" in sources[6]
    assert sources[7:9] == [FORGET, "second"]
    assert "relu_instead" in sources[9]
    assert len(sources) == 10, "the student's own check does not run"


@pytest.mark.parametrize(
    "found", ["hi", {"exercise": ["x"], "part": "answer"}, {"part": "answer"}, 5]
)
def test_odd_metadata_belong_to_no_exercise(found):
    odd = new_code_cell("x", metadata={"nnteach": found})
    assert exercise_of(odd, "answer") is None


def check_of(name, right, feedback, mark="mark", unanswered=False):
    content = {"name": name, "mark": mark, "right": right, "feedback": feedback}
    data = {MIME: content | {"unanswered": unanswered}}
    return new_code_cell("check", outputs=[new_output("display_data", data=data)])


def ended(ename, evalue=""):
    output = new_output("error", ename=ename, evalue=evalue, traceback=[])
    return new_code_cell("x", metadata={"exercise": "b"}, outputs=[output])


def test_judgements_without_the_mark_are_not_believed():
    cells = [check_of("a", True, ""), check_of("a", False, "no", mark="other")]
    assert judgements(cells, "mark") == {"a": [True, ""]}


@pytest.mark.parametrize(
    ("error", "feedback"),
    [
        (ended("ValueError", "bad"), "A cell ended with ValueError: bad"),
        (ended("KeyboardInterrupt"), "A cell was stopped because it took too long"),
    ],
)
def test_a_missing_answer_is_explained_by_the_error_before_it(error, feedback):
    cells = [error, check_of("b", False, "no answer yet", unanswered=True)]
    (found,) = judgements(cells, "mark").values()
    assert found[1].startswith(feedback)
    judged = [error, check_of("b", False, "wrong")]
    assert judgements(judged, "mark") == {"b": [False, "wrong"]}


def test_the_kernel_reports_a_judgement_and_keeps_the_answer(monkeypatch):
    shown, names = [], {"answer": 703}
    monkeypatch.setattr(
        IPython.display, "display", lambda data, raw: shown.append(data[MIME])
    )
    kernel = SimpleNamespace(user_ns=names)
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)
    load()
    report("sheet_parameters", "mark")
    forget()
    assert names == {}
    report("sheet_parameters", "mark")
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
