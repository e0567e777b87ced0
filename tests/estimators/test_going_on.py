"""Further fits and partial fits: in another precision, with another solver, …"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import make_classification, make_multilabel_classification

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.engine.training.history import Column

FIXED = dict(hidden_layer_sizes=(5,), n_iter_no_change=np.inf, random_state=0)


@pytest.fixture(scope="module")
def data():
    return make_classification(
        120, 6, n_informative=4, n_classes=3, weights=[0.7, 0.2], random_state=0
    )


@pytest.mark.parametrize("solver", ["adam", "adamw", "sgd", "rmsprop", "adagrad"])
@pytest.mark.parametrize("dtypes", [("f4", "f8"), ("f8", "f4")])
def test_in_another_precision(solver, dtypes, data):
    X, y = data
    first, second = dtypes
    net = MLPClassifierNet(**FIXED, solver=solver, max_iter=3, warm_start=True)
    net.fit(X.astype(first), y)
    for go_on in (net.partial_fit, net.fit):
        go_on(X.astype(second), y)
        assert {coef.dtype for coef in net.coefs_} == {np.dtype(second)}
    assert len(net.loss_curve_) == 7
    assert np.isfinite(net.loss_curve_).all()


@pytest.mark.parametrize("second", ["sgd", "adamw", "lbfgs"])
def test_with_another_solver_the_history_goes_on(second, data):
    X, y = data
    net = MLPClassifierNet(**FIXED, max_iter=5, warm_start=True, alpha=0).fit(X, y)
    before, start = list(net.loss_curve_), net.loss_and_gradients(X, y)[0]
    net.set_params(solver=second, max_iter=4)
    if second == "lbfgs":
        with pytest.warns(UserWarning, match="failed to converge"):
            net.fit(X, y)
    else:
        net.fit(X, y)
        assert net.t_ == 9 * len(X)
        assert_allclose(net.loss_curve_[5], start, rtol=1e-9)
    assert net.n_iter_ == 4
    assert net.loss_curve_[:5] == before
    assert len(net.loss_curve_) == 9


def test_the_columns_of_the_history_are_of_one_length(data):
    X, y = data
    net = MLPClassifierNet(**FIXED, max_iter=5, warm_start=True).fit(X, y)
    net.set_params(max_iter=3).fit(X, y, X_val=X[:50], y_val=y[:50])
    net.set_params(max_iter=2).fit(X, y)
    assert {values.shape for values in net.history_.values()} == {(10,)}
    measured = np.isfinite(net.history_["val_loss"])
    assert_array_equal(measured, [False] * 5 + [True] * 3 + [False] * 2)
    assert np.isfinite(net.history_["loss"]).all()


@pytest.mark.parametrize("class_weight", [{0: 1, 2: 5}, {1: 10.0}])
def test_class_weights_on_a_batch_without_some_of_the_classes(class_weight, data):
    X, y = data
    labels = np.array(["a", "b", "c"], dtype=object)
    weights = {labels[label]: weight for label, weight in class_weight.items()}
    few = y < 1
    net = MLPClassifierNet(**FIXED, class_weight=class_weight)
    net.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X[few], y[few])
    named = MLPClassifierNet(**FIXED, class_weight=weights)
    named.partial_fit(X, labels[y], classes=labels).partial_fit(X[few], labels[y[few]])
    assert_array_equal(named.coefs_[0], net.coefs_[0])


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("scoring", [None, "loss", "accuracy"])
def test_classes_weigh_in_a_split_and_not_in_a_given_validation_set(
    given, scoring, data
):
    X, y = data
    validation = dict(X_val=X[::2], y_val=y[::2]) if given else {}
    # at such a rate the weights hardly move, whatever the weights of the classes
    settings = dict(
        **FIXED,
        max_iter=3,
        learning_rate_init=1e-9,
        early_stopping=not given,
        scoring=scoring,
    )
    plain = MLPClassifierNet(**settings).fit(X, y, **validation)
    weighted = MLPClassifierNet(**settings, class_weight={0: 1, 1: 50, 2: 9})
    weighted.fit(X, y, **validation)
    for key in ("val_loss", "score", "val_score"):
        same = np.allclose(weighted.history_[key], plain.history_[key], rtol=1e-5)
        assert same == given
    assert abs(weighted.loss_ - plain.loss_) > 1e-3


def test_sparse_multilabel_targets():
    X, y = make_multilabel_classification(60, n_labels=2, random_state=0)
    dense = MLPClassifierNet(**FIXED, max_iter=3).fit(X, y, X_val=X, y_val=y)
    for container in (sparse.csr_matrix, sparse.csc_array):
        net = MLPClassifierNet(**FIXED, max_iter=3)
        net.fit(X, container(y), X_val=X, y_val=container(y))
        assert_array_equal(net.coefs_[0], dense.coefs_[0])
        assert_array_equal(net.history_["val_score"], dense.history_["val_score"])


def test_sparse_regression_targets():
    X, y = make_multilabel_classification(60, n_labels=2, random_state=0)
    dense = MLPRegressorNet(**FIXED, max_iter=3).fit(X, y.astype(float))
    net = MLPRegressorNet(**FIXED, max_iter=3)
    net.fit(X, sparse.csr_array(y.astype(float)))
    assert_array_equal(net.coefs_[0], dense.coefs_[0])


def test_nothing_watched_nothing_reported(data):
    X, y = data
    lbfgs = MLPClassifierNet(
        **FIXED, solver="lbfgs", early_stopping=True, max_iter=1000
    ).fit(X, y)
    assert lbfgs.validation_scores_ is None
    assert lbfgs.best_validation_score_ is None
    assert lbfgs.best_loss_ == min(lbfgs.loss_curve_)


def test_initialize_needs_no_validation_split(data):
    X, y = data
    net = MLPClassifierNet((2,), early_stopping=True, batch_size=64, random_state=0)
    net.initialize(X[:4], y[:4])
    assert net.n_iter_ == 0
    assert net.validation_scores_ is None


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_the_first_partial_fit_knows_the_classes_that_it_was_given(solver, data):
    X, y = data
    net = MLPClassifierNet(**FIXED, solver=solver)
    with pytest.raises(ValueError, match=r"`y` has classes not in `self\.classes_`"):
        net.partial_fit(X, y, classes=[0, 1])
    assert not hasattr(net, "classes_")


def test_a_batch_of_partial_fit_may_lack_a_class_under_warm_start(data):
    X, y = data
    net = MLPClassifierNet(**FIXED, warm_start=True).partial_fit(
        X, y, classes=[0, 1, 2]
    )
    assert net.partial_fit(X[y == 1], y[y == 1]).t_ == len(X) + np.sum(y == 1)


def make_warm(**changes):
    settings = dict(
        hidden_layer_sizes=(20,),
        learning_rate_init=0.02,
        tol=1e-3,
        warm_start=True,
        early_stopping=True,
        max_iter=300,
        random_state=0,
    )
    return MLPClassifierNet(**settings | changes)


@pytest.mark.filterwarnings("ignore:y_pred contains classes")
@pytest.mark.parametrize("scoring", [None, "loss", "balanced_accuracy"])
def test_each_fit_counts_on_its_own_data(scoring, data):
    X, y = data
    net = make_warm(scoring=scoring).fit(X, y)
    # other data, whose labels the weights get wrong
    other_y = (y + 1) % 3
    before, n_epochs = net.coefs_[0], len(net.loss_curve_)
    start = net.score(X, other_y)
    net.set_params(n_iter_no_change=20).fit(X, other_y, X_val=X, y_val=other_y)
    assert net.n_iter_ > 20
    assert net.score(X, other_y) > start
    assert not np.array_equal(net.coefs_[0], before)
    scores = net.validation_scores_[n_epochs:]
    assert net.best_validation_score_ == max(scores)


@pytest.mark.parametrize("scoring", [None, "loss", "balanced_accuracy"])
def test_the_present_weights_are_the_first_best(scoring, data):
    X, y = data
    net = make_warm(scoring=scoring).fit(X, y, X_val=X, y_val=y)
    before = net.coefs_ + net.intercepts_
    history = net.history_["val_loss" if scoring == "loss" else "val_score"]
    # steps as large as these only do harm
    net.set_params(learning_rate_init=10.0, n_iter_no_change=3)
    with pytest.warns(UserWarning, match="went on from, which are kept") as caught:
        net.fit(X, y, X_val=X, y_val=y)
    assert caught[0].filename == __file__
    assert net.n_iter_ == 4
    for ours, theirs in zip(net.coefs_ + net.intercepts_, before, strict=True):
        assert_array_equal(ours, theirs)
    best = history.min() if scoring == "loss" else history.max()
    assert abs(net.best_validation_score_) == pytest.approx(abs(best))


def test_a_training_loss_is_compared_within_its_fit(data):
    X, y = data
    net = make_warm(early_stopping=False, tol=1e-3).fit(X, y)
    rest = net.set_params(n_iter_no_change=5).fit(X, (y + 1) % 3)
    assert rest.n_iter_ > 6
    assert net.best_loss_ == min(net.loss_curve_[-net.n_iter_ :])


def test_a_changed_learning_rate_takes_effect(data):
    X, y = data
    net = make_warm(
        solver="sgd",
        learning_rate="adaptive",
        early_stopping=False,
        tol=1.0,
        n_iter_no_change=1,
        max_iter=5,
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        net.fit(X, y)
    last = net.history_["learning_rate"][-1]
    assert last < 0.01
    net.set_params(n_iter_no_change=np.inf, max_iter=1).fit(X, y)
    assert net.history_["learning_rate"][-1] <= last
    net.set_params(learning_rate_init=0.5).fit(X, y)
    assert net.history_["learning_rate"][-1] == 0.5


def test_a_scorer_of_a_further_fit_sees_the_starting_weights_as_epoch_0(data):
    X, y = data
    epochs = []
    net = make_warm(max_iter=2, n_iter_no_change=np.inf).fit(X, y)
    net.set_params(scoring=lambda net, X, y: epochs.append(net.n_iter_) or 0.5)
    with pytest.warns(UserWarning, match="No epoch was better"):
        net.fit(X, y)
    assert epochs == [0, 0, 1, 1, 2, 2]


def test_what_a_further_epoch_costs_does_not_grow_with_those_before(monkeypatch):
    """No call of partial_fit goes through the values of all epochs."""
    X, y = np.eye(3), np.array([0.0, 1.0, 2.0])
    net = MLPRegressorNet(hidden_layer_sizes=(2,), random_state=0).partial_fit(X, y)

    def refuse(*_):
        raise AssertionError

    with monkeypatch.context() as patched:
        for name in ("__init__", "__iter__", "__array__"):
            patched.setattr(Column, name, refuse)
        for _ in range(5):
            before = net._training_state
            net.partial_fit(X, y)
    assert len(net.loss_curve_) == len(net.history_["loss"]) == 6
    assert len(before.history["loss"]) == 5
    assert net.loss_curve_[-1] == net.loss_ == net.history_["loss"][-1]
