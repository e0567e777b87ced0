"""A network keeps its predictions on the way to torch and scikit-learn and back."""

import copy
import functools
import io
import os
import pickle
import warnings

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import (
    load_iris,
    make_classification,
    make_multilabel_classification,
    make_regression,
)
from sklearn.exceptions import InconsistentVersionWarning, NotFittedError
from sklearn.model_selection import ShuffleSplit
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS

SETTINGS = {
    "hidden_layer_sizes": (8, 5),
    "max_iter": 4,
    "n_iter_no_change": np.inf,
    "random_state": 0,
}


def binary():
    return make_classification(60, 6, random_state=0)


def multiclass():
    return load_iris(return_X_y=True)


def multilabel():
    return make_multilabel_classification(60, 6, n_classes=4, random_state=0)


def strings():
    X, y = multiclass()
    return X, np.array(["setosa", "versicolor", "virginica"])[y]


def booleans():
    X, y = binary()
    return X, y == 1


def single_precision():
    X, y = multiclass()
    return X.astype(np.float32), y


def sparse_inputs():
    X, y = binary()
    return sparse.csr_array(np.where(X > 0, X, 0)), y


def frame():
    return load_iris(return_X_y=True, as_frame=True)


def regression():
    X, y = make_regression(60, 6, random_state=0)
    return X, y / 100


def several_outputs():
    X, y = make_regression(60, 6, n_targets=3, random_state=0)
    return X, y / 100


def counts():
    X, y = regression()
    return X, np.exp(y / 2).round()


CASES = {
    "binary": (MLPClassifierNet, binary, {}),
    "booleans": (MLPClassifierNet, booleans, {}),
    "multiclass": (MLPClassifierNet, multiclass, {"activation": "tanh"}),
    "multilabel": (MLPClassifierNet, multilabel, {"solver": "sgd"}),
    "strings": (MLPClassifierNet, strings, {"activation": "logistic"}),
    "float32": (MLPClassifierNet, single_precision, {}),
    "sparse": (MLPClassifierNet, sparse_inputs, {}),
    "frame": (MLPClassifierNet, frame, {"alpha": 0.1}),
    "linear": (MLPClassifierNet, multiclass, {"hidden_layer_sizes": ()}),
    "lbfgs": (MLPClassifierNet, binary, {"solver": "lbfgs", "max_iter": 200}),
    "early stopping": (MLPClassifierNet, binary, {"early_stopping": True}),
    "adaptive": (
        MLPRegressorNet,
        regression,
        {"solver": "sgd", "learning_rate": "adaptive"},
    ),
    "regression": (MLPRegressorNet, regression, {"activation": "identity"}),
    "several outputs": (MLPRegressorNet, several_outputs, {}),
    "poisson": (MLPRegressorNet, counts, {"loss": "poisson"}),
}


@pytest.fixture(params=CASES)
def case(request):
    """A class of ours, scikit-learn's class, data and settings that both have."""
    ours, make_data, settings = CASES[request.param]
    theirs = MLPClassifier if ours is MLPClassifierNet else MLPRegressor
    return ours, theirs, *make_data(), SETTINGS | settings


def assert_same_predictions(first, second, X):
    rtol = 1e-5 if first.coefs_[0].dtype == np.float32 else 1e-12
    if hasattr(first, "predict_proba"):
        assert_array_equal(first.predict(X), second.predict(X))
        first, second = first.predict_proba(X), second.predict_proba(X)
    else:
        first, second = first.predict(X), second.predict(X)
    assert first.dtype == second.dtype
    assert_allclose(first, second, rtol=rtol, atol=rtol)


def assert_same_attributes(first, second, names):
    for name in names:
        np.testing.assert_equal(getattr(first, name), getattr(second, name), name)


# -- scikit-learn ------------------------------------------------------------------


def test_to_sklearn_predicts_the_same(case):
    ours, theirs, X, y, settings = case
    net = ours(**settings).fit(X, y)
    mlp = net.to_sklearn()
    assert type(mlp) is theirs
    assert_same_predictions(net, mlp, X)
    assert mlp.score(X, y) == pytest.approx(net.score(X, y), rel=1e-6)


