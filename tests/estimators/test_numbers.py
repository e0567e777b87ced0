"""What is not a number is no input, and no number is too large for a clear error."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    VectorizedGridSearchCV,
    fit_many,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
rng = np.random.RandomState(0)
X = rng.normal(size=(60, 2))
y, target = (X[:, 0] > 0).astype(int), X.sum(axis=1)
DAYS = np.datetime64("2020-01-01") + np.arange(60).astype("m8[D]")
WITH_GAP = np.where(np.arange(60) == 3, np.datetime64("NaT"), DAYS)
NO_NUMBERS = {
    "dates": DAYS,
    "dates, one missing": WITH_GAP,
    "durations": DAYS - DAYS[0],
    "a list of dates": list(DAYS),
    "a series": pd.Series(DAYS),
    "a series with a time zone": pd.Series(DAYS).dt.tz_localize("UTC"),
    "text": target.astype(str),
    "bytes": target.astype("S"),
}


def make(estimator=MLPClassifierNet, **changes):
    settings = dict(hidden_layer_sizes=(3,), max_iter=2, random_state=0)
    return estimator(**settings | changes)


def fitted(net):
    return vars(net).keys() - net.get_params().keys()


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
@pytest.mark.parametrize("values", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_targets_of_a_regression(values, loss):
    net = make(MLPRegressorNet, loss=loss)
    for train in (net.fit, net.partial_fit, net.initialize):
        with pytest.raises(ValueError, match=r"y must have numbers\. Got"):
            train(X, values)
    assert not fitted(net)
    net.fit(X, abs(target))
    for use in (net.loss_and_gradients, lambda X, y: net.fit(X, y, X_val=X, y_val=y)):
        with pytest.raises(ValueError, match="y must have numbers"):
            use(X, values)
    with pytest.raises(ValueError, match="y_val must have numbers"):
        net.fit(X, abs(target), X_val=X, y_val=values)
    with pytest.raises(ValueError, match="y_val must have numbers"):
        net.set_callbacks(EarlyStopping(X, values)).fit(X, abs(target))


@pytest.mark.parametrize("values", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_inputs(values):
    if isinstance(values, pd.Series):
        columns = values.to_frame("day")
        net = make().fit(pd.DataFrame(X[:, :1], columns=["day"]), y)
    else:
        columns = np.asarray(values)[:, np.newaxis]
        net = make().fit(X[:, :1], y)
    for use in (net.predict, net.predict_proba, net.hidden_activations):
        with pytest.raises(ValueError, match="X must have numbers"):
            use(columns)
    with pytest.raises(ValueError, match="X must have numbers"):
        net.fit(columns, y)
    with pytest.raises(ValueError, match="X_val must have numbers"):
        make().fit(X[:, :1], y, X_val=columns, y_val=y)


def test_a_column_of_a_frame_is_named():
    frame = pd.DataFrame({"size": target, "day": DAYS})
    with pytest.raises(ValueError, match="The column 'day' of X must have numbers"):
        make().fit(frame, y)


def test_labels_may_be_dates_but_none_may_be_missing():
    labels = DAYS[y]
    assert_array_equal(np.unique(make().fit(X, labels).classes_), DAYS[:2])
    labels[3] = np.datetime64("NaT")
    with pytest.raises(ValueError, match="y has missing labels"):
        make().fit(X, labels)


HUGE = 10**400
LIMITLESS = ["alpha", "power_t", "tol", "epsilon", "learning_rate_init"]
LIMITLESS += ["max_iter", "n_iter_no_change", "batch_size", "max_fun"]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("solver", ["adam", "adamw", "sgd", "rmsprop", "lbfgs"])
@pytest.mark.parametrize("name", LIMITLESS)
def test_an_int_that_no_float_holds(name, solver, dtype):
    net = make(solver=solver, **{name: HUGE})
    with pytest.raises(ValueError, match=rf"The '{name}' parameter .* must be at most"):
        net.fit(X.astype(dtype), y)
    assert not fitted(net)


@pytest.mark.parametrize("name", ["alpha", "learning_rate_init", "epsilon"])
@pytest.mark.parametrize("solver", ["adam", "adamw", "rmsprop", "lbfgs"])
def test_what_single_precision_cannot_hold(name, solver):
    net = make(solver=solver, **{name: 1e300})
    with pytest.raises(ValueError, match=rf"The '{name}' parameter .* float32"):
        net.fit(X.astype("f4"), y)
    with pytest.raises(ValueError, match="huber_delta"):
        make(MLPRegressorNet, huber_delta=1e300).fit(X.astype("f4"), target)


def test_a_patience_of_any_size():
    net = make(n_iter_no_change=2**70)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        net.fit(X, y)
    assert net.n_iter_ == 2


@pytest.mark.parametrize("size", [10**12, 2**62, 10**30])
def test_a_layer_that_no_memory_holds(size):
    with pytest.raises(MemoryError, match="The 'hidden_layer_sizes' parameter"):
        make(hidden_layer_sizes=size).fit(X, y)


@pytest.mark.parametrize("power_t", [200, 1000, 1e6, 10**9])
def test_a_learning_rate_that_vanishes_at_once(power_t):
    net = make(learning_rate="invscaling", power_t=power_t)
    with pytest.raises(ValueError, match="The 'power_t' parameter"):
        net.fit(X, y)


def test_a_candidate_that_vanishes_fails_alone():
    net = make(learning_rate="invscaling", solver="sgd")
    grid = {"power_t": [0.5, 1000.0, 0.2]}
    search = VectorizedGridSearchCV(net, grid, cv=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert_array_equal(failed, [False, True, False])
    good = VectorizedGridSearchCV(net, {"power_t": [0.5, 0.2]}, cv=3).fit(X, y)
    assert_array_equal(
        search.cv_results_["mean_test_score"][~failed],
        good.cv_results_["mean_test_score"],
    )


@pytest.mark.parametrize("wrap", [np.array, np.int64, np.asarray])
def test_arrays_without_dimensions_are_what_is_in_them(wrap):
    expected = make(hidden_layer_sizes=4).fit(X, y)
    net = make(hidden_layer_sizes=wrap(4)).fit(X, y)
    assert_array_equal(net.coefs_[0], expected.coefs_[0])
    net = make(activation=np.array("tanh"), dropout=np.array(0.5)).fit(X, y)
    expected = make(activation="tanh", dropout=0.5).fit(X, y)
    assert_array_equal(net.coefs_[0], expected.coefs_[0])
    with pytest.raises(ValueError, match="The 'hidden_layer_sizes' parameter"):
        make(hidden_layer_sizes=np.array(4.5)).fit(X, y)
    with pytest.raises(ValueError, match="The 'activation' parameter"):
        make(activation=np.array("sine")).fit(X, y)


@pytest.mark.parametrize("device", ["cpu:1", "cuda:99", "meta", "abacus"])
def test_no_network_begins_on_a_device_that_is_not_there(device):
    for begin in (make(device=device).fit, make(device=device).initialize):
        with pytest.raises(ValueError, match="The 'device' parameter"):
            begin(X, y)


def test_a_cpu_with_a_number_is_the_cpu():
    nets = fit_many([make(device="cpu:0"), make()], X, y)
    assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_schedule_that_has_ended_says_so(schedule):
    net = make(learning_rate=schedule, max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            net.partial_fit(X, y, classes=[0, 1])
    with pytest.warns(UserWarning, match=f"'{schedule}' has come to its end.*max_iter"):
        net.partial_fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.set_params(max_iter=30).partial_fit(X, y)


def test_a_rate_that_has_fallen_to_nothing_says_so():
    net = make(learning_rate="invscaling", power_t=99, max_iter=99, solver="sgd")
    net.set_params(n_iter_no_change=np.inf)
    with pytest.warns(UserWarning, match="'invscaling' has come to its end.*power_t"):
        net.fit(np.repeat(X, 3, axis=0), np.repeat(y, 3))


@pytest.mark.parametrize("wrong", [None, 3, 1j])
def test_weights_that_are_none(wrong):
    net = make().fit(X, y)
    with pytest.raises(ValueError, match="coefs must be a sequence of arrays"):
        net.set_weights(wrong, wrong)
    with pytest.raises(ValueError, match=r"'hidden 1' must be numbers.* complex"):
        net.set_weights([W + 1j for W in net.coefs_], net.intercepts_)


@pytest.mark.parametrize("X_ragged", [[[1.0, 2.0], [3.0]], [[1.0, {}], [2.0, 3.0]]])
def test_a_list_that_is_no_table_has_the_error_of_numpy(X_ragged):
    with pytest.raises((TypeError, ValueError), match=r"inhomogeneous|float\(\)"):
        make().fit(X_ragged, [0, 1])
