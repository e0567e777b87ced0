"""Law 8: the same seed gives the same network in a browser, to rounding."""

import itertools
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_classification, make_moons
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS, evaluate

RTOL = 1e-12

REPORT = """
const net = new nnteach[name](settings).fit(X, y, validation_set ?? undefined);
const names = ["loss_curve_", "loss_", "best_loss_", "n_iter_", "t_", "coefs_",
  "intercepts_", "history_", "validation_scores_", "best_validation_score_", "classes_",
  "out_activation_", "n_features_in_", "n_layers_", "n_outputs_", "stopped_by_"];
return {
  ...Object.fromEntries(names.map((name) => [name, net[name]])),
  predict: net.predict(X),
  predict_proba: net.predict_proba?.(X),
  score: net.score(X, y),
  hidden_activations: net.hidden_activations(X),
  is_finished: net.is_finished,
};
"""

KINDS = {
    "binary": (MLPClassifierNet, MLPClassifier),
    "multiclass": (MLPClassifierNet, MLPClassifier),
    "regression": (MLPRegressorNet, MLPRegressor),
    "multi-output": (MLPRegressorNet, MLPRegressor),
}
ACTIVATIONS = ("identity", "logistic", "tanh", "relu")
SOLVERS = {
    "adam": dict(solver="adam"),
    "adam, other decay": dict(solver="adam", beta_1=0.5, beta_2=0.9, epsilon=1e-3),
    "nesterov": dict(solver="sgd", learning_rate_init=0.01),
    "momentum": dict(
        solver="sgd", learning_rate_init=0.01, momentum=0.5, nesterovs_momentum=False
    ),
}
STOPPING = {
    "max_iter": dict(max_iter=6),
    "tol": dict(max_iter=60, tol=0.05, n_iter_no_change=2),
    "no limit": dict(max_iter=8, tol=10.0, n_iter_no_change=np.inf),
}
VALIDATION = {
    "none": None,
    "watched by nobody": {},
    "score": dict(early_stopping=True, tol=0.01),
    "loss": dict(early_stopping=True, scoring="loss", tol=0.01),
}
SHAPES = (
    dict(hidden_layer_sizes=()),
    dict(hidden_layer_sizes=5, batch_size=16),
    dict(hidden_layer_sizes=(6, 4), alpha=0.0),
    dict(hidden_layer_sizes=(7,), alpha=0.5, batch_size=25),
    dict(hidden_layer_sizes=(4, 5, 3), batch_size=13, shuffle=False),
    dict(hidden_layer_sizes=(6,), batch_size=1000),
)


def make_data(kind):
    X, y = make_classification(
        80, 5, n_informative=4, n_redundant=0, n_classes=3, random_state=0
    )
    if kind == "binary":
        return X, np.where(y > 0, "yes", "no")
    if kind == "multiclass":
        return X, y * 10 - 3
    noise = 0.1 * np.random.RandomState(0).normal(size=80)
    if kind == "regression":
        return X, np.sin(X[:, 0]) + noise
    return X, np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2] + noise], axis=1)


