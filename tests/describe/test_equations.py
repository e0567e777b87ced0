import re
from html import unescape

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

import nnteach
from nnteach import Architecture, ForwardEquations, MLPClassifierNet
from nnteach.engine.network.activations import ACTIVATIONS

ARCHITECTURE = Architecture((10, 50, 3), "tanh")


@pytest.fixture(scope="module")
def net():
    X = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]
    y = [0, 1, 2, 1]
    return MLPClassifierNet((7, 5), max_iter=1, n_iter_no_change=float("inf")).fit(X, y)


def text_shapes(equations):
    """Shape of each symbol, as the plain text gives it."""
    found = re.findall(r"(\w+): (\w+)×(\w+)", str(equations))
    return {symbol: (rows, columns) for symbol, rows, columns in found}


def latex_shapes(equations):
    found = re.findall(r"\\underset\{(\w+) \\times (\w+)\}\{(.+?)\}(?= |$)", equations)
    return {
        re.sub(r"[_{}]", "", symbol).replace(r"\haty", "ŷ").replace(r"\hatY", "Ŷ"): (
            rows,
            columns,
        )
        for rows, columns, symbol in found
    }


def test_shapes_of_the_column_convention():
    assert text_shapes(ForwardEquations(ARCHITECTURE)) == {
        "x": ("10", "1"),
        "W1": ("50", "10"),
        "b1": ("50", "1"),
        "a1": ("50", "1"),
        "W2": ("3", "50"),
        "b2": ("3", "1"),
        "ŷ": ("3", "1"),
    }


def test_shapes_of_the_row_convention_are_those_of_the_fitted_arrays(net):
    shapes = text_shapes(ForwardEquations.from_estimator(net, convention="row"))
    for number, coef in enumerate(net.coefs_, start=1):
        assert shapes[f"W{number}"] == tuple(map(str, coef.shape))
    for number, intercept in enumerate(net.intercepts_, start=1):
        assert shapes[f"b{number}"] == ("1", str(intercept.size))
    assert shapes["X"] == ("n", "2")
    assert shapes["Ŷ"] == ("n", "3")


@pytest.mark.parametrize("convention", ["column", "row"])
@pytest.mark.parametrize("sizes", [(10, 50, 3), (2, 100, 25, 1), (1, 1)])
def test_latex_and_text_give_the_same_shapes(sizes, convention):
    equations = ForwardEquations(Architecture(sizes), convention)
    latex = latex_shapes(equations.latex)
    text = text_shapes(equations)
    assert text.items() <= latex.items()
    # what the text does not repeat: the values before the activation
    z = "z" if convention == "column" else "Z"
    assert set(latex) - set(text) == {f"{z}{n}" for n in range(1, len(sizes))}


@pytest.mark.parametrize("convention", ["column", "row"])
def test_products_are_possible_and_give_the_shape_before_the_activation(convention):
    equations = ForwardEquations(Architecture((4, 6, 5, 2)), convention)
    shapes = {
        symbol: tuple(9 if size == "n" else int(size) for size in shape)
        for symbol, shape in latex_shapes(equations.latex).items()
    }
    for line in str(equations).splitlines()[::2]:
        result, first, second, bias = re.match(
            r"(\w+) = (\w+) (\w+) \+ (\w+)", line
        ).groups()
        computed = np.ones(shapes[first]) @ np.ones(shapes[second]) + np.ones(
            shapes[bias]
        )
        assert computed.shape == shapes[result]


def test_every_layer_has_its_own_activation():
    architecture = Architecture((2, 3, 3, 4), ("relu", "logistic", "softmax"))
    lines = ForwardEquations(architecture).latex.splitlines()[1:-1]
    operators = [ACTIVATIONS[name].operator for name in architecture.activations]
    for line, operator, number in zip(lines[1::2], operators, (1, 2, 3), strict=True):
        assert rf"{operator}\left(z_{{{number}}}\right)" in line
    text = str(ForwardEquations(architecture))
    assert "a1 = relu(z1)" in text
    assert "ŷ = softmax(z3)" in text


def test_forms():
    equations = ForwardEquations(ARCHITECTURE)
    assert equations.latex.startswith(r"\begin{aligned}")
    assert equations.latex.endswith(r"\end{aligned}")
    assert "$" not in equations.latex
    assert equations._repr_latex_() == f"$${equations.latex}$$"
    html = re.fullmatch(
        r'<div class="math notranslate nohighlight">\\\[(.+)\\\]</div>',
        equations._repr_html_(),
        flags=re.DOTALL,
    )
    assert unescape(html[1]) == equations.latex
    assert "&=" not in html[1]


def test_errors():
    with pytest.raises(ValueError, match="The 'convention' parameter"):
        ForwardEquations(ARCHITECTURE, "rows")
    with pytest.raises(ValueError, match=r"'activations' .* Got 'sigmoid' instead"):
        ForwardEquations(Architecture((2, 1), "sigmoid"))
    with pytest.raises(NotFittedError):
        ForwardEquations.from_estimator(MLPClassifierNet())
    with pytest.raises(TypeError, match=r"needs an Architecture\. Got \(2, 1\)"):
        ForwardEquations((2, 1))


@pytest.mark.parametrize("convention", ["column", "row"])
def test_the_representation_is_code(convention):
    equations = ForwardEquations(ARCHITECTURE, convention)
    assert str(eval(repr(equations), vars(nnteach))) == str(equations)
