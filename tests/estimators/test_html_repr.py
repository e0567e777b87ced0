"""What a notebook shows of an estimator."""

import re
from email.message import Message

import numpy as np
import pytest
from bs4 import BeautifulSoup
from sklearn import config_context
from sklearn.datasets import make_moons
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.estimators import html_repr

WEBSITE = "https://example.org/nnteach"
PAGE = WEBSITE + "/api/generated/nnteach.{}.html"


@pytest.fixture
def website(monkeypatch):
    monkeypatch.setattr(html_repr, "WEBSITE", WEBSITE)


@pytest.fixture
def net():
    X, y = make_moons(50, random_state=0)
    return MLPClassifierNet(
        (7, 3), max_iter=2, n_iter_no_change=np.inf, random_state=0
    ).fit(X, y)


def parse(estimator):
    return BeautifulSoup(estimator._repr_html_(), "html.parser")


def section(soup, title):
    """The folded part of this title, None where there is none."""
    summary = soup.find("summary", string=title)
    return summary and summary.find_parent("details")


def test_the_layers_of_a_fitted_network_are_shown(net):
    rows = section(parse(net), "Layers").find_all("tr")
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]
    assert [row[0] for row in cells[1:]] == ["hidden 1", "hidden 2", "output", "total"]
    expected = [layer.n_parameters for layer in net.architecture_.layers]
    expected.append(net.architecture_.n_parameters)
    assert [int(row[-1]) for row in cells[1:]] == expected


def test_parameters_and_fitted_attributes_are_shown(net):
    soup = parse(net)
    shown = section(soup, "Parameters").find_all("td", class_="param")
    assert {cell.get_text(strip=True) for cell in shown} == set(net.get_params())
    shown = section(soup, "Fitted attributes").find_all("td", class_="param")
    public = {name for name in vars(net) if re.fullmatch(r"[^_]\w*_", name)}
    public |= {"history_", "loss_curve_"}  # made when they are asked for
    assert {cell.get_text(strip=True) for cell in shown} == public


def test_an_unfitted_network_has_no_layers_yet():
    soup = parse(MLPClassifierNet())
    assert section(soup, "Parameters") is not None
    assert section(soup, "Layers") is None


def test_a_pipeline_shows_the_layers_too(website):
    X, y = make_moons(50, random_state=0)
    net = MLPClassifierNet(max_iter=2, n_iter_no_change=np.inf, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net)
    assert section(parse(pipeline), "Layers") is None
    soup = parse(pipeline.fit(X, y))
    assert len(soup.find_all("summary", string="Layers")) == 1
    assert soup.find("a", href=PAGE.format("MLPClassifierNet"))


@pytest.mark.parametrize("estimator", [MLPClassifierNet(), MLPRegressorNet()])
def test_links_lead_to_our_pages(website, estimator):
    page = PAGE.format(type(estimator).__name__)
    links = [link["href"] for link in parse(estimator).find_all("a", href=True)]
    assert links[0] == page
    # a text fragment scrolls to the parameter
    linked = re.findall(r"#:~:text=(\w+),-", "\n".join(links))
    assert {"hidden_layer_sizes", "solver", "bias_init"} <= set(linked)
    assert all(link.startswith(page) for link in links)


def test_a_fitted_attribute_links_to_its_description(website, net):
    attributes = section(parse(net), "Fitted attributes")
    link = attributes.find("a", href=re.compile("text=history_,"))
    assert link["href"].startswith(PAGE.format("MLPClassifierNet"))
    assert "What was measured in every epoch" in link.get_text()


def test_without_an_address_there_is_no_dead_link(net, monkeypatch):
    monkeypatch.setattr(html_repr, "WEBSITE", None)
    assert parse(net).find_all("a", href=True) == []


@pytest.mark.parametrize(
    ("entries", "address"),
    [
        ([], None),
        (["Source, https://example.org/source"], None),
        (["Source, https://example.org", f"Documentation, {WEBSITE}/"], WEBSITE),
    ],
)
def test_the_address_is_that_of_the_packages_metadata(entries, address, monkeypatch):
    message = Message()
    for entry in entries:
        message["Project-URL"] = entry
    monkeypatch.setattr(html_repr, "metadata", lambda name: message)
    assert html_repr._find_website() == address


def test_a_class_of_somebody_else_does_not_link_to_our_pages(website):
    class Own(MLPClassifierNet):
        """Not of this package, so without a page."""

    Own.__module__ = "somebody.else"
    assert parse(Own()).find_all("a", href=True) == []


def test_the_text_form_stays(net):
    with config_context(display="text"):
        assert not hasattr(net, "_repr_html_")
        assert repr(net).startswith("MLPClassifierNet(hidden_layer_sizes=(7, 3)")
