"""A diagram of a network: its neurons, its weights, and how many of them there are."""

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colorbar import Colorbar
from matplotlib.colors import CenteredNorm, Colormap

from nnteach.architecture import Architecture
from nnteach.describe.checks import fitted_attribute
from nnteach.displays.axes import new_axes, set_title
from nnteach.displays.network_layout import Column, Layout
from nnteach.displays.palette import DIVERGING_COLORMAP
from nnteach.estimators.annotations import FloatArray
from nnteach.estimators.base import BaseMLPNet

EDGE_COLOR = "#9A9A9A"
NEURON_FILL = "#DCE9F3"


class NetworkDisplay:
    """Diagram of a network with its shapes and numbers of parameters.

    A circle is a neuron (an input in the first column), a line is a weight. Of a wide
    layer only the first and the last neurons are drawn, with three dots for those
    between. With weights, the colour of a line shows the weight and the filling of a
    circle the bias, both on one scale that is symmetric around 0.

    Parameters
    ----------
    architecture : Architecture
        Layer sizes and activations.
    coefs : list of ndarray of shape (fan_in, fan_out), default=None
        The weights, as in ``coefs_``.
    intercepts : list of ndarray of shape (fan_out,), default=None
        The biases, as in ``intercepts_``.

    Attributes
    ----------
    neurons_ : list of matplotlib PathCollection
        The circles of each column, the inputs first.
    edges_ : list of matplotlib LineCollection
        The lines of each layer of weights.
    texts_ : list of matplotlib Text
        Names of the columns, and shapes and numbers of parameters between them.
    colorbar_ : matplotlib Colorbar or None
        The scale of weights and biases.
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure of the axes.

    See Also
    --------
    ParameterTable : The same numbers as a table.

    Examples
    --------
    >>> from nnteach import Architecture, NetworkDisplay
    >>> display = NetworkDisplay(Architecture((10, 50, 3), "tanh")).plot()
    >>> print(display.texts_[-1].get_text())
    W2: 50×3
    b2: 3
    153 parameters

    A fitted network, whose weights are colours:

    >>> from sklearn.datasets import load_iris
    >>> from nnteach import MLPClassifierNet
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierNet((5,), solver="lbfgs", random_state=0).fit(X, y)
    >>> NetworkDisplay.from_estimator(net).colorbar_.ax.get_ylabel()
    'weight, bias (filling)'
    """

    def __init__(
        self,
        architecture: Architecture,
        *,
        coefs: Sequence[FloatArray] | None = None,
        intercepts: Sequence[FloatArray] | None = None,
    ) -> None:
        self.architecture = architecture
        self.coefs = coefs
        self.intercepts = intercepts

    @classmethod
    def from_estimator(
        cls, estimator: BaseMLPNet, *, ax: Axes | None = None, **plot_options: Any
    ) -> Self:
        """Draw a fitted network with its weights as colours.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`~nnteach.MLPClassifierNet` or
            :class:`~nnteach.MLPRegressorNet`.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        **plot_options
            Options of :meth:`plot`.

        Returns
        -------
        NetworkDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is not an estimator of nnteach, or is a pipeline.
        ValueError
            If an option of :meth:`plot` is not valid.
        """
        display = cls(
            fitted_attribute(estimator, "architecture_", cls.__name__),
            coefs=estimator.coefs_,
            intercepts=estimator.intercepts_,
        )
        return display.plot(ax=ax, **plot_options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        max_neurons_per_layer: int = 10,
        cmap: str | Colormap = DIVERGING_COLORMAP,
        colorbar: bool = True,
        title: str | None = None,
    ) -> Self:
        """Draw the diagram.

        Circles and letters are fitted to the size that the axes have now.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        max_neurons_per_layer : int, default=10
            The largest number of neurons drawn for a layer, at least 2.
        cmap : str or matplotlib Colormap, default="class_0_to_class_1"
            Diverging colours of weights and biases.
        colorbar : bool, default=True
            Whether to draw the scale of the colours.
        title : str, default=None
            Title; None gives the layer sizes and the number of parameters, the empty
            string draws none.

        Returns
        -------
        NetworkDisplay

        Raises
        ------
        ValueError
            If `max_neurons_per_layer` is not valid, or `coefs` or `intercepts` are not
            of the architecture's shapes.
        """
        if not isinstance(max_neurons_per_layer, Integral) or max_neurons_per_layer < 2:
            raise ValueError(
                f"The 'max_neurons_per_layer' parameter of {type(self).__name__}.plot "
                "must be an integer of at least 2. Got "
                f"{max_neurons_per_layer!r} instead."
            )
        self._check_shapes()
        sizes = self.architecture.layer_sizes
        if ax is None:
            (ax,) = new_axes(figsize=(max(6.4, 1.0 + 1.7 * len(sizes)), 4.8))
        set_title(ax, title, self._title())
        ax.set_axis_off()
        colors = None if self.coefs is None else self._colors(self.coefs, cmap)
        self.colorbar_: Colorbar | None = None
        if colors is not None and colorbar:
            name = "weight" if self.intercepts is None else "weight, bias (filling)"
            self.colorbar_ = ax.figure.colorbar(colors, ax=ax, label=name, shrink=0.8)

        columns = [Column(size, max_neurons_per_layer) for size in sizes]
        layout = Layout(ax, columns, [*self._column_texts()], [*self._layer_texts()])
        self.texts_ = layout.texts
        self.edges_ = [
            self._draw_edges(ax, layer, columns, layout, colors)
            for layer in range(len(sizes) - 1)
        ]
        self.neurons_ = [
            self._draw_neurons(ax, layer, column, layout, colors)
            for layer, column in enumerate(columns)
        ]
        self.ax_ = ax
        self.figure_ = ax.figure
        return self

    def _check_shapes(self) -> None:
        layers = self.architecture.layers
        for name, arrays, shapes in (
            ("coefs", self.coefs, tuple(layer.weight_shape for layer in layers)),
            (
                "intercepts",
                self.intercepts,
                tuple(layer.bias_shape for layer in layers),
            ),
        ):
            if arrays is not None and tuple(map(np.shape, arrays)) != shapes:
                raise ValueError(
                    f"The '{name}' parameter of {type(self).__name__} must have the "
                    f"shapes {shapes}, those of the architecture. Got "
                    f"{tuple(map(np.shape, arrays))} instead."
                )

    def _title(self) -> str:
        sizes = "-".join(map(str, self.architecture.layer_sizes))
        count = self.architecture.n_parameters
        return f"A {sizes} network: {count} parameters"

    def _colors(
        self, coefs: Sequence[FloatArray], cmap: str | Colormap
    ) -> ScalarMappable:
        """Map weights and biases to colours, with 0 in the middle."""
        arrays = [*coefs, *(self.intercepts or [])]
        largest = max(np.abs(array).max() for array in arrays)
        return ScalarMappable(CenteredNorm(halfrange=largest or 1.0), cmap)

    def _column_texts(self) -> Iterator[str]:
        n_inputs = self.architecture.n_inputs
        yield f"input\n{n_inputs} {_plural('feature', n_inputs)}"
        for layer in self.architecture.layers:
            neurons = f"{layer.fan_out} {_plural('neuron', layer.fan_out)}"
            yield f"{layer.name}\n{neurons}\n{layer.activation}"

    def _layer_texts(self) -> Iterator[str]:
        for number, layer in enumerate(self.architecture.layers, start=1):
            yield (
                f"W{number}: {layer.fan_in}×{layer.fan_out}\n"
                f"b{number}: {layer.fan_out}\n"
                f"{layer.n_parameters} parameters"
            )

    def _draw_edges(
        self,
        ax: Axes,
        layer: int,
        columns: Sequence[Column],
        layout: Layout,
        colors: ScalarMappable | None,
    ) -> LineCollection:
        source, target = columns[layer], columns[layer + 1]
        starts, ends = layout.centers(layer, source), layout.centers(layer + 1, target)
        segments = np.array([[start, end] for start in starts for end in ends])
        if self.coefs is None or colors is None:
            edges = LineCollection(
                list(segments), colors=EDGE_COLOR, linewidths=0.5, zorder=1
            )
        else:
            weights = self.coefs[layer][np.ix_(source.shown, target.shown)].ravel()
            order = np.argsort(np.abs(weights))  # the largest on top
            # 1 at both ends of the scale of colours, which goes from 0 to 1
            strength = np.abs(2 * np.asarray(colors.norm(weights[order])) - 1)
            edges = LineCollection(
                list(segments[order]),
                array=weights[order],
                norm=colors.norm,
                cmap=colors.cmap,
                linewidths=0.4 + 1.6 * strength,
                zorder=1,
            )
        ax.add_collection(edges, autolim=False)
        return edges

    def _draw_neurons(
        self,
        ax: Axes,
        layer: int,
        column: Column,
        layout: Layout,
        colors: ScalarMappable | None,
    ) -> PathCollection:
        fill: Any = "white" if layer == 0 else NEURON_FILL
        if layer > 0 and colors is not None and self.intercepts is not None:
            fill = colors.to_rgba(self.intercepts[layer - 1][column.shown])
        x, y = layout.dots(layer, column).T
        ax.scatter(x, y, s=6, c="black", linewidths=0, zorder=2)
        x, y = layout.centers(layer, column).T
        return ax.scatter(
            x,
            y,
            s=layout.diameter**2,
            c=fill,
            edgecolors="#404040",
            linewidths=0.8,
            zorder=3,
        )


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"
