"""What becomes of a lesson's text, name and first cell in its notebook."""

import ast
import re
from collections import namedtuple
from types import SimpleNamespace as Namespace

import nbformat
import pytest
from sphinx.errors import ExtensionError

from notebooks import (
    MARK,
    Addresses,
    finish,
    first_cell,
    keep_references,
    open_links,
    take_along_name,
)

Object = namedtuple("Object", "docname node_id")


def make_app(address="", repository=""):
    """Make what the functions need of Sphinx: a page, a term, an object, a source."""
    label = ("gallery/1_a/plot_1", "sec", "A lesson")
    key = Namespace(docname="references")
    citation = Namespace(key="glorot2010", citation_id="id1", bibliography_key=key)
    people = [Namespace(last_names=[name]) for name in ("Glorot", "Bengio")]
    entry = Namespace(persons={"author": people}, fields={"year": "2010"})
    bibliography = Namespace(data=Namespace(entries={"glorot2010": entry}))
    domains = {
        "std": Namespace(
            anonlabels={"lesson": label[:2]},
            labels={"lesson": label},
            objects={("term", "Epoch"): ("glossary", "term-Epoch")},
        ),
        "py": Namespace(
            objects={"nnteach.Layer": Object("api/layer", "nnteach.Layer")}
        ),
        "cite": Namespace(citations=[citation], bibdata=bibliography),
    }
    title = Namespace(astext=lambda: "A lesson")
    return Namespace(
        env=Namespace(get_domain=domains.get, titles={"gallery/1_a/plot_1": title}),
        builder=Namespace(get_target_uri=lambda name: f"{name}.html"),
        config=Namespace(
            html_baseurl=address, repository_address=repository, release="0.1.0"
        ),
    )


def converted(text, address=""):
    addresses = Addresses(make_app(address), "gallery/1_a/plot_2")
    return MARK.sub(addresses.resolve, keep_references(text))


@pytest.mark.parametrize(
    ("role", "link"),
    [
        (":ref:`lesson`", "[A lesson](../gallery/1_a/plot_1.html#sec)"),
        (":ref:`this one <lesson>`", "[this one](../gallery/1_a/plot_1.html#sec)"),
        (":doc:`plot_1`", "[A lesson](../gallery/1_a/plot_1.html)"),
        (":doc:`it </gallery/1_a/plot_1>`", "[it](../gallery/1_a/plot_1.html)"),
        (":term:`epochs <epoch>`", "[epochs](../glossary.html#term-Epoch)"),
        (":class:`~nnteach.Layer`", "[``Layer``](../api/layer.html#nnteach.Layer)"),
        (":func:`~sklearn.datasets.make_moons`", "``make_moons()``"),
        (":cite:t:`glorot2010`", "[Glorot and Bengio (2010)](../references.html#id1)"),
        (":math:`x_1`", ":math:`x_1`"),
    ],
)
def test_roles_become_links(role, link):
    assert converted(role) == link


def test_links_lead_to_the_public_address_if_there_is_one():
    text = converted(":term:`epoch`", address="https://example.org/")
    assert text == "[epoch](https://example.org/glossary.html#term-Epoch)"


def test_an_unknown_role_stops_the_build():
    with pytest.raises(ExtensionError, match="unknown role"):
        converted(":download:`x.py`")


def run_first_cell(code, folder, monkeypatch, installed=False):
    """Run a first cell with pip replaced; return what it would have installed."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: installed or None)
    names = {"asked": []}
    code = re.sub(r"%pip install --quiet \"\{(.*)\}\"", r"asked.append(str(\1))", code)
    exec(code, names)
    return names["asked"]


WHEEL = "nnteach-0.1.0-py3-none-any.whl"


@pytest.mark.parametrize("place", [WHEEL, f"../dist/{WHEEL}"])
@pytest.mark.parametrize("address", ["", "https://example.org/"])
def test_the_first_cell_takes_the_wheel_nearby(place, address, tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    for made in (folder, tmp_path / "dist"):
        made.mkdir()
    (folder / place).write_bytes(b"")
    code = first_cell(make_app(address))
    assert run_first_cell(code, folder, monkeypatch) == [place]


def test_the_first_cell_takes_the_wheel_from_the_site(tmp_path, monkeypatch):
    code = first_cell(make_app("https://example.org/"))
    asked = run_first_cell(code, tmp_path, monkeypatch)
    assert asked == [f"https://example.org/dist/{WHEEL}"]


def test_the_first_cell_says_where_to_get_the_library(tmp_path, monkeypatch):
    code = first_cell(make_app())
    with pytest.raises(ModuleNotFoundError, match=WHEEL):
        run_first_cell(code, tmp_path, monkeypatch)


def test_the_first_cell_does_nothing_where_the_library_is(tmp_path, monkeypatch):
    code = first_cell(make_app())
    assert run_first_cell(code, tmp_path, monkeypatch, installed=True) == []


def test_a_notebook_is_valid_and_names_its_kernel():
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("[](sphinx:term:epoch)")]
    finish(book, Addresses(make_app(), "a/b"), "pass")
    nbformat.validate(book)
    assert [cell.id for cell in book.cells] == ["cell-0", "cell-1"]
    assert book.cells[1].source.startswith("[epoch]")
    assert book.metadata.kernelspec["name"] == "python3"
    ast.parse(book.cells[0].source)


def test_names_say_section_and_lesson():
    name = take_along_name("gallery/2_two_moons/plot_1_decision_boundary")
    assert name == "2_two_moons-1_decision_boundary"


@pytest.mark.parametrize(
    ("address", "repository"),
    [("", ""), ("https://a.org/", ""), ("", "https://github.com/a/b"),
     ("https://a.org/", "https://gitlab.com/a/b")],
)  # fmt: skip
def test_no_service_opens_what_is_nowhere(address, repository):
    assert open_links(make_app(address, repository), "x") == {}


def test_colab_and_binder_open_the_branch_with_the_notebooks():
    links = open_links(make_app("https://a.org/", "https://github.com/a/b.git"), "x")
    assert links == {
        "Colab": "https://colab.research.google.com/github/a/b/blob/notebooks/x.ipynb",
        "Binder": "https://mybinder.org/v2/gh/a/b/notebooks?urlpath=lab%2Ftree%2Fx.ipynb",
    }