def test_to_sklearn_has_all_that_its_own_fit_leaves(case):
    ours, theirs, X, y, settings = case
    mlp = ours(**settings).fit(X, y).to_sklearn()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = theirs(**settings).fit(X, y)
    internal = ("_optimizer", "_random_state", "_coef_indptr", "_intercept_indptr")
    assert set(vars(reference)) - set(vars(mlp)) <= set(internal)
    assert mlp.get_params() == reference.get_params()
    assert_same_attributes(
        mlp,
        reference,
        ["n_features_in_", "n_outputs_", "n_layers_", "out_activation_", "t_"],
    )
    if settings.get("solver") != "lbfgs":  # two different solutions of one problem
        assert_allclose(mlp.coefs_[0], reference.coefs_[0], rtol=1e-5, atol=1e-6)
    if hasattr(reference, "feature_names_in_"):
        assert_array_equal(mlp.feature_names_in_, X.columns)


def test_to_sklearn_can_be_cloned_and_trained_further(case):
    ours, _, X, y, settings = case
    net = ours(**settings).fit(X, y)
    mlp = net.to_sklearn()
    assert not hasattr(clone(mlp), "coefs_")
    if settings.get("early_stopping") or settings.get("solver") == "lbfgs":
        return
    n_epochs = len(mlp.loss_curve_)
    for _ in range(3):
        mlp.partial_fit(X, y)
    assert len(mlp.loss_curve_) == n_epochs + 3
    # the arrays are copies
    assert len(net.loss_curve_) == n_epochs
    assert not np.array_equal(net.coefs_[0], mlp.coefs_[0])


def test_from_sklearn_predicts_the_same(case):
    ours, theirs, X, y, settings = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp = theirs(**settings).fit(X, y)
    net = ours.from_sklearn(mlp)
    assert_same_predictions(mlp, net, X)
    assert net.score(X, y) == pytest.approx(mlp.score(X, y), rel=1e-6)
    assert net.architecture_.n_parameters == sum(
        array.size for array in (*net.coefs_, *net.intercepts_)
    )
    names = ["n_iter_", "t_", "loss_"]
    if settings.get("solver") != "lbfgs":
        names += ["loss_curve_", "best_loss_", "validation_scores_"]
    assert_same_attributes(net, mlp, names)


def test_there_and_back_again(case):
    ours, _, X, y, settings = case
    net = ours(**settings).fit(X, y)
    again = ours.from_sklearn(net.to_sklearn())
    assert_same_attributes(again, net, ["coefs_", "intercepts_", "architecture_"])
    assert_array_equal(again.history_["loss"], net.history_["loss"])
    assert set(vars(again)) == set(vars(net))
    assert again.get_params() == net.get_params()
    if settings.get("early_stopping") or settings.get("solver") == "lbfgs":
        return
    again.partial_fit(X, y)
    assert len(again.loss_curve_) == len(net.loss_curve_) + 1


def test_a_warm_start_goes_on_from_scikit_learn():
    X, y = regression()
    settings = {**SETTINGS, "max_iter": 200, "solver": "lbfgs", "warm_start": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp = MLPRegressor(**settings).fit(X, y)
    net = MLPRegressorNet.from_sklearn(mlp).set_params(solver="adam", max_iter=1)
    net.fit(X, y)
    assert net.loss_ == pytest.approx(mlp.loss_, rel=0.01)


def test_to_sklearn_leaves_out_what_only_training_needs():
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS, dropout=0.5, class_weight="balanced").fit(X, y)
    assert_same_predictions(net, net.to_sklearn(), X)


