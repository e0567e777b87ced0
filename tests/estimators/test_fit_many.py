"""Law 2: a stack gives each estimator what its own fit gives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification, make_moons
from sklearn.exceptions import ConvergenceWarning

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many

RTOL = 1e-9


@pytest.fixture(scope="module")
def moons():
    X, y = make_moons(240, noise=0.2, random_state=0)
    return X[:160], y[:160], X[160:], y[160:]


def assert_same(together, alone):
    for ours, expected in zip(together, alone, strict=True):
        assert ours.n_iter_ == expected.n_iter_
        assert ours.history_.keys() == expected.history_.keys()
        for key, values in expected.history_.items():
            assert_allclose(ours.history_[key], values, rtol=RTOL)
        for mine, other in zip(
            ours.coefs_ + ours.intercepts_,
            expected.coefs_ + expected.intercepts_,
            strict=True,
        ):
            assert_allclose(mine, other, rtol=RTOL, atol=1e-13)


SETTINGS = {
    "plain": {},
    "sgd": dict(solver="sgd", learning_rate_init=0.05),
    "adaptive": dict(
        solver="sgd",
        learning_rate="adaptive",
        learning_rate_init=0.5,
        tol=0.02,
        n_iter_no_change=1,
    ),
    "tol": dict(tol=0.02, n_iter_no_change=1, learning_rate_init=0.02),
    "in order": dict(shuffle=False),
    "early stopping": dict(early_stopping=True, n_iter_no_change=2, tol=1e-3),
    "on the loss": dict(
        early_stopping=True,
        n_iter_no_change=1,
        tol=0.01,
        learning_rate_init=0.05,
        scoring="loss",
    ),
    "on a scorer": dict(
        early_stopping=True,
        n_iter_no_change=1,
        tol=0.01,
        scoring="roc_auc",
        max_iter=10,
    ),
    "deep": dict(activation=("tanh", "relu"), hidden_layer_sizes=(5, 4)),
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_equals_single_fits(settings, moons):
    X, y, X_val, y_val = moons
    for validation in ({}, dict(X_val=X_val, y_val=y_val)):
        nets = [
            MLPClassifierNet(
                **{
                    **dict(hidden_layer_sizes=(8,), batch_size=32, max_iter=30),
                    **settings,
                },
                random_state=seed,
            )
            for seed in range(6)
        ]
        alone = [clone(net).fit(X, y, **validation) for net in nets]
        together = fit_many(nets, X, y, **validation)
        assert all(a is b for a, b in zip(together, nets, strict=True))
        assert_same(together, alone)
        if "early_stopping" in settings or "tol" in settings:
            assert len({net.n_iter_ for net in nets}) > 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_mixed_estimators_keep_their_order(moons):
    X, y, *_ = moons
    weight = np.linspace(0.5, 2, len(y))
    nets = [
        MLPClassifierNet((8,), max_iter=3, alpha=0.1, random_state=0),
        MLPRegressorNet(hidden_layer_sizes=(8,), max_iter=7, random_state=1),
        MLPClassifierNet((8,), max_iter=5, learning_rate_init=0.1, random_state=2),
        MLPClassifierNet((8,), max_iter=5, shuffle=False, tol=10, random_state=3),
        MLPClassifierNet((4, 4), max_iter=5, random_state=3),
        MLPClassifierNet((8,), max_iter=5, batch_size=20, random_state=3),
        MLPClassifierNet((8,), max_iter=5, solver="sgd", momentum=0.5, random_state=3),
        MLPClassifierNet((8,), max_iter=5, early_stopping=True, random_state=3),
    ]
    alone = [clone(net).fit(X, y, weight) for net in nets]
    assert_same(fit_many(nets, X, y, weight), alone)


def test_sparse_float32_and_validation_weights():
    X, y = make_classification(120, 8, n_informative=4, n_classes=3, random_state=0)
    X = sparse.csr_matrix(X.astype(np.float32))
    settings = dict(max_iter=8, n_iter_no_change=np.inf, batch_size=25)
    nets = [MLPClassifierNet((6,), **settings, random_state=s) for s in range(3)]
    data = dict(X_val=X[80:], y_val=y[80:], sample_weight_val=np.arange(40) + 1.0)
    alone = [clone(net).fit(X[:80], y[:80], **data) for net in nets]
    together = fit_many(nets, X[:80], y[:80], **data)
    for ours, expected in zip(together, alone, strict=True):
        assert ours.coefs_[0].dtype == np.float32
        for mine, other in zip(ours.coefs_, expected.coefs_, strict=True):
            assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


def test_shared_random_state_is_drawn_from_in_turn(moons):
    X, y, *_ = moons
    settings = dict(hidden_layer_sizes=(4,), max_iter=3, n_iter_no_change=np.inf)

    def three(random_state):
        return [MLPClassifierNet(**settings, random_state=random_state) for _ in "abc"]

    alone = [net.fit(X, y) for net in three(np.random.RandomState(0))]
    assert_same(fit_many(three(np.random.RandomState(0)), X, y), alone)


def test_large_batches_are_split_into_several_stacks(moons):
    X, y, *_ = moons
    settings = dict(max_iter=2, n_iter_no_change=np.inf, batch_size=160)
    nets = [MLPClassifierNet((900,), **settings, random_state=s) for s in range(4)]
    alone = [clone(net).fit(X, y) for net in nets]
    assert_same(fit_many(nets, X, y), alone)


def test_one_warning_for_all(moons):
    X, y, *_ = moons
    nets = [MLPClassifierNet((4,), max_iter=2, random_state=s) for s in range(5)]
    with pytest.warns(ConvergenceWarning) as caught:
        fit_many(nets, X, y)
    assert len(caught) == 1
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "train",
    [
        lambda net, X, y: net.fit(X, y),
        lambda net, X, y: net.partial_fit(X, y, classes=[0, 1]),
        lambda net, X, y: fit_many([net, clone(net)], X, y),
    ],
)
def test_a_batch_that_is_too_large_is_clipped(train, moons):
    X, y, *_ = moons
    net = MLPClassifierNet((4,), batch_size=1000, max_iter=1, n_iter_no_change=np.inf)
    with pytest.warns(UserWarning, match="It is going to be clipped") as caught:
        train(net, X, y)
    assert [warning.filename for warning in caught] == [__file__]


def test_no_estimators():
    assert fit_many([], [[0.0]], [0]) == []


def test_accepts_an_iterator(moons):
    X, y, *_ = moons
    settings = dict(max_iter=1, n_iter_no_change=np.inf)
    nets = fit_many((MLPClassifierNet((3,), **settings) for _ in range(2)), X, y)
    assert [net.n_iter_ for net in nets] == [1, 1]


def test_diverged_network_does_not_take_the_others_along(moons):
    X, y, *_ = moons
    settings = dict(hidden_layer_sizes=(4,), max_iter=30, n_iter_no_change=np.inf)
    good = MLPRegressorNet(**settings, random_state=0)
    bad = MLPRegressorNet(
        **settings, activation="identity", solver="sgd", learning_rate_init=1e9
    )
    with (
        pytest.raises(
            ValueError, match=r"non-finite.*positions \[1\].*others are fitted"
        ),
    ):
        fit_many([good, bad], X, y)
    assert good.n_iter_ == 30
    assert not hasattr(bad, "coefs_")


@pytest.mark.parametrize(
    ("estimators", "error", "message"),
    [
        ([MLPClassifierNet(), "net"], TypeError, "Got 'net' at position 1 instead"),
        ([MLPClassifierNet], TypeError, "at position 0 instead"),
        (MLPClassifierNet(), TypeError, "expects a list of MLPClassifierNet"),
        ([MLPClassifierNet()] * 2, ValueError, "same estimator object more than once"),
        ([MLPClassifierNet(alpha=-1)], ValueError, "'alpha' parameter"),
    ],
)
def test_bad_estimators(estimators, error, message, moons):
    X, y, *_ = moons
    with pytest.raises(error, match=message):
        fit_many(estimators, X, y)


def test_an_error_changes_no_estimator(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((4,), max_iter=1, n_iter_no_change=np.inf).fit(X, y)
    before = vars(net).copy()
    with pytest.raises(ValueError, match="'tol' parameter"):
        fit_many([net, MLPClassifierNet(tol=-1)], X[:, :1], y)
    assert vars(net) == before


def test_class_weights_are_each_estimators_own(moons):
    X, y, *_ = moons
    weights = [{0: 1, 1: 2}, {0: 1, 1: 20}, None, "balanced"]
    settings = dict(max_iter=5, n_iter_no_change=np.inf, random_state=0)
    nets = [
        MLPClassifierNet((5,), **settings, class_weight=weight) for weight in weights
    ]
    for early_stopping in (False, True):
        nets = [clone(net).set_params(early_stopping=early_stopping) for net in nets]
        alone = [clone(net).fit(X[:-40], y[:-40]) for net in nets]
        assert_same(fit_many(nets, X[:-40], y[:-40]), alone)


def test_each_printed_line_names_its_network(moons, capsys):
    X, y, *_ = moons
    settings = dict(max_iter=2, n_iter_no_change=np.inf, verbose=True)
    nets = [MLPClassifierNet((size,), **settings) for size in (3, 4)]
    quiet = MLPClassifierNet((3,), **settings | {"verbose": False})
    fit_many([nets[0], quiet, nets[1]], X, y, X_val=X[:9], y_val=y[:9])
    lines = capsys.readouterr().out.splitlines()
    for position, net in ((1, nets[0]), (3, nets[1])):
        start = f"Network {position} of 3: "
        own = [line.removeprefix(start) for line in lines if line.startswith(start)]
        history = net.history_
        assert own == [
            line
            for epoch in range(2)
            for line in (
                f"Iteration {epoch + 1}, loss = {history['loss'][epoch]:.8f}",
                f"Validation loss: {history['val_loss'][epoch]:.8f}, "
                f"score: {history['val_score'][epoch]:f}",
            )
        ]
    assert len(lines) == 8


def test_a_network_alone_prints_no_name(moons, capsys):
    X, y, *_ = moons
    settings = dict(max_iter=1, n_iter_no_change=np.inf, verbose=True)
    fit_many([MLPClassifierNet((3,), **settings)], X, y)
    assert capsys.readouterr().out.startswith("Iteration 1, loss = ")
