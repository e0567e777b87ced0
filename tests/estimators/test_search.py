"""The search in stacks gives the numbers of scikit-learn's search."""

import gc
import inspect
import os
import pickle
import re
import tracemalloc
import warnings
import weakref
from itertools import groupby

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification, make_moons, make_regression
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    RandomizedSearchCV,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    VectorizedGridSearchCV,
    VectorizedRandomizedSearchCV,
)
from nnteach.engine.machine.threads import available_threads

SETTINGS = dict(
    hidden_layer_sizes=(6,),
    max_iter=6,
    n_iter_no_change=np.inf,
    batch_size=20,
    random_state=0,
)
CLASSIFIER = MLPClassifierNet(**SETTINGS)
REGRESSOR = MLPRegressorNet(**SETTINGS)
RATES = {"learning_rate_init": [0.001, 0.1]}


@pytest.fixture(scope="module")
def moons():
    return make_moons(92, noise=0.2, random_state=0)


def assert_same_search(ours, theirs, X):
    """Every column but the times, the choice, and the refitted estimator."""
    assert ours.cv_results_.keys() == theirs.cv_results_.keys()
    assert ours.cv_results_["params"] == theirs.cv_results_["params"]
    for key, expected in theirs.cv_results_.items():
        if key.startswith(("mean", "std", "split", "rank")) and "time" not in key:
            assert np.isfinite(expected).all()
            assert_allclose(ours.cv_results_[key], expected, rtol=1e-6, atol=1e-12)
    assert ours.multimetric_ == theirs.multimetric_
    assert ours.n_splits_ == theirs.n_splits_
    assert ours.best_params_ == theirs.best_params_
    assert_array_equal(ours.predict(X), theirs.predict(X))


def search_both(estimator, grid, X, y, fit_params=None, **settings):
    fit_params = fit_params or {}
    theirs = GridSearchCV(estimator, grid, **settings).fit(X, y, **fit_params)
    ours = VectorizedGridSearchCV(estimator, grid, **settings).fit(X, y, **fit_params)
    assert_same_search(ours, theirs, X)
    return ours


class EpochOrder:
    """A callback that notes which epochs begin, of all networks that share it."""

    def __init__(self):
        self.epochs = []

    def setup(self, estimator, context):
        """Start with a network."""

    def on_fit_task_begin(self, estimator, context):
        """Note the epoch's number."""
        if context.task_name == "epoch":
            self.epochs.append(context.task_id)

    def on_fit_task_end(self, estimator, context):
        """Let the training go on."""

    def teardown(self, estimator, context):
        """End with a network."""

    @property
    def stacks(self):
        """How many networks were trained side by side, stack by stack."""
        return [len(list(run)) for epoch, run in groupby(self.epochs) if epoch == 0]


def with_order(net, *callbacks):
    """The network, and the order of its clones' epochs."""
    order = EpochOrder()
    return clone(net).set_callbacks(order, *callbacks), order


GRID = {
    "hidden_layer_sizes": [(6,), (4, 3)],
    "alpha": [0.0001, 1.0],
    "learning_rate_init": [0.001, 0.1],
}


def test_binary(moons):
    search_both(CLASSIFIER, GRID, *moons, return_train_score=True)


def test_multiclass_with_string_labels():
    X, y = make_classification(100, 6, n_informative=4, n_classes=3, random_state=0)
    y = np.array(["one", "two", "three"])[y]
    search_both(CLASSIFIER, GRID, X, y, scoring="neg_log_loss", cv=3)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_regression(n_targets):
    X, y = make_regression(90, 3, n_targets=n_targets, random_state=0)
    grid = [GRID, {"activation": ["tanh"], "loss": ["squared_error", "huber"]}]
    search_both(REGRESSOR, grid, X, y / 100, cv=KFold(4))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_equals_a_search_over_the_estimator_of_sklearn(moons):
    net, twin = CLASSIFIER, MLPClassifier(**SETTINGS)
    assert_same_search(
        VectorizedGridSearchCV(net, GRID, scoring="neg_log_loss").fit(*moons),
        GridSearchCV(twin, GRID, scoring="neg_log_loss").fit(*moons),
        moons[0],
    )


