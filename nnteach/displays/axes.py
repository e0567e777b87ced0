"""What the displays do alike to their axes: make them, name them, explain them."""

import matplotlib.pyplot as plt


def new_axes(n_columns=1, *, figsize=(8.0, 4.5)):
    """Make a figure whose layout leaves room for a legend beside the axes."""
    return plt.subplots(1, n_columns, figsize=figsize, layout="constrained")


def extended(text, default):
    """Choose the text of axes that already have one, perhaps from an earlier group.

    A default that only says more replaces the text; a text that somebody chose stays.
    """
    return default if default.startswith(text) else text


def set_title(ax, title, default):
    """Set the title; None stands for the default, the empty string for none."""
    ax.set_title(extended(ax.get_title(), default) if title is None else title)


def draw_legend(ax):
    """Explain the lines right of the axes, where they hide no data.

    A figure without a layout engine has no room there and would cut the legend off;
    it gets the legend where matplotlib finds the least data.
    """
    if ax.figure.get_layout_engine() is None:
        return ax.legend(loc="best")
    return ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
