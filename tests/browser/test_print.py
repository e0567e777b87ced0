"""A printed lesson has everything, light, from both themes and in both paper sizes."""

import io
import re

import pytest
from pypdf import PdfReader

from conftest import MODES

DARK = next(mode for mode in MODES if mode.name == "dark")
HEADINGS = """
() => [...document.querySelectorAll(".bd-article :is(h1, h2, h3)")]
  .filter(heading => heading.checkVisibility())
  .map(heading => heading.firstChild.textContent)
"""
CODE = """
() => [...document.querySelectorAll(".bd-article pre")]
  .filter(box => box.checkVisibility()).map(box => box.textContent)
"""


def letters(text):
    """Leave out everything that a line break may have changed."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize("mode", [MODES[0], DARK], ids=lambda mode: mode.name)
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_print_has_everything(mode, paper, open_page, server):
    address = f"{server}gallery/2_two_moons/plot_1_decision_boundary.html"
    with open_page(address, mode) as page:
        headings, code = page.evaluate(HEADINGS), page.evaluate(CODE)
        pdf = PdfReader(io.BytesIO(page.pdf(format=paper, tagged=True, outline=True)))
        check_text(pdf, headings, code)
        page.emulate_media(media="print")
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_every_lesson_prints_to_its_end(lesson, open_page, server):
    with open_page(server + lesson) as page:
        headings, code = page.evaluate(HEADINGS), page.evaluate(CODE)
        pdf = PdfReader(io.BytesIO(page.pdf(format="A4", tagged=True, outline=True)))
        check_text(pdf, headings, code)


def check_text(pdf, headings, code):
    """Find all headings and all code of a page in its print."""
    text = letters(" ".join(page.extract_text() for page in pdf.pages))
    assert len(headings) > 5
    assert [heading for heading in headings if letters(heading) not in text] == []
    lines = [line for box in code for line in box.splitlines()]
    cut = [line for line in lines if letters(line) not in text]
    # a line that a page break divides has the margin's text in between
    assert len(cut) <= len(pdf.pages), cut
