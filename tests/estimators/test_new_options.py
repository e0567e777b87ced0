"""The options beyond scikit-learn's, as a user of the estimators meets them."""

import copy
import pickle
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification, make_moons
from sklearn.dummy import DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, QuantileRegressor, Ridge
from sklearn.metrics import balanced_accuracy_score
from sklearn.utils.class_weight import compute_sample_weight

from nnteach import MLPClassifierNet, MLPRegressorNet, fit_many

SOLVERS = ["adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"]
STOCHASTIC = SOLVERS[:-1]
SCHEDULES = ["constant", "invscaling", "adaptive", "cosine", "one_cycle"]
FIXED = dict(n_iter_no_change=np.inf, random_state=0)

needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="torch finds no CUDA device"
)


@pytest.fixture(scope="module")
def moons():
    X, y = make_moons(200, noise=0.2, random_state=0)
    return X[:150], y[:150], X[150:], y[150:]


@pytest.fixture(scope="module")
def unbalanced():
    return make_classification(
        300, 5, n_informative=3, weights=[0.9], class_sep=0.5, random_state=0
    )


@pytest.fixture(scope="module")
def skewed():
    return np.zeros((4000, 1)), np.random.RandomState(0).exponential(size=4000)


def fit_quietly(net, *data, **further):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return net.fit(*data, **further)


