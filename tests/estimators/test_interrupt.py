"""Ctrl-C ends a training, without any callback too, and keeps what was learnt."""

import io
import pickle
import signal
import warnings
from contextlib import redirect_stdout

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many

X, y = make_moons(120, noise=0.2, random_state=0)
INTERRUPTED = "Training interrupted by user"


class PressCtrlC(io.StringIO):
    """An output whose reader presses Ctrl-C when these words appear."""

    def __init__(self, words, times=1):
        super().__init__()
        self.words, self.times = words, times

    def write(self, text):
        super().write(text)
        if self.words in text:
            self.times -= 1
            if self.times == 0:
                signal.raise_signal(signal.SIGINT)
        return len(text)


def make_net(estimator=MLPClassifierNet, **settings):
    settings = dict(max_iter=9, tol=0, n_iter_no_change=np.inf) | settings
    return estimator(
        hidden_layer_sizes=(5,), **({"batch_size": 25, "random_state": 0} | settings)
    )


def fit_so_many_epochs(net, n_epochs, **data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clone(net).set_params(max_iter=n_epochs, verbose=False).fit(X, y, **data)


def assert_same_training(net, expected):
    assert net.n_iter_ == expected.n_iter_
    assert net.t_ == expected.t_
    assert net.loss_curve_ == expected.loss_curve_
    for ours, theirs in zip(
        net.coefs_ + net.intercepts_,
        expected.coefs_ + expected.intercepts_,
        strict=True,
    ):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize(
    "settings",
    [
        dict(solver="adam"),
        dict(solver="sgd"),
        dict(solver="adagrad", dropout=0.2),
        dict(solver="lbfgs", n_iter_no_change=10),
    ],
)
def test_the_epochs_that_are_finished_are_kept(estimator, settings):
    net = make_net(estimator, **settings, verbose=True)
    with (
        pytest.warns(UserWarning, match=INTERRUPTED) as caught,
        redirect_stdout(PressCtrlC("Iteration 3, ")),
    ):
        net.fit(X, y)
    assert caught[0].filename == __file__
    assert net.n_iter_ == 3
    assert_same_training(net, fit_so_many_epochs(net, 3))


def test_an_interrupted_training_goes_on():
    settings = dict(shuffle=False, dropout=0.2, warm_start=True)
    net = make_net(**settings, verbose=True)
    with (
        pytest.warns(UserWarning, match=INTERRUPTED),
        redirect_stdout(PressCtrlC("Iteration 3, ")),
    ):
        net.fit(X, y)
    net.set_params(verbose=False, max_iter=6).fit(X, y)
    whole = make_net(**settings).fit(X, y)
    assert net.loss_curve_ == whole.loss_curve_
    assert_array_equal(net.coefs_[0], whole.coefs_[0])


class Scorer:
    """A scorer during whose n-th call somebody presses Ctrl-C."""

    def __init__(self, n_calls):
        self.n_calls = n_calls

    def __call__(self, estimator, X, y):
        self.n_calls -= 1
        if self.n_calls == 0:
            signal.raise_signal(signal.SIGINT)
        return estimator.score(X, y)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("n_calls", [7, 8])  # the two of the fourth epoch
def test_an_epoch_that_is_not_scored_is_not_finished(n_calls, given):
    data = dict(X_val=X[:40], y_val=y[:40]) if given else {}
    net = make_net(early_stopping=True, scoring=Scorer(n_calls))
    with pytest.warns(UserWarning, match=INTERRUPTED) as caught:
        net.fit(X, y, **data)
    assert caught[0].filename == __file__
    assert net.n_iter_ == 3
    expected = fit_so_many_epochs(net.set_params(scoring=Scorer(-1)), 3, **data)
    assert_same_training(net, expected)
    assert net.validation_scores_ == expected.validation_scores_


@pytest.mark.parametrize("is_fitted", [False, True])
def test_before_the_first_epoch_is_over_nothing_is_changed(is_fitted):
    net = make_net(random_state=np.random.RandomState(0), max_iter=2)
    if is_fitted:
        net.fit(X, y)
    net.set_params(early_stopping=True, scoring=Scorer(1))
    before = pickle.dumps(net)
    with pytest.warns(UserWarning, match="No epoch was finished"):
        net.fit(X, y)
    net.scoring.n_calls = 1
    assert pickle.dumps(net) == before


def test_all_networks_of_a_stack_and_of_those_after_it():
    stack = [make_net(random_state=seed, verbose=True) for seed in range(3)]
    waiting = make_net(solver="sgd", verbose=True)
    message = INTERRUPTED + r"\. 1 of the 4 networks had not finished an epoch"
    with (
        pytest.warns(UserWarning, match=message),
        # each of the three prints it, the last one when all have finished the epoch
        redirect_stdout(PressCtrlC("Iteration 3, ", times=3)),
    ):
        fit_many([*stack, waiting], X, y)
    assert [net.n_iter_ for net in stack] == [3, 3, 3]
    assert not hasattr(waiting, "coefs_")
    for net in stack:
        single = fit_so_many_epochs(net, 3)
        assert_allclose(net.coefs_[0], single.coefs_[0], rtol=1e-9)


def test_good_networks_are_not_given_up_for_untrained_ones():
    seeds = [np.random.RandomState(seed) for seed in range(3)]
    first, *others = (make_net(random_state=seed, max_iter=2) for seed in seeds)
    others[1].set_params(hidden_layer_sizes=(6,))
    fit_many([first, *others], X, y)
    first.set_params(verbose=True, hidden_layer_sizes=(7,))
    before = [pickle.dumps(net) for net in others]
    with (
        pytest.warns(UserWarning, match=INTERRUPTED),
        redirect_stdout(PressCtrlC("Iteration 1, ")),
    ):
        fit_many([first, *others], X, y)
    assert first.n_iter_ == 1
    assert [pickle.dumps(net) for net in others] == before


def test_no_later_turn_starts():
    shared = np.random.RandomState(0)
    nets = [make_net(random_state=shared, verbose=True) for _ in range(3)]
    message = INTERRUPTED + r"\. 2 of the 3 networks had not finished an epoch"
    with (
        pytest.warns(UserWarning, match=message),
        redirect_stdout(PressCtrlC("Iteration 3, ")),
    ):
        fit_many(nets, X, y)
    alone = make_net(random_state=0, max_iter=3).fit(X, y)
    assert_array_equal(nets[0].coefs_[0], alone.coefs_[0])
    assert not any(hasattr(net, "coefs_") for net in nets[1:])