def test_candidates_and_folds_share_stacks(moons):
    net, order = with_order(CLASSIFIER)
    search = VectorizedGridSearchCV(net, GRID, cv=4, refit=False).fit(*moons)
    assert order.stacks == [16, 16]
    assert order.epochs[:32] == 16 * [0] + 16 * [1]
    times = search.cv_results_["mean_fit_time"]
    assert (times > 0).all()
    # candidates of one stack have equal shares of its time
    assert_allclose(times[[0, 1, 4, 5]], times[0], rtol=0.01)
    assert_allclose(times[[2, 3, 6, 7]], times[2], rtol=0.01)


def test_folds_that_differ_by_one_sample(moons):
    X, y = moons
    cv = StratifiedKFold(5, shuffle=True, random_state=0)
    n_train = {len(train) for train, _ in cv.split(X, y)}
    assert n_train == {73, 74}
    net, order = with_order(CLASSIFIER)
    VectorizedGridSearchCV(net, RATES, cv=cv, refit=False).fit(X, y)
    assert sorted(order.stacks) == [4, 6]
    search_both(CLASSIFIER, RATES, X, y, cv=cv)


def test_a_splitter_is_asked_once(moons):
    """Each split of a splitter with a RandomState is another one."""
    ours, theirs = (
        search(
            CLASSIFIER,
            RATES,
            cv=KFold(3, shuffle=True, random_state=np.random.RandomState(0)),
        ).fit(*moons)
        for search in (VectorizedGridSearchCV, GridSearchCV)
    )
    assert_same_search(ours, theirs, moons[0])


def test_folds_as_masks_and_with_repeated_rows(moons):
    folds = [
        (np.arange(92) % 4 != 0, np.arange(92) % 4 == 0),
        (np.arange(92) % 4 != 1, np.arange(92) % 4 == 1),
    ]
    search_both(CLASSIFIER, RATES, *moons, cv=folds)
    draw = np.random.RandomState(0).randint(92, size=92)
    search_both(CLASSIFIER, RATES, *moons, cv=[(draw, np.arange(20))])


SCORING = ["accuracy", "neg_log_loss"]


@pytest.mark.parametrize(
    "settings",
    [
        dict(scoring=SCORING, refit="neg_log_loss", return_train_score=True),
        dict(refit=lambda results: int(results["mean_test_score"].argmin())),
        dict(
            scoring={"one": "roc_auc", "two": "neg_brier_score"},
            refit=lambda results: int(results["mean_test_two"].argmax()),
        ),
        dict(
            scoring=lambda net, X, y: {"a": net.score(X, y), "b": net.loss_},
            refit="b",
        ),
    ],
    ids=["name", "callable", "callable of several", "callable scoring"],
)
def test_scoring_and_refit(settings, moons):
    search_both(CLASSIFIER, GRID, *moons, cv=3, **settings)


def test_several_scores_without_refit(moons):
    search = VectorizedGridSearchCV(CLASSIFIER, RATES, scoring=SCORING, refit=False)
    search.fit(*moons)
    assert not hasattr(search, "best_index_")
    assert not hasattr(search, "best_estimator_")
    assert "rank_test_neg_log_loss" in search.cv_results_


class CountingScaler(TransformerMixin, BaseEstimator):
    """Scale by the standard deviation, and count the fits of all copies."""

    n_fits = 0

    def __init__(self, factor=1.0):
        self.factor = factor

    def fit(self, X, y=None, sample_weight=None):
        CountingScaler.n_fits += 1
        weight = np.ones(len(X)) if sample_weight is None else sample_weight
        self.scale_ = np.average(X**2, axis=0, weights=weight) ** 0.5
        return self

    def transform(self, X):
        return X / self.scale_ * self.factor


def test_pipeline(moons):
    pipeline = make_pipeline(StandardScaler(), CLASSIFIER)
    grid = {f"mlpclassifiernet__{name}": values for name, values in GRID.items()}
    ours = search_both(pipeline, grid, *moons, return_train_score=True)
    assert isinstance(ours.best_estimator_, Pipeline)


