"""What fit does beyond scikit-learn's: validation sets, histories, going on."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_classification, make_moons
from sklearn.metrics import accuracy_score, log_loss, make_scorer, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import MLPClassifierNet, MLPRegressorNet

FIXED = dict(max_iter=12, n_iter_no_change=np.inf, random_state=0)


@pytest.fixture(scope="module")
def moons():
    X, y = make_moons(300, noise=0.2, random_state=0)
    return X[:200], y[:200], X[200:], y[200:]


@pytest.fixture(scope="module")
def blobs():
    X, y = make_classification(200, 6, n_informative=4, n_classes=3, random_state=0)
    return X[:150], y[:150], X[150:], y[150:]


@pytest.mark.engine
def test_history_is_what_scikit_learn_measures(blobs):
    X, y, X_val, y_val = blobs
    net = MLPClassifierNet((8,), **FIXED, alpha=0.0, shuffle=False, batch_size=150)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    history = net.history_
    assert all(values.shape == (12,) for values in history.values())
    assert_allclose(history["val_loss"][-1], log_loss(y_val, net.predict_proba(X_val)))
    assert history["val_score"][-1] == accuracy_score(y_val, net.predict(X_val))
    assert history["score"][-1] == accuracy_score(y, net.predict(X))
    assert_array_equal(history["loss"], net.loss_curve_)
    # one full batch, so the next epoch's loss is that of the present weights
    further = MLPClassifierNet(**{**net.get_params(), "max_iter": 13}).fit(X, y)
    assert_allclose(further.history_["loss"][-1], log_loss(y, net.predict_proba(X)))


@pytest.mark.engine
def test_history_of_a_regressor_with_weights(blobs):
    X, _, X_val, _ = blobs
    targets, targets_val = X[:, :2] ** 2, X_val[:, :2] ** 2
    weight, weight_val = (np.linspace(0.1, 1, len(data)) for data in (X, X_val))
    net = MLPRegressorNet(hidden_layer_sizes=(8,), **FIXED)
    net.fit(
        X, targets, weight, X_val=X_val, y_val=targets_val, sample_weight_val=weight_val
    )
    assert_allclose(net.history_["score"][-1], net.score(X, targets, weight))
    predicted = net.predict(X_val)
    assert_allclose(
        net.history_["val_score"][-1],
        r2_score(targets_val, predicted, sample_weight=weight_val),
    )
    squares = ((predicted - targets_val) ** 2).mean(axis=1) / 2
    expected = np.average(squares, weights=weight_val)
    assert_allclose(net.history_["val_loss"][-1], expected)


def test_no_validation_set_no_validation_curves(moons):
    net = MLPClassifierNet((4,), **FIXED).fit(*moons[:2])
    assert set(net.history_) == {"loss", "learning_rate"}
    assert_array_equal(net.history_["learning_rate"], np.full(12, 0.001))


def test_watching_a_validation_set_does_not_change_the_training(moons):
    X, y, X_val, y_val = moons
    watched = MLPClassifierNet((4,), **FIXED).fit(X, y, X_val=X_val, y_val=y_val)
    assert_array_equal(
        watched.coefs_[0], MLPClassifierNet((4,), **FIXED).fit(X, y).coefs_[0]
    )


@pytest.mark.parametrize(
    "scoring", [None, "loss", "roc_auc", make_scorer(accuracy_score)]
)
def test_early_stopping_keeps_the_best_weights_on_the_given_set(scoring, moons):
    X, y, X_val, y_val = moons
    net = MLPClassifierNet(
        (30,),
        early_stopping=True,
        scoring=scoring,
        n_iter_no_change=3,
        tol=0,
        max_iter=2000,
        learning_rate_init=0.02,
        random_state=0,
    ).fit(X, y, X_val=X_val, y_val=y_val)
    scores = net.validation_scores_
    best = int(np.argmax(scores))
    assert net.best_validation_score_ == scores[best]
    assert net.n_iter_ < 2000
    # scikit-learn's rule: more than n_iter_no_change epochs without improvement
    below = np.array(scores[-4:]) < net.best_validation_score_
    assert below.all()
    assert net.best_loss_ is None
    if scoring == "loss":
        assert_allclose(scores, -net.history_["val_loss"])
        assert_allclose(
            log_loss(y_val, net.predict_proba(X_val)), net.history_["val_loss"][best]
        )
    else:
        assert_allclose(scores, net.history_["val_score"])
    if scoring is None:
        assert accuracy_score(y_val, net.predict(X_val)) == scores[best]
    # the given set is used as it is: all of X is trained on
    assert net.t_ == net.n_iter_ * len(X)


def test_a_rule_that_is_not_handed_over_does_not_stop(moons):
    X, y, X_val, y_val = moons
    net = MLPClassifierNet((30,), scoring="loss", tol=0, max_iter=150, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.n_iter_ == 150


def test_fixed_number_of_epochs(moons):
    net = MLPClassifierNet((4,), **FIXED, tol=1e9).fit(*moons[:2])
    assert net.n_iter_ == 12


def test_warm_start_goes_on_as_if_it_had_never_stopped(moons):
    X, y, *_ = moons
    settings = dict(hidden_layer_sizes=(6,), n_iter_no_change=np.inf, shuffle=False)
    for solver in ("adam", "sgd"):
        whole = MLPClassifierNet(**settings, solver=solver, max_iter=10, random_state=0)
        parts = MLPClassifierNet(
            **settings, solver=solver, max_iter=5, random_state=0, warm_start=True
        )
        whole.fit(X, y)
        parts.fit(X, y).fit(X, y)
        assert parts.n_iter_ == 5
        assert parts.t_ == whole.t_ == 10 * len(X)
        assert_array_equal(parts.loss_curve_, whole.loss_curve_)
        assert_array_equal(parts.coefs_[0], whole.coefs_[0])


def test_partial_fit_goes_on_as_if_it_had_never_stopped(moons):
    X, y, *_ = moons
    settings = dict(hidden_layer_sizes=(6,), shuffle=False, random_state=0)
    whole = MLPClassifierNet(**settings, max_iter=4, n_iter_no_change=np.inf).fit(X, y)
    parts = MLPClassifierNet(**settings)
    for _ in range(4):
        parts.partial_fit(X, y, classes=[0, 1])
    assert_array_equal(parts.loss_curve_, whole.loss_curve_)


def test_activations_of_each_layer(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((5, 4, 3), ["tanh", "relu", "logistic"], **FIXED).fit(X, y)
    assert net.architecture_.activations == ("tanh", "relu", "logistic", "logistic")
    hidden = net.hidden_activations(X)
    assert [array.shape for array in hidden] == [(200, 5), (200, 4), (200, 3)]
    first = np.tanh(X @ net.coefs_[0] + net.intercepts_[0])
    second = np.maximum(first @ net.coefs_[1] + net.intercepts_[1], 0)
    third = 1 / (1 + np.exp(-(second @ net.coefs_[2] + net.intercepts_[2])))
    for ours, expected in zip(hidden, (first, second, third), strict=True):
        assert_allclose(ours, expected, atol=1e-12)
    output = third @ net.coefs_[3] + net.intercepts_[3]
    expected = 1 / (1 + np.exp(-output[:, 0]))
    assert_allclose(net.predict_proba(X)[:, 1], expected, atol=1e-12)


def test_the_sheets_tanh_network_can_be_built():
    rng = np.random.RandomState(0)
    X, Y = rng.normal(size=(50, 10)), rng.uniform(-0.9, 0.9, size=(50, 3))
    net = MLPRegressorNet(
        hidden_layer_sizes=(50,), activation="tanh", out_activation="tanh", **FIXED
    ).fit(X, Y)
    assert net.architecture_.activations == ("tanh", "tanh")
    assert net.architecture_.n_parameters == 703
    assert np.abs(net.predict(X * 100)).max() <= 1


@pytest.mark.parametrize("out_activation", ["auto", "softmax", "logistic"])
def test_multiclass_outputs(out_activation, blobs):
    X, y, X_val, y_val = blobs
    net = MLPClassifierNet(
        (20,),
        out_activation=out_activation,
        max_iter=300,
        random_state=0,
        n_iter_no_change=np.inf,
    ).fit(X, y, X_val=X_val, y_val=y_val)
    probabilities = net.predict_proba(X_val)
    assert_allclose(probabilities.sum(axis=1), 1)
    assert_array_equal(net.predict(X_val), net.classes_[probabilities.argmax(axis=1)])
    assert net.history_["val_score"][-1] == net.score(X_val, y_val)
    assert net.score(X, y) > 0.7


def test_keras_start():
    X, y = make_moons(50, random_state=0)
    settings = dict(weight_init="glorot_uniform", bias_init="zeros", random_state=0)
    net = MLPClassifierNet((300, 200), "logistic", **settings).initialize(X, y)
    assert all((intercept == 0).all() for intercept in net.intercepts_)
    for coef, layer in zip(net.coefs_, net.architecture_.layers, strict=True):
        bound = np.sqrt(6 / (layer.fan_in + layer.fan_out))
        assert np.abs(coef).max() <= bound
        assert_allclose(coef.std(), bound / np.sqrt(3), rtol=0.15)


def test_zeros_keep_the_neurons_equal(moons):
    X, y, *_ = moons
    settings = dict(weight_init="zeros", bias_init="zeros", activation="tanh")
    net = MLPClassifierNet((4,), **settings, **FIXED).fit(X, y)
    assert_allclose(net.coefs_[0], net.coefs_[0][:, :1] * np.ones(4))


def test_initialize_gives_the_weights_that_fit_starts_from(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((6,), random_state=3, warm_start=True, max_iter=2)
    net.set_params(n_iter_no_change=np.inf).initialize(X, y)
    assert net.n_iter_ == 0
    assert net.history_ == {}
    start = copy.deepcopy(net)
    assert net.predict_proba(X).shape == (200, 2)
    expected = MLPClassifierNet(
        (6,), random_state=3, max_iter=2, n_iter_no_change=np.inf
    )
    expected.fit(X, y)
    assert_allclose(
        start.loss_and_gradients(X, y)[0], expected.loss_curve_[0], rtol=1e-9
    )
    np.testing.assert_raises(
        AssertionError, assert_array_equal, start.coefs_[0], expected.coefs_[0]
    )


@pytest.mark.parametrize("n_targets", [1, 3])
def test_loss_and_gradients_by_finite_differences(n_targets, blobs):
    X, *_ = blobs
    y = X[:, 0] ** 2 if n_targets == 1 else X[:, :3] ** 2
    weight = np.random.RandomState(0).uniform(0.5, 2, len(X))
    net = MLPRegressorNet(
        hidden_layer_sizes=(5,), activation="tanh", alpha=0.3, **FIXED
    ).fit(X, y)
    _, coef_gradients, intercept_gradients = net.loss_and_gradients(X, y, weight)
    step = 1e-6
    for arrays, gradients in (
        (net.coefs_, coef_gradients),
        (net.intercepts_, intercept_gradients),
    ):
        for array, gradient in zip(arrays, gradients, strict=True):
            assert array.shape == gradient.shape
            index = (0,) * array.ndim
            array[index] += step
            above = net.loss_and_gradients(X, y, weight)[0]
            array[index] -= 2 * step
            below = net.loss_and_gradients(X, y, weight)[0]
            array[index] += step
            assert_allclose(gradient[index], (above - below) / (2 * step), rtol=1e-5)


def test_float32_is_kept(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((6,), **FIXED).fit(X.astype(np.float32), y)
    assert {array.dtype for array in net.coefs_ + net.intercepts_} == {np.dtype("f4")}
    assert net.predict_proba(X.astype(np.float32)).dtype == np.float32
    exact = MLPClassifierNet((6,), **FIXED).fit(X, y)
    assert_allclose(net.loss_curve_, exact.loss_curve_, rtol=1e-4)


def test_weightless_batches_do_no_harm(moons):
    X, y, *_ = moons
    weight = np.zeros(len(X))
    weight[:10] = 1
    net = MLPClassifierNet((4,), **FIXED, batch_size=10).fit(X, y, weight)
    assert np.isfinite(net.loss_curve_).all()


def test_pickle_predicts_and_goes_on(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((4,), **FIXED).fit(X, y)
    restored = pickle.loads(pickle.dumps(net))
    assert_array_equal(restored.predict_proba(X), net.predict_proba(X))
    assert_array_equal(
        restored.partial_fit(X, y).coefs_[0], net.partial_fit(X, y).coefs_[0]
    )


def test_in_pipelines_and_searches(moons):
    X, y, X_test, y_test = moons
    net = MLPClassifierNet(
        (10,),
        learning_rate_init=0.01,
        max_iter=60,
        n_iter_no_change=np.inf,
        random_state=0,
    )
    pipeline = make_pipeline(StandardScaler(), net)
    assert cross_val_score(pipeline, X, y, cv=3).min() > 0.75
    search = GridSearchCV(pipeline, {"mlpclassifiernet__alpha": [1e-4, 1e-1]}, cv=3)
    assert search.fit(X, y).score(X_test, y_test) > 0.75


def test_torch_keeps_its_number_of_threads(moons):
    import torch

    before = torch.get_num_threads()
    MLPClassifierNet((4,), **FIXED).fit(*moons[:2])
    assert torch.get_num_threads() == before
