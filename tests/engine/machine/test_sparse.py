"""Sparse inputs give what the same inputs as a dense array give."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import sparse

from nnteach import Architecture, MLPRegressorNet, fit_many
from nnteach.engine.machine.products import pick_products
from nnteach.engine.machine.sparse import SparseInputs
from nnteach.engine.network.stack import NetworkStack
from nnteach.engine.samples.batches import Batches
from nnteach.engine.samples.samples import Samples

CONTAINERS = [sparse.csr_array, sparse.csr_matrix]


def draw_inputs(n_inputs=6):
    return sparse.random(40, n_inputs, 0.4, format="csr", rng=0)


@pytest.mark.engine
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("n_inputs", [1, 6])
def test_products_equal_those_of_tensors(container, n_inputs):
    X = container(draw_inputs(n_inputs))
    inputs = SparseInputs([X[:10].T, X[10:20].T])
    dense = torch.from_numpy(np.stack([X[:10].toarray().T, X[10:20].toarray().T]))
    weight = torch.randn(2, 3, n_inputs, dtype=torch.float64)
    bias = torch.randn(2, 3, 1, dtype=torch.float64)
    affine, product = pick_products(1, weight, is_sparse=True)
    for kind in (inputs, SparseInputs.join([inputs])):
        out = torch.empty(2, 3, 10, dtype=torch.float64)
        affine(bias, weight, kind, out=out)
        torch.testing.assert_close(out, weight @ dense + bias)
        delta, out = torch.randn(2, 3, 10).double(), torch.empty_like(weight)
        product(delta, kind.mT, out=out)
        torch.testing.assert_close(out, delta @ dense.mT)


@pytest.mark.engine
def test_batches_made_dense_for_a_gpu_equal_those_of_a_dense_array():
    X = draw_inputs()
    y = np.arange(40.0)[:, None]
    stack = NetworkStack(Architecture((6, 3, 1)), torch.zeros(2, 25).double())
    rows = torch.stack([torch.randperm(40), torch.randperm(40)])
    # the processor under a name that is not "cpu", as a GPU's
    dense, made_dense = Samples(X.toarray(), y), Samples(X, y, device="cpu:0")
    for batch, expected in zip(
        Batches(stack, made_dense, 40, 15, None).draw(rows),
        Batches(stack, dense, 40, 15, None).draw(rows),
        strict=True,
    ):
        torch.testing.assert_close(batch.X, expected.X)
        torch.testing.assert_close(batch.y, expected.y)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("container", CONTAINERS)
def test_a_stack_trained_on_sparse_inputs(container, solver):
    X = container(draw_inputs())
    y = X.toarray().sum(axis=1)
    settings = dict(
        hidden_layer_sizes=(8, 4), solver=solver, max_iter=20, batch_size=15, tol=1e-9
    )
    settings["n_iter_no_change"] = np.inf
    sparse_nets, dense_nets = (
        fit_many([MLPRegressorNet(random_state=k, **settings) for k in range(3)], A, y)
        for A in (X, X.toarray())
    )
    for ours, dense in zip(sparse_nets, dense_nets, strict=True):
        assert_allclose(ours.predict(X), dense.predict(X.toarray()), rtol=1e-6)
        assert_allclose(
            ours.hidden_activations(X)[0], dense.hidden_activations(X)[0], rtol=1e-6
        )
