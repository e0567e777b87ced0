"""The lesson on backpropagation and the engine have the same equations and lines."""

import inspect
import re
from pathlib import Path
from textwrap import dedent, indent

import pytest

from nnteach.engine.network import layer
from nnteach.engine.network.layer import Layer
from nnteach.engine.network.stack import NetworkStack

FOLDER = Path(__file__).parent.parent / "gallery/1_mathematics"
LESSON = (FOLDER / "plot_3_backpropagation.py").read_text(encoding="utf-8")
PROSE = "\n".join(line[2:] for line in LESSON.splitlines() if line.startswith("# "))

# the displayed equations by their numbers, as LaTeX
DISPLAYED = {
    number: latex
    for latex, number in re.findall(r"\.\. math:: (.+?)\s*\\tag\{(\d)\}", PROSE)
}
# what the list of lines says: the number of an equation, the equation, its line
MATCHED = re.findall(r"equation \((\d)\), ``(.+?)``, is\s+``(.+?)``", PROSE)
# the equations that layer.py begins with, each alone or behind the name of its pass
OF_ENGINE = re.findall(
    r"^ {4}(?:\w+)? +(\S+ = .+?)(?: {2,}.*)?$", layer.__doc__, re.MULTILINE
)
PASSES = [
    method
    for name, method in inspect.getmembers(Layer, inspect.isfunction)
    if not name.startswith("__")
]


def plain(latex):
    """Write an equation of the lesson as the engine does: one layer, no LaTeX."""
    latex = re.sub(r"_(\{l-1\}|l)", "", latex)
    latex = re.sub(r"\\frac\{\\partial E\}\{\\partial (\w)\}", r"dE/d\1", latex)
    latex = re.sub(r"\\text\{(.+?) *\}", r"\1", latex)
    return latex.replace(r"^\top", "ᵀ").replace(r"\odot", "⊙")


@pytest.fixture
def boxes(capsys):
    """What each cell of the lesson prints of the library's source."""
    names, outputs = {}, []
    for cell in LESSON.split("# %%\n"):
        if "getsource" in cell:
            exec(cell, names)
            outputs.append(capsys.readouterr().out)
    return outputs


def test_the_list_of_lines_has_all_equations_of_the_engine_in_their_order():
    assert len(OF_ENGINE) == 6
    assert [equation for _, equation, _ in MATCHED] == OF_ENGINE


@pytest.mark.parametrize(("number", "equation", "line"), MATCHED)
def test_an_equation_of_the_lesson_is_a_line_of_the_engine(number, equation, line):
    assert plain(DISPLAYED[number]) == equation
    lines = [text.strip() for text in inspect.getsource(Layer).splitlines()]
    assert f"{line}  # {equation}" in lines


def test_the_lesson_prints_every_pass_of_a_layer(boxes):
    assert {method.__name__ for method in PASSES} >= {"forward", "backward"}
    for method in PASSES:
        assert dedent(inspect.getsource(method)) in "".join(boxes), method.__name__


def test_the_lesson_prints_where_the_way_back_begins(boxes):
    _, _, code = inspect.getsource(NetworkStack.backward).split('"""')
    assert indent(dedent(code).strip(), "    ") in "".join(boxes)
    _, explanation = PROSE.split("\n- Equation (3) is ")
    explained = re.findall(r"``(.+?)``", explanation.split("\n%%")[0])
    assert len(explained) >= 3
    for line in explained:
        assert line.removesuffix("...)") in "".join(boxes)


def test_the_source_is_seen_without_scrolling(boxes):
    # sphinx-gallery's boxes are 30 em high
    for box in boxes:
        lines = box.strip().splitlines()
        assert len(lines) <= 22
        assert max(map(len, lines)) <= 80
