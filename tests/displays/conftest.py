"""Figures are drawn without a window and closed after each test."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def moons():
    return make_moons(60, noise=0.2, random_state=0)


@pytest.fixture(scope="session")
def classifiers(moons):
    """Three fitted classifiers that saw 60 samples in batches of 25, 6 epochs long."""
    nets = [
        MLPClassifierNet(
            (4, 3),
            batch_size=25,
            max_iter=6,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in range(3)
    ]
    return fit_many(nets, *moons, X_val=moons[0][:20], y_val=moons[1][:20])


@pytest.fixture(scope="session")
def regressors():
    """Three fitted regressors of one variable."""
    X = np.linspace(0, 1, 30).reshape(-1, 1)
    nets = [
        MLPRegressorNet(
            hidden_layer_sizes=(4,),
            activation="tanh",
            max_iter=6,
            n_iter_no_change=np.inf,
            random_state=seed,
        )
        for seed in range(3)
    ]
    return fit_many(nets, X, X.ravel() ** 2)
