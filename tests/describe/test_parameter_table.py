import sys
from xml.etree import ElementTree

import pytest
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPClassifier

import nnteach
from nnteach import Architecture, MLPClassifierNet, ParameterTable

ARCHITECTURES = [
    Architecture((10, 50, 3), "tanh"),
    Architecture((2, 100, 25, 1), ("relu", "relu", "logistic")),
    Architecture((1, 1)),
]


@pytest.fixture(scope="module")
def net():
    X = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]
    y = [0, 1, 2, 1]
    return MLPClassifierNet((7, 5), max_iter=1, n_iter_no_change=float("inf")).fit(X, y)


def text_counts(table):
    """Last three numbers of each line that has numbers."""
    lines = [line.split() for line in str(table).splitlines()]
    return [list(map(int, line[-3:])) for line in lines if line[-1].isdigit()]


def expected_counts(architecture):
    layers = [
        [layer.n_weights, layer.n_biases, layer.n_parameters]
        for layer in architecture.layers
    ]
    return [*layers, [sum(column) for column in zip(*layers, strict=True)]]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_text_has_the_counts_of_the_architecture(architecture):
    table = ParameterTable(architecture)
    assert text_counts(table) == expected_counts(architecture)
    assert text_counts(table)[-1][-1] == architecture.n_parameters


def test_550_and_153_are_703():
    counts = text_counts(ParameterTable(Architecture((10, 50, 3), "tanh")))
    assert [count[-1] for count in counts] == [550, 153, 703]


def test_activations_do_not_change_the_counts():
    tables = [
        ParameterTable(Architecture((10, 50, 3), activations))
        for activations in ("tanh", ("relu", "softmax"))
    ]
    assert text_counts(tables[0]) == text_counts(tables[1])


def test_total_is_the_size_of_the_fitted_arrays(net):
    table = ParameterTable.from_estimator(net)
    sizes = [array.size for array in net.coefs_ + net.intercepts_]
    assert text_counts(table)[-1][-1] == sum(sizes)
    shapes = list(table.to_frame()["weight shape"])
    assert shapes == [str(coef.shape) for coef in net.coefs_]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_columns_are_aligned(architecture):
    header, *rest = str(ParameterTable(architecture)).splitlines()
    rows = [line for line in rest if not line.startswith("-")]
    assert {len(row) for row in rows} == {len(header)}
    start = header.index("output shape")
    assert all(row[start - 1] == " " for row in rows)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_html_is_a_table_with_headers_and_the_same_counts(architecture):
    html = ParameterTable(architecture)._repr_html_()
    table = ElementTree.fromstring(html)
    assert table.find("caption").text.startswith("Parameters of a ")
    assert all(cell.get("scope") == "col" for cell in table.findall("thead/tr/th"))
    rows = table.findall("tbody/tr") + table.findall("tfoot/tr")
    assert all(row.find("th").get("scope") == "row" for row in rows)
    counts = [[int(cell.text) for cell in row.findall("td")[-3:]] for row in rows]
    assert counts == expected_counts(architecture)
    widths = {len(list(row)) for row in table.iter("tr")}
    assert len(widths) == 1


def test_html_sets_no_colours():
    assert "color" not in ParameterTable(ARCHITECTURES[0])._repr_html_()


def test_html_is_escaped():
    html = ParameterTable(Architecture((1, 1), "<b>"))._repr_html_()
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_frame(architecture):
    frame = ParameterTable(architecture).to_frame()
    assert list(frame.index) == [layer.name for layer in architecture.layers]
    counts = frame[["weights", "biases", "parameters"]]
    assert counts.to_numpy().tolist() == expected_counts(architecture)[:-1]
    assert counts["parameters"].sum() == architecture.n_parameters


def test_frame_without_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r'pip install "nnteach\[pandas\]"'):
        ParameterTable(ARCHITECTURES[0]).to_frame()


def test_unfitted():
    with pytest.raises(NotFittedError):
        ParameterTable.from_estimator(MLPClassifierNet())


def test_another_library_has_no_architecture():
    other = MLPClassifier((2,), max_iter=100, tol=1.0).fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(TypeError, match="Got MLPClassifier instead"):
        ParameterTable.from_estimator(other)


def test_a_tuple_is_no_architecture():
    with pytest.raises(TypeError, match=r"needs an Architecture\. Got \(2, 1\)"):
        ParameterTable((2, 1))


def test_the_representation_is_code():
    table = ParameterTable(ARCHITECTURES[0])
    assert str(eval(repr(table), vars(nnteach))) == str(table)
