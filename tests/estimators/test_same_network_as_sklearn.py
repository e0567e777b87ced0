"""Law 1: the same seed gives the same network as scikit-learn's, in float64."""

import itertools
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnteach import MLPClassifierNet, MLPRegressorNet

RTOL = 1e-7

SOLVERS = {
    "adam": dict(solver="adam"),
    "adam, other decay": dict(
        solver="adam", beta_1=0.5, beta_2=0.9, epsilon=1e-3, learning_rate_init=0.02
    ),
    "sgd": dict(solver="sgd", learning_rate_init=0.02),
    "sgd, plain momentum": dict(
        solver="sgd", momentum=0.5, nesterovs_momentum=False, learning_rate_init=0.02
    ),
    "sgd, invscaling": dict(
        solver="sgd", learning_rate="invscaling", learning_rate_init=0.02, power_t=0.3
    ),
    "sgd, adaptive": dict(
        solver="sgd",
        learning_rate="adaptive",
        learning_rate_init=0.03,
        tol=0.05,
        n_iter_no_change=1,
    ),
}
BATCHES = {
    "auto": dict(batch_size="auto", alpha=1e-4),
    "batches, strong penalty": dict(batch_size=11, alpha=0.5),
    "in order, no penalty": dict(batch_size=13, alpha=0.0, shuffle=False),
}
ACTIVATIONS = ("identity", "logistic", "tanh", "relu")
TARGETS = ("binary", "multiclass", "multilabel", "regression", "multi-output")


def make_data(kind):
    X, y = make_classification(
        60, 5, n_informative=4, n_redundant=0, n_classes=3, random_state=0
    )
    rng = np.random.RandomState(0)
    if kind == "binary":
        return X, np.where(y > 0, "yes", "no")
    if kind == "multiclass":
        return X, y * 10 - 3
    if kind == "multilabel":
        X, y = make_multilabel_classification(60, 5, n_classes=4, random_state=0)
        return X / 10, y
    if kind == "regression":
        return X, np.sin(X[:, 0]) + 0.1 * rng.normal(size=60)
    return X, np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2], X[:, 3]], axis=1)


def both(kind, **settings):
    if kind in ("regression", "multi-output", "poisson"):
        return MLPRegressor(**settings), MLPRegressorNet(**settings)
    return MLPClassifier(**settings), MLPClassifierNet(**settings)


def fit_quietly(estimator, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(*data)


def assert_same_network(theirs, ours, X):
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.t_ == theirs.t_
    assert ours.n_layers_ == theirs.n_layers_
    assert ours.n_outputs_ == theirs.n_outputs_
    assert ours.out_activation_ == theirs.out_activation_
    assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=RTOL)
    assert_allclose(ours.loss_, theirs.loss_, rtol=RTOL)
    for name in ("best_loss_", "best_validation_score_", "validation_scores_"):
        expected = getattr(theirs, name)
        if expected is None:
            assert getattr(ours, name) is None
        else:
            assert_allclose(getattr(ours, name), expected, rtol=RTOL)
    for mine, other in zip(
        ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
    ):
        assert mine.dtype == other.dtype
        assert_allclose(mine, other, rtol=RTOL, atol=1e-12)
    if hasattr(theirs, "predict_proba"):
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        np.testing.assert_array_equal(ours.classes_, theirs.classes_)
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-6)
        with np.errstate(divide="ignore"):
            assert_allclose(
                ours.predict_log_proba(X),
                theirs.predict_log_proba(X),
                rtol=1e-6,
                atol=1e-9,
            )
    else:
        assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6, atol=1e-12)


