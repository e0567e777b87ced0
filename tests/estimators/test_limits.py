"""Law 7: no limit changes a result. Laws 1 to 3 hold whatever the engine's limits."""

import sys
import warnings
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from itertools import chain

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import ShuffleSplit
from test_fit_many import assert_same
from test_same_network_as_sklearn import (
    assert_same_lbfgs,
    assert_same_network,
    both,
    fit_quietly,
    make_data,
)

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many
from nnteach.engine.machine.limits import LIMITS, Limits
from nnteach.engine.network.activations import ACTIVATIONS
from nnteach.engine.network.losses import LOSSES
from nnteach.estimators import parameters

NAMES = [field.name for field in fields(Limits)]
SMALLEST, LARGEST = dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, sys.maxsize)
# some layers, stacks and batches are on this side of a limit, some on the other; the
# last chunk and the last stack are smaller than those before
BETWEEN = {
    "gathered_numbers": 400,
    "adjacent_inputs": 4,
    "many_inputs": 5,
    "chunk_activations": 150,
    "stack_bytes": 5_000,
}
IN_THREADS = {
    "gathered_numbers": 0,
    "chunk_activations": 150,
    "multiplications_per_stack": 0,
    "multiplications_for_new_threads": 0,
}
# Each with a number of threads. Small data are below all limits of torch's threads and
# of oneDNN: to force one of them to its largest, alone, would force nothing.
ONE_STACK = SMALLEST | {"stack_bytes": sys.maxsize}
SHARPEST = {
    "small chunks, one stack": (ONE_STACK | {"chunk_activations": 20}, 1),
    "in threads": (IN_THREADS, 3),
}
FORCED = {
    "in between": (BETWEEN, 1),
    "all largest": (LARGEST, 1),
    "all smallest, one stack": (ONE_STACK, 1),
    "all smallest": (SMALLEST, 1),
    "all smallest, in threads": (SMALLEST, 3),
    "all largest, in threads": (LARGEST, 3),
    **{
        f"{name} smallest": ({name: 0}, 3)
        for name in NAMES
        if not name.startswith("gpu")
    },
}


@pytest.fixture(
    params=[
        *(pytest.param(SHARPEST[n], id=n, marks=pytest.mark.engine) for n in SHARPEST),
        *(pytest.param(FORCED[name], id=name) for name in FORCED),
    ]
)
def forced(request):
    """A context in which the limits are forced; outside they are the engine's own."""
    limits, n_threads = request.param
    return lambda: force(limits, n_threads)


@contextmanager
def force(limits, n_threads):
    before, n_threads_before = vars(LIMITS).copy(), torch.get_num_threads()
    vars(LIMITS).update(limits)
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        vars(LIMITS).update(before)
        torch.set_num_threads(n_threads_before)


def draw_weight(X):
    return np.random.RandomState(1).uniform(0.5, 2, X.shape[0])


# 60 samples in batches of 13: the last one has 8
LIKE_SCIKIT_LEARN = {
    "weighted": ("multiclass", dict(alpha=0.1), np.asarray),
    "sparse": ("binary", dict(solver="sgd", alpha=0.1), sparse.csr_matrix),
    "early stopping": ("multi-output", dict(early_stopping=True), np.asarray),
    "sparse, early stopping": (
        "multilabel",
        dict(early_stopping=True),
        sparse.csr_array,
    ),
    "in order, ten inputs": (
        "regression",
        dict(shuffle=False, alpha=0, hidden_layer_sizes=(5, 4, 3), activation="tanh"),
        lambda X: np.hstack([X, X**2]),
    ),
    "lbfgs": ("multiclass", dict(solver="lbfgs", alpha=1, max_iter=3), np.asarray),
    "sparse, lbfgs": (
        "regression",
        dict(solver="lbfgs", alpha=1, max_iter=3),
        sparse.csr_matrix,
    ),
}


@cache
def fit_theirs(case):
    kind, changes, container = LIKE_SCIKIT_LEARN[case]
    settings = dict(
        hidden_layer_sizes=(6, 4),
        batch_size=13,
        learning_rate_init=0.02,
        max_iter=4,
        validation_fraction=0.2,
        random_state=3,
    )
    theirs, ours = both(kind, **(settings | changes))
    X, y = make_data(kind)
    X = container(X)
    weight = draw_weight(X) if "weighted" in case or "lbfgs" in case else None
    return fit_quietly(theirs, X, y, weight), ours, X, y, weight


