"""What the playground's form names is there: settings, methods and parts."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nnteach.playground import FRAGMENT, SCRIPTS

PAGE = Path(__file__).parents[2] / "docs" / "playground.rst"
OF_THE_FORM = {"brush", "speed", "n_added"}  # these are no settings


def parts(form, attribute, value=True):
    """Return all parts with an attribute, those in templates as well."""
    return form.find_all(attrs={attribute: value})


@pytest.fixture(scope="module")
def form():
    page = BeautifulSoup(FRAGMENT.read_text(encoding="utf-8"), "html.parser")
    (form,) = page.find_all("form", recursive=False)
    return form


def test_fields_are_settings(form, browser):
    defaults = browser.run("return nnteach.DEFAULTS;")
    names = {field["name"] for field in parts(form, "name")} - OF_THE_FORM
    of_layers = {field["data-layer"] for field in parts(form, "data-layer")}
    assert names | of_layers == set(defaults)


def test_choices_are_what_the_engine_has(form, browser):
    def options(name):
        (field,) = parts(form, "name", name) + parts(form, "data-layer", name)
        options = field.find_all("option")
        return [option.get("value", option.string) for option in options]

    for name in ("solver", "activation"):
        for choice in options(name):
            browser.run(
                "new nnteach.MLPClassifierNet({ [name]: choice });",
                name=name,
                choice=choice,
            )
    assert len(options("activation")) == 9
    for choice in set(options("data")) - {"points"}:
        data = browser.run(
            "return nnteach.make_data(nnteach.complete_state({ data: choice }));",
            choice=choice,
        )
        assert len(data["X"]) == 300


def test_buttons_call_methods(form, browser):
    for attribute in ("data-do", "data-load"):
        for part in parts(form, attribute):
            kind = browser.run(
                "return typeof nnteach.Playground.prototype[name];",
                name=part[attribute],
            )
            assert kind == "function", part


def test_what_the_page_says_can_be_hidden_is_there(form):
    text = PAGE.read_text(encoding="utf-8")
    names = re.findall(r"``(\w+)``", text.partition("These can be hidden")[2])
    assert len(names) > 20
    for name in set(names) - {"hide"}:
        assert parts(form, "data-part", name), name


def test_every_control_can_be_hidden(form):
    for attribute in ("name", "data-layer", "data-do"):
        for control in parts(form, attribute):
            owner = control if control.name == "button" else control.parent
            assert owner["data-part"] == control[attribute]


def test_each_canvas_is_drawn_and_each_template_copied(form):
    scripts = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    for canvas in parts(form, "data-draw"):
        name = canvas["data-draw"]
        assert f"canvases.{name}" in scripts or f"[data-draw={name}]" in scripts
    for template in parts(form, "data-make"):
        assert re.search(rf'make\(.*"{template["data-make"]}"', scripts), template
