import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnteach import ActivationDisplay
from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS

NAMES = [*HIDDEN_ACTIVATIONS, "exp"]


def test_lines_are_the_functions_and_their_derivatives():
    display = ActivationDisplay.from_names(["tanh", "relu"], interval=(-2, 3))
    z = display.z
    assert (z[0], z[-1]) == (-2, 3)
    tanh, relu = (line.get_ydata() for line in display.lines_)
    tanh_slope, relu_slope = (line.get_ydata() for line in display.derivative_lines_)
    assert_array_equal(display.derivatives[1], z > 0)
    assert_allclose(tanh, np.tanh(z))
    assert_allclose(tanh_slope, 1 / np.cosh(z) ** 2)
    assert_array_equal(relu, np.maximum(z, 0))
    (jump,) = np.flatnonzero(np.isnan(relu_slope))
    assert display.derivative_lines_[1].get_xdata()[jump] == 0
    assert_array_equal(np.delete(relu_slope, jump), z > 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_slope_is_interrupted_where_it_jumps_and_nowhere_else(name):
    line = ActivationDisplay.from_names(name).derivative_lines_[0]
    slope = line.get_ydata()
    gaps = np.isnan(slope)
    assert_array_equal(line.get_xdata()[gaps], [0] if "relu" in name else [])
    steps = abs(np.diff(slope))
    assert np.nanmax(steps) < 0.05 * max(1, np.nanmax(abs(slope)))


@pytest.mark.parametrize("interval", [(1, 2), (-2, -1), (-2, 0)])
def test_a_line_without_the_jump_is_not_interrupted(interval):
    display = ActivationDisplay.from_names("relu", interval=interval)
    slope = display.derivative_lines_[0].get_ydata()
    assert_array_equal(slope, display.z > 0)


@pytest.mark.parametrize("name", NAMES)
def test_derivative_is_the_slope(name):
    display = ActivationDisplay.from_names(name, interval=(0.1, 2))
    slope = np.gradient(display.values[0], display.z, edge_order=2)
    assert_allclose(display.derivatives[0], slope, rtol=1e-3, atol=1e-4)


def test_the_legends_have_the_formulas_of_their_axes():
    display = ActivationDisplay.from_names(["tanh", "exp"])
    left, right = (
        [text.get_text() for text in ax.get_legend().get_texts()] for ax in display.ax_
    )
    tanh = r"\dfrac{e^{z} - e^{-z}}{e^{z} + e^{-z}}"
    assert left == [f"tanh: ${tanh}$", "exp: $e^{z}$"]
    assert right == ["tanh: $1 - g(z)^2$", "exp: $e^{z}$"]


def test_all_lines_differ_and_the_legends_hide_none():
    display = ActivationDisplay.from_names(NAMES)
    styles = {(line.get_color(), line.get_linestyle()) for line in display.lines_}
    assert len(styles) == len(NAMES)
    for line, derivative in zip(display.lines_, display.derivative_lines_, strict=True):
        assert line.get_color() == derivative.get_color()
    display.figure_.draw_without_rendering()  # matplotlib can set the formulas
    figure = display.figure_.bbox
    for ax in display.ax_:
        legend = ax.get_legend().get_window_extent()
        assert legend.y1 < ax.xaxis.label.get_window_extent().y0
        assert figure.x0 <= legend.x0 < legend.x1 <= figure.x1
        assert figure.y0 <= legend.y0


def test_axes_and_titles_can_be_given():
    figure, axes = plt.subplots(1, 2)
    display = ActivationDisplay.from_names(
        "tanh", ax=axes, title=("tanh", "its slope"), legend=False
    )
    assert display.figure_ is figure
    assert [ax.get_title() for ax in display.ax_] == ["tanh", "its slope"]
    assert [ax.get_legend() for ax in axes] == [None, None]


@pytest.mark.parametrize("name", ["softmax", "sigmoid"])
def test_unknown_names(name):
    with pytest.raises(ValueError, match=f"'names' .* Got '{name}' instead"):
        ActivationDisplay.from_names(["tanh", name])


def test_no_names():
    with pytest.raises(ValueError, match="must have at least one element"):
        ActivationDisplay.from_names([])
