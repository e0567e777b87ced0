"""Save a figure for light and for dark pages, for wide and for narrow screens.

A lesson draws its figure once, on white and as wide as it likes. Here it is copied,
recoloured, and laid out anew for a phone: panels below each other, the legend below
them, so that its letters are as large there as the text around it.
"""

import textwrap
from itertools import pairwise

import cloudpickle
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.table import Cell

from dark_colors import BACKGROUND, TEXT, darkened, to_oklab

RESOLUTION = 2  # pixels of the file for one of the page, for screens that have them
NARROW_WIDTH = 4.8  # in inches
NARROW_DPI = 75  # 360 pixels of a page
DIAGRAM_WIDTH = 5.6  # in inches, shown in the same 360 pixels
PANEL_HEIGHT = 3.4  # of a panel alone, in inches
SMALL_PANEL = 2.6  # width of panels that stay side by side, height of one among others
SHRINKING = 0.7  # how much narrower a small panel may become
LINE_HEIGHT = 0.25  # of a legend
LETTER_WIDTH = 0.085  # on average, in inches
COLORS = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def save_renditions(figure, stem):
    """Save ``stem-light.webp``, ``…-light-narrow``, ``…-dark`` and ``…-dark-narrow``.

    Each has twice the pixels that the page shows. The figure itself stays as it is.
    """
    for theme in ("light", "dark"):
        for width in ("", "-narrow"):
            copy = copy_of(figure)
            if width:
                narrow(copy)
            if theme == "dark":
                darken(copy)
            save(copy, f"{stem}-{theme}{width}.webp")
            plt.close(copy)


def copy_of(figure):
    """Copy a figure with all that is drawn in it."""
    return cloudpickle.loads(cloudpickle.dumps(figure))


def save(figure, path):
    """Save a figure for the screens that have more pixels than a page."""
    figure.savefig(
        path,
        dpi=RESOLUTION * figure.dpi,
        facecolor=figure.get_facecolor(),
        pil_kwargs={"lossless": True},
    )


def darken(figure):
    """Give all that is drawn in a figure the colours of a dark page."""
    artists = [*all_artists(figure)]
    for artist in artists:
        if isinstance(artist, ScalarMappable):
            scale = darkened(artist.cmap(range(artist.cmap.N)))
            artist.set_cmap(ListedColormap(scale, artist.cmap.name))
    for artist in artists:
        is_scale = isinstance(artist, ScalarMappable) and artist.get_array() is not None
        # a figure and axes have the colours of their patches, which come by themselves
        if not is_scale and not isinstance(artist, (Figure, Axes)):
            darken_colors(artist)
    for ax in figure.axes:
        if ax.images and ax.texts:
            contrast_texts(figure, ax)


def all_artists(figure):
    """Yield all that is drawn in a figure, with what matplotlib counts as a part."""
    for artist in figure.findobj():
        yield artist
        parts = (
            getattr(artist, "get_bbox_patch", lambda: None)(),  # the box of a text
            getattr(artist, "arrow_patch", None),  # the arrow of an annotation
            getattr(artist, "pane", None),  # a wall of axes in three dimensions
            artist.get_text() if isinstance(artist, Cell) else None,
        )
        yield from (part for part in parts if isinstance(part, Artist))


def contrast_texts(figure, ax):
    """Write on cells of a map in the colour that can be read there."""
    for text in ax.texts:
        text.set_visible(False)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1] / 255
    for text in ax.texts:
        text.set_visible(True)
        x, y = text.get_transform().transform(text.get_position()).astype(int)
        lightness = to_oklab(pixels[y, x, :3][None])[0, 0]
        text.set_color(BACKGROUND if lightness > 0.6 else TEXT)


def darken_colors(artist):
    """Give one artist the colours of a dark page."""
    old = {name: getattr(artist, f"get_{name}", lambda: None)() for name in COLORS}
    for name, value in old.items():
        if value is None or (isinstance(value, str) and value in ("none", "auto")):
            continue
        if len(new := darkened(value)):
            setter = getattr(artist, f"set_{name}")
            setter(new[0] if is_one_color(value) else new)


def is_one_color(value):
    """Tell a colour from a list of colours."""
    return isinstance(value, str) or not hasattr(value[0], "__len__")


