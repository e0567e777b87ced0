"""The short check of plain inputs comes to what scikit-learn's check comes to."""

import copy

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.estimators import inputs, problem
from nnteach.estimators.inputs import are_plain, check_inputs, is_plain
from nnteach.estimators.targets import targets_of

rs = np.random.RandomState(0)
X = rs.normal(size=(12, 3))
y = np.arange(12) % 3


def with_entry(value):
    edited = X.copy()
    edited[3, 1] = value
    return edited


PLAIN = {
    "float64": X,
    "float32": X.astype(np.float32),
    "a row": X[:1],
    "columns": np.asfortranarray(X),
    "every other row": X[::2],
    "backwards": X[::-1],
}
OTHERS = {
    "a sum that overflows": np.full((2, 3), 1e308),
    "a float32 sum that overflows": np.full((2, 3), 3e38, np.float32),
    "NaN": with_entry(np.nan),
    "infinity": with_entry(np.inf),
    "both infinities": np.vstack([with_entry(np.inf), with_entry(-np.inf)]),
    "integers": X.astype(int),
    "booleans": X > 0,
    "half precision": X.astype(np.float16),
    "another byte order": X.astype(">f8"),
    "complex": X.astype(complex),
    "objects": X.astype(object),
    "strings": X.astype(str),
    "a list": X.tolist(),
    "a data frame": pd.DataFrame(X),
    "named columns": pd.DataFrame(X, columns=["a", "b", "c"]),
    "a masked array": np.ma.masked_array(X, X > 1),
    "sparse": sparse.csr_array(X),
    "one sample": X[0],
    "a number": np.array(5.0),
    "a cube": X[None],
    "no rows": X[:0],
    "no columns": X[:, :0],
    "too few columns": X[:, :2],
    "too many columns": np.hstack([X, X]),
    "None": None,
}


@pytest.fixture(scope="module")
def net():
    return MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(X, y)


def result_of(function, *arguments):
    """What a function returns or raises, in a form to compare."""
    try:
        value = function(*arguments)
    except Exception as error:
        return type(error), str(error)
    if sparse.issparse(value):
        value = value.toarray()
    return value.dtype, str(value.tolist())  # NaN included


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize("name", PLAIN | OTHERS)
def test_the_short_check_agrees_with_the_long_one(net, name, monkeypatch):
    given = (PLAIN | OTHERS)[name]
    assert is_plain(net, given) == (name in PLAIN)
    ours = result_of(check_inputs, net, given)
    predicted = result_of(net.predict_proba, given)
    monkeypatch.setattr(inputs, "is_plain", lambda *_: False)
    assert ours == result_of(check_inputs, net, given)
    assert predicted == result_of(net.predict_proba, given)


def test_an_array_for_an_estimator_that_knows_names_is_warned_of():
    named = pd.DataFrame(X, columns=["a", "b", "c"])
    net = MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(named, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        net.predict(X)


def test_who_promises_finite_numbers_is_believed(net):
    with config_context(assume_finite=True):
        assert np.isnan(net.predict_proba(with_entry(np.nan))[3]).all()


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_a_prediction_leaves_nothing_behind(estimator):
    net = estimator(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0).fit(X, y)
    before = copy.deepcopy(vars(net))
    identities = {name: id(value) for name, value in vars(net).items()}
    net.predict(X)
    net.hidden_activations(X[:1])
    assert {name: id(value) for name, value in vars(net).items()} == identities
    for name in ("coefs_", "intercepts_"):
        for mine, old in zip(vars(net)[name], before[name], strict=True):
            assert_array_equal(mine, old)


@pytest.mark.parametrize(
    "targets",
    [
        y,
        y % 2,
        np.array(["no", "perhaps", "yes"])[y],
        np.array(["no", "yes"])[y % 2],
        np.zeros(12, int),
        np.full(12, "only"),
        np.c_[y > 0, y > 1, y < 1].astype(int),
    ],
    ids=["three", "two", "names", "two names", "one", "one name", "labels"],
)
def test_classes_are_those_of_the_label_binarizer(targets):
    net = MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(X, targets)
    outputs = net._compute_outputs(X)
    flat = outputs.ravel() if outputs.shape[1] == 1 else outputs
    expected = net._label_binarizer.inverse_transform(flat)
    predicted = net.predict(X)
    assert predicted.dtype == expected.dtype
    assert_array_equal(predicted, expected)


STREAMS = {
    "integers": (y, True),
    "other integers": (y.astype(np.uint8), True),
    "floats": (y.astype(float), True),
    "a column": (y[:, None], False),
    "a list": (y.tolist(), False),
    "objects": (y.astype(object), False),
    "NaN": (np.where(y == 1, np.nan, y), False),
    "infinity": (np.where(y == 1, np.inf, y), False),
    "too few": (y[:5], False),
    "unknown labels": (y + 7, True),
    "numbers between": (y + 0.5, True),
    "names": (np.array(["no", "perhaps", "yes"])[y], True),
    "None": (None, False),
    "sparse": (sparse.csr_array(np.eye(12, 3)), False),
    "labels": (np.eye(12, 3, dtype=int), False),
}


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_checked_as_scikit_learn_checks_it(name, estimator, monkeypatch):
    targets, plain = STREAMS[name]
    first = estimator(hidden_layer_sizes=(4,), random_state=0).initialize(X, y)
    assert are_plain(first, X, targets) == plain

    def result():
        net = copy.deepcopy(first)
        return result_of(lambda: net.partial_fit(X, targets).coefs_[0])

    ours = result()
    monkeypatch.setattr(problem, "are_plain", lambda *_: False)
    monkeypatch.setattr(
        "nnteach.estimators.targets.ClassTargets._find", lambda *_: None
    )
    assert ours == result()


@pytest.mark.parametrize(
    "labels",
    [
        [3, 5, 9],
        [-1, 1],
        [4],
        [False, True],
        [0.0, 2.0],
        ["cat", "dog", "mouse"],
        ["b", "a"],
        ["only"],
    ],
)
def test_classes_are_encoded_as_by_the_label_binarizer(labels):
    targets = np.array(labels)[np.arange(12) % len(labels)]
    net = MLPClassifierNet((4,)).initialize(X, targets)
    for part in (targets, targets[:1], targets[::-1]):
        encoded = targets_of(net).encode(part)
        assert_array_equal(encoded, net._label_binarizer.transform(part))


@pytest.mark.parametrize(
    "change",
    [
        dict(alpha=-1.0),
        dict(shuffle=1),
        dict(momentum="0.9"),
        dict(max_iter=200.0),
        dict(solver="lbgfs"),
        dict(activation=([],)),
    ],
)
def test_a_parameter_that_was_valid_before_is_checked_when_it_changes(change):
    net = MLPClassifierNet((4,), random_state=0, max_iter=200, batch_size=1)
    net.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y)
    with pytest.raises((ValueError, TypeError)):
        net.set_params(**change).partial_fit(X, y)