def every_setting():
    """All combinations; the engine's own tests have each value several times.

    Early stopping is tried with sparse inputs and doing without it with dense ones, and
    with the next setting the other way round.
    """
    names, is_sparse = (TARGETS, tuple(SOLVERS), ACTIVATIONS, tuple(BATCHES)), False
    for values in itertools.product(*names):
        kind, solver, activation, batches = (
            options.index(value) for options, value in zip(names, values, strict=True)
        )
        of_engine = (
            (kind + solver) % 2 == 0,
            activation == (kind + solver // 2) % 4,
            batches == (2 * kind + solver) % 3,
        )
        marks = [pytest.mark.engine] if all(of_engine) else []
        is_sparse = not is_sparse
        yield pytest.param(*values, "sparse" if is_sparse else "dense", marks=marks)


@pytest.mark.parametrize(
    ("kind", "solver", "activation", "batches", "first"), list(every_setting())
)
def test_grid(kind, solver, activation, batches, first):
    X, y = make_data(kind)
    containers = [np.asarray, sparse.csr_matrix]
    if first == "sparse":
        containers.reverse()
    for early_stopping, container in zip((False, True), containers, strict=True):
        settings = {
            **dict(hidden_layer_sizes=(6, 4), max_iter=5, random_state=3),
            **SOLVERS[solver],
            **BATCHES[batches],
            "activation": activation,
            "early_stopping": early_stopping,
            "validation_fraction": 0.2,
        }
        theirs, ours = both(kind, **settings)
        inputs = container(X)
        fit_quietly(theirs, inputs, y)
        fit_quietly(ours, inputs, y)
        assert_same_network(theirs, ours, inputs)


@pytest.mark.engine
@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_sample_weight(kind, early_stopping):
    X, y = make_data(kind)
    weight = np.random.RandomState(1).uniform(0.5, 2, len(X))
    settings = dict(
        hidden_layer_sizes=(6,),
        max_iter=4,
        batch_size=16,
        random_state=0,
        early_stopping=early_stopping,
        validation_fraction=0.2,
    )
    theirs, ours = both(kind, **settings)
    fit_quietly(theirs, X, y, weight)
    fit_quietly(ours, X, y, weight)
    assert_same_network(theirs, ours, X)


@pytest.mark.parametrize(
    "container", [sparse.csr_array, sparse.csc_array, sparse.csc_matrix]
)
def test_sparse_containers(container):
    X, y = make_data("multiclass")
    settings = dict(hidden_layer_sizes=(6,), max_iter=5, random_state=0)
    theirs, ours = both("multiclass", **settings)
    fit_quietly(theirs, container(X), y)
    fit_quietly(ours, container(X), y)
    assert_same_network(theirs, ours, container(X))


@pytest.mark.engine
def test_poisson():
    X, _ = make_data("regression")
    y = np.random.RandomState(0).poisson(np.exp(X[:, 0] / 2))
    settings = dict(
        loss="poisson", hidden_layer_sizes=(6,), max_iter=20, random_state=0
    )
    theirs, ours = both("poisson", **settings)
    fit_quietly(theirs, X, y)
    fit_quietly(ours, X, y)
    assert_same_network(theirs, ours, X)


@pytest.mark.parametrize("hidden_layer_sizes", [(), (3,), 4, [5, 4, 3, 2]])
@pytest.mark.parametrize("activation", ["logistic", "tanh"])
def test_depths(hidden_layer_sizes, activation):
    X, y = make_data("multiclass")
    settings = dict(
        hidden_layer_sizes=hidden_layer_sizes,
        activation=activation,
        max_iter=10,
        random_state=0,
    )
    theirs, ours = both("multiclass", **settings)
    fit_quietly(theirs, X, y)
    fit_quietly(ours, X, y)
    assert_same_network(theirs, ours, X)


def test_long_training():
    X, y = make_data("binary")
    settings = dict(
        hidden_layer_sizes=(20, 10),
        max_iter=500,
        batch_size=20,
        tol=1e-3,
        random_state=0,
    )
    theirs, ours = both("binary", **settings)
    fit_quietly(theirs, X, y)
    fit_quietly(ours, X, y)
    assert 10 < ours.n_iter_ < 500
    assert_same_network(theirs, ours, X)


@pytest.mark.engine
@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("solver", ["adam", "sgd, invscaling"])
def test_partial_fit(kind, solver):
    X, y = make_data(kind)
    settings = dict(hidden_layer_sizes=(6,), batch_size=16, random_state=0)
    theirs, ours = both(kind, **settings, **SOLVERS[solver])
    for estimator in (theirs, ours):
        first = {}
        if kind in ("binary", "multiclass"):
            first = dict(classes=np.unique(y))
        if kind == "multilabel":
            first = dict(classes=np.arange(y.shape[1]))
        estimator.partial_fit(X, y, **first)
        for _ in range(3):
            estimator.partial_fit(X, y)
    assert_same_network(theirs, ours, X)


@pytest.mark.engine
@pytest.mark.parametrize(
    "settings",
    [
        dict(max_iter=3),
        dict(max_iter=50, tol=0.1, n_iter_no_change=2),
        dict(max_iter=50, early_stopping=True, tol=0.1, n_iter_no_change=2),
        dict(
            max_iter=200,
            solver="sgd",
            learning_rate="adaptive",
            tol=0.5,
            n_iter_no_change=1,
        ),
    ],
)
def test_printed_and_warned_alike(settings, capsys):
    X, y = make_data("binary")
    said = []
    for estimator in both("binary", random_state=0, verbose=True, **settings):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            estimator.fit(X, y)
        messages = [(w.category, str(w.message)) for w in caught]
        said.append((capsys.readouterr().out, messages))
    assert said[0] == said[1]
    assert said[1][0].startswith("Iteration 1, loss = ")


def test_random_state_instances():
    X, y = make_data("binary")
    predictions = []
    for estimator in both("binary", max_iter=10, random_state=None):
        estimator.set_params(random_state=np.random.RandomState(5))
        fit_quietly(estimator, X, y)
        predictions.append(fit_quietly(estimator, X, y).predict_proba(X))
    assert_allclose(*predictions, rtol=RTOL)


def test_same_parameters_and_defaults():
    for theirs, ours in (both("binary"), both("regression")):
        expected = theirs.get_params()
        names = list(ours.get_params())
        assert set(expected) <= set(names)
        assert {name: ours.get_params()[name] for name in expected} == expected


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("weighted", [False, True])
def test_lbfgs(kind, activation, weighted):
    X, y = make_data(kind)
    weight = np.random.RandomState(1).uniform(0.5, 2, len(X)) if weighted else None
    for container, early_stopping in ((np.asarray, False), (sparse.csr_matrix, True)):
        theirs, ours = both(
            kind,
            hidden_layer_sizes=(6, 4),
            activation=activation,
            solver="lbfgs",
            alpha=0.1,
            max_iter=10,
            # which lbfgs takes no notice of
            early_stopping=early_stopping,
            random_state=3,
        )
        said = []
        for estimator in (theirs, ours):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                estimator.fit(container(X), y, weight)
            said.append([(w.category, str(w.message)) for w in caught])
        assert said[0] == said[1]
        assert_same_lbfgs(theirs, ours, X)
        assert ours.t_ == theirs.t_


def test_lbfgs_to_the_end_and_poisson():
    X, _ = make_data("regression")
    y = np.random.RandomState(0).poisson(np.exp(X[:, 0] / 2))
    settings = dict(hidden_layer_sizes=(3,), solver="lbfgs", alpha=1.0, random_state=0)
    for loss in ("squared_error", "poisson"):
        theirs, ours = both("poisson", loss=loss, max_iter=1000, **settings)
        theirs.fit(X, y)
        ours.fit(X, y)
        assert ours.n_iter_ > 20
        assert_allclose(ours.loss_, theirs.loss_, rtol=1e-6)
        # rounding adds up in a long training
        assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-2)


