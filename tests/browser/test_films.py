"""Films of the lessons' networks, and the network of the start page."""

import pytest
from faults import faults
from live import loads, open_fold

from conftest import MODES

PAGES = {
    "gallery/1_mathematics/plot_4_gradient_descent.html": 60,
    "gallery/2_two_moons/plot_1_decision_boundary.html": 100,
    "gallery/3_universal_approximation/plot_1_fit_a_function.html": None,
    "gallery/3_universal_approximation/plot_3_sum_of_sigmoids.html": 50,
}
FILM = ".nnteach-film"
PLAYER = ".film-player"
PIXELS = """
canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 41) sum = (31 * sum + data[i]) % 1000003;
  return sum;
}
"""


@pytest.fixture(params=["http", "disk"])
def root(request, server, site):
    """Address of the site, from a server and from a disk."""
    return server if request.param == "http" else f"{site.as_uri()}/"


@pytest.mark.parametrize("address", PAGES)
def test_a_film_is_stepped_and_played_by_keyboard(address, root, open_page):
    with open_page(f"{root}{address}") as page:
        assert not loads(page, "films.js")
        assert page.locator(PLAYER).count() == 0
        open_fold(page, FILM)
        player = page.locator(PLAYER)
        player.wait_for()
        canvas, slider = player.locator("canvas").first, player.get_by_role("slider")
        page.wait_for_timeout(300)
        pictures = {canvas.evaluate(PIXELS)}
        assert slider.input_value() == "0"  # nothing plays by itself
        player.get_by_role("button", name="Next").press("Enter")
        assert slider.input_value() == "1"
        slider.press("End")
        last = int(slider.get_attribute("max"))
        assert PAGES[address] in (None, last)
        page.wait_for_timeout(3000)  # until the page has trained the network
        pictures.add(canvas.evaluate(PIXELS))
        assert slider.get_attribute("aria-valuetext") == (
            player.get_by_role("status").inner_text()
        )
        player.get_by_role("button", name="Play").press("Enter")
        page.wait_for_timeout(1000)
        player.get_by_role("button", name="Pause").press("Enter")
        frame = int(slider.input_value())
        assert 0 < frame < last
        pictures.add(canvas.evaluate(PIXELS))
        assert len(pictures) == 3
        page.wait_for_timeout(300)
        assert int(slider.input_value()) == frame
        assert page.complaints == []


def test_another_theme_redraws_a_film(open_page, server):
    address = "gallery/3_universal_approximation/plot_3_sum_of_sigmoids.html"
    with open_page(f"{server}{address}") as page:
        open_fold(page, FILM)
        canvas = page.locator(f"{PLAYER} canvas")
        canvas.wait_for()
        page.wait_for_timeout(300)
        light = canvas.evaluate(PIXELS)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_timeout(300)
        assert canvas.evaluate(PIXELS) != light


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wrong_with_it(address, mode, open_page, server):
    with open_page(f"{server}{address}", mode) as page:
        if not mode.folds_open:
            open_fold(page, FILM)
        page.locator(PLAYER).wait_for()
        page.wait_for_timeout(500)
        assert faults(page, mode, server) == []


def test_the_start_page_trains_a_network_when_asked(root, open_page):
    with open_page(f"{root}index.html") as page:
        assert not loads(page, "engine.js")
        below = page.locator(".start-ways")
        before = below.bounding_box()["y"]
        button = page.get_by_role("button", name="Train it in this page")
        assert button.bounding_box()["y"] < 900
        button.press("Enter")
        slider = page.locator(PLAYER).get_by_role("slider")
        slider.wait_for()
        page.wait_for_timeout(1500)
        assert int(slider.input_value()) > 3
        assert "test points right" in page.locator(PLAYER).inner_text()
        assert abs(below.bounding_box()["y"] - before) < 2
        assert page.complaints == []
