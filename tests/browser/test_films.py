"""Films of the lessons' networks, and the network of the start page."""

import pytest
from live import loads, open_fold

PAGES = {  # and what is said of the last frame
    "gallery/1_mathematics/plot_4_gradient_descent.html": "Step 60",
    "gallery/2_two_moons/plot_1_decision_boundary.html": "Epoch 100",
    "gallery/3_universal_approximation/plot_1_fit_a_function.html": "Epoch 4000",
    "gallery/3_universal_approximation/plot_3_sum_of_sigmoids.html": "50 of 50",
}
FILM = ".nnteach-film"
PLAYER = ".film-player"
PICTURE = "canvas => canvas.toDataURL()"


@pytest.mark.parametrize("place", PAGES)
def test_a_film_is_stepped_and_played_by_keyboard(place, root, open_page):
    with open_page(f"{root}{place}") as page:
        assert not loads(page, "films.js")
        assert page.locator(PLAYER).count() == 0
        open_fold(page, FILM)
        player = page.locator(PLAYER)
        player.wait_for()
        canvas, slider = player.locator("canvas").first, player.get_by_role("slider")
        page.wait_for_timeout(300)
        pictures = {canvas.evaluate(PICTURE)}
        assert slider.input_value() == "0"  # nothing plays by itself
        player.get_by_role("button", name="Next").press("Enter")
        assert slider.input_value() == "1"
        slider.press("End")
        last = int(slider.get_attribute("max"))
        # until the page has trained the network
        player.get_by_role("status").filter(has_text=PAGES[place]).wait_for()
        pictures.add(canvas.evaluate(PICTURE))
        assert slider.get_attribute("aria-valuetext") == (
            player.get_by_role("status").inner_text()
        )
        player.get_by_role("button", name="Play").press("Enter")
        page.wait_for_timeout(1000)
        player.get_by_role("button", name="Pause").press("Enter")
        frame = int(slider.input_value())
        assert 0 < frame < last
        pictures.add(canvas.evaluate(PICTURE))
        assert len(pictures) == 3
        page.wait_for_timeout(300)
        assert int(slider.input_value()) == frame
        assert page.complaints == []


def test_another_theme_redraws_a_film(open_page, server):
    place = "gallery/3_universal_approximation/plot_3_sum_of_sigmoids.html"
    with open_page(f"{server}{place}") as page:
        open_fold(page, FILM)
        canvas = page.locator(f"{PLAYER} canvas")
        canvas.wait_for()
        page.wait_for_timeout(300)
        light = canvas.evaluate(PICTURE)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_timeout(300)
        assert canvas.evaluate(PICTURE) != light


def test_the_start_page_trains_a_network_when_asked(root, open_page):
    with open_page(f"{root}index.html") as page:
        assert not loads(page, "engine.js")
        below = page.locator(".start-ways")
        before = below.bounding_box()["y"]
        button = page.get_by_role("button", name="Train it here")
        assert button.bounding_box()["y"] < 900
        button.press("Enter")
        slider = page.locator(PLAYER).get_by_role("slider")
        slider.wait_for()
        page.wait_for_timeout(1500)
        assert int(slider.input_value()) > 3
        assert "test points right" in page.locator(PLAYER).inner_text()
        assert abs(below.bounding_box()["y"] - before) < 2
        assert page.complaints == []
