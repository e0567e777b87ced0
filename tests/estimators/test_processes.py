"""What several processes train is what one process trains."""

import os
import signal
import subprocess
import sys
import warnings

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    VectorizedGridSearchCV,
    VectorizedRandomizedSearchCV,
    fit_many,
)
from nnteach.estimators.callbacks import EpochCallback
from nnteach.estimators.processes import Processes

X, y = make_moons(120, noise=0.2, random_state=0)


def make_net(random_state=0, estimator=MLPClassifierNet, sizes=(5,), **settings):
    settings = dict(max_iter=4, n_iter_no_change=np.inf, batch_size=30) | settings
    return estimator(hidden_layer_sizes=sizes, random_state=random_state, **settings)


def assert_same(nets, expected):
    for net, other in zip(nets, expected, strict=True):
        assert net.n_iter_ == other.n_iter_
        assert_allclose(net.loss_curve_, other.loss_curve_, rtol=1e-9)
        for ours, theirs in zip(
            net.coefs_ + net.intercepts_, other.coefs_ + other.intercepts_, strict=True
        ):
            assert_allclose(ours, theirs, rtol=1e-9, atol=1e-13)


def make_all_sorts():
    return [
        *(make_net(seed) for seed in range(5)),
        make_net(sizes=(7, 3)),
        make_net(early_stopping=True, n_iter_no_change=1),
        make_net(early_stopping=True, scoring="f1"),
        make_net(solver="sgd", learning_rate="adaptive", learning_rate_init=0.5),
        make_net(solver="lbfgs", max_iter=200),
        make_net(dropout=0.3),
        make_net(estimator=MLPRegressorNet),
        make_net(sizes=(), activation="tanh"),
    ]


@pytest.mark.filterwarnings("ignore:No epoch was better")
@pytest.mark.parametrize("data", [X, X.astype(np.float32), sparse.csr_array(X)])
def test_two_processes_train_what_one_trains(data):
    expected = fit_many(make_all_sorts(), data, y)
    assert_same(fit_many(make_all_sorts(), data, y, n_jobs=2), expected)
    # and they go on from there
    for nets in (expected, again := make_all_sorts()):
        for net in nets:
            net.set_params(warm_start=True)
    fit_many(again, data, y, n_jobs=2)
    fit_many(again, data, y, n_jobs=2)
    assert_same(again, fit_many(expected, data, y))


def test_weights_and_a_validation_set_travel_along():
    given = dict(
        sample_weight=np.linspace(0, 2, len(y)),
        X_val=X[:20],
        y_val=y[:20],
        sample_weight_val=np.ones(20),
    )

    def train(n_jobs):
        nets = [make_net(seed, class_weight={0: 1, 1: 3}) for seed in range(4)]
        return fit_many(nets, X, y, **given, n_jobs=n_jobs)

    together = train(None)
    assert_same(train(2), together)
    assert "val_loss" in together[0].history_


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_none_follows_the_configuration_of_joblib(backend, monkeypatch):
    numbers, train = [], Processes.train

    def count(processes, *arguments):
        numbers.append(processes.number)
        return train(processes, *arguments)

    monkeypatch.setattr(Processes, "train", count)
    expected = fit_many([make_net(seed) for seed in range(4)], X, y)
    with joblib.parallel_config(backend, n_jobs=2):
        nets = fit_many([make_net(seed) for seed in range(4)], X, y)
    assert numbers == [1, 2]
    assert_same(nets, expected)


def test_random_states_are_where_one_process_leaves_them():
    def train(n_jobs):
        states = [np.random.RandomState(seed) for seed in range(3)]
        # the first is shared, and its networks take turns
        nets = [make_net(state) for state in (*states, states[0])]
        fit_many(nets, X, y, n_jobs=n_jobs)
        return nets, [state.randint(2**31) for state in states]

    expected, numbers = train(None)
    nets, ours = train(2)
    assert_same(nets, expected)
    assert ours == numbers


def test_networks_without_a_seed_see_the_samples_in_different_orders():
    same = dict(weight_init="zeros", bias_init="zeros", batch_size=1, max_iter=1)
    nets = fit_many([make_net(None, **same) for _ in range(4)], X, y, n_jobs=2)
    assert len({net.loss_ for net in nets}) == 4


def test_our_callbacks_bring_back_what_they_found():
    def train(n_jobs):
        nets, shared = [make_net(seed) for seed in range(4)], EarlyStopping(X, y)
        films = [Snapshots([1, 3]) for _ in nets]
        for net, film in zip(nets, films, strict=True):
            net.set_callbacks(film, shared)
        fit_many(nets, X, y, n_jobs=n_jobs)
        return nets, films, shared

    (expected, _, before), (nets, films, shared) = train(None), train(2)
    assert_same(nets, expected)
    assert (shared.best_epoch_, shared.scores_) == (before.best_epoch_, before.scores_)
    for net, film in zip(nets, films, strict=True):
        assert list(film.estimators_) == [1, 3]
        assert net._skl_callbacks == [film, shared]


class NoteProcess:
    """A callback of somebody else's, which notes where it is called."""

    def __init__(self):
        self.processes = set()

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        self.processes.add(os.getpid())

    def on_fit_task_end(self, estimator, context):
        return False


