"""Training stops with the epoch with which scikit-learn's stops."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from nnteach import MLPRegressorNet

pytestmark = pytest.mark.engine

X = np.linspace(-1, 1, 20)[:, np.newaxis]
y = X[:, 0] ** 2


# the rate is divided by 5 until it is 1e-6 or less
@pytest.mark.parametrize("rate", [1e-6, 1.1e-6, 5e-6, 5.1e-6, 1e-3])
@pytest.mark.parametrize("n_iter_no_change", [1, 3])
@pytest.mark.parametrize("early_stopping", [True, False])
def test_an_adaptive_rate_ends_at_the_same_epoch(
    rate, n_iter_no_change, early_stopping
):
    settings = dict(
        hidden_layer_sizes=(3,),
        solver="sgd",
        learning_rate="adaptive",
        learning_rate_init=rate,
        n_iter_no_change=n_iter_no_change,
        early_stopping=early_stopping,
        tol=10,
        max_iter=100,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs = MLPRegressor(**settings).fit(X, y)
        ours = MLPRegressorNet(**settings).fit(X, y)
    assert ours.n_iter_ == theirs.n_iter_ < 100
