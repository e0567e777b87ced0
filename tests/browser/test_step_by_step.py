"""In two lessons every number of a small network can be followed."""

import pytest
from live import loads, open_fold

import step_by_step

PAGES = {
    "forward_pass": "gallery/1_mathematics/plot_2_forward_pass.html",
    "backpropagation": "gallery/1_mathematics/plot_3_backpropagation.html",
}
SCRIPT = "step_by_step.js"


def shown_numbers(page):
    """Return the numbers that a page shows, by name; each must be the same anywhere."""
    found = {}
    for number in page.locator(".step-by-step .number").all():
        name, text = number.get_attribute("data-of"), number.text_content().strip("()")
        assert found.setdefault(name, text) == text
    return found


def expected_numbers(subject, given, activation="tanh"):
    values = step_by_step.compute(step_by_step.STEPS[subject], given, activation)
    return {name: step_by_step.show(value) for name, value in values.items()}


@pytest.mark.parametrize("subject", PAGES)
def test_typed_numbers_change_all_that_follow(subject, root, open_page):
    given = step_by_step.given_of(subject)
    with open_page(f"{root}{PAGES[subject]}") as page:
        assert not loads(page, SCRIPT)
        open_fold(page, ".step-by-step")
        page.wait_for_selector(".step-by-step li .number[tabindex='0']")
        assert shown_numbers(page) == expected_numbers(subject, given)
        page.locator("input[name='W1[0,1]']").fill("1.5")
        page.locator("select[name=g]").select_option("relu")
        changed = expected_numbers(subject, given | {"W1[0,1]": 1.5}, "relu")
        assert shown_numbers(page) == changed
        page.locator("input[name='W1[0,1]']").fill("")  # no number yet
        assert shown_numbers(page) == changed
        page.get_by_role("button", name="Start values").press("Enter")
        page.wait_for_timeout(100)
        assert shown_numbers(page) == expected_numbers(subject, given)
        assert page.complaints == []


def test_a_number_lights_up_wherever_it_stands(open_page, server):
    with open_page(f"{server}{PAGES['backpropagation']}") as page:
        open_fold(page, ".step-by-step")
        page.wait_for_selector(".step-by-step li .number[tabindex='0']")
        page.locator("li .number[data-of='W2[0,1]']").first.focus()
        lit = page.locator(".step-by-step .lit")
        names = {element.get_attribute("data-of") for element in lit.all()}
        assert names == {"W2", "W2[0,1]"}
        assert page.locator("svg line.lit").count() == 1
        assert page.locator("input.lit").count() == 1
        assert page.locator(".formula > .lit").count() >= 1
        assert page.locator(".formula code .lit").count() >= 1
        page.keyboard.press("Tab")
        page.locator("svg line[data-of='W1[1,0]']").hover(force=True)
        names = {element.get_attribute("data-of") for element in lit.all()}
        assert names == {"W1", "W1[1,0]"}


def test_the_steps_come_one_by_one(open_page, server):
    with open_page(f"{server}{PAGES['forward_pass']}") as page:
        fold = open_fold(page, ".step-by-step")
        page.wait_for_selector(".step-by-step li .number[tabindex='0']")
        steps = page.locator(".step-by-step ol > li")
        assert [step.is_visible() for step in steps.all()] == [True] * 3
        fold.get_by_role("button", name="From the start").press("Enter")
        assert [step.is_visible() for step in steps.all()] == [True, False, False]
        output = page.locator("svg .number[data-of='y_hat']")
        assert not output.is_visible()
        fold.get_by_role("button", name="Next").press("Enter")
        fold.get_by_role("button", name="Next").press("Enter")
        assert [step.is_visible() for step in steps.all()] == [True] * 3
        assert output.is_visible()
        assert fold.get_by_role("button", name="Next").is_disabled()
        assert "Step 3 of 3" in fold.inner_text()
        fold.get_by_role("button", name="From the start").press("Enter")
        page.emulate_media(media="print")
        assert [step.is_visible() for step in steps.all()] == [True] * 3
