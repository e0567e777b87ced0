"""Training stops with the epoch with which scikit-learn's stops."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPRegressor

from nnteach import MLPRegressorNet

pytestmark = pytest.mark.engine

X = np.linspace(-1, 1, 20)[:, np.newaxis]
y = X[:, 0] ** 2


def fit_both(**settings):
    settings = dict(
        hidden_layer_sizes=(3,), solver="sgd", max_iter=100, random_state=0, **settings
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPRegressorNet(**settings).fit(X, y), MLPRegressor(**settings).fit(X, y)


# the rate is divided by 5 until it is 1e-6 or less
@pytest.mark.parametrize("rate", [1e-6, 1.1e-6, 5e-6, 5.1e-6, 1e-3])
@pytest.mark.parametrize("n_iter_no_change", [1, 3])
@pytest.mark.parametrize("early_stopping", [True, False])
def test_an_adaptive_rate_ends_at_the_same_epoch(
    rate, n_iter_no_change, early_stopping
):
    ours, theirs = fit_both(
        learning_rate="adaptive",
        learning_rate_init=rate,
        n_iter_no_change=n_iter_no_change,
        early_stopping=early_stopping,
        tol=10,
    )
    assert ours.n_iter_ == theirs.n_iter_ < 100


# steps that change no weight, and so neither loss nor score
@pytest.mark.parametrize("tol", [0, 1e-9])
@pytest.mark.parametrize("early_stopping", [True, False])
def test_what_stays_the_same_misses_a_tolerance_of_more_than_0(early_stopping, tol):
    ours, theirs = fit_both(
        learning_rate_init=1e-30,
        n_iter_no_change=2,
        early_stopping=early_stopping,
        shuffle=False,
        tol=tol,
    )
    assert ours.n_iter_ == theirs.n_iter_
    assert (ours.n_iter_ == 100) == (tol == 0)


def test_with_early_stopping_a_diverged_training_keeps_its_best_weights():
    ours, theirs = fit_both(learning_rate_init=1e60, early_stopping=True)
    assert np.isnan(theirs.loss_curve_[-1])
    # scikit-learn trains on with weights that are NaN
    assert ours.n_iter_ < theirs.n_iter_
    assert not np.isfinite(ours.loss_curve_[-1])
    for mine, other in zip(ours.coefs_, theirs.coefs_, strict=True):
        assert_allclose(mine, other, rtol=1e-9)