def test_to_sklearn_of_starting_weights():
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).initialize(X, y)
    mlp = net.to_sklearn()
    assert_same_predictions(net, mlp, X)
    mlp.partial_fit(X, y)
    assert mlp.n_iter_ == 1


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (MLPClassifierNet((8, 5), activation=("tanh", "relu")), r"\['relu', 'tanh'\]"),
        (MLPClassifierNet(activation="gelu"), "'activation'.*Got 'gelu'"),
        (MLPClassifierNet(out_activation="logistic"), "'logistic'.*always.*'softmax'"),
        (MLPRegressorNet(out_activation="tanh"), "'tanh'.*always.*'identity'"),
        (
            MLPRegressorNet(loss="poisson", out_activation="softplus"),
            "'softplus'.*always.*'exp'",
        ),
    ],
)
def test_to_sklearn_says_what_it_cannot_express(estimator, message):
    X, y = multiclass()
    net = estimator.initialize(X, y)
    with pytest.raises(ValueError, match=rf"(?s){message}.*to_torch\(\)"):
        net.to_sklearn()


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifierNet(solver="adamw"),
        MLPClassifierNet(learning_rate="cosine", dropout=0.1),
        MLPRegressorNet(loss="huber"),
        MLPRegressorNet(loss="quantile", learning_rate="one_cycle", solver="rmsprop"),
        MLPClassifierNet(early_stopping=True, validation_fraction=ShuffleSplit(5)),
    ],
)
def test_to_sklearn_leaves_out_what_only_says_how_to_train(estimator):
    X, y = multiclass()
    net = estimator.set_params(**SETTINGS).fit(X, y)
    assert_same_predictions(net, net.to_sklearn(), X)


def test_one_activation_given_as_a_sequence_is_one_to_scikit_learn():
    X, y = binary()
    net = MLPClassifierNet((8, 5), activation=["tanh", "tanh"]).initialize(X, y)
    assert net.to_sklearn().activation == "tanh"


@pytest.mark.parametrize(
    ("ours", "wrong"),
    [
        (MLPClassifierNet, MLPRegressor()),
        (MLPRegressorNet, MLPClassifier()),
        (MLPRegressorNet, MLPRegressorNet()),
        (MLPClassifierNet, None),
    ],
)
def test_from_sklearn_names_the_wrong_type(ours, wrong):
    with pytest.raises(
        TypeError, match=rf"{ours.__name__}.*Got {type(wrong).__name__}"
    ):
        ours.from_sklearn(wrong)


def test_unfitted_estimators_cannot_be_converted():
    with pytest.raises(NotFittedError, match="MLPClassifier "):
        MLPClassifierNet.from_sklearn(MLPClassifier())
    with pytest.raises(NotFittedError):
        MLPClassifierNet().to_sklearn()
    with pytest.raises(NotFittedError):
        MLPClassifierNet().to_torch()


# -- torch -------------------------------------------------------------------------


def outputs_of_torch(net, X):
    X = np.asarray(X.toarray() if sparse.issparse(X) else X)
    X = torch.tensor(X.astype(net.coefs_[0].dtype))
    return net.to_torch()(X).detach().numpy()


def test_to_torch_puts_out_the_same(case):
    ours, _, X, y, settings = case
    net = ours(**settings).fit(X, y)
    outputs = outputs_of_torch(net, X)
    if ours is MLPRegressorNet:
        expected = net.predict(X).reshape(len(outputs), -1)
    else:
        expected = net.predict_proba(X)
        expected = expected[:, 1:] if net.n_outputs_ == 1 else expected
    assert outputs.dtype == net.coefs_[0].dtype
    rtol = 1e-5 if outputs.dtype == np.float32 else 1e-12
    assert_allclose(outputs, expected, rtol=rtol)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_every_activation_has_its_module(activation):
    X = np.linspace(-50, 50, 101)[:, np.newaxis]  # far into what saturates
    net = MLPRegressorNet(hidden_layer_sizes=1, activation=activation).initialize(
        X, X[:, 0]
    )
    net.set_weights([[[1]], [[1]]], [[0], [0]])
    assert_allclose(outputs_of_torch(net, X)[:, 0], net.predict(X), rtol=1e-14)


def test_probabilities_of_logistic_outputs_are_still_to_be_divided():
    X, y = multiclass()
    net = MLPClassifierNet(**SETTINGS, out_activation="logistic").fit(X, y)
    outputs = outputs_of_torch(net, X)
    assert not np.allclose(outputs.sum(axis=1), 1)
    expected = net.predict_proba(X)
    assert_allclose(outputs / outputs.sum(axis=1, keepdims=True), expected, rtol=1e-12)


