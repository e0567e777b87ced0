"""Stacks and samples that are shared out among threads."""

import _thread
import multiprocessing
import os
import sys
import threading
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.datasets import make_moons

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many
from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.threads import run_in_threads, torch_threads


@pytest.fixture
def two_threads():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture
def new_threads(two_threads):
    """The threads that are started meanwhile, as each of them tells on its own."""
    started = set()

    def note(*event):
        sys.setprofile(None)
        started.add(threading.current_thread())

    threading.setprofile(note)
    yield started
    threading.setprofile(None)


def networks(n_networks, **changes):
    settings = dict(
        hidden_layer_sizes=(120, 40), batch_size=100, max_iter=3, n_iter_no_change=50
    )
    return [
        MLPClassifierNet(**{**settings, "random_state": seed, **changes})
        for seed in range(n_networks)
    ]


X, y = make_moons(300, noise=0.2, random_state=0)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "changes", [dict(), dict(early_stopping=True), dict(dropout=0.2, alpha=0.01)]
)
def test_networks_trained_in_threads_equal_their_single_fits(new_threads, changes):
    together = fit_many(networks(7, **changes), X, y)
    assert new_threads
    for net, single in zip(together, networks(7, **changes), strict=True):
        single.fit(X, y)
        assert_allclose(net.loss_curve_, single.loss_curve_, rtol=1e-9)
        assert_allclose(net.coefs_[1], single.coefs_[1], rtol=1e-9)
    assert torch.get_num_threads() == 2


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "nets",
    [
        networks(7, random_state=None),  # all draw from numpy's global source
        networks(7, verbose=True),
        networks(7, early_stopping=True, scoring="accuracy"),
        networks(2, hidden_layer_sizes=(3,)),
    ],
)
def test_what_would_get_in_its_own_way_is_trained_in_one_thread(new_threads, nets):
    fit_many(nets, X, y)
    assert not new_threads


def interrupt_when_all_are_busy(n_threads, n_events):
    """Send Ctrl-C when so many new threads have each met so many events."""
    lock, busy = threading.Lock(), set()

    def make_counter():
        n_met = 0

        def count(*event):
            nonlocal n_met
            n_met += 1
            if n_met == n_events:
                sys.setprofile(None)
                with lock:
                    busy.add(threading.current_thread())
                    if len(busy) == n_threads:
                        _thread.interrupt_main()

        return count

    # each thread calls this first, and then a counter of its own
    threading.setprofile(lambda *event: sys.setprofile(make_counter()))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_ctrl_c_stops_all_threads_and_keeps_what_was_learnt(two_threads):
    # an epoch calls about a thousand functions, so that each network has finished some
    nets = networks(7, max_iter=10**6, n_iter_no_change=np.inf)
    interrupt_when_all_are_busy(n_threads=2, n_events=20_000)
    try:
        with pytest.warns(UserWarning, match="interrupted by user"):
            fit_many(nets, X, y)
    finally:
        threading.setprofile(None)
    assert all(net.n_iter_ > 1 for net in nets)
    for net, single in zip(nets, networks(7), strict=True):
        single.set_params(max_iter=net.n_iter_, n_iter_no_change=np.inf).fit(X, y)
        assert_allclose(net.loss_curve_, single.loss_curve_, rtol=1e-6)
        assert_allclose(net.coefs_[1], single.coefs_[1], rtol=1e-6, atol=1e-9)


def test_an_error_in_one_thread_stops_the_others(two_threads):
    stopped = []

    def work(item, stop):
        if item == "fails":
            raise RuntimeError("no luck")
        stopped.append(stop.wait(60))

    with pytest.raises(RuntimeError, match="no luck"):
        run_in_threads(work, ["fails", "waits"])
    assert stopped == [True]
    assert torch.get_num_threads() == 2


def test_torch_has_several_threads_for_long_operations_only(two_threads):
    for n_multiplications, expected in ((10, 1), (10**9, 2)):
        with torch_threads(n_multiplications):
            assert torch.get_num_threads() == expected
        assert torch.get_num_threads() == 2


@pytest.mark.parametrize("first_to_leave", [0, 1, 2])
def test_torch_gets_its_threads_back_whoever_leaves_first(first_to_leave, two_threads):
    inside, left = threading.Barrier(4), threading.Barrier(4)
    numbers = []

    def use_torch(index):
        with torch_threads(0):
            inside.wait(10)
            if index != first_to_leave:
                left.wait(10)
        numbers.append(torch.get_num_threads())
        if index == first_to_leave:
            left.wait(10)

    threads = [threading.Thread(target=use_torch, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    left.wait(10)
    for thread in threads:
        thread.join()
    later = threading.Thread(target=lambda: numbers.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert numbers == [2, 2, 2, 2]


def test_a_use_of_torch_inside_another_leaves_it_alone(two_threads):
    with torch_threads(0):
        with torch_threads(0):
            pass
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_many_rows_in_threads_equal_few_rows(new_threads, monkeypatch):
    monkeypatch.setattr(LIMITS, "multiplications_for_new_threads", 2**20)
    net = MLPRegressorNet(
        hidden_layer_sizes=(30, 20),
        max_iter=2,
        n_iter_no_change=np.inf,
        random_state=0,
    )
    net.fit(X, y.astype(float))
    many = np.random.RandomState(0).normal(size=(40_000, 2))
    few = [net.predict(rows) for rows in np.array_split(many, 400)]
    assert not new_threads
    assert_allclose(net.predict(many), np.concatenate(few), rtol=1e-12, atol=1e-14)
    assert new_threads
    hidden = net.hidden_activations(many)[1]
    assert_allclose(hidden[-5:], net.hidden_activations(many[-5:])[1], rtol=1e-12)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_goes_on_where_torch_has_started_threads(two_threads):
    X = np.random.RandomState(0).normal(size=(500, 400))
    y = np.arange(500) % 10
    net = MLPClassifierNet((200,), max_iter=1, n_iter_no_change=np.inf).fit(X, y)
    process = multiprocessing.get_context("fork").Process(
        target=lambda: (net.fit(X, y), net.loss_and_gradients(X, y), net.predict(X))
    )
    with warnings.catch_warnings():
        # Python 3.12 and later warn of every fork of a process with threads
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    process.join(60)
    process.kill()
    assert process.exitcode == 0