@pytest.mark.parametrize("case", LIKE_SCIKIT_LEARN)
def test_the_same_network_as_scikit_learns(case, forced):
    theirs, ours, *data = fit_theirs(case)
    # predicted in three threads, the last one has fewer samples
    X = data[0][:59]
    with forced():
        ours = fit_quietly(clone(ours), *data)
        if ours.solver == "lbfgs":
            assert_same_lbfgs(theirs, ours, X)
        else:
            assert_same_network(theirs, ours, X)


RATES = (0.3, 0.1, 0.05, 0.02, 0.001)
# they stop at the earliest in the third epoch, at the latest in the sixth
LEAVING = [
    dict(learning_rate_init=rate, tol=tol, n_iter_no_change=1, max_iter=6)
    for rate, tol in zip(RATES, (0.02, 0.2, 0.01, 1, 0), strict=True)
]
STACKS = {
    "leaving": LEAVING,
    "early stopping": [dict(early_stopping=True, **one) for one in LEAVING],
    "a given set": [
        dict(early_stopping=True, scoring="loss", **one) for one in LEAVING
    ],
    "dropout, deep": [
        dict(hidden_layer_sizes=(6, 5, 4), dropout=(0.4, 0, 0.2), max_iter=3)
        for _ in RATES[:3]
    ],
    "dropout, leaving": [dict(dropout=0.2, **one) for one in LEAVING],
    "samples of their own": [
        dict(class_weight=weight, solver="sgd", learning_rate="adaptive", **one)
        for one, weight in zip(LEAVING, (None, {0: 5}, {0: 5}, None, None), strict=True)
    ],
    "splits and scores of their own": [
        dict(
            early_stopping=True,
            validation_fraction=ShuffleSplit(test_size=0.3, random_state=seed),
            scoring="accuracy" if seed < 2 else None,
            max_iter=3,
        )
        for seed in range(4)
    ],
    "sparse, dropout": [dict(dropout=0.3, max_iter=3) for _ in RATES[:3]],
    "lbfgs": [dict(solver="lbfgs", alpha=alpha, max_iter=3) for alpha in (0.1, 1)],
}


@cache
def fit_alone(case):
    X, y = make_data("multiclass")
    X, y = np.hstack([X, X[:, ::-1] ** 2]), (y > 0).astype(int)
    settings = dict(hidden_layer_sizes=(6,), batch_size=12)
    nets = [
        MLPClassifierNet(**(settings | changes), random_state=seed)
        for seed, changes in enumerate(STACKS[case])
    ]
    if "sparse" in case:
        X = sparse.csr_array(np.where(X > 0, X, 0))
    fit, given = dict(X=X[:45], y=y[:45], sample_weight=draw_weight(X[:45])), {}
    if case == "a given set":
        X_val, y_val = X[45:], y[45:]
        given = dict(X_val=X_val, y_val=y_val, sample_weight_val=draw_weight(X_val))
    alone = [fit_with(lambda net: net.fit(**fit, **given), clone(net)) for net in nets]
    if "leaving" in case or case in ("early stopping", "a given set"):
        assert len({net.n_iter_ for net in alone}) > 1
    return nets, alone, fit | given


def fit_with(fit, argument):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(argument)


@pytest.mark.parametrize("case", STACKS)
def test_a_stack_equals_its_singles(case, forced):
    nets, alone, data = fit_alone(case)
    nets = [clone(net) for net in nets]
    with forced():
        assert_same(fit_with(lambda nets: fit_many(nets, **data), nets), alone)


@pytest.mark.parametrize("case", [case for case in STACKS if case != "lbfgs"])
@pytest.mark.parametrize("limits", [SMALLEST, LARGEST], ids=["smallest", "largest"])
def test_a_stack_on_another_device_equals_its_singles(case, limits, monkeypatch):
    nets, alone, data = fit_alone(case)
    # the processor under a name that the engine takes for a GPU's: whole stacks,
    # chunks of a size of their own, and sparse batches made dense
    monkeypatch.setattr(parameters, "find_device", lambda name: "cpu:0")
    nets = [clone(net) for net in nets]
    with force(limits, n_threads=1):
        assert_same(fit_with(lambda nets: fit_many(nets, **data), nets), alone)
        for net, single in zip(nets, alone, strict=True):
            ours, expected = (one.predict_proba(data["X"]) for one in (net, single))
            assert_allclose(ours, expected, rtol=1e-9)