def test_dropout_is_there_and_does_nothing_until_training():
    X, y = regression()
    net = MLPRegressorNet(**SETTINGS, dropout=(0, 0.5)).fit(X, y)
    module = net.to_torch()
    assert [layer.p for layer in module if isinstance(layer, torch.nn.Dropout)] == [0.5]
    assert_allclose(outputs_of_torch(net, X)[:, 0], net.predict(X), rtol=1e-12)
    outputs = module.train()(torch.from_numpy(X)).detach().numpy()
    assert not np.allclose(outputs[:, 0], net.predict(X))


def test_the_module_has_parameters_of_its_own_that_can_be_trained():
    X, y = regression()
    net = MLPRegressorNet(**SETTINGS).fit(X, y)
    module = net.to_torch()
    before = net.predict(X)
    with torch.no_grad():
        for parameter in module.parameters():
            assert parameter.requires_grad
            parameter.zero_()
    assert_array_equal(net.predict(X), before)


def test_to_torch_leaves_the_global_generator_alone():
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    state = torch.random.get_rng_state()
    net.to_torch()
    assert torch.equal(torch.random.get_rng_state(), state)


def test_to_torch_of_arrays_that_cannot_be_written_to():
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    for array in (*net.coefs_, *net.intercepts_):
        array.flags.writeable = False
    assert_allclose(outputs_of_torch(net, X), net.predict_proba(X)[:, 1:], rtol=1e-12)


def test_the_module_can_be_pickled():
    X, y = counts()
    net = MLPRegressorNet(**SETTINGS, loss="poisson").fit(X, y)
    module = pickle.loads(pickle.dumps(net.to_torch()))
    outputs = module(torch.from_numpy(X)).detach().numpy()
    assert_allclose(outputs[:, 0], net.predict(X), rtol=1e-12)


# -- weights -----------------------------------------------------------------------


def test_set_weights_makes_the_network_another_one(case):
    ours, _, X, y, settings = case
    net = ours(**settings).fit(X, y)
    copy = ours(**settings | {"random_state": 1}).initialize(X, y)
    assert copy.set_weights(net.coefs_, net.intercepts_) is copy
    assert_same_predictions(net, copy, X)
    assert copy.n_iter_ == 0
    assert copy.loss_curve_ == []


def test_set_weights_keeps_the_dtype_and_copies():
    X, y = single_precision()
    net = MLPClassifierNet(**SETTINGS).initialize(X, y)
    coefs = [coef.astype(np.float64) for coef in net.coefs_]
    net.set_weights(coefs, [bias.tolist() for bias in net.intercepts_])
    assert {array.dtype for array in (*net.coefs_, *net.intercepts_)} == {X.dtype}
    coefs = net.coefs_
    net.set_weights(coefs, net.intercepts_)
    assert not np.shares_memory(coefs[0], net.coefs_[0])


