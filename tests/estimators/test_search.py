"""The search in stacks gives the numbers of scikit-learn's search."""

import inspect
import warnings

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification, make_moons, make_regression
from sklearn.decomposition import PCA
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
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

import nnteach.engine.training.train
from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    VectorizedGridSearchCV,
    VectorizedRandomizedSearchCV,
)

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


@pytest.fixture
def stacks(monkeypatch):
    """Numbers of networks in the stacks that were trained."""
    sizes = []

    class Counted(nnteach.engine.training.train.StackTraining):
        def __init__(self, members):
            sizes.append(len(members))
            super().__init__(members)

    monkeypatch.setattr(nnteach.engine.training.train, "StackTraining", Counted)
    return sizes


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


def test_candidates_and_folds_share_stacks(moons, stacks):
    search = VectorizedGridSearchCV(CLASSIFIER, GRID, cv=4, refit=False).fit(*moons)
    assert sum(stacks) == 8 * 4
    assert stacks == [16, 16]
    times = search.cv_results_["mean_fit_time"]
    assert (times > 0).all()
    # candidates of one stack have equal shares of its time
    assert_allclose(times[:4], times[0], rtol=0.5)


def test_folds_that_differ_by_one_sample(moons, stacks):
    X, y = moons
    cv = StratifiedKFold(5, shuffle=True, random_state=0)
    n_train = {len(train) for train, _ in cv.split(X, y)}
    assert n_train == {73, 74}
    VectorizedGridSearchCV(CLASSIFIER, RATES, cv=cv, refit=False).fit(X, y)
    assert sorted(stacks) == [4, 6]
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


def test_each_preprocessing_is_fitted_once_a_fold(moons, monkeypatch, stacks):
    pipeline = Pipeline(
        [("scale", CountingScaler()), ("pca", PCA()), ("net", CLASSIFIER)]
    )
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
    assert stacks == [28]
    assert len(search.cv_results_["params"]) == 14
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


def test_folds_share_one_copy_of_the_inputs(moons, monkeypatch):
    X, y = moons
    seen = []

    def train(tasks, **_):
        seen.extend(tasks)

    monkeypatch.setattr("nnteach.estimators.fitting.train", train)
    net = clone(CLASSIFIER).set_params(early_stopping=True)
    VectorizedGridSearchCV(net, RATES, refit=False).fit(X, y)
    assert len(seen) == 10
    assert all(np.shares_memory(task.samples.X, X) for task in seen)
    assert len({id(task.samples) for task in seen}) == 5


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
    with pytest.raises(ValueError, match="No fits were performed"):
        VectorizedGridSearchCV(CLASSIFIER, RATES, cv=[]).fit(X, y)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        TransformedTargetRegressor(REGRESSOR),
        make_pipeline(CLASSIFIER, StandardScaler()),
        make_pipeline(StandardScaler(), MLPClassifier()),
    ],
)
def test_wrong_estimator(estimator, moons):
    expected = (
        "'estimator' parameter of VectorizedGridSearchCV must be an MLPClassifierNet, "
        "an MLPRegressorNet or a Pipeline that ends in one. Got"
    )
    with pytest.raises(TypeError, match=expected) as caught:
        VectorizedGridSearchCV(estimator, {}).fit(*moons)
    assert "or transform y before the search." in str(caught.value)


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


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_a_callback_that_fails_concerns_its_candidate_alone(moons):
    X, y = moons

    def nan_for_large_rates(net, X, y):
        return np.nan if net.learning_rate_init > 0.05 else net.score(X, y)

    stop = EarlyStopping(X, y, scoring=nan_for_large_rates, patience=2)
    net = clone(CLASSIFIER).set_callbacks(stop)
    ours, theirs = (
        search(net, RATES) for search in (VectorizedGridSearchCV, GridSearchCV)
    )
    for search in (ours, theirs):
        with pytest.warns(FitFailedWarning, match="Got NaN after each of 2 instead"):
            search.fit(X, y)
    scores = ours.cv_results_["mean_test_score"]
    assert_allclose(scores, theirs.cv_results_["mean_test_score"])
    assert np.isnan(scores).tolist() == [False, True]
    with pytest.raises(ValueError, match="Got NaN after each of 2 instead"):
        ours.set_params(error_score="raise").fit(X, y)


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
