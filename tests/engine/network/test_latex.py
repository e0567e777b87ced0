"""Every formula that is displayed is read, evaluated, and equals the code."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.special import expit
from scipy.stats import norm
from sympy import lambdify
from sympy.parsing.latex import parse_latex

from nnteach import ActivationDisplay, Architecture, ForwardEquations
from nnteach.engine.network.activations import ACTIVATIONS

z = np.linspace(-4, 4, 81)  # 0 is among them
CURVES = [name for name in ACTIVATIONS if name != "softmax"]
# the parser knows no functions but elementary ones: a letter stands for the value at z
LETTERS = {"g(z)": "a", r"\sigma(z)": "s", r"\Phi(z)": "c", r"\varphi(z)": "d"}
CASES = re.compile(r"(.+) \\text\{ if \} (.+) \\text\{ else \} (.+)")

FALSIFICATIONS = [
    (r"\{-", "{"),
    (r"(?<=[ ])\+", "-"),
    (r"(?<=[ ])-", "+"),
    (r"\d", lambda match: str(int(match[0]) + 1)),
    (">", "<"),
    (r"^z|(?<=\{)z", "-z"),
    (r"(z|0\.01|g\(z\)|\\sigma\(z\))\\,", ""),  # a factor is missing
    (r"g\(z\)", "z"),
    (r"\\sigma", r"\\Phi"),
    (r"\\Phi", r"\\varphi"),
    (r"\\varphi", r"\\Phi"),
    (r"\\max", r"\\min"),
    (r"\\ln", r"\\exp"),
]


def read(latex, values):
    """Value at z of a formula in LaTeX, given that of g there."""
    cases = CASES.fullmatch(latex)
    if cases:
        value, condition, other = (read(part, values) for part in cases.groups())
        return np.where(condition, value, other)
    for function, letter in LETTERS.items():
        latex = latex.replace(function, letter)
    formula = parse_latex(latex.replace(r"\,", r" \cdot "), backend="lark")
    letters = {
        "z": z,
        "e": np.e,
        "a": values,
        "s": expit(z),
        "c": norm.cdf(z),
        "d": norm.pdf(z),
    }
    return lambdify(list(letters), formula)(**letters) * np.ones_like(z)


def displayed(name):
    """Formulas of g and g' in the legends, and the values that the code computes."""
    display = ActivationDisplay.from_names(name)
    plt.close(display.figure_)
    legends = [ax.get_legend().get_texts()[0].get_text() for ax in display.ax_]
    formulas = [
        re.fullmatch(rf"{name}: \$(.+)\$", text)[1].replace(r"\dfrac", r"\frac")
        for text in legends
    ]
    Z, activation = torch.from_numpy(z), ACTIVATIONS[name]
    A = activation.g(Z)
    slopes = activation.backward(torch.ones_like(A), Z, A)
    return list(zip(formulas, (A.numpy(), slopes.numpy()), strict=True)), A.numpy()


def falsified(latex):
    """Each formula that differs from this one in a sign, a number, a symbol …."""
    for pattern, wrong in FALSIFICATIONS:
        for match in re.finditer(pattern, latex):
            replacement = wrong(match) if callable(wrong) else match.expand(wrong)
            yield latex[: match.start()] + replacement + latex[match.end() :]


@pytest.mark.parametrize("name", CURVES)
def test_formulas_in_the_legends_are_the_code(name):
    formulas, values = displayed(name)
    for latex, expected in formulas:
        assert_allclose(read(latex, values), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", CURVES)
def test_a_falsified_formula_is_found(name):
    formulas, values = displayed(name)
    for latex, expected in formulas:
        wrong = list(falsified(latex))
        assert wrong
        for formula in wrong:
            with np.errstate(all="ignore"):  # it may have a pole
                value = read(formula, values)
            assert not np.allclose(value, expected), formula


def printed_operator(name):
    """The operator of an activation in the forward equations."""
    latex = ForwardEquations(Architecture((2, 3), name)).latex
    return re.search(r"\{\\hat\{y\}\} &= (.+)\\left\(z_\{1\}\\right\)\n", latex)[1]


def apply_operator(operator, Z):
    """What the field understands by an operator, torch's functions as the judge."""
    named = re.fullmatch(r"\\mathrm\{(.+)\}", operator)
    if named is None:
        return {r"\sigma": torch.sigmoid, r"\tanh": torch.tanh, r"\exp": torch.exp}[
            operator
        ](Z)
    name = named[1].replace(r"\_", "_")
    if name == "id":
        return Z
    further = {"dim": -2} if name == "softmax" else {}
    return getattr(torch.nn.functional, name)(Z, **further)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_operators_in_the_forward_equations_are_the_code(name):
    Z = torch.from_numpy(z[:, np.newaxis])
    expected = ACTIVATIONS[name].g(Z)
    operator = printed_operator(name)
    assert_allclose(apply_operator(operator, Z), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_exchanged_operator_is_found(name):
    Z = torch.from_numpy(z[:, np.newaxis])
    expected = ACTIVATIONS[name].g(Z)
    for other in set(ACTIVATIONS) - {name}:
        assert not np.allclose(apply_operator(printed_operator(other), Z), expected)
