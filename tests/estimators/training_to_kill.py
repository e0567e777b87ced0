"""Trainings for another process, which is killed at some moment."""

import resource
import warnings

import numpy as np
from sklearn.datasets import make_moons

from nnteach import (
    Checkpoint,
    EarlyStopping,
    MLPClassifierNet,
    VectorizedGridSearchCV,
    fit_many,
)

X, y = make_moons(120, noise=0.2, random_state=0)
N_EPOCHS = 40
KINDS = {
    "adam": dict(dropout=0.2),
    "adamw": dict(solver="adamw", learning_rate="cosine"),
    "sgd": dict(solver="sgd", learning_rate="adaptive", tol=1.0, n_iter_no_change=5),
    "invscaling": dict(solver="sgd", learning_rate="invscaling", random_state=None),
    "rmsprop": dict(solver="rmsprop", early_stopping=True),
    "adagrad": dict(solver="adagrad", learning_rate="one_cycle"),
    "lbfgs": dict(solver="lbfgs"),
    "callback": dict(),
    "fit_many": dict(),
    "search": dict(),
}


def make_net(checkpoint, kind, **changes):
    settings = dict(max_iter=N_EPOCHS, n_iter_no_change=1000, random_state=0)
    net = MLPClassifierNet((20, 10), **settings | KINDS[kind] | changes)
    others = [EarlyStopping(X, y, patience=1000)] if kind == "callback" else []
    return net.set_callbacks(*others, *checkpoint)


def train(kind, path):
    """Train; the callbacks keep it at this path, or nowhere if that is None."""
    checkpoint = [] if path is None else [Checkpoint(path)]
    if kind == "fit_many":
        nets = [make_net(checkpoint, kind, random_state=seed) for seed in range(3)]
        nets.append(make_net(checkpoint, kind, solver="lbfgs"))
        return fit_many(nets, X, y)
    net = make_net(checkpoint, kind)
    if kind == "search":
        net.set_params(max_iter=15)
        grid = {"alpha": [0, 0.01], "solver": ["adam", "sgd"]}
        search = VectorizedGridSearchCV(net, grid, cv=2).fit(X, y)
        scores = search.cv_results_["mean_test_score"]
        search.best_estimator_.history_["scores"] = scores
        return [search.best_estimator_]
    return [net.fit(X, y)]


def run(kind, path, result, seed=0, largest_file=None):
    """Train in this process, and write the networks that come of it."""
    warnings.simplefilter("ignore")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, before[1]))
    np.random.mtrand._rand.seed(seed)
    arrays = []
    for net in train(kind, path):
        arrays += [*net.coefs_, *net.intercepts_, *net.history_.values()]
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    np.savez(result, *arrays)