class TestLBFGS:
    @pytest.mark.parametrize("n_outputs", [1, 3])
    def test_without_hidden_layers_it_is_ridge_regression(self, n_outputs):
        rng = np.random.RandomState(0)
        X = rng.normal(size=(60, 4))
        y = X @ rng.normal(size=(4, n_outputs)) + rng.normal(size=(60, n_outputs))
        y = y[:, 0] if n_outputs == 1 else y
        net = MLPRegressorNet(
            hidden_layer_sizes=(),
            solver="lbfgs",
            alpha=5.0,
            tol=1e-9,
            max_iter=1000,
            random_state=0,
        ).fit(X, y)
        # ours averages over the outputs, ridge regression adds them up
        ridge = Ridge(alpha=5.0 * n_outputs).fit(X, y)
        assert_allclose(net.predict(X), ridge.predict(X), atol=1e-3)

    def test_without_hidden_layers_it_is_logistic_regression(self):
        X, y = make_classification(
            100, 4, n_informative=4, n_redundant=0, n_classes=3, random_state=0
        )
        net = MLPClassifierNet(
            (), solver="lbfgs", alpha=2.0, tol=1e-9, max_iter=1000, random_state=0
        )
        logistic = LogisticRegression(C=0.5, tol=1e-9, max_iter=1000).fit(X, y)
        expected = logistic.predict_proba(X)
        assert_allclose(net.fit(X, y).predict_proba(X), expected, atol=1e-4)

    def test_gradient_vanishes_at_the_end(self, moons):
        X, y, *_ = moons
        targets = np.stack([X[:, 0] * X[:, 1], X[:, 0], y], axis=1)
        net = MLPRegressorNet(
            hidden_layer_sizes=(5,),
            activation="tanh",
            solver="lbfgs",
            alpha=0.1,
            tol=1e-7,
            max_iter=5000,
            random_state=0,
        ).fit(X, targets)
        loss, *gradients = net.loss_and_gradients(X, targets)
        assert_allclose(loss, net.loss_, rtol=1e-12)
        largest = max(np.abs(array).max() for part in gradients for array in part)
        assert largest < 1e-4

    def test_attributes_and_loss_curve(self, moons):
        X, y, X_val, y_val = moons
        net = MLPClassifierNet((5,), solver="lbfgs", max_iter=8, random_state=0)
        fit_quietly(net, X, y, X_val=X_val, y_val=y_val)
        assert net.n_iter_ == len(net.loss_curve_) == 8
        assert net.loss_ == net.best_loss_ == net.loss_curve_[-1]
        assert np.all(np.diff(net.loss_curve_) < 0)
        assert net.history_["val_score"][-1] == net.score(X_val, y_val)
        assert not hasattr(net, "partial_fit")
        assert not hasattr(MLPRegressorNet(solver="lbfgs"), "partial_fit")

    def test_warnings(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((5,), solver="lbfgs", max_iter=3)
        with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
            net.fit(X, y)
        with pytest.warns(ConvergenceWarning, match="EVALUATIONS EXCEEDS LIMIT"):
            net.set_params(max_iter=100, max_fun=5).fit(X, y)

    def test_float32_is_kept(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((5,), solver="lbfgs", max_iter=20, random_state=0)
        exact = fit_quietly(clone(net), X.astype(np.float32).astype(float), y)
        fit_quietly(net, X.astype(np.float32), y)
        assert net.coefs_[0].dtype == np.float32
        assert_allclose(net.loss_curve_[:5], exact.loss_curve_[:5], rtol=1e-4)

    def test_warm_start_goes_on_from_the_weights(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((5,), solver="lbfgs", max_iter=10, warm_start=True)
        first = fit_quietly(net, X, y).loss_
        assert fit_quietly(net, X, y).loss_ < first
        assert len(net.loss_curve_) == 20

    def test_sparse_equals_dense(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((5,), solver="lbfgs", max_iter=10, random_state=0)
        dense = fit_quietly(clone(net), X, y)
        assert_allclose(
            fit_quietly(net, sparse.csr_array(X), y).loss_curve_, dense.loss_curve_
        )

    def test_a_start_at_the_minimum(self):
        X = np.array([[1.0], [-1.0]])
        net = MLPRegressorNet(
            solver="lbfgs", weight_init="zeros", bias_init="zeros", alpha=0.0
        ).fit(X, [0.0, 0.0])
        assert net.n_iter_ == 0
        assert net.loss_ == 0
        assert_array_equal(net.predict(X), [0, 0])


class TestDropout:
    def test_seed_decides(self, moons):
        X, y, *_ = moons
        settings = dict(hidden_layer_sizes=(20, 10), dropout=(0.5, 0.2), max_iter=5)
        first, same, other = (
            MLPClassifierNet(**{**settings, **FIXED, "random_state": seed}).fit(X, y)
            for seed in (0, 0, 1)
        )
        assert_array_equal(first.coefs_[0], same.coefs_[0])
        assert np.abs(first.coefs_[0] - other.coefs_[0]).max() > 0.01

    def test_it_starts_where_a_net_without_does(self, moons):
        X, y, *_ = moons
        plain = MLPClassifierNet((20,), **FIXED).initialize(X, y)
        dropout = MLPClassifierNet((20,), **FIXED, dropout=0.5).initialize(X, y)
        assert_array_equal(plain.coefs_[0], dropout.coefs_[0])

    def test_prediction_does_without(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((20,), dropout=0.5, max_iter=5, **FIXED).fit(X, y)
        assert_array_equal(net.predict_proba(X), net.predict_proba(X))
        plain = copy.copy(net).set_params(dropout=0.0)
        assert_array_equal(net.predict_proba(X), plain.predict_proba(X))

    def test_it_regularises(self):
        X, y = make_classification(400, 20, n_informative=4, flip_y=0.2, random_state=0)
        gaps = []
        for dropout in (0.0, 0.6):
            net = MLPClassifierNet(
                (100,), dropout=dropout, max_iter=150, learning_rate_init=0.01, **FIXED
            ).fit(X[:200], y[:200])
            gaps.append(net.score(X[:200], y[:200]) - net.score(X[200:], y[200:]))
        assert gaps[1] < gaps[0] - 0.02

    @pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
    def test_a_weight_of_two_is_the_sample_twice(self, container, moons):
        X, y, *_ = moons
        weight = np.arange(len(X)) % 3
        net = MLPClassifierNet(
            (10,), dropout=0.4, batch_size=1000, max_iter=30, **FIXED
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Got `batch_size`")
            weighted = clone(net).fit(container(X), y, weight)
            repeated = net.fit(container(X.repeat(weight, axis=0)), y.repeat(weight))
        assert_allclose(repeated.predict_proba(X), weighted.predict_proba(X), rtol=1e-7)

    def test_later_epochs_have_masks_of_their_own(self, moons):
        X, y, *_ = moons
        settings = dict(dropout=0.5, shuffle=False, **FIXED)
        whole = MLPClassifierNet((10,), **settings, max_iter=6).fit(X, y)
        parts = MLPClassifierNet((10,), **settings)
        warm = MLPClassifierNet((10,), **settings, max_iter=3, warm_start=True)
        for _ in range(6):
            parts.partial_fit(X, y, classes=[0, 1])
        warm.fit(X, y).fit(X, y)
        assert_array_equal(parts.coefs_[0], whole.coefs_[0])
        assert_array_equal(warm.coefs_[0], whole.coefs_[0])

    @pytest.mark.parametrize(
        ("dropout", "message"),
        [
            (1.0, "'dropout' parameter"),
            (-0.1, "'dropout' parameter"),
            ((0.1, 1.0), r"in the range \[0, 1\)"),
            ((0.1,), "Got 1 rates for 2 hidden layers"),
            (("a", "b"), r"in the range \[0, 1\)"),
        ],
    )
    def test_bad_rates(self, dropout, message, moons):
        X, y, *_ = moons
        with pytest.raises(ValueError, match=message):
            MLPClassifierNet((5, 5), dropout=dropout).fit(X, y)

    def test_not_with_lbfgs(self, moons):
        X, y, *_ = moons
        with pytest.raises(
            ValueError, match="solver='lbfgs' cannot train with dropout"
        ):
            MLPClassifierNet((5,), dropout=0.1, solver="lbfgs").fit(X, y)


class TestClassWeight:
    @pytest.mark.parametrize("class_weight", ["balanced", {0: 1.0, 1: 7.0}])
    def test_equals_sample_weight(self, class_weight, unbalanced):
        X, y = unbalanced
        settings = dict(hidden_layer_sizes=(10,), max_iter=10, **FIXED)
        net = MLPClassifierNet(**settings, class_weight=class_weight).fit(X, y)
        weight = compute_sample_weight(class_weight, y)
        expected = MLPClassifierNet(**settings).fit(X, y, weight)
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_multiplies_sample_weight(self, unbalanced):
        X, y = unbalanced
        weight = np.linspace(0.5, 2, len(y))
        settings = dict(hidden_layer_sizes=(10,), max_iter=10, **FIXED)
        net = MLPClassifierNet(**settings, class_weight={1: 4.0}).fit(X, y, weight)
        expected = MLPClassifierNet(**settings).fit(X, y, weight * (1 + 3 * y))
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_balanced_counts_a_weight_of_two_twice(self, unbalanced):
        X, y = unbalanced
        weight = np.arange(len(X)) % 3
        net = MLPClassifierNet(
            (5,), class_weight="balanced", solver="lbfgs", max_iter=5
        )
        net.set_params(random_state=0)
        weighted = fit_quietly(clone(net), X, y, weight)
        repeated = fit_quietly(net, X.repeat(weight, axis=0), y.repeat(weight))
        assert_allclose(repeated.loss_curve_, weighted.loss_curve_)

    def test_balanced_without_one_class(self, unbalanced):
        X, y = unbalanced
        net = MLPClassifierNet((5,), class_weight="balanced", max_iter=5, **FIXED)
        assert np.isfinite(net.fit(X, y, sample_weight=1 - y).loss_)

    def test_finds_the_rare_class(self, unbalanced):
        X, y = unbalanced
        settings = dict(hidden_layer_sizes=(10,), max_iter=60, **FIXED)
        settings["learning_rate_init"] = 0.02
        scores = [
            balanced_accuracy_score(
                y, MLPClassifierNet(**settings, class_weight=way).fit(X, y).predict(X)
            )
            for way in (None, "balanced")
        ]
        assert scores[1] > scores[0] + 0.05

    def test_strings_and_multilabel(self, unbalanced):
        X, y = unbalanced
        names = np.array(["often", "rarely"])[y]
        settings = dict(hidden_layer_sizes=(5,), max_iter=5, **FIXED)
        by_name = MLPClassifierNet(**settings, class_weight={"rarely": 5.0})
        by_number = MLPClassifierNet(**settings, class_weight={1: 5.0})
        assert_array_equal(
            by_name.fit(X, names).coefs_[0], by_number.fit(X, y).coefs_[0]
        )
        labels = np.stack([y, X[:, 0] > 0], axis=1)
        net = MLPClassifierNet(**settings, class_weight="balanced").fit(X, labels)
        weight = compute_sample_weight("balanced", labels)
        expected = MLPClassifierNet(**settings).fit(X, labels, weight)
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_a_dict_for_each_label(self, unbalanced):
        X, y = unbalanced
        labels = np.stack([y, X[:, 0] > 0, X[:, 1] > 0], axis=1)
        settings = dict(hidden_layer_sizes=(5,), max_iter=5, **FIXED)
        listed = [{0: 2, 1: 3.0}, {}, {1: 0.5}]
        net = MLPClassifierNet(**settings, class_weight=listed).fit(X, labels)
        weight = np.where(y, 3, 2) * np.where(X[:, 1] > 0, 0.5, 1)
        expected = MLPClassifierNet(**settings).fit(X, labels, weight)
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_a_class_that_a_part_of_the_samples_lacks(self, unbalanced):
        X, y = unbalanced
        settings = dict(hidden_layer_sizes=(5,), max_iter=5, **FIXED)
        net = MLPClassifierNet(**settings, class_weight={0: 1, 1: 3, 2: 7}).fit(X, y)
        expected = MLPClassifierNet(**settings, class_weight={1: 3}).fit(X, y)
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_boolean_classes(self, unbalanced):
        X, y = unbalanced
        settings = dict(hidden_layer_sizes=(5,), max_iter=5, **FIXED)
        net = MLPClassifierNet(**settings, class_weight={True: 3}).fit(X, y == 1)
        expected = MLPClassifierNet(**settings, class_weight={1: 3}).fit(X, y)
        assert_array_equal(net.coefs_[0], expected.coefs_[0])

    def test_bad_weights(self, unbalanced):
        X, y = unbalanced
        with pytest.raises(ValueError, match=r"name classes of y.*Got 'rarely'"):
            MLPClassifierNet(class_weight={"rarely": 2.0}).fit(X, y)
        with pytest.raises(ValueError, match="'class_weight' parameter"):
            MLPClassifierNet(class_weight="equal").fit(X, y)
        net = MLPClassifierNet(class_weight="balanced")
        assert not hasattr(net, "partial_fit")


@pytest.mark.parametrize("early_stopping", [False, True])
def test_partial_fit_says_why_it_is_missing(early_stopping, moons):
    X, y, *_ = moons
    for net in (MLPClassifierNet, MLPRegressorNet):
        net = net(early_stopping=early_stopping)
        assert hasattr(net, "partial_fit") is not early_stopping
    if early_stopping:
        with pytest.raises(AttributeError, match="partial_fit") as caught:
            net.partial_fit(X, y)
        assert "does not support early_stopping=True" in str(caught.value.__cause__)


class TestLosses:
    def constant(self, skewed, loss, **settings):
        """Constant that a net without any information learns."""
        net = MLPRegressorNet(
            loss,
            hidden_layer_sizes=(),
            learning_rate="cosine",
            learning_rate_init=0.05,
            max_iter=60,
            **settings,
            **FIXED,
        )
        return net.fit(*skewed).predict([[0.0]])[0]

    def test_each_loss_finds_its_constant(self, skewed):
        y = skewed[1]
        assert self.constant(skewed, "squared_error") == pytest.approx(y.mean(), 0.02)
        assert self.constant(skewed, "poisson") == pytest.approx(y.mean(), 0.02)
        median = np.median(y)
        assert self.constant(skewed, "absolute_error") == pytest.approx(median, 0.03)
        for quantile in (0.1, 0.5, 0.9):
            expected = DummyRegressor(strategy="quantile", quantile=quantile)
            assert self.constant(
                skewed, "quantile", quantile=quantile
            ) == pytest.approx(expected.fit(*skewed).constant_[0, 0], 0.05)
        between = self.constant(skewed, "huber", huber_delta=0.5)
        assert median < between < y.mean()

    def test_huber_of_a_large_delta_is_the_squared_error(self, skewed):
        settings = dict(hidden_layer_sizes=(4,), max_iter=3, **FIXED)
        huber = MLPRegressorNet("huber", huber_delta=1e6, **settings).fit(*skewed)
        square = MLPRegressorNet(**settings).fit(*skewed)
        assert_allclose(huber.loss_curve_, square.loss_curve_)

    def test_quantile_regression_is_scikit_learns(self):
        rng = np.random.RandomState(0)
        X = rng.uniform(0, 1, size=(300, 1))
        y = 1 + 2 * X[:, 0] + rng.exponential(0.5, size=300)
        net = MLPRegressorNet(
            "quantile",
            quantile=0.8,
            hidden_layer_sizes=(),
            alpha=0.0,
            learning_rate="cosine",
            learning_rate_init=0.05,
            max_iter=500,
            **FIXED,
        ).fit(X, y)
        expected = QuantileRegressor(quantile=0.8, alpha=0.0).fit(X, y)
        assert_allclose(net.predict(X), expected.predict(X), atol=0.1)

    @pytest.mark.parametrize("loss", ["absolute_error", "huber", "quantile", "poisson"])
    def test_several_outputs_weights_and_validation(self, loss, moons):
        X, y, X_val, y_val = moons
        Y, Y_val = np.stack([y, 1 - y], axis=1), np.stack([y_val, 1 - y_val], axis=1)
        net = MLPRegressorNet(
            loss, hidden_layer_sizes=(10,), max_iter=5, alpha=0.0, **FIXED
        ).fit(X, Y, np.linspace(0.5, 1, 150), X_val=X_val, y_val=Y_val)
        assert_allclose(
            net.history_["val_loss"][-1], net.loss_and_gradients(X_val, Y_val)[0]
        )

    @pytest.mark.parametrize(
        "settings", [dict(quantile=1.0), dict(quantile=0.0), dict(huber_delta=0.0)]
    )
    def test_bad_parameters(self, settings, moons):
        X, y, *_ = moons
        (name,) = settings
        with pytest.raises(ValueError, match=f"'{name}' parameter of MLPRegressorNet"):
            MLPRegressorNet("quantile", **settings).fit(X, y)


class TestSolversAndSchedules:
    @pytest.mark.parametrize("solver", SOLVERS)
    def test_solver_learns(self, solver, moons):
        X, y, X_val, y_val = moons
        rate = {"sgd": 0.1, "adagrad": 0.1}.get(solver, 0.01)
        net = MLPClassifierNet(
            (20,), solver=solver, learning_rate_init=rate, max_iter=200, random_state=0
        )
        assert fit_quietly(net, X, y).score(X_val, y_val) > 0.85

    @pytest.mark.parametrize("schedule", SCHEDULES)
    @pytest.mark.parametrize("solver", STOCHASTIC)
    def test_going_on_is_never_having_stopped(self, solver, schedule, moons):
        X, y, *_ = moons
        settings = dict(
            hidden_layer_sizes=(6,),
            solver=solver,
            learning_rate=schedule,
            learning_rate_init=0.01,
            batch_size=40,
            shuffle=False,
            **FIXED,
        )
        whole = MLPClassifierNet(**settings, max_iter=6).fit(X, y)
        parts = MLPClassifierNet(**settings, max_iter=6)
        for _ in range(6):
            parts.partial_fit(X, y, classes=[0, 1])
        assert_array_equal(parts.coefs_[0], whole.coefs_[0])
        assert_array_equal(
            parts.history_["learning_rate"], whole.history_["learning_rate"]
        )

    @pytest.mark.parametrize("solver", STOCHASTIC)
    def test_warm_start_keeps_the_optimizer(self, solver, moons):
        X, y, *_ = moons
        settings = dict(hidden_layer_sizes=(6,), solver=solver, shuffle=False, **FIXED)
        whole = MLPClassifierNet(**settings, max_iter=8).fit(X, y)
        parts = MLPClassifierNet(**settings, max_iter=4, warm_start=True)
        parts = pickle.loads(pickle.dumps(parts.fit(X, y))).fit(X, y)
        assert_array_equal(parts.coefs_[0], whole.coefs_[0])
        assert parts.loss_curve_ == whole.loss_curve_

    def test_another_solver_starts_with_a_state_of_its_own(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((6,), max_iter=3, warm_start=True, **FIXED).fit(X, y)
        weights = net.coefs_[0].copy()
        for solver in SOLVERS:
            fit_quietly(net.set_params(solver=solver), X, y)
            assert np.abs(net.coefs_[0] - weights).max() > 0
            weights = net.coefs_[0].copy()

    @pytest.mark.parametrize("solver", STOCHASTIC)
    def test_schedules_in_the_history(self, solver, moons):
        X, y, *_ = moons
        rates = {}
        for schedule in SCHEDULES:
            net = MLPClassifierNet(
                (4,), solver=solver, learning_rate=schedule, max_iter=20, **FIXED
            )
            rates[schedule] = net.fit(X, y).history_["learning_rate"]
        assert_array_equal(rates["constant"], np.full(20, 0.001))
        assert rates["invscaling"][0] == rates["cosine"][0] == 0.001
        assert np.all(np.diff(rates["invscaling"]) < 0)
        assert np.all(np.diff(rates["cosine"]) < 0)
        assert rates["cosine"][10] == pytest.approx(0.0005)
        assert rates["one_cycle"].max() == pytest.approx(0.001)
        assert 0 < rates["one_cycle"].argmax() < 10

    @pytest.mark.parametrize("max_iter", [1, 2, 3, 4])
    def test_schedules_of_few_epochs(self, max_iter, moons):
        X, y, *_ = moons
        for schedule in SCHEDULES:
            net = MLPClassifierNet(
                (4,), learning_rate=schedule, max_iter=max_iter, **FIXED
            ).fit(X, y)
            rates = net.history_["learning_rate"]
            assert np.all((rates > 0) & (rates <= 0.001))
            assert np.isfinite(net.loss_)

    def test_adamw_without_penalty_is_adam(self, moons):
        X, y, *_ = moons
        adam, adamw = (
            MLPClassifierNet((4,), solver=solver, alpha=0.0, max_iter=5, **FIXED)
            for solver in ("adam", "adamw")
        )
        assert_array_equal(adam.fit(X, y).coefs_[0], adamw.fit(X, y).coefs_[0])

    def test_adamw_shrinks_the_weights(self, moons):
        X, y, *_ = moons
        sizes = [
            np.linalg.norm(
                MLPClassifierNet(
                    (20,), solver="adamw", alpha=alpha, max_iter=50, **FIXED
                ).fit(X, y).coefs_[0]
            )
            for alpha in (0.0, 5.0)
        ]  # fmt: skip
        assert sizes[1] < 0.9 * sizes[0]


class TestStacks:
    """Law 2 for the options that scikit-learn does not have."""

    @pytest.mark.parametrize(
        "settings",
        [
            *(dict(solver=solver) for solver in SOLVERS),
            *(dict(learning_rate=schedule) for schedule in SCHEDULES),
            dict(solver="rmsprop", learning_rate="one_cycle", dropout=0.2),
            dict(dropout=(0.3, 0.0)),
            dict(dropout=0.3, early_stopping=True, n_iter_no_change=2, tol=0.01),
            dict(class_weight="balanced"),
            dict(class_weight={0: 0.2}, early_stopping=True, n_iter_no_change=2),
            dict(weight_init="orthogonal", activation=("gelu", "silu")),
            dict(weight_init="he_normal", activation="elu", bias_init="zeros"),
        ],
        ids=str,
    )
    def test_equals_single_fits(self, settings, moons):
        X, y, *_ = moons
        shared = dict(hidden_layer_sizes=(6, 5), batch_size=32, max_iter=12)
        shared.update(learning_rate_init=0.02, n_iter_no_change=np.inf)
        if settings.get("solver") == "lbfgs":
            shared.update(n_iter_no_change=10)
        nets = [
            MLPClassifierNet(**{**shared, **settings}, random_state=seed)
            for seed in range(5)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            alone = [clone(net).fit(X, y) for net in nets]
            fit_many(nets, X, y)
        for net, expected in zip(nets, alone, strict=True):
            assert net.n_iter_ == expected.n_iter_
            assert_allclose(net.loss_curve_, expected.loss_curve_, rtol=1e-9)
            for mine, other in zip(net.coefs_, expected.coefs_, strict=True):
                assert_allclose(mine, other, rtol=1e-9, atol=1e-13)

    def test_settings_of_their_own(self, moons):
        X, y, *_ = moons
        nets = [
            MLPClassifierNet((5,), max_iter=6, **FIXED, **settings)
            for settings in (
                dict(class_weight="balanced"),
                dict(class_weight={0: 3.0}),
                dict(),
                dict(dropout=0.1),
                dict(dropout=0.4),
                dict(solver="adamw", alpha=0.1),
                dict(solver="adamw", alpha=1.0),
                dict(learning_rate="cosine"),
                dict(learning_rate="one_cycle", learning_rate_init=0.1),
                dict(weight_init="lecun_uniform"),
            )
        ]
        alone = [clone(net).fit(X, y) for net in nets]
        for net, expected in zip(fit_many(nets, X, y), alone, strict=True):
            assert_allclose(net.coefs_[0], expected.coefs_[0], rtol=1e-9)

    def test_losses_of_their_own(self, moons):
        X, y, *_ = moons
        nets = [
            MLPRegressorNet(hidden_layer_sizes=(5,), max_iter=4, **FIXED, **settings)
            for settings in (
                dict(),
                dict(loss="huber", huber_delta=0.1),
                dict(loss="huber", huber_delta=0.2),
                dict(loss="quantile", quantile=0.1),
                dict(loss="quantile", quantile=0.9),
                dict(loss="absolute_error"),
                dict(loss="poisson"),
            )
        ]
        alone = [clone(net).fit(X, y) for net in nets]
        for net, expected in zip(fit_many(nets, X, y), alone, strict=True):
            assert_allclose(net.coefs_[0], expected.coefs_[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        ("glorot_uniform", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("glorot_normal", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("he_uniform", lambda fan_in, fan_out: 2 / fan_in),
        ("he_normal", lambda fan_in, fan_out: 2 / fan_in),
        ("lecun_uniform", lambda fan_in, fan_out: 1 / fan_in),
        ("lecun_normal", lambda fan_in, fan_out: 1 / fan_in),
        ("zeros", lambda fan_in, fan_out: 0),
    ],
)
def test_weight_init(rule, variance, moons):
    X, y, *_ = moons
    net = MLPClassifierNet((200, 100), weight_init=rule, random_state=0)
    weights = net.initialize(X, y).coefs_[1]
    assert_allclose(weights.var(), variance(200, 100), rtol=0.05)
    assert abs(weights.mean()) < 0.005
    if rule.endswith("uniform"):
        assert np.abs(weights).max() <= np.sqrt(3 * variance(200, 100))


def test_orthogonal_weights(moons):
    X, y, *_ = moons
    net = MLPClassifierNet((30, 20, 40), weight_init="orthogonal", random_state=0)
    _, tall, wide, _ = net.initialize(X, y).coefs_
    assert_allclose(tall.T @ tall, np.eye(20), atol=1e-12)
    assert_allclose(wide @ wide.T, np.eye(20), atol=1e-12)


class TestFailedFit:
    """A failed fit leaves a fitted estimator as it was."""

    @pytest.mark.parametrize("solver", STOCHASTIC)
    @pytest.mark.parametrize("warm_start", [False, True])
    def test_keeps_its_fit_when_the_new_one_diverges(self, solver, warm_start, moons):
        X, y, *_ = moons
        net = MLPRegressorNet(
            hidden_layer_sizes=(4,), solver=solver, max_iter=5, warm_start=warm_start
        )
        fit_quietly(net, X, y).set_params(learning_rate_init=1e200)
        before, restored = vars(net).copy(), pickle.loads(pickle.dumps(net))
        expected = net.predict(X)
        with pytest.raises(ValueError, match="non-finite parameter weights"):
            net.fit(X * 1e200, y)
        assert vars(net) == before
        assert_array_equal(net.predict(X), expected)
        for estimator in (net, restored):
            # also the optimizer goes on as if nothing had happened
            estimator.set_params(learning_rate_init=0.01, random_state=0)
            estimator.partial_fit(X, y).partial_fit(X, y)
        assert net.loss_curve_ == restored.loss_curve_
        assert net.t_ == restored.t_
        assert_array_equal(net.coefs_[0], restored.coefs_[0])


class TestDevice:
    def test_auto_is_always_there(self, moons):
        X, y, *_ = moons
        net = MLPClassifierNet((5,), device="auto", max_iter=3, **FIXED).fit(X, y)
        plain = MLPClassifierNet((5,), max_iter=3, **FIXED).fit(X, y)
        assert_allclose(net.coefs_[0], plain.coefs_[0], rtol=1e-7)
        assert isinstance(net.coefs_[0], np.ndarray)

    @pytest.mark.parametrize("device", ["gpu", "cuda:99", "meta", "mps", "cpu:x"])
    def test_missing_devices(self, device, moons):
        X, y, *_ = moons
        with pytest.raises(ValueError, match="'device' parameter of MLPClassifierNet"):
            MLPClassifierNet(device=device).fit(X, y)

    @needs_gpu
    @pytest.mark.parametrize("solver", SOLVERS)
    @pytest.mark.parametrize("dropout", [0.0, 0.3])
    def test_gpu_gives_the_same_network(self, solver, dropout, moons):
        X, y, X_val, y_val = moons
        if solver == "lbfgs" and dropout:
            pytest.skip("lbfgs trains without dropout")
        settings = dict(
            hidden_layer_sizes=(10,),
            solver=solver,
            dropout=dropout,
            max_iter=10,
            random_state=0,
        )
        nets = [
            fit_quietly(
                MLPClassifierNet(**settings, device=device),
                *(X, y, np.linspace(0.5, 2, 150)),
                X_val=X_val,
                y_val=y_val,
            )
            for device in ("cpu", "cuda")
        ]
        assert_allclose(nets[1].loss_curve_, nets[0].loss_curve_, rtol=1e-6)
        assert_allclose(nets[1].coefs_[0], nets[0].coefs_[0], rtol=1e-5)
        moved = pickle.loads(pickle.dumps(nets[1])).set_params(device="cpu")
        assert_allclose(
            moved.predict_proba(X), nets[1].predict_proba(X), rtol=1e-6, atol=1e-12
        )
