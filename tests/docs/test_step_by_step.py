"""The numbers that a reader can follow are those of the library's network."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from numpy.testing import assert_allclose
from py_mini_racer import MiniRacer

import step_by_step
from nnteach import MLPRegressorNet

SCRIPT = Path(__file__).parents[2] / "docs" / "_static" / "step_by_step.js"
LESSON = "backpropagation"
STEPS = step_by_step.STEPS[LESSON]
NAMES = list(step_by_step.given_of(LESSON))


@pytest.fixture(scope="module")
def compute_in_a_browser():
    """Return a function that computes all numbers with the page's script."""
    with MiniRacer() as context:
        context.eval(SCRIPT.read_text(encoding="utf-8"))

        def compute(given, activation):
            arguments = step_by_step.table_of(STEPS), given, activation
            text = ", ".join(map(json.dumps, arguments))
            call = f"JSON.stringify(nnteach_step_by_step.compute({text}))"
            return json.loads(context.eval(call))

        yield compute


def some_numbers(seed):
    """Return the start values, or others."""
    if seed == 0:
        return step_by_step.given_of(LESSON)
    drawn = np.random.default_rng(seed).normal(scale=1.5, size=len(NAMES))
    return dict(zip(NAMES, drawn.tolist(), strict=True))


def array(values, name, shape):
    """Collect the entries of an array."""
    return np.array([values[f"{name}[{','.join(map(str, place))}]"]
                     for place in np.ndindex(shape)]).reshape(shape)  # fmt: skip


def network(given, activation):
    """Return the library's network with these weights."""
    net = MLPRegressorNet(
        hidden_layer_sizes=(2,), activation=activation, alpha=0, random_state=0
    )
    net.initialize(np.zeros((2, 2)), np.zeros(2))
    net.coefs_ = [
        array(given, f"W{k}", shape).T for k, shape in ((1, (2, 2)), (2, (1, 2)))
    ]
    net.intercepts_ = [array(given, f"b{k}", (n,)) for k, n in ((1, 2), (2, 1))]
    return net


@pytest.mark.parametrize("activation", step_by_step.ACTIVATIONS)
@pytest.mark.parametrize("seed", range(4))
def test_every_number_is_the_librarys(seed, activation, compute_in_a_browser):
    given = some_numbers(seed)
    net = network(given, activation)
    X, y = array(given, "x", (2,))[np.newaxis], [given["y"]]
    (hidden,) = net.hidden_activations(X)
    loss, of_weights, of_biases = net.loss_and_gradients(X, y)
    error = net.predict(X)[0] - given["y"]
    z = X[0] @ net.coefs_[0] + net.intercepts_[0]
    D1 = of_biases[0]
    expected = {
        "z1": z,
        "a1": hidden[0],
        "D2": [error],
        "dW2": of_weights[1].T,
        "db2": of_biases[1],
        "D1": D1,
        "dW1": of_weights[0].T,
        "db1": D1,
        "s1": D1 / (net.coefs_[1][:, 0] * error),
    }
    in_python = step_by_step.compute(STEPS, given, activation)
    for values in (in_python, compute_in_a_browser(given, activation)):
        checked = {*given, "y_hat", "E"}
        assert_allclose(values["y_hat"], net.predict(X)[0], rtol=1e-12)
        assert_allclose(values["E"], loss, rtol=1e-12)
        for name, numbers in expected.items():
            shape = np.shape(numbers)
            assert_allclose(array(values, name, shape), numbers, rtol=1e-11)
            checked |= {key for key in values if key.startswith(f"{name}[")}
        assert checked == set(values)


@pytest.mark.parametrize("lesson", step_by_step.SECTIONS)
def test_the_page_shows_the_start_values_without_a_script(lesson):
    soup = BeautifulSoup(step_by_step.panel(lesson), "html.parser")
    steps, given = step_by_step.STEPS[lesson], step_by_step.given_of(lesson)
    values = step_by_step.compute(steps, given)
    numbers = soup.select(".number")
    for number in numbers:
        shown = step_by_step.show(values[number["data-of"]])
        assert number.get_text() in (shown, f"({shown})")
    assert {number["data-of"] for number in numbers} == set(values)
    assert len(soup.select("ol > li")) == len(steps)


@pytest.mark.parametrize("lesson", step_by_step.SECTIONS)
def test_every_number_has_its_formula_its_code_and_its_place(lesson):
    soup = BeautifulSoup(step_by_step.panel(lesson), "html.parser")
    arrays = {re.sub(r"\[.*", "", name) for name in step_by_step.given_of(lesson)}
    for step in step_by_step.STEPS[lesson]:
        arrays |= {re.sub(r"\[.*", "", name) for name in step.numbers}
    for name in arrays:
        formula = f'.formula > [data-of="{name}"]'
        code = f'.formula > code [data-of="{name}"]'
        assert soup.select(formula), name
        assert soup.select(code), name
    for weight in ("W1[0,1]", "W2[0,0]"):
        assert soup.select(f'svg line[data-of="{weight}"]')
        assert soup.select(f'input[data-of="{weight}"]')


def test_small_numbers_have_no_sign_of_zero():
    assert [step_by_step.show(x) for x in (-0.0001, -0.25, 0.5)] == [
        "0.000", "−0.250", "0.500",
    ]  # fmt: skip
