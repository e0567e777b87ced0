"""Callbacks: scikit-learn's and ours, alone, in pipelines, searches and stacks."""

import pickle
import re
import sys
import warnings

import numpy as np
import pytest
import torch
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnteach import (
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    ValidationMonitor,
    fit_many,
)

SOLVERS = ["adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"]


@pytest.fixture(scope="module")
def moons():
    X, y = make_moons(160, noise=0.2, random_state=0)
    return X[:120], y[:120], X[120:], y[120:]


def make_net(max_iter=6, **settings):
    settings = {"tol": 0, "n_iter_no_change": np.inf, "random_state": 0, **settings}
    if settings.get("solver") == "lbfgs":
        settings.update(n_iter_no_change=10)
    return MLPClassifierNet((5,), max_iter=max_iter, **settings)


class Recorder:
    """A callback that writes down which hooks were called, and may act in one."""

    def __init__(self, act=lambda epoch: None):
        self.act = act
        self.calls = []
        self.seen = []

    def setup(self, estimator, context):
        self.calls.append("setup")

    def on_fit_task_begin(self, estimator, context):
        self.calls.append(f"begin {context.task_name} {context.task_id}")

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self.calls.append(f"end {context.task_name} {context.task_id}")
        self.seen.append((metadata, fitted_estimator))
        return self.act(context.task_id + 1) if context.task_name == "epoch" else None

    def teardown(self, estimator, context):
        self.calls.append("teardown")


def stop_at(epoch):
    return Recorder(lambda present: present == epoch)


def raise_at(epoch, error):
    def act(present):
        if present == epoch:
            raise error

    return Recorder(act)


@pytest.mark.engine
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_hooks_are_called_in_order(solver, moons):
    X, y, *_ = moons
    recorder = Recorder()
    net = make_net(3, solver=solver).set_callbacks(recorder)
    net.fit(X, y, sample_weight=np.ones(120))
    epochs = [f"{hook} epoch {task}" for task in range(3) for hook in ("begin", "end")]
    assert recorder.calls == ["setup", "begin fit 0", *epochs, "end fit 0", "teardown"]
    assert [list(metadata) for metadata, _ in recorder.seen] == [["sample_weight"]] * 4
    assert not [name for name in vars(net) if "callback_" in name or "teardown" in name]


@pytest.mark.engine
def test_the_last_epoch_before_a_plateau_is_seen(moons):
    X, y, *_ = moons
    recorder = Recorder()
    net = make_net(50, tol=1.0, n_iter_no_change=2).set_callbacks(recorder).fit(X, y)
    assert net.n_iter_ == 4
    assert recorder.calls[-3:] == ["end epoch 3", "end fit 0", "teardown"]
    assert recorder.calls.count("end epoch 3") == 1


@pytest.mark.engine
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_fitted_estimator_is_the_net_of_that_epoch(solver, moons):
    X, y, *_ = moons
    recorder = Recorder()
    net = make_net(solver=solver).set_callbacks(recorder).fit(X, y)
    for epoch, (_, fitted) in enumerate(recorder.seen[:-1], 1):
        expected = make_net(epoch, solver=solver).fit(X, y)
        assert_array_equal(fitted.predict_proba(X), expected.predict_proba(X))
        assert fitted.n_iter_ == epoch
        assert_array_equal(fitted.loss_curve_, net.loss_curve_[:epoch])
        assert_array_equal(fitted.history_["loss"], net.loss_curve_[:epoch])
    at_the_end = recorder.seen[-1][1]
    assert_array_equal(at_the_end.predict_proba(X), net.predict_proba(X))
    assert not np.shares_memory(fitted.coefs_[0], net.coefs_[0])


@pytest.mark.engine
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_hook_stops_the_training(solver, moons):
    X, y, *_ = moons
    net = make_net(50, solver=solver).set_callbacks(stop_at(3)).fit(X, y)
    assert net.n_iter_ == 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = make_net(3, solver=solver).fit(X, y)
    assert_array_equal(net.coefs_[0], expected.coefs_[0])


