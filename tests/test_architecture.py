"""Law 4: the formula equals the arrays."""

import numpy as np
import pytest

from nnteach import Architecture, MLPClassifierNet, MLPRegressorNet


@pytest.mark.parametrize("hidden_layer_sizes", [(), (1,), (50,), (7, 3, 5)])
@pytest.mark.parametrize(
    ("estimator", "n_outputs"),
    [
        (MLPRegressorNet, 1),
        (MLPRegressorNet, 3),
        (MLPClassifierNet, 1),
        (MLPClassifierNet, 3),
    ],
)
def test_parameter_count_equals_the_arrays(estimator, n_outputs, hidden_layer_sizes):
    X = np.random.RandomState(0).normal(size=(12, 10))
    if estimator is MLPRegressorNet:
        y = X[:, 0] if n_outputs == 1 else X[:, :n_outputs]
    else:
        y = np.arange(12) % (n_outputs if n_outputs > 1 else 2)
    net = estimator(hidden_layer_sizes=hidden_layer_sizes).initialize(X, y)
    arrays = net.coefs_ + net.intercepts_
    assert net.architecture_.n_parameters == sum(array.size for array in arrays)
    assert net.architecture_.n_weights == sum(array.size for array in net.coefs_)
    assert net.architecture_.n_biases == sum(array.size for array in net.intercepts_)
    for layer, coef, intercept in zip(
        net.architecture_.layers, net.coefs_, net.intercepts_, strict=True
    ):
        assert coef.shape == layer.weight_shape
        assert intercept.shape == layer.bias_shape
    assert net.architecture_.layer_sizes == (10, *hidden_layer_sizes, n_outputs)


def test_the_sheets_network():
    architecture = Architecture((10, 50, 3), "tanh")
    assert [layer.n_parameters for layer in architecture.layers] == [550, 153]
    assert architecture.n_parameters == 703
    other = Architecture((10, 50, 3), ("relu", "softmax"))
    assert other.n_parameters == architecture.n_parameters
    assert other != architecture


def test_layers_are_named_and_numbered():
    architecture = Architecture((2, 100, 25, 1), ("relu", "tanh", "logistic"))
    assert [(layer.name, layer.activation) for layer in architecture.layers] == [
        ("hidden 1", "relu"),
        ("hidden 2", "tanh"),
        ("output", "logistic"),
    ]
    assert (architecture.n_inputs, architecture.n_outputs) == (2, 1)


def test_equal_architectures_are_equal_and_hash_alike():
    pair = {Architecture([2, 3], "relu"), Architecture((2, 3), ["relu"])}
    assert len(pair) == 1


@pytest.mark.parametrize(
    "layer_sizes", [5, (), (3,), (3, 0), (3, 2.5), (3, -1), (3, True)]
)
def test_bad_layer_sizes(layer_sizes):
    with pytest.raises(ValueError, match="at least two positive integers"):
        Architecture(layer_sizes)


def test_bad_number_of_activations():
    with pytest.raises(ValueError, match="one for each of the 2 layers"):
        Architecture((2, 3, 1), ("relu",))