def test_each_preprocessing_is_fitted_once_a_fold(moons, monkeypatch):
    net, order = with_order(CLASSIFIER)
    pipeline = Pipeline([("scale", CountingScaler()), ("pca", PCA()), ("net", net)])
    grid = [
        {
            "scale__factor": [0.5, 2.0],
            "pca": [PCA(2, random_state=0), "passthrough"],
            "net__learning_rate_init": [0.001, 0.01, 0.1],
        },
        {"scale": ["passthrough"], "net__alpha": [0.1, 1.0]},
    ]
    monkeypatch.setattr(CountingScaler, "n_fits", 0)
    search = VectorizedGridSearchCV(pipeline, grid, cv=2, refit=False).fit(*moons)
    assert CountingScaler.n_fits == 4 * 2
    assert order.stacks == [28]
    assert len(search.cv_results_["params"]) == 14
    # also where candidates are not trained at the same time
    monkeypatch.setattr(CountingScaler, "n_fits", 0)
    sizes = {"net__hidden_layer_sizes": [(6,), (5,), (4, 3)]}
    VectorizedGridSearchCV(pipeline, sizes, cv=2, refit=False).fit(*moons)
    assert CountingScaler.n_fits == 2
    weight = np.linspace(0.1, 2, 92)
    fit_params = {"scale__sample_weight": weight, "net__sample_weight": weight}
    search_both(pipeline, grid[0], *moons, fit_params, cv=2)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        dict(scoring="loss"),
        dict(scoring="roc_auc"),
        dict(validation_fraction=0.25),
        dict(validation_fraction=StratifiedShuffleSplit(random_state=0)),
    ],
)
def test_early_stopping_candidates(settings, moons):
    net = clone(CLASSIFIER).set_params(
        max_iter=12, n_iter_no_change=1, early_stopping=True, tol=0.01, **settings
    )
    for estimator, prefix in ((net, ""), (make_pipeline(net), "mlpclassifiernet__")):
        grid = {
            prefix + "learning_rate_init": [0.001, 0.03, 0.3],
            prefix + "early_stopping": [True, False],
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search_both(estimator, grid, *moons, cv=3, scoring="neg_log_loss")


def test_splitters_as_candidates(moons):
    net = clone(CLASSIFIER).set_params(early_stopping=True)
    splitters = [0.2, ShuffleSplit(random_state=0), TimeSeriesSplit(2)]
    grid = {"validation_fraction": splitters, **RATES}
    search_both(net, grid, *moons, cv=3, scoring="neg_log_loss")


def test_settings_with_draws_and_losses_of_their_own(moons):
    grid = [
        {"dropout": [0.3], "solver": ["sgd", "rmsprop"]},
        {"shuffle": [False], "weight_init": ["zeros", "he_normal"]},
        {"solver": ["lbfgs"], "alpha": [0.1, 1.0], "max_iter": [500]},
        {"random_state": [0, 1, 2], "batch_size": ["auto", 7]},
    ]
    search_both(CLASSIFIER, grid, *moons, cv=3, scoring="neg_log_loss")


def test_sample_weight_and_class_weight(moons):
    X, y = moons
    X, y = X[:80], y[:80]
    weight = np.random.RandomState(0).uniform(0.1, 3, 80)
    grid = {"class_weight": [None, "balanced", {0: 1, 1: 10}], **RATES}
    for fit_params in ({}, {"sample_weight": weight}):
        search_both(CLASSIFIER, grid, X, y, fit_params, scoring="neg_log_loss")
    with pytest.warns(UserWarning, match="does not support sample_weight"):
        VectorizedGridSearchCV(
            CLASSIFIER, RATES, scoring=lambda net, X, y: net.score(X, y)
        ).fit(X, y, sample_weight=weight)


def test_groups(moons):
    groups = np.arange(92) % 7
    ours = search_both(CLASSIFIER, RATES, *moons, {"groups": groups}, cv=GroupKFold(3))
    assert ours.n_splits_ == 3


def test_validation_set_as_fit_parameter(moons):
    X, y = moons
    fit_params = {"X_val": X[:30], "y_val": y[:30]}
    net = clone(CLASSIFIER).set_params(early_stopping=True)
    ours = search_both(net, RATES, X[30:], y[30:], fit_params)
    assert "val_loss" in ours.best_estimator_.history_


def test_sparse_integer_float32_and_named_columns(moons):
    pd = pytest.importorskip("pandas")
    X, y = moons
    search_both(CLASSIFIER, RATES, sparse.csr_array(X), y)
    search_both(CLASSIFIER, RATES, sparse.csc_matrix(X), y)
    search_both(CLASSIFIER, RATES, (4 * X).astype(int), y)
    search_both(CLASSIFIER, RATES, X.tolist(), y.tolist())
    search_both(CLASSIFIER, RATES, np.asfortranarray(X), y)
    frame = pd.DataFrame(X, columns=["east", "north"])
    ours = search_both(CLASSIFIER, RATES, frame, pd.Series(y))
    assert ours.feature_names_in_.tolist() == ["east", "north"]
    search = VectorizedGridSearchCV(CLASSIFIER, RATES).fit(X.astype(np.float32), y)
    assert search.best_estimator_.coefs_[0].dtype == np.float32


def peak_memory(search, X, y):
    """Bytes of numpy's arrays while the search is fitted."""
    tracemalloc.start()
    try:
        search.fit(X, y)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_folds_share_one_copy_of_the_inputs():
    X = np.random.RandomState(0).normal(size=(20_000, 40))
    y = (X[:, 0] > 0).astype(int)
    net = clone(CLASSIFIER).set_params(max_iter=1, batch_size=2000)
    theirs, ours = (
        peak_memory(search(net, RATES, refit=False), X, y)
        for search in (GridSearchCV, VectorizedGridSearchCV)
    )
    assert theirs > 0.8 * X.nbytes
    # copies of all folds would be four times X
    assert ours < theirs + 1.5 * X.nbytes


def test_large_networks_are_trained_and_dropped_one_by_one():
    X, y = make_classification(40, random_state=0)
    net = MLPClassifierNet((1000, 1000), max_iter=1, n_iter_no_change=np.inf)
    grid = {"alpha": [0.01, 0.1, 1.0]}
    theirs, ours = (
        peak_memory(search(net, grid, cv=2, refit=False), X, y)
        for search in (GridSearchCV, VectorizedGridSearchCV)
    )
    assert theirs > 1000 * 1000 * 8
    # each thread may train a network
    assert ours < theirs * (available_threads() + 0.25)


@pytest.mark.parametrize("in_pipeline", [False, True])
def test_nothing_is_kept_of_what_has_been_scored(in_pipeline):
    X, y = make_moons(60, random_state=0)
    inputs = weakref.ref(X)
    networks, n_alive = [], []

    def score(estimator, X, y):
        networks.append(weakref.ref(estimator[-1] if in_pipeline else estimator))
        n_alive.append(sum(network() is not None for network in networks))
        return 0.0

    estimator = make_pipeline(StandardScaler(), CLASSIFIER)
    search = VectorizedGridSearchCV(
        estimator if in_pipeline else CLASSIFIER, {}, cv=4, scoring=score, refit=False
    )
    gc.disable()  # nothing has to wait for it
    try:
        search.fit(X, y)
        del X
        assert n_alive == [1, 1, 1, 1]
        assert inputs() is None
    finally:
        gc.enable()


def test_small_networks_fill_their_stacks_among_large_ones(moons):
    net, order = with_order(CLASSIFIER)
    net.set_params(max_iter=2)
    grid = {**RATES, "hidden_layer_sizes": [(6,), (1100, 1000)]}
    VectorizedGridSearchCV(net, grid, cv=2, refit=False).fit(*moons)
    assert order.stacks[0] == 4
    assert sum(order.stacks) == 8


DIVERGING = dict(solver="sgd", learning_rate_init=1e9, activation="identity")


def test_failed_fits_get_the_error_score():
    X, y = make_regression(60, 3, random_state=0)
    grid = [
        {"alpha": [0.0001]},
        {name: [value] for name, value in DIVERGING.items()},
        {"alpha": [-1.0]},
    ]
    results = []
    for search in (VectorizedGridSearchCV, GridSearchCV):
        with np.errstate(all="ignore"), pytest.warns(FitFailedWarning) as caught:
            search = search(REGRESSOR, grid, cv=3, error_score=-7.0).fit(X, y / 100)
        message = str(caught[0].message)
        assert "6 fits failed out of a total of 9" in message
        assert "3 fits failed with the following error" in message
        assert "non-finite parameter weights" in message
        assert "'alpha' parameter of MLPRegressorNet" in message
        results.append(search.cv_results_)
    for key in ("mean_test_score", "rank_test_score", "split2_test_score"):
        assert_allclose(results[0][key], results[1][key], rtol=1e-6)
    assert results[0]["mean_test_score"][0] > -7
    assert_array_equal(results[0]["mean_test_score"][1:], -7)


def test_errors_are_raised(moons):
    X, y = moons
    bad = {"alpha": [0.1, -1.0]}
    with pytest.raises(ValueError, match="'alpha' parameter"):
        VectorizedGridSearchCV(CLASSIFIER, bad, error_score="raise").fit(X, y)
    with pytest.raises(ValueError, match="All the 5 fits failed"):
        VectorizedGridSearchCV(CLASSIFIER, {"alpha": [-1.0]}).fit(X, y)
    pipeline = make_pipeline(PCA(5), CLASSIFIER)
    with pytest.raises(ValueError, match="n_components=5 must be between"):
        VectorizedGridSearchCV(
            pipeline, {"mlpclassifiernet__alpha": [1]}, error_score="raise"
        ).fit(X, y)
    with pytest.raises(ValueError, match="Invalid parameter 'depth'"):
        VectorizedGridSearchCV(CLASSIFIER, {"depth": [1]}).fit(X, y)
    for nothing in (dict(cv=[]), dict(param_grid=[])):
        search = VectorizedGridSearchCV(CLASSIFIER, RATES).set_params(**nothing)
        with pytest.raises(ValueError, match="No fits were performed"):
            search.fit(X, y)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        TransformedTargetRegressor(LinearRegression()),
        make_pipeline(CLASSIFIER, StandardScaler()),
        make_pipeline(StandardScaler(), MLPClassifier()),
    ],
)
def test_wrong_estimator(estimator, moons):
    expected = (
        "'estimator' parameter of VectorizedGridSearchCV must be an MLPClassifierNet, "
        "an MLPRegressorNet, or a Pipeline or a TransformedTargetRegressor around one. "
        "Got"
    )
    with pytest.raises(TypeError, match=expected):
        VectorizedGridSearchCV(estimator, {}).fit(*moons)