@pytest.mark.engine
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_hook_stops_its_own_net_of_a_stack(solver, moons):
    X, y, *_ = moons
    nets = [make_net(6, solver=solver, random_state=seed) for seed in range(3)]
    nets[1].set_callbacks(stop_at(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = [clone(net).fit(X, y) for net in nets]
        fit_many(nets, X, y)
    assert [net.n_iter_ for net in nets] == [6, 2, 6]
    for net, expected in zip(nets, alone, strict=True):
        assert_allclose(net.coefs_[0], expected.coefs_[0], rtol=1e-9)


@pytest.mark.parametrize("solver", SOLVERS)
def test_watching_does_not_change_the_training(solver, moons):
    X, y, *_ = moons
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = make_net(solver=solver).fit(X, y)
        watched = make_net(solver=solver).set_callbacks(Recorder()).fit(X, y)
    assert_array_equal(watched.coefs_[0], plain.coefs_[0])
    assert watched.loss_curve_ == plain.loss_curve_


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_hook_that_raises_leaves_a_fitted_net_as_it_was(solver, moons):
    X, y, *_ = moons
    net = make_net(solver=solver)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.fit(X, y)
    recorder = raise_at(2, RuntimeError("full disk"))
    before = vars(net.set_callbacks(recorder)).copy()
    coef = net.coefs_[0].copy()
    with pytest.raises(RuntimeError, match="full disk"):
        net.fit(X[:80], y[:80])
    assert vars(net) == before
    assert_array_equal(net.coefs_[0], coef)
    assert recorder.calls[-1] == "teardown"


@pytest.mark.engine
@pytest.mark.parametrize("solver", SOLVERS)
def test_keyboard_interrupt_keeps_the_net(solver, moons):
    X, y, *_ = moons
    net = make_net(50, solver=solver).set_callbacks(raise_at(3, KeyboardInterrupt()))
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        net.fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = make_net(3, solver=solver).fit(X, y)
    assert net.n_iter_ == 3
    assert_array_equal(net.coefs_[0], expected.coefs_[0])
    assert net.loss_curve_ == expected.loss_curve_


def test_keyboard_interrupt_tells_how_many_nets_are_untrained(moons):
    X, y, *_ = moons
    first, *others = [MLPClassifierNet((size,), random_state=0) for size in (3, 4, 5)]
    first.set_callbacks(raise_at(3, KeyboardInterrupt()))
    message = r"by user\. 2 of the 3 networks had not finished an epoch\.$"
    with pytest.warns(UserWarning, match=message) as caught:
        fit_many([first, *others], X, y)
    assert caught[0].filename == __file__
    assert first.n_iter_ == 3
    assert not any(hasattr(net, "coefs_") for net in others)


def test_partial_fit_is_one_epoch(moons):
    X, y, *_ = moons
    recorder = Recorder()
    net = make_net().set_callbacks(recorder, ScoringMonitor(scoring="accuracy"))
    net.partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
    one = ["begin fit 0", "begin epoch 0", "end epoch 0", "end fit 0", "teardown"]
    assert recorder.calls == ["setup", *one] * 2


def test_divergence_has_its_own_error(moons):
    X, y, *_ = moons
    net = MLPRegressorNet(
        hidden_layer_sizes=(4,),
        activation="identity",
        solver="sgd",
        learning_rate_init=1e12,
    )
    net.set_callbacks(
        ValidationMonitor(X, y, scoring=lambda net, X, y: np.max(net.coefs_[0]))
    )
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        net.fit(X, y)


@pytest.mark.parametrize("data", ["alone", "with a validation set"])
def test_scoring_monitor_alone(data, moons):
    X, y, X_val, y_val = moons
    monitor = ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    net = make_net().set_callbacks(monitor)
    net.fit(X, y, **({} if data == "alone" else dict(X_val=X_val, y_val=y_val)))
    log = monitor.get_logs().data_as_pandas
    epochs = log[log.task_name == "epoch"]
    assert len(epochs) == 6
    assert epochs.accuracy.iloc[-1] == net.score(X, y)


def test_scoring_monitor_in_a_pipeline(moons):
    X, y, *_ = moons
    monitor = ScoringMonitor(scoring="accuracy")
    pipeline = make_pipeline(StandardScaler(), make_net())
    pipeline[-1].set_callbacks(monitor)
    pipeline.fit(X, y)
    log = monitor.get_logs().data_as_pandas
    scores = log[log.task_name == "epoch"].accuracy
    assert scores.iloc[-1] == pipeline.score(X, y)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_scoring_monitor_in_a_search(n_jobs, moons):
    X, y, *_ = moons
    monitor = ScoringMonitor(scoring="accuracy")
    net = make_net().set_callbacks(monitor)
    search = GridSearchCV(net, {"alpha": [1e-4, 1e-1]}, cv=2, n_jobs=n_jobs).fit(X, y)
    log = monitor.get_logs().data_as_pandas
    # two candidates on two folds, and the best again on all data
    assert (log.task_name == "epoch").sum() == 5 * 6
    assert search.best_estimator_.n_iter_ == 6


def test_progress_bar_alone(moons, capsys):
    make_net().set_callbacks(ProgressBar()).fit(*moons[:2])
    printed = capsys.readouterr().out
    assert "MLPClassifierNet - fit" in printed
    assert "100%" in printed


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_progress_bar_over_a_search_of_pipelines(n_jobs, moons, capsys):
    X, y, *_ = moons
    pipeline = make_pipeline(StandardScaler(), make_net(2))
    search = GridSearchCV(
        pipeline, {"mlpclassifiernet__alpha": [1e-4, 1e-1]}, cv=2, n_jobs=n_jobs
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.set_callbacks(ProgressBar()).fit(X, y)
    ours = [str(w.message) for w in caught if "MLPClassifierNet" in str(w.message)]
    assert ours == []
    assert "GridSearchCV - fit" in capsys.readouterr().out


def test_progress_bar_says_that_rich_is_missing(moons, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ImportError, match="rich"):
        make_net().set_callbacks(ProgressBar()).fit(*moons[:2])


def test_early_stopping_keeps_the_best_epoch(moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=4)
    net = make_net(500, learning_rate_init=0.2).set_callbacks(stop).fit(X, y)
    assert stop.best_score_ == max(stop.scores_) == stop.scores_[stop.best_epoch_ - 1]
    assert net.n_iter_ == len(stop.scores_) == stop.best_epoch_ + 4 < 500
    best = make_net(stop.best_epoch_, learning_rate_init=0.2).fit(X, y)
    assert_array_equal(net.coefs_[0], best.coefs_[0])
    assert_array_equal(net.predict_proba(X), best.predict_proba(X))


def test_early_stopping_keeps_the_last_epoch_if_told_to(moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, patience=3, restore_best_weights=False)
    net = make_net(500, learning_rate_init=0.2).set_callbacks(stop).fit(X, y)
    last = make_net(net.n_iter_, learning_rate_init=0.2).fit(X, y)
    assert_array_equal(net.coefs_[0], last.coefs_[0])


def test_early_stopping_wants_a_real_improvement(moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, min_delta=10, patience=3)
    net = make_net(50).set_callbacks(stop).fit(X, y)
    # the first score is better than none at all
    assert (net.n_iter_, stop.best_epoch_) == (4, 1)


def test_two_early_stoppings_watch_two_scores(moons):
    X, y, X_val, y_val = moons
    patient = EarlyStopping(X_val, y_val, patience=100)
    hasty = EarlyStopping(X_val, y_val, patience=1, min_delta=10)
    net = make_net(50).set_callbacks(patient, hasty).fit(X, y)
    assert net.n_iter_ == len(patient.scores_) == len(hasty.scores_) == 2


def test_snapshots_predict_and_go_on(moons):
    X, y, *_ = moons
    film = Snapshots([2, 4, 99])
    settings = dict(shuffle=False, dropout=0.2, warm_start=True)
    whole = make_net(7, **settings).set_callbacks(film).fit(X, y)
    assert sorted(film.estimators_) == [2, 4]
    resumed = pickle.loads(pickle.dumps(film.estimators_[4]))
    resumed.set_params(max_iter=3).fit(X, y)
    assert_array_equal(resumed.coefs_[0], whole.coefs_[0])
    assert resumed.loss_curve_ == whole.loss_curve_
    # going on from a snapshot is no scene of the film
    film.estimators_[2].partial_fit(X, y)
    assert sorted(film.estimators_) == [2, 4]


def test_snapshots_of_every_epoch(moons):
    film = Snapshots()
    make_net(4).set_callbacks(film).fit(*moons[:2])
    assert list(film.estimators_) == [1, 2, 3, 4]


def test_validation_monitor_measures_what_scikit_learn_does(moons):
    X, y, X_val, y_val = moons
    monitor = ValidationMonitor(X_val, y_val, scoring=["accuracy", "roc_auc"])
    net = make_net().set_callbacks(monitor).fit(X, y)
    assert {name: len(scores) for name, scores in monitor.scores_.items()} == {
        "accuracy": 6,
        "roc_auc": 6,
    }
    assert monitor.scores_["accuracy"][-1] == accuracy_score(y_val, net.predict(X_val))


@pytest.mark.parametrize(
    ("scoring", "name"),
    [("accuracy", "accuracy"), (None, "score"), (lambda net, X, y: 0.5, "score")],
)
def test_validation_monitor_with_one_score(scoring, name, moons):
    X, y, X_val, y_val = moons
    monitor = ValidationMonitor(X_val, y_val, scoring=scoring)
    make_net(2).set_callbacks(monitor).fit(X, y)
    assert list(monitor.scores_) == [name]


def test_ours_in_a_pipeline(moons):
    X, y, X_val, y_val = moons
    X_val = StandardScaler().fit(X).transform(X_val)
    stop = EarlyStopping(X_val, y_val, patience=2, min_delta=10)
    film, monitor = Snapshots(), ValidationMonitor(X_val, y_val, scoring="accuracy")
    pipeline = make_pipeline(StandardScaler(), make_net(50))
    pipeline[-1].set_callbacks(stop, film, monitor)
    pipeline.fit(X, y)
    assert pipeline[-1].n_iter_ == 3
    assert list(film.estimators_) == [1, 2, 3]
    assert monitor.scores_["accuracy"] == stop.scores_


def test_each_net_of_a_stack_has_its_own(moons):
    X, y, X_val, y_val = moons
    nets = [make_net(30, random_state=seed, learning_rate_init=0.1) for seed in (0, 1)]
    alone = []
    for net in nets:
        stop = EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=2)
        alone.append(clone(net).set_callbacks(stop).fit(X, y))
        net.set_callbacks(
            EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=2)
        )
    for net, expected in zip(fit_many(nets, X, y), alone, strict=True):
        assert net.n_iter_ == expected.n_iter_
        assert_allclose(net.coefs_[0], expected.coefs_[0], rtol=1e-9)


def make_ours(X, y):
    return (
        EarlyStopping(X, y, scoring="neg_log_loss", patience=2),
        Snapshots([1, 2]),
        ValidationMonitor(X, y, scoring="accuracy"),
    )


def findings(callbacks):
    stop, film, monitor = callbacks
    weights = {epoch: net.coefs_[0] for epoch, net in film.estimators_.items()}
    return stop.scores_, stop.best_epoch_, stop.best_score_, weights, monitor.scores_


def assert_same_findings(callbacks, expected, **tolerance):
    for found, wanted in zip(findings(callbacks), findings(expected), strict=True):
        if isinstance(wanted, dict):
            assert found.keys() == wanted.keys()
            found, wanted = list(found.values()), list(wanted.values())
        assert_allclose(found, wanted, **tolerance)


def test_a_stack_may_share_callbacks(moons):
    X, y, X_val, y_val = moons
    rates = (0.5, 0.001, 0.1)
    alone = []
    for rate in rates:
        expected = make_ours(X_val, y_val)
        net = make_net(30, learning_rate_init=rate).set_callbacks(*expected)
        alone.append(net.fit(X, y))
    shared = make_ours(X_val, y_val)
    nets = [make_net(30, learning_rate_init=rate) for rate in rates]
    for net, single in zip(
        fit_many([net.set_callbacks(*shared) for net in nets], X, y), alone, strict=True
    ):
        assert net.n_iter_ == single.n_iter_
        assert_allclose(net.coefs_[0], single.coefs_[0], rtol=1e-9)
    # they tell of the last one
    assert_same_findings(shared, expected, rtol=1e-9)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_search_in_parallel(backend, moons):
    X, y, X_val, y_val = moons
    grid = {"learning_rate_init": [0.5, 0.1, 0.02, 0.001]}
    expected, shared = make_ours(X_val, y_val), make_ours(X_val, y_val)
    alone = GridSearchCV(make_net(12).set_callbacks(*expected), grid, cv=2).fit(X, y)
    search = GridSearchCV(make_net(12).set_callbacks(*shared), grid, cv=2, n_jobs=2)
    with parallel_config(backend):
        search.fit(X, y)
    assert_allclose(
        search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"]
    )
    # the best is trained last
    assert_same_findings(shared, expected, rtol=1e-9)


def test_what_was_found_before_a_failure_can_be_read(moons):
    X, y, X_val, y_val = moons
    ours = make_ours(X_val, y_val)
    net = make_net().set_callbacks(*ours, raise_at(2, RuntimeError("full disk")))
    with pytest.raises(RuntimeError, match="full disk"):
        net.fit(X, y)
    stop, film, monitor = ours
    assert len(stop.scores_) == len(film.estimators_) == 2
    assert len(monitor.scores_["accuracy"]) == 2


def test_callbacks_can_be_pickled_at_any_time(moons):
    X, y, X_val, y_val = moons
    ours = make_ours(X_val, y_val)
    pickles = []
    watcher = Recorder(lambda epoch: pickles.append(pickle.dumps(ours[0])))
    make_net(3).set_callbacks(*ours, watcher).fit(X, y)
    again = pickle.loads(pickles[0])
    make_net(3).set_callbacks(again).fit(X, y)
    assert again.scores_ == pickle.loads(pickle.dumps(ours[0])).scores_


def test_the_best_weights_are_there_when_the_fit_ends(moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=4)
    recorder, monitor = Recorder(), ScoringMonitor(scoring="neg_log_loss")
    net = make_net(500, learning_rate_init=0.2)
    net.set_callbacks(recorder, monitor, stop).fit(X, y)
    _, at_the_end = recorder.seen[-1]
    assert_array_equal(at_the_end.coefs_[0], net.coefs_[0])
    log = monitor.get_logs().data_as_pandas.set_index("task_name").neg_log_loss
    assert log["fit"] == log["epoch"].iloc[stop.best_epoch_ - 1]


def test_all_but_the_weights_tells_of_the_whole_training(moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, scoring="neg_log_loss", patience=4)
    net = make_net(500, learning_rate_init=0.2, warm_start=True)
    net.set_callbacks(stop).fit(X, y)
    whole = make_net(net.n_iter_, learning_rate_init=0.2, warm_start=True).fit(X, y)
    assert net.loss_curve_ == whole.loss_curve_
    assert (net.loss_, net.best_loss_) == (whole.loss_, whole.best_loss_)
    assert (net.n_iter_, net.t_) == (whole.n_iter_, whole.t_)
    # the optimizer's state is that of the end as well
    whole.coefs_, whole.intercepts_ = net.coefs_, net.intercepts_
    for estimator in (net, whole):
        estimator.set_params(shuffle=False, max_iter=3).set_callbacks().fit(X, y)
    assert_array_equal(net.coefs_[0], whole.coefs_[0])


class ScoreFrom:
    """A scorer that gives what a list says, epoch after epoch."""

    def __init__(self, scores):
        self.scores = iter(scores)

    def __call__(self, estimator, X, y):
        return next(self.scores)


@pytest.mark.parametrize("max_iter", [3, 50])
@pytest.mark.parametrize("restore", [True, False])
def test_a_score_that_is_always_nan_is_an_error(max_iter, restore, moons):
    X, y, X_val, y_val = moons
    scoring = ScoreFrom([np.nan] * 50)
    stop = EarlyStopping(
        X_val, y_val, scoring=scoring, patience=5, restore_best_weights=restore
    )
    net = make_net(max_iter).set_callbacks(stop)
    n_epochs = min(max_iter, 5)
    with pytest.raises(ValueError, match=f"Got NaN after each of {n_epochs} instead"):
        net.fit(X, y)
    assert not hasattr(net, "coefs_")
    assert len(stop.scores_) == n_epochs


def test_a_score_that_is_sometimes_nan_is_no_improvement(moons):
    X, y, X_val, y_val = moons
    scoring = ScoreFrom([np.nan, -1e9, np.inf, 0.5, np.nan, np.nan, np.nan])
    stop = EarlyStopping(X_val, y_val, scoring=scoring, patience=3)
    net = make_net(50).set_callbacks(stop).fit(X, y)
    assert (net.n_iter_, stop.best_epoch_, stop.best_score_) == (7, 4, 0.5)


@pytest.mark.parametrize(
    "score", ["good", None, [0.5, 0.6], np.array([1.0, 2.0]), 1j, {"a": "b"}]
)
def test_a_score_that_is_no_number(score, moons):
    X, y, X_val, y_val = moons
    for callback in (
        EarlyStopping(X_val, y_val, scoring=ScoreFrom([score])),
        ValidationMonitor(X_val, y_val, scoring=ScoreFrom([score])),
    ):
        name = type(callback).__name__
        message = f"The 'scoring' parameter of {name} must give a number. Got "
        with pytest.raises(ValueError, match=message):
            make_net(2).set_callbacks(callback).fit(X, y)


@pytest.mark.parametrize(
    "score", [1, np.float32(0.5), np.array(0.5), torch.tensor(2.0)]
)
def test_a_score_of_any_kind_of_number(score, moons):
    X, y, X_val, y_val = moons
    stop = EarlyStopping(X_val, y_val, scoring=ScoreFrom([score] * 2), patience=1)
    make_net().set_callbacks(stop).fit(X, y)
    assert stop.scores_ == [float(score)] * 2
    assert {type(value) for value in stop.scores_} == {float}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: EarlyStopping(0, 0, patience="a"),
            "The 'patience' parameter of EarlyStopping must be an int in the range "
            "[1, inf). Got 'a' instead.",
        ),
        (lambda: EarlyStopping(0, 0, patience=0), "[1, inf). Got 0 instead."),
        (lambda: EarlyStopping(0, 0, patience=-1), "[1, inf). Got -1 instead."),
        (lambda: EarlyStopping(0, 0, patience=2.0), "[1, inf). Got 2.0 instead."),
        (
            lambda: EarlyStopping(0, 0, min_delta="x"),
            "The 'min_delta' parameter of EarlyStopping must be a float in the range "
            "[0.0, inf). Got 'x' instead.",
        ),
        (lambda: EarlyStopping(0, 0, min_delta=-0.1), "inf). Got -0.1 instead."),
        (lambda: EarlyStopping(0, 0, min_delta=np.nan), "inf). Got nan instead."),
        (
            lambda: EarlyStopping(0, 0, restore_best_weights="no"),
            "The 'restore_best_weights' parameter of EarlyStopping must be",
        ),
        (
            lambda: EarlyStopping(0, 0, scoring=["accuracy"]),
            "The 'scoring' parameter of EarlyStopping must be an instance of 'str', a "
            "callable or None. Got ['accuracy'] instead.",
        ),
        (
            lambda: Snapshots([0, "a"]),
            "The 'epochs' parameter of Snapshots must be None or an iterable of int, "
            "each at least 1. Got 0 instead.",
        ),
        (lambda: Snapshots(["a"]), "each at least 1. Got 'a' instead."),
        (lambda: Snapshots([1.5]), "each at least 1. Got 1.5 instead."),
        (lambda: Snapshots("all"), "each at least 1. Got 'a' instead."),
        (lambda: Snapshots(5), "an iterable of int, each at least 1. Got 5 instead."),
        (
            lambda: ValidationMonitor(0, 0, scoring=3),
            "The 'scoring' parameter of ValidationMonitor must be",
        ),
    ],
)
def test_wrong_parameters_are_refused_at_once(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("callback", "scoring", "message"),
    [
        (EarlyStopping, "best", "Got 'best' instead"),
        (EarlyStopping, accuracy_score, "looks like it is a metric function"),
        (ValidationMonitor, "best", "Got 'best' instead"),
        (ValidationMonitor, ["accuracy", "best"], "'best' is not a valid scoring"),
        (ValidationMonitor, [], "Empty list was given"),
        (ValidationMonitor, {"a": 3}, "Got 3 instead"),
        (ValidationMonitor, accuracy_score, "looks like it is a metric function"),
    ],
)
def test_a_wrong_scoring_is_refused_before_training(callback, scoring, message, moons):
    X, y, *_ = moons
    recorder = Recorder()
    net = make_net().set_callbacks(recorder, callback(X, y, scoring=scoring))
    start = rf"The 'scoring' parameter of {callback.__name__} must be"
    with pytest.raises(ValueError, match=f"(?s){start}.*{message}"):
        net.fit(X, y)
    assert recorder.calls == ["setup", "teardown"]
    assert not hasattr(net, "coefs_")


