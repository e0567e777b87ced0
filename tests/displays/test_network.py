from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba_array
from numpy.testing import assert_allclose
from sklearn.exceptions import NotFittedError

from nnteach import Architecture, MLPClassifierNet, NetworkDisplay

SIZES = [
    (2, 100, 25, 1),
    (10, 50, 3),
    (1, 50, 1),
    (64, 100, 10),
    (1, 1),
    (4, 3, 3, 3, 3, 2),
]


def weights_and_biases(architecture, seed=0):
    rng = np.random.default_rng(seed)
    coefs = [rng.normal(size=layer.weight_shape) for layer in architecture.layers]
    return coefs, [rng.normal(size=layer.bias_shape) for layer in architecture.layers]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("figsize", [None, (4, 3), (12, 3), (3, 8)])
@pytest.mark.parametrize("fitted", [False, True])
def test_nothing_overlaps(sizes, figsize, fitted):
    architecture = Architecture(sizes, "tanh")
    coefs, intercepts = weights_and_biases(architecture) if fitted else (None, None)
    ax = None if figsize is None else plt.subplots(figsize=figsize)[1]
    display = NetworkDisplay(architecture, coefs=coefs, intercepts=intercepts).plot(ax)
    display.figure_.draw_without_rendering()
    boxes = [text.get_window_extent() for text in display.texts_]
    if display.colorbar_ is not None:
        boxes.append(display.colorbar_.ax.get_tightbbox())
    for neurons in display.neurons_:
        for x, y in neurons.get_offset_transform().transform(neurons.get_offsets()):
            radius = np.sqrt(neurons.get_sizes()[0]) / 2 * display.figure_.dpi / 72
            assert all(
                x + radius < box.x0
                or x - radius > box.x1
                or y + radius < box.y0
                or y - radius > box.y1
                for box in boxes
            )
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)


def test_wide_layers_are_elided():
    display = NetworkDisplay(Architecture((3, 50, 1))).plot(max_neurons_per_layer=7)
    assert [len(neurons.get_offsets()) for neurons in display.neurons_] == [3, 7, 1]
    assert [len(edges.get_segments()) for edges in display.edges_] == [21, 7]


def test_edges_join_the_neurons():
    display = NetworkDisplay(Architecture((2, 3, 1))).plot()
    for layer, edges in enumerate(display.edges_):
        starts = {tuple(segment[0]) for segment in edges.get_segments()}
        ends = {tuple(segment[1]) for segment in edges.get_segments()}
        before, after = display.neurons_[layer : layer + 2]
        assert starts == {tuple(place) for place in before.get_offsets().data}
        assert ends == {tuple(place) for place in after.get_offsets().data}


def test_texts_show_shapes_activations_and_counts():
    architecture = Architecture((2, 100, 25, 1), ("relu", "tanh", "logistic"))
    texts = [text.get_text() for text in NetworkDisplay(architecture).plot().texts_]
    assert texts == [
        "input\n2 features",
        "hidden 1\n100 neurons\nrelu",
        "hidden 2\n25 neurons\ntanh",
        "output\n1 neuron\nlogistic",
        "W1: 2×100\nb1: 100\n300 parameters",
        "W2: 100×25\nb2: 25\n2525 parameters",
        "W3: 25×1\nb3: 1\n26 parameters",
    ]


def test_title_counts_the_parameters_and_can_be_replaced():
    display = NetworkDisplay(Architecture((10, 50, 3), "tanh"))
    assert display.plot().ax_.get_title() == "A 10-50-3 network: 703 parameters"
    assert display.plot(title="Ours").ax_.get_title() == "Ours"
    assert display.plot(title="").ax_.get_title() == ""


def test_weights_are_colours_symmetric_around_zero():
    architecture = Architecture((2, 12, 1))
    coefs, intercepts = weights_and_biases(architecture)
    display = NetworkDisplay(architecture, coefs=coefs, intercepts=intercepts)
    display.plot(max_neurons_per_layer=4)
    shown = [0, 1, 10, 11]
    for edges, weights in zip(
        display.edges_, (coefs[0][:, shown], coefs[1][shown]), strict=True
    ):
        assert_allclose(np.sort(edges.get_array()), np.sort(weights.ravel()))
        largest = max(np.abs(array).max() for array in coefs + intercepts)
        assert (edges.norm.vmin, edges.norm.vmax) == (-largest, largest)
    colors = display.edges_[0].cmap(display.edges_[0].norm(intercepts[0][shown]))
    assert_allclose(display.neurons_[1].get_facecolors(), colors)
    assert display.colorbar_.ax.get_ylabel() == "weight, bias (filling)"


def test_each_edge_has_the_colour_of_its_own_weight():
    coefs = [np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])]
    display = NetworkDisplay(Architecture((2, 3)), coefs=coefs).plot()
    sources, targets = (neurons.get_offsets().data for neurons in display.neurons_)
    (edges,) = display.edges_
    for (start, end), weight in zip(
        edges.get_segments(), edges.get_array(), strict=True
    ):
        source = np.flatnonzero((sources == start).all(axis=1))
        target = np.flatnonzero((targets == end).all(axis=1))
        assert coefs[0][source, target] == weight
    assert display.colorbar_.ax.get_ylabel() == "weight"


def test_without_weights_there_is_no_colour_bar():
    display = NetworkDisplay(Architecture((2, 3))).plot()
    assert display.colorbar_ is None
    assert len(to_rgba_array(display.edges_[0].get_colors())) == 1


def test_weights_of_zero_are_drawn():
    coefs = [np.zeros((2, 3))]
    display = NetworkDisplay(Architecture((2, 3)), coefs=coefs).plot(colorbar=False)
    assert display.colorbar_ is None
    assert_allclose(display.edges_[0].get_array(), np.zeros(6))


def test_from_estimator(classifiers):
    display = NetworkDisplay.from_estimator(classifiers[0])
    assert display.architecture == classifiers[0].architecture_
    expected = np.sort(classifiers[0].coefs_[0].ravel())
    assert_allclose(np.sort(display.edges_[0].get_array()), expected)


def test_coefs_must_fit_the_architecture():
    with pytest.raises(ValueError, match=r"have the shapes \(\(2, 3\),\)"):
        NetworkDisplay(Architecture((2, 3)), coefs=[np.ones((3, 2))]).plot()


@pytest.mark.parametrize("value", [1, 2.5, "all"])
def test_bad_max_neurons(value):
    with pytest.raises(ValueError, match="The 'max_neurons_per_layer' parameter"):
        NetworkDisplay(Architecture((2, 3))).plot(max_neurons_per_layer=value)


def test_unfitted():
    with pytest.raises(NotFittedError):
        NetworkDisplay.from_estimator(MLPClassifierNet())