def test_transformed_targets():
    X, y = make_regression(90, 3, random_state=0)
    net, order = with_order(REGRESSOR)
    scaled = TransformedTargetRegressor(net, transformer=StandardScaler())
    ours = search_both(scaled, {"regressor__alpha": [0.1, 1.0]}, X, y, cv=3)
    assert order.stacks.count(6) == 1
    assert type(ours.best_estimator_) is TransformedTargetRegressor
    assert type(ours.best_estimator_.regressor) is MLPRegressorNet
    scaled.set_params(regressor=make_pipeline(StandardScaler(), net))
    grid = {"regressor__mlpregressornet__alpha": [0.1, 1.0]}
    search_both(scaled, grid, X, y, cv=3, scoring="neg_mean_absolute_error")
    pipeline = Pipeline([("scale", StandardScaler()), ("net", scaled)])
    grid = {"net__transformer": [None, StandardScaler()], "scale__with_mean": [False]}
    search_both(pipeline, grid, X, y / 100, cv=3)


def test_a_grid_may_replace_the_network(moons):
    pipeline = Pipeline([("scale", StandardScaler()), ("net", CLASSIFIER)])
    grid = {"net": [CLASSIFIER, LogisticRegression(), REGRESSOR]}
    ours, theirs = (
        search(pipeline, grid, scoring="r2", refit=False).fit(*moons)
        for search in (VectorizedGridSearchCV, GridSearchCV)
    )
    assert_allclose(
        ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"]
    )


