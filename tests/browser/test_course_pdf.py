"""The course as one PDF: tagged, with an outline, and with every section."""

import re

import pytest
from chromium import SITE
from course_pdf import lessons, make_document, print_course, read, sheets_of
from pypdf import PdfReader


def letters(text):
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture(scope="module")
def course(browser, server, tmp_path_factory):
    path = tmp_path_factory.mktemp("course") / "course.pdf"
    path.write_bytes(print_course(browser, server, {}))
    return path


def test_the_course_is_tagged_and_has_an_outline(course):
    reader = PdfReader(course)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    sheets = sheets_of(course.read_bytes())
    titles = [read(page).find("h1").find(string=True).strip() for page in lessons()]
    assert [title for title in titles if title not in sheets] == []
    numbers = [sheets[title] for title in titles]
    assert numbers == sorted(numbers)


def test_the_course_has_every_section_of_every_lesson(course):
    text = letters("".join(page.extract_text() for page in PdfReader(course).pages))
    missing = [
        (page, heading.find(string=True))
        for page in lessons()
        for heading in read(page).select("article :is(h1, h2, h3)")
        if letters(heading.find(string=True)) not in text
    ]
    assert missing == []


def test_links_of_the_course_stay_in_it():
    document = make_document({})
    names = set(re.findall(r'\bid="([^"]+)"', document))
    targets = set(re.findall(r'href="#([^"]+)"', document))
    assert len(targets) > 100
    assert targets - names == set()
    assert not re.findall(r'<a [^>]*href="(?!#|https?:|mailto:)[^"]*"', document)
    assert not (SITE / "_course.html").exists()
