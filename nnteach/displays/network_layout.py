"""Where the parts of a network's diagram stand."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nnteach.estimators.annotations import FloatArray

LARGEST_FONT = 10.0  # points
LARGEST_NEURON = 20.0  # points
LARGEST_TEXT_WIDTH = 0.94  # of the distance of two columns
LARGEST_TEXT_HEIGHT = 0.25  # of the axes
TEXT_MARGIN = 8.0  # points


class Column:
    """The neurons of one layer that are drawn, and the places they stand in.

    Attributes
    ----------
    shown : ndarray of int
        Indices of the neurons drawn.
    places : ndarray of int
        Place of each of them, counted from the top.
    dots : ndarray of float
        Places of the three dots that stand for the neurons not drawn.
    n_places : int
        Number of places, that of the three dots included.
    """

    def __init__(self, size: int, max_neurons: int) -> None:
        is_elided = size > max_neurons
        n_last = max_neurons // 2 if is_elided else 0
        n_first = min(size, max_neurons) - n_last
        self.shown = np.r_[:n_first, size - n_last : size]
        self.places = np.r_[:n_first, n_first + is_elided + np.arange(n_last)]
        self.dots = n_first + np.array([-0.3, 0.0, 0.3] if is_elided else [])
        self.n_places = len(self.shown) + is_elided


class Layout:
    """Places on axes of a given size, in points from their lower left corner.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes, whose limits are set to their size in points.
    columns : list of Column
        The layers, the inputs first.
    column_texts : list of str
        What to write below each column.
    layer_texts : list of str
        What to write above the lines between two columns.

    Attributes
    ----------
    texts : list of matplotlib Text
        The texts of the columns, then those of the layers, all in the largest font
        in which none touches its neighbour.
    diameter : float
        Diameter of a neuron.
    """

    def __init__(
        self,
        ax: Axes,
        columns: Sequence[Column],
        column_texts: Sequence[str],
        layer_texts: Sequence[str],
    ) -> None:
        width, height = _size_in_points(ax)
        ax.set(xlim=(0, width), ylim=(0, height))
        self.step = width / len(columns)
        below = [
            ax.text(self._x(column), 0, text, ha="center", va="top")
            for column, text in enumerate(column_texts)
        ]
        above = [
            ax.text(self._x(layer + 0.5), height, text, ha="center", va="top")
            for layer, text in enumerate(layer_texts)
        ]
        self.texts = below + above
        _fit_font(
            self.texts, LARGEST_TEXT_WIDTH * self.step, LARGEST_TEXT_HEIGHT * height
        )
        floor = max(_text_size(text)[1] for text in below)
        ceiling = height - max(_text_size(text)[1] for text in above)
        for text in below:
            text.set_y(floor)

        n_places = max(column.n_places for column in columns)
        self.place_height = (ceiling - floor - 2 * TEXT_MARGIN) / n_places
        self.middle = (ceiling + floor) / 2
        self.diameter = min(LARGEST_NEURON, 0.7 * self.place_height, 0.3 * self.step)

    def centers(self, index: int, column: Column) -> FloatArray:
        """Return the centres of a column's neurons, of shape (n_shown, 2)."""
        return self._points(index, column, column.places)

    def dots(self, index: int, column: Column) -> FloatArray:
        """Return the centres of a column's three dots, of shape (3, 2) or (0, 2)."""
        return self._points(index, column, column.dots)

    def _points(self, index: int, column: Column, places: NDArray) -> FloatArray:
        y = self.middle + self.place_height * ((column.n_places - 1) / 2 - places)
        return np.column_stack([np.full(len(places), self._x(index)), y])

    def _x(self, column: float) -> float:
        return (column + 0.5) * self.step


def _size_in_points(ax: Axes) -> FloatArray:
    # the axes know their size once titles and colour bars have found their room
    _root_figure(ax).draw_without_rendering()
    return _points(ax, ax.get_window_extent())


def _text_size(text: Text) -> FloatArray:
    return _points(text, text.get_window_extent())


def _points(artist: Artist, box: Bbox) -> FloatArray:
    return np.array([box.width, box.height]) * 72 / _root_figure(artist).dpi


def _root_figure(artist: Artist) -> Figure:
    # only what was removed from its figure has none
    return cast(Figure, artist.get_figure(root=True))


def _fit_font(texts: Sequence[Text], max_width: float, max_height: float) -> None:
    """Set all texts in the largest common font in which each fits the given size."""
    font_size = LARGEST_FONT
    for _ in range(3):  # widths are rounded to pixels: one step may not be enough
        for text in texts:
            text.set(fontsize=font_size, in_layout=False)
        width, height = np.max([_text_size(text) for text in texts], axis=0)
        scale = min(max_width / width, max_height / height)
        if scale >= 1:
            break
        font_size *= 0.98 * scale
