"""What sphinx-gallery calls around every script of the gallery.

A module of its own, because the worker processes that run the scripts never read
conf.py.
"""

import re
import warnings
from contextlib import ExitStack

import matplotlib as mpl
from sphinx_gallery import notebook

from nnteach.displays.palette import COLOR_CYCLE
from nnteach.estimators import html_repr

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


def without_roles(text):
    """Write Sphinx's roles in a text as a reader of the notebook can do with them.

    A term or a page becomes its words, an object of the library its name as code, and
    a citation its key in brackets.
    """
    text = re.sub(r":(?:term|doc|ref):`([^`<]*?)(?:\s*<[^`]*>)?`", r"\1", text)
    text = re.sub(r":cite:\w+:`([^`]+)`", r"[\1]", text)
    return re.sub(
        r":(?:py:)?(?:attr|class|func|meth|mod):`(?:~[\w.]*?(?=\w+`))?([^`<]*?)(?:\s*<[^`]*>)?`",
        r"``\1``",
        text,
    )


def rst_to_markdown(text, *args, rst2md=notebook.rst2md):
    """Convert a text block of a script to a cell of its notebook."""
    return rst2md(without_roles(text), *args)


# sphinx-gallery converts headings, formulas and links, and leaves roles as they are
notebook.rst2md = rst_to_markdown
