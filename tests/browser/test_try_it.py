"""Lessons end with the playground, which a reader opens in place."""

import pytest
from live import loads, open_fold

import try_it

CHOSEN = {
    "what_a_network_learns": "gallery/0_first_steps/plot_1_what_a_network_learns.html",
    "sum_of_sigmoids": (
        "gallery/3_universal_approximation/plot_3_sum_of_sigmoids.html"
    ),
    "scale_inputs": "gallery/5_real_data/plot_2_scale_inputs.html",
}
PLACE = "[data-live=playground]"
FORM = "form.nnteach-playground"


@pytest.mark.parametrize("subject", CHOSEN)
def test_the_playground_has_the_network_of_the_lesson(subject, root, open_page):
    with open_page(f"{root}{CHOSEN[subject]}") as page:
        assert not loads(page, "engine.js")
        assert page.locator(FORM).count() == 0
        open_fold(page, PLACE)
        form = page.locator(FORM)
        form.wait_for()
        state = try_it.state_of(subject)
        rate = form.locator("[name=learning_rate_init]").input_value()
        assert float(rate) == state["learning_rate_init"]
        assert form.locator("[name=max_iter]").input_value() == str(state["max_iter"])
        assert form.locator("[name=data]").input_value() == state.get("data", "moons")
        form.get_by_role("button", name="One epoch").press("Enter")
        page.wait_for_function(
            f"document.querySelector('{FORM}').innerText.includes('Epoch 1')"
        )
        assert page.complaints == []


@pytest.mark.parametrize("subject", try_it.TRY_IT)
def test_every_lesson_opens_its_playground(subject, open_page, server, site):
    (path,) = site.glob(f"gallery/*/plot_*_{subject}.html")
    with open_page(f"{server}{path.relative_to(site).as_posix()}") as page:
        assert page.locator("#try-it > h2").count() == 1
        open_fold(page, PLACE)
        page.locator(FORM).wait_for()
        page.wait_for_timeout(300)
        questions = page.locator("#try-it details > ol > li")
        assert questions.count() == len(try_it.TRY_IT[subject]["questions"])
        assert page.complaints == []
