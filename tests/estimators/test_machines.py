"""Trainings on the workers of a dask cluster, which stand for other machines."""

import os
import signal

import joblib
import numpy as np
import pytest
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, VectorizedGridSearchCV, fit_many
from nnteach.engine.samples.samples import Samples

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed")

X, y = make_moons(120, noise=0.2, random_state=0)


@pytest.fixture(scope="module")
def cluster():
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    )
    with cluster, distributed.Client(cluster):
        yield cluster


def make_nets(**settings):
    settings = dict(max_iter=4, n_iter_no_change=np.inf) | settings
    return [MLPClassifierNet((5,), **settings, random_state=seed) for seed in range(6)]


def assert_same(nets, expected):
    for net, other in zip(nets, expected, strict=True):
        np.testing.assert_allclose(net.loss_curve_, other.loss_curve_, rtol=1e-9)


def count_arrivals():
    Samples.n_arrivals, unpack = 0, Samples.__setstate__

    def unpack_and_count(samples, state):
        Samples.n_arrivals += 1
        unpack(samples, state)

    Samples.__setstate__ = unpack_and_count


def test_a_cluster_trains_what_one_process_trains(cluster):
    client = distributed.get_client()
    client.run(count_arrivals)
    expected = fit_many(make_nets(), X, y)
    with joblib.parallel_config("dask"):
        nets = fit_many(make_nets(), X, y)
    assert_same(nets, expected)
    arrivals = client.run(lambda: Samples.n_arrivals)
    assert sum(arrivals.values()) == len(arrivals) == 2


def test_a_search_on_a_cluster_finds_what_one_process_finds(cluster):
    net, grid = make_nets()[0], {"learning_rate_init": [0.001, 0.1]}
    expected = VectorizedGridSearchCV(net, grid, cv=3).fit(X, y)
    with joblib.parallel_config("dask"):
        search = VectorizedGridSearchCV(net, grid, cv=3).fit(X, y)
    np.testing.assert_allclose(
        search.cv_results_["mean_test_score"],
        expected.cv_results_["mean_test_score"],
        rtol=1e-9,
    )


def test_a_worker_that_is_killed_is_replaced(cluster, tmp_path):
    class KillOnce:
        """A scorer that kills the first process that asks for a score."""

        def __call__(self, estimator, X, y):
            try:
                (tmp_path / "killed").touch(exist_ok=False)
            except FileExistsError:
                return estimator.score(X, y)
            os.kill(os.getpid(), signal.SIGKILL)

    scored = dict(early_stopping=True)
    nets = make_nets(scoring=KillOnce(), **scored)
    with joblib.parallel_config("dask"):
        fit_many(nets, X, y)
    assert (tmp_path / "killed").exists()
    assert_same(nets, fit_many(make_nets(**scored), X, y))