def test_networks_with_callbacks_of_others_are_trained_here():
    nets, note = [make_net(seed) for seed in range(4)], NoteProcess()
    for net in nets[::2]:
        net.set_callbacks(note)
    fit_many(nets, X, y, n_jobs=2)
    assert note.processes == {os.getpid()}
    assert_same(nets, fit_many([make_net(seed) for seed in range(4)], X, y))


class Fail(EpochCallback):
    """A callback that fails after an epoch."""

    def start(self, estimator):
        self.epochs_ = 0

    def look_at(self, fitted_estimator, epoch):
        raise OSError("the disk is full")

    def found(self):
        return {}

    def go_on_from(self, found, estimator):
        pass


def test_an_error_comes_back_and_changes_nothing():
    state = np.random.RandomState(0)
    nets = [make_net(state), make_net(1), make_net(2).set_callbacks(Fail())]
    with pytest.raises(OSError, match="the disk is full"):
        fit_many(nets, X, y, n_jobs=2)
    assert not any(hasattr(net, "coefs_") for net in nets)
    assert state.randint(2**31) == np.random.RandomState(0).randint(2**31)


def test_a_network_that_diverges_is_named_by_its_place():
    diverging = dict(solver="sgd", learning_rate_init=1e9, activation="identity")
    nets = [make_net(seed, MLPRegressorNet) for seed in range(3)]
    nets.insert(1, make_net(7, MLPRegressorNet, **diverging))
    with pytest.raises(ValueError, match=r"at the positions \[1\]"):
        fit_many(nets, X, X @ [1, 2], n_jobs=2)
    assert [hasattr(net, "coefs_") for net in nets] == [True, False, True, True]


def test_all_processes_together_warn_once():
    nets = [make_net(seed, n_iter_no_change=10) for seed in range(4)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit_many(nets, X, y, n_jobs=2)
    assert [warning.category for warning in caught] == [ConvergenceWarning]
    assert caught[0].filename == __file__


@pytest.mark.parametrize("n_jobs", ["2", 2.5])
def test_a_number_of_processes_is_an_integer(n_jobs):
    with pytest.raises(ValueError, match="The 'n_jobs' parameter of fit_many must be"):
        fit_many([make_net()], X, y, n_jobs=n_jobs)


NETWORK = make_net()
PIPELINE = make_pipeline(StandardScaler(), make_net(early_stopping=True))


@pytest.mark.parametrize(
    ("estimator", "prefix"), [(NETWORK, ""), (PIPELINE, "mlpclassifiernet__")]
)
def test_a_search_in_two_processes_finds_what_it_finds_in_one(estimator, prefix):
    grid = {
        f"{prefix}hidden_layer_sizes": [(4,), (6,)],
        f"{prefix}learning_rate_init": [0.001, 0.1],
    }
    one = VectorizedGridSearchCV(estimator, grid, cv=3).fit(X, y)
    two = VectorizedGridSearchCV(estimator, grid, cv=3, n_jobs=2).fit(X, y)
    for key in ("split0_test_score", "split1_test_score", "split2_test_score"):
        assert_allclose(two.cv_results_[key], one.cv_results_[key], rtol=1e-9)
    assert two.best_params_ == one.best_params_
    assert (two.cv_results_["mean_fit_time"] > 0).all()


def test_a_candidate_that_fails_in_a_process_fails_alone():
    bad = dict(solver="sgd", learning_rate_init=1e9, activation="identity")
    search = VectorizedRandomizedSearchCV(
        make_net(0, MLPRegressorNet, **bad),
        {"learning_rate_init": [1e9, 0.001]},
        n_iter=2,
        cv=2,
        n_jobs=2,
    )
    with pytest.warns() as caught:
        search.fit(X, X @ [1, 2])
    assert "2 fits failed out of a total of 4" in str(caught[0].message)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    rates = search.cv_results_["param_learning_rate_init"]
    assert failed.tolist() == (rates == 1e9).tolist()


INTERRUPTED = """
import sys
from pathlib import Path
import numpy as np
from sklearn.datasets import make_moons
from nnteach import MLPClassifierNet, fit_many
from nnteach.estimators.callbacks import EpochCallback

class Say(EpochCallback):
    def start(self, estimator):
        pass
    def look_at(self, fitted_estimator, epoch):
        Path("training").touch()
    def found(self):
        return {}
    def go_on_from(self, found, estimator):
        pass

nets = [MLPClassifierNet((5,), max_iter=10**7, n_iter_no_change=np.inf) for _ in "ab"]
for net in nets:
    net.set_callbacks(Say())
try:
    fit_many(nets, *make_moons(50, random_state=0), n_jobs=2)
except KeyboardInterrupt:
    sys.exit(any(hasattr(net, "coefs_") for net in nets))
sys.exit(2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_all_processes_and_changes_nothing(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], cwd=tmp_path, stderr=subprocess.PIPE
    )
    try:
        while not (tmp_path / "training").exists():
            assert process.poll() is None, process.stderr.read().decode()
            signal.sigtimedwait([], 0.1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said.decode()


def test_a_large_array_is_written_once_and_mapped_by_all(tmp_path, monkeypatch):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    written = []
    monkeypatch.setattr(
        "joblib._memmapping_reducer.dump",
        lambda array, path: (written.append(array.nbytes), joblib.dump(array, path))[1],
    )
    large = np.random.RandomState(0).normal(size=(2000, 100))
    nets = [make_net(seed, max_iter=1, batch_size=200) for seed in range(6)]
    fit_many(nets, large, large[:, 0] > 0, n_jobs=2)
    assert written.count(large.nbytes) == 1
