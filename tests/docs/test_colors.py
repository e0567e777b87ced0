"""Colours of the dark theme and of the pages follow from those of the figures."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba_array

from dark_colors import BACKGROUND, TEXT, darkened, from_oklab, to_oklab
from nnteach.displays.palette import COLOR_CYCLE
from nnteach.playground.files import STANDALONE_STYLE
from site_colors import SURFACES, contrast, readable, variables, write_style_sheet


def test_oklab_and_back_is_the_same_color():
    rgb = np.random.default_rng(0).random((100, 3))
    np.testing.assert_allclose(from_oklab(to_oklab(rgb)), rgb, atol=1e-6)


def test_oklab_of_known_colors():
    lab = to_oklab(to_rgba_array(["white", "black", "red"])[:, :3])
    expected = [[1, 0, 0], [0, 0, 0], [0.628, 0.225, 0.126]]
    np.testing.assert_allclose(lab, expected, atol=1e-3)


def test_paper_and_ink_change_places():
    assert to_hex(darkened("white")[0]) == BACKGROUND.lower()
    assert to_hex(darkened("black")[0]) == TEXT.lower()


def test_opacity_stays():
    assert darkened((1, 0, 0, 0.25))[0, 3] == 0.25


@pytest.mark.parametrize("color", COLOR_CYCLE)
def test_lines_can_be_seen_on_both_pages(color):
    assert contrast(color, "white") >= 3
    assert contrast(darkened(color), BACKGROUND) >= 3


def test_a_scale_fades_into_the_page_in_both_themes():
    scale = np.linspace([1, 1, 1, 1], to_rgba_array(COLOR_CYCLE[0])[0], 20)
    from_page = [contrast(color[None], BACKGROUND) for color in darkened(scale)]
    assert from_page[0] == pytest.approx(1, abs=0.01)
    assert np.all(np.diff(from_page[:8]) > 0)
    assert np.min(from_page[8:]) > 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(theme):
    words = {
        name: color
        for name, color in variables(theme).items()
        if name.endswith("-text") or name.startswith("pst-color-link")
    }
    assert len(words) > 6
    for name, color in words.items():
        assert contrast(color, SURFACES[theme]) >= 4.5, name


def test_a_readable_color_is_left_alone():
    assert readable("#000000", "#FFFFFF", lighter=False) == "#000000"


def test_the_style_sheet_has_both_themes(tmp_path):
    write_style_sheet(tmp_path / "made" / "colors.css")
    css = (tmp_path / "made" / "colors.css").read_text(encoding="utf-8")
    assert css.count("--nnteach-validation:") == 2
    assert 'html[data-theme="dark"]' in css


def test_a_playground_that_stands_alone_has_the_colors_of_the_site():
    sheet = STANDALONE_STYLE.read_text(encoding="utf-8")
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")
    for theme, part in (("light", light), ("dark", dark)):
        found = dict(re.findall(r"--([\w-]+): (#\w{6});", part))
        expected = variables(theme)
        roles = {name for name in found if name in expected}
        assert roles >= {"nnteach-class-0", "nnteach-class-1", "nnteach-training"}
        assert {name: found[name] for name in roles} == {
            name: expected[name].lower() for name in roles
        }
    assert f"--pst-color-background: {BACKGROUND.lower()};" in dark