def go_forward(net, X):
    """Activations of the layers by the formulas, and the parameters to derive by."""
    coefs, intercepts = (
        [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]
        for arrays in (net.coefs_, net.intercepts_)
    )
    A, names = [torch.from_numpy(X)], net.architecture_.activations
    for W, b, name in zip(coefs, intercepts, names, strict=True):
        Z = A[-1] @ W + b
        A.append(ACTIVATIONS[name].g(Z.mT).mT)
    return A[1:], coefs, intercepts


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(("kind", "n_outputs"), [("multiclass", 3), ("regression", 2)])
def test_gradients_and_activations_are_those_of_the_formulas(
    kind, n_outputs, container, forced
):
    X, y = make_data(kind)
    settings = dict(hidden_layer_sizes=(5, 4), activation="tanh", alpha=0.5)
    if kind == "multiclass":
        net, loss = MLPClassifierNet(**settings, random_state=0), LOSSES["log_loss"]
        targets = np.equal.outer(y, np.unique(y)).astype(float)
    else:
        net, loss = MLPRegressorNet(**settings), LOSSES["squared_error"]
        targets = y = np.stack([y, X[:, 1]], axis=1)
    weight = draw_weight(X)
    with forced():
        net.initialize(X, y)
        value, *gradients = net.loss_and_gradients(container(X), y, weight)
        hidden = net.hidden_activations(container(X[:59]))
    activations, *parameters = go_forward(net, X)
    for ours, expected in zip(hidden, activations[:-1], strict=True):
        assert_allclose(ours, expected.detach()[:59], rtol=1e-10, atol=1e-12)
    losses = loss.ell(activations[-1], torch.from_numpy(targets)).sum(1)
    if loss.averages_outputs:
        losses = losses / n_outputs
    penalty = net.alpha / 2 * sum((W**2).sum() for W in parameters[0])
    expected = (torch.from_numpy(weight) @ losses + penalty) / weight.sum()
    expected.backward()
    assert_allclose(value, expected.item(), rtol=1e-10)
    for ours, theirs in zip(chain(*gradients), chain(*parameters), strict=True):
        assert_allclose(ours, theirs.grad, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("onednn", [False, True])
@pytest.mark.filterwarnings("ignore:TF32 acceleration")
def test_single_precision_comes_close_with_onednn_and_without(onednn, forced):
    X, y = make_data("multiclass")
    settings = dict(hidden_layer_sizes=(9, 5), activation="tanh", batch_size=13)
    nets = [
        MLPClassifierNet(**settings, max_iter=2, random_state=seed) for seed in range(3)
    ]
    exact = [fit_quietly(clone(net), X, y) for net in nets]
    X = X.astype(np.float32)
    with forced(), torch.backends.mkldnn.flags(enabled=onednn):
        fit_with(lambda nets: fit_many(nets, X, y), nets)
        probabilities = [net.predict_proba(X) for net in nets]
    for net, expected, probability in zip(nets, exact, probabilities, strict=True):
        assert net.coefs_[0].dtype == np.float32
        assert_allclose(net.loss_curve_, expected.loss_curve_, rtol=1e-5)
        assert_allclose(net.coefs_[1], expected.coefs_[1], rtol=1e-3, atol=1e-5)
        assert_allclose(probability, expected.predict_proba(X), rtol=1e-3)


def test_many_targets_of_a_regression_are_no_bytes(monkeypatch):
    monkeypatch.setattr(LIMITS, "gathered_numbers", 0)
    X = np.random.RandomState(0).normal(size=(50, 2))
    numbers = np.arange(50) * 1000
    net = MLPRegressorNet(hidden_layer_sizes=(2,), max_iter=2, random_state=0)
    whole, small = clone(net), net
    fit_with(lambda net: net.fit(X, numbers, X_val=X, y_val=numbers), small)
    monkeypatch.setattr(LIMITS, "gathered_numbers", 2**22)
    fit_with(lambda net: net.fit(X, numbers, X_val=X, y_val=numbers), whole)
    assert_allclose(small.history_["val_loss"], whole.history_["val_loss"])
    assert_allclose(small.loss_curve_, whole.loss_curve_)
