"""What sphinx-gallery calls around every script of the gallery.

A module of its own, because the worker processes that run the scripts never read
conf.py.
"""

import warnings
from contextlib import ExitStack

import matplotlib as mpl
from sphinx_gallery import notebook

from nnteach.displays.palette import COLOR_CYCLE
from nnteach.estimators import html_repr
from notebooks import convert_text

FIGURES = {
    "figure.figsize": (6.4, 4.0),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.titlesize": "medium",
    "figure.titlesize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=COLOR_CYCLE),
    "legend.frameon": False,
    "lines.linewidth": 1.75,
}

raised_warnings = ExitStack()


def prepare(gallery_conf, script, when):
    """Around a script: set how figures look, and turn warnings into errors."""
    raised_warnings.close()
    if when == "before":
        mpl.rcParams.update(FIGURES)
        html_repr.WEBSITE = "../.."  # seen from a lesson
        raised_warnings.enter_context(warnings.catch_warnings(action="error"))
        # plt.show() has nothing to open a window with during a build
        warnings.filterwarnings("ignore", message=".*is non-interactive")


# in the worker processes, too, which never read conf.py
notebook.rst2md = convert_text