def test_the_estimators_own_scoring_must_give_a_number(moons):
    X, y, *_ = moons
    for score in ("good", None):
        net = make_net(early_stopping=True, scoring=lambda *_, score=score: score)
        message = "The 'scoring' parameter of MLPClassifierNet must give a number. Got"
        with pytest.raises(ValueError, match=message):
            net.fit(X, y)
    with pytest.raises(ValueError, match="looks like it is a metric function"):
        make_net(early_stopping=True, scoring=accuracy_score).fit(X, y)


def test_the_estimators_own_scoring_that_is_always_nan(moons):
    X, y, *_ = moons
    net = make_net(early_stopping=True, scoring=lambda *_: np.nan)
    message = "No validation score was a number"
    with pytest.warns(UserWarning, match=message) as caught:
        net.fit(X, y)
    assert caught[0].filename == __file__
    start = make_net().initialize(X, y)
    assert_array_equal(net.coefs_[0], start.coefs_[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X, y[:5]), "inconsistent numbers of samples: [40, 5]"),
        (
            lambda X, y: (X[:, :1], y),
            "X_val does not fit X: X has 1 features, but MLPClassifierNet is expecting "
            "2 features",
        ),
        (lambda X, y: (X * np.nan, y), "X_val does not fit X: Input X contains NaN"),
        (lambda X, y: (X, y + 7), "y_val has labels that the training targets do not"),
        (
            lambda X, y: (X, np.array(["a", "b"])[y]),
            "not have: ['a', 'b']. The classes",
        ),
        (lambda X, y: (X, y.astype(str)), "not have: ['0', '1']. The classes"),
        (lambda X, y: (X, None), "Input should have at least 1 dimension"),
    ],
)
@pytest.mark.parametrize("callback", [EarlyStopping, ValidationMonitor])
def test_wrong_data_are_refused_before_training(callback, change, message, moons):
    X, y, X_val, y_val = moons
    recorder = Recorder()
    ours = callback(*change(X_val, y_val), scoring="accuracy")
    net = make_net().set_callbacks(recorder, ours)
    start = f"{callback.__name__} cannot score on its X_val and y_val: "
    with pytest.raises(ValueError, match=f"{start}.*{re.escape(message)}"):
        net.fit(X, y)
    assert recorder.calls == ["setup", "teardown"]
    assert not hasattr(net, "coefs_")