def test_callbacks_of_the_network_follow_each_candidate(moons):
    X, y = moons
    stop = EarlyStopping(X[:30], y[:30], patience=1)
    net = clone(CLASSIFIER).set_params(max_iter=15).set_callbacks(stop)
    ours = search_both(net, GRID, X[30:], y[30:], cv=3)
    assert len(stop.scores_) == ours.best_estimator_.n_iter_
    assert len(stop.scores_) < 15


def test_callbacks_see_each_candidate_as_in_a_search_one_by_one(moons):
    monitors = []
    for search in (GridSearchCV, VectorizedGridSearchCV):
        monitor = ScoringMonitor(scoring="accuracy")
        monitors.append(monitor)
        search(clone(CLASSIFIER).set_callbacks(monitor), GRID, cv=2).fit(*moons)
    theirs, ours = (
        sorted(
            row["accuracy"]
            for log in monitor.get_logs(select="all")
            for row in log.data
            if row["task_name"] == "epoch"
        )
        for monitor in monitors
    )
    assert len(ours) == (8 * 2 + 1) * 6
    assert_allclose(ours, theirs)


def test_progress_bar_of_a_search(moons, capsys):
    search = VectorizedGridSearchCV(CLASSIFIER, RATES, cv=2)
    search.set_callbacks(ProgressBar()).fit(*moons)
    assert "VectorizedGridSearchCV - fit" in capsys.readouterr().out
    net = clone(CLASSIFIER).set_callbacks(ProgressBar())
    with pytest.raises(TypeError, match="can't have auto-propagated callbacks"):
        VectorizedGridSearchCV(net, RATES, error_score="raise").fit(*moons)


