"""A fitted network alone gives what its formulas give, however it goes through X."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import sparse

from nnteach import Architecture
from nnteach.engine.inference import compute_hidden_activations, compute_outputs
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.samples.samples import Samples

pytestmark = pytest.mark.engine

ARCHITECTURE = Architecture((4, 6, 5, 2), ("tanh", "relu", "identity"))
random_state = np.random.RandomState(0)
X = random_state.normal(size=(31, 4)) * (random_state.uniform(size=(31, 4)) < 0.7)
COEFS = [random_state.normal(size=layer.weight_shape) for layer in ARCHITECTURE.layers]
INTERCEPTS = [
    random_state.normal(size=layer.bias_shape) for layer in ARCHITECTURE.layers
]
FIRST = np.tanh(X @ COEFS[0] + INTERCEPTS[0])
SECOND = np.maximum(FIRST @ COEFS[1] + INTERCEPTS[1], 0)
OUTPUTS = SECOND @ COEFS[2] + INTERCEPTS[2]


@pytest.fixture(params=[1, 3], ids=["in chunks", "in three threads"])
def n_threads(request, monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    monkeypatch.setattr(LIMITS, "chunk_activations", 50)
    if request.param > 1:
        monkeypatch.setattr(LIMITS, "multiplications_for_new_threads", 0)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("n_threads")
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_hidden_layers_are_those_of_the_formulas(dtype, container):
    coefs = [coef.astype(dtype) for coef in COEFS]
    intercepts = [intercept.astype(dtype) for intercept in INTERCEPTS]
    samples = Samples(container(X.astype(dtype)))
    outputs = compute_outputs(ARCHITECTURE, coefs, intercepts, samples)
    hidden = compute_hidden_activations(ARCHITECTURE, coefs, intercepts, samples)
    for ours, expected in zip(
        [*hidden, outputs], [FIRST, SECOND, OUTPUTS], strict=True
    ):
        assert ours.dtype == dtype
        rtol = 1e-4 if dtype is np.float32 else 1e-12
        assert_allclose(ours, expected, rtol=rtol, atol=rtol)


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "lay",
    [
        np.asfortranarray,
        np.ascontiguousarray,
        read_only,
        lambda array: np.repeat(array, 2, axis=0)[::2],
        lambda array: array[::-1].copy()[::-1],
    ],
    ids=["columns", "rows", "read-only", "with gaps", "backwards"],
)
def test_weights_may_lie_in_memory_in_any_way(lay):
    coefs, intercepts = [lay(coef) for coef in COEFS], [lay(b) for b in INTERCEPTS]
    before = [array.copy() for array in (*coefs, *intercepts)]
    outputs = compute_outputs(ARCHITECTURE, coefs, intercepts, Samples(X))
    assert_allclose(outputs, OUTPUTS, rtol=1e-12)
    for array, old in zip((*coefs, *intercepts), before, strict=True):
        assert (array == old).all()
