"""Figures that pages other than lessons include, drawn by each build."""

from pathlib import Path

import matplotlib.pyplot as plt

import glossary_figures
import start_figure
from gallery_hooks import FIGURES
from themed_figures import save_figure

DOCS = Path(__file__).parent
DRAW = {
    "two_moons": start_figure.draw,
    "band": glossary_figures.draw_band,
    "correlation": glossary_figures.draw_correlation,
    "sign_test": glossary_figures.draw_sign_test,
    "standard_error": glossary_figures.draw_standard_error,
    "wilcoxon_test": glossary_figures.draw_wilcoxon_test,
}


def write_page_figures():
    """Save each figure, and beside it the directive that a page includes."""
    folder = DOCS / "page_figures"
    folder.mkdir(exist_ok=True)
    for name, draw in DRAW.items():
        with plt.rc_context(FIGURES):
            figure = draw()
            directive = save_figure(figure, folder / name, DOCS, figure.alt_text)
            plt.close(figure)
        (folder / f"{name}.rst").write_text(directive, encoding="utf-8")