def nan_for_large_rates(net, X, y):
    return np.nan if net.learning_rate_init > 0.05 else net.score(X, y)


def error_for_large_rates(net, X, y):
    if net.learning_rate_init > 0.05:
        raise ZeroDivisionError("of the scorer")
    return net.score(X, y)


class FailingCallback(EpochOrder):
    """A callback that raises an error for large learning rates."""

    def __init__(self, moment):
        super().__init__()
        self.moment = moment

    def _fail(self, moment, estimator):
        if moment == self.moment and estimator.learning_rate_init > 0.05:
            raise ZeroDivisionError(f"in {moment}")

    def setup(self, estimator, context):
        self._fail("setup", estimator)

    def on_fit_task_begin(self, estimator, context):
        super().on_fit_task_begin(estimator, context)
        self._fail(f"begin of {context.task_name}", estimator)

    def on_fit_task_end(self, estimator, context):
        self._fail(f"end of {context.task_name}", estimator)

    def teardown(self, estimator, context):
        self._fail("teardown", estimator)


@pytest.mark.parametrize(
    "moment",
    [
        "setup",
        "begin of fit",
        "begin of epoch",
        "end of epoch",
        "end of fit",
        "teardown",
        "scoring of early stopping",
        "scoring of a callback",
        "end of a callback",
    ],
)
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_a_failure_of_the_users_code_concerns_its_candidate_alone(moment, moons):
    X, y = moons
    expected, callbacks, net = f"in {moment}", [FailingCallback(moment)], CLASSIFIER
    if moment == "scoring of early stopping":
        expected = "of the scorer"
        net = clone(net).set_params(early_stopping=True, scoring=error_for_large_rates)
    elif moment == "scoring of a callback":
        expected = "of the scorer"
        callbacks.append(EarlyStopping(X, y, scoring=error_for_large_rates))
    elif moment == "end of a callback":
        expected = "Got NaN after each of 2 instead"
        callbacks.append(EarlyStopping(X, y, scoring=nan_for_large_rates, patience=2))
    net, order = with_order(net, *callbacks)
    rates = {"learning_rate_init": [0.1, 0.001, 0.01]}
    ours, theirs = (
        search(net, rates, cv=4) for search in (VectorizedGridSearchCV, GridSearchCV)
    )
    for search in (ours, theirs):
        order.epochs.clear()
        with pytest.warns(FitFailedWarning, match=expected) as caught:
            search.fit(X, y)
        assert "4 fits failed out of a total of 12" in str(caught[0].message)
        assert "4 fits failed with the following error" in str(caught[0].message)
        if search is ours:
            # the others are trained in one stack, and nothing twice
            early = moment in ("setup", "begin of fit")
            assert order.stacks == ([8, 1] if early else [12, 1])
    scores = ours.cv_results_["mean_test_score"]
    assert_allclose(scores, theirs.cv_results_["mean_test_score"])
    assert np.isnan(scores).tolist() == [True, False, False]
    with pytest.raises((ValueError, ZeroDivisionError), match=expected):
        ours.set_params(error_score="raise").fit(X, y)


def interrupt(*_):
    raise KeyboardInterrupt


class InterruptInEpoch3(EpochOrder):
    """A callback that stands for the user's Ctrl-C."""

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch" and context.task_id == 2:
            raise KeyboardInterrupt