def fit_quietly(estimator, *data, **further_data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(*data, **further_data)


def fit_in_browser(browser, kind, settings, X, y, validation_set=None):
    if validation_set is not None:
        X_val, y_val = validation_set
        validation_set = {"X_val": X_val.tolist(), "y_val": y_val.tolist()}
    name = KINDS[kind][0].__name__
    return browser.run(
        REPORT, name=name, settings=settings, X=X, y=y, validation_set=validation_set
    )


def assert_same_network(mine, net, X, y, rtol=RTOL):
    """Compare what the script reports with a fitted network of Python."""
    for name in ("n_iter_", "t_", "out_activation_", "n_layers_", "n_outputs_"):
        assert mine[name] == getattr(net, name)
    assert mine["n_features_in_"] == X.shape[1]
    assert mine["is_finished"]
    assert_allclose(mine["loss_curve_"], net.loss_curve_, rtol=rtol)
    for name in ("loss_", "best_loss_", "best_validation_score_", "validation_scores_"):
        if getattr(net, name) is None:
            assert mine[name] is None
        else:
            assert_allclose(mine[name], getattr(net, name), rtol=rtol, atol=1e-14)
    for name in ("coefs_", "intercepts_"):
        for array, expected in zip(mine[name], getattr(net, name), strict=True):
            assert_allclose(array, expected, rtol=rtol, atol=rtol)
    assert_allclose(mine["score"], net.score(X, y), rtol=rtol, atol=1e-14)
    if hasattr(net, "classes_"):
        assert_array_equal(mine["classes_"], net.classes_)
        assert_array_equal(mine["predict"], net.predict(X))
        assert_allclose(mine["predict_proba"], net.predict_proba(X), rtol=10 * rtol)
    else:
        assert_allclose(mine["predict"], net.predict(X), rtol=10 * rtol, atol=rtol)


def every_setting():
    """Every kind, activation, solver and validation, the rest in turn."""
    shapes, stopping = itertools.cycle(SHAPES), itertools.cycle(STOPPING)
    for names in itertools.product(KINDS, ACTIVATIONS, SOLVERS, VALIDATION):
        yield *names, next(shapes), next(stopping)
        if names[-1] == list(VALIDATION)[-1]:
            next(shapes)  # or the same shapes would meet the same validations


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_grid(kind, activation, browser):
    X, y = make_data(kind)
    training, held_out = (X[:50], y[:50]), (X[50:], y[50:])
    ours, theirs = KINDS[kind]
    for setting in every_setting():
        if setting[:2] != (kind, activation):
            continue
        solver, validation, shape, stopping = setting[2:]
        given = VALIDATION[validation]
        settings = {
            **dict(activation=activation, random_state=3),
            **STOPPING[stopping],
            **SOLVERS[solver],
            **shape,
            **(given or {}),
        }
        validated = None if given is None else held_out
        mine = fit_in_browser(browser, kind, settings, *training, validated)
        net = ours(**settings)
        if validated is None:
            fit_quietly(net, *training)
        else:
            fit_quietly(net, *training, X_val=held_out[0], y_val=held_out[1])
        assert_same_network(mine, net, *training)
        assert set(mine["history_"]) == set(net.history_)
        for key, values in net.history_.items():
            assert_allclose(mine["history_"][key], values, rtol=RTOL, atol=1e-14)
        for layer, values in zip(
            mine["hidden_activations"], net.hidden_activations(training[0]), strict=True
        ):
            assert_allclose(layer, values, rtol=10 * RTOL, atol=RTOL)
        if not given and stopping != "no limit":
            net = fit_quietly(theirs(**settings), *training)
            assert_same_network(mine, net, *training)


def test_every_way_to_stop(browser):
    X, y = make_data("binary")
    held_out = (X[50:], y[50:])
    for settings, stopped_by in (
        (dict(max_iter=3), "max_iter"),
        (dict(max_iter=500, tol=0.1), "n_iter_no_change"),
        (dict(max_iter=500, early_stopping=True, tol=0.1), "n_iter_no_change"),
    ):
        settings |= dict(hidden_layer_sizes=5, random_state=0)
        mine = fit_in_browser(browser, "binary", settings, X[:50], y[:50], held_out)
        assert mine["stopped_by_"] == stopped_by
        assert mine["n_iter_"] < 500


@pytest.mark.parametrize("early", [{}, dict(early_stopping=True)])
def test_with_tol_0_an_epoch_as_good_as_the_best_is_an_improvement(early, browser):
    X, y = make_data("binary")
    settings = dict(
        hidden_layer_sizes=5,
        solver="sgd",
        learning_rate_init=1e-300,
        tol=0,
        n_iter_no_change=1,
        max_iter=9,
        shuffle=False,
        random_state=0,
        **early,
    )
    mine = fit_in_browser(browser, "binary", settings, X, y, (X, y))
    net = fit_quietly(MLPClassifierNet(**settings), X, y, X_val=X, y_val=y)
    assert mine["n_iter_"] == net.n_iter_ == 9
    assert mine["stopped_by_"] == "max_iter"


@pytest.mark.parametrize(("rate", "n_iter"), [(3.0, 12), (1e40, 8)])
def test_early_stopping_keeps_the_best_weights_when_all_grow(rate, n_iter, browser):
    X, y = make_data("regression")
    settings = dict(
        hidden_layer_sizes=(),
        solver="sgd",
        learning_rate_init=rate,
        momentum=0,
        max_iter=30,
        early_stopping=True,
        random_state=0,
    )
    mine = fit_in_browser(browser, "regression", settings, X, y, (X, y))
    with np.errstate(all="ignore"):
        net = fit_quietly(MLPRegressorNet(**settings), X, y, X_val=X, y_val=y)
    assert_same_network(mine, net, X, y)
    # at the higher rate the weights are no numbers in the end, which ends the training
    assert mine["n_iter_"] == n_iter
    assert np.isnan(mine["validation_scores_"][-1]) == (rate == 1e40)


def test_r2_where_all_targets_are_equal(browser):
    right, wrong = browser.run(
        """const X = [[0.5], [0.5]], net = new nnteach.MLPRegressorNet();
        const y = net.initialize(X, [1, 2]).predict(X);
        return [net.score(X, y), net.score(X, y.map((value) => value + 1))];"""
    )
    assert (right, wrong) == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", [*ACTIVATIONS, ["tanh", "relu"]])
@pytest.mark.parametrize("alpha", [0, 0.3])
def test_gradients(kind, activation, alpha, browser):
    X, y = make_data(kind)
    settings = dict(
        hidden_layer_sizes=(6, 4), activation=activation, alpha=alpha, random_state=1
    )
    loss, *gradients = browser.run(
        """const net = new nnteach[name](settings).initialize(X, y);
        return net.loss_and_gradients(X, y);""",
        name=KINDS[kind][0].__name__,
        settings=settings,
        X=X,
        y=y,
    )
    net = KINDS[kind][0](**settings).initialize(X, y)
    expected_loss, *expected = net.loss_and_gradients(X, y)
    assert_allclose(loss, expected_loss, rtol=1e-14)
    for mine, theirs in zip(gradients, expected, strict=True):
        for array, expected_array in zip(mine, theirs, strict=True):
            assert_allclose(array, expected_array, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_hidden_activation(kind, activation, browser):
    X, y = make_data(kind)
    settings = dict(
        hidden_layer_sizes=(6, 4), activation=activation, max_iter=30, random_state=2
    )
    mine = fit_in_browser(browser, kind, settings, X, y)
    assert_same_network(mine, fit_quietly(KINDS[kind][0](**settings), X, y), X, y)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_activations_and_slopes_far_from_zero(activation, browser):
    z = np.concatenate([np.linspace(-12, 12, 481), [-750, 750]])
    a, slopes = browser.run(
        """const X = z.map((value) => [value]), y = z.map(() => 0);
        const parameters = { hidden_layer_sizes: 1, activation, alpha: 0 };
        const net = new nnteach.MLPRegressorNet(parameters).initialize(X, y);
        net.set_weights([[[1]], [[1]]], [[0], [0]]);
        const slope_at = ([x], i) => net.loss_and_gradients([[x]], [0])[2][0][0];
        const a = net.hidden_activations(X)[0].flat();
        return [a, X.map(slope_at).map((gradient, i) => gradient / a[i])];""",
        z=z,
        activation=activation,
    )
    values, expected = evaluate(activation, z)
    assert_allclose(a, values, rtol=1e-13, atol=1e-14)
    used = values != 0  # of a = 0 the gradient a g'(z) does not tell g'(z)
    assert used.sum() > 200
    assert_allclose(
        np.array(slopes)[used] * values[used], (expected * values)[used], 1e-13, 1e-13
    )


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_outputs_too_large_for_exp(kind, browser):
    X, y = make_data(kind)
    X = 1e4 * X
    settings = dict(hidden_layer_sizes=(6,), random_state=1)
    loss, probabilities = browser.run(
        """const net = new nnteach.MLPClassifierNet(settings).initialize(X, y);
        return [net.loss_and_gradients(X, y)[0], net.predict_proba(X)];""",
        settings=settings,
        X=X,
        y=y,
    )
    net = MLPClassifierNet(**settings).initialize(X, y)
    assert_allclose(loss, net.loss_and_gradients(X, y)[0], rtol=RTOL)
    assert_allclose(probabilities, net.predict_proba(X), rtol=1e-9, atol=1e-300)
    # nothing is left of the smallest, whose logarithm is cut off at that of 2^-52
    assert np.min(probabilities) == 0
    assert 1 < loss < -np.log(np.finfo(float).eps)


def test_a_wide_network_on_moons(browser):
    X, y = make_moons(1000, noise=0.2, random_state=0)
    settings = dict(hidden_layer_sizes=(100, 25), max_iter=20, random_state=0)
    mine = fit_in_browser(browser, "binary", settings, X, y)
    net = fit_quietly(MLPClassifier(**settings), X, y)
    assert_same_network(mine, net, X, y)


def test_a_long_fit_of_the_wavy_parabola(browser):
    X = np.linspace(0, 1, 100)[:, np.newaxis]
    y = 0.2 + 0.4 * X[:, 0] ** 2 + 0.3 * X[:, 0] * np.sin(9 * X[:, 0])
    settings = dict(
        hidden_layer_sizes=50, max_iter=500, n_iter_no_change=1000, random_state=0
    )
    mine = fit_in_browser(browser, "regression", settings, X, y)
    net = fit_quietly(MLPRegressor(**settings), X, y)
    assert len(mine["loss_curve_"]) == 500
    assert_same_network(mine, net, X, y, rtol=1e-11)


@pytest.mark.parametrize("rate", [0.03, 0.1])
def test_fifty_epochs_at_a_high_rate(rate, browser):
    X, y = make_moons(300, noise=0.2, random_state=0)
    for seed in range(3):
        settings = dict(
            hidden_layer_sizes=(8, 8),
            activation="tanh",
            learning_rate_init=rate,
            max_iter=50,
            n_iter_no_change=1000,
            random_state=seed,
        )
        mine = fit_in_browser(browser, "binary", settings, X, y)
        net = fit_quietly(MLPClassifierNet(**settings), X, y)
        assert_allclose(mine["loss_curve_"], net.loss_curve_, rtol=1e-9)


def test_runs_part_at_a_high_rate_as_scikit_learn_parts_from_itself(browser):
    X, y = make_moons(200, noise=0.2, random_state=0)
    moved = X.copy()
    # one last bit of one input is enough: no two programs can agree for ever
    moved[0, 0] = np.nextafter(X[0, 0], 2)
    gaps, ends = [], []
    for seed in range(5):
        settings = dict(
            hidden_layer_sizes=(8, 8),
            activation="tanh",
            learning_rate_init=0.2,
            batch_size=50,
            max_iter=150,
            n_iter_no_change=1000,
            random_state=seed,
        )
        mine = np.array(
            fit_in_browser(browser, "binary", settings, X, y)["loss_curve_"]
        )
        theirs = np.array(fit_quietly(MLPClassifier(**settings), X, y).loss_curve_)
        again = np.array(fit_quietly(MLPClassifier(**settings), moved, y).loss_curve_)
        assert_allclose(mine[:25], theirs[:25], rtol=1e-9)
        gaps.append([np.abs(curve / theirs - 1).max() for curve in (mine, again)])
        ends.append([curve[-50:].mean() for curve in (mine, theirs, again)])
    assert (np.median(gaps, axis=0) > 0.01).all()
    # and yet each of them has learnt, of ln 2 = 0.69 at the start, about as much
    assert np.isfinite(ends).all()
    assert np.max(ends) < 0.3
    in_browser, in_python, moved_end = np.median(ends, axis=0)
    assert in_python / 2 < in_browser < in_python * 2
    assert in_python / 2 < moved_end < in_python * 2
