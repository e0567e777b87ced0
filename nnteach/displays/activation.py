"""Activation functions and their derivatives as curves."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnteach.describe.checks import check_not_empty, check_option
from nnteach.displays.axes import draw_legend_below, new_axes, set_title
from nnteach.displays.palette import COLOR_CYCLE
from nnteach.engine.network.activations import ACTIVATIONS, evaluate
from nnteach.estimators.annotations import ActivationName, FloatArray

CurveName = ActivationName | Literal["exp"]
N_POINTS = 401
LINE_STYLES = ("-", "--", "-.", ":")
# a softmax's outputs depend on all inputs of the layer: it is no curve
CURVES = tuple(name for name in ACTIVATIONS if name != "softmax")


class ActivationDisplay:
    """Activation functions and their derivatives, on two axes side by side.

    Parameters
    ----------
    names : list of str
        Names of the activations.
    z : ndarray of shape (n_points,)
        Where they are evaluated.
    values : list of ndarray of shape (n_points,)
        The functions there.
    derivatives : list of ndarray of shape (n_points,)
        Their derivatives there.

    Attributes
    ----------
    lines_ : list of matplotlib Line2D
        The functions.
    derivative_lines_ : list of matplotlib Line2D
        Their derivatives, interrupted where they jump.
    ax_ : ndarray of matplotlib Axes of shape (2,)
        The axes of the functions and those of the derivatives.
    figure_ : matplotlib Figure
        The figure of the axes.

    Examples
    --------
    >>> from nnteach import ActivationDisplay
    >>> display = ActivationDisplay.from_names(["relu", "tanh", "logistic"])
    >>> [float(derivative.max()) for derivative in display.derivatives]
    [1.0, 1.0, 0.25]

    The same curves on axes of your own, one above the other:

    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots(2, layout="constrained")
    >>> display.plot(axes, title=("g", "its slope"))
    <...>
    """

    def __init__(
        self,
        names: Sequence[str],
        z: FloatArray,
        values: Sequence[FloatArray],
        derivatives: Sequence[FloatArray],
    ) -> None:
        self.names = names
        self.z = z
        self.values = values
        self.derivatives = derivatives

    @classmethod
    def from_names(
        cls,
        names: CurveName | Sequence[CurveName],
        *,
        interval: tuple[float, float] = (-5, 5),
        ax: Iterable[Axes] | None = None,
        **plot_options: Any,
    ) -> Self:
        """Evaluate activations and draw them.

        The derivatives are computed by the rules that the backward pass uses.

        Parameters
        ----------
        names : str or sequence of str
            Activations: "identity", "logistic", "tanh", "relu", "leaky_relu", "elu",
            "gelu", "silu", "softplus" or "exp". Softmax is not a curve, since each of
            its outputs depends on all inputs of the layer.
        interval : tuple of (float, float), default=(-5, 5)
            Where to draw them: the smallest and the largest z.
        ax : sequence of two matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        ActivationDisplay

        Raises
        ------
        ValueError
            If there is no name, or one is not among those above.
        """
        chosen = [names] if isinstance(names, str) else list(names)
        check_not_empty("names", chosen, f"{cls.__name__}.from_names")
        for name in chosen:
            check_option("names", name, CURVES, f"{cls.__name__}.from_names")
        z = np.linspace(*interval, N_POINTS)
        curves = [evaluate(name, z) for name in chosen]
        values, derivatives = (list(part) for part in zip(*curves, strict=True))
        return cls(chosen, z, values, derivatives).plot(ax=ax, **plot_options)

    def plot(
        self,
        ax: Iterable[Axes] | None = None,
        *,
        legend: bool = True,
        title: tuple[str | None, str | None] | None = None,
    ) -> Self:
        """Draw the functions on the first axes, the derivatives on the second.

        Parameters
        ----------
        ax : sequence of two matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        legend : bool, default=True
            Whether to draw a legend with the formulas below each of the axes. In them
            σ is the logistic function, Φ the distribution function of the standard
            normal and φ its density.
        title : tuple of (str, str), default=None
            Titles of the axes; None says what is shown, an empty string draws none.

        Returns
        -------
        ActivationDisplay
        """
        if ax is None:
            room = 0.3 * len(self.names) if legend else 0.0
            ax = new_axes(2, figsize=(9.0, 3.6 + room))
        left, right = ax
        left_title, right_title = (None, None) if title is None else title
        records = [ACTIVATIONS[name] for name in self.names]
        functions = [(self.z, values) for values in self.values]
        slopes = [
            _interrupted(self.z, derivative, activation.jumps)
            for activation, derivative in zip(records, self.derivatives, strict=True)
        ]
        self.lines_ = self._draw(left, functions, [a.latex for a in records])
        self.derivative_lines_ = self._draw(
            right, slopes, [a.slope_latex for a in records]
        )
        left.set(xlabel="$z$", ylabel="$g(z)$")
        right.set(xlabel="$z$", ylabel="$g'(z)$")
        set_title(left, left_title, "Activation functions")
        set_title(right, right_title, "Their derivatives")
        if legend:
            draw_legend_below(left)
            draw_legend_below(right)
        self.ax_ = np.array([left, right])
        self.figure_ = left.figure
        return self

    def _draw(
        self,
        ax: Axes,
        curves: Sequence[tuple[FloatArray, FloatArray]],
        formulas: Sequence[str | None],
    ) -> list[Line2D]:
        lines: list[Line2D] = []
        for index, (curve, formula) in enumerate(zip(curves, formulas, strict=True)):
            name = self.names[index]
            # a fraction in a line of text is too small to read
            formula = formula and formula.replace(r"\frac", r"\dfrac")
            lines += ax.plot(
                *curve,
                color=COLOR_CYCLE[index % len(COLOR_CYCLE)],
                linestyle=LINE_STYLES[index % len(LINE_STYLES)],
                label=f"{name}: ${formula}$" if formula else name,
            )
        return lines


def _interrupted(
    z: FloatArray, values: FloatArray, jumps: Sequence[float]
) -> tuple[FloatArray, FloatArray]:
    """Put a NaN where the values jump, so that no vertical line is drawn there."""
    inside = [jump for jump in jumps if z[0] <= jump < z[-1]]
    places = np.searchsorted(z, inside, side="right")
    return np.insert(z, places, inside), np.insert(values, places, np.nan)