class InterruptedScaler(StandardScaler):
    """A preprocessing during which the user presses Ctrl-C."""

    def fit(self, X, y=None, sample_weight=None):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "changes",
    [
        dict(estimator=clone(CLASSIFIER).set_callbacks(InterruptInEpoch3())),
        dict(estimator__early_stopping=True, estimator__scoring=interrupt),
        dict(estimator=make_pipeline(InterruptedScaler(), CLASSIFIER), param_grid={}),
        dict(scoring=interrupt),
    ],
    ids=["epoch", "early stopping", "preprocessing", "scoring"],
)
def test_an_interrupted_search_is_as_it_was(changes, moons):
    search = VectorizedGridSearchCV(CLASSIFIER, RATES, cv=3)
    for _ in range(2):
        before = dict(vars(search))
        interrupted = clone(search).set_params(**changes)
        vars(interrupted).update({k: v for k, v in before.items() if k[-1] == "_"})
        before = dict(vars(interrupted))
        with pytest.raises(KeyboardInterrupt):
            interrupted.fit(*moons)
        assert vars(interrupted) == before
        search.fit(*moons)


def test_a_search_is_as_it_was_until_it_is_fitted(moons):
    net = clone(CLASSIFIER)
    scored = []

    def score(estimator, X, y):
        assert vars(search) == before
        assert search.estimator is net
        assert type(estimator) is MLPClassifierNet
        assert type(pickle.loads(pickle.dumps(estimator))) is MLPClassifierNet
        scored.append(os.getpid())
        return estimator.score(X, y)

    search = VectorizedGridSearchCV(net, RATES, cv=2, scoring=score)
    before, net_before = dict(vars(search)), dict(vars(net))
    with parallel_config(n_jobs=2):
        assert search.fit(*moons) is search
    assert scored == 4 * [os.getpid()]
    assert vars(net) == net_before
    assert search.scorer_ is score
    assert type(search.best_estimator_) is MLPClassifierNet


def test_a_fitted_search_can_be_pickled(moons):
    for scoring in (None, "neg_log_loss", ["accuracy"]):
        search = VectorizedGridSearchCV(
            CLASSIFIER, RATES, cv=2, scoring=scoring, refit=scoring != ["accuracy"]
        ).fit(*moons)
        copy = pickle.loads(pickle.dumps(search))
        assert copy.cv_results_["params"] == search.cv_results_["params"]
        if search.refit:
            assert copy.score(*moons) == search.score(*moons)


def test_messages_are_those_of_sklearn(moons, capsys):
    printed = []
    for search in (VectorizedGridSearchCV, GridSearchCV):
        search(CLASSIFIER, RATES, cv=2, verbose=10).fit(*moons)
        printed.append(re.sub(r"total time=.*", "", capsys.readouterr().out))
    assert printed[0] == printed[1]
    assert "[CV 2/2; 2/2] START learning_rate_init=0.1" in printed[0]


def test_warnings_are_those_of_sklearn(moons):
    net = clone(CLASSIFIER).set_params(n_iter_no_change=10)
    counts = []
    for search in (VectorizedGridSearchCV, GridSearchCV):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            search(net, RATES, cv=2).fit(*moons)
        assert {warning.category for warning in caught} == {ConvergenceWarning}
        counts.append([str(warning.message) for warning in caught])
    assert counts[0] == counts[1]


def test_random_states(moons):
    net = clone(CLASSIFIER).set_params(random_state=np.random.RandomState(3))
    search_both(net, RATES, *moons, cv=3)
    states = [np.random.RandomState(seed) for seed in (0, 1)]
    ours = search_both(CLASSIFIER, {"random_state": states}, *moons, cv=3)
    assert ours.best_estimator_.random_state is not ours.best_params_["random_state"]


