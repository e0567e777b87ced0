"""Rules for the initial weights: their spread, and their independence of direction."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnteach import Architecture
from nnteach.engine.network.initializers import WEIGHT_RULES, draw_parameters

pytestmark = pytest.mark.engine

(LAYER,) = Architecture((300, 200)).layers
VARIANCES = {"glorot": 2 / (300 + 200), "he": 2 / 300, "lecun": 1 / 300}


@pytest.mark.parametrize("name", VARIANCES)
def test_weights_have_the_variance_and_the_shape_of_their_rule(name):
    deviation = np.sqrt(VARIANCES[name])
    for shape in ("uniform", "normal"):
        draw = WEIGHT_RULES[f"{name}_{shape}"]
        weights = draw(LAYER, np.random.RandomState(0)) / deviation
        assert weights.shape == (300, 200)
        assert weights.mean() == pytest.approx(0, abs=0.02)
        assert weights.std() == pytest.approx(1, rel=0.02)
        # numbers spread evenly end at √3 deviations; of 60000 normal ones some pass 3.5
        ends = [weights.min(), weights.max()]
        if shape == "uniform":
            assert_allclose(ends, [-np.sqrt(3), np.sqrt(3)], rtol=1e-3)
        else:
            assert ends[0] < -3.5
            assert ends[1] > 3.5


def test_zeros_are_zeros():
    weights = WEIGHT_RULES["zeros"](LAYER, np.random.RandomState(0))
    assert weights.shape == (300, 200)
    assert not weights.any()


def test_orthogonal_weights_point_nowhere_in_particular():
    (layer,) = Architecture((3, 2)).layers
    random_state = np.random.RandomState(0)
    first = [WEIGHT_RULES["orthogonal"](layer, random_state)[0, 0] for _ in range(400)]
    # four standard errors
    assert np.mean(np.greater(first, 0)) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("bias_init", ["auto", "zeros"])
@pytest.mark.parametrize("activation", ["logistic", "tanh"])
def test_scikit_learns_interval_is_that_of_the_hidden_activation(activation, bias_init):
    architecture = Architecture((300, 200, 100), (activation, "identity"))
    coefs, intercepts = draw_parameters(
        architecture,
        (activation, activation),
        "auto",
        bias_init,
        np.random.RandomState(0),
        np.float32,
    )
    for layer, weights, biases in zip(
        architecture.layers, coefs, intercepts, strict=True
    ):
        numerator = 2 if activation == "logistic" else 6
        bound = np.sqrt(numerator / (layer.fan_in + layer.fan_out))
        assert weights.shape == layer.weight_shape
        assert biases.shape == layer.bias_shape
        assert weights.dtype == biases.dtype == np.float32
        assert_allclose([weights.min(), weights.max()], [-bound, bound], rtol=1e-2)
        if bias_init == "zeros":
            assert not biases.any()
        else:
            assert_allclose([biases.min(), biases.max()], [-bound, bound], rtol=0.1)