def test_training_goes_on_from_the_weights_that_were_set():
    X, y = regression()
    start = MLPRegressorNet(**SETTINGS).initialize(X, y)
    weights = start.coefs_, start.intercepts_
    net = MLPRegressorNet(**SETTINGS).fit(X, y)
    net.set_weights(*weights).partial_fit(X, y)
    assert_array_equal(net.coefs_[0], start.partial_fit(X, y).coefs_[0])
    assert len(net.loss_curve_) == 1
    # and fit starts anew, unless told to go on
    fitted = MLPRegressorNet(**SETTINGS).fit(X, y)
    assert_array_equal(net.set_weights(*weights).fit(X, y).coefs_[0], fitted.coefs_[0])
    zeros = [0 * weight for weight in weights[0]], [0 * bias for bias in weights[1]]
    net.set_params(warm_start=True).set_weights(*zeros).fit(X, y)
    assert_array_equal(net.coefs_[0], 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda coefs, intercepts: coefs.__setitem__(1, coefs[1].T),
            r"coefs of the layer 'hidden 2'.*\(8, 5\).*\(5, 8\)",
        ),
        (
            lambda coefs, intercepts: intercepts.__setitem__(2, [[0.0]]),
            r"intercepts of the layer 'output'.*\(1,\).*\(1, 1\)",
        ),
        (lambda coefs, intercepts: coefs.pop(), "coefs.*3 layers.*Got 2"),
        (lambda coefs, intercepts: intercepts.append(0), "intercepts.*3.*Got 4"),
        (
            lambda coefs, intercepts: intercepts.__setitem__(0, [np.inf] * 8),
            "intercepts of the layer 'hidden 1' must be finite",
        ),
        (
            lambda coefs, intercepts: intercepts.__setitem__(0, ["a"] * 8),
            r"intercepts of the layer 'hidden 1' must be numbers.*\(8,\)",
        ),
    ],
)
def test_set_weights_names_what_is_wrong_and_changes_nothing(change, message):
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    before = net.predict_proba(X)
    coefs, intercepts = list(net.coefs_), list(net.intercepts_)
    change(coefs, intercepts)
    with pytest.raises(ValueError, match=message):
        net.set_weights(coefs, intercepts)
    assert_array_equal(net.predict_proba(X), before)
    assert len(net.loss_curve_) == SETTINGS["max_iter"]


def test_set_weights_needs_a_shape():
    with pytest.raises(NotFittedError, match=r"initialize\(X, y\)"):
        MLPClassifierNet().set_weights([], [])


# -- persistence -------------------------------------------------------------------


def test_joblib_keeps_the_network(case):
    ours, _, X, y, settings = case
    net = ours(**settings).fit(X, y)
    file = io.BytesIO()
    joblib.dump(net, file)
    file.seek(0)
    assert_same_predictions(net, joblib.load(file), X)


def test_a_pickle_has_no_tensors():
    X, y = binary()
    for solver in ("adam", "lbfgs"):
        net = MLPClassifierNet(**SETTINGS | {"solver": solver, "max_iter": 200})
        assert b"torch" not in pickle.dumps(net.fit(X, y))


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        dict(early_stopping=True),
        dict(solver="lbfgs"),
        dict(dropout=0.1),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:No epoch was better")
def test_skops_has_to_trust_the_class_alone(estimator, settings):
    skops = pytest.importorskip("skops.io")
    X, y = binary()
    net = estimator(**SETTINGS | settings).fit(X, y)
    stored = skops.dumps(net)
    trusted = [f"{estimator.__module__}.{estimator.__name__}"]
    assert skops.get_untrusted_types(data=stored) == trusted
    loaded = skops.loads(stored, trusted=trusted)
    assert_same_predictions(net, loaded, X)
    loaded.set_params(warm_start=True).fit(X, y)
    net.set_params(warm_start=True).fit(X, y)
    assert loaded.loss_curve_ == net.loss_curve_


def test_skops_lets_no_code_in():
    skops = pytest.importorskip("skops.io")
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    net.coefs_[0] = functools.partial(os.system, "true")
    stored = skops.dumps(net)
    with pytest.raises(TypeError, match="partial"):
        skops.loads(stored, trusted=["nnteach.estimators.classifier.MLPClassifierNet"])


def test_another_version_warns_as_scikit_learn_does(monkeypatch):
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    with monkeypatch.context() as patch:
        patch.setattr("nnteach.estimators.stored_state.version", lambda _: "0.0.7")
        stored = pickle.dumps(net)
    with pytest.warns(InconsistentVersionWarning, match=r"0\.0\.7") as caught:
        again = pickle.loads(stored)
    assert caught[0].message.estimator_name == "MLPClassifierNet"
    assert_same_predictions(net, again, X)
    assert not hasattr(again, "_nnteach_version")
    pickle.loads(pickle.dumps(again))


def test_a_file_has_no_object_of_nnteach_but_the_estimator():
    X, y = binary()
    net = MLPClassifierNet(**SETTINGS).fit(X, y)
    stored = pickle.dumps(net)
    for name in (b"Architecture", b"TrainingState"):
        assert name not in stored
    assert copy.copy(net).architecture_ is net.architecture_
    assert copy.deepcopy(net).architecture_ == net.architecture_
