"""Where parameters lie: views of one buffer, and what may enter it."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from nnteach import Architecture
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.network.layout import layer_views, pack, unpack

pytestmark = pytest.mark.engine

ARCHITECTURE = Architecture((4, 3, 2))


@pytest.fixture(params=[2, 1000], ids=["input by input", "neuron by neuron"])
def many_inputs(request, monkeypatch):
    monkeypatch.setattr(LIMITS, "many_inputs", request.param)


@pytest.mark.usefixtures("many_inputs")
def test_the_layers_are_views_of_all_of_the_buffer():
    buffer = torch.zeros(2, ARCHITECTURE.n_parameters)
    weights, biases = layer_views(ARCHITECTURE, buffer)
    assert [W.shape for W in weights] == [(2, 3, 4), (2, 2, 3)]
    assert [b.shape for b in biases] == [(2, 3, 1), (2, 2, 1)]
    for array in (*weights, *biases):
        array += 1
    assert (buffer == 1).all()
    weights[1] += 1
    assert (buffer[:, : ARCHITECTURE.n_weights] == 2).sum() == weights[1].numel()


@pytest.mark.usefixtures("many_inputs")
def test_packed_arrays_are_the_layers_of_their_network():
    random_state = np.random.RandomState(0)
    networks = [
        (
            [random_state.normal(size=shape) for shape in ((4, 3), (3, 2))],
            [random_state.normal(size=shape) for shape in (3, 2)],
        )
        for _ in range(2)
    ]
    buffer = np.stack([pack(ARCHITECTURE, *network) for network in networks])
    weights, biases = layer_views(ARCHITECTURE, buffer)
    for k, (coefs, intercepts) in enumerate(networks):
        unpacked = unpack(ARCHITECTURE, buffer[k])
        for layer in range(2):
            assert_array_equal(weights[layer][k], coefs[layer].T)
            assert_array_equal(biases[layer][k, :, 0], intercepts[layer])
            assert_array_equal(unpacked[0][layer], coefs[layer])
            assert_array_equal(unpacked[1][layer], intercepts[layer])


@pytest.mark.parametrize("name", ["coefs_", "intercepts_"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda arrays: arrays.pop(),
            r"^{} must be a list of 2 arrays.* Got 1 instead\. ",
        ),
        (
            lambda arrays: arrays.__setitem__(0, arrays[0].tolist()),
            r"^{}\[0\] must be an ndarray of float32 or float64\. Got list instead\. ",
        ),
        (
            lambda arrays: arrays.__setitem__(0, arrays[0].astype(int)),
            r"^{}\[0\] must be an ndarray of float32 or float64\. Got int64 instead\. ",
        ),
        (
            lambda arrays: arrays.__setitem__(1, arrays[1][1:]),
            r"^{}\[1\] must have the shape \(.*\) that the architecture asks for\. Got",
        ),
        (
            lambda arrays: arrays.__setitem__(1, arrays[1].astype(np.float32)),
            r"^{}\[1\] must have the dtype float64 of coefs_\[0\]\. Got float32 instea",
        ),
    ],
)
def test_an_array_that_does_not_fit_is_refused_by_name(name, change, message):
    coefs, intercepts = unpack(ARCHITECTURE, np.zeros(ARCHITECTURE.n_parameters))
    change(coefs if name == "coefs_" else intercepts)
    with pytest.raises(ValueError, match=message.format(name)) as refusal:
        pack(ARCHITECTURE, coefs, intercepts)
    assert "set_weights sets weights and checks them" in str(refusal.value)


def test_float32_may_enter():
    arrays = unpack(ARCHITECTURE, np.ones(ARCHITECTURE.n_parameters, np.float32))
    assert pack(ARCHITECTURE, *arrays).dtype == np.float32