@pytest.mark.engine
def test_lbfgs_that_runs_out_of_evaluations():
    X, y = make_data("binary")
    settings = dict(hidden_layer_sizes=(6,), solver="lbfgs", max_fun=7, random_state=0)
    theirs, ours = both("binary", **settings)
    fit_quietly(theirs, X, y)
    fit_quietly(ours, X, y)
    assert_same_lbfgs(theirs, ours, X)


def test_lbfgs_of_several_outputs_steps_along_the_right_gradient():
    # the one of theirs is too large by the number of outputs, except for its penalty
    X, y = make_data("multi-output")
    theirs, ours = both(
        "multi-output",
        hidden_layer_sizes=(6,),
        activation="tanh",
        solver="lbfgs",
        alpha=0.3,
        max_iter=5000,
        tol=1e-8,
        random_state=3,
    )
    fit_quietly(ours, X, y)
    fit_quietly(theirs, X, y)
    assert ours.loss_ < theirs.loss_ * (1 - 1e-3)
    _, *gradients = ours.loss_and_gradients(X, y)
    assert max(np.abs(array).max() for part in gradients for array in part) < 1e-4


def assert_same_lbfgs(theirs, ours, X):
    assert ours.n_iter_ == theirs.n_iter_ == len(ours.loss_curve_)
    assert_allclose(ours.loss_, theirs.loss_, rtol=1e-6)
    for mine, other in zip(
        ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
    ):
        assert_allclose(mine, other, rtol=1e-6, atol=1e-9)
    if hasattr(theirs, "predict_proba"):
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-5)
    else:
        assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-5)