def test_metadata_routing(moons):
    X, y = moons
    weight = np.random.RandomState(0).uniform(0.1, 3, 92)
    with config_context(enable_metadata_routing=True):
        net = clone(CLASSIFIER).set_fit_request(
            sample_weight=True, X_val=True, y_val=True
        )
        net.set_score_request(sample_weight=True)
        pipeline = Pipeline(
            [
                ("scale", StandardScaler().set_fit_request(sample_weight=False)),
                ("net", net),
            ],
            transform_input=["X_val"],
        )
        params = dict(
            sample_weight=weight, groups=np.arange(92) % 7, X_val=X[:30], y_val=y[:30]
        )
        for estimator, name in ((net, "alpha"), (pipeline, "net__alpha")):
            grid = {name: [0.1, 1.0]}
            search_both(estimator, grid, X, y, params, cv=GroupKFold(3))
        alias = clone(CLASSIFIER).set_fit_request(sample_weight="importance")
        alias.set_score_request(sample_weight=False)
        search_both(alias, RATES, X, y, {"importance": weight}, cv=3)
        with pytest.raises(TypeError, match="unexpected argument"):
            VectorizedGridSearchCV(net, RATES).fit(X, y, colour=weight)


class DoublingNet(MLPClassifierNet):
    """A network whose fit does something of its own."""

    def fit(self, X, y):
        return super().fit(2 * X, y)


def test_a_fit_that_is_overridden_is_called(moons):
    search_both(DoublingNet(**SETTINGS), GRID, *moons, cv=2)


def test_an_unknown_fit_parameter_is_the_error_of_fit(moons):
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        VectorizedGridSearchCV(CLASSIFIER, RATES, error_score="raise").fit(
            *moons, colour="red"
        )


def test_random_search(moons):
    settings = dict(n_iter=5, random_state=0, scoring="neg_log_loss")
    ours, theirs = (
        search(CLASSIFIER, GRID, **settings).fit(*moons)
        for search in (VectorizedRandomizedSearchCV, RandomizedSearchCV)
    )
    assert_same_search(ours, theirs, moons[0])


def test_clone_in_another_loop_of_folds(moons):
    search = VectorizedGridSearchCV(CLASSIFIER, RATES, cv=2)
    expected = cross_val_score(GridSearchCV(CLASSIFIER, RATES, cv=2), *moons, cv=2)
    with parallel_config(backend="threading", n_jobs=2):
        assert_allclose(cross_val_score(clone(search), *moons, cv=2), expected)
    estimator = search.set_params(estimator__alpha=0.5).fit(*moons).best_estimator_
    assert estimator.alpha == 0.5


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
def test_n_jobs_changes_nothing(n_jobs):
    X, y = make_classification(60, random_state=0)
    net = MLPClassifierNet((4,), max_iter=3, n_iter_no_change=np.inf, random_state=0)
    grid = {"alpha": [1e-4, 1e-2]}
    search = VectorizedGridSearchCV(net, grid, cv=2, n_jobs=n_jobs).fit(X, y)
    expected = GridSearchCV(net, grid, cv=2).fit(X, y)
    assert_allclose(
        search.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )
    assert sklearn_parameters(GridSearchCV) <= sklearn_parameters(
        VectorizedGridSearchCV
    )
    assert sklearn_parameters(RandomizedSearchCV) <= sklearn_parameters(
        VectorizedRandomizedSearchCV
    )


def sklearn_parameters(search):
    return set(inspect.signature(search).parameters)


PICKLES = []


class PickleEstimator:
    """A callback that pickles what it is handed when the fit begins."""

    def setup(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        if not PICKLES:
            PICKLES.append(pickle.dumps(estimator))

    def on_fit_task_end(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass


def test_a_search_can_be_pickled_from_a_hook(moons):
    search = VectorizedGridSearchCV(CLASSIFIER, RATES, cv=2)
    search.set_callbacks(PickleEstimator()).fit(*moons)
    again = pickle.loads(PICKLES.pop())
    assert type(again.estimator) is type(CLASSIFIER)
    assert again.estimator.get_params() == CLASSIFIER.get_params()
    assert not hasattr(again, "_plan")


def test_each_printed_line_names_its_candidate(moons, capsys):
    net = MLPClassifierNet((3,), max_iter=1, n_iter_no_change=np.inf, verbose=True)
    search = VectorizedGridSearchCV(net, {"alpha": [0.0, 1.0]}, cv=3, refit=False)
    search.fit(*moons)
    lines = capsys.readouterr().out.splitlines()
    names = {line.partition(": Iteration 1, loss = ")[0] for line in lines}
    assert names == {
        f"Candidate {candidate} of 2, fold {fold} of 3"
        for candidate in (1, 2)
        for fold in (1, 2, 3)
    }
