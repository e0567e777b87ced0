"""The zip with the course, the site's addresses, and texts for a search from disk."""

import zipfile
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

import page_markup
from downloads import COURSE, is_fresh, write_course
from lesson_lengths import measure, read_article
from public_address import read_addresses
from search_texts import read_sections


def test_the_zip_has_the_whole_site_and_not_itself(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "index.html").write_text("start")
    (tmp_path / "notebooks/a.ipynb").write_text("{}")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    write_course(app, None)
    first = (tmp_path / COURSE).read_bytes()
    write_course(app, None)
    assert (tmp_path / COURSE).read_bytes() == first
    names = zipfile.ZipFile(tmp_path / COURSE).namelist()
    assert names == ["nnteach-course/index.html", "nnteach-course/notebooks/a.ipynb"]


def test_an_old_wheel_is_built_anew(tmp_path):
    assert not is_fresh(tmp_path)
    (tmp_path / "a.whl").write_bytes(b"")
    assert not is_fresh(tmp_path), "the source distribution is missing"
    (tmp_path / "a.tar.gz").write_bytes(b"")
    assert is_fresh(tmp_path)


@pytest.mark.parametrize(
    ("urls", "environment", "expected"),
    [
        ("", {}, ("", "")),
        ('[project.urls]\nDocumentation = "https://a.b/c/"', {}, ("https://a.b/c", "")),
        ('[project.urls]\nsource = "https://c.org"', {}, ("", "https://c.org")),
        ("", {"SITE_ADDRESS": "https://d.org/"}, ("https://d.org", "")),
    ],
)
def test_addresses_are_lines_of_pyproject(urls, environment, expected, tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(f'[project]\nname = "nnteach"\n{urls}\n')
    assert read_addresses(pyproject, environment) == expected


def test_the_texts_of_a_page_are_cut_at_its_headings():
    html = (
        "<section id='a'><h1>A<a class='headerlink'>#</a></h1><p>one</p>"
        "<section id='b'><h2>B</h2><p>two</p></section></section>"
    )
    body = BeautifulSoup(html, "html.parser")
    assert read_sections(body) == [["a", "A one"], ["b", "B two"]]


def test_a_term_is_found_with_its_meaning():
    body = BeautifulSoup("<dl><dt id='t'>Loss</dt><dd>How far</dd></dl>", "html.parser")
    assert read_sections(body) == [["t", "Loss How far"]]


def test_a_finished_page_is_read_as_its_body_was(tmp_path):
    html = (
        "<section id='a'><h1>A</h1><p>The <code><span class='pre'>n_biases</span>"
        "</code> of a layer (<span class='math'>\\(b\\)</span>), see below.</p>"
        "</section>"
    )
    finished = BeautifulSoup(html, "html.parser")
    page_markup.let_names_break(finished)
    page_markup.bind_punctuation(finished)
    page = tmp_path / "page.html"
    page.write_text(f"<nav>Not read</nav><article>{finished}</article>")
    body, again = BeautifulSoup(html, "html.parser"), read_article(page)
    assert str(again.section) != str(finished)
    assert read_sections(again) == read_sections(body)
    assert measure(again) == measure(body)
