"""SIGTERM and Ctrl-C write the last finished epoch, and the training can go on."""

import signal
import threading
import time

import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_moons

from nnteach import Checkpoint, MLPClassifierNet, VectorizedGridSearchCV, fit_many

X, y = make_moons(90, noise=0.2, random_state=0)
INTERRUPTED = "Training interrupted by user"

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Scorer:
    """A scorer in the middle of whose fourth epoch a signal comes."""

    def __init__(self, number=None):
        self.number, self.n_calls = number, 0

    def __call__(self, estimator, X, y):
        self.n_calls += 1
        if self.n_calls == 7 and self.number is not None:
            signal.raise_signal(self.number)
        return estimator.score(X, y)


def make_net(scorer, solver="adam"):
    return MLPClassifierNet(
        (5,),
        solver=solver,
        max_iter=9,
        n_iter_no_change=20,
        batch_size=20,
        random_state=0,
        early_stopping=True,
        scoring=scorer,
    )


@pytest.fixture
def received():
    """The signals that the process itself gets."""
    numbers = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_last_finished_epoch_is_written(number, received, tmp_path):
    path, scorer = tmp_path / "file", Scorer()
    handler = signal.getsignal(signal.SIGTERM)
    whole = make_net(scorer).fit(X, y)
    scorer.n_calls, scorer.number = 0, number
    # nothing was due yet
    net = make_net(scorer).set_callbacks(Checkpoint(path, every_n_epochs=100))
    with pytest.warns(UserWarning, match=INTERRUPTED):
        net.fit(X, y)
    assert net.interrupted_
    assert net.n_iter_ == 3
    assert received == [signal.SIGTERM] * (number == signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is handler
    scorer.number = None
    net.fit(X, y)
    assert not net.interrupted_
    assert net.history_.keys() == whole.history_.keys()
    for name, values in net.history_.items():
        assert_array_equal(values, whole.history_[name])
    assert_array_equal(net.coefs_[0], whole.coefs_[0])
    assert not path.exists()


def test_without_a_checkpoint_the_signal_is_left_alone(received):
    net = make_net(Scorer(signal.SIGTERM)).fit(X, y)
    assert received == [signal.SIGTERM]
    assert not net.interrupted_
    assert net.n_iter_ == 9


@pytest.mark.parametrize("handler", [signal.SIG_IGN, None])
def test_who_ignores_the_signal_goes_on_ignoring_it(handler, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    net = make_net(Scorer()).set_callbacks(Checkpoint(tmp_path / "file"))
    if handler is None:  # of another thread, which hears no signals
        thread = threading.Thread(target=net.fit, args=(X, y))
        thread.start()
        thread.join()
    else:
        signal.signal(signal.SIGTERM, handler)
        try:
            net.set_params(scoring=Scorer(signal.SIGTERM)).fit(X, y)
        finally:
            signal.signal(signal.SIGTERM, before)
    assert net.n_iter_ == 9
    assert signal.getsignal(signal.SIGTERM) is before


def test_many_are_interrupted_together(received, tmp_path):
    checkpoint, scorer = Checkpoint(tmp_path / "folder"), Scorer(signal.SIGTERM)
    nets = [make_net(scorer), make_net(None), make_net(None, "sgd")]
    expected = [clone(net).set_params(scoring=None).fit(X, y) for net in nets]
    for net in nets:
        net.set_callbacks(checkpoint)
    with pytest.warns(UserWarning, match=INTERRUPTED):
        fit_many(nets, X, y)
    assert any(net.interrupted_ for net in nets)
    scorer.number = None
    for net, other in zip(fit_many(nets, X, y), expected, strict=True):
        assert net.loss_curve_ == other.loss_curve_
        assert not net.interrupted_
    assert not any(tmp_path.iterdir())


def test_the_signal_ends_a_search(received, tmp_path):
    path, scorer = tmp_path / "folder", Scorer(signal.SIGTERM)
    net = make_net(scorer).set_callbacks(Checkpoint(path))
    search = VectorizedGridSearchCV(net, {"alpha": [0, 0.1]}, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, y)
    assert received == [signal.SIGTERM]
    assert not hasattr(search, "best_params_")
    scorer.number = None
    search.fit(X, y)
    assert not path.exists()


def test_networks_in_threads_are_written_too(received, tmp_path, monkeypatch):
    import torch

    from nnteach.engine.machine.limits import LIMITS

    monkeypatch.setattr(LIMITS, "multiplications_per_stack", 0)
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        settings = dict(max_iter=400, n_iter_no_change=1000, batch_size=20)
        nets = [
            MLPClassifierNet((5,), random_state=seed, **settings) for seed in range(4)
        ]
        expected = fit_many([clone(net) for net in nets], X, y)
        checkpoint = Checkpoint(tmp_path / "folder", every_seconds=1e6)
        for net in nets:
            net.set_callbacks(checkpoint)

        def send():
            while not list(tmp_path.glob("folder/*.nnteach-lock")):
                time.sleep(0.01)
            time.sleep(0.1)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)

        thread = threading.Thread(target=send)
        thread.start()
        with pytest.warns(UserWarning, match=INTERRUPTED):
            fit_many(nets, X, y)
        thread.join()
        assert len(list(tmp_path.glob("folder/*.checkpoint"))) == 2
        for net, other in zip(fit_many(nets, X, y), expected, strict=True):
            assert_array_equal(net.coefs_[0], other.coefs_[0])
            assert net.n_iter_ == 400
    finally:
        torch.set_num_threads(n_threads)