def narrow(figure):
    """Lay a figure out for a phone."""
    panels = [ax for ax in figure.axes if ax.get_subplotspec() and not is_colorbar(ax)]
    width, height = figure.get_size_inches()
    if len(panels) == 1 and not panels[0].axison:
        shrink_diagram(figure)
        return
    figure.set_dpi(NARROW_DPI)
    shape, (n_rows, n_columns) = stack(figure, panels, width)
    row_height = PANEL_HEIGHT if n_rows == 1 else SMALL_PANEL
    if n_columns > 1:  # small panels keep their form
        form = (height / shape[0]) / (width / shape[1])
        row_height = min(SMALL_PANEL, 1.1 * form * NARROW_WIDTH / n_columns)
    n_lines = move_legends_below(figure, panels) + lines_between(panels)
    figure.set_size_inches(NARROW_WIDTH, n_rows * row_height + n_lines * LINE_HEIGHT)
    for ax in panels:
        wrap(ax.title, NARROW_WIDTH / n_columns)
        wrap(ax.yaxis.label, row_height)
    figure.draw_without_rendering()  # which places the ticks
    for ax in panels:
        turn_crowded_labels(ax)
        wrap(ax.xaxis.label, 1.2 * ax.get_window_extent().width / figure.get_dpi())


def shrink_diagram(figure):
    """Make a drawing without axes smaller as a whole, with a little more room."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(DIAGRAM_WIDTH, 1.12 * DIAGRAM_WIDTH * height / width)
    figure.set_dpi(NARROW_DPI * NARROW_WIDTH / DIAGRAM_WIDTH)


def wrap(text, room):
    """Break the lines of a text that are longer than its room, in inches."""
    letters = int(0.85 * room / LETTER_WIDTH)
    lines = [textwrap.fill(line, letters) for line in text.get_text().splitlines()]
    text.set_text("\n".join(lines))


def turn_crowded_labels(ax):
    """Turn the labels of the horizontal axis where they would overlap."""
    labels = [label for label in ax.get_xticklabels() if label.get_text()]
    boxes = [label.get_window_extent() for label in labels]
    if any(left.x1 > right.x0 for left, right in pairwise(boxes)):
        ax.tick_params("x", rotation=30)
        for label in labels:
            label.set(ha="right", rotation_mode="anchor")


def is_colorbar(ax):
    """Tell the axes of a scale of colours."""
    return isinstance(getattr(ax, "_colorbar", None), Colorbar)


def stack(figure, panels, width):
    """Put the panels of a figure below each other, side by side only if they are small.

    Returns
    -------
    old, new : tuple of (int, int)
        Numbers of rows and columns.
    """
    specs = [ax.get_subplotspec() for ax in panels]
    if not specs:
        return (1, 1), (1, 1)
    old = specs[0].get_gridspec().get_geometry()
    if old[1] == 1:
        return old, old
    panel = width / old[1]
    n_columns = int(NARROW_WIDTH / (SHRINKING * panel)) if panel <= SMALL_PANEL else 1
    n_columns = min(n_columns, old[1])
    n_rows = -(-len(panels) // n_columns)
    grid = GridSpec(n_rows, n_columns, figure=figure)
    for place, ax in enumerate(panels):
        ax.set_subplotspec(grid[place // n_columns, place % n_columns])
        if place % n_columns == 0:
            label_left(ax, panels[0])
    return old, (n_rows, n_columns)


def label_left(ax, first):
    """Label the vertical axis of a panel that had the labels of the one left of it."""
    ax.tick_params(labelleft=True)
    if ax.get_shared_y_axes().joined(ax, first):
        ax.set_ylabel(ax.get_ylabel() or first.get_ylabel())


def move_legends_below(figure, panels):
    """Put the legends that stand beside the panels below them.

    Returns
    -------
    n_lines : int
        How many lines of legends there are below the panels now.
    """
    beside = [ax.get_legend() for ax in panels if stands_beside(ax.get_legend(), ax)]
    outside = [legend for legend in figure.legends if legend._outside_loc]
    return sum(move_below(figure, legend) for legend in [*beside, *outside])


def anchor_of(legend, ax):
    """Return the box to which a legend is tied, in units of its axes."""
    return legend.get_bbox_to_anchor().transformed(ax.transAxes.inverted())


def stands_beside(legend, ax):
    """Tell whether a legend is right of the axes that it explains."""
    return legend is not None and anchor_of(legend, ax).x0 >= 1


def lines_between(panels):
    """Count the lines of the legends that stand below their own panels."""
    legends = [(ax.get_legend(), ax) for ax in panels if ax.get_legend()]
    # a fraction is as high as two lines
    return sum(
        1 + ("frac" in text.get_text())
        for legend, ax in legends
        if anchor_of(legend, ax).y1 <= 0
        for text in legend.get_texts()
    )


def move_below(figure, legend):
    """Draw a legend anew below all panels; return how many lines it has."""
    labels = [" ".join(text.get_text().split()) for text in legend.get_texts()]
    title = legend.get_title().get_text()
    n_letters = max(map(len, labels))
    n_columns = max(1, int(NARROW_WIDTH / (0.7 + LETTER_WIDTH * n_letters)))
    figure.legend(
        legend.legend_handles,
        labels,
        title=title or None,
        loc="outside lower center",
        ncols=n_columns,
    )
    legend.remove()
    return -(-len(labels) // n_columns) + bool(title)
