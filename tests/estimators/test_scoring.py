"""Scores of epochs: what scorers take, what is no number, and errors that name them."""

import re
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import get_scorer_names

from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    ValidationMonitor,
    fit_many,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
rng = np.random.RandomState(0)
X = rng.normal(size=(120, 4))
y, target = (X[:, 0] > 0).astype(int), X.sum(axis=1)
WEIGHT = rng.uniform(0.5, 2, 120)


def make(estimator=MLPClassifierNet, **changes):
    settings = dict(
        hidden_layer_sizes=(3,), max_iter=3, random_state=0, early_stopping=True
    )
    return estimator(**settings | changes)


def plain(estimator, X, y):
    return estimator.score(X, y)


def with_weight(estimator, X, y, sample_weight=None):
    return estimator.score(X, y, sample_weight)


def with_anything(estimator, X, y, **further):
    return estimator.score(X, y, **further)


@pytest.mark.parametrize(
    ("settings", "data"),
    [(dict(class_weight="balanced"), {}), ({}, dict(sample_weight=WEIGHT))],
)
def test_weights_for_those_who_take_them(settings, data):
    expected = make(**settings).fit(X, y, **data).validation_scores_
    for scoring in (with_weight, with_anything, "accuracy"):
        net = make(scoring=scoring, **settings).fit(X, y, **data)
        assert_allclose(net.validation_scores_, expected)
    net = make(scoring=plain, **settings)
    with pytest.warns(UserWarning, match="takes no sample_weight") as caught:
        net.fit(X, y, **data)
    assert caught[0].filename == __file__


def test_a_scorer_without_weights_scores_as_if_there_were_none():
    given = dict(X_val=X[:40], y_val=y[:40])
    expected = make().fit(X, y, **given)
    net = make(scoring=plain)
    with pytest.warns(UserWarning, match="its scores are unweighted"):
        net.fit(X, y, **given, sample_weight_val=WEIGHT[:40])
    assert net.validation_scores_ == expected.validation_scores_


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("name", get_scorer_names())
def test_each_name_of_scikit_learn_scores_or_has_an_error_that_names_it(
    name, estimator
):
    labels = y if estimator is MLPClassifierNet else target
    for weight in (None, WEIGHT):
        net = make(estimator, scoring=name)
        try:
            net.fit(X, labels, sample_weight=weight)
        except ValueError as error:
            message = str(error)
        else:
            assert len(net.validation_scores_) == net.n_iter_
            continue
        expected = rf"The 'scoring' parameter of \w+, '{name}', cannot score on the"
        assert re.match(expected, message)
        assert not hasattr(net, "coefs_")


@pytest.mark.parametrize(
    ("estimator", "scoring", "labels"),
    [
        (MLPRegressorNet, "roc_auc", target),
        (MLPRegressorNet, "accuracy", target),
        (MLPClassifierNet, "neg_log_loss", np.arange(120) % 3),
        (MLPClassifierNet, "f1", np.where(y, "yes", "no")),
    ],
)
def test_what_can_never_be_scored_is_refused_before_training(
    estimator, scoring, labels
):
    rows = np.flatnonzero(labels != 2) if labels.dtype.kind == "i" else np.arange(50)
    given = X[rows], labels[rows]
    begun = []

    class Watcher(ValidationMonitor):
        def look_at(self, fitted_estimator, epoch):
            begun.append(epoch)

    watcher = Watcher(*given, scoring=None)
    message = rf"The 'scoring' parameter of {estimator.__name__}, '{scoring}', cannot "
    with pytest.raises(ValueError, match=message + "score on the"):
        make(estimator, scoring=scoring).set_callbacks(watcher).fit(
            X, labels, X_val=given[0], y_val=given[1]
        )
    for ours in (
        EarlyStopping(*given, scoring=scoring),
        ValidationMonitor(*given, scoring=[scoring]),
        ValidationMonitor(*given, scoring={"mine": scoring}),
    ):
        name = type(ours).__name__
        message = rf"'scoring' parameter of {name}, '{scoring}', cannot score on X_val"
        with pytest.raises(ValueError, match=message):
            make(estimator).set_callbacks(watcher, ours).fit(X, labels)
    assert not begun


def test_what_comes_up_later_is_named_too():
    def demanding(estimator, X, y):
        raise ValueError("not good enough")

    name = re.escape(repr(demanding))
    message = f"{name}, cannot score on the training samples: not good enough"
    with pytest.raises(ValueError, match=message):
        make(scoring=demanding).fit(X, y)
    stop = EarlyStopping(X, y, scoring=demanding)
    with pytest.raises(ValueError, match=f"{name}, cannot score on X_val and y_val"):
        make().set_callbacks(stop).fit(X, y)


def test_an_error_of_another_kind_is_the_users_own():
    def prune(estimator, X, y):
        raise StopAsyncIteration("pruned")

    with pytest.raises(StopAsyncIteration, match="pruned"):
        make(scoring=prune).fit(X, y)


