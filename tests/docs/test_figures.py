"""Renditions of a figure for themes and screens, and what it says in words."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from PIL import Image
from sphinx.errors import ExtensionError

from dark_colors import BACKGROUND
from figure_renditions import copy_of, darken, narrow, save_renditions
from themed_figures import save_figure, take_caption


@pytest.fixture
def figure():
    figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained", sharey=True)
    for ax, name in zip(axes, "abc", strict=True):
        ax.plot([1, 2], [1, 3], label=f"curve {name}")
        ax.set(title=name, xlabel="epoch")
    axes[0].set_ylabel("loss")
    axes[2].legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    figure.suptitle("The loss falls\nin all panels")
    yield figure
    plt.close("all")


def test_the_renditions_are_files_of_their_theme_and_width(figure, tmp_path):
    before = figure.axes[0].lines[0].get_color()
    save_renditions(figure, tmp_path / "a")
    paths = {path.stem: path for path in tmp_path.iterdir()}
    assert set(paths) == {"a-light", "a-light-narrow", "a-dark", "a-dark-narrow"}
    for name, path in paths.items():
        image = Image.open(path).convert("RGB")
        corner = to_hex(np.array(image.getpixel((0, 0))) / 255)
        assert corner == (BACKGROUND.lower() if "dark" in name else "#ffffff")
        assert image.width == 2 * (360 if "narrow" in name else 900)
    assert figure.axes[0].lines[0].get_color() == before, "the figure stays"


def test_on_a_phone_panels_and_legend_stand_below_each_other(figure):
    narrow(figure)
    figure.draw_without_rendering()
    boxes = [ax.get_window_extent() for ax in figure.axes]
    assert boxes[0].y0 > boxes[1].y1 > boxes[1].y0 > boxes[2].y1
    assert all(ax.get_ylabel() == "loss" for ax in figure.axes)
    (legend,) = figure.legends
    assert legend.get_window_extent().y1 <= boxes[2].y0
    assert figure.axes[2].get_legend() is None


def test_no_text_of_a_narrow_figure_is_cut(figure):
    figure.axes[0].set_ylabel("a label that is much longer than a panel is high")
    narrow(figure)
    figure.draw_without_rendering()
    room = figure.bbox
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert min(box.x0, box.y0) >= 0
        assert box.x1 <= room.x1
        assert box.y1 <= room.y1


def test_colors_and_scales_turn_dark():
    figure, ax = plt.subplots()
    image = ax.imshow([[0.0, 1.0]], cmap="Blues")
    (line,) = ax.plot([0, 1], color="black")
    text = ax.text(0, 0, "cell", color="black")
    copy = copy_of(figure)
    darken(copy)
    dark = copy.axes[0]
    assert image.get_cmap()(0.0) != dark.images[0].get_cmap()(0.0)
    assert to_hex(dark.lines[0].get_color()) == "#e6e9ee"
    assert to_hex(copy.get_facecolor()) == BACKGROUND.lower()
    assert line.get_color() == text.get_color() == "black"
    plt.close("all")


def test_boxes_arrows_and_cells_of_texts_turn_dark():
    figure, ax = plt.subplots()
    note = ax.annotate("a", (0, 0), (1, 1), arrowprops={}, bbox={"facecolor": "w"})
    table = ax.table([["cell"]])
    darken(figure)
    dark = [*to_rgba(BACKGROUND)]
    assert [*note.get_bbox_patch().get_facecolor()] == pytest.approx(dark, abs=0.01)
    assert sum(note.arrow_patch.get_edgecolor()[:3]) > 2
    assert sum(table[0, 0].get_text().get_color()[:3]) > 2
    plt.close("all")


def test_many_small_panels_stay_small():
    figure, _ = plt.subplots(4, 10, figsize=(10, 4))
    narrow(figure)
    width, height = figure.get_size_inches()
    assert height < 1.6 * width
    plt.close("all")


@pytest.mark.parametrize("alt", [None, "", "The loss falls in all panels"])
def test_a_figure_that_does_not_say_what_it_shows_is_refused(figure, tmp_path, alt):
    with pytest.raises(ExtensionError, match="Set its alt_text"):
        save_figure(figure, tmp_path / "a", tmp_path, alt)


def test_text_on_a_bright_cell_is_dark():
    figure, ax = plt.subplots()
    ax.imshow([[0.0, 1.0]], cmap="Blues", vmax=2)
    texts = [ax.text(place, 0, "cell") for place in (0, 1)]
    darken(figure)
    on_dark, on_bright = (text.get_color() for text in texts)
    assert on_dark == "#E6E9EE"
    assert on_bright == BACKGROUND
    plt.close("all")


def test_the_title_becomes_the_caption(figure):
    assert take_caption(figure) == "The loss falls in all panels"
    assert figure._suptitle.get_text() == ""
    assert take_caption(plt.figure()) == ""


def test_the_title_of_a_single_panel_becomes_the_caption():
    figure, ax = plt.subplots()
    ax.set_title("One finding")
    assert take_caption(figure) == "One finding"
    assert ax.get_title() == ""
    plt.close("all")
