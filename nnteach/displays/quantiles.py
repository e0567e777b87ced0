"""The median and the band that summarize many networks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from nnteach.displays.palette import BAND_NAME_COLOR, BAND_OPACITY
from nnteach.estimators.annotations import FloatArray


def check_quantiles(quantiles: tuple[float, float], owner: str) -> None:
    """Raise a ValueError unless ``quantiles`` is a pair 0 <= low < high <= 1."""
    try:
        low, high = quantiles
        valid = 0 <= low < high <= 1
    except (TypeError, ValueError):
        valid = False
    if not valid:
        raise ValueError(
            f"The 'quantiles' parameter of {owner} must be a pair (low, high) with "
            f"0 <= low < high <= 1. Got {quantiles!r} instead."
        )


def median_and_band(values: FloatArray, quantiles: tuple[float, float]) -> FloatArray:
    """Summarise each column.

    Parameters
    ----------
    values : ndarray of shape (n_networks, n_points)
        One row a network; NaN where it has no value.
    quantiles : tuple of (float, float)
        The band's lower and upper quantile.

    Returns
    -------
    median, low, high : ndarray of shape (n_points,)
        Summaries of the values that are there.
    """
    low, high = quantiles
    return np.nanquantile(values, [0.5, low, high], axis=0)


def band_name(quantiles: tuple[float, float]) -> str:
    """Name the band, such as ``"10–90 % band"``."""
    return f"{_percentages(quantiles)} band"


def _percentages(quantiles: tuple[float, float]) -> str:
    low, high = (f"{100 * quantile:g}" for quantile in quantiles)
    return f"{low}–{high} %"


def _explain_band(ax: Axes, quantiles: tuple[float, float], n_networks: int) -> None:
    """Give all bands of the axes one entry in the legend, without a colour."""
    start = f"{_percentages(quantiles)} of "
    label = f"{start}{n_networks} networks"
    for artist in ax.collections:
        present = str(artist.get_label())
        if present.startswith(start):
            if present != label:
                label = f"{start}each group"
            artist.remove()  # to come after the new group
    nothing = np.empty(0)
    ax.fill_between(
        nothing,
        nothing,
        color=BAND_NAME_COLOR,
        alpha=2 * BAND_OPACITY,
        linewidth=0,
        label=label,
    )


def draw_curve(
    ax: Axes,
    x: FloatArray,
    values: FloatArray,
    quantiles: tuple[float, float],
    **style: Any,
) -> tuple[Line2D, PolyCollection | None]:
    """Draw one network's curve, or the median and the band of many.

    The legend of the axes gets one entry that says what the bands are.

    Returns
    -------
    line : matplotlib Line2D
        The curve, or the median.
    band : matplotlib PolyCollection or None
        The band in the line's colour; None for one network.
    """
    if len(values) == 1:
        return ax.plot(x, values[0], **style)[0], None
    median, low, high = median_and_band(values, quantiles)
    (line,) = ax.plot(x, median, **style)
    band = ax.fill_between(
        x, low, high, color=line.get_color(), alpha=BAND_OPACITY, linewidth=0
    )
    _explain_band(ax, quantiles, len(values))
    return line, band
