"""A splitter chooses the validation set, as handing that set over would."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    GroupShuffleSplit,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many

SETTINGS = dict(
    hidden_layer_sizes=(6,), max_iter=15, early_stopping=True, random_state=0
)
GROUPS = np.arange(120) % 8
SPLITTERS = [
    PredefinedSplit(np.where(np.arange(120) % 3, -1, 0)),
    ShuffleSplit(random_state=3),
    StratifiedShuffleSplit(test_size=0.4, random_state=3),
    TimeSeriesSplit(2),
    GroupShuffleSplit(random_state=3),
]

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore:The groups parameter is ignored:UserWarning",
)


@pytest.fixture(scope="module")
def blobs():
    return make_classification(
        120, 5, n_informative=4, n_redundant=0, n_classes=3, random_state=0
    )


def assert_same_training(net, expected):
    for key, values in expected.history_.items():
        assert_array_equal(net.history_[key], values)
    assert_array_equal(net.coefs_[0], expected.coefs_[0])
    assert net.best_validation_score_ == expected.best_validation_score_


@pytest.mark.parametrize("splitter", SPLITTERS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_a_splitter_is_as_good_as_the_set_itself(estimator, splitter, blobs):
    X, y = blobs
    weight = np.random.RandomState(0).uniform(0.5, 2, size=120)
    train, validate = next(splitter.split(X, y, GROUPS))
    net = estimator(**SETTINGS, validation_fraction=splitter)
    net.fit(X, y, weight, groups=GROUPS)
    expected = estimator(**SETTINGS).fit(
        X[train],
        y[train],
        weight[train],
        X_val=X[validate],
        y_val=y[validate],
        sample_weight_val=weight[validate],
    )
    assert_same_training(net, expected)


@pytest.mark.parametrize("scoring", [None, "loss", "neg_log_loss"])
def test_sparse_inputs_several_labels_and_any_score(scoring, blobs):
    X, y = blobs
    X, y = sparse.csr_array(np.where(X > 0, X, 0)), np.stack([y == 1, y > 0], axis=1)
    splitter = SPLITTERS[0]
    train, validate = next(splitter.split())
    settings = dict(SETTINGS, scoring=scoring)
    if scoring == "neg_log_loss":
        y = y[:, 0]
    net = MLPClassifierNet(**settings, validation_fraction=splitter).fit(X, y)
    expected = MLPClassifierNet(**settings).fit(
        X[train], y[train], X_val=X[validate], y_val=y[validate]
    )
    assert_same_training(net, expected)


class LastYears(BaseCrossValidator):
    """Validate on what is younger, told by a column of the frame; with masks."""

    def get_n_splits(self, X=None, y=None, groups=None):
        return 1

    def split(self, X, y=None, groups=None):
        yield (X["year"] < 2020).to_numpy(), (X["year"] >= 2020).to_numpy()


def test_a_splitter_gets_the_frame_and_may_give_masks(blobs):
    X, y = blobs
    frame = pd.DataFrame(X, columns=list("abcde")).assign(year=1980 + np.arange(120))
    net = MLPClassifierNet(**SETTINGS, validation_fraction=LastYears()).fit(frame, y)
    expected = MLPClassifierNet(**SETTINGS).fit(
        frame[:40], y[:40], X_val=frame[40:], y_val=y[40:]
    )
    assert_same_training(net, expected)


def test_a_predefined_set_in_a_pipeline(blobs):
    X, y = blobs
    train, validate = next(SPLITTERS[0].split())
    net = MLPClassifierNet(**SETTINGS, validation_fraction=SPLITTERS[0])
    pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    X = StandardScaler().fit_transform(X)
    expected = MLPClassifierNet(**SETTINGS).fit(
        X[train], y[train], X_val=X[validate], y_val=y[validate]
    )
    assert_same_training(pipeline[-1], expected)


def test_without_early_stopping_nothing_is_split(blobs):
    for settings in (dict(early_stopping=False), dict(solver="lbfgs")):
        plain = MLPClassifierNet(**dict(SETTINGS, **settings))
        net = clone(plain).set_params(validation_fraction=SPLITTERS[-1])
        assert_array_equal(net.fit(*blobs).coefs_[0], plain.fit(*blobs).coefs_[0])
        assert "val_loss" not in net.history_


def test_copies_split_alike(blobs):
    net = MLPClassifierNet(
        **SETTINGS,
        validation_fraction=ShuffleSplit(random_state=np.random.RandomState(0)),
    )
    copies = [clone(net), pickle.loads(pickle.dumps(net))]
    net.fit(*blobs)
    for copy in copies:
        assert_same_training(copy.fit(*blobs), net)


def test_a_stack_of_networks_with_splits_of_their_own(blobs):
    nets = [
        MLPClassifierNet(**SETTINGS, validation_fraction=part)
        for part in (*SPLITTERS, *SPLITTERS[:2], 0.2, 0.3)
    ]
    nets[-2:] = [net.set_params(early_stopping=False) for net in nets[-2:]]
    alone = [clone(net).fit(*blobs, groups=GROUPS) for net in nets]
    for net, expected in zip(fit_many(nets, *blobs, groups=GROUPS), alone, strict=True):
        assert net.n_iter_ == expected.n_iter_
        for key, values in expected.history_.items():
            assert_allclose(net.history_[key], values, rtol=1e-9)
        assert_allclose(net.coefs_[0], expected.coefs_[0], rtol=1e-9)


def test_groups_are_kept_apart_from_those_of_the_folds(blobs):
    X, y = blobs
    net = MLPClassifierNet(**SETTINGS, validation_fraction=GroupShuffleSplit())
    arguments = dict(params={"groups": GROUPS}, cv=GroupKFold(2), error_score="raise")
    with config_context(enable_metadata_routing=True):
        plain = clone(net).set_params(validation_fraction=0.1)
        assert len(cross_validate(plain, X, y, **arguments)["test_score"]) == 2
        with pytest.raises(ValueError, match="'groups' parameter should not be None"):
            cross_validate(net, X, y, **arguments)
        net.set_fit_request(groups=True)
        assert len(cross_validate(net, X, y, **arguments)["test_score"]) == 2


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("n_samples", [4, 9, 10])
def test_a_fraction_sets_aside_two_samples_at_least(estimator, n_samples):
    X, y = np.arange(2.0 * n_samples).reshape(-1, 2), np.arange(n_samples) % 2
    net = estimator(**SETTINGS, batch_size=2).fit(X, y)
    assert net.t_ == net.n_iter_ * (n_samples - 2)


def has_columns(estimator, X, y):
    assert list(X.columns) == list("abcd")
    assert estimator.n_iter_ >= 1
    return estimator.score(X, y)


@pytest.mark.parametrize("scoring", ["accuracy", has_columns])
@pytest.mark.parametrize("handed_over", [False, True])
def test_a_scorer_sees_the_data_frame(scoring, handed_over):
    X, y = make_classification(120, 4, n_redundant=0, random_state=0)
    frame = pd.DataFrame(X, columns=list("abcd"))
    validation = dict(X_val=frame[:30], y_val=y[:30]) if handed_over else {}
    net = MLPClassifierNet(**SETTINGS, scoring=scoring).fit(frame, y, **validation)
    if handed_over:
        validation["X_val"] = X[:30]
    expected = MLPClassifierNet(**SETTINGS).fit(X, y, **validation)
    assert net.validation_scores_ == expected.validation_scores_
    assert_array_equal(net.coefs_[0], expected.coefs_[0])


def test_a_scorer_counts_epochs_from_the_first():
    X, y = make_classification(120, 4, n_redundant=0, random_state=0)
    epochs = []
    net = MLPClassifierNet(
        **SETTINGS, scoring=lambda net, X, y: epochs.append(net.n_iter_) or 0.5
    ).fit(X, y)
    # of each epoch the training score and the validation score
    assert epochs == list(np.repeat(np.arange(1, net.n_iter_ + 1), 2))
