"""What the displays do alike to their axes: make them, name them, explain them."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.legend import Legend
from matplotlib.ticker import LogFormatterSciNotation

SHORT_SPAN = 1.5  # in decades


def new_axes(
    n_columns: int = 1, *, figsize: tuple[float, float] = (8.0, 4.5)
) -> list[Axes]:
    """Make a figure whose layout leaves room for a legend beside its axes."""
    figure = plt.figure(figsize=figsize, layout="constrained")
    return list(figure.subplots(1, n_columns, squeeze=False)[0])


def extended(text: str, default: str) -> str:
    """Choose the text of axes that already have one, perhaps from an earlier group.

    A default that only says more replaces the text; a text that somebody chose stays.
    """
    return default if default.startswith(text) else text


class PlainLogFormatter(LogFormatterSciNotation):
    """Labels such as 0.06 on a logarithmic axis that is less than 1.5 decades long.

    Longer axes, and those that go below 0.0001, get powers of ten.
    """

    axis: Axis

    def _is_short(self) -> bool:
        low, high = sorted(self.axis.get_view_interval())
        return low >= 1e-4 and np.log10(high / low) < SHORT_SPAN

    def set_locs(self, locs: Any | None = None) -> None:
        """Choose the ticks to label, also between two powers of ten on a short axis."""
        self.minor_thresholds = (2 if self._is_short() else 1, 0.4)
        super().set_locs(locs)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Label a tick, with an empty string if there is no room."""
        label = super().__call__(x, pos)
        return f"{x:g}" if label and self._is_short() else label


def set_yscale(ax: Axes, yscale: str) -> None:
    """Set the vertical axis' scale, with labels that can be read on a short one."""
    ax.set_yscale(yscale)
    if yscale == "log":
        ax.yaxis.set_major_formatter(PlainLogFormatter())
        ax.yaxis.set_minor_formatter(PlainLogFormatter())


def set_title(ax: Axes, title: str | None, default: str) -> None:
    """Set the title; None stands for the default, the empty string for none."""
    ax.set_title(extended(ax.get_title(), default) if title is None else title)


def draw_legend(ax: Axes) -> Legend:
    """Explain the lines right of the axes, where they hide no data.

    A figure without a layout engine has no room there and would cut the legend off;
    it gets the legend where matplotlib finds the least data.
    """
    if ax.figure.get_layout_engine() is None:
        return ax.legend(loc="best")
    return ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def draw_legend_below(ax: Axes) -> Legend:
    """Explain the lines below the axes, for labels too long to stand beside them."""
    if ax.figure.get_layout_engine() is None:
        return ax.legend(loc="best")
    # the pad, in units of the font size, leaves room for the axis' numbers and label
    return ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), borderaxespad=3.8)
