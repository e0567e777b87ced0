"""Slides are shown one at a time, read without a script, and printed one to a sheet."""

import io
import re

import pytest
from pypdf import PdfReader

from conftest import LIGHT, Mode, lessons

FOLDER = "teach/slides"
SOME = ("backpropagation", "decision_boundary", "scale_inputs")
SHOWN = """
() => [...document.querySelectorAll(".slide")]
  .filter(slide => slide.checkVisibility()).map(slide => slide.id)
"""
TOO_HIGH = """
() => [...document.querySelectorAll(".slide.current")]
  .filter(slide => slide.scrollHeight > slide.clientHeight + 1)
  .map(slide => `${slide.id}: ${slide.scrollHeight} of ${slide.clientHeight}`)
"""


@pytest.fixture
def presented(open_page, server):
    """The slides of a lesson, shown one at a time."""
    with open_page(f"{server}{FOLDER}/decision_boundary.html") as page:
        page.get_by_role("button", name="Show one at a time").click()
        yield page


def n_slides(page):
    return page.locator(".slide").count()


def test_each_lesson_leads_to_its_slides(site):
    found = lessons(site)
    assert found
    for lesson in found:
        name = re.sub(r".*plot_\d+_", "", lesson)
        html = (site / lesson).read_text(encoding="utf-8")
        assert f'href="../../{FOLDER}/{name}">Slides of this lesson' in html, lesson


def test_the_link_at_the_end_of_a_lesson_opens_its_slides(open_page, server):
    address = f"{server}gallery/2_two_moons/plot_1_decision_boundary.html"
    with open_page(address) as page:
        title = page.locator("h1").inner_text()
        page.get_by_role("link", name="Slides of this lesson").click()
        page.wait_for_url("**/teach/slides/decision_boundary.html")
        assert page.locator("h1").inner_text() == title.rstrip("#")


def test_the_keys_go_through_all_slides(presented):
    last = n_slides(presented)
    assert presented.evaluate(SHOWN) == ["slide-1"]
    for key, number in (
        ("ArrowRight", 2),
        ("Space", 3),
        ("ArrowLeft", 2),
        ("End", last),
        ("ArrowRight", last),
        ("Home", 1),
        ("ArrowLeft", 1),
    ):
        presented.keyboard.press(key)
        assert presented.evaluate(SHOWN) == [f"slide-{number}"], key
        status = presented.locator(".slides-control output").inner_text()
        assert status == f"{number} of {last}"
        assert presented.evaluate("document.activeElement.parentElement.id") == (
            f"slide-{number}"
        )
    presented.keyboard.press("Escape")
    assert len(presented.evaluate(SHOWN)) == last


def test_the_buttons_do_what_the_keys_do(presented):
    presented.get_by_role("button", name="Next").click()
    assert presented.evaluate(SHOWN) == ["slide-2"]
    presented.get_by_role("button", name="Back").click()
    assert presented.evaluate(SHOWN) == ["slide-1"]
    presented.get_by_role("button", name="Full screen").click()
    presented.wait_for_function("document.fullscreenElement !== null")
    presented.get_by_role("button", name="All slides").click()
    presented.wait_for_function("document.fullscreenElement === null")
    assert len(presented.evaluate(SHOWN)) == n_slides(presented)


def test_keys_do_nothing_while_all_slides_are_shown(open_page, server):
    with open_page(f"{server}{FOLDER}/decision_boundary.html") as page:
        page.keyboard.press("ArrowRight")
        assert len(page.evaluate(SHOWN)) == n_slides(page)


@pytest.mark.parametrize("name", SOME)
def test_a_slide_fits_the_window(name, open_page, server):
    with open_page(f"{server}{FOLDER}/{name}.html", Mode("wide", width=1600)) as page:
        page.get_by_role("button", name="Show one at a time").click()
        found = []
        for _ in range(n_slides(page)):
            found += page.evaluate(TOO_HIGH)
            page.keyboard.press("ArrowRight")
    assert found == []


@pytest.mark.parametrize("name", SOME)
def test_one_slide_prints_to_a_sheet(name, open_page, server):
    with open_page(f"{server}{FOLDER}/{name}.html", LIGHT) as page:
        headings = page.locator(".slide > :is(h1, h2)").all_inner_texts()
        pdf = PdfReader(
            io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))
        )
    assert len(pdf.pages) == len(headings)
    width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert width > height


def test_without_a_script_all_slides_are_there(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}{FOLDER}/decision_boundary.html")
    shown = page.locator(".slide:visible").count()
    assert shown == n_slides(page) > 5
    assert page.get_by_role("button", name="Show one at a time").count() == 0
    context.close()