GROWING = dict(activation="identity", solver="sgd", learning_rate_init=1e3, max_iter=30)


@pytest.mark.parametrize("scoring", [None, "loss", "r2", plain])
def test_one_rule_for_outputs_that_are_not_finite(scoring):
    net = make(MLPRegressorNet, scoring=scoring, **GROWING)
    with pytest.warns(UserWarning, match="grew beyond all bounds; early stopping has"):
        net.fit(X, target * 1000)
    expected = make(MLPRegressorNet, **GROWING)
    with pytest.warns(UserWarning, match="grew beyond all bounds"):
        expected.fit(X, target * 1000)
    # it ends where the weights are lost, and no epoch without a score is the best
    assert net.n_iter_ == expected.n_iter_ < 10
    numbers = np.isfinite(net.validation_scores_)
    assert_array_equal(numbers, np.isfinite(expected.validation_scores_))
    assert not numbers[-1]
    assert not np.isinf(net.validation_scores_).any()
    assert net.best_validation_score_ == np.nanmax(net.validation_scores_)
    assert np.isfinite(net.predict(X)).all()


@pytest.mark.parametrize("scoring", [None, "accuracy", plain])
def test_outputs_that_are_not_finite_are_no_class(scoring):
    net = make(scoring=scoring, **GROWING | dict(learning_rate_init=1e30))
    with pytest.warns(UserWarning, match="grew beyond all bounds"):
        net.fit(X * 1e10, y)
    assert np.isnan(net.validation_scores_[-1])
    assert np.isfinite(net.coefs_[0]).all()


def test_weights_that_are_lost_at_once_are_an_error():
    net = make(MLPRegressorNet, **GROWING | dict(learning_rate_init=1e300))
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        net.fit(X * 1e200, target)
    assert not hasattr(net, "coefs_")


@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_score_that_is_no_number_is_no_improvement(early_stopping):
    scores = iter([0.5, np.nan, np.inf, -np.inf, np.nan, 0.6] * 9)
    last = {}

    def scoring(net, X, y):
        if net.n_iter_ not in last:
            last[net.n_iter_] = next(scores)
        return last[net.n_iter_]

    if early_stopping:
        net = make(scoring=scoring, max_iter=50, n_iter_no_change=3).fit(X, y)
        assert_array_equal(net.validation_scores_, [0.5] + [np.nan] * 4)
    else:
        stop = EarlyStopping(X, y, scoring=scoring, patience=4)
        net = make(early_stopping=False, max_iter=50).set_callbacks(stop).fit(X, y)
        assert_array_equal(stop.scores_, [0.5] + [np.nan] * 4)
    assert net.n_iter_ == 5


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_a_loss_that_single_precision_cannot_hold(solver):
    given = X.astype("f4"), target * 2e30
    net = make(MLPRegressorNet, solver=solver, early_stopping=False).fit(X, target)
    before = net.coefs_
    with pytest.raises(ValueError, match=r"loss is not finite|non-finite parameter"):
        net.fit(*given)
    assert net.coefs_ is before
    if solver == "adam":
        with pytest.raises(ValueError, match="The training loss is not finite"):
            net.partial_fit(*given)
        good = make(MLPRegressorNet, early_stopping=False)
        message = r"loss is not finite.* at the positions \[0, 1\]"
        with pytest.raises(ValueError, match=message):
            fit_many([good, net.set_params(hidden_layer_sizes=(4,))], *given)
    kept = make(MLPRegressorNet, solver="adam")
    with pytest.warns(UserWarning, match="early stopping has kept"):
        kept.fit(*given)


@pytest.mark.parametrize("labels", [np.zeros(120), np.array(["only"] * 120)])
def test_the_score_of_a_single_class_is_that_of_score(labels):
    net = make(early_stopping=False).fit(X, labels, X_val=X, y_val=labels)
    assert net.history_["val_score"][-1] == net.score(X, labels) == 1
    assert net.history_["score"][-1] == 1


@pytest.mark.filterwarnings("ignore:R.2 score is not well-defined")
@pytest.mark.parametrize("n_samples", [1, 2, 3])
@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_r2_is_that_of_score(n_samples, n_outputs, dtype):
    targets = target if n_outputs == 1 else np.stack([target, target**2], axis=1)
    few = slice(0, n_samples)
    net = make(MLPRegressorNet, early_stopping=False)
    net.fit(X.astype(dtype), targets, X_val=X[few].astype(dtype), y_val=targets[few])
    score = net.score(X[few].astype(dtype), targets[few])
    assert_allclose(net.history_["val_score"][-1], score, rtol=1e-4)


def test_a_rare_class_is_named_by_its_label():
    labels = np.array(["common"] * 119 + ["rare"])
    with pytest.raises(ValueError, match=r"validation_fraction=0\.1.*rare"):
        make().fit(X, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        expected = make(n_iter_no_change=np.inf).fit(X, y)
        named = make(n_iter_no_change=np.inf).fit(X, np.array(["no", "yes"])[y])
    assert_array_equal(named.coefs_[0], expected.coefs_[0])
